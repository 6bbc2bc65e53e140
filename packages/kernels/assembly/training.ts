// Optimiser steps, float32.

import { splat32 } from './vector';

/** p ← p − lr·d with weight decay and momentum as torch.optim.SGD has them; buffer = 0 for none. */
export function sgd_f32(
  n: i32, param: usize, grad: usize, buffer: usize, lr: f32, momentum: f32, undamped: f32, nesterov: bool, decay: f32,
  sign: f32, first: bool,
): void {
  const end = param + ((<usize>n) << 2);
  const rate = splat32(lr), mu = splat32(momentum), part = splat32(undamped), wd = splat32(decay), sg = splat32(sign);
  while (param < end) {
    const p = v128.load(param);
    let d = f32x4.mul(v128.load(grad), sg);
    if (decay != 0) d = f32x4.add(d, f32x4.mul(wd, p));
    if (buffer != 0) {
      const b = first ? d : f32x4.add(f32x4.mul(mu, v128.load(buffer)), f32x4.mul(part, d));
      v128.store(buffer, b);
      d = nesterov ? f32x4.add(d, f32x4.mul(mu, b)) : b;
      buffer += 16;
    }
    v128.store(param, f32x4.sub(p, f32x4.mul(rate, d)));
    param += 16;
    grad += 16;
  }
}

/** One step of Adam; maxSq = 0 for none. */
export function adam_f32(
  n: i32, param: usize, grad: usize, mean: usize, sq: usize, maxSq: usize, keep: f32, decay: f32, sign: f32,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32, stepSize: f32, root: f32, eps: f32,
): void {
  const end = param + ((<usize>n) << 2);
  const k = splat32(keep), wd = splat32(decay), sg = splat32(sign), b1 = splat32(beta1), r1 = splat32(rest1);
  const b2 = splat32(beta2), r2 = splat32(rest2), st = splat32(stepSize), ro = splat32(root), ep = splat32(eps);
  while (param < end) {
    let p = f32x4.mul(v128.load(param), k);
    let g = f32x4.mul(v128.load(grad), sg);
    if (decay != 0) g = f32x4.add(g, f32x4.mul(wd, p));
    const m = f32x4.add(f32x4.mul(v128.load(mean), b1), f32x4.mul(r1, g));
    v128.store(mean, m);
    let v = f32x4.add(f32x4.mul(v128.load(sq), b2), f32x4.mul(f32x4.mul(r2, g), g));
    v128.store(sq, v);
    if (maxSq != 0) {
      v = f32x4.max(v128.load(maxSq), v);
      v128.store(maxSq, v);
      maxSq += 16;
    }
    p = f32x4.sub(p, f32x4.div(f32x4.mul(st, m), f32x4.add(f32x4.div(f32x4.sqrt(v), ro), ep)));
    v128.store(param, p);
    param += 16;
    grad += 16;
    mean += 16;
    sq += 16;
  }
}
