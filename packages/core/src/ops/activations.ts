/* Smooth activation functions: gelu and silu are ops, the others composed of ops. Where a branch is not taken, its argument is bounded, so that no
 * 0·inf reaches a gradient of any order. */
import { kernels } from '@retrograd/kernels';
import { ShapeError } from '../errors.ts';
import { normalizeDim } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, neg, sub } from './arithmetic.ts';
import { logaddexp } from './bivariate.ts';
import { gt, le } from './compare.ts';
import { abs, exp, expm1, log, log1p, sigmoid, square, tanh } from './elementwise.ts';
import type { DimArgument } from './join.ts';
import { binaryLoop } from './loops.ts';
import { toFloat } from './promote.ts';
import { narrow } from './slice.ts';
import { unaryOpOfInput } from './unary.ts';
import { clamp, clampMax, where } from './where.ts';

const { PI, sqrt } = Math;

const GELU_SCALE = sqrt(2 / PI);

const SELU_SCALE = 1.0507009873554804934193349852946;

const SELU_ALPHA = 1.6732632423543772848170429916717;

export const geluOp = unaryOpOfInput('gelu', (g, x) => geluGrad(g, x));
export const siluOp = unaryOpOfInput('silu', (g, x) => siluGrad(g, x));

export const geluTanhOp = unaryOpOfInput('geluTanh', (g, x) => geluTanhGrad(g, x));

export const geluTanhGradOp = defineOp({
  name: 'geluTanhGrad',
  inputs: ['g', 'x'],
  shape: ([, x]) => x.shape,
  forward: ([g, x], _, out) => binaryLoop(kernels.geluTanhGrad, g, x, out),
  saves: { g: ['x'], x: ['g', 'x'] },
  vjp: {
    g: (u, { x }) => geluTanhGrad(u, x),
    x: (u, { g, x }) => {
      // With v = 2u: σ′·(2v′ + x·v″ + x·(1 − 2σ)·v′²); beyond ±30 σ′ is 0.
      const y = clamp(x, { min: -30, max: 30 });
      const z = square(y);
      const s = sigmoid(mul(y, add(mul(z, 0.044715 * 2 * GELU_SCALE), 2 * GELU_SCALE)));
      const slope = add(mul(z, 6 * 0.044715 * GELU_SCALE), 2 * GELU_SCALE);
      const curve = mul(z, 12 * 0.044715 * GELU_SCALE);
      const bent = mul(mul(y, sub(1, mul(s, 2))), square(slope));
      return mul(mul(u, g), mul(mul(s, sub(1, s)), add(add(mul(slope, 2), curve), bent)));
    },
  },
});

/** g times the derivative of {@link gelu} by tanh. */
function geluTanhGrad(g: Tensor, x: Tensor): Tensor {
  return apply(geluTanhGradOp, [g, x]);
}

export const geluGradOp = defineOp({
  name: 'geluGrad',
  inputs: ['g', 'x'],
  shape: ([, x]) => x.shape,
  forward: ([g, x], _, out) => binaryLoop(kernels.geluGrad, g, x, out),
  saves: { g: ['x'], x: ['g', 'x'] },
  vjp: {
    g: (u, { x }) => geluGrad(u, x),
    x: (u, { g, x }) => {
      const density = mul(exp(mul(square(x), -0.5)), 1 / sqrt(2 * PI));
      return mul(mul(u, g), mul(density, sub(2, square(x))));
    },
  },
});

/** g·(Φ(x) + x·φ(x)), φ being the normal density: the gradient of {@link gelu}. */
function geluGrad(g: Tensor, x: Tensor): Tensor {
  return apply(geluGradOp, [g, x]);
}

export const siluGradOp = defineOp({
  name: 'siluGrad',
  inputs: ['g', 'x'],
  shape: ([, x]) => x.shape,
  forward: ([g, x], _, out) => binaryLoop(kernels.siluGrad, g, x, out),
  saves: { g: ['x'], x: ['g', 'x'] },
  vjp: {
    g: (u, { x }) => siluGrad(u, x),
    x: (u, { g, x }) => {
      const s = sigmoid(x);
      return mul(mul(u, g), mul(mul(s, sub(1, s)), add(mul(x, sub(1, mul(s, 2))), 2)));
    },
  },
});

/** g·σ(x)·(1 + x·(1 − σ(x))): the gradient of {@link silu}. */
function siluGrad(g: Tensor, x: Tensor): Tensor {
  return apply(siluGradOp, [g, x]);
}

/** x where x > 0, else alpha·(eˣ − 1); alpha is 1 by default (torch.nn.functional.elu). */
export function elu(x: Tensor, options: { readonly alpha?: number } = {}): Tensor {
  const y = toFloat('elu', x);
  return where(le(y, 0), mul(expm1(clampMax(y, 0)), options.alpha ?? 1), y);
}

