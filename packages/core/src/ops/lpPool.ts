/* Pooling by norms, as averages of powers. */
import { isFloating } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import { abs, sign } from './elementwise.ts';
import { avgPool2d } from './pool.ts';
import { avgPool1d } from './poolDims.ts';
import { checkPlanes, poolSlides } from './poolGeometry.ts';
import { pow } from './power.ts';
import { relu } from './rectifiers.ts';
import { perDim, type PerDim } from './window.ts';

/** Options of {@link lpPool1d} and {@link lpPool2d}. */
export interface LpPoolOptions {
  /** The step between windows. Default (and for an empty list): the kernel size. */
  readonly stride?: PerDim | null;
  /** Round the output size up: windows may reach beyond the input, if they begin before its end. Default false. */
  readonly ceilMode?: boolean;
}

/**
 * The p-norm of each window along the last dim of x [N, C, L] or [C, L], (Σ xᵢᵖ)^(1/p) (torch.nn.functional.lp_pool1d).
 * Conventions as for {@link lpPool2d}.
 *
 * @param normType - p, not 0.
 * @throws ShapeError if shapes or options do not fit; DTypeError for integer and bool tensors; RangeError for p = 0.
 */
export function lpPool1d(
  x: Tensor,
  normType: number,
  kernelSize: PerDim,
  options: LpPoolOptions = {},
): Tensor {
  return lpPool('lpPool1d', 1, avgPool1d, x, normType, kernelSize, options);
}

/**
 * The p-norm of each window of the planes of x [N, C, H, W] or [C, H, W], (Σ xᵢᵖ)^(1/p) (torch.nn.functional.lp_pool2d).
 *
 * As in PyTorch there are no bars around xᵢ: a power that is not even wants elements that are not negative. The sum of
 * a window cut off by the end of x (`ceilMode`) is scaled up to that of a whole one. Where a window's sum is 0 so
 * is the gradient.
 *
 * @param normType - p, not 0.
 * @throws ShapeError if shapes or options do not fit; DTypeError for integer and bool tensors; RangeError for p = 0.
 */
export function lpPool2d(
  x: Tensor,
  normType: number,
  kernelSize: PerDim,
  options: LpPoolOptions = {},
): Tensor {
  return lpPool('lpPool2d', 2, avgPool2d, x, normType, kernelSize, options);
}

function lpPool(
  op: string,
  ndim: number,
  average: typeof avgPool2d,
  x: Tensor,
  normType: number,
  kernelSize: PerDim,
  { stride, ceilMode }: LpPoolOptions,
): Tensor {
  checkPlanes(op, x, ndim);
  if (!isFloating(x.dtype)) throw new DTypeError(`${op}: not implemented for ${x.dtype} tensors`);
  if (typeof normType !== 'number' || Number.isNaN(normType) || normType === 0) {
    throw new RangeError(`${op}: normType must be a number other than 0, got ${String(normType)}`);
  }
  poolSlides(op, x, kernelSize, { stride, ceilMode }, 1, ndim);
  const elements = perDim(op, 'kernelSize', kernelSize, ndim).reduce((n, size) => n * size, 1);
  const mean = average(pow(x, normType), kernelSize, { stride, ceilMode });
  // Without the sign and relu, which change nothing, the gradient would be NaN where a sum is 0.
  return pow(mul(mul(sign(mean), relu(abs(mean))), elements), 1 / normType);
}
