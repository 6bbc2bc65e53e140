import { avgPool1d, avgPool2d, avgPool3d, type Tensor } from '@retrograd/core';
import { checkFlag, withStride, type PerDim, type SpatialDims } from '../../checks.ts';
import { Module } from '../../module.ts';
import { pythonSize } from '../../repr.ts';
import { checkWindow } from './window.ts';

/** Options of {@link AvgPool1d}. */
export interface AvgPool1dOptions extends AvgPoolOptions<1> {
  readonly divisorOverride?: never;
}
/** Options of {@link AvgPool2d}. */
export type AvgPool2dOptions = AvgPoolOptions<2>;
/** Options of {@link AvgPool3d}. */
export type AvgPool3dOptions = AvgPoolOptions<3>;

/** Options of {@link AvgPool2d} and {@link AvgPool3d}. */
export interface AvgPoolOptions<N extends SpatialDims> {
  /** The step between windows. Default: the kernel size. */
  readonly stride?: PerDim<N>;
  /** Zeros around the input, at most half the kernel size. Default 0. */
  readonly padding?: PerDim<N>;
  /** Whether a window that ends outside counts, too. Default false. */
  readonly ceilMode?: boolean;
  /** Whether the zeros around the input count as elements. Default true. */
  readonly countIncludePad?: boolean;
  /** What sums are divided by, instead of the number of elements; not over one dim. */
  readonly divisorOverride?: number | null;
}

/** What average pooling over one, two and three dims shares. */
abstract class AvgPool<N extends SpatialDims> extends Module {
  readonly kernelSize: PerDim<N>;
  readonly stride: PerDim<N>;
  readonly padding: PerDim<N>;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;

  constructor(
    dims: N,
    kernelSize: PerDim<N>,
    strideOrOptions: PerDim<N> | AvgPoolOptions<N>,
    options: AvgPoolOptions<N>,
  ) {
    super();
    const given = withStride<N, AvgPoolOptions<N>>(strideOrOptions, options);
    const { stride = kernelSize, padding = 0, ceilMode = false } = given;
    const { countIncludePad = true, divisorOverride = null } = given;
    const where = this.constructor.name;
    checkWindow(where, dims, kernelSize, stride, padding);
    checkFlag(where, 'ceilMode', ceilMode);
    checkFlag(where, 'countIncludePad', countIncludePad);
    if (divisorOverride !== null && (!Number.isInteger(divisorOverride) || divisorOverride === 0)) {
      throw new RangeError(`${where}: divisor must be an integer and not zero, got ${divisorOverride}`);
    }
    if (divisorOverride !== null && dims === 1) {
      throw new RangeError(`${where}: takes no divisorOverride, got ${divisorOverride}`);
    }
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
    this.ceilMode = ceilMode;
    this.countIncludePad = countIncludePad;
    this.divisorOverride = divisorOverride;
  }

  forward(input: Tensor): Tensor {
    const { kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride } = this;
    return this.pool(input, kernelSize, { stride, padding, ceilMode, countIncludePad, divisorOverride });
  }

  /** The op that computes it. */
  protected abstract get pool(): typeof avgPool2d;

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    return `kernel_size=${pythonSize(kernelSize)}, stride=${pythonSize(stride)}, padding=${pythonSize(padding)}`;
  }
}

/**
 * The average of each window of x [N, C, L] or [C, L] (torch.nn.AvgPool1d). Otherwise as {@link AvgPool2d}, but without
 * `divisorOverride`.
 */
export class AvgPool1d extends AvgPool<1> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    kernelSize: PerDim<1>,
    strideOrOptions: PerDim<1> | AvgPool1dOptions = {},
    options: AvgPool1dOptions = {},
  ) {
    super(1, kernelSize, strideOrOptions, options);
  }

  protected get pool(): typeof avgPool1d {
    return avgPool1d;
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    const listed = (size: PerDim<1>): string => pythonSize(typeof size === 'number' ? [size] : size);
    return `kernel_size=${listed(kernelSize)}, stride=${listed(stride)}, padding=${listed(padding)}`;
  }
}

/**
 * The average of each window of x [N, C, H, W] or [C, H, W] (torch.nn.AvgPool2d).
 *
 *     new nn.AvgPool2d(2);
 */
export class AvgPool2d extends AvgPool<2> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    kernelSize: PerDim<2>,
    strideOrOptions: PerDim<2> | AvgPool2dOptions = {},
    options: AvgPool2dOptions = {},
  ) {
    super(2, kernelSize, strideOrOptions, options);
  }

  protected get pool(): typeof avgPool2d {
    return avgPool2d;
  }
}

/**
 * The average of each window of x [N, C, D, H, W] or [C, D, H, W] (torch.nn.AvgPool3d). Otherwise as {@link AvgPool2d}.
 */
export class AvgPool3d extends AvgPool<3> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    kernelSize: PerDim<3>,
    strideOrOptions: PerDim<3> | AvgPool3dOptions = {},
    options: AvgPool3dOptions = {},
  ) {
    super(3, kernelSize, strideOrOptions, options);
  }

  protected get pool(): typeof avgPool3d {
    return avgPool3d;
  }
}
