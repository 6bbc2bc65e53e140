// C = A·B the way of Goto and van de Geijn ("Anatomy of high-performance matrix multiplication", ACM TOMS 34, 2008).
// Blocks of A and B are packed into slivers that the innermost loop reads in order; it holds MR × 2 vectors of C in
// registers. Slivers of A are MR rows or nearly so, never padded; slivers of B are two vectors wide, or one where that
// holds all that is left, padded with zeros.

import { madd, zero } from './vector';

/** Depth of a block: a sliver of B (KC × 2 vectors) stays in the first-level cache. */
export const KC: i32 = 256;
/** Rows of a block: a panel of A (MC × KC) stays in the second-level cache. */
const MC: i32 = 96;
const NC: i32 = 512;
/** Rows of a sliver of A. One instruction for multiply and add leaves registers for a row more. */
const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;
/** Scratch for a square of C: the first KiB of memory is never handed out. */
const EDGE: usize = 64;
/** Two vectors of zeros: what the sums start from where nothing is added. */
const NOTHING: usize = 512;

/** How many of the `left` rows the next sliver takes: slivers of even height, for low ones waste time. */
// @ts-ignore: decorator
@inline
function sliverRows(left: i32): i32 {
  const slivers = (left + MR - 1) / MR;
  return (left + slivers - 1) / slivers;
}

/**
 * c[0…h, 0…w) = s + A·B for one sliver each, where s lies at `from`, sRow bytes from row to row; h and wide are constants
 * at every call. V8 loads all that a turn of the loop reads before it computes, and has 15 registers: what is done with
 * the sums afterwards decides whether it keeps them in registers. Storing them does; a load between two stores halves the
 * speed (Node 20 and 22). So what can be added is what the sums start from, and {@link combine} does the rest.
 */
// @ts-ignore: decorator
@inline
function square<T>(
  h: i32, wide: bool, depth: i32, a: usize, b: usize, c: usize, cRow: usize, from: usize, sRow: usize,
): void {
  const size = sizeof<T>();
  let c00 = v128.load(from), c01 = zero();
  let c10 = zero(), c11 = zero();
  let c20 = zero(), c21 = zero();
  let c30 = zero(), c31 = zero();
  let c40 = zero(), c41 = zero();
  let c50 = zero(), c51 = zero();
  if (wide) c01 = v128.load(from, 16);
  if (h > 1) {
    from += sRow;
    c10 = v128.load(from);
    if (wide) c11 = v128.load(from, 16);
  }
  if (h > 2) {
    from += sRow;
    c20 = v128.load(from);
    if (wide) c21 = v128.load(from, 16);
  }
  if (h > 3) {
    from += sRow;
    c30 = v128.load(from);
    if (wide) c31 = v128.load(from, 16);
  }
  if (h > 4) {
    from += sRow;
    c40 = v128.load(from);
    if (wide) c41 = v128.load(from, 16);
  }
  if (h > 5) {
    from += sRow;
    c50 = v128.load(from);
    if (wide) c51 = v128.load(from, 16);
  }
  const end = a + (<usize>(depth * h)) * size;
  while (a < end) {
    const b0 = v128.load(b);
    let b1 = b0;
    if (wide) b1 = v128.load(b, 16);
    const v = v128.load_splat<T>(a);
    c00 = madd<T>(v, b0, c00);
    if (wide) c01 = madd<T>(v, b1, c01);
    if (h > 1) {
      const v = v128.load_splat<T>(a, sizeof<T>());
      c10 = madd<T>(v, b0, c10);
      if (wide) c11 = madd<T>(v, b1, c11);
    }
    if (h > 2) {
      const v = v128.load_splat<T>(a, 2 * sizeof<T>());
      c20 = madd<T>(v, b0, c20);
      if (wide) c21 = madd<T>(v, b1, c21);
    }
    if (h > 3) {
      const v = v128.load_splat<T>(a, 3 * sizeof<T>());
      c30 = madd<T>(v, b0, c30);
      if (wide) c31 = madd<T>(v, b1, c31);
    }
    if (h > 4) {
      const v = v128.load_splat<T>(a, 4 * sizeof<T>());
      c40 = madd<T>(v, b0, c40);
      if (wide) c41 = madd<T>(v, b1, c41);
    }
    if (h > 5) {
      const v = v128.load_splat<T>(a, 5 * sizeof<T>());
      c50 = madd<T>(v, b0, c50);
      if (wide) c51 = madd<T>(v, b1, c51);
    }
    a += (<usize>h) * size;
    b += wide ? 32 : 16;
  }
  v128.store(c, c00);
  if (wide) v128.store(c, c01, 16);
  if (h > 1) {
    c += cRow;
    v128.store(c, c10);
    if (wide) v128.store(c, c11, 16);
  }
  if (h > 2) {
    c += cRow;
    v128.store(c, c20);
    if (wide) v128.store(c, c21, 16);
  }
  if (h > 3) {
    c += cRow;
    v128.store(c, c30);
    if (wide) v128.store(c, c31, 16);
  }
  if (h > 4) {
    c += cRow;
    v128.store(c, c40);
    if (wide) v128.store(c, c41, 16);
  }
  if (h > 5) {
    c += cRow;
    v128.store(c, c50);
    if (wide) v128.store(c, c51, 16);
  }
}

