import type { StructuredKernels } from '../kernels.ts';
import type { UnaryKernel } from '../signatures.ts';
import { erf as erfOf } from './erf.ts';

const { abs: absOf, exp: expOf, imul, log: logOf, max, min, pow, sqrt: sqrtOf, tanh: tanhOf } = Math;

// The functions a training step lives in have loops of their own, so that V8 inlines the arithmetic: a loop shared
// through `unary` pays a call per element as soon as several functions have passed through it. Measured, a loop that
// has met all four array types is nearly as fast as one that has met a single type, so types are not told apart.

function unary(f: (x: number) => number): UnaryKernel {
  return (n, x, xOffset, out, outOffset) => {
    for (let i = 0; i < n; i++) out[outOffset + i] = f(x[xOffset + i]);
  };
}

/**
 * Two slots to choose from by index, `choice[+condition]`: a branch taken at random costs the processor about four
 * times as much (a sign of an activation is as good as random).
 */
const choice = new Float64Array(2);

export const abs: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = absOf(x[xOffset + i]);
};
export const neg: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = -x[xOffset + i];
};
export const sign = unary((x) => (x > 0 ? 1 : x < 0 ? -1 : 0));
export const square: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  if (out instanceof Int32Array) {
    for (let i = 0; i < n; i++) out[outOffset + i] = imul(x[xOffset + i], x[xOffset + i]);
    return;
  }
  for (let i = 0; i < n; i++) {
    const v = x[xOffset + i];
    out[outOffset + i] = v * v;
  }
};
export const sqrt: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = sqrtOf(x[xOffset + i]);
};
export const rsqrt: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = 1 / sqrtOf(x[xOffset + i]);
};
export const reciprocal: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = 1 / x[xOffset + i];
};

export const exp: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = expOf(x[xOffset + i]);
};
export const exp2 = unary((x) => pow(2, x));
export const expm1 = unary(Math.expm1);
export const log: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = logOf(x[xOffset + i]);
};
export const log2 = unary(Math.log2);
export const log10 = unary(Math.log10);
export const log1p = unary(Math.log1p);

export const sin = unary(Math.sin);
export const cos = unary(Math.cos);
export const tan = unary(Math.tan);
export const asin = unary(Math.asin);
export const acos = unary(Math.acos);
export const atan = unary(Math.atan);
export const sinh = unary(Math.sinh);
export const cosh = unary(Math.cosh);
export const tanh: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = tanhOf(x[xOffset + i]);
};
export const asinh = unary(Math.asinh);
export const acosh = unary(Math.acosh);
export const atanh = unary(Math.atanh);

/** 1 / (1 + e⁻ˣ), for negative x as eˣ / (1 + eˣ): the exponential never overflows. */
export const sigmoid: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  choice[0] = 1;
  for (let i = 0; i < n; i++) {
    const v = x[xOffset + i];
    const e = expOf(-absOf(v));
    choice[1] = e;
    out[outOffset + i] = choice[+(v < 0)] / (1 + e);
  }
};
export const erf = unary(erfOf);
/** max(x, 0), NaN staying NaN. */
export const relu: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  choice[0] = 0;
  for (let i = 0; i < n; i++) {
    const v = x[xOffset + i];
    choice[1] = v;
    out[outOffset + i] = choice[+!(v <= 0)];
  }
};

export const floor = unary(Math.floor);
export const ceil = unary(Math.ceil);
/** Half to even: adding 2⁵² leaves no room for a fraction, so the addition itself rounds, and by IEEE's rule. */
export const round = unary((x) => {
  if (!(absOf(x) < 2 ** 52) || x === 0) return x;
  return x > 0 ? x + 2 ** 52 - 2 ** 52 : -(2 ** 52 - x - 2 ** 52);
});
export const trunc = unary(Math.trunc);

export const logicalNot = unary((x) => (x === 0 ? 1 : 0));
export const isnan = unary((x) => (x !== x ? 1 : 0));
export const isinf = unary((x) => (absOf(x) === Infinity ? 1 : 0));
export const isfinite = unary((x) => (absOf(x) < Infinity ? 1 : 0));

export const clamp: StructuredKernels['clamp'] = (n, low, high, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = min(max(x[xOffset + i], low), high);
};

export const fill: StructuredKernels['fill'] = (n, value, out, outOffset) => {
  out.fill(value, outOffset, outOffset + n);
};
