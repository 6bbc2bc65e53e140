// C = A·B the way of Goto and van de Geijn ("Anatomy of high-performance matrix multiplication", ACM TOMS 34, 2008).
// Blocks of A and B are packed into slivers that the innermost loop reads in order; it holds 6 × 2 vectors of C in
// registers. Slivers of A are 6 rows or what is left, never padded; slivers of B are two vectors wide, or one where
// that holds all that is left, padded with zeros.

import { madd, zero } from './vector';

/** Depth of a block: a sliver of B (KC × 2 vectors) stays in the first-level cache. */
export const KC: i32 = 256;
/** Rows of a block: a panel of A (MC × KC) stays in the second-level cache. */
const MC: i32 = 96;
const NC: i32 = 512;
/** Scratch for a square of C that is not whole: the first KiB of memory is never handed out. */
const EDGE: usize = 64;

// @ts-ignore: decorator
@inline
function start<T>(bias: usize, row: i32): v128 {
  return bias == 0 ? zero() : v128.load_splat<T>(bias + (<usize>row) * sizeof<T>());
}

// @ts-ignore: decorator
@inline
function put<T>(c: usize, x: v128, alpha: v128, plain: bool, beta: v128, keep: bool): void {
  if (!plain) x = v128.mul<T>(x, alpha);
  if (keep) x = v128.add<T>(x, v128.mul<T>(v128.load(c), beta));
  v128.store(c, x);
}

/** c[0…h, 0…w) = alpha·(bias + A·B) + beta·c for one sliver each; h and wide are constants at every call. */
// @ts-ignore: decorator
@inline
function square<T>(
  h: i32, wide: bool, depth: i32, a: usize, b: usize, c: usize, cRow: usize, alpha: T, beta: T, bias: usize,
): void {
  const size = sizeof<T>();
  let c00 = start<T>(bias, 0), c01 = c00;
  let c10 = zero(), c20 = zero(), c30 = zero(), c40 = zero(), c50 = zero();
  if (h > 1) c10 = start<T>(bias, 1);
  if (h > 2) c20 = start<T>(bias, 2);
  if (h > 3) c30 = start<T>(bias, 3);
  if (h > 4) c40 = start<T>(bias, 4);
  if (h > 5) c50 = start<T>(bias, 5);
  let c11 = c10, c21 = c20, c31 = c30, c41 = c40, c51 = c50;
  const end = a + (<usize>(depth * h)) * size;
  while (a < end) {
    const b0 = v128.load(b);
    let b1 = b0;
    if (wide) b1 = v128.load(b, 16);
    let v = v128.load_splat<T>(a);
    c00 = madd<T>(v, b0, c00);
    if (wide) c01 = madd<T>(v, b1, c01);
    if (h > 1) {
      v = v128.load_splat<T>(a, sizeof<T>());
      c10 = madd<T>(v, b0, c10);
      if (wide) c11 = madd<T>(v, b1, c11);
    }
    if (h > 2) {
      v = v128.load_splat<T>(a, 2 * sizeof<T>());
      c20 = madd<T>(v, b0, c20);
      if (wide) c21 = madd<T>(v, b1, c21);
    }
    if (h > 3) {
      v = v128.load_splat<T>(a, 3 * sizeof<T>());
      c30 = madd<T>(v, b0, c30);
      if (wide) c31 = madd<T>(v, b1, c31);
    }
    if (h > 4) {
      v = v128.load_splat<T>(a, 4 * sizeof<T>());
      c40 = madd<T>(v, b0, c40);
      if (wide) c41 = madd<T>(v, b1, c41);
    }
    if (h > 5) {
      v = v128.load_splat<T>(a, 5 * sizeof<T>());
      c50 = madd<T>(v, b0, c50);
      if (wide) c51 = madd<T>(v, b1, c51);
    }
    a += (<usize>h) * size;
    b += wide ? 32 : 16;
  }
  const plain = alpha == <T>1;
  const keep = beta != <T>0;
  const al = v128.splat<T>(alpha);
  const be = v128.splat<T>(beta);
  put<T>(c, c00, al, plain, be, keep);
  if (wide) put<T>(c + 16, c01, al, plain, be, keep);
  if (h > 1) {
    c += cRow;
    put<T>(c, c10, al, plain, be, keep);
    if (wide) put<T>(c + 16, c11, al, plain, be, keep);
  }
  if (h > 2) {
    c += cRow;
    put<T>(c, c20, al, plain, be, keep);
    if (wide) put<T>(c + 16, c21, al, plain, be, keep);
  }
  if (h > 3) {
    c += cRow;
    put<T>(c, c30, al, plain, be, keep);
    if (wide) put<T>(c + 16, c31, al, plain, be, keep);
  }
  if (h > 4) {
    c += cRow;
    put<T>(c, c40, al, plain, be, keep);
    if (wide) put<T>(c + 16, c41, al, plain, be, keep);
  }
  if (h > 5) {
    c += cRow;
    put<T>(c, c50, al, plain, be, keep);
    if (wide) put<T>(c + 16, c51, al, plain, be, keep);
  }
}

