// Max pooling. Neighbouring windows are done a vector of them at a time; the last vector of a row reaches
// into the next row, which is written after it, so buffers have a vector to spare. T is the type of an element, I the integer
// as wide as it.

import { splat, zero } from './vector';

/** Scratch for a vector: memory that is never handed out. */
const PLACES: usize = 528;

/** Where v is better than best: greater, or the first NaN. */
// @ts-ignore: decorator
@inline
function better<T>(v: v128, best: v128): v128 {
  return v128.andnot(v128.eq<T>(best, best), v128.le<T>(v, best));
}

/** Every other element of two vectors, from the first or from the second on. */
// @ts-ignore: decorator
@inline
function even<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.shuffle(a, b, 0, 2, 4, 6) : i64x2.shuffle(a, b, 0, 2);
}

// @ts-ignore: decorator
@inline
function odd<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.shuffle(a, b, 1, 3, 5, 7) : i64x2.shuffle(a, b, 1, 3);
}

/** A vector of elements that lie `step` apart. */
// @ts-ignore: decorator
@inline
export function apart<T>(p: usize, step: i32): v128 {
  if (step == 1) return v128.load(p);
  const by = (<usize>step) * sizeof<T>();
  if (sizeof<T>() == 8) return v128.load64_lane(p + by, v128.load64_zero(p), 1);
  if (step == 2) return i32x4.shuffle(v128.load(p), v128.load(p, 16), 0, 2, 4, 6);
  const two = v128.load32_lane(p + by, v128.load32_zero(p), 1);
  return v128.load32_lane(p + 3 * by, v128.load32_lane(p + 2 * by, two, 2), 3);
}

/** 0, step, 2 step, … */
// @ts-ignore: decorator
@inline
export function multiples<I>(step: i32): v128 {
  if (sizeof<I>() == 4) return i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(step));
  return i64x2.replace_lane(zero(), 1, step);
}

// @ts-ignore: decorator
@inline
function storePlaces<I>(p: usize, places: v128): void {
  if (sizeof<I>() == 4) v128.store(p, places);
  else v128.store64_lane(p, i32x4.shuffle(places, places, 0, 2, 0, 2), 0);
}

/** Windows of 2 × 2 at stride 2 without padding: two rows' pairs, then the better of the pairs. */
function pairs<T, I>(
  planes: i32, height: i32, width: i32, outHeight: i32, outWidth: i32, x: usize, out: usize, indices: usize,
): void {
  const line = (<usize>width) * sizeof<T>();
  const lanes = <i32>(16 / sizeof<T>());
  for (let plane = 0; plane < planes; plane++) {
    for (let oh = 0; oh < outHeight; oh++) {
      let p = x + (<usize>(2 * oh)) * line;
      let first = v128.add<I>(v128.splat<I>(<I>(2 * oh * width)), multiples<I>(2));
      for (let ow = 0; ow < outWidth; ow += lanes, p += 32) {
        const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p + line), d = v128.load(p + line, 16);
        let top = even<T>(a, b);
        let low = even<T>(c, d);
        const right = odd<T>(a, b);
        const lowRight = odd<T>(c, d);
        // A mask is −1 where it is set.
        let take = better<T>(right, top);
        top = v128.bitselect(right, top, take);
        const place = v128.sub<I>(first, take);
        take = better<T>(lowRight, low);
        low = v128.bitselect(lowRight, low, take);
        const lowPlace = v128.sub<I>(v128.add<I>(first, v128.splat<I>(<I>width)), take);
        take = better<T>(low, top);
        v128.store(out + (<usize>ow) * sizeof<T>(), v128.bitselect(low, top, take));
        storePlaces<I>(indices + ((<usize>ow) << 2), v128.bitselect(lowPlace, place, take));
        first = v128.add<I>(first, v128.splat<I>(<I>(2 * lanes)));
      }
      out += (<usize>outWidth) * sizeof<T>();
      indices += (<usize>outWidth) << 2;
    }
    x += (<usize>height) * line;
  }
}

/** Neighbouring windows whose first row and column lie in the plane, at `left`, as do their columns before `end`. */
function inside<T, I>(
  x: usize, firstRow: i32, endRow: i32, left: i32, end: i32, width: i32, step: i32, dilationHeight: i32,
  dilationWidth: i32, out: usize, indices: usize,
): void {
  const start = firstRow * width + left;
  let row = v128.add<I>(v128.splat<I>(<I>start), multiples<I>(step));
  const down = v128.splat<I>(<I>(dilationHeight * width));
  const right = v128.splat<I>(<I>dilationWidth);
  const by = (<usize>dilationWidth) * sizeof<T>();
  let p = x + (<usize>start) * sizeof<T>();
  let place = row;
  let best = apart<T>(p, step);
  for (let r = firstRow; r < endRow; r += dilationHeight) {
    let at = row;
    let q = p;
    for (let col = left; col < end; col += dilationWidth, q += by) {
      const v = apart<T>(q, step);
      const take = better<T>(v, best);
      best = v128.bitselect(v, best, take);
      place = v128.bitselect(at, place, take);
      at = v128.add<I>(at, right);
    }
    row = v128.add<I>(row, down);
    p += (<usize>(dilationHeight * width)) * sizeof<T>();
  }
  v128.store(out, best);
  storePlaces<I>(indices, place);
}

