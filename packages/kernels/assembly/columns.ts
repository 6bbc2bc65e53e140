// softmax, logSoftmax and their gradients, and cross-entropy, along an axis that is not the last: [outer, size, wide] with a
// whole number of vectors in a row (`wide` in bytes), a vector of columns at a time and two rows in a turn. Totals are added as in
// lines.ts; with float32 `first` and `second` are those of the vector's halves, with float64 `first` is all.

import { log64 } from './functions64';
import { LOWER, expBelow, share } from './shares';
import { held, splat, zero } from './vector';

/** Scratch for a vector of T, and two of float64: memory that is never handed out. */
const GREATEST: usize = 528;
const FIRST: usize = 544;
const SECOND: usize = 560;

// @ts-ignore: decorator
@inline
export function low<T>(v: v128): v128 {
  if (sizeof<T>() == 8) return v;
  return f64x2.promote_low_f32x4(v);
}

// @ts-ignore: decorator
@inline
export function high<T>(v: v128): v128 {
  if (sizeof<T>() == 8) return zero();
  return f64x2.promote_low_f32x4(i32x4.shuffle(v, v, 2, 3, 2, 3));
}

/** Both halves as one vector of T. */
// @ts-ignore: decorator
@inline
export function narrow<T>(first: v128, second: v128): v128 {
  if (sizeof<T>() == 8) return first;
  return i64x2.shuffle(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), 0, 2);
}

/** The greatest of each column but NaN, which shows in the sum of exponentials. */
// @ts-ignore: decorator
@inline
function maximum<T>(x: usize, length: usize, wide: usize): v128 {
  let m = splat<T>(-Infinity);
  for (const end = x + length; x < end; x += wide) m = v128.pmax<T>(m, v128.load(x));
  return held(m);
}

/** Leaves the totals of a vector of columns' shares in FIRST and SECOND, and the shares in out if they are to be kept. */
// @ts-ignore: decorator
@inline
function addShares<T>(size: i32, wide: usize, x: usize, shift: v128, out: usize, keep: bool): void {
  const even = (<usize>(size & ~1)) * wide;
  let first = zero(), second = zero();
  let i: usize = 0;
  for (; i < even; i += 2 * wide) {
    const u = share<T>(v128.sub<T>(v128.load(x + i), shift));
    const v = share<T>(v128.sub<T>(v128.load(x + i + wide), shift));
    if (keep) v128.store(out + i, u);
    if (keep) v128.store(out + i + wide, v);
    const pair = v128.add<T>(u, v);
    first = f64x2.add(first, low<T>(pair));
    second = f64x2.add(second, high<T>(pair));
  }
  if (size & 1) {
    const u = share<T>(v128.sub<T>(v128.load(x + i), shift));
    if (keep) v128.store(out + i, u);
    first = f64x2.add(first, low<T>(u));
    second = f64x2.add(second, high<T>(u));
  }
  v128.store(FIRST, first);
  v128.store(SECOND, second);
}

/** Makes the totals of shares logarithms: both in one function, where the constants are built once. */
function takeLogs<T>(): void {
  const scale = f64x2.splat(sizeof<T>() == 4 ? LOWER : 1);
  const first = f64x2.mul(v128.load(FIRST), scale);
  const second = f64x2.mul(v128.load(SECOND), scale);
  v128.store(FIRST, log64(first));
  if (sizeof<T>() == 4) v128.store(SECOND, log64(second));
}