// The wide squares have functions of their own, so that the register allocator sees nothing else. Called from one place
// only they would be made part of the caller, so wideSquare stands in its two places as if written there.
function square6<T>(depth: i32, a: usize, b: usize, c: usize, cRow: usize, from: usize, sRow: usize): void {
  square<T>(6, true, depth, a, b, c, cRow, from, sRow);
}
function square5<T>(depth: i32, a: usize, b: usize, c: usize, cRow: usize, from: usize, sRow: usize): void {
  square<T>(5, true, depth, a, b, c, cRow, from, sRow);
}
function square4<T>(depth: i32, a: usize, b: usize, c: usize, cRow: usize, from: usize, sRow: usize): void {
  square<T>(4, true, depth, a, b, c, cRow, from, sRow);
}
function square3<T>(depth: i32, a: usize, b: usize, c: usize, cRow: usize, from: usize, sRow: usize): void {
  square<T>(3, true, depth, a, b, c, cRow, from, sRow);
}
function square2<T>(depth: i32, a: usize, b: usize, c: usize, cRow: usize, from: usize, sRow: usize): void {
  square<T>(2, true, depth, a, b, c, cRow, from, sRow);
}
function square1<T>(depth: i32, a: usize, b: usize, c: usize, cRow: usize, from: usize, sRow: usize): void {
  square<T>(1, true, depth, a, b, c, cRow, from, sRow);
}

// @ts-ignore: decorator
@inline
function wideSquare<T>(
  h: i32, depth: i32, a: usize, b: usize, c: usize, cRow: usize, from: usize, sRow: usize,
): void {
  if (h == 4) square4<T>(depth, a, b, c, cRow, from, sRow);
  else if (h == 5) square5<T>(depth, a, b, c, cRow, from, sRow);
  else if (h == 6) square6<T>(depth, a, b, c, cRow, from, sRow);
  else if (h == 3) square3<T>(depth, a, b, c, cRow, from, sRow);
  else if (h == 2) square2<T>(depth, a, b, c, cRow, from, sRow);
  else square1<T>(depth, a, b, c, cRow, from, sRow);
}

function narrowSquare<T>(
  h: i32, depth: i32, a: usize, b: usize, c: usize, cRow: usize, from: usize, sRow: usize,
): void {
  switch (h) {
    case 1: square<T>(1, false, depth, a, b, c, cRow, from, sRow); return;
    case 2: square<T>(2, false, depth, a, b, c, cRow, from, sRow); return;
    case 3: square<T>(3, false, depth, a, b, c, cRow, from, sRow); return;
    case 4: square<T>(4, false, depth, a, b, c, cRow, from, sRow); return;
    case 5: square<T>(5, false, depth, a, b, c, cRow, from, sRow); return;
    default: if (ASC_FEATURE_RELAXED_SIMD) square<T>(6, false, depth, a, b, c, cRow, from, sRow); return;
  }
}

/** c ← alpha·(the square in scratch) + beta·c, `left` columns of it. */
function combine<T>(h: i32, wide: bool, left: i32, c: usize, cRow: usize, alpha: T, beta: T): void {
  const size = sizeof<T>();
  const lanes: i32 = 16 / <i32>size;
  const whole = left >= (wide ? 2 * lanes : lanes);
  for (let r = 0; r < h; r++) {
    const from = EDGE + ((<usize>r) << 5);
    if (whole) {
      let x = v128.mul<T>(v128.load(from), v128.splat<T>(alpha));
      if (beta != <T>0) x = v128.add<T>(x, v128.mul<T>(v128.load(c), v128.splat<T>(beta)));
      v128.store(c, x);
      if (wide) {
        x = v128.mul<T>(v128.load(from, 16), v128.splat<T>(alpha));
        if (beta != <T>0) x = v128.add<T>(x, v128.mul<T>(v128.load(c, 16), v128.splat<T>(beta)));
        v128.store(c, x, 16);
      }
    } else {
      for (let s = 0; s < left; s++) {
        const at = (<usize>s) * size;
        let v = load<T>(from + at) * alpha;
        if (beta != <T>0) v += beta * load<T>(c + at);
        store<T>(c + at, v);
      }
    }
    c += cRow;
  }
}

