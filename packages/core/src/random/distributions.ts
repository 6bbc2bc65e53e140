import { boxMullerDouble, boxMullerFloat } from './boxMuller.ts';
import { erf, erfinv } from './erfinv.ts';
import { fma } from './fma.ts';
import type { Generator } from './generator.ts';

const { abs, cos, floor, fround, log, log2, PI, sin, sqrt, SQRT2 } = Math;
const FLOAT32_MAX = (2 - 2 ** -23) * 2 ** 127;
const TWO_32 = 2 ** 32;
const identity = (x: number): number => x;

/** Where a real-valued distribution can be drawn into. */
export type FloatArray = Float32Array | Float64Array;
/** Where an integer-valued distribution can be drawn into; bool tensors are stored as Uint8Array. */
export type NumberArray = FloatArray | Int32Array | Uint8Array;

// Every fill overwrites the whole of `out`, in order, with what PyTorch's CPU kernel of the same name would
// draw from a generator in the same state, and leaves the generator in the state PyTorch would. All arguments
// are checked before the first draw: a fill that throws has drawn and written nothing. `caller` names the
// operation in those errors. What is equal to the bit and what is not is stated at each; the tests hold the
// numbers to PyTorch's.

/**
 * Uniform on [from, to): u·(to − from) + from with u of 24 random bits in float32 and 53 in float64
 * (`Tensor.uniform_`; `rand` is from 0 to 1). Bit-equal. As in PyTorch the last rounding may yield `to`
 * itself. Throws RangeError unless from ≤ to, both finite and within the dtype's range.
 */
export function fillUniform(
  out: FloatArray,
  from: number,
  to: number,
  generator: Generator,
  caller = 'uniform',
): void {
  const single = out instanceof Float32Array;
  const max = single ? FLOAT32_MAX : Number.MAX_VALUE;
  const dtype = single ? 'float32' : 'float64';
  check(abs(from) <= max, `${caller}: from is out of bounds for ${dtype}: ${from}`);
  check(abs(to) <= max, `${caller}: to is out of bounds for ${dtype}: ${to}`);
  check(from <= to, `${caller}: expects to return a [from, to) range, but found from=${from} > to=${to}`);
  check(to - from <= max, `${caller}: to - from must not overflow, got from=${from}, to=${to}`);
  if (single) {
    const low = fround(from);
    const width = fround(fround(to) - low);
    // The product is exact in double, so this rounds once, as ATen's fused multiply-add does.
    for (let i = 0; i < out.length; i++) out[i] = generator.random24() * width + low;
  } else {
    const width = to - from;
    for (let i = 0; i < out.length; i++) out[i] = fma(generator.random53(), width, from);
  }
}

/**
 * Normal with the given mean and standard deviation, by Box–Muller (`Tensor.normal_`; for `randn` 0 and 1).
 *
 * Below 16 elements each sample is computed alone in double, cosines first, and the sine waits in
 * `generator.cachedNormal` for the next such sample, of whatever call and dtype. From 16 elements on, `out`
 * is filled with uniforms and transformed in blocks of 8 + 8; a remainder is served by redrawing the last 16
 * elements whole. That path neither uses nor clears the cached sample.
 *
 * Bit-equal in float32 (see `boxMullerFloat`); in float64 up to the last bits of `Math.log`, `sin` and `cos`
 * (see `boxMullerDouble`).
 * Throws RangeError for a NaN mean, a NaN std or std < 0.
 */
export function fillNormal(
  out: FloatArray,
  mean: number,
  std: number,
  generator: Generator,
  caller = 'normal',
): void {
  const size = out.length;
  if (size < 16) {
    fillNormalSingly(out, mean, std, generator, caller);
    return;
  }
  checkNormal(mean, std, caller);
  const tail = size - 16;
  if (out instanceof Float32Array) {
    const mean32 = fround(mean);
    const std32 = fround(std);
    for (let i = 0; i < size; i++) out[i] = generator.random24();
    for (let at = 0; at <= tail; at += 16) boxMullerFloat(out, at, mean32, std32);
    if (size % 16 === 0) return;
    for (let i = tail; i < size; i++) out[i] = generator.random24();
    boxMullerFloat(out, tail, mean32, std32);
  } else {
    for (let i = 0; i < size; i++) out[i] = generator.random53();
    for (let at = 0; at <= tail; at += 16) boxMullerDouble(out, at, mean, std);
    if (size % 16 === 0) return;
    for (let i = tail; i < size; i++) out[i] = generator.random53();
    boxMullerDouble(out, tail, mean, std);
  }
}