function softmax<T>(outer: i32, size: i32, wide: usize, x: usize, out: usize): void {
  const length = (<usize>size) * wide;
  for (let o = 0; o < outer; o++) {
    for (const end = x + wide; x < end; x += 16, out += 16) {
      addShares<T>(size, wide, x, maximum<T>(x, length, wide), out, true);
      const one = f64x2.splat(1);
      const by = held(narrow<T>(f64x2.div(one, v128.load(FIRST)), f64x2.div(one, v128.load(SECOND))));
      for (let i: usize = 0; i < length; i += wide) v128.store(out + i, v128.mul<T>(v128.load(out + i), by));
    }
    x += length - wide;
    out += length - wide;
  }
}
export function softmaxColumns_f32(outer: i32, size: i32, wide: usize, x: usize, out: usize): void {
  softmax<f32>(outer, size, wide, x, out);
}
export function softmaxColumns_f64(outer: i32, size: i32, wide: usize, x: usize, out: usize): void {
  softmax<f64>(outer, size, wide, x, out);
}

function logSoftmax<T>(outer: i32, size: i32, wide: usize, x: usize, out: usize): void {
  const length = (<usize>size) * wide;
  for (let o = 0; o < outer; o++) {
    for (const end = x + wide; x < end; x += 16, out += 16) {
      const shift = maximum<T>(x, length, wide);
      addShares<T>(size, wide, x, shift, out, false);
      takeLogs<T>();
      const by = held(narrow<T>(v128.load(FIRST), v128.load(SECOND)));
      for (let i: usize = 0; i < length; i += wide)
        v128.store(out + i, v128.sub<T>(v128.sub<T>(v128.load(x + i), shift), by));
    }
    x += length - wide;
    out += length - wide;
  }
}
export function logSoftmaxColumns_f32(outer: i32, size: i32, wide: usize, x: usize, out: usize): void {
  logSoftmax<f32>(outer, size, wide, x, out);
}
export function logSoftmaxColumns_f64(outer: i32, size: i32, wide: usize, x: usize, out: usize): void {
  logSoftmax<f64>(outer, size, wide, x, out);
}

function softmaxGrad<T>(outer: i32, size: i32, wide: usize, g: usize, y: usize, out: usize): void {
  const length = (<usize>size) * wide;
  for (let o = 0; o < outer; o++) {
    for (const end = g + wide; g < end; g += 16, y += 16, out += 16) {
      let first = zero(), second = zero();
      for (let i: usize = 0; i < length; i += wide) {
        const product = v128.mul<T>(v128.load(g + i), v128.load(y + i));
        first = f64x2.add(first, low<T>(product));
        second = f64x2.add(second, high<T>(product));
      }
      const dot = held(narrow<T>(first, second));
      for (let i: usize = 0; i < length; i += wide)
        v128.store(out + i, v128.mul<T>(v128.load(y + i), v128.sub<T>(v128.load(g + i), dot)));
    }
    g += length - wide;
    y += length - wide;
    out += length - wide;
  }
}
export function softmaxGradColumns_f32(outer: i32, size: i32, wide: usize, g: usize, y: usize, out: usize): void {
  softmaxGrad<f32>(outer, size, wide, g, y, out);
}
export function softmaxGradColumns_f64(outer: i32, size: i32, wide: usize, g: usize, y: usize, out: usize): void {
  softmaxGrad<f64>(outer, size, wide, g, y, out);
}

function logSoftmaxGrad<T>(outer: i32, size: i32, wide: usize, g: usize, y: usize, out: usize): void {
  const length = (<usize>size) * wide;
  for (let o = 0; o < outer; o++) {
    for (const end = g + wide; g < end; g += 16, y += 16, out += 16) {
      let first = zero(), second = zero();
      for (let i: usize = 0; i < length; i += wide) {
        const u = v128.load(g + i);
        first = f64x2.add(first, low<T>(u));
        second = f64x2.add(second, high<T>(u));
      }
      const by = held(narrow<T>(first, second));
      for (let i: usize = 0; i < length; i += wide) {
        const product = v128.mul<T>(expBelow<T>(v128.load(y + i)), by);
        v128.store(out + i, v128.sub<T>(v128.load(g + i), product));
      }
    }
    g += length - wide;
    y += length - wide;
    out += length - wide;
  }
}
export function logSoftmaxGradColumns_f32(outer: i32, size: i32, wide: usize, g: usize, y: usize, out: usize): void {
  logSoftmaxGrad<f32>(outer, size, wide, g, y, out);
}
export function logSoftmaxGradColumns_f64(outer: i32, size: i32, wide: usize, g: usize, y: usize, out: usize): void {
  logSoftmaxGrad<f64>(outer, size, wide, g, y, out);
}

