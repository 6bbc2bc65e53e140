/* Powers, exponentials, logarithms and the squashing functions of one tensor. */
import { kernels } from '@retrograd/kernels';
import { apply, defineOp } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, neg, sub, zerosOf } from './arithmetic.ts';
import { to } from './copy.ts';
import { binaryLoop } from './loops.ts';
import { checkTensor } from './promote.ts';
import {
  checkNotBool,
  onFloats,
  onNumbers,
  unaryOp,
  unaryOpOfInput,
  unaryOpOfOutput,
  type UnaryFunction,
} from './unary.ts';

const { LN2, LN10, PI, sqrt: squareRoot } = Math;
const TWO_OVER_SQRT_PI = 2 / squareRoot(PI);

export const absOp = unaryOpOfInput('abs', (g, x) => mul(g, sign(x)));
export const signOp = unaryOp('sign', (g) => zerosOf(g));
export const squareOp = unaryOpOfInput('square', (g, x) => mul(g, mul(x, 2)));
export const sqrtOp = unaryOpOfOutput('sqrt', (g, y) => div(g, mul(y, 2)));
export const rsqrtOp = unaryOpOfOutput('rsqrt', (g, y) => mul(mul(g, -0.5), mul(y, square(y))));
export const reciprocalOp = unaryOpOfOutput('reciprocal', (g, y) => mul(neg(g), square(y)));

export const expOp = unaryOpOfOutput('exp', (g, y) => mul(g, y));
export const exp2Op = unaryOpOfOutput('exp2', (g, y) => mul(g, mul(y, LN2)));
export const expm1Op = unaryOpOfOutput('expm1', (g, y) => mul(g, add(y, 1)));
export const logOp = unaryOpOfInput('log', (g, x) => div(g, x));
export const log2Op = unaryOpOfInput('log2', (g, x) => div(g, mul(x, LN2)));
export const log10Op = unaryOpOfInput('log10', (g, x) => div(g, mul(x, LN10)));
export const log1pOp = unaryOpOfInput('log1p', (g, x) => div(g, add(x, 1)));

export const sigmoidOp = unaryOpOfOutput('sigmoid', (g, y) => sigmoidGrad(g, y));
export const tanhOp = unaryOpOfOutput('tanh', (g, y) => tanhGrad(g, y));
export const erfOp = unaryOpOfInput('erf', (g, x) => mul(g, mul(exp(neg(square(x))), TWO_OVER_SQRT_PI)));

export const sigmoidGradOp = defineOp({
  name: 'sigmoidGrad',
  inputs: ['g', 'y'],
  shape: ([, y]) => y.shape,
  forward: ([g, y], _, out) => binaryLoop(kernels.sigmoidGrad, g, y, out),
  saves: { g: ['y'], y: ['g', 'y'] },
  vjp: {
    g: (gg, { y }) => sigmoidGrad(gg, y),
    y: (gg, { g, y }) => mul(mul(gg, g), sub(1, mul(y, 2))),
  },
});

/** g·y·(1 − y): the gradient of {@link sigmoid} from its output y. */
function sigmoidGrad(g: Tensor, y: Tensor): Tensor {
  return apply(sigmoidGradOp, [g, y]);
}

export const tanhGradOp = defineOp({
  name: 'tanhGrad',
  inputs: ['g', 'y'],
  shape: ([, y]) => y.shape,
  forward: ([g, y], _, out) => binaryLoop(kernels.tanhGrad, g, y, out),
  saves: { g: ['y'], y: ['g', 'y'] },
  vjp: {
    g: (gg, { y }) => tanhGrad(gg, y),
    y: (gg, { g, y }) => mul(mul(gg, g), mul(y, -2)),
  },
});

/** g·(1 − y²): the gradient of {@link tanh} from its output y. */
function tanhGrad(g: Tensor, y: Tensor): Tensor {
  return apply(tanhGradOp, [g, y]);
}

/** |x|, in x's dtype; the gradient at 0 is 0 (torch.abs). @throws DTypeError for bool tensors. */
export const abs: UnaryFunction = onNumbers(absOp);

/** −1, 0 or 1 as x is negative, zero or positive, in x's dtype; its gradient is zero (torch.sign). */
export function sign(x: Tensor): Tensor {
  checkTensor('sign', x);
  return apply(signOp, [x]);
}

/** x², in x's dtype; bool becomes int32 (torch.square). */
export function square(x: Tensor): Tensor {
  checkTensor('square', x);
  return apply(squareOp, [x.dtype === 'bool' ? to(x, 'int32') : x]);
}

/** x itself (torch.positive). @throws DTypeError for bool tensors. */
export function positive(x: Tensor): Tensor {
  checkNotBool('positive', x);
  return x;
}

/** √x; NaN for x < 0, the gradient at 0 is infinite (torch.sqrt). Integers become float32. */
export const sqrt: UnaryFunction = onFloats(sqrtOp);

/** 1 / √x (torch.rsqrt). Integers become float32. */
export const rsqrt: UnaryFunction = onFloats(rsqrtOp);

/** 1 / x (torch.reciprocal). Integers become float32. */
export const reciprocal: UnaryFunction = onFloats(reciprocalOp);

/** eˣ (torch.exp). Integers become float32. */
export const exp: UnaryFunction = onFloats(expOp);

/** 2ˣ (torch.exp2). Integers become float32. */
export const exp2: UnaryFunction = onFloats(exp2Op);

/** eˣ − 1, exact for small x (torch.expm1). Integers become float32. */
export const expm1: UnaryFunction = onFloats(expm1Op);

/** ln x; −inf at 0, NaN below (torch.log). Integers become float32. */
export const log: UnaryFunction = onFloats(logOp);

/** log₂ x (torch.log2). Integers become float32. */
export const log2: UnaryFunction = onFloats(log2Op);

/** log₁₀ x (torch.log10). Integers become float32. */
export const log10: UnaryFunction = onFloats(log10Op);

/** ln(1 + x), exact for small x (torch.log1p). Integers become float32. */
export const log1p: UnaryFunction = onFloats(log1pOp);

/** 1 / (1 + e⁻ˣ) (torch.sigmoid). Integers become float32. */
export const sigmoid: UnaryFunction = onFloats(sigmoidOp);

/** The hyperbolic tangent of x (torch.tanh). Integers become float32. */
export const tanh: UnaryFunction = onFloats(tanhOp);

/** The error function 2/√π ∫₀ˣ e^(−t²) dt (torch.erf). Integers become float32. */
export const erf: UnaryFunction = onFloats(erfOp);
