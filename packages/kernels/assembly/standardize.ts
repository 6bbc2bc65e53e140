// Channels of [outer, channels, inner] brought to mean 0 and variance 1, and the gradient of that. Totals are added in float64,
// as in lines.ts, over the vectors of each run of `inner` elements. What follows a run may be another sample's, and is there
// already, so a run's end is stored to the element.

import { addUp, beyond, sum, total, within } from './lines';
import { held, splat } from './vector';

/** Stores the `left` elements of v that belong to a run. */
// @ts-ignore: decorator
@inline
function storeEnd<T>(p: usize, v: v128, left: usize): void {
  if (sizeof<T>() == 8) {
    v128.store64_lane(p, v, 0);
    return;
  }
  v128.store32_lane(p, v, 0);
  if (left > 4) v128.store32_lane(p, v, 1, 4);
  if (left > 8) v128.store32_lane(p, v, 2, 8);
}

/** Σ (x − mean)² over runs. */
// @ts-ignore: decorator
@inline
function addSquares<T>(outer: i32, bytes: usize, step: usize, x: usize, mean: v128, none: v128): f64 {
  let acc = f64x2.splat(0);
  for (let o = 0; o < outer; o++, x += step) {
    let i: usize = 0;
    for (; i + 32 <= bytes; i += 32) {
      const u = v128.sub<T>(v128.load(x + i), mean);
      const v = v128.sub<T>(v128.load(x + i, 16), mean);
      acc = addUp<T>(acc, v128.add<T>(v128.mul<T>(u, u), v128.mul<T>(v, v)));
    }
    for (; i < bytes; i += 16) {
      const u = within(v128.sub<T>(v128.load(x + i), mean), i, bytes, none);
      acc = addUp<T>(acc, v128.mul<T>(u, u));
    }
  }
  return total(acc);
}

/** out = (x − mean)·rstd for each channel, rstd = 1 / √(variance + eps); the means and variances themselves too. */
function standardize<T>(
  outer: i32, channels: i32, inner: i32, eps: f64, x: usize, out: usize, rstd: usize, means: usize, variances: usize,
): void {
  const bytes = (<usize>inner) * sizeof<T>();
  const step = (<usize>channels) * bytes;
  const count = <f64>outer * <f64>inner;
  const none = beyond<T>(inner);
  for (let c = 0; c < channels; c++) {
    let all: f64 = 0;
    for (let o = 0; o < outer; o++) all += sum<T>(inner, x + (<usize>o) * step);
    const mean = splat<T>(all / count);
    const variance = addSquares<T>(outer, bytes, step, x, mean, none) / count;
    const rate = <T>(1 / sqrt<f64>(variance + eps));
    const by = v128.splat<T>(rate);
    for (let o = 0; o < outer; o++) {
      const p = x + (<usize>o) * step;
      const q = out + (<usize>o) * step;
      let i: usize = 0;
      for (; i + 16 <= bytes; i += 16) v128.store(q + i, v128.mul<T>(v128.sub<T>(v128.load(p + i), mean), by));
      if (i < bytes) storeEnd<T>(q + i, v128.mul<T>(v128.sub<T>(v128.load(p + i), mean), by), bytes - i);
    }
    store<T>(rstd, rate);
    store<T>(means, v128.extract_lane<T>(mean, 0));
    store<T>(variances, <T>variance);
    rstd += sizeof<T>();
    means += sizeof<T>();
    variances += sizeof<T>();
    x += bytes;
    out += bytes;
  }
}
export function standardize_f32(
  outer: i32, channels: i32, inner: i32, eps: f64, x: usize, out: usize, rstd: usize, means: usize, variances: usize,
): void {
  standardize<f32>(outer, channels, inner, eps, x, out, rstd, means, variances);
}
export function standardize_f64(
  outer: i32, channels: i32, inner: i32, eps: f64, x: usize, out: usize, rstd: usize, means: usize, variances: usize,
): void {
  standardize<f64>(outer, channels, inner, eps, x, out, rstd, means, variances);
}

/** out = (g − mean g − y·mean(g·y))·rstd for each channel. */
function standardizeGrad<T>(
  outer: i32, channels: i32, inner: i32, g: usize, y: usize, rstd: usize, out: usize,
): void {
  const bytes = (<usize>inner) * sizeof<T>();
  const step = (<usize>channels) * bytes;
  const count = <f64>outer * <f64>inner;
  const none = beyond<T>(inner);
  for (let c = 0; c < channels; c++) {
    let sums = f64x2.splat(0);
    let products = sums;
    for (let o = 0; o < outer; o++) {
      const p = g + (<usize>o) * step;
      const q = y + (<usize>o) * step;
      let i: usize = 0;
      for (; i + 32 <= bytes; i += 32) {
        const u = v128.load(p + i);
        const v = v128.load(p + i, 16);
        sums = addUp<T>(sums, v128.add<T>(u, v));
        products = addUp<T>(products, v128.add<T>(v128.mul<T>(u, v128.load(q + i)), v128.mul<T>(v, v128.load(q + i, 16))));
      }
      for (; i < bytes; i += 16) {
        const u = within(v128.load(p + i), i, bytes, none);
        sums = addUp<T>(sums, u);
        products = addUp<T>(products, within(v128.mul<T>(u, v128.load(q + i)), i, bytes, none));
      }
    }
    const mean = held(splat<T>(total(sums) / count));
    const slope = held(splat<T>(total(products) / count));
    const by = v128.splat<T>(load<T>(rstd));
    for (let o = 0; o < outer; o++) {
      const p = g + (<usize>o) * step;
      const q = y + (<usize>o) * step;
      const to = out + (<usize>o) * step;
      let i: usize = 0;
      for (; i + 16 <= bytes; i += 16) {
        const d = v128.sub<T>(v128.sub<T>(v128.load(p + i), mean), v128.mul<T>(v128.load(q + i), slope));
        v128.store(to + i, v128.mul<T>(d, by));
      }
      if (i < bytes) {
        const d = v128.sub<T>(v128.sub<T>(v128.load(p + i), mean), v128.mul<T>(v128.load(q + i), slope));
        storeEnd<T>(to + i, v128.mul<T>(d, by), bytes - i);
      }
    }
    rstd += sizeof<T>();
    g += bytes;
    y += bytes;
    out += bytes;
  }
}
export function standardizeGrad_f32(
  outer: i32, channels: i32, inner: i32, g: usize, y: usize, rstd: usize, out: usize,
): void {
  standardizeGrad<f32>(outer, channels, inner, g, y, rstd, out);
}
export function standardizeGrad_f64(
  outer: i32, channels: i32, inner: i32, g: usize, y: usize, rstd: usize, out: usize,
): void {
  standardizeGrad<f64>(outer, channels, inner, g, y, rstd, out);
}
