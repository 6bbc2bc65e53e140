import type { NumericArray, ReduceKernel } from '../signatures.ts';
import { createWorkspace } from './workspace.ts';

const { exp, imul, log, min } = Math;

/** Terms added in sequence before sums are combined in pairs: the error grows with log(n), not with n. */
const RUN = 128;
/** Columns reduced at a time where the reduced axis is not the last: their accumulators stay in the first-level cache. */
const TILE = 1024;

const accumulators = createWorkspace();

function sumRun(x: NumericArray, start: number, count: number): number {
  if (count > RUN) {
    const half = ((count / (2 * RUN)) | 0) * RUN || RUN;
    return sumRun(x, start, half) + sumRun(x, start + half, count - half);
  }
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const end = start + count;
  let i = start;
  for (; i + 3 < end; i += 4) {
    s0 += x[i];
    s1 += x[i + 1];
    s2 += x[i + 2];
    s3 += x[i + 3];
  }
  for (; i < end; i++) s0 += x[i];
  return s0 + s1 + (s2 + s3);
}

/** Sums `count` rows of `width` elements, `stride` apart, into acc[at…at+width), pairwise by halves. */
function sumRows(
  x: NumericArray,
  start: number,
  count: number,
  stride: number,
  width: number,
  acc: Float64Array,
  at: number,
): void {
  if (count > RUN) {
    const half = count >> 1;
    sumRows(x, start, half, stride, width, acc, at);
    sumRows(x, start + half * stride, count - half, stride, width, acc, at + width);
    for (let i = 0; i < width; i++) acc[at + i] += acc[at + width + i];
    return;
  }
  acc.fill(0, at, at + width);
  for (let r = 0; r < count; r++) {
    const row = start + r * stride;
    for (let i = 0; i < width; i++) acc[at + i] += x[row + i];
  }
}

export const sum: ReduceKernel = (outer, reduced, inner, x, xOffset, out, outOffset) => {
  if (inner === 1) {
    for (let o = 0; o < outer; o++) out[outOffset + o] = sumRun(x, xOffset + o * reduced, reduced);
    return;
  }
  // One level of accumulators for each halving down to RUN rows, and one more to hold the right half.
  const acc = accumulators(min(inner, TILE) * 34);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i += TILE) {
      const width = min(TILE, inner - i);
      sumRows(x, xOffset + o * reduced * inner + i, reduced, inner, width, acc, 0);
      for (let j = 0; j < width; j++) out[outOffset + o * inner + i + j] = acc[j];
    }
  }
};

/** A reduction given by how it folds `count` elements, `stride` apart, into one. */
function reduction(
  fold: (x: NumericArray, start: number, count: number, stride: number, out: NumericArray) => number,
): ReduceKernel {
  return (outer, reduced, inner, x, xOffset, out, outOffset) => {
    for (let o = 0; o < outer; o++) {
      const start = xOffset + o * reduced * inner;
      for (let i = 0; i < inner; i++)
        out[outOffset + o * inner + i] = fold(x, start + i, reduced, inner, out);
    }
  };
}

export const prod = reduction((x, start, count, stride, out) => {
  const end = start + count * stride;
  let product = 1;
  if (out instanceof Int32Array) for (let p = start; p < end; p += stride) product = imul(product, x[p]);
  else for (let p = start; p < end; p += stride) product *= x[p];
  return product;
});

/** Position of the first maximum, the first NaN winning. */
function findMax(x: NumericArray, start: number, count: number, stride: number): number {
  const end = start + count * stride;
  let best = start;
  let value = x[start];
  for (let p = start; p < end; p += stride) {
    const v = x[p];
    if (v > value) {
      value = v;
      best = p;
    } else if (v !== v) return p;
  }
  return best;
}

/** Position of the first minimum, the first NaN winning. */
function findMin(x: NumericArray, start: number, count: number, stride: number): number {
  const end = start + count * stride;
  let best = start;
  let value = x[start];
  for (let p = start; p < end; p += stride) {
    const v = x[p];
    if (v < value) {
      value = v;
      best = p;
    } else if (v !== v) return p;
  }
  return best;
}

export const amax = reduction((x, start, count, stride) => x[findMax(x, start, count, stride)]);
export const amin = reduction((x, start, count, stride) => x[findMin(x, start, count, stride)]);
export const argmax = reduction(
  (x, start, count, stride) => (findMax(x, start, count, stride) - start) / stride,
);
export const argmin = reduction(
  (x, start, count, stride) => (findMin(x, start, count, stride) - start) / stride,
);

export const logsumexp = reduction((x, start, count, stride) => {
  if (count === 0) return -Infinity;
  const shift = x[findMax(x, start, count, stride)];
  // An infinite maximum is the result; subtracting it from itself would make it NaN. A NaN passes through too.
  if (!(shift - shift === 0)) return shift;
  const end = start + count * stride;
  let total = 0;
  for (let p = start; p < end; p += stride) total += exp(x[p] - shift);
  return shift + log(total);
});
