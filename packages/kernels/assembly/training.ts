// Max pooling and optimiser steps, float32.

import { splat32, zero } from './vector';

/** The better of (best, at) and (v, place) for one output: greater, or the first NaN. */
// @ts-ignore: decorator
@inline
function better(v: v128, best: v128): v128 {
  return v128.or(f32x4.gt(v, best), v128.and(f32x4.ne(v, v), f32x4.eq(best, best)));
}

/** Windows of 2 × 2 at stride 2 without padding: four at a time. */
function pairs(
  planes: i32, height: i32, width: i32, outHeight: i32, outWidth: i32, x: usize, out: usize, indices: usize,
): void {
  for (let plane = 0; plane < planes; plane++) {
    for (let oh = 0; oh < outHeight; oh++) {
      let at = 2 * oh * width;
      let ow = 0;
      for (; ow + 4 <= outWidth; ow += 4, at += 8) {
        const p = x + ((<usize>at) << 2);
        const q = p + ((<usize>width) << 2);
        const a = v128.load(p), b = v128.load(p, 16), c = v128.load(q), d = v128.load(q, 16);
        let best = i32x4.shuffle(a, b, 0, 2, 4, 6);
        let place = i32x4.add(i32x4.splat(at), i32x4(0, 2, 4, 6));
        const first = place;
        let v = i32x4.shuffle(a, b, 1, 3, 5, 7);
        let take = better(v, best);
        best = v128.bitselect(v, best, take);
        place = v128.bitselect(i32x4.add(first, i32x4.splat(1)), place, take);
        v = i32x4.shuffle(c, d, 0, 2, 4, 6);
        take = better(v, best);
        best = v128.bitselect(v, best, take);
        place = v128.bitselect(i32x4.add(first, i32x4.splat(width)), place, take);
        v = i32x4.shuffle(c, d, 1, 3, 5, 7);
        take = better(v, best);
        best = v128.bitselect(v, best, take);
        place = v128.bitselect(i32x4.add(first, i32x4.splat(width + 1)), place, take);
        v128.store(out, best);
        v128.store(indices, place);
        out += 16;
        indices += 16;
      }
      for (; ow < outWidth; ow++, at += 2, out += 4, indices += 4) {
        let place = at;
        let best = load<f32>(x + ((<usize>at) << 2));
        for (let i = 1; i < 4; i++) {
          const where = at + (i & 1) + (i >> 1) * width;
          const v = load<f32>(x + ((<usize>where) << 2));
          if (v > best || (v != v && best == best)) {
            best = v;
            place = where;
          }
        }
        store<f32>(out, best);
        store<i32>(indices, place);
      }
    }
    x += (<usize>(height * width)) << 2;
  }
}

export function maxPool_f32(
  planes: i32, height: i32, width: i32, kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  padTop: i32, padLeft: i32, dilationHeight: i32, dilationWidth: i32, outHeight: i32, outWidth: i32, x: usize,
  out: usize, indices: usize,
): void {
  const plain = padTop == 0 && padLeft == 0 && dilationHeight == 1 && dilationWidth == 1;
  const two = kernelHeight == 2 && kernelWidth == 2 && strideHeight == 2 && strideWidth == 2;
  if (plain && two && 2 * outHeight <= height && 2 * outWidth <= width) {
    pairs(planes, height, width, outHeight, outWidth, x, out, indices);
    return;
  }
  for (let plane = 0; plane < planes; plane++) {
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - padTop;
      const firstRow = top < 0 ? top + ((-top + dilationHeight - 1) / dilationHeight) * dilationHeight : top;
      const endRow = min(height, top + kernelHeight * dilationHeight);
      for (let ow = 0; ow < outWidth; ow++) {
        const left = ow * strideWidth - padLeft;
        const firstCol = left < 0 ? left + ((-left + dilationWidth - 1) / dilationWidth) * dilationWidth : left;
        const endCol = min(width, left + kernelWidth * dilationWidth);
        let place = firstRow * width + firstCol;
        let best = load<f32>(x + ((<usize>place) << 2));
        for (let row = firstRow; row < endRow; row += dilationHeight) {
          for (let col = firstCol; col < endCol; col += dilationWidth) {
            const v = load<f32>(x + ((<usize>(row * width + col)) << 2));
            if (v > best || (v != v && best == best)) {
              best = v;
              place = row * width + col;
            }
          }
        }
        store<f32>(out, best);
        store<i32>(indices, place);
        out += 4;
        indices += 4;
      }
    }
    x += (<usize>(height * width)) << 2;
  }
}

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
