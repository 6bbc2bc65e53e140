// Convolutions of 3 × 3 taps by Winograd's minimal filtering F(2 × 2, 3 × 3) (Lavin and Gray, "Fast algorithms for
// convolutional neural networks", 2016): 16 multiplications for 4 outputs, where the definition has 36. With d a 4 × 4 tile
// of the input, g the taps and m a tile of products,
//
//   y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A       Bᵀ = 1  0 −1  0    G = 1   0   0    Aᵀ = 1  1  1  0
//                                             0  1  1  0        ½   ½   ½         0  1 −1 −1
//                                             0 −1  1  0        ½  −½   ½
//                                             0  1  0 −1        0   0   1
//
// so that ⊙, summed over channels, is 16 matrix products over tiles. The weights' gradient is this map's adjoint in g:
// Gᵀ [(A dy Aᵀ) ⊙ (Bᵀ d B)] G, summed over tiles. What G does, once a call, is in filters.ts; here is the rest.
//
// Tiles come in rectangles, `rows` × `cols` of them, numbered row by row. Of each channel, V = Bᵀ d B, P = A dy Aᵀ and the
// products M are 16 lines of tiles, `step` bytes apart; channels are `pitch` bytes apart. Transforms go along the rows of a
// plane first, from the plane to Z, which holds 4 lines for each row, even rows apart from odd ones; so the second step
// finds all it needs for neighbouring tiles side by side, whatever rows they lie in. A vector that reaches past the end of
// a line is overwritten by the next line's first one, or lies where nobody looks.

import { image } from './conv';
import { MC } from './gemm';
import { packColumns, packRows } from './panels';
import { multiplyBlock } from './squares';

// @ts-ignore: decorator
@inline
function even(a: v128, b: v128): v128 {
  return i32x4.shuffle(a, b, 0, 2, 4, 6);
}
// @ts-ignore: decorator
@inline
function odd(a: v128, b: v128): v128 {
  return i32x4.shuffle(a, b, 1, 3, 5, 7);
}

/** Bytes of a plane of Z that holds every second row of a rectangle. */
// @ts-ignore: decorator
@inline
function halfPlane(rows: i32, cols: i32): usize {
  return ((<usize>(rows * cols)) * 4 + 31) & ~15;
}

/**
 * V = Bᵀ d B for a rectangle of tiles of every channel of x [channels, height, width]; the rectangle's first element is
 * x[−top, −left]. `work` holds a plane of (2 rows + 2) × (2 cols + 2) elements and 8 halves of Z.
 */
export function winogradInputs(
  channels: i32, height: i32, width: i32, x: usize, top: i32, left: i32, rows: i32, cols: i32, v: usize, pitch: usize,
  step: usize, work: usize,
): void {
  const tall = 2 * rows + 2, wide = 2 * cols + 2;
  const room: usize = ((<usize>(tall * wide)) * 4 + 63) & ~15;
  const line: usize = (<usize>cols) << 2;
  const half = halfPlane(rows + 1, cols);
  const z = work + room;
  const end = (<usize>(rows * cols)) << 2;
  memory.fill(work, 0, room);
  for (let c = 0; c < channels; c++) {
    image<f32>(x, 1, height, width, top, left, tall, wide, work);
    for (let r = 0; r < tall; r++) {
      let p = work + (<usize>(r * wide)) * 4;
      let q = z + (<usize>(r & 1)) * half + (<usize>(r >> 1)) * line;
      for (const stop = q + line; q < stop; q += 16) {
        const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 8), d = v128.load(p, 24);
        const x0 = even(a, b), x1 = odd(a, b), x2 = even(c, d), x3 = odd(c, d);
        v128.store(q, f32x4.sub(x0, x2));
        v128.store(q + 2 * half, f32x4.add(x1, x2));
        v128.store(q + 4 * half, f32x4.sub(x2, x1));
        v128.store(q + 6 * half, f32x4.sub(x1, x3));
        p += 32;
      }
    }
    for (let j: usize = 0; j < 4; j++) {
      let p = z + 2 * j * half;
      let q = v + j * step;
      for (const stop = q + end; q < stop; q += 16) {
        const x0 = v128.load(p), x1 = v128.load(p + half), x2 = v128.load(p + line), x3 = v128.load(p + half + line);
        v128.store(q, f32x4.sub(x0, x2));
        v128.store(q + 4 * step, f32x4.add(x1, x2));
        v128.store(q + 8 * step, f32x4.sub(x2, x1));
        v128.store(q + 12 * step, f32x4.sub(x1, x3));
        p += 16;
      }
    }
    x += (<usize>(height * width)) << 2;
    v += pitch;
  }
}

