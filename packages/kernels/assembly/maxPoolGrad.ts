// The adjoint of max pooling. T is the type of an element, I the integer as wide as it.

import { multiples } from './pool';

/** g where `places` say, 0 elsewhere: the next two vectors of a row whose even places are `first`. */
// @ts-ignore: decorator
@inline
function spreadPair<T, I>(g: v128, places: v128, first: v128, out: usize): void {
  const left = v128.and(g, v128.eq<I>(places, first));
  const right = v128.and(g, v128.eq<I>(places, v128.add<I>(first, v128.splat<I>(1))));
  v128.store(out, sizeof<T>() == 4 ? i32x4.shuffle(left, right, 0, 4, 1, 5) : i64x2.shuffle(left, right, 0, 2));
  v128.store(out, sizeof<T>() == 4 ? i32x4.shuffle(left, right, 2, 6, 3, 7) : i64x2.shuffle(left, right, 1, 3), 16);
}

/** The adjoint of pairs: every element is written, row after row, 0 or a window's g. */
function spreadPairs<T, I>(
  planes: i32, height: i32, width: i32, outHeight: i32, outWidth: i32, g: usize, indices: usize, out: usize,
): void {
  const line = (<usize>width) * sizeof<T>();
  const lanes = <i32>(16 / sizeof<T>());
  const rest = line - (<usize>outWidth) * 2 * sizeof<T>();
  for (let plane = 0; plane < planes; plane++) {
    for (let row = 0; row < 2 * outHeight; row++) {
      let first = v128.add<I>(v128.splat<I>(<I>(row * width)), multiples<I>(2));
      let p = out;
      for (let ow = 0; ow < outWidth; ow += lanes, p += 32) {
        const from = indices + ((<usize>ow) << 2);
        const places = sizeof<T>() == 4 ? v128.load(from) : i64x2.extend_low_i32x4_s(v128.load64_zero(from));
        spreadPair<T, I>(v128.load(g + (<usize>ow) * sizeof<T>()), places, first, p);
        first = v128.add<I>(first, v128.splat<I>(<I>(2 * lanes)));
      }
      out += line;
      if (rest) memory.fill(out - rest, 0, rest);
      if (row & 1) {
        g += (<usize>outWidth) * sizeof<T>();
        indices += (<usize>outWidth) << 2;
      }
    }
    const below = (<usize>(height - 2 * outHeight)) * line;
    if (below) memory.fill(out, 0, below);
    out += below;
  }
}

/** out[plane, indices[plane, i]] += g[plane, i], from 0. */
function maxPoolGrad<T, I>(
  planes: i32, height: i32, width: i32, outHeight: i32, outWidth: i32, paired: bool, g: usize, indices: usize,
  out: usize,
): void {
  if (paired) {
    spreadPairs<T, I>(planes, height, width, outHeight, outWidth, g, indices, out);
    return;
  }
  const size = (<usize>(height * width)) * sizeof<T>();
  memory.fill(out, 0, (<usize>planes) * size);
  for (let plane = 0; plane < planes; plane++) {
    for (const end = indices + ((<usize>(outHeight * outWidth)) << 2); indices < end; indices += 4, g += sizeof<T>()) {
      const p = out + (<usize>load<i32>(indices)) * sizeof<T>();
      store<T>(p, load<T>(p) + load<T>(g));
    }
    out += size;
  }
}
export function maxPoolGrad_f32(
  planes: i32, height: i32, width: i32, outHeight: i32, outWidth: i32, paired: bool, g: usize, indices: usize,
  out: usize,
): void {
  maxPoolGrad<f32, i32>(planes, height, width, outHeight, outWidth, paired, g, indices, out);
}
export function maxPoolGrad_f64(
  planes: i32, height: i32, width: i32, outHeight: i32, outWidth: i32, paired: bool, g: usize, indices: usize,
  out: usize,
): void {
  maxPoolGrad<f64, i64>(planes, height, width, outHeight, outWidth, paired, g, indices, out);
}
