// Cross-entropy with a class for each line, and its gradient, float32. Totals are added in float64.

import { exp32 } from './functions';
import { log64 } from './functions64';
import { addUp, loadTail, maximum, storeTail, total } from './lines';
import { splat32 } from './vector';

/** out[r] = ln Σ exp x[r, …] − x[r, target[r]]; 0 where target[r] < 0. */
export function crossEntropy_f32(rows: i32, size: i32, x: usize, target: usize, out: usize): void {
  const whole = (<usize>(size & ~3)) << 2;
  const left = size & 3;
  for (let r = 0; r < rows; r++) {
    const t = load<i32>(target + (r << 2));
    let loss: f64 = 0;
    if (t >= 0) {
      const greatest = maximum(size, x);
      const shift = splat32(greatest);
      let acc = f64x2.splat(0);
      let i: usize = 0;
      for (; i + 32 <= whole; i += 32) {
        const u = exp32(f32x4.sub(v128.load(x + i), shift));
        const v = exp32(f32x4.sub(v128.load(x + i, 16), shift));
        acc = addUp(addUp(acc, u), v);
      }
      if (i < whole) {
        acc = addUp(acc, exp32(f32x4.sub(v128.load(x + i), shift)));
        i += 16;
      }
      if (left) acc = addUp(acc, exp32(f32x4.sub(loadTail(x + i, left, -Infinity), shift)));
      loss = <f64>greatest - <f64>load<f32>(x + ((<usize>t) << 2)) + f64x2.extract_lane(log64(f64x2.splat(total(acc))), 0);
    }
    store<f32>(out + (r << 2), <f32>loss);
    x += (<usize>size) << 2;
  }
}

/** out[r, c] = g[r]·(softmax x[r, …] − [c = target[r]]); 0 where target[r] < 0. */
export function crossEntropyGrad_f32(rows: i32, size: i32, g: usize, x: usize, target: usize, out: usize): void {
  const whole = (<usize>(size & ~3)) << 2;
  const left = size & 3;
  for (let r = 0; r < rows; r++) {
    const t = load<i32>(target + (r << 2));
    if (t < 0) memory.fill(out, 0, (<usize>size) << 2);
    else {
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
      const rate = load<f32>(g + (r << 2));
      const by = splat32(<f32>(<f64>rate / total(acc)));
      for (i = 0; i < whole; i += 16) v128.store(out + i, f32x4.mul(v128.load(out + i), by));
      if (left) storeTail(out + i, left, f32x4.mul(last, by));
      const at = out + ((<usize>t) << 2);
      store<f32>(at, load<f32>(at) - rate);
    }
    x += (<usize>size) << 2;
    out += (<usize>size) << 2;
  }
}
