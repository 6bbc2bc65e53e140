// Average pooling and its adjoint. Windows that lie within the columns are done a vector of them at a time; the last vector of
// a row reaches into the next row, which is written after it, so buffers have a vector to spare.

import { apart } from './pool';
import { splat, zero } from './vector';

/** How much of a window counts along one axis: what lies in the input, or in the input and its declared padding. */
// @ts-ignore: decorator
@inline
function extent(start: i32, kernel: i32, size: i32, included: bool, pad: i32): i32 {
  return included ? min(start + kernel, size + pad) - start : min(start + kernel, size) - max(start, 0);
}

/** A vector of sums of `count` neighbours, those of the first from p on, those of the next `step` further. */
// @ts-ignore: decorator
@inline
function windowSums<T>(p: usize, count: i32, step: i32): v128 {
  let acc = zero();
  for (const end = p + (<usize>count) * sizeof<T>(); p < end; p += sizeof<T>()) acc = v128.add<T>(acc, apart<T>(p, step));
  return acc;
}

/**
 * The average of each window, from sums of columns: `sums` has room for a row, and may be read for a vector of windows after
 * it. `fixed` is a fixed divisor or 0. A window wholly in the padding has the average 0.
 */
function avgPool<T>(
  planes: i32, height: i32, width: i32, kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, included: bool, fixed: T, padBottom: i32, padRight: i32,
  x: usize, out: usize, sums: usize,
): void {
  const line = (<usize>width) * sizeof<T>();
  const lanes = <i32>(16 / sizeof<T>());
  for (let plane = 0; plane < planes; plane++) {
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - padTop;
      const first = max(top, 0);
      const end = min(height, top + kernelHeight);
      for (let c: usize = 0; c < line; c += 16) {
        let acc = zero();
        let p = x + (<usize>first) * line + c;
        for (let row = first; row < end; row++, p += line) acc = v128.add<T>(acc, v128.load(p));
        v128.store(sums + c, acc);
      }
      const high = extent(top, kernelHeight, height, included, padBottom);
      const inner = v128.splat<T>(fixed != 0 ? fixed : <T>(high * kernelWidth));
      let ow = 0;
      while (ow < outWidth) {
        const left = ow * strideWidth - padLeft;
        const last = (min(ow + lanes, outWidth) - 1) * strideWidth - padLeft;
        if (left >= 0 && end > first && last + kernelWidth <= width) {
          const p = sums + (<usize>left) * sizeof<T>();
          let acc: v128;
          // A loop for each, in which the step is known.
          if (strideWidth == 1) acc = windowSums<T>(p, kernelWidth, 1);
          else if (strideWidth == 2) acc = windowSums<T>(p, kernelWidth, 2);
          else acc = windowSums<T>(p, kernelWidth, strideWidth);
          v128.store(out + (<usize>ow) * sizeof<T>(), v128.div<T>(acc, inner));
          ow += lanes;
          continue;
        }
        let total: T = 0;
        for (let col = max(left, 0); col < min(width, left + kernelWidth); col++)
          total += load<T>(sums + (<usize>col) * sizeof<T>());
        if (total != 0) {
          const wide = extent(left, kernelWidth, width, included, padRight);
          total /= fixed != 0 ? fixed : <T>(high * wide);
        }
        store<T>(out + (<usize>ow) * sizeof<T>(), total);
        ow++;
      }
      out += (<usize>outWidth) * sizeof<T>();
    }
    x += (<usize>height) * line;
  }
}
export function avgPool_f32(
  planes: i32, height: i32, width: i32, kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, included: bool, fixed: f32, padBottom: i32, padRight: i32,
  x: usize, out: usize, sums: usize,
): void {
  avgPool<f32>(
    planes, height, width, kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft, outHeight, outWidth,
    included, fixed, padBottom, padRight, x, out, sums,
  );
}
export function avgPool_f64(
  planes: i32, height: i32, width: i32, kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, included: bool, fixed: f64, padBottom: i32, padRight: i32,
  x: usize, out: usize, sums: usize,
): void {
  avgPool<f64>(
    planes, height, width, kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft, outHeight, outWidth,
    included, fixed, padBottom, padRight, x, out, sums,
  );
}

