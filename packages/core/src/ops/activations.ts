/* Activation functions. Those that are no ops of their own are composed of others, and do at their kinks what PyTorch's
 * do. Where a branch is not taken, its argument is bounded, so that no 0·inf reaches a gradient of any order. */
import { kernels } from '@retrograd/kernels';
import { ShapeError } from '../errors.ts';
import { normalizeDim } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, neg, sub, zerosOf } from './arithmetic.ts';
import { logaddexp } from './bivariate.ts';
import { ge, gt, le, logicalAnd, logicalOr } from './compare.ts';
import { abs, erf, expm1, log, log1p, sigmoid, square, tanh } from './elementwise.ts';
import type { DimArgument } from './join.ts';
import { binaryLoop, packed, unaryLoop } from './loops.ts';
import { checkTensor, scalar, toFloat } from './promote.ts';
import { narrow } from './slice.ts';
import { checkNotBool } from './unary.ts';
import { reshape } from './view.ts';
import { clamp, clampMax, where } from './where.ts';

const { PI, SQRT1_2, sqrt } = Math;
const GELU_SCALE = sqrt(2 / PI);
const SELU_SCALE = 1.0507009873554804934193349852946;
const SELU_ALPHA = 1.6732632423543772848170429916717;

/** Its output says as well as its input where the gradient passes. */
export const reluOp = defineOp({
  name: 'relu',
  inputs: ['x'],
  shape: ([x]) => x.shape,
  forward: ([x], _, out) => unaryLoop(kernels.relu, x, out),
  saves: { x: ['out'] },
  vjp: { x: (g, { out }) => reluGrad(g, out) },
});

export const reluGradOp = defineOp({
  name: 'reluGrad',
  inputs: ['g', 'y'],
  shape: ([, y]) => y.shape,
  forward: ([g, y], _, out) => binaryLoop(kernels.reluGrad, g, y, out),
  saves: { g: ['y'] },
  vjp: { g: (gg, { y }) => reluGrad(gg, y), y: (gg) => zerosOf(gg) },
});

/** g where y > 0, else 0: the gradient of {@link relu} from its output y. */
function reluGrad(g: Tensor, y: Tensor): Tensor {
  return apply(reluGradOp, [g, y]);
}

/** Computes what clamp does; its gradient at the bounds is 0. */
export const hardtanhOp = defineOp({
  name: 'hardtanh',
  inputs: ['x'],
  shape: ([x], _attrs: { min: number; max: number }) => x.shape,
  forward: ([x], { min, max }, out) => {
    const p = packed(x);
    kernels.clamp(out.numel(), min, max, p.storage.array, p.offset, out.storage.array, out.offset);
  },
  saves: { x: ['x'] },
  vjp: { x: (g, { x, attrs: { min, max } }) => where(logicalOr(le(x, min), ge(x, max)), 0, g) },
});

/** max(x, 0), in x's dtype; the gradient at 0 is 0 (torch.relu). @throws DTypeError for bool tensors. */
export function relu(x: Tensor): Tensor {
  checkNotBool('relu', x);
  return apply(reluOp, [x]);
}

/** min(max(x, 0), 6), in x's dtype; the gradient at 0 and 6 is 0 (torch.nn.functional.relu6). */
export function relu6(x: Tensor): Tensor {
  checkNotBool('relu6', x);
  return apply(hardtanhOp, [x], { min: 0, max: 6 });
}

/**
 * min(max(x, minVal), maxVal), in x's dtype, −1 to 1 by default; the gradient at the bounds is 0
 * (torch.nn.functional.hardtanh).
 */
export function hardtanh(
  x: Tensor,
  options: { readonly minVal?: number; readonly maxVal?: number } = {},
): Tensor {
  checkNotBool('hardtanh', x);
  const { minVal = -1, maxVal = 1 } = options;
  return apply(hardtanhOp, [x], { min: minVal, max: maxVal });
}

/** x where x > 0, else negativeSlope·x; the slope is 0.01 by default (torch.nn.functional.leaky_relu). */
export function leakyRelu(x: Tensor, options: { readonly negativeSlope?: number } = {}): Tensor {
  const y = toFloat('leakyRelu', x);
  return mul(y, where(gt(y, 0), scalar(1, y.dtype), options.negativeSlope ?? 0.01));
}

