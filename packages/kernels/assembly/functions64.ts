// exp, log, tanh, sigmoid, softplus and what is made of them, of two float64 at once, made as those of float32
// (functions.ts), to 50 digits. packages/kernels/test/accuracy64.test.ts holds them, over all exponents, to 2 units in the
// last place (exp, log) and 4, against 100-bit arithmetic.

import { constant64, madd, polynomial } from './vector';

const ONE = memory.data<f64>([1]);
const TWO = memory.data<f64>([2]);
const HALF = memory.data<f64>([0.5]);
const LOG2_E = memory.data<f64>([1.4426950408889634]);
/** ln 2 in two parts, the first short enough that a whole number times it is exact. */
const LN2_HIGH = memory.data<f64>([0.6931471803691238]);
const LN2_LOW = memory.data<f64>([1.9082149292705877e-10]);
/** 1.5·2⁵²: added to |n| < 2⁵¹ it leaves no room for a fraction, and n is in the sum's low bits. */
const ROUND = memory.data<f64>([6755399441055744]);

/** (eʳ − 1 − r) / r² for |r| ≤ ln 2 / 2. */
const EXP = memory.data<f64>([
  2.5100424157005067e-8, 2.7620138719733994e-7, 2.7557268378684192e-6, 2.480152119021773e-5, 0.00019841269863105968,
  0.0013888888917281794, 0.008333333333330051, 0.04166666666662399, 0.16666666666666669, 0.5,
]);

/** eʳ − 1 for |r| ≤ ln 2 / 2, where r = x − n·ln 2 + low. */
// @ts-ignore: decorator
@inline
function expm1Rest(x: v128, n: v128, low: v128): v128 {
  let r = f64x2.sub(x, f64x2.mul(n, constant64(LN2_HIGH)));
  r = f64x2.add(r, f64x2.sub(low, f64x2.mul(n, constant64(LN2_LOW))));
  return madd<f64>(f64x2.mul(r, r), polynomial<f64>(r, EXP, 10), r);
}

/** eʳ for the same r. */
// @ts-ignore: decorator
@inline
function expRest(x: v128, n: v128, low: v128): v128 {
  return f64x2.add(constant64(ONE), expm1Rest(x, n, low));
}

const EXP_LEAST = memory.data<f64>([-746]);
const EXP_GREATEST = memory.data<f64>([710]);
/** 1.5·2⁵² + 2·1023. */
const ROUND_TWICE = memory.data<f64>([6755399441057790]);

/** eˣ = 2ⁿ·eʳ with n = round(x / ln 2). */
// @ts-ignore: decorator
@inline
export function exp64(x: v128): v128 {
  // e⁷¹⁰ overflows and e⁻⁷⁴⁶ is below half the least denormal. NaN passes as the first operand.
  x = f64x2.pmin(f64x2.pmax(x, constant64(EXP_LEAST)), constant64(EXP_GREATEST));
  const shifted = f64x2.add(f64x2.mul(x, constant64(LOG2_E)), constant64(ROUND_TWICE));
  const y = expRest(x, f64x2.sub(shifted, constant64(ROUND_TWICE)), f64x2.splat(0));
  // Two powers of two, because 2ⁿ alone overflows at n = 1024 and is denormal below −1022. Their exponents are the two halves
  // of n + 2046, which is in the low bits.
  const first = v128.and(i64x2.shl(shifted, 51), i64x2.splat(0xfff0000000000000));
  const second = i64x2.sub(i64x2.shl(shifted, 52), first);
  return f64x2.mul(f64x2.mul(y, first), second);
}

