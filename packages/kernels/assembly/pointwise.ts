// Elementwise kernels: what each computes of a vector, for T f32 or f64, then its exports (loops.ts has the loops).

import {
  exp32, expm132, geluTanh32, geluTanhGrad32, log1p32, log32, logaddexp32, sigmoid32, silu32, siluGrad32, tanh32,
} from './functions';
import {
  exp64, expm164, geluTanh64, geluTanhGrad64, log1p64, log64, logaddexp64, sigmoid64, silu64, siluGrad64, tanh64,
} from './functions64';
import { erf32, gelu32, geluGrad32 } from './gaussian';
import { erf64, gelu64, geluGrad64 } from './gaussian64';
import { map, zip } from './loops';
import { zero } from './vector';

class Relu<T> { @inline of(v: v128): v128 { return v128.andnot(v, v128.le<T>(v, zero())); } }
class Neg<T> { @inline of(v: v128): v128 { return v128.neg<T>(v); } }
class Abs<T> { @inline of(v: v128): v128 { return v128.abs<T>(v); } }
class Square<T> { @inline of(v: v128): v128 { return v128.mul<T>(v, v); } }
class Sign<T> {
  @inline of(v: v128): v128 {
    const up = v128.and(v128.gt<T>(v, zero()), v128.splat<T>(1));
    return v128.or(up, v128.and(v128.lt<T>(v, zero()), v128.splat<T>(-1)));
  }
}
class Floor<T> { @inline of(v: v128): v128 { return v128.floor<T>(v); } }
class Ceil<T> { @inline of(v: v128): v128 { return v128.ceil<T>(v); } }
class Trunc<T> { @inline of(v: v128): v128 { return v128.trunc<T>(v); } }
class Round<T> { @inline of(v: v128): v128 { return v128.nearest<T>(v); } }
class Sqrt<T> { @inline of(v: v128): v128 { return v128.sqrt<T>(v); } }
class Reciprocal<T> { @inline of(v: v128): v128 { return v128.div<T>(v128.splat<T>(1), v); } }
class Rsqrt<T> { @inline of(v: v128): v128 { return v128.div<T>(v128.splat<T>(1), v128.sqrt<T>(v)); } }
class Expm1<T> { @inline of(v: v128): v128 { return sizeof<T>() == 4 ? expm132(v) : expm164(v); } }
class Log1p<T> { @inline of(v: v128): v128 { return sizeof<T>() == 4 ? log1p32(v) : log1p64(v); } }
class Exp<T> { @inline of(v: v128): v128 { return sizeof<T>() == 4 ? exp32(v) : exp64(v); } }
class Log<T> { @inline of(v: v128): v128 { return sizeof<T>() == 4 ? log32(v) : log64(v); } }
class Tanh<T> { @inline of(v: v128): v128 { return sizeof<T>() == 4 ? tanh32(v) : tanh64(v); } }
class Sigmoid<T> { @inline of(v: v128): v128 { return sizeof<T>() == 4 ? sigmoid32(v) : sigmoid64(v); } }
class Erf<T> { @inline of(v: v128): v128 { return sizeof<T>() == 4 ? erf32(v) : erf64(v); } }
class Gelu<T> { @inline of(v: v128): v128 { return sizeof<T>() == 4 ? gelu32(v) : gelu64(v); } }
class GeluTanh<T> { @inline of(v: v128): v128 { return sizeof<T>() == 4 ? geluTanh32(v) : geluTanh64(v); } }
class Silu<T> { @inline of(v: v128): v128 { return sizeof<T>() == 4 ? silu32(v) : silu64(v); } }

