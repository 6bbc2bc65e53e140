import { Linear, Sequential, Tanh } from '@retrograd/nn';
import * as rg from 'retrograd';

/** Features of the input, of every layer and of the output. */
export const WIDTH = 256;
export const MICRO_BATCH = 64;
export const LEARNING_RATE = 30;

/** One stage of the network: two layers. */
export function stageModule(): Sequential {
  return new Sequential(new Linear(WIDTH, WIDTH), new Tanh(), new Linear(WIDTH, WIDTH), new Tanh());
}

/** What a micro-batch adds to the loss, which is the mean over the whole batch. */
export function lossOf(output: rg.Tensor, target: rg.Tensor, microBatches: number): rg.Tensor {
  return rg.mseLoss(output, target).div(microBatches);
}