/** eˣ − 1 = (2ᵃ·(eʳ − 1) + (2ᵃ − 2⁻ᵇ))·2ᵇ, where a and b are the halves of n as in exp. */
// @ts-ignore: decorator
@inline
export function expm164(x: v128): v128 {
  const y = f64x2.pmin(f64x2.pmax(x, constant64(EXP_LEAST)), constant64(EXP_GREATEST));
  const shifted = f64x2.add(f64x2.mul(y, constant64(LOG2_E)), constant64(ROUND_TWICE));
  const rest = expm1Rest(y, f64x2.sub(shifted, constant64(ROUND_TWICE)), f64x2.splat(0));
  const first = v128.and(i64x2.shl(shifted, 51), i64x2.splat(0xfff0000000000000));
  const second = i64x2.sub(i64x2.shl(shifted, 52), first);
  const whole = f64x2.sub(first, i64x2.sub(i64x2.splat(0x7fe0000000000000), second));
  return withSign64(f64x2.mul(madd<f64>(first, rest, whole), second), x);
}

/** 1.5·2⁵² + 1023 + 128: the sum's low bits are the exponent of 2ⁿ⁺¹²⁸. */
const ROUND_HIGH = memory.data<f64>([6755399441056895]);
const TWO_TO_MINUS_128 = memory.data<f64>([2.938735877055719e-39]);

/** f·eˣ⁺ˡᵒʷ for −770 ≤ x ≤ 0 and tiny low: all but the last product is exact in f·eʳ, so a denormal is rounded once. */
// @ts-ignore: decorator
@inline
export function timesExp64(f: v128, x: v128, low: v128): v128 {
  const shifted = f64x2.add(f64x2.mul(x, constant64(LOG2_E)), constant64(ROUND_HIGH));
  const y = expRest(x, f64x2.sub(shifted, constant64(ROUND_HIGH)), low);
  return f64x2.mul(f64x2.mul(f64x2.mul(f, y), i64x2.shl(shifted, 52)), constant64(TWO_TO_MINUS_128));
}

/** e^−|x|. */
// @ts-ignore: decorator
@inline
function expMinus(x: v128): v128 {
  const y = f64x2.pmax(f64x2.neg(f64x2.abs(x)), constant64(EXP_LEAST));
  return timesExp64(constant64(ONE), y, f64x2.splat(0));
}

const LEAST_NORMAL = memory.data<f64>([2.2250738585072014e-308]);
/** 2⁵⁴ and its exponent. */
const RAISE = memory.data<f64>([18014398509481984]);
const RAISED = memory.data<f64>([54]);
/** (2 artanh s − 2s) / s³ in s², |s| ≤ (√2 − 1) / (√2 + 1). */
const LOG = memory.data<f64>([
  0.14619343453558123, 0.1533148723586137, 0.18182896183483246, 0.22222211037816586, 0.28571428626570206,
  0.3999999999989819, 0.666666666666667,
]);

/** ln x = e·ln 2 + ln(1 + f) with √½ ≤ 1 + f < √2, and ln(1 + f) = 2 artanh s, s = f / (2 + f). */
// @ts-ignore: decorator
@inline
export function log64(x: v128): v128 {
  const denormal = f64x2.lt(x, constant64(LEAST_NORMAL));
  const scaled = v128.bitselect(f64x2.mul(x, constant64(RAISE)), x, denormal);
  // The exponent of scaled / √½, so that the mantissa starts at √½; 1023 more, so that it is not negative.
  const root = i64x2.splat(0x3fe6a09e667f3bcd);
  const shifted = i64x2.add(i64x2.sub(scaled, root), i64x2.splat(0x3ff0000000000000));
  // Written into the low bits of 2⁵².
  let e = v128.or(i64x2.shr_u(shifted, 52), i64x2.splat(0x4330000000000000));
  e = f64x2.sub(f64x2.sub(e, f64x2.splat(4503599627371519)), v128.and(denormal, constant64(RAISED)));
  const f = f64x2.sub(i64x2.add(v128.and(shifted, i64x2.splat(0x000fffffffffffff)), root), constant64(ONE));
  const s = f64x2.div(f, f64x2.add(constant64(TWO), f));
  const z = f64x2.mul(s, s);
  // 2 artanh s = 2s + s·z·p, and 2s = f − h + s·h with h = f² / 2: f, which is exact, is added last.
  const h = f64x2.mul(f64x2.mul(f, f), constant64(HALF));
  const small = madd<f64>(s, madd<f64>(z, polynomial<f64>(z, LOG, 7), h), f64x2.mul(e, constant64(LN2_LOW)));
  let y = f64x2.sub(f64x2.mul(e, constant64(LN2_HIGH)), f64x2.sub(f64x2.sub(h, small), f));
  // 0 → −∞, negative → NaN, +∞ and NaN stay.
  y = v128.bitselect(f64x2.splat(-Infinity), y, f64x2.eq(x, f64x2.splat(0)));
  y = v128.bitselect(f64x2.splat(NaN), y, f64x2.lt(x, f64x2.splat(0)));
  return v128.bitselect(y, x, f64x2.lt(x, f64x2.splat(Infinity)));
}

