/* Choosing between elements: where, and what is made of it. */
import { kernels } from '@retrograd/kernels';
import type { DType } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { broadcastShapes } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { div } from './arithmetic.ts';
import { eq, ge, gt, isnan, le, logicalAnd, logicalOr, lt } from './compare.ts';
import { clone, to } from './copy.ts';
import { binaryLoop, packed, whereLoop } from './loops.ts';
import { checkTensor, promoted, scalar, type TensorLike } from './promote.ts';

export const whereOp = defineOp({
  name: 'where',
  inputs: ['cond', 'a', 'b'],
  shape: ([cond, a, b]) => broadcastShapes('where', cond.shape, broadcastShapes('where', a.shape, b.shape)),
  dtype: ([, a]) => a.dtype,
  forward: ([cond, a, b], _, out) => whereLoop(cond, a, b, out),
  saves: { a: ['cond'], b: ['cond'] },
  broadcasts: true,
  vjp: { cond: null, a: (g, { cond }) => where(cond, g, 0), b: (g, { cond }) => where(cond, 0, g) },
});

export const clampOp = defineOp({
  name: 'clamp',
  inputs: ['x'],
  shape: ([x], _attrs: { min: number; max: number }) => x.shape,
  forward: ([x], { min, max }, out) => {
    const p = packed(x);
    kernels.clamp(out.numel(), min, max, p.storage.array, p.offset, out.storage.array, out.offset);
  },
  saves: { x: ['x'] },
  vjp: { x: (g, { x, attrs: { min, max } }) => where(logicalAnd(ge(x, min), le(x, max)), g, 0) },
});

/** Half of the gradient goes to each operand where they are equal; NaN passes all of it to both, as in PyTorch. */
export const maximumOp = defineOp({
  name: 'maximum',
  inputs: ['a', 'b'],
  shape: ([a, b]) => broadcastShapes('maximum', a.shape, b.shape),
  forward: ([a, b], _, out) => binaryLoop(kernels.maximum, a, b, out),
  saves: { a: ['a', 'b'], b: ['a', 'b'] },
  broadcasts: true,
  vjp: {
    a: (g, { a, b }) => where(lt(a, b), 0, halvedAt(eq(a, b), g)),
    b: (g, { a, b }) => where(gt(a, b), 0, halvedAt(eq(a, b), g)),
  },
});

export const minimumOp = defineOp({
  name: 'minimum',
  inputs: ['a', 'b'],
  shape: ([a, b]) => broadcastShapes('minimum', a.shape, b.shape),
  forward: ([a, b], _, out) => binaryLoop(kernels.minimum, a, b, out),
  saves: { a: ['a', 'b'], b: ['a', 'b'] },
  broadcasts: true,
  vjp: {
    a: (g, { a, b }) => where(gt(a, b), 0, halvedAt(eq(a, b), g)),
    b: (g, { a, b }) => where(lt(a, b), 0, halvedAt(eq(a, b), g)),
  },
});

function halvedAt(tie: Tensor, g: Tensor): Tensor {
  return where(tie, div(g, 2), g);
}

/**
 * a where cond is true, b elsewhere; all three broadcast, a and b are tensors or numbers and are promoted
 * (torch.where).
 *
 * @throws DTypeError unless cond is bool (uint8 counts as bool).
 */
export function where(cond: Tensor, a: TensorLike, b: TensorLike): Tensor {
  const mask = checkMask('where', 'cond', cond);
  if (isTensor(a) || isTensor(b)) return apply(whereOp, [mask, ...promoted('where', a, b)]);
  // Two numbers have the dtypes they would give a bool tensor.
  const no = scalar(false, 'bool');
  return apply(whereOp, [
    mask,
    ...promoted('where', promoted('where', no, a)[1], promoted('where', no, b)[1]),
  ]);
}

/**
 * x with `value` in the places where mask is true; x and mask broadcast, the result has x's dtype
 * (torch.masked_fill). A 0-d tensor as value gets the sum of the gradients of those places.
 *
 * @throws DTypeError unless mask is bool; ShapeError for a value with dims.
 */
export function maskedFill(x: Tensor, mask: Tensor, value: TensorLike): Tensor {
  checkTensor('maskedFill', x);
  const places = checkMask('maskedFill', 'mask', mask);
  if (isTensor(value) && value.ndim > 0) {
    throw new ShapeError(
      `maskedFill: only supports a 0-dimensional value tensor, but got tensor with ${value.ndim} dimension(s)`,
    );
  }
  return apply(whereOp, [places, isTensor(value) ? to(value, x.dtype) : scalar(value, x.dtype), x]);
}

