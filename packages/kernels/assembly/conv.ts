// Convolutions as matrix products whose one factor, the patches, is never laid out as a whole: patches are packed from
// the padded image straight into slivers. A patch element is image[positions[p] + taps[t]], both tables in bytes.

import { KC } from './gemm';
import { packRows, transpose4 } from './panels';
import { multiplyBlock } from './squares';

/** Columns of the output computed at a time: KC × NC patches stay in the second-level cache. */
const NC: i32 = 256;

/**
 * Writes x [channels, height, width] into an image [channels, tall, wide] from (top, left) on, where inside. What is
 * outside x was zeroed before and stays so.
 */
export function image<T>(
  x: usize, channels: i32, height: i32, width: i32, top: i32, left: i32, tall: i32, wide: i32, out: usize,
): void {
  const size = sizeof<T>();
  const first = max(0, -left);
  const end = min(width, wide - left);
  if (end <= first) return;
  const bytes = (<usize>(end - first)) * size;
  for (let ch = 0; ch < channels; ch++) {
    for (let r = max(0, -top); r < min(height, tall - top); r++) {
      const p = x + (<usize>((ch * height + r) * width + first)) * size;
      const q = out + (<usize>((ch * tall + top + r) * wide + left + first)) * size;
      // By hand: a call of memory.copy costs more than a short row.
      let at: usize = 0;
      for (; at + 16 <= bytes; at += 16) v128.store(q + at, v128.load(p + at));
      for (; at < bytes; at += size) store<T>(q + at, load<T>(p + at));
    }
  }
}

/** Whether a vector of positions are neighbours: they ascend, so that the last tells. */
// @ts-ignore: decorator
@inline
function neighbours<T>(positions: usize): bool {
  const lanes = 16 / sizeof<T>();
  return load<u32>(positions + ((lanes - 1) << 2)) == load<u32>(positions) + <u32>(16 - sizeof<T>());
}

/** Packs a sliver of two vectors: of the one, at `here`, each lane lies elsewhere; the other, at `there`, is whole. */
function packBroken(
  end: usize, taps: usize, p0: usize, p1: usize, p2: usize, p3: usize, whole: usize, here: usize, there: usize,
): void {
  for (; taps < end; taps += 4) {
    const tap = load<u32>(taps);
    v128.store(there, v128.load(whole + tap));
    let v = v128.load_zero<f32>(p0 + tap);
    v = v128.load_lane<f32>(p1 + tap, v, 1);
    v = v128.load_lane<f32>(p2 + tap, v, 2);
    v128.store(here, v128.load_lane<f32>(p3 + tap, v, 3));
    here += 32;
    there += 32;
  }
}

/** Packs patches [depth taps, cols positions] as gemm's slivers of columns. */
function packPatches<T>(cols: i32, depth: i32, img: usize, positions: usize, taps: usize, out: usize): void {
  const size = sizeof<T>();
  const lanes: i32 = 16 / <i32>size;
  const end = taps + ((<usize>depth) << 2);
  for (let j = 0; j < cols; j += 2 * lanes) {
    const left = cols - j;
    const wide = left > lanes;
    const width = wide ? 2 * lanes : lanes;
    const count = min(left, width);
    const from = positions + ((<usize>j) << 2);
    const p0 = img + load<u32>(from);
    if (count == width) {
      const p1 = img + load<u32>(from + (lanes << 2));
      const near = neighbours<T>(from), far = wide && neighbours<T>(from + (lanes << 2));
      if (near && !wide) {
        for (let t = taps; t < end; t += 4) {
          v128.store(out, v128.load(p0 + load<u32>(t)));
          out += 16;
        }
        continue;
      }
      if (near && far) {
        for (let t = taps; t < end; t += 4) {
          const tap = load<u32>(t);
          v128.store(out, v128.load(p0 + tap));
          v128.store(out, v128.load(p1 + tap), 16);
          out += 32;
        }
        continue;
      }
      if (sizeof<T>() == 4 && wide) {
        // Where a row of the output ends within a vector, its lanes are fetched one by one.
        if (near) {
          const b = from + 16;
          packBroken(
            end, taps, img + load<u32>(b), img + load<u32>(b, 4), img + load<u32>(b, 8), img + load<u32>(b, 12), p0,
            out + 16, out,
          );
        } else if (far) {
          packBroken(
            end, taps, p0, img + load<u32>(from, 4), img + load<u32>(from, 8), img + load<u32>(from, 12), p1, out,
            out + 16,
          );
        }
        if (near || far) {
          out += (<usize>depth) << 5;
          continue;
        }
      }
    }
    const step = (<usize>width) * size;
    for (let s = 0; s < count; s++) {
      const p = img + load<u32>(from + (s << 2));
      let q = out + (<usize>s) * size;
      for (let t = taps; t < end; t += 4) {
        store<T>(q, load<T>(p + load<u32>(t)));
        q += step;
      }
    }
    for (let s = count; s < width; s++) {
      let q = out + (<usize>s) * size;
      for (let t = taps; t < end; t += 4) {
        store<T>(q, <T>0);
        q += step;
      }
    }
    out += (<usize>depth) * step;
  }
}

