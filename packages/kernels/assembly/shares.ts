// The terms of softmax: eˣ for x ≤ 0. Those of float32 are times 2⁶⁴, which their quotients by their total lack again: so
// they are never denormal, and one power of two makes them where exp needs two.

import { exp64, log64 } from './functions64';
import { madd, splat } from './vector';

/** 2⁻⁶⁴. */
export const LOWER: f64 = 5.421010862427522e-20;

// Constants lie in memory: one instruction each, where a literal takes three, which Node 24 repeats at each use.
const LEAST = memory.data<f32>([-104]);
const LOG2_E = memory.data<f32>([1.44269504089]);
/** 1.5·2²³ + 127 + 64: it leaves no room for a fraction, and the sum's low bits are the exponent of 2ⁿ⁺⁶⁴. */
const ROUND = memory.data<f32>([12583103]);
/** ln 2 in two parts, the first short enough that n times it is exact. */
const LN2_HIGH = memory.data<f32>([0.693359375]);
const LN2_LOW = memory.data<f32>([2.12194440e-4]);
const ONE = memory.data<f32>([1]);
/** (eʳ − 1 − r) / r² for |r| ≤ ln 2 / 2, as in functions.ts. */
const TERMS = memory.data<f32>([0.5, 0.1666657338, 0.04166655011, 0.008363773874, 0.001392692661]);

/** 2⁶⁴·eˣ = 2ⁿ⁺⁶⁴·eʳ with n = round(x / ln 2). Below −104 it stays at what is nothing beside 2⁶⁴; NaN stays. */
// @ts-ignore: decorator
@inline
function share32(x: v128): v128 {
  x = f32x4.pmax(x, v128.load32_splat(LEAST));
  const shifted = f32x4.add(f32x4.mul(x, v128.load32_splat(LOG2_E)), v128.load32_splat(ROUND));
  const n = f32x4.sub(shifted, v128.load32_splat(ROUND));
  let r = f32x4.sub(x, f32x4.mul(n, v128.load32_splat(LN2_HIGH)));
  r = madd<f32>(n, v128.load32_splat(LN2_LOW), r);
  // In pairs of terms: the shorter the chain, the more of it runs at a time.
  const s = f32x4.mul(r, r);
  const low = madd<f32>(r, v128.load32_splat(TERMS, 4), v128.load32_splat(TERMS));
  let p = madd<f32>(r, v128.load32_splat(TERMS, 12), v128.load32_splat(TERMS, 8));
  p = madd<f32>(madd<f32>(s, v128.load32_splat(TERMS, 16), p), s, low);
  p = f32x4.add(v128.load32_splat(ONE), madd<f32>(s, p, r));
  return f32x4.mul(p, i32x4.shl(shifted, 23));
}

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
