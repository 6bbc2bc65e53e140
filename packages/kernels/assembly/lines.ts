// Sums, and functions along the last axis: softmax, logSoftmax and their gradients. Totals are added in float64.

import { exp32, log32 } from './functions';
import { splat32 } from './vector';

/** Scratch for the end of a line that fills no vector: memory that is never handed out. */
const TAIL: usize = 512;

/** The `left` elements at p, the rest of the vector being `fill`. */
// @ts-ignore: decorator
@inline
export function loadTail(p: usize, left: i32, fill: f32): v128 {
  v128.store(TAIL, splat32(fill));
  for (let i = 0; i < left; i++) store<f32>(TAIL + (i << 2), load<f32>(p + (i << 2)));
  return v128.load(TAIL);
}

// @ts-ignore: decorator
@inline
export function storeTail(p: usize, left: i32, v: v128): void {
  v128.store(TAIL, v);
  for (let i = 0; i < left; i++) store<f32>(p + (i << 2), load<f32>(TAIL + (i << 2)));
}

/** acc + the four elements of v, in float64. */
// @ts-ignore: decorator
@inline
export function addUp(acc: v128, v: v128): v128 {
  const high = i32x4.shuffle(v, v, 2, 3, 2, 3);
  return f64x2.add(acc, f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(high)));
}

// @ts-ignore: decorator
@inline
export function total(acc: v128): f64 {
  return f64x2.extract_lane(acc, 0) + f64x2.extract_lane(acc, 1);
}

/** Σ x, each product of promotion exact. */
export function sum_f32(n: i32, x: usize): f64 {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  const end = x + ((<usize>(n & ~7)) << 2);
  for (; x < end; x += 32) {
    s0 = f64x2.add(s0, f64x2.promote_low_f32x4(v128.load64_zero(x)));
    s1 = f64x2.add(s1, f64x2.promote_low_f32x4(v128.load64_zero(x, 8)));
    s2 = f64x2.add(s2, f64x2.promote_low_f32x4(v128.load64_zero(x, 16)));
    s3 = f64x2.add(s3, f64x2.promote_low_f32x4(v128.load64_zero(x, 24)));
  }
  let rest: f64 = 0;
  for (let i = 0; i < (n & 7); i++) rest += <f64>load<f32>(x + (i << 2));
  return total(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3))) + rest;
}

/** out[r] = Σ x[r, …]. */
export function sumLines_f32(rows: i32, size: i32, x: usize, out: usize): void {
  for (let r = 0; r < rows; r++) {
    store<f32>(out + (r << 2), <f32>sum_f32(size, x));
    x += (<usize>size) << 2;
  }
}

/** acc[c] += Σ_r x[r, c], acc in float64. */
export function sumRows_f32(rows: i32, cols: i32, x: usize, acc: usize): void {
  for (let r = 0; r < rows; r++) {
    let q = acc;
    const end = x + ((<usize>(cols & ~1)) << 2);
    for (; x < end; x += 8, q += 16)
      v128.store(q, f64x2.add(v128.load(q), f64x2.promote_low_f32x4(v128.load64_zero(x))));
    if (cols & 1) {
      store<f64>(q, load<f64>(q) + <f64>load<f32>(x));
      x += 4;
    }
  }
}

/** The greatest of a line but NaN, which shows in the sum of exponentials. pmax is one instruction where max is many. */
export function maximum(size: i32, x: usize): f32 {
  let m = splat32(-Infinity), m1 = m, m2 = m, m3 = m;
  const end = x + ((<usize>(size & ~3)) << 2);
  for (; x + 64 <= end; x += 64) {
    m = f32x4.pmax(m, v128.load(x));
    m1 = f32x4.pmax(m1, v128.load(x, 16));
    m2 = f32x4.pmax(m2, v128.load(x, 32));
    m3 = f32x4.pmax(m3, v128.load(x, 48));
  }
  for (; x < end; x += 16) m = f32x4.pmax(m, v128.load(x));
  if (size & 3) m = f32x4.pmax(m, loadTail(x, size & 3, -Infinity));
  m = f32x4.pmax(f32x4.pmax(m, m1), f32x4.pmax(m2, m3));
  m = f32x4.pmax(m, i32x4.shuffle(m, m, 2, 3, 0, 1));
  return max<f32>(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1));
}

