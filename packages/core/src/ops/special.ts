/* Special functions: sinc, and the families of the error function and of the gamma function. */
import { kernels } from '@retrograd/kernels';
import { apply, defineOp } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, neg, sub } from './arithmetic.ts';
import { eq, gt, lt } from './compare.ts';
import { exp, log, sqrt, square } from './elementwise.ts';
import { packed } from './loops.ts';
import { pow } from './power.ts';
import { checkTensor, toFloat, type TensorLike } from './promote.ts';
import { all } from './reduce.ts';
import { sin } from './trigonometry.ts';
import { onFloats, unaryOpOfInput, unaryOpOfOutput, type UnaryFunction } from './unary.ts';
import { where } from './where.ts';

const { PI } = Math;
const { isInteger } = Number;
const SQRT_PI = Math.sqrt(PI);
const LN_PI = Math.log(PI);

export const erfcOp = unaryOpOfInput('erfc', (g, x) => mul(g, mul(exp(neg(square(x))), -2 / SQRT_PI)));
export const erfinvOp = unaryOpOfOutput('erfinv', (g, y) => mul(g, mul(exp(square(y)), SQRT_PI / 2)));
export const lgammaOp = unaryOpOfInput('lgamma', (g, x) => mul(g, digamma(x)));

export const polygammaOp = defineOp({
  name: 'polygamma',
  inputs: ['x'],
  shape: ([x], _attrs: { n: number }) => x.shape,
  forward: ([x], { n }, out) => {
    const p = packed(x);
    kernels.polygamma(out.numel(), n, p.storage.array, p.offset, out.storage.array, out.offset);
  },
  saves: { x: ['x'] },
  vjp: { x: (g, { x, attrs: { n } }) => mul(g, derivative(x, n + 1)) },
});

function derivative(x: Tensor, n: number): Tensor {
  return apply(polygammaOp, [x], { n });
}

/** sin(πx)/(πx), 1 at 0 (torch.sinc). Integers become float32. */
export function sinc(x: Tensor): Tensor {
  const z = mul(toFloat('sinc', x), PI);
  const zero = eq(z, 0);
  const safe = where(zero, 1, z);
  // At 0 the first terms of its series stand in, for the sake of derivatives.
  return where(zero, sub(1, div(square(z), 6)), div(sin(safe), safe));
}

/** The complementary error function 1 − erf(x), exact where it is small (torch.erfc). Integers become float32. */
export const erfc: UnaryFunction = onFloats(erfcOp);

/**
 * The y with erf(y) = x (torch.erfinv): infinite at ±1, NaN beyond. Integers become float32.
 */
export const erfinv: UnaryFunction = onFloats(erfinvOp);

/**
 * −x ln x, the term of an entropy: 0 at 0, −∞ where x is negative (torch.special.entr). Integers become float32.
 */
export function entr(x: Tensor): Tensor {
  const p = toFloat('entr', x);
  const zero = eq(p, 0);
  // At 0 a square root stands in, whose derivative is infinite as well.
  const atZero = sqrt(where(zero, p, 1));
  const beyond = where(zero, 1, p);
  return where(zero, atZero, where(lt(p, 0), -Infinity, neg(mul(beyond, log(beyond)))));
}

/** ln |Γ(x)|; infinite at 0, −1, −2, … (torch.lgamma). Integers become float32. */
export const lgamma: UnaryFunction = onFloats(lgammaOp);

/** ψ(x) = Γ′(x)/Γ(x), the derivative of {@link lgamma} (torch.digamma). Integers become float32. */
export function digamma(x: Tensor): Tensor {
  return derivative(toFloat('digamma', x), 0);
}

/**
 * The n-th derivative of {@link digamma} (torch.polygamma). Integers become float32.
 *
 * @throws RangeError unless n is an integer and not negative.
 */
export function polygamma(n: number, x: Tensor): Tensor {
  if (!isInteger(n) || n < 0) {
    throw new RangeError(
      `polygamma: polygamma(n, x) does not support negative n, nor fractions: got ${String(n)}`,
    );
  }
  return derivative(toFloat('polygamma', x), n);
}

/**
 * The logarithm of the p-variate gamma function, p(p − 1)/4 · ln π + Σ ln Γ(x − i/2) over 0 ≤ i < p
 * (torch.mvlgamma). Integers become float32.
 *
 * @throws RangeError unless p is a positive integer and all elements are greater than (p − 1)/2.
 */
export function mvlgamma(x: Tensor, p: number): Tensor {
  const y = toFloat('mvlgamma', x);
  if (!isInteger(p) || p < 1)
    throw new RangeError(`mvlgamma: p has to be greater than or equal to 1, got ${p}`);
  if (all(gt(y, (p - 1) / 2)).item() === 0) {
    throw new RangeError(`mvlgamma: All elements must be greater than (p-1)/2 = ${(p - 1) / 2}`);
  }
  let sum = lgamma(y);
  for (let i = 1; i < p; i++) sum = add(sum, lgamma(sub(y, i / 2)));
  return add(sum, (p * (p - 1) * LN_PI) / 4);
}

/** a · 2ᵇ, broadcast (torch.ldexp). Integers become float32. */
export function ldexp(a: Tensor, b: TensorLike): Tensor {
  checkTensor('ldexp', a);
  return mul(a, typeof b === 'object' ? pow(2, toFloat('ldexp', b)) : 2 ** Number(b));
}