/**
 * out[c] = ln Σ exp x[…, c] − x[target[c], c]; 0 where target[c] < 0. What fills up the last vector has targets too, and
 * they are negative.
 */
function crossEntropy<T>(outer: i32, size: i32, wide: usize, x: usize, target: usize, out: usize): void {
  const length = (<usize>size) * wide;
  for (let o = 0; o < outer; o++) {
    for (const end = x + wide; x < end; x += 16, out += 16) {
      const shift = maximum<T>(x, length, wide);
      addShares<T>(size, wide, x, shift, out, false);
      v128.store(GREATEST, shift);
      takeLogs<T>();
      for (let k: usize = 0; k < 16 / sizeof<T>(); k++, target += 4) {
        const t = load<i32>(target);
        const at = k * sizeof<T>();
        let loss: f64 = 0;
        if (t >= 0) {
          const chosen = <f64>load<T>(x + (<usize>t) * wide + at);
          loss = <f64>load<T>(GREATEST + at) - chosen + load<f64>(FIRST + (k << 3));
        }
        store<T>(out + at, <T>loss);
      }
    }
    x += length - wide;
  }
}
export function crossEntropyColumns_f32(outer: i32, size: i32, wide: usize, x: usize, target: usize, out: usize): void {
  crossEntropy<f32>(outer, size, wide, x, target, out);
}
export function crossEntropyColumns_f64(outer: i32, size: i32, wide: usize, x: usize, target: usize, out: usize): void {
  crossEntropy<f64>(outer, size, wide, x, target, out);
}

/** out[s, c] = g[c]·(softmax x[…, c] − [s = target[c]]); 0 where target[c] < 0. */
function crossEntropyGrad<T>(
  outer: i32, size: i32, wide: usize, g: usize, x: usize, target: usize, out: usize,
): void {
  const length = (<usize>size) * wide;
  for (let o = 0; o < outer; o++) {
    for (const end = x + wide; x < end; x += 16, g += 16, out += 16) {
      addShares<T>(size, wide, x, maximum<T>(x, length, wide), out, true);
      const rate = v128.load(g);
      const first = f64x2.div(low<T>(rate), v128.load(FIRST));
      const by = held(narrow<T>(first, f64x2.div(high<T>(rate), v128.load(SECOND))));
      const which = sizeof<T>() == 4 ? v128.load(target) : i64x2.extend_low_i32x4_s(v128.load64_zero(target));
      const none = held(sizeof<T>() == 4 ? i32x4.shr_s(which, 31) : i64x2.shr_s(which, 63));
      for (let i: usize = 0; i < length; i += wide)
        v128.store(out + i, v128.andnot(v128.mul<T>(v128.load(out + i), by), none));
      for (let k: usize = 0; k < 16; k += sizeof<T>(), target += 4) {
        const t = load<i32>(target);
        if (t < 0) continue;
        const at = out + (<usize>t) * wide + k;
        store<T>(at, load<T>(at) - load<T>(g + k));
      }
    }
    x += length - wide;
    out += length - wide;
  }
}
export function crossEntropyGradColumns_f32(
  outer: i32, size: i32, wide: usize, g: usize, x: usize, target: usize, out: usize,
): void {
  crossEntropyGrad<f32>(outer, size, wide, g, x, target, out);
}
export function crossEntropyGradColumns_f64(
  outer: i32, size: i32, wide: usize, g: usize, x: usize, target: usize, out: usize,
): void {
  crossEntropyGrad<f64>(outer, size, wide, g, x, target, out);
}
