/* Negative log-likelihoods of distributions: Poisson's and Gauss's. */
import { ShapeError } from '../errors.ts';
import { broadcastShapes, formatShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { le } from './compare.ts';
import { exp, log, square } from './elementwise.ts';
import { amin } from './extremum.ts';
import { checkTensor, promotedFloat } from './promote.ts';
import { reduceLoss, reductionOf, type LossOptions } from './reduction.ts';
import { unsqueeze } from './view.ts';
import { clampMin, where } from './where.ts';

const { PI } = Math;

/** Options of {@link poissonNllLoss}. */
export interface PoissonNllLossOptions extends LossOptions {
  /** Whether input holds the logarithm of the rate. Default true. */
  readonly logInput?: boolean;
  /** Add Stirling's approximation of log(target!) where target exceeds 1. Default false. */
  readonly full?: boolean;
  /** Is added to the rate inside the logarithm when `logInput` is false. Default 1e-8. */
  readonly eps?: number;
}

/**
 * exp(input) − target·input, or input − target·log(input + eps) without `logInput`; then reduced
 * (torch.nn.functional.poisson_nll_loss). The shapes broadcast.
 *
 * @throws ShapeError if the shapes do not broadcast; TypeError for an unknown reduction.
 */
export function poissonNllLoss(input: Tensor, target: Tensor, options: PoissonNllLossOptions = {}): Tensor {
  const { logInput = true, full = false, eps = 1e-8 } = options;
  const reduction = reductionOf('poissonNllLoss', options.reduction);
  const [x, t] = promotedFloat('poissonNllLoss', input, target);
  broadcastShapes('poissonNllLoss', x.shape, t.shape);
  const losses = logInput ? sub(exp(x), mul(t, x)) : sub(x, mul(t, log(add(x, eps))));
  if (!full) return reduceLoss(losses, reduction);
  const small = le(t, 1);
  const count = where(small, 1, t);
  const stirling = add(sub(mul(count, log(count)), count), mul(log(mul(count, 2 * PI)), 0.5));
  return reduceLoss(add(losses, where(small, 0, stirling)), reduction);
}

/** Options of {@link gaussianNllLoss}. */
export interface GaussianNllLossOptions extends LossOptions {
  /** Add the constant ½·log 2π. Default false. */
  readonly full?: boolean;
  /** The least variance; where it takes effect, the gradient is that of the given one. Default 1e-6. */
  readonly eps?: number;
}

/**
 * ½·(log variance + (input − target)² / variance), then reduced (torch.nn.functional.gaussian_nll_loss). `variance` has
 * input's shape, or the same without the last dim, or with a last extent of 1.
 *
 * @throws ShapeError if the shapes do not fit; RangeError for a negative variance.
 */
export function gaussianNllLoss(
  input: Tensor,
  target: Tensor,
  variance: Tensor,
  options: GaussianNllLossOptions = {},
): Tensor {
  const { full = false, eps = 1e-6 } = options;
  const reduction = reductionOf('gaussianNllLoss', options.reduction);
  const [x, t] = promotedFloat('gaussianNllLoss', input, target);
  checkTensor('gaussianNllLoss', variance);
  const given = shapedVariance(x, variance);
  const values = given.detach();
  if (given.numel() > 0 && amin(values).item() < 0) {
    throw new RangeError('gaussianNllLoss: var has negative entry/entries');
  }
  const used = add(given, sub(clampMin(values, eps), values));
  const losses = mul(add(log(used), div(square(sub(x, t)), used)), 0.5);
  return reduceLoss(full ? add(losses, 0.5 * Math.log(2 * PI)) : losses, reduction);
}

function shapedVariance({ shape }: Tensor, variance: Tensor): Tensor {
  if (sameShape(variance.shape, shape)) return variance;
  const leading = shape.slice(0, -1);
  if (shape.length > 0 && sameShape(variance.shape, leading)) return unsqueeze(variance, -1);
  if (shape.length > 0 && sameShape(variance.shape, [...leading, 1])) return variance;
  throw new ShapeError(
    `gaussianNllLoss: var is of incorrect size: ${formatShape(variance.shape)} for input ${formatShape(shape)}`,
  );
}
