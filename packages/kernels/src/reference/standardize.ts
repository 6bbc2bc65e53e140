import type { StructuredKernels } from '../kernels.ts';

const { sqrt } = Math;

export const standardize: StructuredKernels['standardize'] = (
  outer,
  channels,
  inner,
  eps,
  x,
  xOffset,
  out,
  outOffset,
  rstd,
  rstdOffset,
  moments,
  momentsOffset,
) => {
  const count = outer * inner;
  const step = channels * inner;
  for (let c = 0; c < channels; c++) {
    let total = 0;
    for (let o = 0, start = xOffset + c * inner; o < outer; o++, start += step)
      for (let p = start; p < start + inner; p++) total += x[p];
    const mean = total / count;
    let squares = 0;
    for (let o = 0, start = xOffset + c * inner; o < outer; o++, start += step)
      for (let p = start; p < start + inner; p++) squares += (x[p] - mean) * (x[p] - mean);
    const rate = 1 / sqrt(squares / count + eps);
    rstd[rstdOffset + c] = rate;
    if (moments !== null) {
      moments[momentsOffset + c] = mean;
      moments[momentsOffset + channels + c] = squares / count;
    }
    for (let o = 0, start = c * inner; o < outer; o++, start += step)
      for (let p = start; p < start + inner; p++) out[outOffset + p] = (x[xOffset + p] - mean) * rate;
  }
};

export const standardizeGrad: StructuredKernels['standardizeGrad'] = (
  outer,
  channels,
  inner,
  g,
  gOffset,
  y,
  yOffset,
  rstd,
  rstdOffset,
  out,
  outOffset,
) => {
  const count = outer * inner;
  const step = channels * inner;
  for (let c = 0; c < channels; c++) {
    let total = 0;
    let products = 0;
    for (let o = 0, start = c * inner; o < outer; o++, start += step) {
      for (let p = start; p < start + inner; p++) {
        total += g[gOffset + p];
        products += g[gOffset + p] * y[yOffset + p];
      }
    }
    const mean = total / count;
    const slope = products / count;
    const rate = rstd[rstdOffset + c];
    for (let o = 0, start = c * inner; o < outer; o++, start += step)
      for (let p = start; p < start + inner; p++)
        out[outOffset + p] = (g[gOffset + p] - mean - y[yOffset + p] * slope) * rate;
  }
};
