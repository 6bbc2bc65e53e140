import { flatten, unflatten, type Shape, type Tensor } from '@retrograd/core';
import { checkInteger } from '../checks.ts';
import { Module } from '../module.ts';
import { pythonTuple } from '../repr.ts';

/**
 * Merges the dims from startDim to endDim, by default all but the first (torch.nn.Flatten).
 */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  /** @throws RangeError for a dim that is no integer. */
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

/**
 * Splits a dim into several, of which one may be −1 (torch.nn.Unflatten).
 *
 *     new nn.Unflatten(1, [16, 7, 7]);
 */
export class Unflatten extends Module {
  readonly dim: number;
  readonly unflattenedSize: Shape;

  /** @throws RangeError for a dim or sizes that are no integers. */
  constructor(dim: number, unflattenedSize: Shape) {
    super();
    checkInteger('Unflatten', 'dim', dim);
    if (!Array.isArray(unflattenedSize)) {
      throw new TypeError(
        `Unflatten: unflattened_size must be an array of integers, but found ${typeof unflattenedSize}`,
      );
    }
    const sizes: Shape = unflattenedSize;
    for (const size of sizes) checkInteger('Unflatten', 'unflattenedSize', size);
    this.dim = dim;
    this.unflattenedSize = [...sizes];
  }

  forward(input: Tensor): Tensor {
    return unflatten(input, this.dim, this.unflattenedSize);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, unflattened_size=${pythonTuple(this.unflattenedSize)}`;
  }
}
