import { maxUnpool1d, maxUnpool2d, maxUnpool3d, type Tensor } from '@retrograd/core';
import { perDim, withStride, type PerDim, type Sizes, type SpatialDims } from '../../checks.ts';
import { Module } from '../../module.ts';
import { pythonTuple } from '../../repr.ts';

/** Options of {@link MaxUnpool1d}, {@link MaxUnpool2d} and {@link MaxUnpool3d}. */
export interface MaxUnpoolOptions<N extends SpatialDims> {
  /** The step between windows. Default: the kernel size. */
  readonly stride?: PerDim<N>;
  /** How far windows began outside. Default 0. */
  readonly padding?: PerDim<N>;
}

/** Options of {@link MaxUnpool1d}. */
export type MaxUnpool1dOptions = MaxUnpoolOptions<1>;
/** Options of {@link MaxUnpool2d}. */
export type MaxUnpool2dOptions = MaxUnpoolOptions<2>;
/** Options of {@link MaxUnpool3d}. */
export type MaxUnpool3dOptions = MaxUnpoolOptions<3>;

/** What undoing max-pooling over one, two and three dims shares. */
abstract class MaxUnpool<N extends SpatialDims> extends Module {
  readonly kernelSize: Sizes<N>;
  readonly stride: Sizes<N>;
  readonly padding: Sizes<N>;

  constructor(
    dims: N,
    kernelSize: PerDim<N>,
    strideOrOptions: PerDim<N> | MaxUnpoolOptions<N>,
    options: MaxUnpoolOptions<N>,
  ) {
    super();
    const given = withStride<N, MaxUnpoolOptions<N>>(strideOrOptions, options);
    const where = this.constructor.name;
    this.kernelSize = perDim(where, 'kernelSize', kernelSize, dims, 1);
    this.stride = perDim(where, 'stride', given.stride ?? kernelSize, dims, 1);
    this.padding = perDim(where, 'padding', given.padding ?? 0, dims, 0);
  }

  /**
   * @param indices - Where each element goes, as a MaxPool layer with `returnIndices` returns them.
   * @param outputSize - The size of the result's spatial dims, or its shape; default what the options say.
   */
  forward(input: Tensor, indices: Tensor, outputSize: readonly number[] | null = null): Tensor {
    const { kernelSize, stride, padding } = this;
    return this.unpool(input, indices, kernelSize, { stride, padding, outputSize });
  }

  /** The op that computes it. */
  protected abstract get unpool(): typeof maxUnpool2d;

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    return `kernel_size=${pythonTuple(kernelSize)}, stride=${pythonTuple(stride)}, padding=${pythonTuple(padding)}`;
  }
}

/** Undoes {@link MaxPool1d} of [N, C, L] or [C, L] (torch.nn.MaxUnpool1d). Otherwise as {@link MaxUnpool2d}. */
export class MaxUnpool1d extends MaxUnpool<1> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    kernelSize: PerDim<1>,
    strideOrOptions: PerDim<1> | MaxUnpool1dOptions = {},
    options: MaxUnpool1dOptions = {},
  ) {
    super(1, kernelSize, strideOrOptions, options);
  }

  protected get unpool(): typeof maxUnpool1d {
    return maxUnpool1d;
  }
}

/**
 * Undoes {@link MaxPool2d} of [N, C, H, W] or [C, H, W] as far as it can be: maxima go back to their places, the rest is
 * zero (torch.nn.MaxUnpool2d).
 *
 *     const { values, indices } = new nn.MaxPool2d(2, { returnIndices: true }).forward(x);
 *     new nn.MaxUnpool2d(2).forward(values, indices, x.shape);
 */
export class MaxUnpool2d extends MaxUnpool<2> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    kernelSize: PerDim<2>,
    strideOrOptions: PerDim<2> | MaxUnpool2dOptions = {},
    options: MaxUnpool2dOptions = {},
  ) {
    super(2, kernelSize, strideOrOptions, options);
  }

  protected get unpool(): typeof maxUnpool2d {
    return maxUnpool2d;
  }
}

/** Undoes {@link MaxPool3d} of [N, C, D, H, W] or [C, D, H, W] (torch.nn.MaxUnpool3d). Otherwise as {@link MaxUnpool2d}. */
export class MaxUnpool3d extends MaxUnpool<3> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    kernelSize: PerDim<3>,
    strideOrOptions: PerDim<3> | MaxUnpool3dOptions = {},
    options: MaxUnpool3dOptions = {},
  ) {
    super(3, kernelSize, strideOrOptions, options);
  }

  protected get unpool(): typeof maxUnpool3d {
    return maxUnpool3d;
  }
}
