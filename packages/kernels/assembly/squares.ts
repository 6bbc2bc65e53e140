// The innermost loops of matrix products: they hold MR × 2 vectors of C in registers.

import { sliverRows } from './panels';
import { madd, zero } from './vector';

/** Scratch for a square of C: the first KiB of memory is never handed out. */
const EDGE: usize = 64;
/** Two vectors of zeros: what the sums start from where nothing is added. */
const NOTHING: usize = 512;

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
