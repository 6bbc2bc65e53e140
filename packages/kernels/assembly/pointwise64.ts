// Functions of many constants, float64, laid out as in pointwise.ts.

import { exp64, log64, sigmoid64, tanh64 } from './functions64';

export function exp_f64(n: i32, x: usize, out: usize): void {
  const end = x + ((<usize>n) << 3);
  for (; x < end; x += 32, out += 32) {
    const u = v128.load(x);
    const v = v128.load(x, 16);
    v128.store(out, exp64(u));
    v128.store(out, exp64(v), 16);
  }
}

export function log_f64(n: i32, x: usize, out: usize): void {
  const end = x + ((<usize>n) << 3);
  for (; x < end; x += 32, out += 32) {
    const u = v128.load(x);
    const v = v128.load(x, 16);
    v128.store(out, log64(u));
    v128.store(out, log64(v), 16);
  }
}

export function tanh_f64(n: i32, x: usize, out: usize): void {
  const end = x + ((<usize>n) << 3);
  for (; x < end; x += 16, out += 16) v128.store(out, tanh64(v128.load(x)));
}

export function sigmoid_f64(n: i32, x: usize, out: usize): void {
  const end = x + ((<usize>n) << 3);
  for (; x < end; x += 32, out += 32) {
    const u = v128.load(x);
    const v = v128.load(x, 16);
    v128.store(out, sigmoid64(u));
    v128.store(out, sigmoid64(v), 16);
  }
}
