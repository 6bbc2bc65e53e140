// The greatest and the least element, NaN before any other, along an axis. T is f32 or i32.

// @ts-ignore: decorator
@inline
function further<T>(a: v128, b: v128, least: bool): v128 {
  return least ? v128.min<T>(a, b) : v128.max<T>(a, b);
}

/** Of at least four elements; the last vector overlaps the one before it. */
// @ts-ignore: decorator
@inline
function extreme<T>(size: i32, x: usize, least: bool): T {
  const last = x + (<usize>size << 2) - 16;
  let a = v128.load(last), b = a, c = a, d = a;
  for (; x + 48 < last; x += 64) {
    a = further<T>(a, v128.load(x), least);
    b = further<T>(b, v128.load(x, 16), least);
    c = further<T>(c, v128.load(x, 32), least);
    d = further<T>(d, v128.load(x, 48), least);
  }
  for (; x < last; x += 16) a = further<T>(a, v128.load(x), least);
  a = further<T>(further<T>(a, b, least), further<T>(c, d, least), least);
  a = further<T>(a, i32x4.shuffle(a, a, 2, 3, 0, 1), least);
  a = further<T>(a, i32x4.shuffle(a, a, 1, 0, 3, 2), least);
  return v128.extract_lane<T>(a, 0);
}

/** out[r] = the extreme of x[r, …], rows of at least four elements. */
// @ts-ignore: decorator
@inline
function lines<T>(rows: i32, size: i32, x: usize, out: usize, least: bool): void {
  for (let r = 0; r < rows; r++) {
    store<T>(out + (r << 2), extreme<T>(size, x, least));
    x += <usize>size << 2;
  }
}

/** out[p, c] = the extreme of x[p, …, c], at least four columns; the last strip overlaps the one before it. */
// @ts-ignore: decorator
@inline
function columns<T>(planes: i32, size: i32, cols: i32, x: usize, out: usize, least: bool): void {
  const wide = <usize>cols << 2;
  const length = <usize>size * wide;
  for (let p = 0; p < planes; p++) {
    let k: usize = 0;
    for (; k + 64 <= wide; k += 64) {
      let a = v128.load(x + k), b = v128.load(x + k, 16), c = v128.load(x + k, 32), d = v128.load(x + k, 48);
      for (let q = x + k + wide; q < x + length; q += wide) {
        a = further<T>(a, v128.load(q), least);
        b = further<T>(b, v128.load(q, 16), least);
        c = further<T>(c, v128.load(q, 32), least);
        d = further<T>(d, v128.load(q, 48), least);
      }
      v128.store(out + k, a);
      v128.store(out + k, b, 16);
      v128.store(out + k, c, 32);
      v128.store(out + k, d, 48);
    }
    for (; k < wide; k += 16) {
      const at = min(k, wide - 16);
      let a = v128.load(x + at);
      for (let q = x + at + wide; q < x + length; q += wide) a = further<T>(a, v128.load(q), least);
      v128.store(out + at, a);
    }
    x += length;
    out += wide;
  }
}

export function amaxLines_f32(rows: i32, size: i32, x: usize, out: usize): void {
  lines<f32>(rows, size, x, out, false);
}

export function aminLines_f32(rows: i32, size: i32, x: usize, out: usize): void {
  lines<f32>(rows, size, x, out, true);
}

export function amaxLines_i32(rows: i32, size: i32, x: usize, out: usize): void {
  lines<i32>(rows, size, x, out, false);
}

export function aminLines_i32(rows: i32, size: i32, x: usize, out: usize): void {
  lines<i32>(rows, size, x, out, true);
}

export function amaxColumns_f32(planes: i32, size: i32, cols: i32, x: usize, out: usize): void {
  columns<f32>(planes, size, cols, x, out, false);
}

export function aminColumns_f32(planes: i32, size: i32, cols: i32, x: usize, out: usize): void {
  columns<f32>(planes, size, cols, x, out, true);
}

export function amaxColumns_i32(planes: i32, size: i32, cols: i32, x: usize, out: usize): void {
  columns<i32>(planes, size, cols, x, out, false);
}

export function aminColumns_i32(planes: i32, size: i32, cols: i32, x: usize, out: usize): void {
  columns<i32>(planes, size, cols, x, out, true);
}
