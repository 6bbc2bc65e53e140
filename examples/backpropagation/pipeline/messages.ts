import type { MessagePort } from 'node:worker_threads';
import * as rg from 'retrograd';
import type { Action } from './schedule.ts';
import type { Span } from './timeline.ts';

/** A tensor on its way to another thread. */
export interface Parcel {
  readonly numbers: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** What a stage's thread is started with. */
export interface StageData {
  /** To the stages before and after it; null at the ends. */
  readonly before: MessagePort | null;
  readonly after: MessagePort | null;
}

/** What a stage is to train. */
export interface TrainRequest {
  readonly parameters: readonly Parcel[];
  readonly actions: readonly Action[];
  readonly microBatches: number;
  /** The micro-batches' inputs for the first stage, their targets for the last one. */
  readonly inputs: readonly Parcel[];
  readonly targets: readonly Parcel[];
}

/** What a thread is asked for: to begin a training, to do a step of it, to hand over its parameters. */
export type Request =
  | { readonly kind: 'train'; readonly request: TrainRequest }
  | { readonly kind: 'step' }
  | { readonly kind: 'parameters' };

/** What it answers. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly spans: readonly Span[] }
  | { readonly kind: 'parameters'; readonly parameters: readonly Parcel[] };

/** What goes from stage to stage: an activation downwards, its gradient upwards. */
export interface Passed {
  readonly microBatch: number;
  readonly parcel: Parcel;
}

/** A copy of a tensor's numbers, to be sent. */
export function pack(x: rg.Tensor): Parcel {
  return { numbers: Float32Array.from(x.detach().contiguous().data), shape: x.shape };
}

/** The tensor that was sent: around the numbers, which are not copied again. */
export function unpack({ numbers, shape }: Parcel): rg.Tensor {
  return rg.fromTypedArray(numbers, shape);
}

/** Milliseconds on a clock that all threads share. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