/**
 * x where x > 0, else alpha·(e^(x/alpha) − 1); alpha is 1 by default (torch.nn.functional.celu).
 *
 * @throws RangeError for alpha 0.
 */
export function celu(x: Tensor, options: { readonly alpha?: number } = {}): Tensor {
  const y = toFloat('celu', x);
  const { alpha = 1 } = options;
  if (alpha === 0) throw new RangeError('celu: alpha cannot be 0 for CELU');
  return where(le(y, 0), mul(expm1(div(clampMax(y, 0), alpha)), alpha), y);
}

/** {@link elu} with alpha ≈ 1.6733, times ≈ 1.0507: activations keep mean 0, variance 1 (torch.nn.functional.selu). */
export function selu(x: Tensor): Tensor {
  const y = toFloat('selu', x);
  return where(le(y, 0), mul(expm1(clampMax(y, 0)), SELU_ALPHA * SELU_SCALE), mul(y, SELU_SCALE));
}

/**
 * x·Φ(x), Φ being the normal distribution function: exact, or for 'tanh'
 * ½x·(1 + tanh(√(2/π)·(x + 0.044715x³))) (torch.nn.functional.gelu).
 *
 * @throws TypeError for another approximation.
 */
export function gelu(x: Tensor, options: { readonly approximate?: 'none' | 'tanh' } = {}): Tensor {
  const y = toFloat('gelu', x);
  const { approximate = 'none' } = options;
  if (approximate === 'none') return apply(geluOp, [y]);
  if (approximate !== 'tanh') throw new TypeError('gelu: approximate argument must be either none or tanh');
  return apply(geluTanhOp, [y]);
}

/** x·sigmoid(x) (torch.nn.functional.silu). */
export function silu(x: Tensor): Tensor {
  return apply(siluOp, [toFloat('silu', x)]);
}

/** x·tanh(softplus(x)) (torch.nn.functional.mish). */
export function mish(x: Tensor): Tensor {
  const y = toFloat('mish', x);
  return mul(y, tanh(logaddexp(y, 0)));
}

/**
 * ln(1 + e^(beta·x)) / beta, and x itself where beta·x > threshold; 1 and 20 by default (torch.nn.functional.softplus).
 */
export function softplus(
  x: Tensor,
  options: { readonly beta?: number; readonly threshold?: number } = {},
): Tensor {
  const y = toFloat('softplus', x);
  const { beta = 1, threshold: limit = 20 } = options;
  const scaled = beta === 1 ? y : mul(y, beta);
  const soft = logaddexp(scaled, 0);
  // Beyond 20 the two agree in float32 to the last bit.
  if (y.dtype === 'float32' && beta === 1 && limit >= 20) return soft;
  return where(gt(scaled, limit), y, beta === 1 ? soft : div(soft, beta));
}

/** x / (1 + |x|) (torch.nn.functional.softsign). */
export function softsign(x: Tensor): Tensor {
  const y = toFloat('softsign', x);
  return div(y, add(abs(y), 1));
}

/** ln(sigmoid(x)) = −ln(1 + e⁻ˣ) without overflow (torch.nn.functional.logsigmoid). */
export function logSigmoid(x: Tensor): Tensor {
  return neg(logaddexp(neg(toFloat('logSigmoid', x)), 0));
}

/** x − tanh(x) (torch.nn.functional.tanhshrink). */
export function tanhshrink(x: Tensor): Tensor {
  const y = toFloat('tanhshrink', x);
  return sub(y, tanh(y));
}

/**
 * a·sigmoid(b), a and b being the halves of x along dim, the last by default (torch.nn.functional.glu).
 *
 * @throws ShapeError if x cannot be halved there.
 */
export function glu(x: Tensor, dim: DimArgument = -1): Tensor {
  const y = toFloat('glu', x);
  if (y.ndim === 0) throw new ShapeError('glu: does not support scalars because halving size must be even');
  const d = normalizeDim('glu', typeof dim === 'number' ? dim : (dim.dim ?? -1), y.ndim);
  const size = y.shape[d];
  if (size % 2 !== 0) {
    throw new ShapeError(`glu: Halving dimension must be even, but dimension ${d} is size ${size}`);
  }
  return mul(narrow(y, d, 0, size / 2), sigmoid(narrow(y, d, size / 2, size / 2)));
}

/**
 * ln(x / (1 − x)), the inverse of sigmoid; NaN outside [0, 1]. With `eps`, x is first clamped to [eps, 1 − eps]
 * (torch.logit).
 */
export function logit(x: Tensor, options: { readonly eps?: number | null } = {}): Tensor {
  const y = toFloat('logit', x);
  const { eps = null } = options;
  const p = eps === null ? y : clamp(y, { min: eps, max: 1 - eps });
  return sub(log(p), log1p(neg(p)));
}
