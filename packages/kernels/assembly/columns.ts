// softmax, logSoftmax and their gradients along an axis that is not the last: [size, wide] with a whole number of vectors
// in a row (`wide` in bytes), four columns at a time. Totals are added in float64.

import { exp32, log32 } from './functions';
import { splat32, zero } from './vector';

// @ts-ignore: decorator
@inline
function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

// @ts-ignore: decorator
@inline
function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(i32x4.shuffle(v, v, 2, 3, 2, 3));
}

/** Two vectors of float64 as one of float32. */
// @ts-ignore: decorator
@inline
function narrow(first: v128, second: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), 0, 2);
}

// @ts-ignore: decorator
@inline
function maximum(x: usize, end: usize, wide: usize): v128 {
  let m = splat32(-Infinity);
  for (; x < end; x += wide) m = f32x4.pmax(m, v128.load(x));
  return m;
}

export function softmaxColumns_f32(size: i32, wide: usize, x: usize, out: usize): void {
  const length = (<usize>size) * wide;
  for (let c: usize = 0; c < wide; c += 16) {
    const shift = maximum(x + c, x + c + length, wide);
    let first = zero(), second = zero();
    for (let i = c; i < length; i += wide) {
      const e = exp32(f32x4.sub(v128.load(x + i), shift));
      v128.store(out + i, e);
      first = f64x2.add(first, low(e));
      second = f64x2.add(second, high(e));
    }
    const by = narrow(first, second);
    for (let i = c; i < length; i += wide) v128.store(out + i, f32x4.div(v128.load(out + i), by));
  }
}

export function logSoftmaxColumns_f32(size: i32, wide: usize, x: usize, out: usize): void {
  const length = (<usize>size) * wide;
  for (let c: usize = 0; c < wide; c += 16) {
    const shift = maximum(x + c, x + c + length, wide);
    let first = zero(), second = zero();
    for (let i = c; i < length; i += wide) {
      const e = exp32(f32x4.sub(v128.load(x + i), shift));
      first = f64x2.add(first, low(e));
      second = f64x2.add(second, high(e));
    }
    const by = log32(narrow(first, second));
    for (let i = c; i < length; i += wide)
      v128.store(out + i, f32x4.sub(f32x4.sub(v128.load(x + i), shift), by));
  }
}

export function softmaxGradColumns_f32(size: i32, wide: usize, g: usize, y: usize, out: usize): void {
  const length = (<usize>size) * wide;
  for (let c: usize = 0; c < wide; c += 16) {
    let first = zero(), second = zero();
    for (let i = c; i < length; i += wide) {
      const product = f32x4.mul(v128.load(g + i), v128.load(y + i));
      first = f64x2.add(first, low(product));
      second = f64x2.add(second, high(product));
    }
    const dot = narrow(first, second);
    for (let i = c; i < length; i += wide)
      v128.store(out + i, f32x4.mul(v128.load(y + i), f32x4.sub(v128.load(g + i), dot)));
  }
}

export function logSoftmaxGradColumns_f32(size: i32, wide: usize, g: usize, y: usize, out: usize): void {
  const length = (<usize>size) * wide;
  for (let c: usize = 0; c < wide; c += 16) {
    let first = zero(), second = zero();
    for (let i = c; i < length; i += wide) {
      const u = v128.load(g + i);
      first = f64x2.add(first, low(u));
      second = f64x2.add(second, high(u));
    }
    const by = narrow(first, second);
    for (let i = c; i < length; i += wide)
      v128.store(out + i, f32x4.sub(v128.load(g + i), f32x4.mul(exp32(v128.load(y + i)), by)));
  }
}
