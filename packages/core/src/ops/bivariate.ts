/* Functions of two tensors (or three) beyond arithmetic and powers. */
import { kernels } from '@retrograd/kernels';
import { isFloating } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { broadcastShapes } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { add, div, mul, neg, sub, zerosOf } from './arithmetic.ts';
import { eq, le, logicalAnd, logicalOr, lt } from './compare.ts';
import { to } from './copy.ts';
import { abs, log, log1p, reciprocal, sigmoid, sign, square } from './elementwise.ts';
import { binaryLoop } from './loops.ts';
import { checkTensor, promoted, promotedFloat, type TensorLike } from './promote.ts';
import { checkNotBool } from './unary.ts';
import { where } from './where.ts';

const { LN2 } = Math;

/** What the two-operand ops here have in common; the dtypes of a and b are equal by now. */
const binary = (name: 'atan2' | 'hypot' | 'copysign' | 'logaddexp' | 'fmod' | 'remainder') =>
  ({
    name,
    inputs: ['a', 'b'],
    shape: ([a, b]: readonly [Tensor, Tensor]) => broadcastShapes(name, a.shape, b.shape),
    forward: ([a, b]: readonly [Tensor, Tensor], _: object, out: Tensor) =>
      binaryLoop(kernels[name], a, b, out),
    broadcasts: true,
  }) as const;

export const atan2Op = defineOp({
  ...binary('atan2'),
  saves: { a: ['a', 'b'], b: ['a', 'b'] },
  vjp: {
    a: (g, { a, b }) => mul(mul(g, b), reciprocal(add(square(a), square(b)))),
    b: (g, { a, b }) => mul(mul(g, neg(a)), reciprocal(add(square(a), square(b)))),
  },
});

export const hypotOp = defineOp({
  ...binary('hypot'),
  saves: { a: ['a', 'out'], b: ['b', 'out'] },
  vjp: { a: (g, { a, out }) => mul(g, div(a, out)), b: (g, { b, out }) => mul(g, div(b, out)) },
});

export const copysignOp = defineOp({
  ...binary('copysign'),
  saves: { a: ['a', 'out'] },
  vjp: { a: (g, { a, out }) => mul(g, mul(sign(a), sign(out))), b: (g) => zerosOf(g) },
});

export const logaddexpOp = defineOp({
  ...binary('logaddexp'),
  saves: { a: ['a', 'b'], b: ['a', 'b'] },
  vjp: { a: (g, { a, b }) => mul(g, sigmoid(sub(a, b))), b: (g, { a, b }) => mul(g, sigmoid(sub(b, a))) },
});

export const fmodOp = defineOp({
  ...binary('fmod'),
  saves: { b: ['a', 'b'] },
  vjp: { a: (g) => g, b: (g, { a, b }) => neg(mul(g, div(a, b, { roundingMode: 'trunc' }))) },
});

export const remainderOp = defineOp({
  ...binary('remainder'),
  saves: { b: ['a', 'b'] },
  vjp: { a: (g) => g, b: (g, { a, b }) => neg(mul(g, div(a, b, { roundingMode: 'floor' }))) },
});

/**
 * The angle of the point (b, a) in [−π, π], broadcast (torch.atan2). Integers become float32. The gradient at (0, 0)
 * is NaN.
 */
export function atan2(a: TensorLike, b: TensorLike): Tensor {
  return apply(atan2Op, promotedFloat('atan2', a, b));
}

/** √(a² + b²) without overflow, broadcast (torch.hypot). Integers become float32. The gradient at (0, 0) is NaN. */
export function hypot(a: TensorLike, b: TensorLike): Tensor {
  return apply(hypotOp, promotedFloat('hypot', a, b));
}

/** a with the sign of b, that of −0 included, broadcast (torch.copysign). Integers become float32. */
export function copysign(a: TensorLike, b: TensorLike): Tensor {
  return apply(copysignOp, promotedFloat('copysign', a, b));
}

/** ln(eᵃ + eᵇ) without overflow, broadcast (torch.logaddexp). Integers become float32. */
export function logaddexp(a: TensorLike, b: TensorLike): Tensor {
  return apply(logaddexpOp, promotedFloat('logaddexp', a, b));
}

/** log₂(2ᵃ + 2ᵇ) without overflow, broadcast (torch.logaddexp2). Integers become float32. */
export function logaddexp2(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = promotedFloat('logaddexp2', a, b);
  return div(logaddexp(mul(x, LN2), mul(y, LN2)), LN2);
}

/**
 * What remains of a / b rounded towards zero: a − b·trunc(a/b), with the sign of a, broadcast (torch.fmod).
 *
 * @throws DTypeError for bool tensors.
 */
export function fmod(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = promoted('fmod', a, b);
  checkNotBool('fmod', x);
  return apply(fmodOp, [x, y]);
}

/**
 * What remains of a / b rounded down: a − b·⌊a/b⌋, with the sign of b, broadcast (torch.remainder).
 *
 * @throws DTypeError for bool tensors.
 */
export function remainder(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = promoted('remainder', a, b);
  checkNotBool('remainder', x);
  return apply(remainderOp, [x, y]);
}

/**
 * a·ln b, and 0 where a = 0 (unless b is NaN), broadcast (torch.xlogy). Integers become float32. Where a = 0 and
 * b ≤ 0 both gradients are 0.
 */
export function xlogy(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = promotedFloat('xlogy', a, b);
  const nothing = logicalAnd(eq(x, 0), logicalOr(le(y, 0), eq(y, Infinity)));
  return mul(x, log(where(nothing, 1, y)));
}

/**
 * a·ln(1 + b), and 0 where a = 0 (unless b is NaN), broadcast (torch.special.xlog1py). Integers become float32.
 */
export function xlog1py(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = promotedFloat('xlog1py', a, b);
  const nothing = logicalAnd(eq(x, 0), logicalOr(le(y, -1), eq(y, Infinity)));
  return mul(x, log1p(where(nothing, 0, y)));
}

/**
 * a + weight·(b − a), broadcast; weight is a number or a tensor (torch.lerp). Exactly a for weight 0 and exactly b for
 * weight 1. Integers become float32.
 */
export function lerp(a: Tensor, b: Tensor, weight: TensorLike): Tensor {
  checkTensor('lerp', a);
  checkTensor('lerp', b);
  const [x, y] = promotedFloat('lerp', a, b);
  const span = sub(y, x);
  if (isTensor(weight)) {
    const w = to(weight, x.dtype);
    return where(lt(abs(w.detach()), 0.5), add(x, mul(span, w)), sub(y, mul(span, sub(1, w))));
  }
  const w = Number(weight);
  return Math.abs(w) < 0.5 ? add(x, mul(span, w)) : sub(y, mul(span, 1 - w));
}

/** x + value·a·b, broadcast (torch.addcmul). */
export function addcmul(x: Tensor, a: Tensor, b: Tensor, options: { readonly value?: number } = {}): Tensor {
  checkTensor('addcmul', x);
  return add(x, mul(a, b), { alpha: options.value });
}

/**
 * x + value·a / b, broadcast (torch.addcdiv).
 *
 * @throws DTypeError if all are integers.
 */
export function addcdiv(x: Tensor, a: Tensor, b: Tensor, options: { readonly value?: number } = {}): Tensor {
  for (const operand of [x, a, b]) checkTensor('addcdiv', operand);
  if (![x, a, b].some((operand) => isFloating(operand.dtype))) {
    throw new DTypeError(
      'addcdiv: Integer division with addcdiv is no longer supported; convert x to a floating dtype',
    );
  }
  return add(x, div(a, b), { alpha: options.value });
}
