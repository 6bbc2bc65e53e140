// erf, gelu and its gradient of two float64 at once. scripts/coefficients.py fitted the polynomials.

import { timesExp64, withSign64 } from './functions64';
import { constant64, madd, polynomial } from './vector';

const ONE = memory.data<f64>([1]);
const MINUS_HALF = memory.data<f64>([-0.5]);
const SQRT_2 = memory.data<f64>([1.4142135623730951]);

/** (y + 6)·Φ(−y)·exp(y² / 2) in t = (y − 6) / (y + 6), 0 ≤ y ≤ 39. */
const MILLS = memory.data<f64>([
  2.89089899567836227e-9, 5.39883685818949592e-10, -3.80269010549670935e-8, 1.15477970329329714e-8,
  3.04626446406393433e-7, -4.34381240298922735e-7, -1.79606107457159352e-6, 6.79964125191329423e-6,
  1.07417238533844039e-6, -6.4753346932624377e-5, 0.000181360771318649053, 3.28703623144841702e-5,
  -0.00213160526612946127, 0.010029820587240856, -0.0309853155020733367, 0.0751719156737061195, -0.152680232064813557,
  0.267974245841439832, -0.413903585775581078, 0.568968891814787467, -0.701009029590865636, 0.77735177189336218,
]);
const SIX = memory.data<f64>([6]);
/** Beyond, Φ(−y)·y is nothing. */
const END = memory.data<f64>([39]);

/** Φ(−y)·exp(y² / 2) for 0 ≤ y ≤ 39. */
// @ts-ignore: decorator
@inline
function mills(y: v128): v128 {
  const over = f64x2.div(constant64(ONE), f64x2.add(y, constant64(SIX)));
  const t = f64x2.mul(f64x2.sub(y, constant64(SIX)), over);
  return f64x2.mul(over, polynomial<f64>(t, MILLS, 22));
}

/** f·exp(−y² / 2), with y² split into an exact part and a small rest: a rounding error of y² would grow by a factor y². */
// @ts-ignore: decorator
@inline
function timesDensity(f: v128, y: v128): v128 {
  const head = v128.and(y, i64x2.splat(0xfffffffff8000000));
  const square = f64x2.mul(head, head);
  const rest = f64x2.mul(f64x2.sub(y, head), f64x2.add(y, head));
  return timesExp64(f, f64x2.mul(square, constant64(MINUS_HALF)), f64x2.mul(rest, constant64(MINUS_HALF)));
}

const ERF_SMALL = memory.data<f64>([0.9]);
/** erf 6 rounds to 1. */
const ERF_LARGE = memory.data<f64>([6]);
/** erf x / x − 1 in x², |x| ≤ 0.9. */
const ERF = memory.data<f64>([
  -8.49778510060620592e-10, 1.40531700878222056e-8, -1.62768514322213021e-7, 1.64553640607514819e-6,
  -1.49253099201393691e-5, 0.00012055321485925432, -0.000854832676734837759, 0.00522397762182042339,
  -0.0268661706448288019, 0.112837916709538202, -0.376126389031837304, 0.128379167095512573,
]);

/** erf x: odd polynomial up to 0.9, 1 − 2Φ(−√2·|x|) beyond. */
// @ts-ignore: decorator
@inline
export function erf64(x: v128): v128 {
  const y = f64x2.pmin(f64x2.abs(x), constant64(ERF_LARGE));
  const z = f64x2.mul(y, y);
  const small = madd<f64>(polynomial<f64>(z, ERF, 12), x, x);
  const tail = timesExp64(mills(f64x2.mul(y, constant64(SQRT_2))), f64x2.neg(z), f64x2.splat(0));
  const large = f64x2.sub(constant64(ONE), f64x2.add(tail, tail));
  // NaN is not large.
  return v128.bitselect(withSign64(large, x), small, f64x2.gt(y, constant64(ERF_SMALL)));
}

/** x·Φ(x), where Φ(x) = 1 − Φ(−x). */
// @ts-ignore: decorator
@inline
export function gelu64(x: v128): v128 {
  const y = f64x2.pmin(f64x2.abs(x), constant64(END));
  const negative = f64x2.lt(x, f64x2.splat(0));
  // x·Φ(x) at once where x is negative, because Φ(x) alone may be denormal; below −39 only a zero is left, or NaN from −∞.
  const factor = v128.bitselect(x, f64x2.mul(x, f64x2.splat(0)), f64x2.ge(x, f64x2.neg(constant64(END))));
  const tail = timesDensity(f64x2.mul(mills(y), v128.bitselect(factor, constant64(ONE), negative)), y);
  return v128.bitselect(tail, f64x2.mul(x, f64x2.sub(constant64(ONE), tail)), negative);
}

/** 1 / √(2π). */
const DENSITY_AT_0 = memory.data<f64>([0.3989422804014327]);

/** g·(Φ(x) + x·φ(x)), where that of x is 1 less that of −x. */
// @ts-ignore: decorator
@inline
export function geluGrad64(g: v128, x: v128): v128 {
  const y = f64x2.pmin(f64x2.abs(x), constant64(END));
  const tail = timesDensity(f64x2.sub(mills(y), f64x2.mul(y, constant64(DENSITY_AT_0))), y);
  return f64x2.mul(g, v128.bitselect(tail, f64x2.sub(constant64(ONE), tail), f64x2.lt(x, f64x2.splat(0))));
}
