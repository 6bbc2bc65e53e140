import { flatten, type Tensor } from '@retrograd/core';
import { Module } from '../module.ts';

/**
 * Merges the dims from startDim to endDim, by default all but the first (torch.nn.Flatten).
 */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  constructor(startDim = 1, endDim = -1) {
    super();
    for (const dim of [startDim, endDim]) {
      if (!Number.isInteger(dim)) throw new RangeError(`Flatten: a dim is an integer, got ${String(dim)}`);
    }
    this.startDim = startDim;
    this.endDim = endDim;
  }

  forward(input: Tensor): Tensor {
    return flatten(input, this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}
