// Convolutions of few channels, where packed patches would be used too seldom to pay for the packing: vectors are read from
// the image as it lies. All loops hold six sums: with nine, or two vectors a turn, V8 (Node 20) has no registers left and is
// half as fast.

import { madd, zero } from './vector';

// The forward pass, and the input's gradient: the image's rows are taken for one, margins included, so that each output is
// a sum of that row, shifted by the taps; what comes of the margins is left out in the end.

/** The next 24 / h positions of h planes, `plane` bytes apart; h is a constant, bias as multiplyBlock takes it. */
// @ts-ignore: decorator
@inline
function sweep(
  h: i32, depth: i32, w: usize, x: usize, taps: usize, bias: usize, out: usize, plane: usize,
): void {
  const row: usize = (<usize>depth) << 2;
  const end = taps + row;
  let s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero(), s4 = zero(), s5 = zero();
  if (bias != 0) {
    s0 = v128.load(bias);
    s1 = s0;
    s2 = h == 3 ? v128.load(bias, 32) : s0;
    s3 = h == 1 ? s0 : v128.load(bias, 32);
    s4 = h == 3 ? v128.load(bias, 64) : s3;
    s5 = s4;
  }
  for (; taps < end; taps += 4, w += 4) {
    const p = x + load<u32>(taps);
    const a = v128.load(p), b = v128.load(p, 16);
    const u = v128.load32_splat(w);
    s0 = madd<f32>(u, a, s0);
    s1 = madd<f32>(u, b, s1);
    if (h == 1) {
      s2 = madd<f32>(u, v128.load(p, 32), s2);
      s3 = madd<f32>(u, v128.load(p, 48), s3);
      s4 = madd<f32>(u, v128.load(p, 64), s4);
      s5 = madd<f32>(u, v128.load(p, 80), s5);
    } else if (h == 2) {
      const c = v128.load(p, 32);
      s2 = madd<f32>(u, c, s2);
      const v = v128.load32_splat(w + row);
      s3 = madd<f32>(v, a, s3);
      s4 = madd<f32>(v, b, s4);
      s5 = madd<f32>(v, c, s5);
    } else {
      const v = v128.load32_splat(w + row);
      s2 = madd<f32>(v, a, s2);
      s3 = madd<f32>(v, b, s3);
      const z = v128.load32_splat(w + 2 * row);
      s4 = madd<f32>(z, a, s4);
      s5 = madd<f32>(z, b, s5);
    }
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  if (h == 1) {
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
    v128.store(out, s4, 64);
    v128.store(out, s5, 80);
  } else if (h == 2) {
    v128.store(out, s2, 32);
    v128.store(out + plane, s3);
    v128.store(out + plane, s4, 16);
    v128.store(out + plane, s5, 32);
  } else {
    v128.store(out + plane, s2);
    v128.store(out + plane, s3, 16);
    v128.store(out + 2 * plane, s4);
    v128.store(out + 2 * plane, s5, 16);
  }
}

/**
 * out [rows, tall, wide] = bias + weights [rows, depth] · patches, for up to 3 rows, of an image whose rows are `line`
 * elements; `work` holds `rows` planes of tall · line + 24 elements.
 */
export function convolveFew(
  rows: i32, depth: i32, tall: i32, wide: i32, w: usize, img: usize, line: i32, taps: usize, bias: usize, out: usize,
  work: usize,
): void {
  const plane = (<usize>(tall * line + 24)) << 2;
  const end = work + ((<usize>((tall - 1) * line + wide)) << 2);
  let p = work;
  if (rows == 1) for (; p < end; p += 96, img += 96) sweep(1, depth, w, img, taps, bias, p, plane);
  else if (rows == 2) for (; p < end; p += 48, img += 48) sweep(2, depth, w, img, taps, bias, p, plane);
  else for (; p < end; p += 32, img += 32) sweep(3, depth, w, img, taps, bias, p, plane);
  const bytes = (<usize>wide) << 2;
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < tall; i++) {
      p = work + (<usize>r) * plane + ((<usize>(i * line)) << 2);
      let at: usize = 0;
      for (; at + 16 <= bytes; at += 16) v128.store(out + at, v128.load(p + at));
      for (; at < bytes; at += 4) store<f32>(out + at, load<f32>(p + at));
      out += bytes;
    }
  }
}

