import type { BinaryKernel, UnaryKernel } from '../signatures.ts';
import { erfc } from './erf.ts';

const { PI, SQRT1_2, abs, exp, max, min, sqrt } = Math;

const DENSITY_AT_0 = 1 / sqrt(2 * PI);

/** Φ(x), the normal distribution function. */
const normal = (x: number): number => 0.5 * erfc(-x * SQRT1_2);

/** 1 / (1 + e⁻ˣ), without overflow. */
function logistic(x: number): number {
  const e = exp(-abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/** x·Φ(x). */
export const gelu: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = x[xOffset + i] * normal(x[xOffset + i]);
};

/** 2u and its derivative are x·(SCALE + CUBE·x²) and SCALE + 3·CUBE·x². */
const SCALE = 2 * sqrt(2 / PI);
const CUBE = 0.044715 * SCALE;

/** x·σ(2u), u = √(2/π)·(x + 0.044715x³). */
export const geluTanh: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) {
    const v = x[xOffset + i];
    out[outOffset + i] = v * logistic(v * (SCALE + CUBE * v * v));
  }
};

/** g·(σ(2u) + x·σ′(2u)·2u′). Beyond ±30, where σ is 0 or 1 exactly, x counts as ±30: no 0·∞. */
export const geluTanhGrad: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, p += aCol, q += bCol) {
      const x = max(-30, min(30, b[q]));
      const v = x * (SCALE + CUBE * x * x);
      // σ′ as e^−|v| / (1 + e^−|v|)², because 1 − σ would lose digits.
      const e = exp(-abs(v));
      const over = 1 / (1 + e);
      out[o++] = a[p] * ((v < 0 ? e : 1) * over + x * e * over * over * (SCALE + 3 * CUBE * x * x));
    }
  }
};

/** x·σ(x). */
export const silu: UnaryKernel = (n, x, xOffset, out, outOffset) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = x[xOffset + i] * logistic(x[xOffset + i]);
};

/** g·(Φ(x) + x·φ(x)), φ being the normal density. */
export const geluGrad: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, p += aCol, q += bCol) {
      const x = b[q];
      out[o++] = a[p] * (normal(x) + x * DENSITY_AT_0 * exp(-0.5 * x * x));
    }
  }
};

/** g·σ(x)·(1 + x·(1 − σ(x))). */
export const siluGrad: BinaryKernel = (rows, cols, a, a0, aRow, aCol, b, b0, bRow, bCol, out, out0) => {
  let o = out0;
  for (let r = 0; r < rows; r++) {
    let p = a0 + r * aRow;
    let q = b0 + r * bRow;
    for (let c = 0; c < cols; c++, p += aCol, q += bCol) {
      const s = logistic(b[q]);
      out[o++] = a[p] * s * (1 + b[q] * (1 - s));
    }
  }
};
