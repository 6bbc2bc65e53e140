// Lines brought to mean 0 and variance 1, and the gradient of that, float32. Totals are added in float64.

import { addUp, loadTail, storeTail, sum_f32, total } from './lines';
import { splat32 } from './vector';

/** out = (x − mean)·rstd for each line, rstd = 1 / √(variance + eps); the means and variances themselves too. */
export function standardize_f32(
  rows: i32, size: i32, eps: f64, x: usize, out: usize, rstd: usize, means: usize, variances: usize,
): void {
  const whole = (<usize>(size & ~3)) << 2;
  const left = size & 3;
  for (let r = 0; r < rows; r++) {
    const mean = splat32(<f32>(sum_f32(size, x) / <f64>size));
    let acc = f64x2.splat(0);
    let i: usize = 0;
    for (; i < whole; i += 16) {
      const d = f32x4.sub(v128.load(x + i), mean);
      v128.store(out + i, d);
      acc = addUp(acc, f32x4.mul(d, d));
    }
    let last = splat32(0);
    if (left) {
      last = f32x4.sub(loadTail(x + i, left, f32x4.extract_lane(mean, 0)), mean);
      acc = addUp(acc, f32x4.mul(last, last));
    }
    const variance = total(acc) / <f64>size;
    const rate = <f32>(1 / sqrt<f64>(variance + eps));
    const by = splat32(rate);
    for (i = 0; i < whole; i += 16) v128.store(out + i, f32x4.mul(v128.load(out + i), by));
    if (left) storeTail(out + i, left, f32x4.mul(last, by));
    store<f32>(rstd, rate);
    store<f32>(means, f32x4.extract_lane(mean, 0));
    store<f32>(variances, <f32>variance);
    rstd += 4;
    means += 4;
    variances += 4;
    x += (<usize>size) << 2;
    out += (<usize>size) << 2;
  }
}

/** out = (g − mean g − y·mean(g·y))·rstd for each line. */
export function standardizeGrad_f32(rows: i32, size: i32, g: usize, y: usize, rstd: usize, out: usize): void {
  const whole = (<usize>(size & ~3)) << 2;
  const left = size & 3;
  for (let r = 0; r < rows; r++) {
    let sums = f64x2.splat(0);
    let products = sums;
    let i: usize = 0;
    for (; i < whole; i += 16) {
      const u = v128.load(g + i);
      sums = addUp(sums, u);
      products = addUp(products, f32x4.mul(u, v128.load(y + i)));
    }
    if (left) {
      const u = loadTail(g + i, left, 0);
      sums = addUp(sums, u);
      products = addUp(products, f32x4.mul(u, loadTail(y + i, left, 0)));
    }
    const mean = splat32(<f32>(total(sums) / <f64>size));
    const slope = splat32(<f32>(total(products) / <f64>size));
    const by = v128.load32_splat(rstd);
    for (i = 0; i < whole; i += 16) {
      const d = f32x4.sub(f32x4.sub(v128.load(g + i), mean), f32x4.mul(v128.load(y + i), slope));
      v128.store(out + i, f32x4.mul(d, by));
    }
    if (left) {
      const d = f32x4.sub(f32x4.sub(loadTail(g + i, left, 0), mean), f32x4.mul(loadTail(y + i, left, 0), slope));
      storeTail(out + i, left, f32x4.mul(d, by));
    }
    rstd += 4;
    g += (<usize>size) << 2;
    y += (<usize>size) << 2;
    out += (<usize>size) << 2;
  }
}
