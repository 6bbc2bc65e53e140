import type { NumericArray } from '../signatures.ts';
import { createWorkspace } from './workspace.ts';

const { abs, min } = Math;

/** Sums kept at a time where A is walked along its rows' index: they stay in the first-level cache. */
const CHUNK = 1024;

const vector = createWorkspace();
const partial = createWorkspace();

/**
 * y ← alpha·A·x + beta·y with A [rows, depth], everything at any strides. Whichever axis of A lies closer together in
 * memory is the inner loop.
 */
export function gemv(
  rows: number,
  depth: number,
  alpha: number,
  a: NumericArray,
  aOffset: number,
  aRow: number,
  aDepth: number,
  x: NumericArray,
  xOffset: number,
  xStride: number,
  beta: number,
  y: NumericArray,
  yOffset: number,
  yStride: number,
): void {
  const v = vector(depth);
  for (let d = 0, p = xOffset; d < depth; d++, p += xStride) v[d] = x[p];
  const sums = partial(min(rows, CHUNK) + 3);
  for (let start = 0; start < rows; start += CHUNK) {
    const count = min(CHUNK, rows - start);
    const from = aOffset + start * aRow;
    if (abs(aDepth) <= abs(aRow)) sumAlongDepth(count, depth, a, from, aRow, aDepth, v, sums);
    else sumAlongRows(count, depth, a, from, aRow, aDepth, v, sums);
    for (let r = 0, q = yOffset + start * yStride; r < count; r++, q += yStride) {
      y[q] = beta === 0 ? alpha * sums[r] : alpha * sums[r] + beta * y[q];
    }
  }
}

/** sums[r] = Σ_d a[r, d]·v[d] as dot products, four rows at a time; a short last group computes its last row again. */
function sumAlongDepth(
  rows: number,
  depth: number,
  a: NumericArray,
  aOffset: number,
  aRow: number,
  aDepth: number,
  v: Float64Array,
  sums: Float64Array,
): void {
  const last = rows - 1;
  for (let r = 0; r < rows; r += 4) {
    let p0 = aOffset + r * aRow;
    let p1 = aOffset + min(r + 1, last) * aRow;
    let p2 = aOffset + min(r + 2, last) * aRow;
    let p3 = aOffset + min(r + 3, last) * aRow;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let d = 0; d < depth; d++) {
      const w = v[d];
      s0 += a[p0] * w;
      s1 += a[p1] * w;
      s2 += a[p2] * w;
      s3 += a[p3] * w;
      p0 += aDepth;
      p1 += aDepth;
      p2 += aDepth;
      p3 += aDepth;
    }
    sums[r] = s0;
    sums[r + 1] = s1;
    sums[r + 2] = s2;
    sums[r + 3] = s3;
  }
}

/** sums[r] = Σ_d a[r, d]·v[d] as a sum of columns, two at a time. */
function sumAlongRows(
  rows: number,
  depth: number,
  a: NumericArray,
  aOffset: number,
  aRow: number,
  aDepth: number,
  v: Float64Array,
  sums: Float64Array,
): void {
  sums.fill(0, 0, rows);
  let d = 0;
  for (; d + 2 <= depth; d += 2) {
    const w0 = v[d];
    const w1 = v[d + 1];
    let p0 = aOffset + d * aDepth;
    let p1 = p0 + aDepth;
    for (let r = 0; r < rows; r++, p0 += aRow, p1 += aRow) sums[r] += a[p0] * w0 + a[p1] * w1;
  }
  if (d === depth) return;
  const w = v[d];
  for (let r = 0, p = aOffset + d * aDepth; r < rows; r++, p += aRow) sums[r] += a[p] * w;
}
