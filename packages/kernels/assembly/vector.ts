// What every kernel shares. T is f32 or f64; a vector holds 16 / sizeof<T>() of them.

/** a·b + c: fused, with one rounding, where the build has relaxed SIMD. */
// @ts-ignore: decorator
@inline
export function madd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

/** A vector full of a constant that lies in memory: one instruction. A literal takes three, which Node 24 repeats at each use. */
// @ts-ignore: decorator
@inline
export function constant32(p: usize): v128 {
  return v128.load32_splat(p);
}

// @ts-ignore: decorator
@inline
export function constant64(p: usize): v128 {
  return v128.load64_splat(p);
}

/** A polynomial of x by Horner's rule, `terms` coefficients (2 … 11) `step` bytes apart, in order of falling power. */
// @ts-ignore: decorator
@inline
function horner<T>(x: v128, p: usize, step: i32, terms: i32): v128 {
  let sum = v128.load_splat<T>(p);
  sum = madd<T>(sum, x, v128.load_splat<T>(p + step));
  if (terms > 2) sum = madd<T>(sum, x, v128.load_splat<T>(p + 2 * step));
  if (terms > 3) sum = madd<T>(sum, x, v128.load_splat<T>(p + 3 * step));
  if (terms > 4) sum = madd<T>(sum, x, v128.load_splat<T>(p + 4 * step));
  if (terms > 5) sum = madd<T>(sum, x, v128.load_splat<T>(p + 5 * step));
  if (terms > 6) sum = madd<T>(sum, x, v128.load_splat<T>(p + 6 * step));
  if (terms > 7) sum = madd<T>(sum, x, v128.load_splat<T>(p + 7 * step));
  if (terms > 8) sum = madd<T>(sum, x, v128.load_splat<T>(p + 8 * step));
  if (terms > 9) sum = madd<T>(sum, x, v128.load_splat<T>(p + 9 * step));
  if (terms > 10) sum = madd<T>(sum, x, v128.load_splat<T>(p + 10 * step));
  return sum;
}

/**
 * A polynomial of x; its coefficients, `terms` (2 … 22) of them, in order of falling power, lie in memory. A long one is two
 * in x², of which neither waits for the other.
 */
// @ts-ignore: decorator
@inline
export function polynomial<T>(x: v128, coefficients: usize, terms: i32): v128 {
  const size: i32 = sizeof<T>();
  if (terms < 5) return horner<T>(x, coefficients, size, terms);
  const z = v128.mul<T>(x, x);
  const u = horner<T>(z, coefficients, 2 * size, (terms + 1) >> 1);
  const v = horner<T>(z, coefficients + size, 2 * size, terms >> 1);
  return terms & 1 ? madd<T>(v, x, u) : madd<T>(u, x, v);
}

/** x rounded to T, in every place. */
// @ts-ignore: decorator
@inline
export function splat<T>(x: f64): v128 {
  return v128.splat<T>(<T>x);
}

// @ts-ignore: decorator
@inline
export function splat32(x: f32): v128 {
  return f32x4.splat(x);
}

// @ts-ignore: decorator
@inline
export function zero(): v128 {
  return i32x4.splat(0);
}

/** Scratch for a vector: memory that is never handed out. */
const HELD: usize = 512;

/**
 * v by way of memory. Engines move what has no effects into the loop that uses it, and into every copy they unroll of it,
 * where a logarithm is then computed again and again; a load stays where it is.
 */
// @ts-ignore: decorator
@inline
export function held(v: v128): v128 {
  v128.store(HELD, v);
  return v128.load(HELD);
}
