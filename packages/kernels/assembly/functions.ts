// exp, log, tanh, sigmoid, softplus and what is made of them, of four float32 at once. The polynomials of exp, log and tanh
// interpolate at Chebyshev nodes on the reduced range (a margin included), computed to 40 digits and rounded to float32;
// scripts/coefficients.py fitted the others. The worst errors found among millions of arguments of every exponent, in units
// of the last place: exp 1.1, log 0.9, tanh 2.4, sigmoid 2.5, silu 3.3, softplus 2.7.
// packages/kernels/test/accuracy.test.ts holds them to 2 (exp, log) and 4.

import { constant32, madd, polynomial } from './vector';

const ONE = memory.data<f32>([1]);
const TWO = memory.data<f32>([2]);
const LOG2_E = memory.data<f32>([1.44269504089]);
/** ln 2 in two parts, the first short enough that a whole number times it is exact. */
const LN2_HIGH = memory.data<f32>([0.693359375]);
const LN2_LOW = memory.data<f32>([-2.12194440e-4]);
/** 1.5·2²³: added to a small number it leaves no room for a fraction, and the sum's low bits are the number as an integer. */
const ROUND = memory.data<f32>([12582912]);

/** (eʳ − 1 − r) / r² for |r| ≤ ln 2 / 2. */
const EXP = memory.data<f32>([0.001392692661, 0.008363773874, 0.04166655011, 0.1666657338, 0.5]);

