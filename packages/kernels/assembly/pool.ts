// Max and average pooling, float32. Windows that lie within the columns are done four at a time.

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

/** Every other element of eight, or the next four. */
// @ts-ignore: decorator
@inline
function apart(p: usize, step: i32): v128 {
  const a = v128.load(p);
  if (step == 1) return a;
  return i32x4.shuffle(a, v128.load(p, 16), 0, 2, 4, 6);
}

/** Four neighbouring windows that lie within the columns, at a stride of 1 or 2; `left` and `end` are the first one's. */
function four(
  x: usize, firstRow: i32, endRow: i32, left: i32, end: i32, width: i32, step: i32, dilationHeight: i32,
  dilationWidth: i32, out: usize, indices: usize,
): void {
  const steps = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(step));
  let place = i32x4.add(i32x4.splat(firstRow * width + left), steps);
  let best = apart(x + ((<usize>(firstRow * width + left)) << 2), step);
  for (let row = firstRow; row < endRow; row += dilationHeight) {
    for (let col = left; col < end; col += dilationWidth) {
      const at = row * width + col;
      const v = apart(x + ((<usize>at) << 2), step);
      const take = better(v, best);
      best = v128.bitselect(v, best, take);
      place = v128.bitselect(i32x4.add(i32x4.splat(at), steps), place, take);
    }
  }
  v128.store(out, best);
  v128.store(indices, place);
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
  const reach = (kernelWidth - 1) * dilationWidth;
  for (let plane = 0; plane < planes; plane++) {
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - padTop;
      const firstRow = top < 0 ? top + ((-top + dilationHeight - 1) / dilationHeight) * dilationHeight : top;
      const endRow = min(height, top + kernelHeight * dilationHeight);
      let ow = 0;
      while (ow < outWidth) {
        const left = ow * strideWidth - padLeft;
        if (strideWidth <= 2 && left >= 0 && ow + 4 <= outWidth && left + 3 * strideWidth + reach < width) {
          four(x, firstRow, endRow, left, left + reach + 1, width, strideWidth, dilationHeight, dilationWidth, out, indices);
          ow += 4;
          out += 16;
          indices += 16;
          continue;
        }
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
        ow++;
      }
    }
    x += (<usize>(height * width)) << 2;
  }
}

/** How much of a window counts along one axis: what lies in the input, or in the input and its declared padding. */
// @ts-ignore: decorator
@inline
function extent(start: i32, kernel: i32, size: i32, included: bool, pad: i32): i32 {
  return included ? min(start + kernel, size + pad) - start : min(start + kernel, size) - max(start, 0);
}

/**
 * The average of each window, from sums of columns: `sums` has room for a row and a vector. `fixed` is a fixed
 * divisor or 0. A window wholly in the padding has the average 0.
 */
export function avgPool_f32(
  planes: i32, height: i32, width: i32, kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, included: bool, fixed: f32, padBottom: i32, padRight: i32,
  x: usize, out: usize, sums: usize,
): void {
  const line = (<usize>width) << 2;
  for (let plane = 0; plane < planes; plane++) {
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - padTop;
      const first = max(top, 0);
      const end = min(height, top + kernelHeight);
      for (let c: usize = 0; c < line; c += 16) {
        let acc = zero();
        let p = x + (<usize>first) * line + c;
        for (let row = first; row < end; row++, p += line) acc = f32x4.add(acc, v128.load(p));
        v128.store(sums + c, acc);
      }
      const high = extent(top, kernelHeight, height, included, padBottom);
      const inner = splat32(fixed != 0 ? fixed : <f32>(high * kernelWidth));
      let ow = 0;
      while (ow < outWidth) {
        const left = ow * strideWidth - padLeft;
        const inside = strideWidth <= 2 && left >= 0 && ow + 4 <= outWidth && end > first;
        if (inside && left + 3 * strideWidth + kernelWidth <= width) {
          let acc = zero();
          const p = sums + ((<usize>left) << 2);
          for (let k = 0; k < kernelWidth; k++) acc = f32x4.add(acc, apart(p + (k << 2), strideWidth));
          v128.store(out, f32x4.div(acc, inner));
          ow += 4;
          out += 16;
          continue;
        }
        let total: f32 = 0;
        for (let col = max(left, 0); col < min(width, left + kernelWidth); col++)
          total += load<f32>(sums + ((<usize>col) << 2));
        if (total != 0) {
          const wide = extent(left, kernelWidth, width, included, padRight);
          total /= fixed != 0 ? fixed : <f32>(high * wide);
        }
        store<f32>(out, total);
        ow++;
        out += 4;
      }
    }
    x += (<usize>height) * line;
  }
}

/** The adjoint of avgPool_f32. */
export function avgPoolGrad_f32(
  planes: i32, height: i32, width: i32, kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  padTop: i32, padLeft: i32, outHeight: i32, outWidth: i32, included: bool, fixed: f32, padBottom: i32, padRight: i32,
  g: usize, out: usize, sums: usize,
): void {
  const line = (<usize>width) << 2;
  memory.fill(out, 0, (<usize>(planes * height)) * line);
  for (let plane = 0; plane < planes; plane++) {
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - padTop;
      const first = max(top, 0);
      const end = min(height, top + kernelHeight);
      const high = extent(top, kernelHeight, height, included, padBottom);
      const inner = splat32(fixed != 0 ? fixed : <f32>(high * kernelWidth));
      memory.fill(sums, 0, line);
      let ow = 0;
      while (ow < outWidth) {
        const left = ow * strideWidth - padLeft;
        if (strideWidth == 1 && left >= 0 && ow + 4 <= outWidth && left + 3 + kernelWidth <= width) {
          const share = f32x4.div(v128.load(g), inner);
          const p = sums + ((<usize>left) << 2);
          for (let k: usize = 0; k < (<usize>kernelWidth) << 2; k += 4)
            v128.store(p + k, f32x4.add(v128.load(p + k), share));
          ow += 4;
          g += 16;
          continue;
        }
        const wide = extent(left, kernelWidth, width, included, padRight);
        const share = load<f32>(g) / (fixed != 0 ? fixed : <f32>(high * wide));
        for (let col = max(left, 0); col < min(width, left + kernelWidth); col++) {
          const p = sums + ((<usize>col) << 2);
          store<f32>(p, load<f32>(p) + share);
        }
        ow++;
        g += 4;
      }
      for (let row = first; row < end; row++) {
        const p = out + (<usize>row) * line;
        let c: usize = 0;
        for (; c + 16 <= line; c += 16) v128.store(p + c, f32x4.add(v128.load(p + c), v128.load(sums + c)));
        for (; c < line; c += 4) store<f32>(p + c, load<f32>(p + c) + load<f32>(sums + c));
      }
    }
    out += (<usize>height) * line;
  }
}