/**
 * x where x > 0, else weight·x; weight has one element, or one for each channel, which is dim 1 of x
 * (torch.nn.functional.prelu).
 *
 * @throws ShapeError for a weight of another shape.
 */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  const y = toFloat('prelu', x);
  checkTensor('prelu', weight);
  if (weight.ndim > 1) {
    throw new ShapeError(`prelu: Expected weight to be a scalar or 1D tensor, but got ndim = ${weight.ndim}`);
  }
  const channels = y.ndim > 1 ? y.shape[1] : 1;
  const count = weight.numel();
  if (count !== 1 && count !== channels) {
    throw new ShapeError(
      `prelu: Mismatch of parameter numbers and input channel size. Found parameter numbers = ${count} and ` +
        `channel size = ${channels}`,
    );
  }
  const slopes = reshape(weight, count === 1 ? [] : [count, ...new Array<number>(y.ndim - 2).fill(1)]);
  return mul(y, where(gt(y, 0), scalar(1, y.dtype), slopes));
}

/** x where x > 0, else alpha·(eˣ − 1); alpha is 1 by default (torch.nn.functional.elu). */
export function elu(x: Tensor, options: { readonly alpha?: number } = {}): Tensor {
  const y = toFloat('elu', x);
  return where(gt(y, 0), y, mul(expm1(clampMax(y, 0)), options.alpha ?? 1));
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
  return where(gt(y, 0), y, mul(expm1(div(clampMax(y, 0), alpha)), alpha));
}

/** {@link elu} with alpha ≈ 1.6733, times ≈ 1.0507: activations keep mean 0, variance 1 (torch.nn.functional.selu). */
export function selu(x: Tensor): Tensor {
  const y = toFloat('selu', x);
  return where(gt(y, 0), mul(y, SELU_SCALE), mul(expm1(clampMax(y, 0)), SELU_ALPHA * SELU_SCALE));
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
  if (approximate === 'none') return mul(y, mul(add(erf(mul(y, SQRT1_2)), 1), 0.5));
  if (approximate !== 'tanh') throw new TypeError('gelu: approximate argument must be either none or tanh');
  const inner = mul(y, mul(add(mul(square(y), 0.044715), 1), GELU_SCALE));
  return mul(mul(y, 0.5), add(tanh(inner), 1));
}

/** x·sigmoid(x) (torch.nn.functional.silu). */
export function silu(x: Tensor): Tensor {
  const y = toFloat('silu', x);
  return mul(y, sigmoid(y));
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

/** min(max(x + 3, 0), 6) / 6; the gradient at ±3 is 0 (torch.nn.functional.hardsigmoid). */
export function hardsigmoid(x: Tensor): Tensor {
  return div(relu6(add(toFloat('hardsigmoid', x), 3)), 6);
}

/** x·min(max(x + 3, 0), 6) / 6 (torch.nn.functional.hardswish). */
export function hardswish(x: Tensor): Tensor {
  const y = toFloat('hardswish', x);
  return div(mul(y, clamp(add(y, 3), { min: 0, max: 6 })), 6);
}

/**
 * x moved towards 0 by lambd, and 0 where |x| ≤ lambd; 0.5 by default (torch.nn.functional.softshrink).
 *
 * @throws RangeError for a negative lambd.
 */
export function softshrink(x: Tensor, options: { readonly lambd?: number } = {}): Tensor {
  const y = toFloat('softshrink', x);
  const { lambd = 0.5 } = options;
  if (!(lambd >= 0))
    throw new RangeError(`softshrink: lambda must be greater or equal to 0, but found to be ${lambd}`);
  return sub(y, clamp(y, { min: -lambd, max: lambd }));
}

/** 0 where |x| ≤ lambd, else x; lambd is 0.5 by default (torch.nn.functional.hardshrink). */
export function hardshrink(x: Tensor, options: { readonly lambd?: number } = {}): Tensor {
  const y = toFloat('hardshrink', x);
  const { lambd = 0.5 } = options;
  return where(logicalAnd(ge(y, -lambd), le(y, lambd)), 0, y);
}

/** x − tanh(x) (torch.nn.functional.tanhshrink). */
export function tanhshrink(x: Tensor): Tensor {
  const y = toFloat('tanhshrink', x);
  return sub(y, tanh(y));
}

/** x where x > threshold, else value; in x's dtype (torch.nn.functional.threshold). */
export function threshold(x: Tensor, limit: number, value: number): Tensor {
  checkNotBool('threshold', x);
  return where(le(x, limit), scalar(value, x.dtype), x);
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
