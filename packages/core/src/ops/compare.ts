/* Comparisons, predicates and logic: bool tensors, which have no gradient. */
import { kernels, type CompareName, type PredicateName } from '@retrograd/kernels';
import { isFloating } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { broadcastShapes } from '../shape.ts';
import { apply, defineOp, type NoAttrs, type Op } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { add, mul, sub } from './arithmetic.ts';
import { to } from './copy.ts';
import { abs } from './elementwise.ts';
import { binaryLoop, unaryLoop } from './loops.ts';
import { checkTensor, promoted, type TensorLike } from './promote.ts';
import type { UnaryOp } from './unary.ts';

type CompareOp = Op<readonly ['a', 'b'], NoAttrs, readonly ['out']>;

function compareOp(name: CompareName): CompareOp {
  return defineOp({
    name,
    inputs: ['a', 'b'],
    shape: ([a, b]) => broadcastShapes(name, a.shape, b.shape),
    dtype: 'bool',
    forward: ([a, b], _, out) => binaryLoop(kernels[name], a, b, out),
    vjp: null,
  });
}

function predicateOp(name: PredicateName): UnaryOp {
  return defineOp({
    name,
    inputs: ['x'],
    shape: ([x]) => x.shape,
    dtype: 'bool',
    forward: ([x], _, out) => unaryLoop(kernels[name], x, out),
    vjp: null,
  });
}

export const eqOp = compareOp('eq');
export const neOp = compareOp('ne');
export const ltOp = compareOp('lt');
export const leOp = compareOp('le');
export const gtOp = compareOp('gt');
export const geOp = compareOp('ge');
export const logicalAndOp = compareOp('logicalAnd');
export const logicalOrOp = compareOp('logicalOr');
export const logicalXorOp = compareOp('logicalXor');
export const logicalNotOp = predicateOp('logicalNot');
export const isnanOp = predicateOp('isnan');
export const isinfOp = predicateOp('isinf');
export const isfiniteOp = predicateOp('isfinite');

/** Whether a = b, elementwise, broadcast; bool (torch.eq). NaN equals nothing. */
export function eq(a: TensorLike, b: TensorLike): Tensor {
  return apply(eqOp, promoted('eq', a, b));
}

/** Whether a ≠ b, elementwise, broadcast; bool (torch.ne). */
export function ne(a: TensorLike, b: TensorLike): Tensor {
  return apply(neOp, promoted('ne', a, b));
}

/** Whether a < b, elementwise, broadcast; bool (torch.lt). */
export function lt(a: TensorLike, b: TensorLike): Tensor {
  return apply(ltOp, promoted('lt', a, b));
}

/** Whether a ≤ b, elementwise, broadcast; bool (torch.le). */
export function le(a: TensorLike, b: TensorLike): Tensor {
  return apply(leOp, promoted('le', a, b));
}

/** Whether a > b, elementwise, broadcast; bool (torch.gt). */
export function gt(a: TensorLike, b: TensorLike): Tensor {
  return apply(gtOp, promoted('gt', a, b));
}

/** Whether a ≥ b, elementwise, broadcast; bool (torch.ge). */
export function ge(a: TensorLike, b: TensorLike): Tensor {
  return apply(geOp, promoted('ge', a, b));
}

/** Whether both are nonzero, elementwise, broadcast; bool (torch.logical_and). */
export function logicalAnd(a: TensorLike, b: TensorLike): Tensor {
  return apply(logicalAndOp, promoted('logicalAnd', a, b));
}

/** Whether either is nonzero, elementwise, broadcast; bool (torch.logical_or). */
export function logicalOr(a: TensorLike, b: TensorLike): Tensor {
  return apply(logicalOrOp, promoted('logicalOr', a, b));
}

/** Whether just one is nonzero, elementwise, broadcast; bool (torch.logical_xor). */
export function logicalXor(a: TensorLike, b: TensorLike): Tensor {
  return apply(logicalXorOp, promoted('logicalXor', a, b));
}

/** Whether x is zero, elementwise; bool (torch.logical_not). */
export function logicalNot(x: Tensor): Tensor {
  checkTensor('logicalNot', x);
  return apply(logicalNotOp, [x]);
}

/** Whether x is NaN, elementwise; bool (torch.isnan). */
export function isnan(x: Tensor): Tensor {
  checkTensor('isnan', x);
  return apply(isnanOp, [x]);
}

/** Whether x is inf or −inf, elementwise; bool (torch.isinf). */
export function isinf(x: Tensor): Tensor {
  checkTensor('isinf', x);
  return apply(isinfOp, [x]);
}

/** Whether x is neither infinite nor NaN, elementwise; bool (torch.isfinite). */
export function isfinite(x: Tensor): Tensor {
  checkTensor('isfinite', x);
  return apply(isfiniteOp, [x]);
}

/** Options of {@link isclose} and {@link allclose}. */
export interface CloseOptions {
  /** The tolerance as a fraction of |b|. Default 1e-5. */
  readonly rtol?: number;
  /** The tolerance that is added to it. Default 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN. Default false. */
  readonly equalNan?: boolean;
}

/**
 * Whether |a − b| ≤ atol + rtol·|b|, elementwise, broadcast; bool (torch.isclose). Infinities are close to themselves
 * only.
 *
 * @throws DTypeError if the dtypes differ; RangeError for a negative tolerance.
 */
export function isclose(a: Tensor, b: Tensor, options: CloseOptions = {}): Tensor {
  return closeness('isclose', a, b, options);
}

/** Whether every element of a is close to that of b: see {@link isclose} (torch.allclose). */
export function allclose(a: Tensor, b: Tensor, options: CloseOptions = {}): boolean {
  const close = closeness('allclose', a, b, options);
  return close.data.every((c) => c !== 0);
}

function closeness(
  name: string,
  a: Tensor,
  b: Tensor,
  { rtol = 1e-5, atol = 1e-8, equalNan = false }: CloseOptions,
): Tensor {
  checkTensor(name, a);
  checkTensor(name, b);
  if (a.dtype !== b.dtype) throw new DTypeError(`${name}: ${a.dtype} did not match ${b.dtype}`);
  if (!(rtol >= 0))
    throw new RangeError(`${name}: rtol must be greater than or equal to zero, but got ${rtol}`);
  if (!(atol >= 0))
    throw new RangeError(`${name}: atol must be greater than or equal to zero, but got ${atol}`);
  const x = a.detach();
  const y = b.detach();
  let close = eq(x, y);
  if (equalNan && isFloating(x.dtype)) close = logicalOr(close, logicalAnd(isnan(x), isnan(y)));
  if (rtol === 0 && atol === 0) return close;
  const expected = isFloating(y.dtype) ? y : to(y, 'float32');
  const error = abs(sub(x, expected));
  const allowed = add(abs(mul(expected, rtol)), atol);
  return logicalOr(close, logicalAnd(isfinite(error), le(error, allowed)));
}
