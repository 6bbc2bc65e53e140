// Lines brought to mean 0 and variance 1, and the gradient of that. Totals are added in float64, as in lines.ts.

import { addUp, beyond, sum, total, within } from './lines';
import { held, splat } from './vector';

/** out = (x − mean)·rstd for each line, rstd = 1 / √(variance + eps); the means and variances themselves too. */
function standardize<T>(
  rows: i32, size: i32, eps: f64, x: usize, out: usize, rstd: usize, means: usize, variances: usize,
): void {
  const bytes = (<usize>size) * sizeof<T>();
  const none = beyond<T>(size);
  for (let r = 0; r < rows; r++) {
    const mean = splat<T>(sum<T>(size, x) / <f64>size);
    let acc = f64x2.splat(0);
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
    const variance = total(acc) / <f64>size;
    const rate = <T>(1 / sqrt<f64>(variance + eps));
    const by = v128.splat<T>(rate);
    for (i = 0; i < bytes; i += 16) v128.store(out + i, v128.mul<T>(v128.sub<T>(v128.load(x + i), mean), by));
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
  rows: i32, size: i32, eps: f64, x: usize, out: usize, rstd: usize, means: usize, variances: usize,
): void {
  standardize<f32>(rows, size, eps, x, out, rstd, means, variances);
}
export function standardize_f64(
  rows: i32, size: i32, eps: f64, x: usize, out: usize, rstd: usize, means: usize, variances: usize,
): void {
  standardize<f64>(rows, size, eps, x, out, rstd, means, variances);
}

/** out = (g − mean g − y·mean(g·y))·rstd for each line. */
function standardizeGrad<T>(rows: i32, size: i32, g: usize, y: usize, rstd: usize, out: usize): void {
  const bytes = (<usize>size) * sizeof<T>();
  const none = beyond<T>(size);
  for (let r = 0; r < rows; r++) {
    let sums = f64x2.splat(0);
    let products = sums;
    let i: usize = 0;
    for (; i + 32 <= bytes; i += 32) {
      const u = v128.load(g + i);
      const v = v128.load(g + i, 16);
      sums = addUp<T>(sums, v128.add<T>(u, v));
      products = addUp<T>(products, v128.add<T>(v128.mul<T>(u, v128.load(y + i)), v128.mul<T>(v, v128.load(y + i, 16))));
    }
    for (; i < bytes; i += 16) {
      const u = within(v128.load(g + i), i, bytes, none);
      sums = addUp<T>(sums, u);
      products = addUp<T>(products, within(v128.mul<T>(u, v128.load(y + i)), i, bytes, none));
    }
    const mean = held(splat<T>(total(sums) / <f64>size));
    const slope = held(splat<T>(total(products) / <f64>size));
    const by = v128.splat<T>(load<T>(rstd));
    for (i = 0; i < bytes; i += 16) {
      const d = v128.sub<T>(v128.sub<T>(v128.load(g + i), mean), v128.mul<T>(v128.load(y + i), slope));
      v128.store(out + i, v128.mul<T>(d, by));
    }
    rstd += sizeof<T>();
    g += bytes;
    y += bytes;
    out += bytes;
  }
}
export function standardizeGrad_f32(rows: i32, size: i32, g: usize, y: usize, rstd: usize, out: usize): void {
  standardizeGrad<f32>(rows, size, g, y, rstd, out);
}
export function standardizeGrad_f64(rows: i32, size: i32, g: usize, y: usize, rstd: usize, out: usize): void {
  standardizeGrad<f64>(rows, size, g, y, rstd, out);
}