/** eʳ − 1 for |r| ≤ ln 2 / 2, where r = x − n·ln 2. */
// @ts-ignore: decorator
@inline
function expm1Rest(x: v128, n: v128): v128 {
  let r = f32x4.sub(x, f32x4.mul(n, constant32(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(n, constant32(LN2_LOW)));
  return madd<f32>(f32x4.mul(r, r), polynomial<f32>(r, EXP, 5), r);
}

/** eʳ for the same r. */
// @ts-ignore: decorator
@inline
function expRest(x: v128, n: v128): v128 {
  return f32x4.add(constant32(ONE), expm1Rest(x, n));
}

const EXP_LEAST = memory.data<f32>([-104]);
const EXP_GREATEST = memory.data<f32>([89]);
/** 1.5·2²³ + 2·127: the sum's low bits are those of the exponents of two powers of two. */
const ROUND_TWICE = memory.data<f32>([12583166]);

/** eˣ = 2ⁿ·eʳ with n = round(x / ln 2). */
// @ts-ignore: decorator
@inline
export function exp32(x: v128): v128 {
  // e⁸⁹ overflows and e⁻¹⁰⁴ is below half the least denormal: nothing is lost, and n stays small. Unlike min and max, these
  // are one instruction each; NaN passes as the first operand.
  x = f32x4.pmin(f32x4.pmax(x, constant32(EXP_LEAST)), constant32(EXP_GREATEST));
  const shifted = f32x4.add(f32x4.mul(x, constant32(LOG2_E)), constant32(ROUND_TWICE));
  const y = expRest(x, f32x4.sub(shifted, constant32(ROUND_TWICE)));
  // Two powers of two, because 2ⁿ alone overflows at n = 128 and is denormal below −126. What lies above their exponents'
  // bits is shifted out.
  const half = i32x4.shr_s(shifted, 1);
  return f32x4.mul(f32x4.mul(y, i32x4.shl(half, 23)), i32x4.shl(i32x4.sub(shifted, half), 23));
}

/** eˣ − 1 = (2ᵃ·(eʳ − 1) + (2ᵃ − 2⁻ᵇ))·2ᵇ, where a and b are the halves of n as in exp. */
// @ts-ignore: decorator
@inline
export function expm132(x: v128): v128 {
  const y = f32x4.pmin(f32x4.pmax(x, constant32(EXP_LEAST)), constant32(EXP_GREATEST));
  const shifted = f32x4.add(f32x4.mul(y, constant32(LOG2_E)), constant32(ROUND_TWICE));
  const rest = expm1Rest(y, f32x4.sub(shifted, constant32(ROUND_TWICE)));
  const first = v128.and(i32x4.shl(shifted, 22), i32x4.splat(0xff800000));
  const second = i32x4.sub(i32x4.shl(shifted, 23), first);
  const whole = f32x4.sub(first, i32x4.sub(i32x4.splat(0x7f000000), second));
  return withSign(f32x4.mul(madd<f32>(first, rest, whole), second), x);
}

/** 1.5·2²³ + 127 + 64: the sum's low bits are the exponent of 2ⁿ⁺⁶⁴. */
const ROUND_HIGH = memory.data<f32>([12583103]);
const TWO_TO_MINUS_64 = memory.data<f32>([5.421010862427522e-20]);

/** 2⁶⁴·f·eˣ for −120 ≤ x ≤ 0: never denormal, so that one power of two makes it. */
// @ts-ignore: decorator
@inline
function timesRaisedExp(f: v128, x: v128): v128 {
  const shifted = f32x4.add(f32x4.mul(x, constant32(LOG2_E)), constant32(ROUND_HIGH));
  const y = expRest(x, f32x4.sub(shifted, constant32(ROUND_HIGH)));
  return f32x4.mul(f32x4.mul(f, y), i32x4.shl(shifted, 23));
}

/** f·eˣ for −120 ≤ x ≤ 0, rounded once if it is denormal. */
// @ts-ignore: decorator
@inline
function timesExp(f: v128, x: v128): v128 {
  return f32x4.mul(timesRaisedExp(f, x), constant32(TWO_TO_MINUS_64));
}

/**
 * 2⁶⁴·eˣ for x ≤ 0, NaN: the terms of softmax, whose quotients by their total lack 2⁶⁴ again. Below −104 they stay at what
 * is nothing beside 2⁶⁴.
 */
// @ts-ignore: decorator
@inline
export function share32(x: v128): v128 {
  return timesRaisedExp(constant32(ONE), f32x4.pmax(x, constant32(EXP_LEAST)));
}

/** e^−|x|. */
// @ts-ignore: decorator
@inline
function expMinus(x: v128): v128 {
  return timesExp(constant32(ONE), f32x4.pmax(f32x4.neg(f32x4.abs(x)), constant32(EXP_LEAST)));
}

/** (2ᶠ − 1) / f for |f| ≤ ½, and 1. */
const POWER = memory.data<f32>([0.001326472789, 0.009671512613, 0.05550733739, 0.2402224209, 0.6931469776, 1]);

/** 2ᵗ for |t| < 126, to 2 units in the last place. */
// @ts-ignore: decorator
@inline
export function nearPower32(t: v128): v128 {
  const shifted = f32x4.add(t, constant32(ROUND));
  const f = f32x4.sub(t, f32x4.sub(shifted, constant32(ROUND)));
  return i32x4.add(polynomial<f32>(f, POWER, 6), i32x4.shl(shifted, 23));
}

/** √½, and the bits of a mantissa. */
const ROOT = memory.data<i32>([0x3f3504f3]);
const MANTISSA = memory.data<i32>([0x007fffff]);
const INFINITY = memory.data<f32>([Infinity]);
const MINUS_INFINITY = memory.data<f32>([-Infinity]);
const NOT_A_NUMBER = memory.data<f32>([NaN]);
const LEAST_NORMAL = memory.data<f32>([1.17549435e-38]);
/** 2²³ and its exponent. */
const RAISE = memory.data<f32>([8388608]);
const RAISED = memory.data<f32>([23]);
const MINUS_HALF = memory.data<f32>([-0.5]);
/** (ln(1 + f) − f + f² / 2) / f³ for √½ ≤ 1 + f ≤ √2. */
const LOG = memory.data<f32>([
  0.06970317724, -0.1149652063, 0.1169347425, -0.1242403814, 0.1424814707, -0.1666784, 0.2000074103, -0.2499999682,
  0.3333333108,
]);

/** ln x = e·ln 2 + ln(1 + f) with √½ ≤ 1 + f < √2. */
// @ts-ignore: decorator
@inline
export function log32(x: v128): v128 {
  const denormal = f32x4.lt(x, constant32(LEAST_NORMAL));
  const scaled = v128.bitselect(f32x4.mul(x, constant32(RAISE)), x, denormal);
  // The exponent of scaled / √½, so that the mantissa starts at √½.
  const shifted = i32x4.sub(scaled, constant32(ROOT));
  let e = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const mantissa = i32x4.add(v128.and(shifted, constant32(MANTISSA)), constant32(ROOT));
  e = f32x4.sub(e, v128.and(denormal, constant32(RAISED)));
  const f = f32x4.sub(mantissa, constant32(ONE));
  const z = f32x4.mul(f, f);
  let y = f32x4.mul(f32x4.mul(z, f), polynomial<f32>(f, LOG, 9));
  y = madd<f32>(e, constant32(LN2_LOW), y);
  y = madd<f32>(z, constant32(MINUS_HALF), y);
  y = f32x4.add(f32x4.mul(e, constant32(LN2_HIGH)), f32x4.add(f, y));
  // 0 → −∞, negative → NaN, +∞ and NaN stay.
  y = v128.bitselect(constant32(MINUS_INFINITY), y, f32x4.eq(x, f32x4.splat(0)));
  y = v128.bitselect(constant32(NOT_A_NUMBER), y, f32x4.lt(x, f32x4.splat(0)));
  return v128.bitselect(y, x, f32x4.lt(x, constant32(INFINITY)));
}

/** ln(1 + x): what u = 1 + x loses of x is added to ln u, unless that is infinite. */
// @ts-ignore: decorator
@inline
export function log1p32(x: v128): v128 {
  const u = f32x4.add(constant32(ONE), x);
  const lost = f32x4.div(f32x4.sub(x, f32x4.sub(u, constant32(ONE))), u);
  const finite = v128.and(f32x4.gt(u, f32x4.splat(0)), f32x4.lt(u, f32x4.splat(Infinity)));
  return withSign(f32x4.add(log32(u), v128.and(lost, finite)), x);
}

/** (2 artanh s − 2s) / s³ in s², 0 ≤ s ≤ ⅓. */
const ARTANH = memory.data<f32>([0.2802445425, 0.2799914208, 0.4002169899, 0.6666641313]);

/** ln(1 + e) = 2 artanh(e / (2 + e)) for 0 ≤ e ≤ 1. */
// @ts-ignore: decorator
@inline
function log1pSmall(e: v128): v128 {
  const s = f32x4.div(e, f32x4.add(constant32(TWO), e));
  const z = f32x4.mul(s, s);
  return madd<f32>(f32x4.mul(s, z), polynomial<f32>(z, ARTANH, 4), f32x4.add(s, s));
}

const LN2 = memory.data<f32>([0.69314718056]);

/** ln(eᵃ + eᵇ) = max + ln(1 + e^−|a − b|); equal ones apart, because infinite ones have no difference. */
// @ts-ignore: decorator
@inline
export function logaddexp32(a: v128, b: v128): v128 {
  const greater = v128.bitselect(a, b, f32x4.gt(a, b));
  const sum = f32x4.add(greater, log1pSmall(expMinus(f32x4.sub(a, b))));
  return v128.bitselect(f32x4.add(a, constant32(LN2)), sum, f32x4.eq(a, b));
}

/** The magnitude with the sign of x. */
// @ts-ignore: decorator
@inline
export function withSign(magnitude: v128, x: v128): v128 {
  return v128.bitselect(x, magnitude, i32x4.splat(0x80000000));
}

const TANH_SMALL = memory.data<f32>([0.625]);
/** tanh 10 rounds to 1. */
const TANH_LARGE = memory.data<f32>([10]);
const TWO_LOG2_E = memory.data<f32>([2.88539008178]);
/** (tanh x − x) / x³ in x², |x| ≤ 0.625. */
const TANH = memory.data<f32>([-0.006096714166, 0.020997179, -0.05385090958, 0.1333276974, -0.3333332894]);

/** tanh x: odd polynomial up to 0.625, 1 − 2 / (e²ˣ + 1) beyond. */
// @ts-ignore: decorator
@inline
export function tanh32(x: v128): v128 {
  const y = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  const small = madd<f32>(f32x4.mul(polynomial<f32>(z, TANH, 5), z), x, x);
  const e = nearPower32(f32x4.mul(f32x4.pmin(y, constant32(TANH_LARGE)), constant32(TWO_LOG2_E)));
  const large = f32x4.sub(constant32(ONE), f32x4.div(constant32(TWO), f32x4.add(e, constant32(ONE))));
  // NaN is not large.
  return v128.bitselect(withSign(large, x), small, f32x4.gt(y, constant32(TANH_SMALL)));
}

/** 1 / (1 + e⁻ˣ), for negative x as eˣ / (1 + eˣ). */
// @ts-ignore: decorator
@inline
export function sigmoid32(x: v128): v128 {
  const e = expMinus(x);
  const over = v128.bitselect(e, constant32(ONE), f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(over, f32x4.add(constant32(ONE), e));
}

/** s(v) + c·s′(v), s being sigmoid. s′ = e^−|v| / (1 + e^−|v|)², because 1 − s would lose digits. */
// @ts-ignore: decorator
@inline
function sigmoidPlus(v: v128, c: v128): v128 {
  const e = expMinus(v);
  const over = f32x4.div(constant32(ONE), f32x4.add(constant32(ONE), e));
  const s = f32x4.mul(v128.bitselect(e, constant32(ONE), f32x4.lt(v, f32x4.splat(0))), over);
  return madd<f32>(f32x4.mul(f32x4.mul(e, over), over), c, s);
}

const SILU_LEAST = memory.data<f32>([-120]);

/** x·σ(x), for negative x as (x·eˣ) / (1 + eˣ): eˣ alone may be denormal. */
// @ts-ignore: decorator
@inline
export function silu32(x: v128): v128 {
  const y = f32x4.pmax(f32x4.neg(f32x4.abs(x)), constant32(SILU_LEAST));
  // Below −120 nothing is left but a zero, or NaN from −∞.
  const factor = v128.bitselect(x, f32x4.mul(x, f32x4.splat(0)), f32x4.ge(x, constant32(SILU_LEAST)));
  const over = v128.bitselect(timesExp(factor, y), x, f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(over, f32x4.add(constant32(ONE), timesExp(constant32(ONE), y)));
}

/** g·(σ(x) + x·σ′(x)). */
// @ts-ignore: decorator
@inline
export function siluGrad32(g: v128, x: v128): v128 {
  return f32x4.mul(g, sigmoidPlus(x, x));
}

/** 2·√(2/π), 0.044715 and three times 0.044715 times it. */
const SCALE = memory.data<f32>([1.59576912161]);
const CUBE = memory.data<f32>([0.0713548162726]);
const THREE_CUBES = memory.data<f32>([0.214064448818]);

/** x·σ(2u), u = √(2/π)·(x + 0.044715x³). */
// @ts-ignore: decorator
@inline
export function geluTanh32(x: v128): v128 {
  const slope = madd<f32>(f32x4.mul(x, x), constant32(CUBE), constant32(SCALE));
  return f32x4.mul(x, sigmoid32(f32x4.mul(x, slope)));
}

/** g·(σ(2u) + x·σ′(2u)·2u′). Beyond ±30, where σ is 0 or 1, x counts as ±30: no 0·∞. */
// @ts-ignore: decorator
@inline
export function geluTanhGrad32(g: v128, x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-30)), f32x4.splat(30));
  const z = f32x4.mul(x, x);
  const v = f32x4.mul(x, madd<f32>(z, constant32(CUBE), constant32(SCALE)));
  const slope = f32x4.mul(madd<f32>(z, constant32(THREE_CUBES), constant32(SCALE)), x);
  return f32x4.mul(g, sigmoidPlus(v, slope));
}
