// Columns of [rows, wide] brought to mean 0 and variance 1, and the gradient of that: channels of one element a sample. `wide`
// is in bytes, a whole number of vectors; a vector of columns is done at a time. Totals are added in float64.

import { high, low, narrow } from './columns';
import { held, zero } from './vector';

/** 1 / √(variance + eps). */
// @ts-ignore: decorator
@inline
function rateOf(variance: v128, eps: f64): v128 {
  return f64x2.div(f64x2.splat(1), f64x2.sqrt(f64x2.add(variance, f64x2.splat(eps))));
}

/** As standardize; what fills up the last vector has its numbers, too. */
function standardizeColumns<T>(
  rows: i32, wide: usize, eps: f64, x: usize, out: usize, rstd: usize, means: usize, variances: usize,
): void {
  const length = (<usize>rows) * wide;
  const count = f64x2.splat(<f64>rows);
  for (let c: usize = 0; c < wide; c += 16, x += 16, out += 16) {
    let first = zero(), second = zero();
    for (let i: usize = 0; i < length; i += wide) {
      const v = v128.load(x + i);
      first = f64x2.add(first, low<T>(v));
      second = f64x2.add(second, high<T>(v));
    }
    const mean = held(narrow<T>(f64x2.div(first, count), f64x2.div(second, count)));
    first = zero();
    second = zero();
    for (let i: usize = 0; i < length; i += wide) {
      const d = v128.sub<T>(v128.load(x + i), mean);
      const square = v128.mul<T>(d, d);
      first = f64x2.add(first, low<T>(square));
      second = f64x2.add(second, high<T>(square));
    }
    first = f64x2.div(first, count);
    second = f64x2.div(second, count);
    const by = held(narrow<T>(rateOf(first, eps), rateOf(second, eps)));
    v128.store(rstd + c, by);
    v128.store(means + c, mean);
    v128.store(variances + c, narrow<T>(first, second));
    for (let i: usize = 0; i < length; i += wide)
      v128.store(out + i, v128.mul<T>(v128.sub<T>(v128.load(x + i), mean), by));
  }
}
export function standardizeColumns_f32(
  rows: i32, wide: usize, eps: f64, x: usize, out: usize, rstd: usize, means: usize, variances: usize,
): void {
  standardizeColumns<f32>(rows, wide, eps, x, out, rstd, means, variances);
}
export function standardizeColumns_f64(
  rows: i32, wide: usize, eps: f64, x: usize, out: usize, rstd: usize, means: usize, variances: usize,
): void {
  standardizeColumns<f64>(rows, wide, eps, x, out, rstd, means, variances);
}

/** As standardizeGrad. */
function standardizeGradColumns<T>(rows: i32, wide: usize, g: usize, y: usize, rstd: usize, out: usize): void {
  const length = (<usize>rows) * wide;
  const count = f64x2.splat(<f64>rows);
  for (let c: usize = 0; c < wide; c += 16, g += 16, y += 16, out += 16) {
    let first = zero(), second = zero(), third = zero(), fourth = zero();
    for (let i: usize = 0; i < length; i += wide) {
      const u = v128.load(g + i);
      const product = v128.mul<T>(u, v128.load(y + i));
      first = f64x2.add(first, low<T>(u));
      second = f64x2.add(second, high<T>(u));
      third = f64x2.add(third, low<T>(product));
      fourth = f64x2.add(fourth, high<T>(product));
    }
    const mean = held(narrow<T>(f64x2.div(first, count), f64x2.div(second, count)));
    const slope = held(narrow<T>(f64x2.div(third, count), f64x2.div(fourth, count)));
    const by = v128.load(rstd + c);
    for (let i: usize = 0; i < length; i += wide) {
      const d = v128.sub<T>(v128.sub<T>(v128.load(g + i), mean), v128.mul<T>(v128.load(y + i), slope));
      v128.store(out + i, v128.mul<T>(d, by));
    }
  }
}
export function standardizeGradColumns_f32(
  rows: i32, wide: usize, g: usize, y: usize, rstd: usize, out: usize,
): void {
  standardizeGradColumns<f32>(rows, wide, g, y, rstd, out);
}
export function standardizeGradColumns_f64(
  rows: i32, wide: usize, g: usize, y: usize, rstd: usize, out: usize,
): void {
  standardizeGradColumns<f64>(rows, wide, g, y, rstd, out);
}
