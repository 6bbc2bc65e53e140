/* The types of arrays, and the shapes of kernels that come in families. */

/** Element storage of a tensor. `bool` and `uint8` both live in a Uint8Array (bool as 0 or 1). */
export type NumericArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Element storage of a differentiable tensor. */
export type FloatArray = Float32Array | Float64Array;

/** out[i] = f(x[i]) for i < n. */
export type UnaryKernel = (
  n: number,
  x: NumericArray,
  xOffset: number,
  out: NumericArray,
  outOffset: number,
) => void;

/**
 * out[r·cols + c] = f(a[aOffset + r·aRow + c·aCol], b[bOffset + r·bRow + c·bCol]): a two-level strided loop. It
 * covers equal shapes (rows = 1), scalars (stride 0), a row broadcast down (bRow = 0), a column broadcast across
 * (bCol = 0) and transposes, all without copies. `out` is contiguous.
 */
export type BinaryKernel = (
  rows: number,
  cols: number,
  a: NumericArray,
  aOffset: number,
  aRow: number,
  aCol: number,
  b: NumericArray,
  bOffset: number,
  bRow: number,
  bCol: number,
  out: NumericArray,
  outOffset: number,
) => void;

/** out = cond ? a : b, with the strided loop of {@link BinaryKernel} over three operands. */
export type WhereKernel = (
  rows: number,
  cols: number,
  cond: Uint8Array,
  condOffset: number,
  condRow: number,
  condCol: number,
  a: NumericArray,
  aOffset: number,
  aRow: number,
  aCol: number,
  b: NumericArray,
  bOffset: number,
  bRow: number,
  bCol: number,
  out: NumericArray,
  outOffset: number,
) => void;

/**
 * A reduction over the middle axis of x viewed as [outer, reduced, inner]; out is [outer, inner].
 * `reduced` = 0 gives the reduction's identity where it has one (sum 0, prod 1).
 */
export type ReduceKernel = (
  outer: number,
  reduced: number,
  inner: number,
  x: NumericArray,
  xOffset: number,
  out: NumericArray,
  outOffset: number,
) => void;

/** An operation along the middle axis of x viewed as [outer, size, inner]; out has x's shape. */
export type AlongKernel = (
  outer: number,
  size: number,
  inner: number,
  x: NumericArray,
  xOffset: number,
  out: NumericArray,
  outOffset: number,
) => void;

/** The gradient of an {@link AlongKernel} from its output y and the cotangent g, all [outer, size, inner]. */
export type AlongGradKernel = (
  outer: number,
  size: number,
  inner: number,
  g: NumericArray,
  gOffset: number,
  y: NumericArray,
  yOffset: number,
  out: NumericArray,
  outOffset: number,
) => void;

/**
 * Functions of one argument, elementwise. Accuracy: that of the platform's Math, then one rounding. `sign` is 0 for NaN;
 * `gelu` is x·Φ(x), Φ being the normal distribution function, `geluTanh` its approximation
 * ½x·(1 + tanh u) = x·σ(2u) with u = √(2/π)·(x + 0.044715x³), and `silu` x·σ(x).
 */
export type UnaryName =
  | 'abs' | 'neg' | 'sign' | 'square' | 'sqrt' | 'rsqrt' | 'reciprocal'
  | 'exp' | 'exp2' | 'expm1' | 'log' | 'log2' | 'log10' | 'log1p'
  | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan'
  | 'sinh' | 'cosh' | 'tanh' | 'asinh' | 'acosh' | 'atanh'
  | 'sigmoid' | 'erf' | 'relu' | 'gelu' | 'geluTanh' | 'silu'
  | 'floor' | 'ceil' | 'round' | 'trunc'; // prettier-ignore

/**
 * Special functions of one argument. `lgamma` is ln |Γ(x)|; `erfinv` is NaN outside [−1, 1]. `erfcx` is exp(x²)·erfc(x);
 * `ndtri` is the quantile of the normal distribution, NaN outside [0, 1]. `i0` and `i1` are the modified Bessel functions
 * of the first kind, `i0e` and `i1e` the same times exp(−|x|).
 */
export type SpecialName = 'erfc' | 'erfinv' | 'lgamma' | 'erfcx' | 'ndtri' | 'i0' | 'i0e' | 'i1' | 'i1e';

/** Functions of one argument whose result is 0 or 1 (out is a Uint8Array). */
export type PredicateName = 'logicalNot' | 'isnan' | 'isinf' | 'isfinite';

/**
 * Functions of two arguments, elementwise; integers wrap as their array type does.
 * `pow` is IEEE pow (0 ** 0 = 1, 1 ** NaN = 1); `maximum`/`minimum` propagate NaN; `remainder` has the sign of
 * the divisor (Python's %), `fmod` that of the dividend (C's); `floorDivide` rounds a / b down, `truncDivide`
 * towards zero; integer division by zero gives 0. `hypot` is √(a² + b²) without overflow; `copysign` gives a the
 * sign of b, that of a zero included; `logaddexp` is ln(eᵃ + eᵇ), the infinite one where one is infinite.
 * The gradient kernels take the cotangent first: `reluGrad(g, y)` = y ≤ 0 ? 0 : g; `sigmoidGrad(g, y)` =
 * g·y·(1 − y); `tanhGrad(g, y)` = g·(1 − y²); `geluGrad(g, x)`, `geluTanhGrad(g, x)` and `siluGrad(g, x)` are g times the derivative at x.
 */
export type BinaryName =
  | 'add' | 'sub' | 'mul' | 'div' | 'floorDivide' | 'truncDivide' | 'fmod' | 'remainder'
  | 'pow' | 'atan2' | 'hypot' | 'copysign' | 'logaddexp' | 'maximum' | 'minimum'
  | 'reluGrad' | 'sigmoidGrad' | 'tanhGrad' | 'geluGrad' | 'geluTanhGrad' | 'siluGrad'; // prettier-ignore

/** Comparisons and logic (operands of any, equal dtype; nonzero counts as true; out is a Uint8Array of 0 and 1). */
export type CompareName = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'logicalAnd' | 'logicalOr' | 'logicalXor'; // prettier-ignore
