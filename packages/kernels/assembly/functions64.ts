// exp, log, tanh, sigmoid of two float64 at once, made as those of float32 (functions.ts): polynomials that interpolate at
// Chebyshev nodes, computed to 50 digits and rounded to float64. packages/kernels/test/accuracy64.test.ts holds them, over
// all exponents, to 2 units in the last place (exp, log) and 4 (tanh, sigmoid), against 100-bit arithmetic.

import { madd } from './vector';

// @ts-ignore: decorator
@inline
function splat64(x: f64): v128 {
  return f64x2.splat(x);
}

/** 1.5·2⁵²: added to |n| < 2⁵¹ it leaves no room for a fraction, and n is in the sum's low bits. */
const SHIFT: f64 = 6755399441055744;

/** 2ⁿ for −1022 ≤ n ≤ 1023, from n + SHIFT: what lies above the exponent's 12 bits is shifted out. */
// @ts-ignore: decorator
@inline
function power(shifted: v128): v128 {
  return i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52);
}

/** eˣ = 2ⁿ·eʳ with n = round(x / ln 2), |r| ≤ ln 2 / 2. */
// @ts-ignore: decorator
@inline
export function exp64(x: v128): v128 {
  // e⁷¹⁰ overflows and e⁻⁷⁴⁶ is below half the least denormal. NaN passes as the first operand.
  x = f64x2.pmin(f64x2.pmax(x, splat64(-746)), splat64(710));
  const n = f64x2.sub(f64x2.add(f64x2.mul(x, splat64(1.4426950408889634)), splat64(SHIFT)), splat64(SHIFT));
  // ln 2 in two parts, the first short enough that n times it is exact.
  let r = f64x2.sub(x, f64x2.mul(n, splat64(0.6931471803691238)));
  r = f64x2.sub(r, f64x2.mul(n, splat64(1.9082149292705877e-10)));
  let p = splat64(2.5100424157005067e-8);
  p = madd<f64>(p, r, splat64(2.7620138719733994e-7));
  p = madd<f64>(p, r, splat64(2.7557268378684192e-6));
  p = madd<f64>(p, r, splat64(2.480152119021773e-5));
  p = madd<f64>(p, r, splat64(0.00019841269863105968));
  p = madd<f64>(p, r, splat64(0.0013888888917281794));
  p = madd<f64>(p, r, splat64(0.008333333333330051));
  p = madd<f64>(p, r, splat64(0.04166666666662399));
  p = madd<f64>(p, r, splat64(0.16666666666666669));
  p = madd<f64>(p, r, splat64(0.5));
  p = f64x2.add(splat64(1), madd<f64>(f64x2.mul(r, r), p, r));
  // Two powers of two, because 2ⁿ alone overflows at n = 1024 and is denormal below −1022.
  const half = f64x2.add(f64x2.mul(n, splat64(0.5)), splat64(SHIFT));
  const rest = f64x2.add(f64x2.sub(n, f64x2.sub(half, splat64(SHIFT))), splat64(SHIFT));
  return f64x2.mul(f64x2.mul(p, power(half)), power(rest));
}

/** ln x = e·ln 2 + ln(1 + f) with √½ ≤ 1 + f < √2, and ln(1 + f) = 2 artanh s, s = f / (2 + f). */
// @ts-ignore: decorator
@inline
export function log64(x: v128): v128 {
  const denormal = f64x2.lt(x, splat64(2.2250738585072014e-308));
  const scaled = v128.bitselect(f64x2.mul(x, splat64(18014398509481984)), x, denormal);
  // The exponent of scaled / √½, so that the mantissa starts at √½; 1023 more, so that it is not negative.
  const root = i64x2.splat(0x3fe6a09e667f3bcd);
  const shifted = i64x2.add(i64x2.sub(scaled, root), i64x2.splat(0x3ff0000000000000));
  // Written into the low bits of 2⁵².
  let e = v128.or(i64x2.shr_u(shifted, 52), i64x2.splat(0x4330000000000000));
  e = f64x2.sub(f64x2.sub(e, splat64(4503599627371519)), v128.and(denormal, splat64(54)));
  const f = f64x2.sub(i64x2.add(v128.and(shifted, i64x2.splat(0x000fffffffffffff)), root), splat64(1));
  const s = f64x2.div(f, f64x2.add(splat64(2), f));
  const z = f64x2.mul(s, s);
  let p = splat64(0.14619343453558123);
  p = madd<f64>(p, z, splat64(0.1533148723586137));
  p = madd<f64>(p, z, splat64(0.18182896183483246));
  p = madd<f64>(p, z, splat64(0.22222211037816586));
  p = madd<f64>(p, z, splat64(0.28571428626570206));
  p = madd<f64>(p, z, splat64(0.3999999999989819));
  p = madd<f64>(p, z, splat64(0.666666666666667));
  // 2 artanh s = 2s + s·z·p, and 2s = f − h + s·h with h = f² / 2: f, which is exact, is added last.
  const h = f64x2.mul(f64x2.mul(f, f), splat64(0.5));
  const low = f64x2.mul(e, splat64(1.9082149292705877e-10));
  const small = madd<f64>(s, madd<f64>(z, p, h), low);
  let y = f64x2.sub(f64x2.mul(e, splat64(0.6931471803691238)), f64x2.sub(f64x2.sub(h, small), f));
  // 0 → −∞, negative → NaN, +∞ and NaN stay.
  y = v128.bitselect(splat64(-Infinity), y, f64x2.eq(x, splat64(0)));
  y = v128.bitselect(splat64(NaN), y, f64x2.lt(x, splat64(0)));
  return v128.bitselect(y, x, f64x2.lt(x, splat64(Infinity)));
}

/** tanh x: odd polynomial up to 0.625, 1 − 2 / (e²ˣ + 1) beyond. */
// @ts-ignore: decorator
@inline
export function tanh64(x: v128): v128 {
  const y = f64x2.abs(x);
  const z = f64x2.mul(x, x);
  let p = splat64(-1.7238854831212458e-5);
  p = madd<f64>(p, z, splat64(7.958836395476518e-5));
  p = madd<f64>(p, z, splat64(-0.00023076733939584318));
  p = madd<f64>(p, z, splat64(0.0005874334463556696));
  p = madd<f64>(p, z, splat64(-0.0014553082909922706));
  p = madd<f64>(p, z, splat64(0.0035920588147481613));
  p = madd<f64>(p, z, splat64(-0.00886322981497458));
  p = madd<f64>(p, z, splat64(0.021869488259665122));
  p = madd<f64>(p, z, splat64(-0.05396825396137026));
  p = madd<f64>(p, z, splat64(0.1333333333332663));
  p = madd<f64>(p, z, splat64(-0.3333333333333332));
  const small = madd<f64>(f64x2.mul(p, z), x, x);
  const e = exp64(f64x2.add(y, y));
  const large = f64x2.sub(splat64(1), f64x2.div(splat64(2), f64x2.add(e, splat64(1))));
  const signed = v128.bitselect(x, large, i64x2.splat(0x8000000000000000));
  return v128.bitselect(small, signed, f64x2.lt(y, splat64(0.625)));
}

/** 1 / (1 + e⁻ˣ), for negative x as eˣ / (1 + eˣ). */
// @ts-ignore: decorator
@inline
export function sigmoid64(x: v128): v128 {
  const e = exp64(f64x2.neg(f64x2.abs(x)));
  const over = v128.bitselect(e, splat64(1), f64x2.lt(x, splat64(0)));
  return f64x2.div(over, f64x2.add(splat64(1), e));
}
