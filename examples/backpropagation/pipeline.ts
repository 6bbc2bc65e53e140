/*
 * A pipeline: a network whose stages are trained in threads of their own, on the micro-batches of one batch at the same
 * time. The layer-at-a-time protocol is what makes schedules possible that a single backward() has no words for: the
 * gradient of a stage's input, which another stage waits for, first, and those of its parameters, which nobody waits for,
 * later. Whatever the schedule, the parameters come out the same, to the last bit, as when the network is trained as one.
 *
 *     ts-node -T examples/backpropagation/pipeline.ts --micro-batches 8
 */

import { availableParallelism } from 'node:os';
import { Sequential } from '@retrograd/nn';
import * as rg from 'retrograd';
import { readFlags, whole } from '../support/flags.ts';
import { drawTimeline } from './pipeline/chart.ts';
import { LEARNING_RATE, lossOf, MICRO_BATCH, stageModule, WIDTH } from './pipeline/network.ts';
import { schedulers } from './pipeline/schedule.ts';
import { Threads } from './pipeline/threads.ts';
import { busyShares, mostInFlight, timelineOf, type Timeline } from './pipeline/timeline.ts';
import { isProgram, type Print } from './print.ts';

type Tensor = rg.Tensor;

/** How much is trained, and in how many parts. */
export interface PipelineOptions {
  readonly stages: number;
  readonly microBatches: number;
  readonly steps: number;
}

/** @throws RangeError for counts that are no whole numbers from 1. */
export async function main(
  print: Print,
  { stages, microBatches, steps }: PipelineOptions = { stages: 4, microBatches: 8, steps: 20 },
): Promise<void> {
  if (!Number.isSafeInteger(steps) || steps < 1)
    throw new RangeError(`pipeline: steps must be a whole number, 1 or more: ${steps}`);
  // Bad counts are refused here, before any thread is started.
  const schedules = Object.entries(schedulers).map(
    ([name, scheduler]) => [name, scheduler(stages, microBatches)] as const,
  );
  rg.manualSeed(1);
  const network = new Sequential(...Array.from({ length: stages }, stageModule));
  const parameters = network.children().map((stage) => stage.parameters().map((p) => p.detach().clone()));
  const draw = (): Tensor[] => Array.from({ length: microBatches }, () => rg.randn([MICRO_BATCH, WIDTH]));
  const inputs = draw();
  const targets = inputs.map((x) => x.roll(1, 1).tanh());

  print(`${stages} stages, ${microBatches} micro-batches, ${steps} steps`);
  const [first, last] = trainWhole(network, inputs, targets, steps);
  print(`the whole network in one thread: loss ${first.toFixed(4)}, after ${steps} steps ${last.toFixed(4)}`);

  print(
    'F forward, B gradient of the input, W of the parameters, D both in one; the number is the micro-batch.',
  );

  const threads = new Threads(stages);
  try {
    for (const [name, schedule] of schedules) {
      const ideal = timelineOf(schedule);
      const idle = 1 - mean(busyShares(ideal));
      print('');
      print(`${name}: ${percent(idle)} idle if all verbs took equally long`);
      drawTimeline(ideal, 3).forEach((line) => print(line));
      print(`  micro-batches kept at most, by stage: ${mostInFlight(schedule).join(', ')}`);
      const trained = await threads.train(schedule, { parameters, inputs, targets }, steps);
      const measured = shortest(trained.timelines);
      print(`measured, the fastest step of ${steps}: ${lengthOf(measured).toFixed(1)} ms`);
      drawTimeline(measured, 99 / lengthOf(measured)).forEach((line) => print(line));
      const same = trained.parameters.flat().every((p, i) => bitEqual(p, network.parameters()[i]));
      print(`  parameters ${same ? 'equal' : 'NOT equal'} to the whole network's, to the last bit`);
    }
  } finally {
    await threads.end();
  }
  print('');
  const cores = availableParallelism();
  print(
    cores < stages
      ? `Measured on ${cores} cores, so at most ${cores} of the ${stages} stages really work at a time; the others seem busy while they wait for a core.`
      : `Measured on ${cores} cores, one and more for each stage.`,
  );
}

/** Plain training: forward and backward of the whole network, gradients added up over the micro-batches. */
function trainWhole(
  network: Sequential,
  inputs: readonly Tensor[],
  targets: readonly Tensor[],
  steps: number,
): [number, number] {
  const optimizer = new rg.optim.SGD(network.parameters(), { lr: LEARNING_RATE });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    optimizer.zeroGrad();
    let sum = 0;
    inputs.forEach((x, j) => {
      const loss = lossOf(network.forward(x), targets[j], inputs.length);
      loss.backward();
      sum += loss.item();
    });
    optimizer.step();
    losses.push(sum);
  }
  return [losses[0], losses[losses.length - 1]];
}

/** Whether all numbers are the same, bit by bit. */
function bitEqual(a: Tensor, b: Tensor): boolean {
  const [x, y] = [a, b].map((t) => {
    const { buffer, byteOffset, byteLength } = t.detach().contiguous().data;
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  return x.length === y.length && x.every((byte, i) => byte === y[i]);
}

const lengthOf = (timeline: Timeline): number => Math.max(...timeline.flat().map(({ end }) => end));
const shortest = (timelines: readonly Timeline[]): Timeline =>
  timelines.reduce((best, each) => (lengthOf(each) < lengthOf(best) ? each : best));
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

if (isProgram(module)) {
  const flags = readFlags('trains a network in stages, each in a thread of its own', {
    stages: whole(4, 'parts of the network', 1, 16),
    'micro-batches': whole(8, 'parts of the batch', 1, 64),
    steps: whole(20, 'batches'),
  });
  void main(console.log, {
    stages: flags.stages,
    microBatches: flags['micro-batches'],
    steps: flags.steps,
  });
}
