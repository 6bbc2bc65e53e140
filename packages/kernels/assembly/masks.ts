// Comparisons, whose results are bytes of 0 and 1, and the choice between two operands by such bytes. Sixteen bytes are
// written at a time: the last of a row reach into the next, which is written later, or into what nobody reads.

import { operand } from './loops';

/** Scratch for the repeated element of each operand. */
const FIRST: usize = 512;
const SECOND: usize = 528;
const THIRD: usize = 544;

class Eq<T> { @inline of(a: v128, b: v128): v128 { return v128.eq<T>(a, b); } }
class Ne<T> { @inline of(a: v128, b: v128): v128 { return v128.ne<T>(a, b); } }
class Lt<T> { @inline of(a: v128, b: v128): v128 { return v128.lt<T>(a, b); } }
class Le<T> { @inline of(a: v128, b: v128): v128 { return v128.le<T>(a, b); } }
class Gt<T> { @inline of(a: v128, b: v128): v128 { return v128.gt<T>(a, b); } }
class Ge<T> { @inline of(a: v128, b: v128): v128 { return v128.ge<T>(a, b); } }

/** The masks of four elements, four bytes each. */
// @ts-ignore: decorator
@inline
function four<T, F>(a: usize, aStep: usize, b: usize, bStep: usize): v128 {
  const f = changetype<F>(0);
  const low = f.of(v128.load(a), v128.load(b));
  if (sizeof<T>() == 4) return low;
  return v128.shuffle<i32>(low, f.of(v128.load(a + aStep), v128.load(b + bStep)), 0, 2, 4, 6);
}

/** out[r, c] = F(a[r, c], b[r, c]), with steps from row to row in bytes; a column step of 0 repeats a row's one element. */
// @ts-ignore: decorator
@inline
function compare<T, F>(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void {
  const aStep: usize = aCol != 0 ? 16 : 0;
  const bStep: usize = bCol != 0 ? 16 : 0;
  // Vectors of four elements.
  const per: usize = sizeof<T>() / 4;
  const aFour = aStep * per;
  const bFour = bStep * per;
  const one = i8x16.splat(1);
  for (let r = 0; r < rows; r++) {
    const end = out + <usize>cols;
    let i = operand<T>(a, aCol, FIRST);
    let j = operand<T>(b, bCol, SECOND);
    for (let q = out; q < end; q += 16) {
      const m0 = four<T, F>(i, aStep, j, bStep);
      const m1 = four<T, F>(i + aFour, aStep, j + bFour, bStep);
      const m2 = four<T, F>(i + 2 * aFour, aStep, j + 2 * bFour, bStep);
      const m3 = four<T, F>(i + 3 * aFour, aStep, j + 3 * bFour, bStep);
      const low = i16x8.narrow_i32x4_s(m0, m1);
      const high = i16x8.narrow_i32x4_s(m2, m3);
      v128.store(q, v128.and(i8x16.narrow_i16x8_s(low, high), one));
      i += 4 * aFour;
      j += 4 * bFour;
    }
    out = end;
    a += aRow;
    b += bRow;
  }
}

/** The mask of a vector of T from bytes that are 0 or not. */
// @ts-ignore: decorator
@inline
function widened<T>(p: usize): v128 {
  const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(p)));
  if (sizeof<T>() == 4) return i32x4.gt_u(words, i32x4.splat(0));
  return i64x2.ne(i64x2.extend_low_i32x4_u(words), i64x2.splat(0));
}

/** out[r, c] = cond[r, c] ? a[r, c] : b[r, c]; steps as above. */
// @ts-ignore: decorator
@inline
function select<T>(
  rows: i32, cols: i32, cond: usize, condRow: usize, condCol: i32, a: usize, aRow: usize, aCol: i32, b: usize,
  bRow: usize, bCol: i32, out: usize,
): void {
  const step: usize = condCol != 0 ? 16 / sizeof<T>() : 0;
  const aStep: usize = aCol != 0 ? 16 : 0;
  const bStep: usize = bCol != 0 ? 16 : 0;
  for (let r = 0; r < rows; r++) {
    const end = out + (<usize>cols) * sizeof<T>();
    let k = operand<u8>(cond, condCol, FIRST);
    let i = operand<T>(a, aCol, SECOND);
    let j = operand<T>(b, bCol, THIRD);
    for (let q = out; q < end; q += 16) {
      v128.store(q, v128.bitselect(v128.load(i), v128.load(j), widened<T>(k)));
      k += step;
      i += aStep;
      j += bStep;
    }
    out = end;
    cond += condRow;
    a += aRow;
    b += bRow;
  }
}

export function eq_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { compare<f32, Eq<f32>>(rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function eq_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { compare<f64, Eq<f64>>(rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function ne_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { compare<f32, Ne<f32>>(rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function ne_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { compare<f64, Ne<f64>>(rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function lt_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { compare<f32, Lt<f32>>(rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function lt_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { compare<f64, Lt<f64>>(rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function le_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { compare<f32, Le<f32>>(rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function le_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { compare<f64, Le<f64>>(rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function gt_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { compare<f32, Gt<f32>>(rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function gt_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { compare<f64, Gt<f64>>(rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function ge_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { compare<f32, Ge<f32>>(rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function ge_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { compare<f64, Ge<f64>>(rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function where_f32(
  rows: i32, cols: i32, cond: usize, condRow: usize, condCol: i32, a: usize, aRow: usize, aCol: i32, b: usize,
  bRow: usize, bCol: i32, out: usize,
): void { select<f32>(rows, cols, cond, condRow, condCol, a, aRow, aCol, b, bRow, bCol, out); }
export function where_f64(
  rows: i32, cols: i32, cond: usize, condRow: usize, condCol: i32, a: usize, aRow: usize, aCol: i32, b: usize,
  bRow: usize, bCol: i32, out: usize,
): void { select<f64>(rows, cols, cond, condRow, condCol, a, aRow, aCol, b, bRow, bCol, out); }
