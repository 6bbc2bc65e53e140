import type { StructuredKernels } from '../kernels.ts';
import type { NumericArray } from '../signatures.ts';
import { gemv } from './gemv.ts';
import { createWorkspace } from './workspace.ts';

// C = A·B the way of Goto and van de Geijn ("Anatomy of high-performance matrix multiplication", ACM TOMS 34, 2008):
// blocks of A and B are packed into panels that the inner loop reads in order, and a small square of C is held in
// registers. The panels are Float64Arrays zero-padded to whole squares, so that the inner loop has one array type
// and no edges, and packing absorbs every stride and dtype.

const { ceil, min } = Math;

/** Rows and columns of the square of C that one run of the inner loop computes. */
const MR = 4;
const NR = 4;
/** Blocks: a panel of A (MC × KC) lives in the second-level cache, a sliver of B (KC × NR) in the first. */
const MC = 64;
const NC = 512;
const KC = 256;
/** Below this many multiplications packing costs more than it saves. */
const TINY = 64;
/** Up to this depth C is a few rank-1 updates, bound by memory: row by row, without packing. */
const THIN = 2;

const panelA = createWorkspace();
const panelB = createWorkspace();
const tile = createWorkspace();

/**
 * Packs a [rows, depth] matrix as slivers of 4 rows, each stored depth-first: element (r, d) goes to
 * (r div 4)·4·depth + 4·d + r mod 4. Rows missing from the last sliver are zero.
 */
function pack(
  rows: number,
  depth: number,
  x: NumericArray,
  xOffset: number,
  xRow: number,
  xDepth: number,
  panel: Float64Array,
): void {
  let q = 0;
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    let p0 = xOffset + r * xRow;
    let p1 = p0 + xRow;
    let p2 = p1 + xRow;
    let p3 = p2 + xRow;
    for (let d = 0; d < depth; d++) {
      panel[q] = x[p0];
      panel[q + 1] = x[p1];
      panel[q + 2] = x[p2];
      panel[q + 3] = x[p3];
      p0 += xDepth;
      p1 += xDepth;
      p2 += xDepth;
      p3 += xDepth;
      q += 4;
    }
  }
  if (r === rows) return;
  panel.fill(0, q, q + 4 * depth);
  for (let i = 0; r + i < rows; i++) {
    let p = xOffset + (r + i) * xRow;
    for (let d = 0; d < depth; d++, p += xDepth) panel[q + 4 * d + i] = x[p];
  }
}

/** t[0…4, 0…4] += (4 × depth sliver of A) · (depth × 4 sliver of B). */
function multiplySlivers(
  depth: number,
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  t: Float64Array,
  tStart: number,
  tRow: number,
): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0; // prettier-ignore
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0; // prettier-ignore
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0; // prettier-ignore
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0; // prettier-ignore
  const end = aStart + 4 * depth;
  for (let p = aStart, q = bStart; p < end; p += 4, q += 4) {
    const b0 = b[q];
    const b1 = b[q + 1];
    const b2 = b[q + 2];
    const b3 = b[q + 3];
    let v = a[p];
    c00 += v * b0;
    c01 += v * b1;
    c02 += v * b2;
    c03 += v * b3;
    v = a[p + 1];
    c10 += v * b0;
    c11 += v * b1;
    c12 += v * b2;
    c13 += v * b3;
    v = a[p + 2];
    c20 += v * b0;
    c21 += v * b1;
    c22 += v * b2;
    c23 += v * b3;
    v = a[p + 3];
    c30 += v * b0;
    c31 += v * b1;
    c32 += v * b2;
    c33 += v * b3;
  }
  let s = tStart;
  t[s] += c00;
  t[s + 1] += c01;
  t[s + 2] += c02;
  t[s + 3] += c03;
  s += tRow;
  t[s] += c10;
  t[s + 1] += c11;
  t[s + 2] += c12;
  t[s + 3] += c13;
  s += tRow;
  t[s] += c20;
  t[s + 1] += c21;
  t[s + 2] += c22;
  t[s + 3] += c23;
  s += tRow;
  t[s] += c30;
  t[s + 1] += c31;
  t[s + 2] += c32;
  t[s + 3] += c33;
}

/** c[r, j] = alpha·sums[r, j] + beta·c[r, j]. */
function store(
  rows: number,
  cols: number,
  alpha: number,
  sums: Float64Array,
  sumsRow: number,
  beta: number,
  c: NumericArray,
  cOffset: number,
  cRow: number,
): void {
  for (let r = 0; r < rows; r++) {
    const s = r * sumsRow;
    const q = cOffset + r * cRow;
    if (beta === 0) for (let j = 0; j < cols; j++) c[q + j] = alpha * sums[s + j];
    else for (let j = 0; j < cols; j++) c[q + j] = alpha * sums[s + j] + beta * c[q + j];
  }
}

export const gemm: StructuredKernels['gemm'] = (
  m,
  n,
  k,
  alpha,
  a,
  aOffset,
  aRow,
  aCol,
  b,
  bOffset,
  bRow,
  bCol,
  beta,
  c,
  cOffset,
  cRow,
  bias,
  biasOffset = 0,
) => {
  if (bias !== undefined && beta !== 0) {
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) c[cOffset + i * cRow + j] = bias[biasOffset + j];
  }
  if (m * n * k <= TINY) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let total = 0;
        let p = aOffset + i * aRow;
        let q = bOffset + j * bCol;
        for (let d = 0; d < k; d++, p += aCol, q += bRow) total += a[p] * b[q];
        const at = cOffset + i * cRow + j;
        c[at] = beta === 0 ? alpha * total : alpha * total + beta * c[at];
      }
    }
    return;
  }
  if (n === 1) {
    gemv(m, k, alpha, a, aOffset, aRow, aCol, b, bOffset, bRow, beta, c, cOffset, cRow);
    return;
  }
  if (m === 1 || k <= THIN) {
    for (let i = 0; i < m; i++) {
      gemv(n, k, alpha, b, bOffset, bCol, bRow, a, aOffset + i * aRow, aCol, beta, c, cOffset + i * cRow, 1);
    }
    return;
  }

  const depthMax = min(k, KC);
  const tileRow = ceil(min(n, NC) / NR) * NR;
  const tileRows = ceil(min(m, MC) / MR) * MR;
  const pa = panelA(tileRows * depthMax);
  const pb = panelB(tileRow * depthMax);
  const sums = tile(tileRows * tileRow);
  for (let i = 0; i < m; i += MC) {
    const rows = min(MC, m - i);
    for (let j = 0; j < n; j += NC) {
      const cols = min(NC, n - j);
      sums.fill(0, 0, tileRows * tileRow);
      for (let d = 0; d < k; d += KC) {
        const depth = min(KC, k - d);
        pack(rows, depth, a, aOffset + i * aRow + d * aCol, aRow, aCol, pa);
        pack(cols, depth, b, bOffset + d * bRow + j * bCol, bCol, bRow, pb);
        for (let jj = 0; jj < cols; jj += NR) {
          for (let ii = 0; ii < rows; ii += MR) {
            multiplySlivers(depth, pa, ii * depth, pb, jj * depth, sums, ii * tileRow + jj, tileRow);
          }
        }
      }
      store(rows, cols, alpha, sums, tileRow, beta, c, cOffset + i * cRow + j, cRow);
    }
  }
};
