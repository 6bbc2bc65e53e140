// The terms of softmax: eˣ for x ≤ 0. Those of float32 are times 2⁶⁴, which their quotients by their total lack again: so
// they are never denormal, and one power of two makes them where exp needs two.

import { share32 } from './functions';
import { exp64, log64 } from './functions64';
import { splat } from './vector';

/** 2⁻⁶⁴. */
export const LOWER: f64 = 5.421010862427522e-20;

/** eˣ for x ≤ 0, with float32 times 2⁶⁴. */
// @ts-ignore: decorator
@inline
export function share<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return share32(x);
  return exp64(x);
}

/** eˣ for x ≤ 0, and a little more: what a logarithm of softmax is rounded to. */
// @ts-ignore: decorator
@inline
export function expBelow<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return f32x4.mul(share32(x), splat<f32>(LOWER));
  return exp64(x);
}

/** The logarithm of a total of shares. */
export function logOfShares<T>(sum: f64): f64 {
  return f64x2.extract_lane(log64(f64x2.splat(sizeof<T>() == 4 ? sum * LOWER : sum)), 0);
}