/** Packs patches transposed, [count positions, cols taps], as gemm's slivers of columns. */
function packTaps<T>(count: i32, cols: i32, img: usize, positions: usize, taps: usize, out: usize): void {
  const size = sizeof<T>();
  const lanes: i32 = 16 / <i32>size;
  for (let j = 0; j < cols; j += 2 * lanes) {
    const left = cols - j;
    const wide = left > lanes;
    const width = wide ? 2 * lanes : lanes;
    const full = min(left, width);
    const t = taps + ((<usize>j) << 2);
    const step = (<usize>width) * size;
    // Columns beyond the last tap repeat it: what is computed from them is cut off.
    const last = full - 1;
    const t0 = load<u32>(t), t1 = load<u32>(t + (min(1, last) << 2)), t2 = load<u32>(t + (min(2, last) << 2));
    const t3 = load<u32>(t + (min(3, last) << 2)), t4 = load<u32>(t + (min(4, last) << 2));
    const t5 = load<u32>(t + (min(5, last) << 2)), t6 = load<u32>(t + (min(6, last) << 2));
    const t7 = load<u32>(t + (min(7, last) << 2));
    let p = 0;
    while (p < count) {
      const at = positions + ((<usize>p) << 2);
      const base = img + load<u32>(at);
      if (sizeof<T>() == 4 && p + 4 <= count && load<u32>(at, 12) == load<u32>(at) + 12) {
        transpose4(
          v128.load(base + t0), v128.load(base + t1), v128.load(base + t2), v128.load(base + t3), out, step,
        );
        if (wide) {
          transpose4(
            v128.load(base + t4), v128.load(base + t5), v128.load(base + t6), v128.load(base + t7), out + 16, step,
          );
        }
        out += 4 * step;
        p += 4;
        continue;
      }
      for (let s = 0; s < full; s++) {
        store<T>(out, load<T>(base + load<u32>(t + (s << 2))));
        out += size;
      }
      for (let s = full; s < width; s++) {
        store<T>(out, <T>0);
        out += size;
      }
      p++;
    }
  }
}

/** Packs the weights [rows, depth] in blocks of depth KC, block d at rows·d. */
function packWeights<T>(rows: i32, depth: i32, w: usize, out: usize): void {
  const size = sizeof<T>();
  for (let d = 0; d < depth; d += KC) {
    packRows<T>(rows, min(KC, depth - d), w + (<usize>d) * size, (<isize>depth) * size, size, out + (<usize>(rows * d)) * size);
  }
}

/** out [rows, positions] = bias + weights · patches; bias as multiplyBlock takes it. */
function convolve<T>(
  rows: i32, depth: i32, count: i32, packed: usize, img: usize, positions: usize, taps: usize, bias: usize,
  out: usize, work: usize,
): void {
  const size = sizeof<T>();
  const cRow = (<usize>count) * size;
  for (let j = 0; j < count; j += NC) {
    const cols = min(NC, count - j);
    for (let d = 0; d < depth; d += KC) {
      const deep = min(KC, depth - d);
      packPatches<T>(cols, deep, img, positions + ((<usize>j) << 2), taps + ((<usize>d) << 2), work);
      const first = d == 0;
      multiplyBlock<T>(
        rows, cols, deep, packed + (<usize>(rows * d)) * size, work, out + (<usize>j) * size, cRow, <T>1,
        first ? <T>0 : <T>1, first ? bias : 0,
      );
    }
  }
}

/** out [rows, depth] += g [rows, positions] · patchesᵀ; work holds a panel of g and one of patches. */
function correlate<T>(
  rows: i32, depth: i32, count: i32, g: usize, img: usize, positions: usize, taps: usize, out: usize, work: usize,
): void {
  const size = sizeof<T>();
  const gRow = (<usize>count) * size;
  const other = work + (((<usize>(rows * KC)) * size + 15) & ~15);
  for (let p = 0; p < count; p += KC) {
    const deep = min(KC, count - p);
    packRows<T>(rows, deep, g + (<usize>p) * size, gRow, size, work);
    for (let j = 0; j < depth; j += NC) {
      const cols = min(NC, depth - j);
      packTaps<T>(deep, cols, img, positions + ((<usize>p) << 2), taps + ((<usize>j) << 2), other);
      multiplyBlock<T>(rows, cols, deep, work, other, out + (<usize>j) * size, (<usize>depth) * size, <T>1, <T>1, 0);
    }
  }
}

