// Sums, and functions along the last axis: softmax, logSoftmax and their gradients. Totals are in float64; what a rounding
// to float32 has touched already (exponentials, products) is added in pairs before it joins them. The last vector of a line
// reaches over its end, where the next line is read, and written before its turn: buffers have a vector to spare.

import { expBelow, logOfShares, share } from './shares';
import { held, splat, zero } from './vector';

/** All bits set in what the last vector of a line of `size` elements holds beyond its end. */
// @ts-ignore: decorator
@inline
export function beyond<T>(size: i32): v128 {
  if (sizeof<T>() == 4) return i32x4.ge_s(i32x4(0, 1, 2, 3), i32x4.splat(size & 3));
  return i64x2.ge_s(i64x2(0, 1), i64x2.splat(<i64>(size & 1)));
}

/** v, the vector i bytes into a line of so many, with 0 beyond its end. */
// @ts-ignore: decorator
@inline
export function within(v: v128, i: usize, bytes: usize, none: v128): v128 {
  return v128.andnot(v, i + 16 > bytes ? none : zero());
}

/** acc + the elements of v, in float64. */
// @ts-ignore: decorator
@inline
export function addUp<T>(acc: v128, v: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.add(acc, v);
  const high = i32x4.shuffle(v, v, 2, 3, 2, 3);
  return f64x2.add(acc, f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(high)));
}

// @ts-ignore: decorator
@inline
export function total(acc: v128): f64 {
  return f64x2.extract_lane(acc, 0) + f64x2.extract_lane(acc, 1);
}

/** Σ x, each element promoted. */
export function sum<T>(n: i32, x: usize): f64 {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  const end = x + (<usize>(n & ~7)) * sizeof<T>();
  for (; x < end; x += 8 * sizeof<T>()) {
    if (sizeof<T>() == 4) {
      s0 = f64x2.add(s0, f64x2.promote_low_f32x4(v128.load64_zero(x)));
      s1 = f64x2.add(s1, f64x2.promote_low_f32x4(v128.load64_zero(x, 8)));
      s2 = f64x2.add(s2, f64x2.promote_low_f32x4(v128.load64_zero(x, 16)));
      s3 = f64x2.add(s3, f64x2.promote_low_f32x4(v128.load64_zero(x, 24)));
    } else {
      s0 = f64x2.add(s0, v128.load(x));
      s1 = f64x2.add(s1, v128.load(x, 16));
      s2 = f64x2.add(s2, v128.load(x, 32));
      s3 = f64x2.add(s3, v128.load(x, 48));
    }
  }
  let rest: f64 = 0;
  for (let i = 0; i < (n & 7); i++) rest += <f64>load<T>(x + (<usize>i) * sizeof<T>());
  return total(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3))) + rest;
}
export function sum_f32(n: i32, x: usize): f64 {
  return sum<f32>(n, x);
}

/** out[r] = Σ x[r, …]. */
export function sumLines_f32(rows: i32, size: i32, x: usize, out: usize): void {
  for (let r = 0; r < rows; r++) {
    store<f32>(out + (r << 2), <f32>sum<f32>(size, x));
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
export function maximum<T>(size: i32, x: usize, none: v128): T {
  const bytes = (<usize>size) * sizeof<T>();
  const least = splat<T>(-Infinity);
  let m = least, m1 = m, m2 = m, m3 = m;
  let i: usize = 0;
  for (; i + 64 <= bytes; i += 64) {
    m = v128.pmax<T>(m, v128.load(x + i));
    m1 = v128.pmax<T>(m1, v128.load(x + i, 16));
    m2 = v128.pmax<T>(m2, v128.load(x + i, 32));
    m3 = v128.pmax<T>(m3, v128.load(x + i, 48));
  }
  for (; i + 16 <= bytes; i += 16) m = v128.pmax<T>(m, v128.load(x + i));
  if (i < bytes) m = v128.pmax<T>(m, v128.bitselect(least, v128.load(x + i), none));
  m = v128.pmax<T>(v128.pmax<T>(m, m1), v128.pmax<T>(m2, m3));
  m = v128.pmax<T>(m, i64x2.shuffle(m, m, 1, 0));
  return max<T>(v128.extract_lane<T>(m, 0), v128.extract_lane<T>(m, 1));
}

/** Stores the shares of a line, and returns their total. */
// @ts-ignore: decorator
@inline
export function storeShares<T>(bytes: usize, x: usize, shift: v128, none: v128, out: usize): f64 {
  let acc = f64x2.splat(0);
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32) {
    const u = share<T>(v128.sub<T>(v128.load(x + i), shift));
    const v = share<T>(v128.sub<T>(v128.load(x + i, 16), shift));
    v128.store(out + i, u);
    v128.store(out + i, v, 16);
    acc = addUp<T>(acc, v128.add<T>(u, v));
  }
  for (; i < bytes; i += 16) {
    const u = within(share<T>(v128.sub<T>(v128.load(x + i), shift)), i, bytes, none);
    v128.store(out + i, u);
    acc = addUp<T>(acc, u);
  }
  return total(acc);
}

/** The total of a line's shares. */
// @ts-ignore: decorator
@inline
export function addShares<T>(bytes: usize, x: usize, shift: v128, none: v128): f64 {
  let acc = f64x2.splat(0);
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32) {
    const u = share<T>(v128.sub<T>(v128.load(x + i), shift));
    const v = share<T>(v128.sub<T>(v128.load(x + i, 16), shift));
    acc = addUp<T>(acc, v128.add<T>(u, v));
  }
  for (; i < bytes; i += 16)
    acc = addUp<T>(acc, within(share<T>(v128.sub<T>(v128.load(x + i), shift)), i, bytes, none));
  return total(acc);
}