/** The first `count` lanes of a vector, all bits. */
// @ts-ignore: decorator
@inline
function lanes(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

/** Adds the sum of a vector's lanes to a number in memory. */
// @ts-ignore: decorator
@inline
function gather(v: v128, to: usize): void {
  const pair = f32x4.add(v, i32x4.shuffle(v, v, 2, 3, 0, 1));
  store<f32>(to, load<f32>(to) + (f32x4.extract_lane(pair, 0) + f32x4.extract_lane(pair, 1)));
}

// The weights' gradient: each is the dot product of an output channel's cotangent and the image shifted by the weight's tap.
// Six of them, of two channels and three taps, share what they load.

/**
 * Adds dot products over `tall` rows of `wide` elements: of g0 and g1, which are contiguous, with x0, x1 and x2, whose rows
 * are `line` bytes apart, to the first `taps` of three numbers at out0 and, unless that is 0, at out1.
 */
function dots(
  tall: i32, wide: i32, g0: usize, g1: usize, x0: usize, x1: usize, x2: usize, line: usize, taps: i32, out0: usize,
  out1: usize,
): void {
  let s00 = zero(), s01 = zero(), s02 = zero();
  let s10 = zero(), s11 = zero(), s12 = zero();
  const bytes = (<usize>(wide & ~3)) << 2;
  const rest = (<usize>(wide & 3)) << 2;
  const mask = lanes(wide & 3);
  const jump = line - bytes;
  for (; tall > 0; tall--) {
    for (const end = g0 + bytes; g0 < end; g0 += 16) {
      const a = v128.load(x0), b = v128.load(x1), c = v128.load(x2);
      let g = v128.load(g0);
      s00 = madd<f32>(g, a, s00);
      s01 = madd<f32>(g, b, s01);
      s02 = madd<f32>(g, c, s02);
      g = v128.load(g1);
      s10 = madd<f32>(g, a, s10);
      s11 = madd<f32>(g, b, s11);
      s12 = madd<f32>(g, c, s12);
      g1 += 16;
      x0 += 16;
      x1 += 16;
      x2 += 16;
    }
    if (rest != 0) {
      // Both factors are cut off: beyond a row may lie an infinity.
      const a = v128.and(v128.load(x0), mask), b = v128.and(v128.load(x1), mask), c = v128.and(v128.load(x2), mask);
      let g = v128.and(v128.load(g0), mask);
      s00 = madd<f32>(g, a, s00);
      s01 = madd<f32>(g, b, s01);
      s02 = madd<f32>(g, c, s02);
      g = v128.and(v128.load(g1), mask);
      s10 = madd<f32>(g, a, s10);
      s11 = madd<f32>(g, b, s11);
      s12 = madd<f32>(g, c, s12);
      g0 += rest;
      g1 += rest;
    }
    x0 += jump;
    x1 += jump;
    x2 += jump;
  }
  gather(s00, out0);
  if (taps > 1) gather(s01, out0 + 4);
  if (taps > 2) gather(s02, out0 + 8);
  if (out1 == 0) return;
  gather(s10, out1);
  if (taps > 1) gather(s11, out1 + 4);
  if (taps > 2) gather(s12, out1 + 8);
}

/**
 * out [rows, depth] += the weights' gradient, from g [rows, tall, wide] and an image whose rows of positions, neighbours, are
 * `line` bytes apart.
 */
export function correlateFew(
  rows: i32, depth: i32, tall: i32, wide: i32, g: usize, img: usize, line: usize, taps: usize, out: usize,
): void {
  const plane = (<usize>(tall * wide)) << 2;
  const step = (<usize>depth) << 2;
  for (let r = 0; r < rows; r += 2) {
    const both = r + 1 < rows;
    for (let t = 0; t < depth; t += 3) {
      const count = min(3, depth - t);
      const tap = taps + (<usize>t << 2);
      // Taps and channels past the last repeat it, in vain.
      const x0 = img + load<u32>(tap);
      const x1 = img + load<u32>(tap + (<usize>min(1, count - 1) << 2));
      const x2 = img + load<u32>(tap + (<usize>(count - 1) << 2));
      const to = out + (<usize>t << 2);
      dots(tall, wide, g, both ? g + plane : g, x0, x1, x2, line, count, to, both ? to + step : 0);
    }
    g += 2 * plane;
    out += 2 * step;
  }
}