/** out [channels, rows, taps] = w [rows, channels, taps] with the taps reversed: the weights of the adjoint. */
function reverse<T>(rows: i32, channels: i32, taps: i32, w: usize, out: usize): void {
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < rows; r++) {
      let p = w + (<usize>((r * channels + c) * taps)) * sizeof<T>();
      for (let t = taps - 1; t >= 0; t--) {
        store<T>(out + (<usize>t) * sizeof<T>(), load<T>(p));
        p += sizeof<T>();
      }
      out += (<usize>taps) * sizeof<T>();
    }
  }
}

/** Writes x [planes, height, width] into out at steps, in elements, between its planes, rows and columns. */
function spread<T>(
  planes: i32, height: i32, width: i32, x: usize, out: usize, plane: i32, row: i32, col: i32,
): void {
  const size = sizeof<T>();
  for (let p = 0; p < planes; p++) {
    for (let r = 0; r < height; r++) {
      let q = out + (<usize>(p * plane + r * row)) * size;
      const end = x + (<usize>width) * size;
      for (; x < end; x += size, q += (<usize>col) * size) store<T>(q, load<T>(x));
    }
  }
}

export function spread_f32(planes: i32, height: i32, width: i32, x: usize, out: usize, plane: i32, row: i32, col: i32): void {
  spread<f32>(planes, height, width, x, out, plane, row, col);
}
export function spread_f64(planes: i32, height: i32, width: i32, x: usize, out: usize, plane: i32, row: i32, col: i32): void {
  spread<f64>(planes, height, width, x, out, plane, row, col);
}
export function image_f32(x: usize, channels: i32, height: i32, width: i32, top: i32, left: i32, tall: i32, wide: i32, out: usize): void {
  image<f32>(x, channels, height, width, top, left, tall, wide, out);
}
export function image_f64(x: usize, channels: i32, height: i32, width: i32, top: i32, left: i32, tall: i32, wide: i32, out: usize): void {
  image<f64>(x, channels, height, width, top, left, tall, wide, out);
}
export function packWeights_f32(rows: i32, depth: i32, w: usize, out: usize): void {
  packWeights<f32>(rows, depth, w, out);
}
export function packWeights_f64(rows: i32, depth: i32, w: usize, out: usize): void {
  packWeights<f64>(rows, depth, w, out);
}
export function convolve_f32(rows: i32, depth: i32, count: i32, packed: usize, img: usize, positions: usize, taps: usize, bias: usize, out: usize, work: usize): void {
  convolve<f32>(rows, depth, count, packed, img, positions, taps, bias, out, work);
}
export function convolve_f64(rows: i32, depth: i32, count: i32, packed: usize, img: usize, positions: usize, taps: usize, bias: usize, out: usize, work: usize): void {
  convolve<f64>(rows, depth, count, packed, img, positions, taps, bias, out, work);
}
export function correlate_f32(rows: i32, depth: i32, count: i32, g: usize, img: usize, positions: usize, taps: usize, out: usize, work: usize): void {
  correlate<f32>(rows, depth, count, g, img, positions, taps, out, work);
}
export function correlate_f64(rows: i32, depth: i32, count: i32, g: usize, img: usize, positions: usize, taps: usize, out: usize, work: usize): void {
  correlate<f64>(rows, depth, count, g, img, positions, taps, out, work);
}
export function reverse_f32(rows: i32, channels: i32, taps: i32, w: usize, out: usize): void {
  reverse<f32>(rows, channels, taps, w, out);
}
export function reverse_f64(rows: i32, channels: i32, taps: i32, w: usize, out: usize): void {
  reverse<f64>(rows, channels, taps, w, out);
}
/** totals += sums, which are zeroed. A sum of many float32 terms made in parts loses fewer digits. */
export function settle_f32(count: i32, sums: usize, totals: usize): void {
  const end = totals + ((<usize>count) << 2);
  for (; totals + 16 <= end; totals += 16, sums += 16) {
    v128.store(totals, f32x4.add(v128.load(totals), v128.load(sums)));
    v128.store(sums, i32x4.splat(0));
  }
  for (; totals < end; totals += 4, sums += 4) {
    store<f32>(totals, load<f32>(totals) + load<f32>(sums));
    store<f32>(sums, 0);
  }
}
/** Zeroes `bytes` of memory. */
export function clear(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes);
}
