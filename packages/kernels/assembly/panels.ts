// Packing the factors of a matrix product: a block of A as slivers of rows, one of B as slivers of columns, which the
// innermost loop reads in order. Slivers of A are MR rows or nearly so, never padded; slivers of B are two vectors wide, or
// one where that holds all that is left, padded with zeros.

/** Rows of a sliver of A. One instruction for multiply and add leaves registers for a row more. */
const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;

/** How many of the `left` rows the next sliver takes: slivers of even height, for low ones waste time. */
// @ts-ignore: decorator
@inline
export function sliverRows(left: i32): i32 {
  const slivers = (left + MR - 1) / MR;
  return (left + slivers - 1) / slivers;
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
