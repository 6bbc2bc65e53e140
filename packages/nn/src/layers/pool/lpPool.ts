import { lpPool1d, lpPool2d, type Tensor } from '@retrograd/core';
import { checkFlag, perDim, withStride, type PerDim, type SpatialDims } from '../../checks.ts';
import { Module } from '../../module.ts';
import { pythonBool, pythonNumber, pythonSize } from '../../repr.ts';

/** Options of {@link LPPool1d} and {@link LPPool2d}. */
export interface LPPoolOptions<N extends SpatialDims> {
  /** The step between windows. Default: the kernel size. */
  readonly stride?: PerDim<N> | null;
  /** Whether a window that ends outside counts, too. Default false. */
  readonly ceilMode?: boolean;
}

/** Options of {@link LPPool1d}. */
export type LPPool1dOptions = LPPoolOptions<1>;
/** Options of {@link LPPool2d}. */
export type LPPool2dOptions = LPPoolOptions<2>;

/** What pooling by norms over one and two dims shares. */
abstract class LPPool<N extends SpatialDims> extends Module {
  readonly normType: number;
  readonly kernelSize: PerDim<N>;
  /** null for the kernel size. */
  readonly stride: PerDim<N> | null;
  readonly ceilMode: boolean;

  constructor(
    dims: N,
    normType: number,
    kernelSize: PerDim<N>,
    strideOrOptions: PerDim<N> | LPPoolOptions<N>,
    options: LPPoolOptions<N>,
  ) {
    super();
    const given: LPPoolOptions<N> = withStride<N, LPPoolOptions<N>>(strideOrOptions, options);
    const { stride = null, ceilMode = false } = given;
    const where = this.constructor.name;
    if (typeof normType !== 'number' || Number.isNaN(normType) || normType === 0) {
      throw new RangeError(`${where}: normType must be a number other than 0, got ${String(normType)}`);
    }
    perDim(where, 'kernelSize', kernelSize, dims, 1);
    if (stride !== null) perDim(where, 'stride', stride, dims, 1);
    checkFlag(where, 'ceilMode', ceilMode);
    this.normType = normType;
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.ceilMode = ceilMode;
  }

  forward(input: Tensor): Tensor {
    const { normType, kernelSize, stride, ceilMode } = this;
    return this.pool(input, normType, kernelSize, { stride, ceilMode });
  }

  /** The function that computes it. */
  protected abstract get pool(): typeof lpPool2d;

  override extraRepr(): string {
    const { normType, kernelSize, stride, ceilMode } = this;
    return (
      `norm_type=${pythonNumber(normType)}, kernel_size=${pythonSize(kernelSize)}, stride=${pythonSize(stride)}, ` +
      `ceil_mode=${pythonBool(ceilMode)}`
    );
  }
}

/** The p-norm of each window of x [N, C, L] or [C, L] (torch.nn.LPPool1d). Otherwise as {@link LPPool2d}. */
export class LPPool1d extends LPPool<1> {
  /**
   * @param normType - p, not 0.
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    normType: number,
    kernelSize: PerDim<1>,
    strideOrOptions: PerDim<1> | LPPool1dOptions = {},
    options: LPPool1dOptions = {},
  ) {
    super(1, normType, kernelSize, strideOrOptions, options);
  }

  protected get pool(): typeof lpPool1d {
    return lpPool1d;
  }
}

/**
 * The p-norm of each window of x [N, C, H, W] or [C, H, W], (Σ xᵢᵖ)^(1/p) (torch.nn.LPPool2d): with p = 1 the sum, and
 * the nearer to the maximum the greater p is.
 *
 *     new nn.LPPool2d(2, 3, { stride: 2 });
 *
 * As in PyTorch there are no bars around xᵢ: a power that is not even wants elements that are not negative.
 */
export class LPPool2d extends LPPool<2> {
  /**
   * @param normType - p, not 0.
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    normType: number,
    kernelSize: PerDim<2>,
    strideOrOptions: PerDim<2> | LPPool2dOptions = {},
    options: LPPool2dOptions = {},
  ) {
    super(2, normType, kernelSize, strideOrOptions, options);
  }

  protected get pool(): typeof lpPool2d {
    return lpPool2d;
  }
}
