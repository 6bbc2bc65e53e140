import type { StructuredKernels } from '../kernels.ts';
import type { NumericArray } from '../signatures.ts';

const { exp, log } = Math;

/** The greatest of `size` elements at a stride, −∞ for none. */
function greatest(size: number, x: NumericArray, offset: number, stride: number): number {
  let most = -Infinity;
  for (let s = 0, p = offset; s < size; s++, p += stride) if (x[p] > most) most = x[p];
  return most;
}

export const crossEntropy: StructuredKernels['crossEntropy'] = (
  outer,
  classes,
  inner,
  x,
  xOffset,
  target,
  targetOffset,
  out,
  outOffset,
) => {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const at = o * inner + i;
      const t = target[targetOffset + at];
      if (t < 0) {
        out[outOffset + at] = 0;
        continue;
      }
      const start = xOffset + o * classes * inner + i;
      const shift = greatest(classes, x, start, inner);
      let total = 0;
      for (let c = 0, p = start; c < classes; c++, p += inner) total += exp(x[p] - shift);
      out[outOffset + at] = shift - x[start + t * inner] + log(total);
    }
  }
};

export const crossEntropyGrad: StructuredKernels['crossEntropyGrad'] = (
  outer,
  classes,
  inner,
  g,
  gOffset,
  x,
  xOffset,
  target,
  targetOffset,
  out,
  outOffset,
) => {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const at = o * inner + i;
      const start = o * classes * inner + i;
      const t = target[targetOffset + at];
      if (t < 0) {
        for (let c = 0, p = outOffset + start; c < classes; c++, p += inner) out[p] = 0;
        continue;
      }
      const shift = greatest(classes, x, xOffset + start, inner);
      let total = 0;
      for (let c = 0, p = xOffset + start; c < classes; c++, p += inner) total += exp(x[p] - shift);
      const rate = g[gOffset + at];
      for (let c = 0, p = start; c < classes; c++, p += inner) {
        const share = exp(x[xOffset + p] - shift) / total;
        out[outOffset + p] = rate * (c === t ? share - 1 : share);
      }
    }
  }
};