// The whole square has a function of its own, so that the register allocator sees nothing else.
function square6<T>(
  depth: i32, a: usize, b: usize, c: usize, cRow: usize, alpha: T, beta: T, bias: usize,
): void {
  square<T>(6, true, depth, a, b, c, cRow, alpha, beta, bias);
}

function squareOf<T>(
  h: i32, wide: bool, depth: i32, a: usize, b: usize, c: usize, cRow: usize, alpha: T, beta: T, bias: usize,
): void {
  if (wide) {
    switch (h) {
      case 1: square<T>(1, true, depth, a, b, c, cRow, alpha, beta, bias); return;
      case 2: square<T>(2, true, depth, a, b, c, cRow, alpha, beta, bias); return;
      case 3: square<T>(3, true, depth, a, b, c, cRow, alpha, beta, bias); return;
      case 4: square<T>(4, true, depth, a, b, c, cRow, alpha, beta, bias); return;
      case 5: square<T>(5, true, depth, a, b, c, cRow, alpha, beta, bias); return;
      default: square6<T>(depth, a, b, c, cRow, alpha, beta, bias); return;
    }
  }
  switch (h) {
    case 1: square<T>(1, false, depth, a, b, c, cRow, alpha, beta, bias); return;
    case 2: square<T>(2, false, depth, a, b, c, cRow, alpha, beta, bias); return;
    case 3: square<T>(3, false, depth, a, b, c, cRow, alpha, beta, bias); return;
    case 4: square<T>(4, false, depth, a, b, c, cRow, alpha, beta, bias); return;
    case 5: square<T>(5, false, depth, a, b, c, cRow, alpha, beta, bias); return;
    default: square<T>(6, false, depth, a, b, c, cRow, alpha, beta, bias); return;
  }
}

/** C[rows, cols] = alpha·(bias + A·B) + beta·C for a packed block of A and one of B; cRow in bytes. */
export function multiplyBlock<T>(
  rows: i32, cols: i32, depth: i32, a: usize, b: usize, c: usize, cRow: usize, alpha: T, beta: T, bias: usize,
): void {
  const size = sizeof<T>();
  const lanes: i32 = 16 / <i32>size;
  for (let j = 0; j < cols; j += 2 * lanes) {
    const left = cols - j;
    const wide = left > lanes;
    const width = wide ? 2 * lanes : lanes;
    const sliver = b + (<usize>(j * depth)) * size;
    for (let i = 0; i < rows; i += 6) {
      const h = min(6, rows - i);
      const from = a + (<usize>(i * depth)) * size;
      const to = c + (<usize>i) * cRow + (<usize>j) * size;
      const added = bias == 0 ? 0 : bias + (<usize>i) * size;
      if (left >= width) {
        if (wide && h == 6) square6<T>(depth, from, sliver, to, cRow, alpha, beta, added);
        else squareOf<T>(h, wide, depth, from, sliver, to, cRow, alpha, beta, added);
      } else {
        squareOf<T>(h, wide, depth, from, sliver, EDGE, 32, alpha, <T>0, added);
        for (let r = 0; r < h; r++) {
          const e = EDGE + ((<usize>r) << 5);
          const q = to + (<usize>r) * cRow;
          for (let s = 0; s < left; s++) {
            const at = (<usize>s) * size;
            let v = load<T>(e + at);
            if (beta != <T>0) v += beta * load<T>(q + at);
            store<T>(q + at, v);
          }
        }
      }
    }
  }
}

