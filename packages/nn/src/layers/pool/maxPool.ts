import { maxPool1d, maxPool2d, maxPool3d, type Tensor } from '@retrograd/core';
import { checkFlag, perDim, withStride, type PerDim, type SpatialDims } from '../../checks.ts';
import { Module } from '../../module.ts';
import { pythonBool, pythonSize } from '../../repr.ts';
import { checkWindow } from './window.ts';

/** Maxima and where they are. */
export interface MaxPoolResult {
  readonly values: Tensor;
  /** int32: positions in row-major order within the spatial dims of the input. */
  readonly indices: Tensor;
}

/** What a layer of maxima returns: the maxima, with their places if it was asked for them. */
export type Maxima<R extends boolean> = R extends true ? MaxPoolResult : Tensor;

/** Options of {@link MaxPool1d}, {@link MaxPool2d} and {@link MaxPool3d}. */
export interface MaxPoolOptions<N extends SpatialDims, R extends boolean = boolean> {
  /** The step between windows. Default: the kernel size. */
  readonly stride?: PerDim<N>;
  /** How far windows may begin and end outside the input, at most half the kernel size. Default 0. */
  readonly padding?: PerDim<N>;
  /** The step between the elements of a window. Default 1. */
  readonly dilation?: PerDim<N>;
  /** Whether `forward` returns `{ values, indices }`, as a MaxUnpool layer needs them. Default false. */
  readonly returnIndices?: R;
  /** Whether a window that ends outside counts, too. Default false. */
  readonly ceilMode?: boolean;
}

/** Options of {@link MaxPool1d}. */
export type MaxPool1dOptions<R extends boolean = boolean> = MaxPoolOptions<1, R>;
/** Options of {@link MaxPool2d}. */
export type MaxPool2dOptions<R extends boolean = boolean> = MaxPoolOptions<2, R>;
/** Options of {@link MaxPool3d}. */
export type MaxPool3dOptions<R extends boolean = boolean> = MaxPoolOptions<3, R>;

/** What max-pooling over one, two and three dims shares. */
abstract class MaxPool<N extends SpatialDims, R extends boolean> extends Module {
  readonly kernelSize: PerDim<N>;
  readonly stride: PerDim<N>;
  readonly padding: PerDim<N>;
  readonly dilation: PerDim<N>;
  readonly returnIndices: boolean;
  readonly ceilMode: boolean;

  constructor(
    dims: N,
    kernelSize: PerDim<N>,
    strideOrOptions: PerDim<N> | MaxPoolOptions<N, R>,
    options: MaxPoolOptions<N, R>,
  ) {
    super();
    const given = withStride<N, MaxPoolOptions<N, R>>(strideOrOptions, options);
    const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = given;
    const returnIndices: boolean = given.returnIndices ?? false;
    const where = this.constructor.name;
    checkWindow(where, dims, kernelSize, stride, padding);
    perDim(where, 'dilation', dilation, dims, 1);
    checkFlag(where, 'returnIndices', returnIndices);
    checkFlag(where, 'ceilMode', ceilMode);
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
    this.returnIndices = returnIndices;
    this.ceilMode = ceilMode;
  }

  forward(input: Tensor): Maxima<R> {
    const { kernelSize, stride, padding, dilation, returnIndices, ceilMode } = this;
    const options = { stride, padding, dilation, returnIndices, ceilMode };
    return this.pool(input, kernelSize, options) as Maxima<R>;
  }

  /** The op that computes it. */
  protected abstract get pool(): typeof maxPool2d;

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    return (
      `kernel_size=${pythonSize(kernelSize)}, stride=${pythonSize(stride)}, padding=${pythonSize(padding)}, ` +
      `dilation=${pythonSize(dilation)}, ceil_mode=${pythonBool(ceilMode)}`
    );
  }
}

/**
 * The maximum of each window of x [N, C, L] or [C, L] (torch.nn.MaxPool1d). Otherwise as {@link MaxPool2d}.
 */
export class MaxPool1d<R extends boolean = false> extends MaxPool<1, R> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    kernelSize: PerDim<1>,
    strideOrOptions: PerDim<1> | MaxPool1dOptions<R> = {},
    options: MaxPool1dOptions<R> = {},
  ) {
    super(1, kernelSize, strideOrOptions, options);
  }

  protected get pool(): typeof maxPool1d {
    return maxPool1d;
  }
}

/**
 * The maximum of each window of x [N, C, H, W] or [C, H, W] (torch.nn.MaxPool2d).
 *
 *     new nn.MaxPool2d(2);
 *     new nn.MaxPool2d(3, { stride: 2, padding: 1 });
 *     const { values, indices } = new nn.MaxPool2d(2, { returnIndices: true }).forward(x);
 *
 * @typeParam R - Whether `forward` returns the maxima's places, too.
 */
export class MaxPool2d<R extends boolean = false> extends MaxPool<2, R> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    kernelSize: PerDim<2>,
    strideOrOptions: PerDim<2> | MaxPool2dOptions<R> = {},
    options: MaxPool2dOptions<R> = {},
  ) {
    super(2, kernelSize, strideOrOptions, options);
  }

  protected get pool(): typeof maxPool2d {
    return maxPool2d;
  }
}

/**
 * The maximum of each window of x [N, C, D, H, W] or [C, D, H, W] (torch.nn.MaxPool3d). Otherwise as {@link MaxPool2d}.
 */
export class MaxPool3d<R extends boolean = false> extends MaxPool<3, R> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    kernelSize: PerDim<3>,
    strideOrOptions: PerDim<3> | MaxPool3dOptions<R> = {},
    options: MaxPool3dOptions<R> = {},
  ) {
    super(3, kernelSize, strideOrOptions, options);
  }

  protected get pool(): typeof maxPool3d {
    return maxPool3d;
  }
}
