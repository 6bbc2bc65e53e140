// Cross-entropy with a class for each line, and its gradient. Totals are added in float64, as in lines.ts.

import { addShares, beyond, maximum, storeShares } from './lines';
import { logOfShares } from './shares';
import { held, splat } from './vector';

/** out[r] = ln Σ exp x[r, …] − x[r, target[r]]; 0 where target[r] < 0. */
function crossEntropy<T>(rows: i32, size: i32, x: usize, target: usize, out: usize): void {
  const bytes = (<usize>size) * sizeof<T>();
  const none = beyond<T>(size);
  for (let r = 0; r < rows; r++) {
    const t = load<i32>(target + (r << 2));
    let loss: f64 = 0;
    if (t >= 0) {
      const greatest = maximum<T>(size, x, none);
      const log = logOfShares<T>(addShares<T>(bytes, x, held(v128.splat<T>(greatest)), none));
      loss = <f64>greatest - <f64>load<T>(x + (<usize>t) * sizeof<T>()) + log;
    }
    store<T>(out, <T>loss);
    x += bytes;
    out += sizeof<T>();
  }
}
export function crossEntropy_f32(rows: i32, size: i32, x: usize, target: usize, out: usize): void {
  crossEntropy<f32>(rows, size, x, target, out);
}
export function crossEntropy_f64(rows: i32, size: i32, x: usize, target: usize, out: usize): void {
  crossEntropy<f64>(rows, size, x, target, out);
}

/** out[r, c] = g[r]·(softmax x[r, …] − [c = target[r]]); 0 where target[r] < 0. */
function crossEntropyGrad<T>(rows: i32, size: i32, g: usize, x: usize, target: usize, out: usize): void {
  const bytes = (<usize>size) * sizeof<T>();
  const none = beyond<T>(size);
  for (let r = 0; r < rows; r++) {
    const t = load<i32>(target + (r << 2));
    if (t < 0) memory.fill(out, 0, bytes);
    else {
      const sum = storeShares<T>(bytes, x, held(v128.splat<T>(maximum<T>(size, x, none))), none, out);
      const rate = load<T>(g);
      const by = held(splat<T>(<f64>rate / sum));
      for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, v128.mul<T>(v128.load(out + i), by));
      const at = out + (<usize>t) * sizeof<T>();
      store<T>(at, load<T>(at) - rate);
    }
    g += sizeof<T>();
    x += bytes;
    out += bytes;
  }
}
export function crossEntropyGrad_f32(rows: i32, size: i32, g: usize, x: usize, target: usize, out: usize): void {
  crossEntropyGrad<f32>(rows, size, g, x, target, out);
}
export function crossEntropyGrad_f64(rows: i32, size: i32, g: usize, x: usize, target: usize, out: usize): void {
  crossEntropyGrad<f64>(rows, size, g, x, target, out);
}