/** Packs A [rows, depth] (strides in bytes) as slivers of 6 rows, each stored depth first. */
export function packRows<T>(rows: i32, depth: i32, a: usize, aRow: isize, aCol: isize, out: usize): void {
  const size = sizeof<T>();
  for (let r = 0; r < rows; r += 6) {
    const h = min(6, rows - r);
    let p0 = a + (<isize>r) * aRow;
    if (h == 6) {
      let p1 = p0 + aRow;
      let p2 = p1 + aRow;
      let p3 = p2 + aRow;
      let p4 = p3 + aRow;
      let p5 = p4 + aRow;
      for (let d = 0; d < depth; d++) {
        store<T>(out, load<T>(p0));
        store<T>(out, load<T>(p1), sizeof<T>());
        store<T>(out, load<T>(p2), 2 * sizeof<T>());
        store<T>(out, load<T>(p3), 3 * sizeof<T>());
        store<T>(out, load<T>(p4), 4 * sizeof<T>());
        store<T>(out, load<T>(p5), 5 * sizeof<T>());
        p0 += aCol;
        p1 += aCol;
        p2 += aCol;
        p3 += aCol;
        p4 += aCol;
        p5 += aCol;
        out += 6 * size;
      }
    } else {
      for (let d = 0; d < depth; d++) {
        let p = p0;
        for (let i = 0; i < h; i++) {
          store<T>(out, load<T>(p));
          p += aRow;
          out += size;
        }
        p0 += aCol;
      }
    }
  }
}

/** Stores four vectors of four rows as four columns, `step` bytes apart. */
// @ts-ignore: decorator
@inline
export function transpose4(r0: v128, r1: v128, r2: v128, r3: v128, out: usize, step: usize): void {
  const t0 = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
  const t1 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
  const t2 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
  const t3 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
  v128.store(out, i64x2.shuffle(t0, t1, 0, 2));
  v128.store(out + step, i64x2.shuffle(t0, t1, 1, 3));
  v128.store(out + 2 * step, i64x2.shuffle(t2, t3, 0, 2));
  v128.store(out + 3 * step, i64x2.shuffle(t2, t3, 1, 3));
}

/** Packs B [depth, cols] (strides in bytes) as slivers of two vectors (or one), each stored depth first. */
function packColumns<T>(depth: i32, cols: i32, b: usize, bRow: isize, bCol: isize, out: usize): void {
  const size = sizeof<T>();
  const lanes: i32 = 16 / <i32>size;
  for (let j = 0; j < cols; j += 2 * lanes) {
    const left = cols - j;
    const wide = left > lanes;
    const width = wide ? 2 * lanes : lanes;
    let p = b + (<isize>j) * bCol;
    if (left >= width && bCol == size) {
      for (let d = 0; d < depth; d++) {
        v128.store(out, v128.load(p));
        if (wide) v128.store(out, v128.load(p, 16), 16);
        out += wide ? 32 : 16;
        p += bRow;
      }
    } else {
      let d = 0;
      if (sizeof<T>() == 4 && bRow == 4 && left >= width) {
        const step: usize = wide ? 32 : 16;
        for (; d + 4 <= depth; d += 4) {
          transpose4(v128.load(p), v128.load(p + bCol), v128.load(p + 2 * bCol), v128.load(p + 3 * bCol), out, step);
          if (wide) {
            const q = p + 4 * bCol;
            transpose4(
              v128.load(q), v128.load(q + bCol), v128.load(q + 2 * bCol), v128.load(q + 3 * bCol), out + 16, step,
            );
          }
          out += 4 * step;
          p += 16;
        }
      }
      const count = min(left, width);
      for (; d < depth; d++) {
        let q = p;
        for (let s = 0; s < count; s++) {
          store<T>(out, load<T>(q));
          q += bCol;
          out += size;
        }
        for (let s = count; s < width; s++) {
          store<T>(out, <T>0);
          out += size;
        }
        p += bRow;
      }
    }
  }
}

/** Bytes of scratch memory {@link gemm} needs. */
// @ts-ignore: decorator
@inline
function panelA<T>(m: i32, k: i32): usize {
  return ((<usize>(min(m, MC) * min(k, KC))) * sizeof<T>() + 15) & ~15;
}

function gemm<T>(
  m: i32, n: i32, k: i32, alpha: T, a: usize, aRow: isize, aCol: isize, b: usize, bRow: isize, bCol: isize, beta: T,
  c: usize, work: usize,
): void {
  const size = sizeof<T>();
  const cRow = (<usize>n) * size;
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

/** C [m, n] (contiguous) = alpha·A·B + beta·C, strides in elements; `work` holds gemmWork bytes. */
export function gemm_f32(
  m: i32, n: i32, k: i32, alpha: f32, a: usize, aRow: isize, aCol: isize, b: usize, bRow: isize, bCol: isize,
  beta: f32, c: usize, work: usize,
): void {
  gemm<f32>(m, n, k, alpha, a, aRow, aCol, b, bRow, bCol, beta, c, work);
}
export function gemm_f64(
  m: i32, n: i32, k: i32, alpha: f64, a: usize, aRow: isize, aCol: isize, b: usize, bRow: isize, bCol: isize,
  beta: f64, c: usize, work: usize,
): void {
  gemm<f64>(m, n, k, alpha, a, aRow, aCol, b, bRow, bCol, beta, c, work);
}
