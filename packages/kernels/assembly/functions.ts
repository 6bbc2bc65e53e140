// exp, log, tanh, sigmoid, erf of four float32 at once. The polynomials interpolate at Chebyshev nodes on the reduced range
// (a margin included), computed to 40 digits and rounded to float32. The worst errors found among eight million arguments of
// every exponent, in units of the last place: exp 1.05, log 0.82, tanh 1.30, sigmoid 2.23, erf 1.41;
// packages/kernels/test/accuracy.test.ts holds them to 2 (exp, log) and 4.

import { madd, splat32 } from './vector';

/** Two powers of two, because 2ⁿ alone overflows at n = 128 and is denormal below −126. */
// @ts-ignore: decorator
@inline
function scale(x: v128, n: v128): v128 {
  const half = i32x4.shr_s(n, 1);
  const rest = i32x4.sub(n, half);
  const bias = i32x4.splat(127);
  x = f32x4.mul(x, i32x4.shl(i32x4.add(half, bias), 23));
  return f32x4.mul(x, i32x4.shl(i32x4.add(rest, bias), 23));
}

/** eˣ. */
// @ts-ignore: decorator
@inline
export function exp32(x: v128): v128 {
  // e⁸⁹ overflows and e⁻¹⁰⁴ is below half the least denormal: nothing is lost, and n stays small. Unlike min and max, these
  // are one instruction each; NaN passes as the first operand.
  return timesExp32(splat32(1), f32x4.pmin(f32x4.pmax(x, splat32(-104)), splat32(89)));
}

/** f·eˣ for −150 ≤ x ≤ 89, NaN: eˣ = 2ⁿ·eʳ with n = round(x / ln 2), |r| ≤ ln 2 / 2; f·eʳ loses nothing yet. */
// @ts-ignore: decorator
@inline
function timesExp32(f: v128, x: v128): v128 {
  // Adding 1.5·2²³ leaves no room for a fraction: the sum's low bits are n as an integer.
  const shifted = f32x4.add(f32x4.mul(x, splat32(1.44269504089)), splat32(12582912));
  const n = f32x4.sub(shifted, splat32(12582912));
  // ln 2 in two parts, the first short enough that n times it is exact.
  let r = f32x4.sub(x, f32x4.mul(n, splat32(0.693359375)));
  r = madd<f32>(n, splat32(2.12194440e-4), r);
  let p = splat32(0.001392692661);
  p = madd<f32>(p, r, splat32(0.008363773874));
  p = madd<f32>(p, r, splat32(0.04166655011));
  p = madd<f32>(p, r, splat32(0.1666657338));
  p = madd<f32>(p, r, splat32(0.5));
  p = f32x4.add(splat32(1), madd<f32>(f32x4.mul(r, r), p, r));
  return scale(f32x4.mul(f, p), i32x4.sub(shifted, i32x4.splat(0x4b400000)));
}

/** ln x = e·ln 2 + ln(1 + f) with √½ ≤ 1 + f < √2. */
// @ts-ignore: decorator
@inline
export function log32(x: v128): v128 {
  const denormal = f32x4.lt(x, splat32(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, splat32(8388608)), x, denormal);
  // The exponent of scaled / √½, so that the mantissa starts at √½.
  const shifted = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  let e = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  e = f32x4.sub(e, v128.and(denormal, splat32(23)));
  const f = f32x4.sub(mantissa, splat32(1));
  const z = f32x4.mul(f, f);
  let p = splat32(0.06970317724);
  p = madd<f32>(p, f, splat32(-0.1149652063));
  p = madd<f32>(p, f, splat32(0.1169347425));
  p = madd<f32>(p, f, splat32(-0.1242403814));
  p = madd<f32>(p, f, splat32(0.1424814707));
  p = madd<f32>(p, f, splat32(-0.1666784));
  p = madd<f32>(p, f, splat32(0.2000074103));
  p = madd<f32>(p, f, splat32(-0.2499999682));
  p = madd<f32>(p, f, splat32(0.3333333108));
  let y = f32x4.mul(f32x4.mul(z, f), p);
  y = madd<f32>(e, splat32(-2.12194440e-4), y);
  y = madd<f32>(z, splat32(-0.5), y);
  y = f32x4.add(f32x4.mul(e, splat32(0.693359375)), f32x4.add(f, y));
  // 0 → −∞, negative → NaN, +∞ and NaN stay.
  y = v128.bitselect(splat32(-Infinity), y, f32x4.eq(x, splat32(0)));
  y = v128.bitselect(splat32(NaN), y, f32x4.lt(x, splat32(0)));
  return v128.bitselect(y, x, f32x4.lt(x, splat32(Infinity)));
}