/** The adjoint of avgPool. */
function avgPoolGrad<T>(
  planes: i32, height: i32, width: i32, kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, included: bool, fixed: T, padBottom: i32, padRight: i32,
  g: usize, out: usize, sums: usize,
): void {
  const line = (<usize>width) * sizeof<T>();
  const lanes = <i32>(16 / sizeof<T>());
  const wide = (<usize>kernelWidth) * sizeof<T>();
  const two = kernelWidth == 2 && strideWidth == 2;
  const vectors = two || strideWidth == 1;
  memory.fill(out, 0, (<usize>(planes * height)) * line);
  for (let plane = 0; plane < planes; plane++) {
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - padTop;
      const first = max(top, 0);
      const end = min(height, top + kernelHeight);
      const high = extent(top, kernelHeight, height, included, padBottom);
      const each: T = fixed != 0 ? fixed : <T>(high * kernelWidth);
      const inner = v128.splat<T>(each);
      memory.fill(sums, 0, line);
      let ow = 0;
      let left = -padLeft;
      while (ow < outWidth) {
        const p = sums + (<usize>left) * sizeof<T>();
        if (vectors && left >= 0 && ow + lanes <= outWidth && left + (lanes - 1) * strideWidth + kernelWidth <= width) {
          const share = v128.div<T>(v128.load(g), inner);
          if (two) {
            v128.store(p, sizeof<T>() == 4 ? i32x4.shuffle(share, share, 0, 0, 1, 1) : i64x2.shuffle(share, share, 0, 0));
            v128.store(p, sizeof<T>() == 4 ? i32x4.shuffle(share, share, 2, 2, 3, 3) : i64x2.shuffle(share, share, 1, 1), 16);
          } else {
            for (let k: usize = 0; k < wide; k += sizeof<T>())
              v128.store(p + k, v128.add<T>(v128.load(p + k), share));
          }
          ow += lanes;
          left += lanes * strideWidth;
          g += 16;
          continue;
        }
        if (left >= 0 && left + kernelWidth <= width) {
          const share = load<T>(g) / each;
          for (let k: usize = 0; k < wide; k += sizeof<T>()) store<T>(p + k, load<T>(p + k) + share);
        } else {
          const columns = extent(left, kernelWidth, width, included, padRight);
          const share = load<T>(g) / (fixed != 0 ? fixed : <T>(high * columns));
          for (let col = max(left, 0); col < min(width, left + kernelWidth); col++) {
            const q = sums + (<usize>col) * sizeof<T>();
            store<T>(q, load<T>(q) + share);
          }
        }
        ow++;
        left += strideWidth;
        g += sizeof<T>();
      }
      for (let row = first; row < end; row++) {
        const p = out + (<usize>row) * line;
        let c: usize = 0;
        for (; c + 16 <= line; c += 16) v128.store(p + c, v128.add<T>(v128.load(p + c), v128.load(sums + c)));
        for (; c < line; c += sizeof<T>()) store<T>(p + c, load<T>(p + c) + load<T>(sums + c));
      }
    }
    out += (<usize>height) * line;
  }
}
export function avgPoolGrad_f32(
  planes: i32, height: i32, width: i32, kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, included: bool, fixed: f32, padBottom: i32, padRight: i32,
  g: usize, out: usize, sums: usize,
): void {
  avgPoolGrad<f32>(
    planes, height, width, kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft, outHeight, outWidth,
    included, fixed, padBottom, padRight, g, out, sums,
  );
}
export function avgPoolGrad_f64(
  planes: i32, height: i32, width: i32, kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, included: bool, fixed: f64, padBottom: i32, padRight: i32,
  g: usize, out: usize, sums: usize,
): void {
  avgPoolGrad<f64>(
    planes, height, width, kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft, outHeight, outWidth,
    included, fixed, padBottom, padRight, g, out, sums,
  );
}
