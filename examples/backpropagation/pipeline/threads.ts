import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type { Tensor } from 'retrograd';
import { pack, unpack, type Answer, type Parcel, type Request, type StageData } from './messages.ts';
import type { Schedule } from './schedule.ts';
import { timelineOf, type Timeline } from './timeline.ts';

/** What is trained: each stage's parameters, and the micro-batches. */
export interface Training {
  readonly parameters: readonly (readonly Tensor[])[];
  readonly inputs: readonly Tensor[];
  readonly targets: readonly Tensor[];
}

/** The stages' threads, each with a port to its neighbours. */
export class Threads {
  private readonly workers: readonly Worker[];
  private readonly failure: Promise<never>;

  constructor(stages: number) {
    const program = bundled(join(__dirname, 'stage.ts'));
    const channels = Array.from({ length: stages - 1 }, () => new MessageChannel());
    this.workers = Array.from({ length: stages }, (_, stage) => {
      const before = channels[stage - 1]?.port2 ?? null;
      const after = channels[stage]?.port1 ?? null;
      const data: StageData = { before, after };
      const ports = [before, after].filter((port) => port !== null);
      return new Worker(program, { eval: true, workerData: data, transferList: ports });
    });
    this.failure = Promise.race(
      this.workers.map((worker, stage) =>
        new Promise<never>((_, reject) => worker.once('error', reject)).catch((error: unknown) => {
          throw new Error(`stage ${stage}: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
          });
        }),
      ),
    );
    this.failure.catch(() => undefined); // Whoever asks next is told.
  }

  /**
   * Trains for some steps.
   *
   * @returns The parameters they come to, and what the stages did when in each step, in milliseconds.
   * @throws RangeError for a schedule of another number of stages, or one that would wait for ever.
   * @throws Error if a stage fails.
   */
  async train(
    schedule: Schedule,
    { parameters, inputs, targets }: Training,
    steps: number,
  ): Promise<{ parameters: Tensor[][]; timelines: Timeline[] }> {
    if (schedule.length !== this.workers.length) {
      throw new RangeError(
        `train: a schedule for ${schedule.length} stages, but there are ${this.workers.length}`,
      );
    }
    timelineOf(schedule);
    const [x, y] = [inputs.map(pack), targets.map(pack)];
    await this.ask((stage) => ({
      kind: 'train',
      request: {
        parameters: parameters[stage].map(pack),
        actions: schedule[stage],
        microBatches: inputs.length,
        inputs: stage === 0 ? x : [],
        targets: stage === schedule.length - 1 ? y : [],
      },
    }));
    const timelines: Timeline[] = [];
    for (let i = 0; i < steps; i++) {
      const answers = await this.ask(() => ({ kind: 'step' }));
      timelines.push(fromZero(answers.map((answer) => (answer.kind === 'done' ? answer.spans : []))));
    }
    const answers = await this.ask(() => ({ kind: 'parameters' }));
    const parcels = answers.map((answer): readonly Parcel[] =>
      answer.kind === 'parameters' ? answer.parameters : [],
    );
    return { parameters: parcels.map((each) => each.map(unpack)), timelines };
  }

  /** Ends the threads. */
  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  /** Asks all stages at once, and waits for all answers. */
  private ask(request: (stage: number) => Request): Promise<Answer[]> {
    const answers = this.workers.map((worker, stage) => {
      const answer = new Promise<Answer>((resolve) => worker.once('message', resolve));
      worker.postMessage(request(stage));
      return answer;
    });
    return Promise.race([Promise.all(answers), this.failure]);
  }
}

/**
 * A program and all it imports as one text of JavaScript, from the packages' sources. (With ts-node, which is how this
 * program itself was started, every thread would have to load TypeScript and translate all packages again: seconds each.)
 */
function bundled(file: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    conditions: ['@retrograd/source'],
    write: false,
  });
  return outputFiles[0].text;
}

/** The same timeline, its first action beginning at 0. */
function fromZero(timeline: Timeline): Timeline {
  const start = Math.min(...timeline.flat().map((span) => span.start));
  return timeline.map((stage) =>
    stage.map((span) => ({ ...span, start: span.start - start, end: span.end - start })),
  );
}