// @ts-ignore: decorator
@inline
function withSign(magnitude: v128, x: v128): v128 {
  return v128.bitselect(x, magnitude, i32x4.splat(0x80000000));
}

/** tanh x: odd polynomial up to 0.625, 1 − 2 / (e²ˣ + 1) beyond. */
// @ts-ignore: decorator
@inline
export function tanh32(x: v128): v128 {
  const y = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = splat32(-0.006096714166);
  p = madd<f32>(p, z, splat32(0.020997179));
  p = madd<f32>(p, z, splat32(-0.05385090958));
  p = madd<f32>(p, z, splat32(0.1333276974));
  p = madd<f32>(p, z, splat32(-0.3333332894));
  const small = madd<f32>(f32x4.mul(p, z), x, x);
  const e = exp32(f32x4.add(y, y));
  const large = f32x4.sub(splat32(1), f32x4.div(splat32(2), f32x4.add(e, splat32(1))));
  return v128.bitselect(small, withSign(large, x), f32x4.lt(y, splat32(0.625)));
}

/** 1 / (1 + e⁻ˣ), for negative x as eˣ / (1 + eˣ). */
// @ts-ignore: decorator
@inline
export function sigmoid32(x: v128): v128 {
  const e = exp32(f32x4.neg(f32x4.abs(x)));
  const over = v128.bitselect(e, splat32(1), f32x4.lt(x, splat32(0)));
  return f32x4.div(over, f32x4.add(splat32(1), e));
}

/** erf x: odd polynomial up to 0.95, 1 − exp(−q(|x|)) beyond with q = −ln erfc. */
// @ts-ignore: decorator
@inline
export function erf32(x: v128): v128 {
  const y = f32x4.pmin(f32x4.abs(x), splat32(4)); // erf 4 rounds to 1.
  const s = f32x4.mul(y, y);
  let p = splat32(8.204169676e-5);
  p = madd<f32>(p, s, splat32(-0.0008102915561));
  p = madd<f32>(p, s, splat32(0.005197487227));
  p = madd<f32>(p, s, splat32(-0.02685795906));
  p = madd<f32>(p, s, splat32(0.1128366947));
  p = madd<f32>(p, s, splat32(-0.3761263205));
  p = madd<f32>(p, s, splat32(0.1283791665));
  const small = madd<f32>(p, x, x);
  let q = splat32(-1.643188503e-6);
  q = madd<f32>(q, y, splat32(4.617359212e-5));
  q = madd<f32>(q, y, splat32(-0.0005977387719));
  q = madd<f32>(q, y, splat32(0.004763726759));
  q = madd<f32>(q, y, splat32(-0.02643202139));
  q = madd<f32>(q, y, splat32(0.1100974143));
  q = madd<f32>(q, y, splat32(0.6318099787));
  q = madd<f32>(q, y, splat32(1.130241215));
  q = madd<f32>(q, y, splat32(-0.0003215876866));
  const large = f32x4.sub(splat32(1), exp32(f32x4.neg(q)));
  return v128.bitselect(small, withSign(large, x), f32x4.lt(y, splat32(0.95)));
}

/** ln(1 + e) for 0 ≤ e ≤ 1: what 1 + e loses of e is added to the logarithm. */
// @ts-ignore: decorator
@inline
function log1p32(e: v128): v128 {
  const u = f32x4.add(splat32(1), e);
  const lost = f32x4.sub(e, f32x4.sub(u, splat32(1)));
  return f32x4.add(log32(u), f32x4.div(lost, u));
}