/** ln(1 + x): what u = 1 + x loses of x is added to ln u, unless that is infinite. */
// @ts-ignore: decorator
@inline
export function log1p64(x: v128): v128 {
  const u = f64x2.add(constant64(ONE), x);
  const lost = f64x2.div(f64x2.sub(x, f64x2.sub(u, constant64(ONE))), u);
  const finite = v128.and(f64x2.gt(u, f64x2.splat(0)), f64x2.lt(u, f64x2.splat(Infinity)));
  return withSign64(f64x2.add(log64(u), v128.and(lost, finite)), x);
}

/** (2 artanh s − 2s) / s³ in s², 0 ≤ s ≤ ⅓. */
const ARTANH = memory.data<f64>([
  0.170185688813472081, 0.0834010495387940157, 0.121060854670245525, 0.133009736862361565, 0.153865599153015711,
  0.181817439253020806, 0.22222223969720011, 0.285714285478540699, 0.400000000001572413, 0.666666666666663038,
]);

/** ln(1 + e) = 2 artanh(e / (2 + e)) for 0 ≤ e ≤ 1. */
// @ts-ignore: decorator
@inline
function log1pSmall(e: v128): v128 {
  const s = f64x2.div(e, f64x2.add(constant64(TWO), e));
  const z = f64x2.mul(s, s);
  return madd<f64>(f64x2.mul(s, z), polynomial<f64>(z, ARTANH, 10), f64x2.add(s, s));
}

const LN2 = memory.data<f64>([0.6931471805599453]);

/** ln(eᵃ + eᵇ) = max + ln(1 + e^−|a − b|); equal ones apart, because infinite ones have no difference. */
// @ts-ignore: decorator
@inline
export function logaddexp64(a: v128, b: v128): v128 {
  const greater = v128.bitselect(a, b, f64x2.gt(a, b));
  const sum = f64x2.add(greater, log1pSmall(expMinus(f64x2.sub(a, b))));
  return v128.bitselect(f64x2.add(a, constant64(LN2)), sum, f64x2.eq(a, b));
}

/** The magnitude with the sign of x. */
// @ts-ignore: decorator
@inline
export function withSign64(magnitude: v128, x: v128): v128 {
  return v128.bitselect(x, magnitude, i64x2.splat(0x8000000000000000));
}

const TANH_SMALL = memory.data<f64>([0.625]);
/** tanh 20 rounds to 1. */
const TANH_LARGE = memory.data<f64>([20]);
/** (tanh x − x) / x³ in x², |x| ≤ 0.625. */
const TANH = memory.data<f64>([
  -1.7238854831212458e-5, 7.958836395476518e-5, -0.00023076733939584318, 0.0005874334463556696, -0.0014553082909922706,
  0.0035920588147481613, -0.00886322981497458, 0.021869488259665122, -0.05396825396137026, 0.1333333333332663,
  -0.3333333333333332,
]);

/** tanh x: odd polynomial up to 0.625, 1 − 2 / (e²ˣ + 1) beyond. */
// @ts-ignore: decorator
@inline
export function tanh64(x: v128): v128 {
  const y = f64x2.pmin(f64x2.abs(x), constant64(TANH_LARGE));
  const z = f64x2.mul(x, x);
  const small = madd<f64>(f64x2.mul(polynomial<f64>(z, TANH, 11), z), x, x);
  const double = f64x2.add(y, y);
  const shifted = f64x2.add(f64x2.mul(double, constant64(LOG2_E)), constant64(ROUND));
  const rest = expRest(double, f64x2.sub(shifted, constant64(ROUND)), f64x2.splat(0));
  const e = i64x2.add(rest, i64x2.shl(shifted, 52));
  const large = f64x2.sub(constant64(ONE), f64x2.div(constant64(TWO), f64x2.add(e, constant64(ONE))));
  // NaN is not large.
  return v128.bitselect(withSign64(large, x), small, f64x2.gt(y, constant64(TANH_SMALL)));
}

