/* Modified Bessel functions of the first kind. */
import type { Tensor } from '../tensor.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { eq } from './compare.ts';
import { sign } from './elementwise.ts';
import { onFloats, unaryOpOfInput, type UnaryFunction } from './unary.ts';
import { where } from './where.ts';

export const i0Op = unaryOpOfInput('i0', (g, x) => mul(g, i1(x)));
export const i0eOp = unaryOpOfInput('i0e', (g, x) => mul(g, sub(i1e(x), mul(sign(x), i0e(x)))));
export const i1Op = unaryOpOfInput('i1', (g, x) => mul(g, sub(i0(x), quotient(i1(x), x))));
export const i1eOp = unaryOpOfInput('i1e', (g, x) =>
  mul(g, sub(i0e(x), add(mul(sign(x), i1e(x)), quotient(i1e(x), x)))),
);

/** y / x, and ½ at 0, which is the limit of both functions over x. */
function quotient(y: Tensor, x: Tensor): Tensor {
  const zero = eq(x, 0);
  return where(zero, 0.5, div(y, where(zero, 1, x)));
}

/** I₀(x), the modified Bessel function of the first kind of order 0 (torch.i0). Integers become float32. */
export const i0: UnaryFunction = onFloats(i0Op);

/** exp(−|x|)·I₀(x), which does not overflow (torch.special.i0e). Integers become float32. */
export const i0e: UnaryFunction = onFloats(i0eOp);

/** I₁(x), the modified Bessel function of the first kind of order 1 (torch.special.i1). Integers become float32. */
export const i1: UnaryFunction = onFloats(i1Op);

/** exp(−|x|)·I₁(x), which does not overflow (torch.special.i1e). Integers become float32. */
export const i1e: UnaryFunction = onFloats(i1eOp);
