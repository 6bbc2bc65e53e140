// Copies between any strides, of elements of 4 or 8 bytes, whatever they mean. T is i32 or i64; strides are in bytes.

/** Rows of a transpose that are done together: their elements in a column of the source are one cache line. */
const STRIP: usize = 64;

// @ts-ignore: decorator
@inline
function scalars<T>(
  rows: i32, cols: i32, x: usize, xRow: i32, xCol: i32, out: usize, outRow: i32, outCol: i32,
): void {
  for (let r = 0; r < rows; r++) {
    let p = x + r * xRow;
    let q = out + r * outRow;
    for (let c = 0; c < cols; c++) {
      store<T>(q, load<T>(p));
      p += xCol;
      q += outCol;
    }
  }
}

/** Rows that lie without gaps on both sides. The last vector of a row overlaps the one before it. */
// @ts-ignore: decorator
@inline
function lines<T>(rows: i32, cols: i32, x: usize, xRow: i32, out: usize, outRow: i32): void {
  const bytes = <usize>cols * sizeof<T>();
  const last = bytes - 16;
  for (let r = 0; r < rows; r++) {
    for (let i: usize = 0; i < last; i += 16) v128.store(out + i, v128.load(x + i));
    v128.store(out + last, v128.load(x + last));
    x += xRow;
    out += outRow;
  }
}

/** Rows whose elements lie backwards in the source: x is where the first one is. */
// @ts-ignore: decorator
@inline
function reversed<T>(rows: i32, cols: i32, x: usize, xRow: i32, out: usize, outRow: i32): void {
  const last = <usize>cols * sizeof<T>() - 16;
  x -= 16 - sizeof<T>();
  for (let r = 0; r < rows; r++) {
    for (let i: usize = 0; i < last; i += 16) v128.store(out + i, turn<T>(v128.load(x - i)));
    v128.store(out + last, turn<T>(v128.load(x - last)));
    x += xRow;
    out += outRow;
  }
}

// @ts-ignore: decorator
@inline
function turn<T>(v: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.shuffle(v, v, 3, 2, 1, 0) : i64x2.shuffle(v, v, 1, 0);
}

/** Rows of one element repeated. */
// @ts-ignore: decorator
@inline
function repeated<T>(rows: i32, cols: i32, x: usize, xRow: i32, out: usize, outRow: i32): void {
  const last = <usize>cols * sizeof<T>() - 16;
  for (let r = 0; r < rows; r++) {
    const v = v128.splat<T>(load<T>(x));
    for (let i: usize = 0; i < last; i += 16) v128.store(out + i, v);
    v128.store(out + last, v);
    x += xRow;
    out += outRow;
  }
}

/** The square of 16 bytes a side at x, whose lines are xCol apart, turned over. */
// @ts-ignore: decorator
@inline
function square<T>(x: usize, xCol: i32, out: usize, outRow: i32): void {
  if (sizeof<T>() == 4) {
    const a = v128.load(x);
    const b = v128.load(x + xCol);
    const c = v128.load(x + 2 * xCol);
    const d = v128.load(x + 3 * xCol);
    const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
    const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
    const AB = i32x4.shuffle(a, b, 2, 6, 3, 7);
    const CD = i32x4.shuffle(c, d, 2, 6, 3, 7);
    v128.store(out, i64x2.shuffle(ab, cd, 0, 2));
    v128.store(out + outRow, i64x2.shuffle(ab, cd, 1, 3));
    v128.store(out + 2 * outRow, i64x2.shuffle(AB, CD, 0, 2));
    v128.store(out + 3 * outRow, i64x2.shuffle(AB, CD, 1, 3));
  } else {
    const a = v128.load(x);
    const b = v128.load(x + xCol);
    v128.store(out, i64x2.shuffle(a, b, 0, 2));
    v128.store(out + outRow, i64x2.shuffle(a, b, 1, 3));
  }
}

/** A plane whose columns lie without gaps in the source, and its rows in the result. */
// @ts-ignore: decorator
@inline
function transposed<T>(rows: i32, cols: i32, x: usize, xCol: i32, out: usize, outRow: i32): void {
  const side: i32 = 16 / sizeof<T>();
  const strip: i32 = <i32>(STRIP / sizeof<T>());
  const size: i32 = sizeof<T>();
  const high = rows - (rows % side);
  const wide = cols - (cols % side);
  for (let top = 0; top < high; top += strip) {
    const bottom = min(high, top + strip);
    for (let c = 0; c < wide; c += side) {
      for (let r = top; r < bottom; r += side)
        square<T>(x + r * size + c * xCol, xCol, out + r * outRow + c * size, outRow);
    }
  }
  if (wide < cols)
    scalars<T>(high, cols - wide, x + wide * xCol, size, xCol, out + wide * size, outRow, size);
  if (high < rows) scalars<T>(rows - high, cols, x + high * size, size, xCol, out + high * outRow, outRow, size);
}

// @ts-ignore: decorator
@inline
function plane<T>(
  rows: i32, cols: i32, x: usize, xRow: i32, xCol: i32, out: usize, outRow: i32, outCol: i32,
): void {
  const size: i32 = sizeof<T>();
  if (outCol == size && cols >= 16 / size) {
    if (xCol == size) lines<T>(rows, cols, x, xRow, out, outRow);
    else if (xCol == 0) repeated<T>(rows, cols, x, xRow, out, outRow);
    else if (xCol == -size) reversed<T>(rows, cols, x, xRow, out, outRow);
    else if (xRow == size && rows >= 16 / size) transposed<T>(rows, cols, x, xCol, out, outRow);
    else scalars<T>(rows, cols, x, xRow, xCol, out, outRow, outCol);
  } else if (cols < rows && cols < 16 / size) scalars<T>(cols, rows, x, xCol, xRow, out, outCol, outRow);
  else scalars<T>(rows, cols, x, xRow, xCol, out, outRow, outCol);
}

/**
 * out[i…] = x[i…] over at least two dims, outermost first in the table: extent, stride of x, stride of out, and a place
 * for a counter, 0 before and after.
 */
// @ts-ignore: decorator
@inline
function strided<T>(dims: i32, table: usize, x: usize, out: usize): void {
  const end = table + ((<usize>dims - 2) << 4);
  const rows = load<i32>(end), xRow = load<i32>(end, 4), outRow = load<i32>(end, 8);
  const cols = load<i32>(end, 16), xCol = load<i32>(end, 20), outCol = load<i32>(end, 24);
  while (true) {
    plane<T>(rows, cols, x, xRow, xCol, out, outRow, outCol);
    let d = end;
    while (true) {
      if (d == table) return;
      d -= 16;
      const extent = load<i32>(d), xStep = load<i32>(d, 4), outStep = load<i32>(d, 8);
      const count = load<i32>(d, 12) + 1;
      x += xStep;
      out += outStep;
      if (count < extent) {
        store<i32>(d, count, 12);
        break;
      }
      x -= xStep * extent;
      out -= outStep * extent;
      store<i32>(d, 0, 12);
    }
  }
}

export function strided_32(dims: i32, table: usize, x: usize, out: usize): void {
  strided<i32>(dims, table, x, out);
}

export function strided_64(dims: i32, table: usize, x: usize, out: usize): void {
  strided<i64>(dims, table, x, out);
}
