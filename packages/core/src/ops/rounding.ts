/* Rounding; the gradient of every way to round is zero. */
import { isFloating } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { apply } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { div, mul, sub, zerosOf } from './arithmetic.ts';
import { clone } from './copy.ts';
import { checkTensor } from './promote.ts';
import { checkNotBool, unaryOp, type UnaryFunction, type UnaryOp } from './unary.ts';

export const floorOp = unaryOp('floor', (g) => zerosOf(g));
export const ceilOp = unaryOp('ceil', (g) => zerosOf(g));
export const roundOp = unaryOp('round', (g) => zerosOf(g));
export const truncOp = unaryOp('trunc', (g) => zerosOf(g));

/** The greatest integer ≤ x, in x's dtype (torch.floor). @throws DTypeError for bool tensors. */
export const floor: UnaryFunction = rounded(floorOp);

/** The smallest integer ≥ x, in x's dtype (torch.ceil). @throws DTypeError for bool tensors. */
export const ceil: UnaryFunction = rounded(ceilOp);

/** x without its fraction, in x's dtype (torch.trunc). @throws DTypeError for bool tensors. */
export const trunc: UnaryFunction = rounded(truncOp);

/**
 * x rounded to `decimals` decimal places (default 0; negative: to tens, hundreds, …), in x's dtype; halves go to the
 * even neighbour (torch.round).
 *
 * @throws DTypeError for bool tensors, and for integers with `decimals`; RangeError for `decimals` that is no integer.
 */
export function round(x: Tensor, options: { readonly decimals?: number } = {}): Tensor {
  const { decimals = 0 } = options;
  checkNotBool('round', x);
  if (!Number.isInteger(decimals))
    throw new RangeError(`round: decimals must be an integer, got ${decimals}`);
  if (decimals === 0) return isFloating(x.dtype) ? apply(roundOp, [x]) : clone(x);
  if (!isFloating(x.dtype)) throw new DTypeError(`round: decimals is not implemented for ${x.dtype}`);
  const scale = 10 ** Math.abs(decimals);
  return decimals > 0
    ? div(apply(roundOp, [mul(x, scale)]), scale)
    : mul(apply(roundOp, [div(x, scale)]), scale);
}

/** The fraction of x, with x's sign: x − trunc(x) (torch.frac). @throws DTypeError for integers. */
export function frac(x: Tensor): Tensor {
  checkTensor('frac', x);
  if (!isFloating(x.dtype)) throw new DTypeError(`frac: not implemented for ${x.dtype}`);
  return sub(x, apply(truncOp, [x]));
}

/** Integers are whole already: they are copied. */
function rounded(op: UnaryOp): UnaryFunction {
  return (x) => {
    checkNotBool(op.name, x);
    return isFloating(x.dtype) ? apply(op, [x]) : clone(x);
  };
}
