import type { StructuredKernels } from '../kernels.ts';
import type { NumericArray } from '../signatures.ts';

/** The axis that lines run along: the last but for those of extent 1, which are no part of a walk. */
function lineAxis(shape: readonly number[]): number {
  let d = shape.length - 1;
  while (d > 0 && shape[d] === 1) d--;
  return d;
}

/**
 * Calls `visit` for each line of `shape` along {@link lineAxis}, with the number of elements before it (its offset in a
 * contiguous array) and its offsets in two arrays at the given strides.
 */
function forEachLine(
  shape: readonly number[],
  aStrides: readonly number[],
  bStrides: readonly number[],
  visit: (before: number, aOffset: number, bOffset: number) => void,
): void {
  const axis = lineAxis(shape);
  const length = shape[axis];
  if (shape.includes(0)) return;
  const counter = new Array<number>(axis).fill(0);
  let before = 0;
  let a = 0;
  let b = 0;
  for (;;) {
    visit(before, a, b);
    before += length;
    let d = axis - 1;
    for (; d >= 0; d--) {
      a += aStrides[d];
      b += bStrides[d];
      if (++counter[d] < shape[d]) break;
      a -= aStrides[d] * shape[d];
      b -= bStrides[d] * shape[d];
      counter[d] = 0;
    }
    if (d < 0) return;
  }
}

/** From which length on `subarray` and `set` cost less than a loop. */
const LONG = 48;

/** The strides with that of `dim` replaced by 0: along it, the index decides. */
const without = (strides: readonly number[], dim: number): number[] =>
  strides.map((s, d) => (d === dim ? 0 : s));

export const gather: StructuredKernels['gather'] = (
  shape,
  dim,
  x,
  xOffset,
  xStrides,
  index,
  indexOffset,
  out,
  outOffset,
) => {
  const jump = xStrides[dim];
  const strides = without(xStrides, dim);
  const axis = lineAxis(shape);
  const length = shape[axis];
  const step = strides[axis];
  forEachLine(shape, strides, strides, (before, a) => {
    pickLine(length, index, indexOffset + before, jump, x, xOffset + a, step, out, outOffset + before);
  });
};

// The lines are functions of their own, because a closure reads what it captured again for each element.

function pickLine(
  length: number,
  index: Int32Array,
  first: number,
  jump: number,
  x: NumericArray,
  p: number,
  step: number,
  out: NumericArray,
  q: number,
): void {
  for (let i = 0; i < length; i++, p += step) out[q + i] = x[p + index[first + i] * jump];
}

export const scatter: StructuredKernels['scatter'] = (
  shape,
  dim,
  index,
  indexOffset,
  src,
  srcOffset,
  srcStrides,
  out,
  outOffset,
  outStrides,
  accumulate,
) => {
  const jump = outStrides[dim];
  const strides = without(outStrides, dim);
  const axis = lineAxis(shape);
  const length = shape[axis];
  const step = strides[axis];
  const srcStep = srcStrides[axis];
  forEachLine(shape, srcStrides, strides, (before, a, b) => {
    const line = accumulate ? addLine : putLine;
    line(length, index, indexOffset + before, jump, src, srcOffset + a, srcStep, out, outOffset + b, step);
  });
};

function putLine(
  length: number,
  index: Int32Array,
  first: number,
  jump: number,
  src: NumericArray,
  p: number,
  srcStep: number,
  out: NumericArray,
  q: number,
  step: number,
): void {
  for (let i = first; i < first + length; i++, p += srcStep, q += step) out[q + index[i] * jump] = src[p];
}

function addLine(
  length: number,
  index: Int32Array,
  first: number,
  jump: number,
  src: NumericArray,
  p: number,
  srcStep: number,
  out: NumericArray,
  q: number,
  step: number,
): void {
  for (let i = first; i < first + length; i++, p += srcStep, q += step) out[q + index[i] * jump] += src[p];
}

/** Products and the extremes of two numbers; Math.max and Math.min have NaN win. */
const REDUCTIONS = { prod: (a: number, b: number): number => a * b, amax: Math.max, amin: Math.min };

export const scatterReduce: StructuredKernels['scatterReduce'] = (
  shape,
  dim,
  index,
  indexOffset,
  src,
  srcOffset,
  srcStrides,
  out,
  outOffset,
  outStrides,
  reduce,
) => {
  const combined = REDUCTIONS[reduce];
  const jump = outStrides[dim];
  const strides = without(outStrides, dim);
  const axis = lineAxis(shape);
  const length = shape[axis];
  const step = strides[axis];
  const srcStep = srcStrides[axis];
  forEachLine(shape, srcStrides, strides, (before, a, b) => {
    let p = srcOffset + a;
    let q = outOffset + b;
    for (let i = before; i < before + length; i++, p += srcStep, q += step) {
      const at = q + index[indexOffset + i] * jump;
      out[at] = combined(out[at], src[p]);
    }
  });
};

export const indexSelect: StructuredKernels['indexSelect'] = (
  outer,
  size,
  inner,
  count,
  x,
  xOffset,
  index,
  indexOffset,
  out,
  outOffset,
) => {
  let q = outOffset;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      const p = xOffset + (o * size + index[indexOffset + j]) * inner;
      if (inner >= LONG) out.set(x.subarray(p, p + inner), q);
      else for (let i = 0; i < inner; i++) out[q + i] = x[p + i];
      q += inner;
    }
  }
};

export const indexAdd: StructuredKernels['indexAdd'] = (
  outer,
  size,
  inner,
  count,
  index,
  indexOffset,
  src,
  srcOffset,
  out,
  outOffset,
  accumulate,
) => {
  let p = srcOffset;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      const q = outOffset + (o * size + index[indexOffset + j]) * inner;
      if (accumulate) for (let i = 0; i < inner; i++) out[q + i] += src[p + i];
      else if (inner >= LONG) out.set(src.subarray(p, p + inner), q);
      else for (let i = 0; i < inner; i++) out[q + i] = src[p + i];
      p += inner;
    }
  }
};

export const nonzero: StructuredKernels['nonzero'] = (n, x, xOffset, out, outOffset) => {
  let count = 0;
  for (let i = 0; i < n; i++) if (x[xOffset + i] !== 0) out[outOffset + count++] = i;
  return count;
};