/** {@link fillNormal} of any number of samples one by one, as PyTorch draws them for tensors that are not contiguous. */
export function fillNormalSingly(
  out: FloatArray,
  mean: number,
  std: number,
  generator: Generator,
  caller = 'normal',
): void {
  checkNormal(mean, std, caller);
  for (let i = 0; i < out.length; i++) out[i] = fma(nextNormal(generator), std, mean);
}

function checkNormal(mean: number, std: number, caller: string): void {
  check(mean === mean, `${caller}: the mean is NaN`);
  check(std >= 0, `${caller}: expects std >= 0.0, but found std ${std}`);
}

/** One sample of N(0, 1) in double (`normal_distribution<double>`). */
function nextNormal(generator: Generator): number {
  const cached = generator.cachedNormal;
  if (cached !== undefined) {
    generator.cachedNormal = undefined;
    return cached;
  }
  const theta = 2 * PI * generator.random53();
  const radius = sqrt(-2 * log(1 - generator.random53()));
  generator.cachedNormal = radius * sin(theta);
  return radius * cos(theta);
}

/**
 * Integers uniform on [low, high): a random word modulo high − low (`Tensor.random_(from, to)`, `randint`).
 * Bit-equal to PyTorch's of the same dtype, and for ranges below 2³² to its int64 as well. Ranges of 2³² and
 * more take 64-bit words, in float dtypes. As in PyTorch, float32 bounds beyond 2²⁴ move inwards to
 * representable ones. Throws RangeError unless low < high are safe integers whose range [low, high − 1] fits
 * the dtype.
 */
export function fillRandint(
  out: NumberArray,
  low: number,
  high: number,
  generator: Generator,
  caller = 'randint',
): void {
  check(Number.isSafeInteger(low), `${caller}: low must be an integer, got ${low}`);
  check(Number.isSafeInteger(high), `${caller}: high must be an integer, got ${high}`);
  check(low < high, `${caller}: expects 'from' to be less than 'to', but got from=${low} >= to=${high}`);
  let from = low;
  let to = high;
  if (out instanceof Float32Array) {
    from = representableFrom(low);
    to = representableTo(high);
    check(from < to, `${caller}: no float32 lies in [${low}, ${high})`);
  } else if (!(out instanceof Float64Array)) {
    const [dtype, min, max] =
      out instanceof Uint8Array ? ['uint8', 0, 255] : ['int32', -(2 ** 31), 2 ** 31 - 1];
    check(from >= min, `${caller}: from is out of bounds for ${dtype}: ${from}`);
    check(to - 1 <= max, `${caller}: to - 1 is out of bounds for ${dtype}: ${to - 1}`);
  }
  const range = to - from;
  if (range < TWO_32 || !isFloatArray(out)) {
    for (let i = 0; i < out.length; i++) out[i] = (generator.random32() % range) + from;
  } else {
    const wide = BigInt(to) - BigInt(from);
    for (let i = 0; i < out.length; i++) out[i] = Number((generator.random64() % wide) + BigInt(from));
  }
}

/** `from`, or the float32 above it where from + 1 would round below from (`update_from<float>`). */
function representableFrom(from: number): number {
  const next = fround(from + 1);
  return next < from ? next + spacing32(from + 1) : from;
}

/** `to`, or the float32 below it where to − 1 would round up to it (`update_to<float>`). */
function representableTo(to: number): number {
  const last = fround(to - 1);
  return last >= to ? last - spacing32(to - 1) : to;
}

/** The distance between neighbouring float32 at `x`. */
function spacing32(x: number): number {
  return 2 ** (floor(log2(abs(x))) - 23);
}

/**
 * 1 with probability p, else 0 (`Tensor.bernoulli_`). A number p compares 53 random bits per element, in
 * every dtype; so does a Float64Array, element by element; any other array of probabilities is taken as
 * float32 and compares 24. An array holds one p per element, or a single one. The mask of `dropout` with
 * probability q is `fillBernoulli(mask, 1 - q, …)` (and PyTorch draws nothing for q = 0 and q = 1).
 * Bit-equal. (PyTorch wheels built with Intel's MKL draw a number p's samples from MKL's own stream instead.)
 * Throws RangeError for any p outside [0, 1], NaN included, or a wrong number of them.
 */