/** P = A dy Aᵀ, likewise, for a cotangent [channels, height, width]; outside it there are zeros. */
export function winogradCotangents(
  channels: i32, height: i32, width: i32, g: usize, top: i32, left: i32, rows: i32, cols: i32, v: usize, pitch: usize,
  step: usize, work: usize,
): void {
  const tall = 2 * rows, wide = 2 * cols;
  const room: usize = ((<usize>(tall * wide)) * 4 + 63) & ~15;
  const line: usize = (<usize>cols) << 2;
  const half = halfPlane(rows, cols);
  const z = work + room;
  const end = (<usize>(rows * cols)) << 2;
  memory.fill(work, 0, room);
  for (let c = 0; c < channels; c++) {
    image<f32>(g, 1, height, width, top, left, tall, wide, work);
    for (let r = 0; r < tall; r++) {
      let p = work + (<usize>(r * wide)) * 4;
      let q = z + (<usize>(r & 1)) * half + (<usize>(r >> 1)) * line;
      for (const stop = q + line; q < stop; q += 16) {
        const a = v128.load(p), b = v128.load(p, 16);
        const y0 = even(a, b), y1 = odd(a, b);
        v128.store(q, y0);
        v128.store(q + 2 * half, f32x4.add(y0, y1));
        v128.store(q + 4 * half, f32x4.sub(y0, y1));
        v128.store(q + 6 * half, f32x4.neg(y1));
        p += 32;
      }
    }
    for (let j: usize = 0; j < 4; j++) {
      let p = z + 2 * j * half;
      let q = v + j * step;
      for (const stop = q + end; q < stop; q += 16) {
        const y0 = v128.load(p), y1 = v128.load(p + half);
        v128.store(q, y0);
        v128.store(q + 4 * step, f32x4.add(y0, y1));
        v128.store(q + 8 * step, f32x4.sub(y0, y1));
        v128.store(q + 12 * step, f32x4.neg(y1));
        p += 16;
      }
    }
    g += (<usize>(height * width)) << 2;
    v += pitch;
  }
}

/**
 * M = bias + U · V, 16 products over `count` tiles, a multiple of 8. In all four outputs of a tile the product (1, 1)
 * counts once: it starts from the bias, which is as multiplyBlock takes it. `work` holds depth × count elements.
 */
export function winogradProducts(
  rows: i32, depth: i32, count: i32, u: usize, v: usize, m: usize, pitch: usize, step: usize, bias: usize, work: usize,
): void {
  for (let f = 0; f < 16; f++) {
    packColumns<f32>(depth, count, v, pitch, 4, work);
    for (let r = 0; r < rows; r += MC) {
      const high = min(MC, rows - r);
      const added = f == 5 && bias != 0 ? bias + ((<usize>r) << 5) : 0;
      multiplyBlock<f32>(high, count, depth, u, work, m + (<usize>r) * pitch, pitch, 1, 0, added);
      u += (<usize>(high * depth)) << 2;
    }
    v += step;
    m += step;
  }
}

/**
 * y = Aᵀ m A for a rectangle of tiles of every plane: `tall` × `wide` elements of it, from `out` on, planes and lines of y
 * `plane` and `line` bytes apart. Returns the greatest magnitude's bits, NaN's being greater than any.
 */