/** inside for windows of three columns next to each other: the chain of choices is that of the rows, not of all elements. */
function insideThree<T, I>(
  x: usize, firstRow: i32, endRow: i32, left: i32, width: i32, step: i32, dilationHeight: i32, out: usize,
  indices: usize,
): void {
  const start = firstRow * width + left;
  let row = v128.add<I>(v128.splat<I>(<I>start), multiples<I>(step));
  const down = v128.splat<I>(<I>(dilationHeight * width));
  let p = x + (<usize>start) * sizeof<T>();
  let place = row;
  let best = apart<T>(p, step);
  for (let r = firstRow; r < endRow; r += dilationHeight) {
    let most = apart<T>(p, step);
    const second = apart<T>(p + sizeof<T>(), step);
    const third = apart<T>(p + 2 * sizeof<T>(), step);
    let take = better<T>(second, most);
    most = v128.bitselect(second, most, take);
    let at = v128.sub<I>(row, take);
    take = better<T>(third, most);
    most = v128.bitselect(third, most, take);
    at = v128.bitselect(v128.add<I>(row, v128.splat<I>(2)), at, take);
    take = better<T>(most, best);
    best = v128.bitselect(most, best, take);
    place = v128.bitselect(at, place, take);
    row = v128.add<I>(row, down);
    p += (<usize>(dilationHeight * width)) * sizeof<T>();
  }
  v128.store(out, best);
  storePlaces<I>(indices, place);
}

/** Neighbouring windows that reach over the left or right edge, where their elements do not count. */
function across<T, I>(
  x: usize, firstRow: i32, endRow: i32, left: i32, end: i32, width: i32, step: i32, dilationHeight: i32,
  dilationWidth: i32, out: usize, indices: usize,
): void {
  for (let k = 0; k < <i32>(16 / sizeof<T>()); k++) {
    let col = left + k * step;
    if (col < 0) col += ((dilationWidth - 1 - col) / dilationWidth) * dilationWidth;
    store<I>(PLACES + (<usize>k) * sizeof<I>(), <I>(firstRow * width + col));
  }
  const steps = multiples<I>(step);
  const wide = v128.splat<I>(<I>width);
  let place = v128.load(PLACES);
  let best = splat<T>(-Infinity);
  for (let r = firstRow; r < endRow; r += dilationHeight) {
    const p = x + (<usize>(r * width)) * sizeof<T>();
    const row = v128.splat<I>(<I>(r * width));
    for (let c = left; c < end; c += dilationWidth) {
      const v = apart<T>(p + (<usize>c) * sizeof<T>(), step);
      const cols = v128.add<I>(v128.splat<I>(<I>c), steps);
      const counts = v128.and(v128.ge<I>(cols, zero()), v128.lt<I>(cols, wide));
      const take = v128.and(better<T>(v, best), counts);
      best = v128.bitselect(v, best, take);
      place = v128.bitselect(v128.add<I>(row, cols), place, take);
    }
  }
  v128.store(out, best);
  storePlaces<I>(indices, place);
}

/** The maximum of each window and its position. x may be read from padLeft elements before it to LANES windows after it. */
function maxPool<T, I>(
  planes: i32, height: i32, width: i32, kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  padTop: i32, padLeft: i32, dilationHeight: i32, dilationWidth: i32, outHeight: i32, outWidth: i32, x: usize,
  out: usize, indices: usize,
): void {
  const plain = padTop == 0 && padLeft == 0 && dilationHeight == 1 && dilationWidth == 1;
  const two = kernelHeight == 2 && kernelWidth == 2 && strideHeight == 2 && strideWidth == 2;
  if (plain && two && 2 * outHeight <= height && 2 * outWidth <= width) {
    pairs<T, I>(planes, height, width, outHeight, outWidth, x, out, indices);
    return;
  }
  const lanes = <i32>(16 / sizeof<T>());
  const three = kernelWidth == 3 && dilationWidth == 1;
  const reach = (kernelWidth - 1) * dilationWidth;
  for (let plane = 0; plane < planes; plane++) {
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - padTop;
      const firstRow = top < 0 ? top + ((-top + dilationHeight - 1) / dilationHeight) * dilationHeight : top;
      const endRow = min(height, top + kernelHeight * dilationHeight);
      for (let ow = 0; ow < outWidth; ow += lanes) {
        const left = ow * strideWidth - padLeft;
        const last = (min(ow + lanes, outWidth) - 1) * strideWidth - padLeft;
        const to = out + (<usize>ow) * sizeof<T>();
        const at = indices + ((<usize>ow) << 2);
        if (left >= 0 && last + reach < width && three)
          insideThree<T, I>(x, firstRow, endRow, left, width, strideWidth, dilationHeight, to, at);
        else if (left >= 0 && last + reach < width)
          inside<T, I>(x, firstRow, endRow, left, left + reach + 1, width, strideWidth, dilationHeight, dilationWidth, to, at);
        else
          across<T, I>(x, firstRow, endRow, left, left + reach + 1, width, strideWidth, dilationHeight, dilationWidth, to, at);
      }
      out += (<usize>outWidth) * sizeof<T>();
      indices += (<usize>outWidth) << 2;
    }
    x += (<usize>(height * width)) * sizeof<T>();
  }
}
export function maxPool_f32(
  planes: i32, height: i32, width: i32, kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  padTop: i32, padLeft: i32, dilationHeight: i32, dilationWidth: i32, outHeight: i32, outWidth: i32, x: usize,
  out: usize, indices: usize,
): void {
  maxPool<f32, i32>(
    planes, height, width, kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft, dilationHeight,
    dilationWidth, outHeight, outWidth, x, out, indices,
  );
}
export function maxPool_f64(
  planes: i32, height: i32, width: i32, kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  padTop: i32, padLeft: i32, dilationHeight: i32, dilationWidth: i32, outHeight: i32, outWidth: i32, x: usize,
  out: usize, indices: usize,
): void {
  maxPool<f64, i64>(
    planes, height, width, kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft, dilationHeight,
    dilationWidth, outHeight, outWidth, x, out, indices,
  );
}