/** 1 / (1 + e⁻ˣ), for negative x as eˣ / (1 + eˣ). */
// @ts-ignore: decorator
@inline
export function sigmoid64(x: v128): v128 {
  const e = expMinus(x);
  const over = v128.bitselect(e, constant64(ONE), f64x2.lt(x, f64x2.splat(0)));
  return f64x2.div(over, f64x2.add(constant64(ONE), e));
}

/** s(v) + c·s′(v), s being sigmoid. s′ = e^−|v| / (1 + e^−|v|)², because 1 − s would lose digits. */
// @ts-ignore: decorator
@inline
function sigmoidPlus(v: v128, c: v128): v128 {
  const e = expMinus(v);
  const over = f64x2.div(constant64(ONE), f64x2.add(constant64(ONE), e));
  const s = f64x2.mul(v128.bitselect(e, constant64(ONE), f64x2.lt(v, f64x2.splat(0))), over);
  return madd<f64>(f64x2.mul(f64x2.mul(e, over), over), c, s);
}

const SILU_LEAST = memory.data<f64>([-760]);

/** x·σ(x), for negative x as (x·eˣ) / (1 + eˣ): eˣ alone may be denormal. */
// @ts-ignore: decorator
@inline
export function silu64(x: v128): v128 {
  const y = f64x2.pmax(f64x2.neg(f64x2.abs(x)), constant64(SILU_LEAST));
  // Below −760 nothing is left but a zero, or NaN from −∞.
  const factor = v128.bitselect(x, f64x2.mul(x, f64x2.splat(0)), f64x2.ge(x, constant64(SILU_LEAST)));
  const low = timesExp64(factor, y, f64x2.splat(0));
  const over = v128.bitselect(low, x, f64x2.lt(x, f64x2.splat(0)));
  return f64x2.div(over, f64x2.add(constant64(ONE), timesExp64(constant64(ONE), y, f64x2.splat(0))));
}

/** g·(σ(x) + x·σ′(x)). */
// @ts-ignore: decorator
@inline
export function siluGrad64(g: v128, x: v128): v128 {
  return f64x2.mul(g, sigmoidPlus(x, x));
}

/** 2·√(2/π), 0.044715 and three times 0.044715 times it. */
const SCALE = memory.data<f64>([1.5957691216057308]);
const CUBE = memory.data<f64>([0.07135481627260025]);
const THREE_CUBES = memory.data<f64>([0.21406444881780074]);

/** x·σ(2u), u = √(2/π)·(x + 0.044715x³). */
// @ts-ignore: decorator
@inline
export function geluTanh64(x: v128): v128 {
  const slope = madd<f64>(f64x2.mul(x, x), constant64(CUBE), constant64(SCALE));
  return f64x2.mul(x, sigmoid64(f64x2.mul(x, slope)));
}

/** g·(σ(2u) + x·σ′(2u)·2u′). Beyond ±30, where σ is 0 or 1, x counts as ±30: no 0·∞. */
// @ts-ignore: decorator
@inline
export function geluTanhGrad64(g: v128, x: v128): v128 {
  x = f64x2.pmin(f64x2.pmax(x, f64x2.splat(-30)), f64x2.splat(30));
  const z = f64x2.mul(x, x);
  const v = f64x2.mul(x, madd<f64>(z, constant64(CUBE), constant64(SCALE)));
  const slope = f64x2.mul(madd<f64>(z, constant64(THREE_CUBES), constant64(SCALE)), x);
  return f64x2.mul(g, sigmoidPlus(v, slope));
}