/** ln(eᵃ + eᵇ) = max + ln(1 + e^−|a − b|); equal ones apart, because infinite ones have no difference. */
// @ts-ignore: decorator
@inline
export function logaddexp32(a: v128, b: v128): v128 {
  const greater = v128.bitselect(a, b, f32x4.gt(a, b));
  const rest = log1p32(exp32(f32x4.neg(f32x4.abs(f32x4.sub(a, b)))));
  return v128.bitselect(f32x4.add(a, splat32(0.69314718056)), f32x4.add(greater, rest), f32x4.eq(a, b));
}

/** The normal distribution function. */
// @ts-ignore: decorator
@inline
function normal32(x: v128): v128 {
  return f32x4.mul(splat32(0.5), f32x4.add(splat32(1), erf32(f32x4.mul(x, splat32(0.70710678119)))));
}

/** x·Φ(x). */
// @ts-ignore: decorator
@inline
export function gelu32(x: v128): v128 {
  return f32x4.mul(x, normal32(x));
}

/** g·(Φ(x) + x·φ(x)). */
// @ts-ignore: decorator
@inline
export function geluGrad32(g: v128, x: v128): v128 {
  const density = exp32(f32x4.mul(f32x4.mul(x, x), splat32(-0.5)));
  return f32x4.mul(g, madd<f32>(f32x4.mul(x, splat32(0.39894228040)), density, normal32(x)));
}

/** x·σ(x), for negative x as (x·eˣ) / (1 + eˣ): eˣ alone may be denormal. */
// @ts-ignore: decorator
@inline
export function silu32(x: v128): v128 {
  const y = f32x4.neg(f32x4.abs(x));
  // Below −120 nothing is left but a zero, or NaN from −∞.
  const factor = v128.bitselect(x, f32x4.mul(x, splat32(0)), f32x4.ge(x, splat32(-120)));
  const low = timesExp32(factor, f32x4.pmax(y, splat32(-120)));
  return f32x4.div(v128.bitselect(low, x, f32x4.lt(x, splat32(0))), f32x4.add(splat32(1), exp32(y)));
}

/** g·σ(x)·(1 + x·(1 − σ(x))). */
// @ts-ignore: decorator
@inline
export function siluGrad32(g: v128, x: v128): v128 {
  const s = sigmoid32(x);
  return f32x4.mul(g, f32x4.mul(s, madd<f32>(x, f32x4.sub(splat32(1), s), splat32(1))));
}

/** x·σ(2u), u = √(2/π)·(x + 0.044715x³). */
// @ts-ignore: decorator
@inline
export function geluTanh32(x: v128): v128 {
  const slope = madd<f32>(f32x4.mul(x, x), splat32(0.0713548162726), splat32(1.59576912161));
  return f32x4.mul(x, sigmoid32(f32x4.mul(x, slope)));
}

/** g·(σ(2u) + x·σ′(2u)·2u′). Beyond ±30, where σ is 0 or 1, x counts as ±30: no 0·∞. */
// @ts-ignore: decorator
@inline
export function geluTanhGrad32(g: v128, x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, splat32(-30)), splat32(30));
  const z = f32x4.mul(x, x);
  const v = f32x4.mul(x, madd<f32>(z, splat32(0.0713548162726), splat32(1.59576912161)));
  const slope = f32x4.mul(madd<f32>(z, splat32(0.214064448818), splat32(1.59576912161)), x);
  // σ′ as e^−|v| / (1 + e^−|v|)², because 1 − σ would lose digits.
  const e = exp32(f32x4.neg(f32x4.abs(v)));
  const over = f32x4.div(splat32(1), f32x4.add(splat32(1), e));
  const s = f32x4.mul(v128.bitselect(e, splat32(1), f32x4.lt(v, splat32(0))), over);
  return f32x4.mul(g, madd<f32>(f32x4.mul(f32x4.mul(e, over), over), slope, s));
}
