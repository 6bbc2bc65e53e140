/* Covariances and correlations of variables. */
import { isFloating } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { div, mul, sub } from './arithmetic.ts';
import { lt } from './compare.ts';
import { to } from './copy.ts';
import { diagonal } from './diagonal.ts';
import { sqrt } from './elementwise.ts';
import { matmul } from './matmul.ts';
import { checkTensor, scalar, toFloat } from './promote.ts';
import { any, sum } from './reduce.ts';
import { reshape, squeeze, t, unsqueeze } from './view.ts';
import { clamp, clampMin } from './where.ts';

/** Options of {@link cov}. */
export interface CovarianceOptions {
  /** What is subtracted from the number of observations in the divisor. Default 1. */
  readonly correction?: number;
  /** How often each observation was made: integers. */
  readonly fweights?: Tensor | null;
  /** How much each observation counts. */
  readonly aweights?: Tensor | null;
}

/**
 * The covariance matrix of variables (rows) from observations (columns), Σ (xᵢ − x̄)(yᵢ − ȳ) / (n − correction)
 * (torch.cov); of one variable its variance, 0-d. Integers become float32.
 *
 * @throws ShapeError for more than two dims, or for weights that do not fit; DTypeError for bools.
 */
export function cov(x: Tensor, options: CovarianceOptions = {}): Tensor {
  checkTensor('cov', x);
  const { correction = 1, fweights = null, aweights = null } = options;
  if (x.ndim > 2)
    throw new ShapeError(
      `cov: expected input to have two or fewer dimensions but got ${formatShape(x.shape)}`,
    );
  if (x.dtype === 'bool') throw new DTypeError('cov: bool dtype is not supported for input');
  const rows = x.ndim < 2 ? reshape(toFloat('cov', x), [1, -1]) : toFloat('cov', x);
  const count = rows.shape[1];
  if (fweights !== null) checkWeights('fweights', fweights, [count], false);
  if (aweights !== null) checkWeights('aweights', aweights, [count], true);
  const often = fweights === null ? null : to(fweights, rows.dtype);
  const weights = often === null ? aweights : aweights === null ? often : mul(often, aweights);
  const weighted = (y: Tensor): Tensor => (weights === null ? y : mul(y, weights));

  const total = weights === null ? scalar(count, rows.dtype) : sum(weights);
  const divisor =
    weights === null || aweights === null || correction === 0
      ? sub(total, correction)
      : sub(total, div(mul(sum(mul(weights, aweights)), correction), total));
  const centered = sub(rows, unsqueeze(div(sum(weighted(rows), 1), total), 1));
  return squeeze(div(matmul(centered, t(weighted(centered))), clampMin(divisor, 0)));
}

/**
 * The correlation coefficients of variables (rows) from observations (columns) (torch.corrcoef): covariances divided by
 * both deviations, in [−1, 1]. Integers become float32.
 *
 * @throws ShapeError for more than two dims; DTypeError for bools.
 */
export function corrcoef(x: Tensor): Tensor {
  checkTensor('corrcoef', x);
  if (x.ndim > 2) {
    throw new ShapeError(
      `corrcoef: expected input to have two or fewer dimensions but got ${formatShape(x.shape)}`,
    );
  }
  const c = cov(x);
  if (c.ndim === 0) return div(c, c);
  const deviations = sqrt(diagonal(c));
  return clamp(div(div(c, unsqueeze(deviations, 1)), deviations), { min: -1, max: 1 });
}

function checkWeights(name: string, weights: Tensor, shape: Shape, floating: boolean): void {
  checkTensor('cov', weights);
  if (weights.ndim > 1 || weights.numel() !== shape[0]) {
    throw new ShapeError(
      `cov: expected ${name} to have one dimension and the same numel as there are observations, ` +
        `${formatShape(shape)}, but got ${formatShape(weights.shape)}`,
    );
  }
  if (isFloating(weights.dtype) !== floating) {
    throw new DTypeError(
      `cov: expected ${name} to have ${floating ? 'floating point' : 'integral'} dtype but got ${weights.dtype}`,
    );
  }
  if (any(lt(weights, 0)).item() !== 0) throw new RangeError(`cov: ${name} cannot be negative`);
}