export function softmax_f32(rows: i32, size: i32, x: usize, out: usize): void {
  const whole = (<usize>(size & ~3)) << 2;
  const left = size & 3;
  for (let r = 0; r < rows; r++) {
    const shift = splat32(maximum(size, x));
    let acc = f64x2.splat(0);
    let i: usize = 0;
    for (; i < whole; i += 16) {
      const e = exp32(f32x4.sub(v128.load(x + i), shift));
      v128.store(out + i, e);
      acc = addUp(acc, e);
    }
    let last = splat32(0);
    if (left) {
      last = exp32(f32x4.sub(loadTail(x + i, left, -Infinity), shift));
      acc = addUp(acc, last);
    }
    const by = splat32(<f32>total(acc));
    for (i = 0; i < whole; i += 16) v128.store(out + i, f32x4.div(v128.load(out + i), by));
    if (left) storeTail(out + i, left, f32x4.div(last, by));
    x += (<usize>size) << 2;
    out += (<usize>size) << 2;
  }
}

export function logSoftmax_f32(rows: i32, size: i32, x: usize, out: usize): void {
  const whole = (<usize>(size & ~3)) << 2;
  const left = size & 3;
  for (let r = 0; r < rows; r++) {
    const shift = splat32(maximum(size, x));
    let acc = f64x2.splat(0);
    let i: usize = 0;
    for (; i < whole; i += 16) acc = addUp(acc, exp32(f32x4.sub(v128.load(x + i), shift)));
    if (left) acc = addUp(acc, exp32(f32x4.sub(loadTail(x + i, left, -Infinity), shift)));
    const by = log32(splat32(<f32>total(acc)));
    for (i = 0; i < whole; i += 16) v128.store(out + i, f32x4.sub(f32x4.sub(v128.load(x + i), shift), by));
    if (left) storeTail(out + i, left, f32x4.sub(f32x4.sub(loadTail(x + i, left, 0), shift), by));
    x += (<usize>size) << 2;
    out += (<usize>size) << 2;
  }
}

export function softmaxGrad_f32(rows: i32, size: i32, g: usize, y: usize, out: usize): void {
  const whole = (<usize>(size & ~3)) << 2;
  const left = size & 3;
  for (let r = 0; r < rows; r++) {
    let acc = f64x2.splat(0);
    let i: usize = 0;
    for (; i < whole; i += 16) acc = addUp(acc, f32x4.mul(v128.load(g + i), v128.load(y + i)));
    if (left) acc = addUp(acc, f32x4.mul(loadTail(g + i, left, 0), loadTail(y + i, left, 0)));
    const dot = splat32(<f32>total(acc));
    for (i = 0; i < whole; i += 16)
      v128.store(out + i, f32x4.mul(v128.load(y + i), f32x4.sub(v128.load(g + i), dot)));
    if (left) storeTail(out + i, left, f32x4.mul(loadTail(y + i, left, 0), f32x4.sub(loadTail(g + i, left, 0), dot)));
    g += (<usize>size) << 2;
    y += (<usize>size) << 2;
    out += (<usize>size) << 2;
  }
}

export function logSoftmaxGrad_f32(rows: i32, size: i32, g: usize, y: usize, out: usize): void {
  const whole = (<usize>(size & ~3)) << 2;
  const left = size & 3;
  for (let r = 0; r < rows; r++) {
    const by = splat32(<f32>sum_f32(size, g));
    let i: usize = 0;
    for (; i < whole; i += 16)
      v128.store(out + i, f32x4.sub(v128.load(g + i), f32x4.mul(exp32(v128.load(y + i)), by)));
    if (left) storeTail(out + i, left, f32x4.sub(loadTail(g + i, left, 0), f32x4.mul(exp32(loadTail(y + i, left, 0)), by)));
    g += (<usize>size) << 2;
    y += (<usize>size) << 2;
    out += (<usize>size) << 2;
  }
}
