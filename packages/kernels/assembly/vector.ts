// What every kernel shares. T is f32 or f64; a vector holds 16 / sizeof<T>() of them.

/** a·b + c: fused, with one rounding, where the build has relaxed SIMD. */
// @ts-ignore: decorator
@inline
export function madd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
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

/** x rounded to T, in every place. */
// @ts-ignore: decorator
@inline
export function splat<T>(x: f64): v128 {
  return v128.splat<T>(<T>x);
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