/** Options of {@link clamp}: numbers, or tensors that broadcast with x. */
export interface ClampOptions {
  /** The lower bound. Default none. */
  readonly min?: TensorLike | null;
  /** The upper bound. Default none. */
  readonly max?: TensorLike | null;
}

/**
 * min(max(x, min), max) elementwise; NaN stays NaN, max wins over a greater min (torch.clamp). The gradient is 1 from
 * bound to bound, both included, and 0 outside.
 *
 * @throws TypeError without any bound.
 */
export function clamp(x: Tensor, options: ClampOptions): Tensor {
  const { min = null, max = null } = options ?? {};
  return clamped('clamp', x, min, max);
}

/** max(x, min), like {@link clamp} with a lower bound only (torch.clamp_min). */
export function clampMin(x: Tensor, min: TensorLike): Tensor {
  return clamped('clampMin', x, min, null);
}

/** min(x, max), like {@link clamp} with an upper bound only (torch.clamp_max). */
export function clampMax(x: Tensor, max: TensorLike): Tensor {
  return clamped('clampMax', x, null, max);
}

function clamped(name: string, x: Tensor, min: TensorLike | null, max: TensorLike | null): Tensor {
  checkTensor(name, x);
  if (min === null && max === null)
    throw new TypeError(`${name}: At least one of 'min' or 'max' must not be None`);
  if (isTensor(min) || isTensor(max)) {
    const raised = min === null ? x : raisedTo(name, x, min);
    return max === null ? raised : loweredTo(name, raised, max);
  }
  let y = x;
  for (const bound of [min, max]) if (bound !== null) [y] = promoted(name, y, bound);
  return apply(clampOp, [y], { min: Number(min ?? -Infinity), max: Number(max ?? Infinity) });
}

/** Unlike {@link maximum} this passes the whole gradient to x at a tie. */
function raisedTo(name: string, x: Tensor, min: TensorLike): Tensor {
  const [a, b] = promoted(name, x, min);
  return where(logicalOr(lt(a, b), isnan(b)), b, a);
}

function loweredTo(name: string, x: Tensor, max: TensorLike): Tensor {
  const [a, b] = promoted(name, x, max);
  return where(logicalOr(gt(a, b), isnan(b)), b, a);
}

/** Options of {@link nanToNum}. */
export interface NanToNumOptions {
  /** What takes the place of NaN. Default 0. */
  readonly nan?: number | null;
  /** What takes the place of inf. Default the greatest finite number of the dtype. */
  readonly posinf?: number | null;
  /** What takes the place of −inf. Default the least finite number of the dtype. */
  readonly neginf?: number | null;
}

const GREATEST: Partial<Record<DType, number>> = {
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
};

/** x with numbers in the place of NaN and infinities, whose gradient is 0 (torch.nan_to_num). */
export function nanToNum(x: Tensor, options: NanToNumOptions = {}): Tensor {
  checkTensor('nanToNum', x);
  const greatest = GREATEST[x.dtype];
  if (greatest === undefined) return clone(x);
  const { nan, posinf, neginf } = options;
  const bounded = where(eq(x, -Infinity), neginf ?? -greatest, where(eq(x, Infinity), posinf ?? greatest, x));
  return where(isnan(x), nan ?? 0, bounded);
}

/**
 * The greater of a and b, elementwise, broadcast; NaN if either is NaN (torch.maximum). Where they are equal each gets
 * half of the gradient.
 */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return apply(maximumOp, promoted('maximum', a, b));
}

/**
 * The smaller of a and b, elementwise, broadcast; NaN if either is NaN (torch.minimum). Where they are equal each gets
 * half of the gradient.
 */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return apply(minimumOp, promoted('minimum', a, b));
}

/** Like {@link maximum}, but of a number and NaN the number; where equal a gets the gradient (torch.fmax). */
export function fmax(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = promoted('fmax', a, b);
  return where(logicalOr(ge(x, y), isnan(y)), x, y);
}

/** Like {@link minimum}, but of a number and NaN the number; where equal a gets the gradient (torch.fmin). */
export function fmin(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = promoted('fmin', a, b);
  return where(logicalOr(le(x, y), isnan(y)), x, y);
}

function checkMask(op: string, name: string, mask: Tensor): Tensor {
  checkTensor(op, mask);
  if (mask.dtype === 'uint8') return to(mask, 'bool');
  if (mask.dtype !== 'bool') {
    throw new DTypeError(
      `${op}: expected ${name} to be a boolean tensor, but got a tensor with dtype ${mask.dtype}`,
    );
  }
  return mask;
}
