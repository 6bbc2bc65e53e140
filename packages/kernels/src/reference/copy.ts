import type { StructuredKernels } from '../kernels.ts';
import type { NumericArray } from '../signatures.ts';
import { arrange, createLoops } from './strides.ts';

const { min } = Math;

/** Side of the squares a transpose is cut into: both sides of one stay in the first-level cache. */
const BLOCK = 32;
/** Elements below which a plain loop beats the fixed cost of `subarray` and `set`. */
const SMALL = 64;

const loops = createLoops();
/** How far each of the outer loops has come. */
const counters: number[] = [];

// Assignment to a typed array converts as the interface asks: a float becomes an integer by truncation, wrapping
// modulo 2³² or 2⁸, and NaN and ±inf become 0.

function copyRun(n: number, x: NumericArray, xOffset: number, out: NumericArray, outOffset: number): void {
  if (n < SMALL) for (let i = 0; i < n; i++) out[outOffset + i] = x[xOffset + i];
  else out.set(x.subarray(xOffset, xOffset + n), outOffset);
}

function copyPlane(
  rows: number,
  cols: number,
  x: NumericArray,
  xOffset: number,
  xRow: number,
  xCol: number,
  out: NumericArray,
  outOffset: number,
  outRow: number,
  outCol: number,
): void {
  if (xCol === 1 && outCol === 1) {
    for (let r = 0; r < rows; r++) copyRun(cols, x, xOffset + r * xRow, out, outOffset + r * outRow);
    return;
  }
  if (xCol === 0 && outCol === 1) {
    // One element repeated, as a gradient spread over what a sum has added up.
    for (let r = 0; r < rows; r++) {
      const at = outOffset + r * outRow;
      out[at] = x[xOffset + r * xRow];
      out.fill(out[at], at, at + cols);
    }
    return;
  }
  for (let top = 0; top < rows; top += BLOCK) {
    const bottom = min(rows, top + BLOCK);
    for (let left = 0; left < cols; left += BLOCK) {
      const right = min(cols, left + BLOCK);
      for (let r = top; r < bottom; r++) {
        let p = xOffset + r * xRow + left * xCol;
        let q = outOffset + r * outRow + left * outCol;
        for (let c = left; c < right; c++, p += xCol, q += outCol) out[q] = x[p];
      }
    }
  }
}

export const copy: StructuredKernels['copy'] = (shape, x, xOffset, xStrides, out, outOffset, outStrides) => {
  for (let d = 0; d < shape.length; d++) if (shape[d] === 0) return;
  arrange(loops, shape, xStrides, outStrides);
  const { rank, extents, from, to } = loops;
  if (rank === 1) {
    copyPlane(1, extents[0], x, xOffset, 0, from[0], out, outOffset, 0, to[0]);
    return;
  }
  // An odometer over the outer loops; the innermost two are a plane.
  const rows = rank - 2;
  const cols = rank - 1;
  for (let d = 0; d < rows; d++) counters[d] = 0;
  let p = xOffset;
  let q = outOffset;
  for (;;) {
    copyPlane(extents[rows], extents[cols], x, p, from[rows], from[cols], out, q, to[rows], to[cols]);
    let d = rows - 1;
    for (; d >= 0; d--) {
      p += from[d];
      q += to[d];
      if (++counters[d] < extents[d]) break;
      p -= from[d] * extents[d];
      q -= to[d] * extents[d];
      counters[d] = 0;
    }
    if (d < 0) return;
  }
};