function softmax<T>(rows: i32, size: i32, x: usize, out: usize): void {
  const bytes = (<usize>size) * sizeof<T>();
  const none = beyond<T>(size);
  for (let r = 0; r < rows; r++) {
    const shift = held(v128.splat<T>(maximum<T>(size, x, none)));
    const by = held(splat<T>(1 / storeShares<T>(bytes, x, shift, none, out)));
    for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, v128.mul<T>(v128.load(out + i), by));
    x += bytes;
    out += bytes;
  }
}
export function softmax_f32(rows: i32, size: i32, x: usize, out: usize): void {
  softmax<f32>(rows, size, x, out);
}
export function softmax_f64(rows: i32, size: i32, x: usize, out: usize): void {
  softmax<f64>(rows, size, x, out);
}

function logSoftmax<T>(rows: i32, size: i32, x: usize, out: usize): void {
  const bytes = (<usize>size) * sizeof<T>();
  const none = beyond<T>(size);
  for (let r = 0; r < rows; r++) {
    const shift = held(v128.splat<T>(maximum<T>(size, x, none)));
    const by = held(splat<T>(logOfShares<T>(addShares<T>(bytes, x, shift, none))));
    for (let i: usize = 0; i < bytes; i += 16)
      v128.store(out + i, v128.sub<T>(v128.sub<T>(v128.load(x + i), shift), by));
    x += bytes;
    out += bytes;
  }
}
export function logSoftmax_f32(rows: i32, size: i32, x: usize, out: usize): void {
  logSoftmax<f32>(rows, size, x, out);
}
export function logSoftmax_f64(rows: i32, size: i32, x: usize, out: usize): void {
  logSoftmax<f64>(rows, size, x, out);
}

/** The first NaN of a line, else `otherwise`. */
function firstNaN<T>(size: i32, x: usize, otherwise: T): T {
  for (let end = x + (<usize>size) * sizeof<T>(); x < end; x += sizeof<T>()) {
    const v = load<T>(x);
    if (v != v) return v;
  }
  return otherwise;
}

/** ln Σ eˣ of each row. An infinite maximum is the result: subtracting it from itself would make it NaN. */
function logsumexp<T>(rows: i32, size: i32, x: usize, out: usize): void {
  const bytes = (<usize>size) * sizeof<T>();
  const none = beyond<T>(size);
  for (let r = 0; r < rows; r++) {
    const m = maximum<T>(size, x, none);
    if (m - m == 0) {
      const log = logOfShares<T>(addShares<T>(bytes, x, held(v128.splat<T>(m)), none));
      store<T>(out, <T>(<f64>m + log));
    } else store<T>(out, firstNaN<T>(size, x, m));
    x += bytes;
    out += sizeof<T>();
  }
}
export function logsumexp_f32(rows: i32, size: i32, x: usize, out: usize): void {
  logsumexp<f32>(rows, size, x, out);
}
export function logsumexp_f64(rows: i32, size: i32, x: usize, out: usize): void {
  logsumexp<f64>(rows, size, x, out);
}

function softmaxGrad<T>(rows: i32, size: i32, g: usize, y: usize, out: usize): void {
  const bytes = (<usize>size) * sizeof<T>();
  const none = beyond<T>(size);
  for (let r = 0; r < rows; r++) {
    let acc = f64x2.splat(0);
    let i: usize = 0;
    for (; i + 32 <= bytes; i += 32) {
      const u = v128.mul<T>(v128.load(g + i), v128.load(y + i));
      const v = v128.mul<T>(v128.load(g + i, 16), v128.load(y + i, 16));
      acc = addUp<T>(acc, v128.add<T>(u, v));
    }
    for (; i < bytes; i += 16)
      acc = addUp<T>(acc, within(v128.mul<T>(v128.load(g + i), v128.load(y + i)), i, bytes, none));
    const dot = held(splat<T>(total(acc)));
    for (i = 0; i < bytes; i += 16)
      v128.store(out + i, v128.mul<T>(v128.load(y + i), v128.sub<T>(v128.load(g + i), dot)));
    g += bytes;
    y += bytes;
    out += bytes;
  }
}
export function softmaxGrad_f32(rows: i32, size: i32, g: usize, y: usize, out: usize): void {
  softmaxGrad<f32>(rows, size, g, y, out);
}
export function softmaxGrad_f64(rows: i32, size: i32, g: usize, y: usize, out: usize): void {
  softmaxGrad<f64>(rows, size, g, y, out);
}

function logSoftmaxGrad<T>(rows: i32, size: i32, g: usize, y: usize, out: usize): void {
  const bytes = (<usize>size) * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const by = held(splat<T>(sum<T>(size, g)));
    for (let i: usize = 0; i < bytes; i += 32) {
      const u = v128.mul<T>(expBelow<T>(v128.load(y + i)), by);
      const v = v128.mul<T>(expBelow<T>(v128.load(y + i, 16)), by);
      v128.store(out + i, v128.sub<T>(v128.load(g + i), u));
      v128.store(out + i, v128.sub<T>(v128.load(g + i, 16), v), 16);
    }
    g += bytes;
    y += bytes;
    out += bytes;
  }
}
export function logSoftmaxGrad_f32(rows: i32, size: i32, g: usize, y: usize, out: usize): void {
  logSoftmaxGrad<f32>(rows, size, g, y, out);
}
export function logSoftmaxGrad_f64(rows: i32, size: i32, g: usize, y: usize, out: usize): void {
  logSoftmaxGrad<f64>(rows, size, g, y, out);
}