export function fillBernoulli(
  out: NumberArray,
  p: number | ArrayLike<number>,
  generator: Generator,
  caller = 'bernoulli',
): void {
  const size = out.length;
  if (typeof p === 'number') {
    check(p >= 0 && p <= 1, `${caller}: expects p to be in [0, 1], but got p=${p}`);
    for (let i = 0; i < size; i++) out[i] = generator.random53() < p ? 1 : 0;
    return;
  }
  const count = p.length;
  check(count === size || count === 1, `${caller}: got ${count} probabilities for ${size} elements`);
  for (let i = 0; i < count; i++) {
    const each = p[i];
    if (!(each >= 0 && each <= 1)) {
      throw new RangeError(`${caller}: expects p to be in [0, 1], but got p[${i}]=${each}`);
    }
  }
  const step = count === 1 ? 0 : 1;
  if (p instanceof Float64Array) {
    for (let i = 0; i < size; i++) out[i] = generator.random53() < p[i * step] ? 1 : 0;
  } else {
    for (let i = 0; i < size; i++) out[i] = generator.random24() < fround(p[i * step]) ? 1 : 0;
  }
}

/**
 * A random permutation of 0 … n − 1 by Fisher–Yates from the front (`randperm`), n − 1 words. Bit-equal.
 * Throws RangeError unless n is the length of `out` and its dtype holds every integer below n.
 */
export function fillRandperm(out: NumberArray, n: number, generator: Generator, caller = 'randperm'): void {
  check(Number.isInteger(n) && n >= 0, `${caller}: n must be a non-negative integer, got ${n}`);
  check(n === out.length, `${caller}: n is ${n}, but there are ${out.length} elements to fill`);
  const limit = out instanceof Uint8Array ? 2 ** 8 : out instanceof Float32Array ? 2 ** 24 : 2 ** 31;
  check(n <= limit, `${caller}: n = ${n} is too large for the dtype, which has room for ${limit}`);
  for (let i = 0; i < n; i++) out[i] = i;
  for (let i = 0; i < n - 1; i++) {
    const j = i + (generator.random32() % (n - i));
    const saved = out[i];
    out[i] = out[j]!;
    out[j] = saved;
  }
}

/**
 * Exponential with rate `lambda`: −ln(1 − u)/λ in double, u of 53 random bits (`Tensor.exponential_`).
 * Bit-equal in float32; in float64 up to the last bits of `Math.log` (6 % of samples off by 1 or 2 ulp on
 * Node 20). (MKL builds of PyTorch draw from MKL's own stream.) Throws RangeError unless λ > 0.
 */
export function fillExponential(
  out: FloatArray,
  lambda: number,
  generator: Generator,
  caller = 'exponential',
): void {
  check(lambda > 0, `${caller}: expects lambda > 0.0, but found lambda=${lambda}`);
  const scale = -1 / lambda;
  for (let i = 0; i < out.length; i++) out[i] = scale * log(1 - generator.random53());
}

/**
 * Normal(mean, std²) kept within [a, b] by inverting its distribution function on uniforms
 * (`torch.nn.init.trunc_normal_`). The stream is PyTorch's; the values agree within 2e-6·std in float32 and
 * 1e-12·std in float64 (seen in 3·10⁶ samples: 1.2e-6 and 1.5e-13, and 95 % of the float32 bit-equal).
 * Throws RangeError unless std > 0 and a ≤ b, and for a NaN.
 */
export function fillTruncNormal(
  out: FloatArray,
  mean: number,
  std: number,
  a: number,
  b: number,
  generator: Generator,
  caller = 'truncNormal',
): void {
  check(mean === mean, `${caller}: the mean is NaN`);
  check(std > 0, `${caller}: expects std > 0.0, but found std ${std}`);
  check(a <= b, `${caller}: expects a <= b, but found a=${a}, b=${b}`);
  const low = (1 + erf((a - mean) / std / SQRT2)) / 2;
  const high = (1 + erf((b - mean) / std / SQRT2)) / 2;
  fillUniform(out, 2 * low - 1, 2 * high - 1, generator, caller);
  const round = out instanceof Float32Array ? fround : identity;
  const [scale, shift, min, max] = [round(std * SQRT2), round(mean), round(a), round(b)];
  for (let i = 0; i < out.length; i++) {
    const x = round(round(erfinv(out[i], round) * scale) + shift);
    out[i] = x < min ? min : x > max ? max : x;
  }
}

function isFloatArray(out: NumberArray): out is FloatArray {
  return out instanceof Float32Array || out instanceof Float64Array;
}

function check(condition: boolean, message: string): void {
  if (!condition) throw new RangeError(message);
}