export function winogradOutputs(
  planes: i32, m: usize, pitch: usize, step: usize, rows: i32, cols: i32, out: usize, plane: usize, line: usize,
  tall: i32, wide: i32, work: usize,
): u32 {
  const size = (<usize>(rows * cols)) << 2;
  const other = work + ((2 * size + 63) & ~15);
  const magnitude = i32x4.splat(0x7fffffff);
  const bytes = (<usize>wide) << 2;
  const source = (<usize>cols) << 3;
  let most = i32x4.splat(0);
  let last: u32 = 0;
  for (let k = 0; k < planes; k++) {
    let q: usize = 0;
    for (let p = m; p < m + size; p += 16) {
      // Column by column: a by the first row of Aᵀ, b by the second.
      let m0 = v128.load(p), m1 = v128.load(p + 4 * step), m2 = v128.load(p + 8 * step), m3 = v128.load(p + 12 * step);
      let y00 = f32x4.add(m0, f32x4.add(m1, m2)), y10 = f32x4.sub(f32x4.sub(m1, m2), m3);
      let r = p + step;
      m0 = v128.load(r), m1 = v128.load(r + 4 * step), m2 = v128.load(r + 8 * step), m3 = v128.load(r + 12 * step);
      let y01 = f32x4.add(m0, f32x4.add(m1, m2)), y11 = f32x4.sub(f32x4.sub(m1, m2), m3);
      y00 = f32x4.add(y00, y01), y10 = f32x4.add(y10, y11);
      r += step;
      m0 = v128.load(r), m1 = v128.load(r + 4 * step), m2 = v128.load(r + 8 * step), m3 = v128.load(r + 12 * step);
      let a = f32x4.add(m0, f32x4.add(m1, m2)), b = f32x4.sub(f32x4.sub(m1, m2), m3);
      y00 = f32x4.add(y00, a), y10 = f32x4.add(y10, b);
      y01 = f32x4.sub(y01, a), y11 = f32x4.sub(y11, b);
      r += step;
      m0 = v128.load(r), m1 = v128.load(r + 4 * step), m2 = v128.load(r + 8 * step), m3 = v128.load(r + 12 * step);
      a = f32x4.add(m0, f32x4.add(m1, m2)), b = f32x4.sub(f32x4.sub(m1, m2), m3);
      y01 = f32x4.sub(y01, a), y11 = f32x4.sub(y11, b);
      v128.store(work + q, i32x4.shuffle(y00, y01, 0, 4, 1, 5));
      v128.store(work + q, i32x4.shuffle(y00, y01, 2, 6, 3, 7), 16);
      v128.store(other + q, i32x4.shuffle(y10, y11, 0, 4, 1, 5));
      v128.store(other + q, i32x4.shuffle(y10, y11, 2, 6, 3, 7), 16);
      q += 32;
    }
    let to = out;
    for (let r = 0; r < tall; r++) {
      let p = (r & 1 ? other : work) + (<usize>(r >> 1)) * source;
      let at: usize = 0;
      for (; at + 16 <= bytes; at += 16) {
        const y = v128.load(p + at);
        v128.store(to + at, y);
        most = i32x4.max_s(most, v128.and(y, magnitude));
      }
      for (; at < bytes; at += 4) {
        const y = load<u32>(p + at);
        store<u32>(to + at, y);
        last = max(last, y & 0x7fffffff);
      }
      to += line;
    }
    out += plane;
    m += pitch;
  }
  const pair = i32x4.max_s(most, i32x4.shuffle(most, most, 2, 3, 0, 1));
  return max<u32>(last, max<u32>(i32x4.extract_lane(pair, 0), i32x4.extract_lane(pair, 1)));
}

/** dU += P · Vᵀ, 16 products [rows, cols] over `count` tiles, `plane` bytes apart. */
export function winogradCorrelations(
  rows: i32, cols: i32, count: i32, p: usize, v: usize, pitch: usize, step: usize, u: usize, plane: usize, work: usize,
): void {
  const other = work + (((<usize>(min(MC, rows) * count)) * 4 + 15) & ~15);
  for (let f = 0; f < 16; f++) {
    packColumns<f32>(count, cols, v, 4, pitch, other);
    for (let r = 0; r < rows; r += MC) {
      const high = min(MC, rows - r);
      packRows<f32>(high, count, p + (<usize>r) * pitch, pitch, 4, work);
      multiplyBlock<f32>(
        high, cols, count, work, other, u + ((<usize>(r * cols)) << 2), (<usize>cols) << 2, 1, 1, 0,
      );
    }
    p += step;
    v += step;
    u += plane;
  }
}