/**
 * C[rows, cols] = alpha·(bias + A·B) + beta·C for a packed block of A and one of B; cRow in bytes. `bias` is 0 for none,
 * or holds each row's in all lanes of two vectors.
 */
export function multiplyBlock<T>(
  rows: i32, cols: i32, depth: i32, a: usize, b: usize, c: usize, cRow: usize, alpha: T, beta: T, bias: usize,
): void {
  const size = sizeof<T>();
  const lanes: i32 = 16 / <i32>size;
  // Where nothing is scaled, the sums start from the bias or from C itself, and end where they belong.
  const onto = alpha == <T>1 && beta == <T>1 && bias == 0;
  const plain = onto || (alpha == <T>1 && beta == <T>0);
  const sRow: usize = onto ? cRow : bias == 0 ? 0 : 32;
  v128.store(NOTHING, zero());
  v128.store(NOTHING, zero(), 16);
  for (let j = 0; j < cols; j += 2 * lanes) {
    const left = cols - j;
    const wide = left > lanes;
    const direct = plain && left >= (wide ? 2 * lanes : lanes);
    const sliver = b + (<usize>(j * depth)) * size;
    for (let i = 0, h = 0; i < rows; i += h) {
      h = sliverRows(rows - i);
      const part = a + (<usize>(i * depth)) * size;
      const to = c + (<usize>i) * cRow + (<usize>j) * size;
      const added = bias == 0 ? NOTHING : bias + ((<usize>i) << 5);
      if (direct) {
        const from = onto ? to : added;
        if (wide) wideSquare<T>(h, depth, part, sliver, to, cRow, from, sRow);
        else narrowSquare<T>(h, depth, part, sliver, to, cRow, from, sRow);
        continue;
      }
      const step: usize = bias == 0 ? 0 : 32;
      if (wide) wideSquare<T>(h, depth, part, sliver, EDGE, 32, added, step);
      else narrowSquare<T>(h, depth, part, sliver, EDGE, 32, added, step);
      combine<T>(h, wide, left, to, cRow, alpha, beta);
    }
  }
}

/** One sliver of h rows, a constant; returns where the next one goes. */
// @ts-ignore: decorator
@inline
function packSliver<T>(h: i32, depth: i32, p0: usize, aRow: isize, aCol: isize, out: usize): usize {
  let p1 = p0 + aRow;
  let p2 = p1 + aRow;
  let p3 = p2 + aRow;
  let p4 = p3 + aRow;
  let p5 = p4 + aRow;
  let d = 0;
  if (sizeof<T>() == 4 && aCol == 4) {
    for (; d + 4 <= depth; d += 4) {
      transpose4(v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), out, h * 4);
      if (h > 4) {
        for (let s: usize = 0; s < 4; s++) store<T>(out + s * (h * 4), load<T>(p4 + s * 4), 16);
        p4 += 16;
      }
      if (h > 5) {
        for (let s: usize = 0; s < 4; s++) store<T>(out + s * (h * 4), load<T>(p5 + s * 4), 20);
        p5 += 16;
      }
      p0 += 16;
      p1 += 16;
      p2 += 16;
      p3 += 16;
      out += h * 16;
    }
  }
  for (; d < depth; d++) {
    store<T>(out, load<T>(p0));
    store<T>(out, load<T>(p1), sizeof<T>());
    store<T>(out, load<T>(p2), 2 * sizeof<T>());
    store<T>(out, load<T>(p3), 3 * sizeof<T>());
    p0 += aCol;
    p1 += aCol;
    p2 += aCol;
    p3 += aCol;
    if (h > 4) {
      store<T>(out, load<T>(p4), 4 * sizeof<T>());
      p4 += aCol;
    }
    if (h > 5) {
      store<T>(out, load<T>(p5), 5 * sizeof<T>());
      p5 += aCol;
    }
    out += (<usize>h) * sizeof<T>();
  }
  return out;
}

/** Packs A [rows, depth] (strides in bytes) as slivers of rows, each stored depth first. */
export function packRows<T>(rows: i32, depth: i32, a: usize, aRow: isize, aCol: isize, out: usize): void {
  const size = sizeof<T>();
  for (let r = 0, h = 0; r < rows; r += h) {
    h = sliverRows(rows - r);
    let p0 = a + (<isize>r) * aRow;
    if (h == 6) out = packSliver<T>(6, depth, p0, aRow, aCol, out);
    else if (h == 5) out = packSliver<T>(5, depth, p0, aRow, aCol, out);
    else if (h == 4) out = packSliver<T>(4, depth, p0, aRow, aCol, out);
    else {
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
export function packColumns<T>(depth: i32, cols: i32, b: usize, bRow: isize, bCol: isize, out: usize): void {
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
