// C = A·B the way of Goto and van de Geijn ("Anatomy of high-performance matrix multiplication", ACM TOMS 34, 2008):
// blocks of A and B are packed (panels.ts), and multiplied by loops that hold a square of C in registers (squares.ts).

import { packColumns, packRows } from './panels';
import { multiplyBlock } from './squares';

/** Depth of a block: a sliver of B (KC × 2 vectors) stays in the first-level cache. */
export const KC: i32 = 256;
/** Rows of a block: a panel of A (MC × KC) stays in the second-level cache. */
export const MC: i32 = 96;
const NC: i32 = 512;

/** Bytes of a panel of A. */
// @ts-ignore: decorator
@inline
function panelA<T>(m: i32, k: i32): usize {
  return ((<usize>(min(m, MC) * min(k, KC))) * sizeof<T>() + 15) & ~15;
}

/** Every one of `rows` rows becomes the one at x. The last vector of a row reaches into the next, which is written later. */
function repeatRow(rows: i32, bytes: usize, x: usize, out: usize): void {
  for (let r = 0; r < rows; r++, out += bytes) {
    for (let p: usize = 0; p < bytes; p += 16) v128.store(out + p, v128.load(x + p));
  }
}

function gemm<T>(
  m: i32, n: i32, k: i32, alpha: T, a: usize, aRow: isize, aCol: isize, b: usize, bRow: isize, bCol: isize, beta: T,
  c: usize, bias: usize, work: usize,
): void {
  const size = sizeof<T>();
  const cRow = (<usize>n) * size;
  if (bias != 0) repeatRow(m, cRow, bias, c);
  const other = work + panelA<T>(m, k);
  aRow *= size;
  aCol *= size;
  bRow *= size;
  bCol *= size;
  for (let j = 0; j < n; j += NC) {
    const cols = min(NC, n - j);
    for (let d = 0; d < k; d += KC) {
      const depth = min(KC, k - d);
      packColumns<T>(depth, cols, b + (<isize>d) * bRow + (<isize>j) * bCol, bRow, bCol, other);
      for (let i = 0; i < m; i += MC) {
        const rows = min(MC, m - i);
        packRows<T>(rows, depth, a + (<isize>i) * aRow + (<isize>d) * aCol, aRow, aCol, work);
        const to = c + (<usize>i) * cRow + (<usize>j) * size;
        multiplyBlock<T>(rows, cols, depth, work, other, to, cRow, alpha, d == 0 ? beta : <T>1, 0);
      }
    }
  }
}

/**
 * C [m, n] (contiguous, a vector to spare) = alpha·A·B + beta·C, or + beta·bias if that is not 0; strides in elements.
 * `work` holds a panel of A and one of B.
 */
export function gemm_f32(
  m: i32, n: i32, k: i32, alpha: f32, a: usize, aRow: isize, aCol: isize, b: usize, bRow: isize, bCol: isize,
  beta: f32, c: usize, bias: usize, work: usize,
): void {
  gemm<f32>(m, n, k, alpha, a, aRow, aCol, b, bRow, bCol, beta, c, bias, work);
}
export function gemm_f64(
  m: i32, n: i32, k: i32, alpha: f64, a: usize, aRow: isize, aCol: isize, b: usize, bRow: isize, bCol: isize,
  beta: f64, c: usize, bias: usize, work: usize,
): void {
  gemm<f64>(m, n, k, alpha, a, aRow, aCol, b, bRow, bCol, beta, c, bias, work);
}
