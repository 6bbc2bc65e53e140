import type { StructuredKernels } from '../kernels.ts';
import type { NumericArray } from '../signatures.ts';

const { exp, log } = Math;

/** The greatest of a line, −∞ for none. */
function greatest(size: number, x: NumericArray, offset: number): number {
  let most = -Infinity;
  for (let i = offset; i < offset + size; i++) if (x[i] > most) most = x[i];
  return most;
}

export const crossEntropy: StructuredKernels['crossEntropy'] = (
  rows,
  classes,
  x,
  xOffset,
  target,
  targetOffset,
  out,
  outOffset,
) => {
  for (let r = 0; r < rows; r++) {
    const t = target[targetOffset + r];
    if (t < 0) {
      out[outOffset + r] = 0;
      continue;
    }
    const start = xOffset + r * classes;
    const shift = greatest(classes, x, start);
    let total = 0;
    for (let c = start; c < start + classes; c++) total += exp(x[c] - shift);
    out[outOffset + r] = shift - x[start + t] + log(total);
  }
};

export const crossEntropyGrad: StructuredKernels['crossEntropyGrad'] = (
  rows,
  classes,
  g,
  gOffset,
  x,
  xOffset,
  target,
  targetOffset,
  out,
  outOffset,
) => {
  for (let r = 0; r < rows; r++) {
    const start = xOffset + r * classes;
    const to = outOffset + r * classes;
    const t = target[targetOffset + r];
    if (t < 0) {
      out.fill(0, to, to + classes);
      continue;
    }
    const shift = greatest(classes, x, start);
    let total = 0;
    for (let c = start; c < start + classes; c++) total += exp(x[c] - shift);
    const rate = g[gOffset + r];
    for (let c = 0; c < classes; c++) {
      const share = exp(x[start + c] - shift) / total;
      out[to + c] = rate * (c === t ? share - 1 : share);
    }
  }
};
