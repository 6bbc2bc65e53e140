// erf, gelu and its gradient of four float32 at once. scripts/coefficients.py fitted the polynomials.

import { nearPower32, withSign } from './functions';
import { constant32, madd, polynomial } from './vector';

const ONE = memory.data<f32>([1]);
const ERF_SMALL = memory.data<f32>([0.9]);
/** erf 4 rounds to 1. */
const ERF_LARGE = memory.data<f32>([4]);
/** erf x / x − 1 in x², |x| ≤ 0.9. */
const ERF = memory.data<f32>([
  -0.0006111294008, 0.00501622874, -0.02678195714, 0.1128222997, -0.3761253245, 0.1283791553,
]);
/** log₂ erfc x for 0.9 ≤ x ≤ 4. */
const ERFC = memory.data<f32>([
  0.0002844726343, -0.004408305746, 0.03213902798, -0.1500941539, -0.9190829772, -1.626998684, -0.0002560744934,
]);
/** log₂ Φ(−x) for 0 ≤ x ≤ 5.5. */
const TAIL = memory.data<f32>([
  -2.834900093e-6, 3.937755479e-5, -0.0001861796624, -0.0001369376244, 0.007063421628, -0.05249617933, -0.4592081963,
  -1.151105205, -1,
]);
const TAIL_END = memory.data<f32>([5.5]);
/** (Φ(−x) − x·φ(x))·exp(x² / 2) for 0 ≤ x ≤ 6.2. */
const SLOPE = memory.data<f32>([
  -3.238393024e-7, 7.879443493e-6, -8.626881207e-5, 0.0005710013951, -0.002612280726, 0.009046645812, -0.02552479097,
  0.06196512742, -0.1328249135, 0.249977384, -0.7978834239, 0.5,
]);
const SLOPE_END = memory.data<f32>([6.2]);
/** −½·log₂ e. */
const DENSITY = memory.data<f32>([-0.7213475204]);

/** erf x: odd polynomial up to 0.9, 1 − erfc |x| beyond. */
// @ts-ignore: decorator
@inline
export function erf32(x: v128): v128 {
  const y = f32x4.pmin(f32x4.abs(x), constant32(ERF_LARGE));
  const small = madd<f32>(polynomial<f32>(f32x4.mul(x, x), ERF, 6), x, x);
  const large = f32x4.sub(constant32(ONE), nearPower32(polynomial<f32>(y, ERFC, 7)));
  // NaN is not large.
  return v128.bitselect(withSign(large, x), small, f32x4.gt(y, constant32(ERF_SMALL)));
}

/** x·Φ(x), where Φ(x) = 1 − Φ(−x). */
// @ts-ignore: decorator
@inline
export function gelu32(x: v128): v128 {
  const y = f32x4.abs(x);
  const tail = v128.andnot(nearPower32(polynomial<f32>(y, TAIL, 9)), f32x4.gt(y, constant32(TAIL_END)));
  return f32x4.mul(x, v128.bitselect(tail, f32x4.sub(constant32(ONE), tail), f32x4.lt(x, f32x4.splat(0))));
}

/** g·(Φ(x) + x·φ(x)), where that of x is 1 less that of −x. */
// @ts-ignore: decorator
@inline
export function geluGrad32(g: v128, x: v128): v128 {
  const y = f32x4.abs(x);
  const density = nearPower32(f32x4.mul(f32x4.mul(x, x), constant32(DENSITY)));
  const tail = v128.andnot(f32x4.mul(density, polynomial<f32>(y, SLOPE, 12)), f32x4.gt(y, constant32(SLOPE_END)));
  return f32x4.mul(g, v128.bitselect(tail, f32x4.sub(constant32(ONE), tail), f32x4.lt(x, f32x4.splat(0))));
}
