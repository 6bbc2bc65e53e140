/* Pooling to a given size, with windows that are as equal as can be. */
import {
  adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d, adaptiveMaxPool1d, adaptiveMaxPool2d, adaptiveMaxPool3d, type Tensor,
} from '@retrograd/core'; // prettier-ignore
import { checkFlag, checkSize, type SpatialDims } from '../../checks.ts';
import { Module } from '../../module.ts';
import { pythonSize } from '../../repr.ts';
import type { Maxima } from './maxPool.ts';

/** One size per dim; null for a dim that keeps the input's. */
type SizesOrNull<N extends SpatialDims> = {
  1: readonly [number | null];
  2: readonly [number | null, number | null];
  3: readonly [number | null, number | null, number | null];
}[N];

/** The size to pool to: one number for all of N dims, or one for each; null keeps that dim's. */
export type AdaptiveSize<N extends SpatialDims> = number | SizesOrNull<N>;

/** Options of {@link AdaptiveMaxPool1d}, {@link AdaptiveMaxPool2d} and {@link AdaptiveMaxPool3d}. */
export interface AdaptiveMaxPoolOptions<R extends boolean = boolean> {
  /** Whether `forward` returns `{ values, indices }`. Default false. */
  readonly returnIndices?: R;
}

/** What the layers of this file share. */
abstract class AdaptivePool<N extends SpatialDims> extends Module {
  readonly outputSize: AdaptiveSize<N>;

  constructor(dims: N, outputSize: AdaptiveSize<N>) {
    super();
    const where = this.constructor.name;
    const list: readonly (number | null)[] = Array.isArray(outputSize) ? outputSize : [outputSize as number];
    if (Array.isArray(outputSize) && list.length !== dims) {
      throw new RangeError(`${where}: expected an outputSize of ${dims} numbers, got [${list.join(', ')}]`);
    }
    for (const size of list) {
      if (size !== null || !Array.isArray(outputSize)) checkSize(where, 'outputSize', size as number, 0);
    }
    this.outputSize = outputSize;
  }

  override extraRepr(): string {
    return `output_size=${pythonSize(this.outputSize)}`;
  }
}

/** Averages of x [N, C, L] or [C, L], as many as outputSize says (torch.nn.AdaptiveAvgPool1d). */
export class AdaptiveAvgPool1d extends AdaptivePool<1> {
  /** @throws RangeError for a size that makes no sense. */
  constructor(outputSize: AdaptiveSize<1>) {
    super(1, outputSize);
  }

  forward(input: Tensor): Tensor {
    return adaptiveAvgPool1d(input, this.outputSize);
  }
}

/**
 * Averages of the planes of x [N, C, H, W] or [C, H, W], as many as outputSize says (torch.nn.AdaptiveAvgPool2d).
 *
 *     new nn.AdaptiveAvgPool2d(1); // global average pooling
 *     new nn.AdaptiveAvgPool2d([null, 7]);
 */
export class AdaptiveAvgPool2d extends AdaptivePool<2> {
  /** @throws RangeError for a size that makes no sense. */
  constructor(outputSize: AdaptiveSize<2>) {
    super(2, outputSize);
  }

  forward(input: Tensor): Tensor {
    return adaptiveAvgPool2d(input, this.outputSize);
  }
}

/** Averages of the volumes of x [N, C, D, H, W] or [C, D, H, W] (torch.nn.AdaptiveAvgPool3d). */
export class AdaptiveAvgPool3d extends AdaptivePool<3> {
  /** @throws RangeError for a size that makes no sense. */
  constructor(outputSize: AdaptiveSize<3>) {
    super(3, outputSize);
  }

  forward(input: Tensor): Tensor {
    return adaptiveAvgPool3d(input, this.outputSize);
  }
}

/** What the layers of maxima share. */
abstract class AdaptiveMaxPool<N extends SpatialDims, R extends boolean> extends AdaptivePool<N> {
  readonly returnIndices: boolean;

  constructor(dims: N, outputSize: AdaptiveSize<N>, options: AdaptiveMaxPoolOptions<R>) {
    super(dims, outputSize);
    const returnIndices: boolean = options.returnIndices ?? false;
    checkFlag(this.constructor.name, 'returnIndices', returnIndices);
    this.returnIndices = returnIndices;
  }

  forward(input: Tensor): Maxima<R> {
    return this.pool(input, this.outputSize, { returnIndices: this.returnIndices }) as Maxima<R>;
  }

  /** The op that computes it. */
  protected abstract get pool(): typeof adaptiveMaxPool2d;
}

/** Maxima of x [N, C, L] or [C, L], as many as outputSize says (torch.nn.AdaptiveMaxPool1d). */
export class AdaptiveMaxPool1d<R extends boolean = false> extends AdaptiveMaxPool<1, R> {
  /** @throws RangeError for a size that makes no sense. */
  constructor(outputSize: AdaptiveSize<1>, options: AdaptiveMaxPoolOptions<R> = {}) {
    super(1, outputSize, options);
  }

  protected get pool(): typeof adaptiveMaxPool1d {
    return adaptiveMaxPool1d;
  }
}

/**
 * Maxima of the planes of x [N, C, H, W] or [C, H, W], as many as outputSize says (torch.nn.AdaptiveMaxPool2d).
 *
 * @typeParam R - Whether `forward` returns the maxima's places, too.
 */
export class AdaptiveMaxPool2d<R extends boolean = false> extends AdaptiveMaxPool<2, R> {
  /** @throws RangeError for a size that makes no sense. */
  constructor(outputSize: AdaptiveSize<2>, options: AdaptiveMaxPoolOptions<R> = {}) {
    super(2, outputSize, options);
  }

  protected get pool(): typeof adaptiveMaxPool2d {
    return adaptiveMaxPool2d;
  }
}

/** Maxima of the volumes of x [N, C, D, H, W] or [C, D, H, W] (torch.nn.AdaptiveMaxPool3d). */
export class AdaptiveMaxPool3d<R extends boolean = false> extends AdaptiveMaxPool<3, R> {
  /** @throws RangeError for a size that makes no sense. */
  constructor(outputSize: AdaptiveSize<3>, options: AdaptiveMaxPoolOptions<R> = {}) {
    super(3, outputSize, options);
  }

  protected get pool(): typeof adaptiveMaxPool3d {
    return adaptiveMaxPool3d;
  }
}
