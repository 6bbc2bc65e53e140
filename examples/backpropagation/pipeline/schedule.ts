/*
 * Who does what in which order: a pipeline's schedules, as data. A stage is a part of the network that lives on a worker of
 * its own; the batch comes in micro-batches, so that the stages can work at the same time.
 */

/**
 * A step's verb, as the layer-at-a-time protocol has it. `backward` is `updateGradInput` and `accGradParameters` in one:
 * the stage before gets its gradient when both are done.
 */
export type Verb = 'forward' | 'backward' | 'updateGradInput' | 'accGradParameters';

/** What a stage does at a time: one verb for one micro-batch. */
export interface Action {
  readonly verb: Verb;
  readonly microBatch: number;
}

/** The actions of each stage, in order. */
export type Schedule = readonly (readonly Action[])[];

/** Makes a schedule for so many stages and micro-batches. */
export type Scheduler = (stages: number, microBatches: number) => Schedule;

/**
 * All forwards, then all backwards (Huang et al., GPipe: Efficient Training of Giant Neural Networks using Pipeline
 * Parallelism, 2018). Every stage keeps what all micro-batches have saved. The backwards go in the micro-batches' order
 * here, so that gradients are added up in the same order as everywhere.
 */
export const gpipe: Scheduler = (stages, microBatches) => {
  const { each } = counts('gpipe', stages, microBatches);
  return Array.from({ length: stages }, () => [...each('forward'), ...each('backward')]);
};

/**
 * One forward, one backward, in turns (Narayanan et al., PipeDream, 2019; as 1F1B with a flush in Efficient Large-Scale
 * Language Model Training on GPU Clusters Using Megatron-LM, 2021). As slow as GPipe, but stage s of p keeps at most p - s
 * micro-batches.
 */
export const oneForwardOneBackward: Scheduler = (stages, microBatches) => {
  const { each } = counts('oneForwardOneBackward', stages, microBatches);
  return Array.from({ length: stages }, (_, stage) => {
    const [forwards, backwards] = [each('forward'), each('backward')];
    const ahead = Math.min(stages - stage - 1, microBatches);
    const turns = forwards.slice(ahead).flatMap((forward, i) => [forward, backwards[i]]);
    return [...forwards.slice(0, ahead), ...turns, ...backwards.slice(microBatches - ahead)];
  });
};

/**
 * The gradient of the input first, for the stage before waits for it; those of the parameters later, in what would be
 * idle time (Qi et al., Zero Bubble Pipeline Parallelism, 2023: its ZB-H1). 1F1B with stage s being s micro-batches late
 * with its parameters: every stage keeps at most p micro-batches, as 1F1B's first does.
 */
export const zeroBubble: Scheduler = (stages, microBatches) => {
  const { each } = counts('zeroBubble', stages, microBatches);
  const [forwards, inputs, parameters] = [
    each('forward'),
    each('updateGradInput'),
    each('accGradParameters'),
  ];
  return Array.from({ length: stages }, (_, stage) => {
    const ahead = Math.min(stages - stage - 1, microBatches);
    const turns = inputs.flatMap((input, i) => [
      ...forwards.slice(i + ahead, i + ahead + 1),
      input,
      ...parameters.slice(Math.max(i - stage, 0), Math.max(i - stage + 1, 0)),
    ]);
    return [...forwards.slice(0, ahead), ...turns, ...parameters.slice(Math.max(microBatches - stage, 0))];
  });
};

/** The schedules by the names they go by. */
export const schedulers: Readonly<Record<string, Scheduler>> = {
  GPipe: gpipe,
  '1F1B': oneForwardOneBackward,
  'zero bubble': zeroBubble,
};

/** Throws unless the counts are whole numbers from 1. */
function counts(
  where: string,
  stages: number,
  microBatches: number,
): { each: (verb: Verb) => readonly Action[] } {
  for (const [name, value] of Object.entries({ stages, microBatches })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new RangeError(`${where}: ${name} must be a whole number, 1 or more: ${value}`);
  }
  return { each: (verb) => Array.from({ length: microBatches }, (_, microBatch) => ({ verb, microBatch })) };
}
