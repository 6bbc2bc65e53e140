import { kernels } from '@retrograd/kernels';
import { isFloating } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { broadcastShapes } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { mul, sub, zerosOf } from './arithmetic.ts';
import { eq, ge, isfinite, logicalAnd, logicalNot } from './compare.ts';
import { to } from './copy.ts';
import { log, reciprocal } from './elementwise.ts';
import { binaryLoop, unaryLoop } from './loops.ts';
import { checkTensor, promoted, scalar, type TensorLike } from './promote.ts';
import { where } from './where.ts';

/** A tensor to the power of a number. */
export const powNumberOp = defineOp({
  name: 'pow',
  inputs: ['x'],
  shape: ([x], _attrs: { exponent: number }) => x.shape,
  forward: ([x], { exponent }, out) => {
    if (isFloating(x.dtype)) {
      if (exponent === 2) return unaryLoop(kernels.square, x, out);
      if (exponent === 3) {
        unaryLoop(kernels.square, x, out);
        return binaryLoop(kernels.mul, out, x, out);
      }
      if (exponent === 0.5) return unaryLoop(kernels.sqrt, x, out);
      if (exponent === -0.5) return unaryLoop(kernels.rsqrt, x, out);
      if (exponent === -1) return unaryLoop(kernels.reciprocal, x, out);
    }
    binaryLoop(kernels.pow, x, scalar(exponent, x.dtype), out);
  },
  saves: { x: ['x'] },
  vjp: {
    x: (g, { x, attrs: { exponent } }) => {
      if (exponent === 0) return zerosOf(g);
      return mul(g, mul(exponent === 2 ? x : powOfNumber(x, exponent - 1), exponent));
    },
  },
});

export const powOp = defineOp({
  name: 'pow',
  inputs: ['a', 'b'],
  shape: ([a, b]) => broadcastShapes('pow', a.shape, b.shape),
  forward: ([a, b], _, out) => binaryLoop(kernels.pow, a, b, out),
  saves: { a: ['a', 'b'], b: ['a', 'b', 'out'] },
  broadcasts: true,
  vjp: {
    a: (g, { a, b }) => {
      // b·aᵇ⁻¹, where b = 0 has to give 0 although a⁻¹ may be infinite. The factor stays b, so that ∂/∂b is right.
      const pole = logicalAnd(eq(b, 0), logicalNot(isfinite(reciprocal(a.detach()))));
      return mul(g, mul(b, powOfTensor(a, where(pole, 0, sub(b, 1)))));
    },
    b: (g, { a, b, out }) => {
      // aᵇ·ln a, which is 0 at a = 0 for b ≥ 0; ln 1 stands in there, so that no 0·inf arises in any order.
      const pole = logicalAnd(eq(a, 0), ge(b, 0));
      return mul(g, mul(out, log(where(pole, 1, a))));
    },
  },
});

function powOfNumber(x: Tensor, exponent: number): Tensor {
  return apply(powNumberOp, [x], { exponent });
}

function powOfTensor(a: Tensor, b: Tensor): Tensor {
  return apply(powOp, [a, b]);
}

/**
 * aᵇ elementwise, broadcast (torch.pow); 0⁰ is 1, and the gradient of x⁰ is 0. Integers to integers stay integers.
 *
 * @throws RangeError for an integer tensor to the power of a negative integer; DTypeError for bool to bool.
 */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  if (isTensor(a) && !isTensor(b)) {
    const dtype = promoted('pow', a, b)[0].dtype;
    checkNumeric(dtype);
    const exponent = Number(b);
    if (!isFloating(dtype) && exponent < 0) {
      throw new RangeError(
        `pow: Integers to negative integer powers are not allowed, got exponent ${exponent}`,
      );
    }
    return powOfNumber(to(a, dtype), exponent);
  }
  const [x, y] = promoted('pow', a, b);
  checkNumeric(x.dtype);
  return powOfTensor(x, y);
}

function checkNumeric(dtype: string): void {
  if (dtype === 'bool')
    throw new DTypeError("pow: not implemented for bool tensors; convert with .to('int32')");
}

/** aᵇ elementwise, broadcast, computed in float64 whatever the dtypes (torch.float_power). */
export function floatPower(a: TensorLike, b: TensorLike): Tensor {
  if (!isTensor(a) && !isTensor(b)) checkTensor('floatPower', a);
  return pow(isTensor(a) ? to(a, 'float64') : a, isTensor(b) ? to(b, 'float64') : b);
}
