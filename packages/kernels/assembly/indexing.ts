// Elements and rows picked and put at positions that an index names. T is i32 or i64 where elements are only moved, and
// f32, f64 or i32 where they are added up. Strides are in bytes; the index holds positions of 4 bytes.

/** The greatest of n ≥ 1 positions, none of them negative. */
export function greatest_i32(n: i32, index: usize): i32 {
  let m = i32x4.splat(0);
  const end = index + (<usize>n << 2);
  for (; index + 16 <= end; index += 16) m = i32x4.max_s(m, v128.load(index));
  m = i32x4.max_s(m, i32x4.shuffle(m, m, 2, 3, 0, 1));
  let most = max<i32>(i32x4.extract_lane(m, 0), i32x4.extract_lane(m, 1));
  for (; index < end; index += 4) most = max<i32>(most, load<i32>(index));
  return most;
}

/** out[o, j, i] = x[o·xOuter + index[o, j, i]·jump + i·xInner], index and out [outer, count, inner]. */
// @ts-ignore: decorator
@inline
function gather<T>(
  outer: i32, count: i32, inner: i32, x: usize, xOuter: i32, jump: i32, xInner: i32, index: usize, out: usize,
): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      let p = x;
      const end = index + (<usize>inner << 2);
      for (; index < end; index += 4) {
        store<T>(out, load<T>(p + load<i32>(index) * jump));
        out += sizeof<T>();
        p += xInner;
      }
    }
    x += xOuter;
  }
}

/** The adjoint of gather: out[o·outOuter + index[o, j, i]·jump + i·outInner] += src[o, j, i], or = without `add`. */
// @ts-ignore: decorator
@inline
function scatter<T>(
  outer: i32, count: i32, inner: i32, index: usize, src: usize, out: usize, outOuter: i32, jump: i32, outInner: i32,
  add: bool,
): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      let q = out;
      const end = index + (<usize>inner << 2);
      for (; index < end; index += 4) {
        const at = q + load<i32>(index) * jump;
        const value = load<T>(src);
        store<T>(at, add ? <T>(load<T>(at) + value) : value);
        src += sizeof<T>();
        q += outInner;
      }
    }
    out += outOuter;
  }
}

/** out[o, j, …] = x[o, index[j], …] in rows of `inner` elements, x [outer, size, inner], out [outer, count, inner]. */
// @ts-ignore: decorator
@inline
function takeRows<T>(outer: i32, size: i32, inner: i32, count: i32, x: usize, index: usize, out: usize): void {
  const bytes = <usize>inner * sizeof<T>();
  const whole = bytes & ~15;
  const end = index + (<usize>count << 2);
  for (let o = 0; o < outer; o++) {
    for (let k = index; k < end; k += 4) {
      const p = x + <usize>load<i32>(k) * bytes;
      let i: usize = 0;
      for (; i < whole; i += 16) v128.store(out + i, v128.load(p + i));
      for (; i < bytes; i += sizeof<T>()) store<T>(out + i, load<T>(p + i));
      out += bytes;
    }
    x += <usize>size * bytes;
  }
}

/** out[o, index[j], …] += src[o, j, …], or = without `add`: the adjoint of takeRows. */
// @ts-ignore: decorator
@inline
function putRows<T>(
  outer: i32, size: i32, inner: i32, count: i32, index: usize, src: usize, out: usize, add: bool,
): void {
  const bytes = <usize>inner * sizeof<T>();
  const whole = bytes & ~15;
  const end = index + (<usize>count << 2);
  for (let o = 0; o < outer; o++) {
    for (let k = index; k < end; k += 4) {
      const q = out + <usize>load<i32>(k) * bytes;
      let i: usize = 0;
      for (; i < whole; i += 16) {
        const v = v128.load(src + i);
        v128.store(q + i, add ? v128.add<T>(v128.load(q + i), v) : v);
      }
      for (; i < bytes; i += sizeof<T>()) {
        const v = load<T>(src + i);
        store<T>(q + i, add ? <T>(load<T>(q + i) + v) : v);
      }
      src += bytes;
    }
    out += <usize>size * bytes;
  }
}

export function gather_32(
  outer: i32, count: i32, inner: i32, x: usize, xOuter: i32, jump: i32, xInner: i32, index: usize, out: usize,
): void {
  gather<i32>(outer, count, inner, x, xOuter, jump, xInner, index, out);
}

export function gather_64(
  outer: i32, count: i32, inner: i32, x: usize, xOuter: i32, jump: i32, xInner: i32, index: usize, out: usize,
): void {
  gather<i64>(outer, count, inner, x, xOuter, jump, xInner, index, out);
}

export function scatter_32(
  outer: i32, count: i32, inner: i32, index: usize, src: usize, out: usize, outOuter: i32, jump: i32, outInner: i32,
): void {
  scatter<i32>(outer, count, inner, index, src, out, outOuter, jump, outInner, false);
}

export function scatter_64(
  outer: i32, count: i32, inner: i32, index: usize, src: usize, out: usize, outOuter: i32, jump: i32, outInner: i32,
): void {
  scatter<i64>(outer, count, inner, index, src, out, outOuter, jump, outInner, false);
}

export function scatterAdd_f32(
  outer: i32, count: i32, inner: i32, index: usize, src: usize, out: usize, outOuter: i32, jump: i32, outInner: i32,
): void {
  scatter<f32>(outer, count, inner, index, src, out, outOuter, jump, outInner, true);
}

export function scatterAdd_f64(
  outer: i32, count: i32, inner: i32, index: usize, src: usize, out: usize, outOuter: i32, jump: i32, outInner: i32,
): void {
  scatter<f64>(outer, count, inner, index, src, out, outOuter, jump, outInner, true);
}

export function scatterAdd_i32(
  outer: i32, count: i32, inner: i32, index: usize, src: usize, out: usize, outOuter: i32, jump: i32, outInner: i32,
): void {
  scatter<i32>(outer, count, inner, index, src, out, outOuter, jump, outInner, true);
}

export function takeRows_32(outer: i32, size: i32, inner: i32, count: i32, x: usize, index: usize, out: usize): void {
  takeRows<i32>(outer, size, inner, count, x, index, out);
}

export function takeRows_64(outer: i32, size: i32, inner: i32, count: i32, x: usize, index: usize, out: usize): void {
  takeRows<i64>(outer, size, inner, count, x, index, out);
}

export function putRows_32(outer: i32, size: i32, inner: i32, count: i32, index: usize, src: usize, out: usize): void {
  putRows<i32>(outer, size, inner, count, index, src, out, false);
}

export function putRows_64(outer: i32, size: i32, inner: i32, count: i32, index: usize, src: usize, out: usize): void {
  putRows<i64>(outer, size, inner, count, index, src, out, false);
}

export function addRows_f32(outer: i32, size: i32, inner: i32, count: i32, index: usize, src: usize, out: usize): void {
  putRows<f32>(outer, size, inner, count, index, src, out, true);
}

export function addRows_f64(outer: i32, size: i32, inner: i32, count: i32, index: usize, src: usize, out: usize): void {
  putRows<f64>(outer, size, inner, count, index, src, out, true);
}

export function addRows_i32(outer: i32, size: i32, inner: i32, count: i32, index: usize, src: usize, out: usize): void {
  putRows<i32>(outer, size, inner, count, index, src, out, true);
}
