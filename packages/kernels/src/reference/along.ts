import type { AlongGradKernel, AlongKernel } from '../signatures.ts';
import { createWorkspace } from './workspace.ts';

const { exp, log } = Math;

const line = createWorkspace();

/** out[i] = x[0] + … + x[i], summed in float64. */
export const cumsum: AlongKernel = (outer, size, inner, x, xOffset, out, outOffset) => {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let at = o * size * inner + i;
      let total = 0;
      for (let s = 0; s < size; s++, at += inner) {
        total += x[xOffset + at];
        out[outOffset + at] = total;
      }
    }
  }
};

/** exp(x − m) / Σ exp(x − m) with m = max x, so that nothing overflows. */
export const softmax: AlongKernel = (outer, size, inner, x, xOffset, out, outOffset) => {
  const terms = line(size);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * size * inner + i;
      let shift = -Infinity;
      for (let s = 0, p = xOffset + start; s < size; s++, p += inner) if (x[p] > shift) shift = x[p];
      let total = 0;
      for (let s = 0, p = xOffset + start; s < size; s++, p += inner) {
        const term = exp(x[p] - shift);
        terms[s] = term;
        total += term;
      }
      for (let s = 0, p = outOffset + start; s < size; s++, p += inner) out[p] = terms[s] / total;
    }
  }
};

/** x − m − log Σ exp(x − m) with m = max x. */
export const logSoftmax: AlongKernel = (outer, size, inner, x, xOffset, out, outOffset) => {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * size * inner + i;
      let shift = -Infinity;
      for (let s = 0, p = xOffset + start; s < size; s++, p += inner) if (x[p] > shift) shift = x[p];
      let total = 0;
      for (let s = 0, p = xOffset + start; s < size; s++, p += inner) total += exp(x[p] - shift);
      const logTotal = log(total);
      for (let s = 0, p = start; s < size; s++, p += inner)
        out[outOffset + p] = x[xOffset + p] - shift - logTotal;
    }
  }
};

export const softmaxGrad: AlongGradKernel = (outer, size, inner, g, gOffset, y, yOffset, out, outOffset) => {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * size * inner + i;
      let dot = 0;
      for (let s = 0, p = start; s < size; s++, p += inner) dot += g[gOffset + p] * y[yOffset + p];
      for (let s = 0, p = start; s < size; s++, p += inner) {
        out[outOffset + p] = y[yOffset + p] * (g[gOffset + p] - dot);
      }
    }
  }
};

export const logSoftmaxGrad: AlongGradKernel = (
  outer,
  size,
  inner,
  g,
  gOffset,
  y,
  yOffset,
  out,
  outOffset,
) => {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * size * inner + i;
      let total = 0;
      for (let s = 0, p = start; s < size; s++, p += inner) total += g[gOffset + p];
      for (let s = 0, p = start; s < size; s++, p += inner) {
        out[outOffset + p] = g[gOffset + p] - exp(y[yOffset + p]) * total;
      }
    }
  }
};