export function relu_f32(n: i32, x: usize, out: usize): void { map<f32, Relu<f32>>(n, x, out); }
export function relu_f64(n: i32, x: usize, out: usize): void { map<f64, Relu<f64>>(n, x, out); }
export function neg_f32(n: i32, x: usize, out: usize): void { map<f32, Neg<f32>>(n, x, out); }
export function neg_f64(n: i32, x: usize, out: usize): void { map<f64, Neg<f64>>(n, x, out); }
export function abs_f32(n: i32, x: usize, out: usize): void { map<f32, Abs<f32>>(n, x, out); }
export function abs_f64(n: i32, x: usize, out: usize): void { map<f64, Abs<f64>>(n, x, out); }
export function square_f32(n: i32, x: usize, out: usize): void { map<f32, Square<f32>>(n, x, out); }
export function square_f64(n: i32, x: usize, out: usize): void { map<f64, Square<f64>>(n, x, out); }
export function sign_f32(n: i32, x: usize, out: usize): void { map<f32, Sign<f32>>(n, x, out); }
export function sign_f64(n: i32, x: usize, out: usize): void { map<f64, Sign<f64>>(n, x, out); }
export function floor_f32(n: i32, x: usize, out: usize): void { map<f32, Floor<f32>>(n, x, out); }
export function floor_f64(n: i32, x: usize, out: usize): void { map<f64, Floor<f64>>(n, x, out); }
export function ceil_f32(n: i32, x: usize, out: usize): void { map<f32, Ceil<f32>>(n, x, out); }
export function ceil_f64(n: i32, x: usize, out: usize): void { map<f64, Ceil<f64>>(n, x, out); }
export function trunc_f32(n: i32, x: usize, out: usize): void { map<f32, Trunc<f32>>(n, x, out); }
export function trunc_f64(n: i32, x: usize, out: usize): void { map<f64, Trunc<f64>>(n, x, out); }
export function round_f32(n: i32, x: usize, out: usize): void { map<f32, Round<f32>>(n, x, out); }
export function round_f64(n: i32, x: usize, out: usize): void { map<f64, Round<f64>>(n, x, out); }
export function sqrt_f32(n: i32, x: usize, out: usize): void { map<f32, Sqrt<f32>>(n, x, out); }
export function sqrt_f64(n: i32, x: usize, out: usize): void { map<f64, Sqrt<f64>>(n, x, out); }
export function reciprocal_f32(n: i32, x: usize, out: usize): void { map<f32, Reciprocal<f32>>(n, x, out); }
export function reciprocal_f64(n: i32, x: usize, out: usize): void { map<f64, Reciprocal<f64>>(n, x, out); }
export function rsqrt_f32(n: i32, x: usize, out: usize): void { map<f32, Rsqrt<f32>>(n, x, out); }
export function rsqrt_f64(n: i32, x: usize, out: usize): void { map<f64, Rsqrt<f64>>(n, x, out); }
export function expm1_f32(n: i32, x: usize, out: usize): void { map<f32, Expm1<f32>>(n, x, out); }
export function expm1_f64(n: i32, x: usize, out: usize): void { map<f64, Expm1<f64>>(n, x, out); }
export function log1p_f32(n: i32, x: usize, out: usize): void { map<f32, Log1p<f32>>(n, x, out); }
export function log1p_f64(n: i32, x: usize, out: usize): void { map<f64, Log1p<f64>>(n, x, out); }
export function exp_f32(n: i32, x: usize, out: usize): void { map<f32, Exp<f32>>(n, x, out); }
export function exp_f64(n: i32, x: usize, out: usize): void { map<f64, Exp<f64>>(n, x, out); }
export function log_f32(n: i32, x: usize, out: usize): void { map<f32, Log<f32>>(n, x, out); }
export function log_f64(n: i32, x: usize, out: usize): void { map<f64, Log<f64>>(n, x, out); }
export function tanh_f32(n: i32, x: usize, out: usize): void { map<f32, Tanh<f32>>(n, x, out); }
export function tanh_f64(n: i32, x: usize, out: usize): void { map<f64, Tanh<f64>>(n, x, out); }
export function sigmoid_f32(n: i32, x: usize, out: usize): void { map<f32, Sigmoid<f32>>(n, x, out); }
export function sigmoid_f64(n: i32, x: usize, out: usize): void { map<f64, Sigmoid<f64>>(n, x, out); }
export function erf_f32(n: i32, x: usize, out: usize): void { map<f32, Erf<f32>>(n, x, out); }
export function erf_f64(n: i32, x: usize, out: usize): void { map<f64, Erf<f64>>(n, x, out); }
export function gelu_f32(n: i32, x: usize, out: usize): void { map<f32, Gelu<f32>>(n, x, out); }
export function gelu_f64(n: i32, x: usize, out: usize): void { map<f64, Gelu<f64>>(n, x, out); }
export function geluTanh_f32(n: i32, x: usize, out: usize): void { map<f32, GeluTanh<f32>>(n, x, out); }
export function geluTanh_f64(n: i32, x: usize, out: usize): void { map<f64, GeluTanh<f64>>(n, x, out); }
export function silu_f32(n: i32, x: usize, out: usize): void { map<f32, Silu<f32>>(n, x, out); }
export function silu_f64(n: i32, x: usize, out: usize): void { map<f64, Silu<f64>>(n, x, out); }

