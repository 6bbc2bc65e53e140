import type { Action, Schedule, Verb } from './schedule.ts';

/** An action and when it was done, in slots or milliseconds. */
export interface Span extends Action {
  readonly start: number;
  readonly end: number;
}

/** What the stages did and when, from 0. */
export type Timeline = readonly (readonly Span[])[];

/** How long the verbs take. */
export type Costs = Readonly<Record<Verb, number>>;

/** Every verb in one slot; backward, which is two, in two. */
export const unitCosts: Costs = { forward: 1, backward: 2, updateGradInput: 1, accGradParameters: 1 };

/**
 * When the actions of a schedule are done if nothing but its order and what they depend on makes them wait: a forward
 * needs the stage before's, the gradient of an input needs the forward and the stage after's gradient, and those of the
 * parameters need what the gradient of the input has found.
 *
 * @throws RangeError for a schedule that waits for ever, or lacks an action or has one twice.
 */
export function timelineOf(schedule: Schedule, costs: Costs = unitCosts): Timeline {
  const ends = new Map<string, number>();
  const timeline: Span[][] = schedule.map(() => []);
  const clock = schedule.map(() => 0);
  for (let left = schedule.flat().length; left > 0;) {
    const before = left;
    schedule.forEach((actions, stage) => {
      for (let next = timeline[stage].length; next < actions.length; next++) {
        const { verb, microBatch } = actions[next];
        const key = keyOf(verb, stage, microBatch);
        if (ends.has(key))
          throw new RangeError(`schedule: stage ${stage} has ${verb} ${microBatch} more than once`);
        const needed = needs(verb, stage, schedule.length).map((of) => ends.get(keyOf(...of, microBatch)));
        if (needed.includes(undefined)) return;
        const start = Math.max(clock[stage], ...(needed as number[]));
        const end = start + costs[verb];
        timeline[stage].push({ verb, microBatch, start, end });
        ends.set(key, end);
        // A backward is both of its parts.
        if (verb === 'backward') ends.set(keyOf('accGradParameters', stage, microBatch), end);
        clock[stage] = end;
        left -= 1;
      }
    });
    if (left === before) throw new RangeError(`schedule: waits for ever: ${stuck(schedule, timeline)}`);
  }
  requireComplete(schedule, ends);
  return timeline;
}

/** The share of the time from the first action to the last that each stage spends at work. */
export function busyShares(timeline: Timeline): number[] {
  const spans = timeline.flat();
  const length = Math.max(...spans.map(({ end }) => end)) - Math.min(...spans.map(({ start }) => start));
  return timeline.map((stage) => stage.reduce((sum, { start, end }) => sum + end - start, 0) / length);
}

/** For each stage how many micro-batches it keeps at most: gone forward, and their parameters' gradients not yet added. */
export function mostInFlight(schedule: Schedule): number[] {
  return schedule.map((actions) => {
    let [now, most] = [0, 0];
    for (const { verb } of actions) {
      if (verb === 'forward') most = Math.max(most, ++now);
      if (verb === 'backward' || verb === 'accGradParameters') now -= 1;
    }
    return most;
  });
}

/** `backward` and `updateGradInput` both give the gradient of the input, and answer to one key. */
function keyOf(verb: Verb, stage: number, microBatch: number): string {
  return `${verb === 'backward' ? 'updateGradInput' : verb} ${stage} ${microBatch}`;
}

function needs(verb: Verb, stage: number, stages: number): [Verb, number][] {
  if (verb === 'accGradParameters') return [['updateGradInput', stage]];
  if (verb === 'forward') return stage === 0 ? [] : [['forward', stage - 1]];
  const forward: [Verb, number] = ['forward', stage];
  return stage === stages - 1 ? [forward] : [forward, ['updateGradInput', stage + 1]];
}

function stuck(schedule: Schedule, timeline: Timeline): string {
  return schedule
    .flatMap((actions, stage) => {
      const next = actions[timeline[stage].length] as Action | undefined;
      return next === undefined ? [] : [`stage ${stage} at ${next.verb} ${next.microBatch}`];
    })
    .join(', ');
}

function requireComplete(schedule: Schedule, ends: ReadonlyMap<string, number>): void {
  const microBatches = new Set(schedule.flat().map(({ microBatch }) => microBatch));
  for (const microBatch of microBatches) {
    for (const stage of schedule.keys()) {
      for (const verb of ['forward', 'updateGradInput', 'accGradParameters'] as const) {
        if (!ends.has(keyOf(verb, stage, microBatch)))
          throw new RangeError(`schedule: stage ${stage} lacks ${verb} ${microBatch}`);
      }
    }
  }
}