class Add<T> { @inline of(a: v128, b: v128): v128 { return v128.add<T>(a, b); } }
class Sub<T> { @inline of(a: v128, b: v128): v128 { return v128.sub<T>(a, b); } }
class Mul<T> { @inline of(a: v128, b: v128): v128 { return v128.mul<T>(a, b); } }
class Div<T> { @inline of(a: v128, b: v128): v128 { return v128.div<T>(a, b); } }
/** Where one is NaN, so is the result. */
class Maximum<T> {
  @inline of(a: v128, b: v128): v128 { return v128.bitselect(a, b, v128.or(v128.gt<T>(a, b), v128.ne<T>(a, a))); }
}
class Minimum<T> {
  @inline of(a: v128, b: v128): v128 { return v128.bitselect(a, b, v128.or(v128.lt<T>(a, b), v128.ne<T>(a, a))); }
}
class ReluGrad<T> { @inline of(g: v128, y: v128): v128 { return v128.andnot(g, v128.le<T>(y, zero())); } }
class SigmoidGrad<T> { @inline of(g: v128, y: v128): v128 { return v128.mul<T>(v128.mul<T>(g, y), v128.sub<T>(v128.splat<T>(1), y)); } }
class TanhGrad<T> { @inline of(g: v128, y: v128): v128 { return v128.mul<T>(g, v128.sub<T>(v128.splat<T>(1), v128.mul<T>(y, y))); } }
class GeluGrad<T> { @inline of(g: v128, x: v128): v128 { return sizeof<T>() == 4 ? geluGrad32(g, x) : geluGrad64(g, x); } }
class GeluTanhGrad<T> { @inline of(g: v128, x: v128): v128 { return sizeof<T>() == 4 ? geluTanhGrad32(g, x) : geluTanhGrad64(g, x); } }
class SiluGrad<T> { @inline of(g: v128, x: v128): v128 { return sizeof<T>() == 4 ? siluGrad32(g, x) : siluGrad64(g, x); } }
class Logaddexp<T> { @inline of(a: v128, b: v128): v128 { return sizeof<T>() == 4 ? logaddexp32(a, b) : logaddexp64(a, b); } }

export function add_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, Add<f32>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function add_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, Add<f64>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function sub_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, Sub<f32>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function sub_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, Sub<f64>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function mul_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, Mul<f32>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function mul_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, Mul<f64>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function div_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, Div<f32>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function div_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, Div<f64>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function maximum_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, Maximum<f32>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function maximum_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, Maximum<f64>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function minimum_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, Minimum<f32>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function minimum_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, Minimum<f64>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function reluGrad_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, ReluGrad<f32>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function reluGrad_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, ReluGrad<f64>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function sigmoidGrad_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, SigmoidGrad<f32>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function sigmoidGrad_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, SigmoidGrad<f64>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function tanhGrad_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, TanhGrad<f32>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function tanhGrad_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, TanhGrad<f64>>(true, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function geluGrad_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, GeluGrad<f32>>(false, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function geluGrad_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, GeluGrad<f64>>(false, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function geluTanhGrad_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, GeluTanhGrad<f32>>(false, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function geluTanhGrad_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, GeluTanhGrad<f64>>(false, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function siluGrad_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, SiluGrad<f32>>(false, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function siluGrad_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, SiluGrad<f64>>(false, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function logaddexp_f32(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f32, Logaddexp<f32>>(false, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }
export function logaddexp_f64(
  rows: i32, cols: i32, a: usize, aRow: usize, aCol: i32, b: usize, bRow: usize, bCol: i32, out: usize,
): void { zip<f64, Logaddexp<f64>>(false, rows, cols, a, aRow, aCol, b, bRow, bCol, out); }

/** min(max(x, low), high) for bounds that are numbers; NaN stays NaN. pmin and pmax are one instruction each. */
// @ts-ignore: decorator
@inline
function clamp<T>(n: i32, x: usize, out: usize, low: v128, high: v128): void {
  const end = x + (<usize>n) * sizeof<T>();
  for (; x < end; x += 16, out += 16) v128.store(out, v128.pmin<T>(v128.pmax<T>(v128.load(x), low), high));
}
export function clamp_f32(n: i32, x: usize, out: usize, low: f32, high: f32): void {
  clamp<f32>(n, x, out, f32x4.splat(low), f32x4.splat(high));
}
export function clamp_f64(n: i32, x: usize, out: usize, low: f64, high: f64): void {
  clamp<f64>(n, x, out, f64x2.splat(low), f64x2.splat(high));
}
