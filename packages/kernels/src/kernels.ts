/**
 * The one interface every kernel implementation follows: plain functions over typed arrays, offsets, sizes and
 * strides. A kernel knows nothing of tensors or gradients, trusts its arguments (the caller has validated them),
 * allocates nothing a caller can see, and writes only to `out`.
 *
 * All offsets and strides count elements, not bytes. Unless a kernel says otherwise, operands are contiguous from
 * their offset on, and `out` may be the very same region as an operand of the same size, never a partial overlap.
 */

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

/** Functions of one argument, elementwise. Accuracy: that of the platform's Math, then one rounding. `sign` is 0 for NaN. */
export type UnaryName =
  | 'abs' | 'neg' | 'sign' | 'square' | 'sqrt' | 'rsqrt' | 'reciprocal'
  | 'exp' | 'exp2' | 'expm1' | 'log' | 'log2' | 'log10' | 'log1p'
  | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan'
  | 'sinh' | 'cosh' | 'tanh' | 'asinh' | 'acosh' | 'atanh'
  | 'sigmoid' | 'erf' | 'relu'
  | 'floor' | 'ceil' | 'round' | 'trunc'; // prettier-ignore

/** Functions of one argument whose result is 0 or 1 (out is a Uint8Array). */
export type PredicateName = 'logicalNot' | 'isnan' | 'isinf' | 'isfinite';

/**
 * Functions of two arguments, elementwise; integers wrap as their array type does.
 * `pow` is IEEE pow (0 ** 0 = 1, 1 ** NaN = 1); `maximum`/`minimum` propagate NaN; `remainder` has the sign of
 * the divisor (Python's %), `fmod` that of the dividend (C's); `floorDivide` rounds a / b down, `truncDivide`
 * towards zero; integer division by zero gives 0. `hypot` is √(a² + b²) without overflow; `copysign` gives a the
 * sign of b, that of a zero included; `logaddexp` is ln(eᵃ + eᵇ), the infinite one where one is infinite.
 * The gradient kernels take the cotangent first: `reluGrad(g, y)` = y ≤ 0 ? 0 : g; `sigmoidGrad(g, y)` =
 * g·y·(1 − y); `tanhGrad(g, y)` = g·(1 − y²).
 */
export type BinaryName =
  | 'add' | 'sub' | 'mul' | 'div' | 'floorDivide' | 'truncDivide' | 'fmod' | 'remainder'
  | 'pow' | 'atan2' | 'hypot' | 'copysign' | 'logaddexp' | 'maximum' | 'minimum'
  | 'reluGrad' | 'sigmoidGrad' | 'tanhGrad'; // prettier-ignore

/** Comparisons and logic (operands of any, equal dtype; nonzero counts as true; out is a Uint8Array of 0 and 1). */
export type CompareName = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'logicalAnd' | 'logicalOr' | 'logicalXor'; // prettier-ignore

/**
 * One two-dimensional sliding window: what convolution, pooling and im2col share. The bottom and right padding
 * are implied by the output size; positions outside the input read as zero (convolution, average pooling) or are
 * skipped (max pooling).
 */
export interface Window2d {
  readonly height: number;
  readonly width: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/** A convolution: a window, batch size, channels and groups. Weight is [outChannels, inChannels / groups, kh, kw]. */
export interface Conv2dGeometry extends Window2d {
  readonly batch: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
}

/** Average pooling's rules for border windows. */
export interface AveragePoolRule {
  /** Count padded positions (within the declared padding) in the divisor. */
  readonly countIncludePad: boolean;
  /** A fixed divisor, or 0 for the window's size. */
  readonly divisorOverride: number;
  /** The declared padding below and to the right: the limit up to which `countIncludePad` counts. */
  readonly padBottom: number;
  readonly padRight: number;
}

/** Hyperparameters of one SGD step, PyTorch's meaning. */
export interface SgdStep {
  readonly lr: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly maximize: boolean;
  /** The momentum buffer holds nothing yet: it becomes the gradient itself. */
  readonly first: boolean;
}

/** Hyperparameters of one Adam step, PyTorch's meaning. */
export interface AdamStep {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  /** Decay the weights directly (AdamW) instead of adding the decay to the gradient (Adam). */
  readonly decoupled: boolean;
  readonly amsgrad: boolean;
  readonly maximize: boolean;
  /** The number of this step, from 1. */
  readonly step: number;
}

/** Kernels with signatures of their own. */
export interface StructuredKernels {
  /**
   * C ← alpha·A·B + beta·C with A [m, k], B [k, n] at any row and column strides (so a transpose is never copied)
   * and C [m, n] at row stride cRow, column stride 1. beta = 0 overwrites C without reading it. C overlaps
   * neither A nor B. Sums run in float64.
   */
  gemm(
    m: number,
    n: number,
    k: number,
    alpha: number,
    a: NumericArray,
    aOffset: number,
    aRow: number,
    aCol: number,
    b: NumericArray,
    bOffset: number,
    bRow: number,
    bCol: number,
    beta: number,
    c: NumericArray,
    cOffset: number,
    cRow: number,
  ): void;

  /** out[i…] = x[i…] over `shape`, both sides at any strides (0 and negative allowed on x); converts between dtypes
   * the way typed arrays do, except that a float becomes an integer by truncation and NaN becomes 0. */
  copy(
    shape: readonly number[],
    x: NumericArray,
    xOffset: number,
    xStrides: readonly number[],
    out: NumericArray,
    outOffset: number,
    outStrides: readonly number[],
  ): void;

  /** out[i] = value for i < n. */
  fill(n: number, value: number, out: NumericArray, outOffset: number): void;

  /** out[i] = min(max(x[i], low), high); NaN stays NaN. */
  clamp(
    n: number,
    low: number,
    high: number,
    x: NumericArray,
    xOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  where: WhereKernel;

  sum: ReduceKernel;
  prod: ReduceKernel;
  /** Maximum; NaN wins. `reduced` ≥ 1. */
  amax: ReduceKernel;
  /** Minimum; NaN wins. `reduced` ≥ 1. */
  amin: ReduceKernel;
  /** log Σ exp, shifted by the maximum; −inf where every term is −inf or there is none. */
  logsumexp: ReduceKernel;
  /** Index of the first maximum (the first NaN wins); out is an Int32Array. `reduced` ≥ 1. */
  argmax: ReduceKernel;
  /** Index of the first minimum (the first NaN wins); out is an Int32Array. `reduced` ≥ 1. */
  argmin: ReduceKernel;

  cumsum: AlongKernel;
  softmax: AlongKernel;
  logSoftmax: AlongKernel;
  /** y·(g − Σ g·y), y = softmax. */
  softmaxGrad: AlongGradKernel;
  /** g − exp(y)·Σ g, y = logSoftmax. */
  logSoftmaxGrad: AlongGradKernel;

  /**
   * out[p] = x[p with p[dim] replaced by index[p]] for every position p of `shape` (index's shape). x at any
   * strides (its extents other than dim may exceed shape's); index and out contiguous. 0 ≤ index < x's extent.
   */
  gather(
    shape: readonly number[],
    dim: number,
    x: NumericArray,
    xOffset: number,
    xStrides: readonly number[],
    index: Int32Array,
    indexOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /** out[p with p[dim] = index[p]] += src[p], or = src[p] (the last write wins) when `accumulate` is false: the
   * adjoint of {@link gather}. src and out at any strides, index contiguous over `shape`. */
  scatter(
    shape: readonly number[],
    dim: number,
    index: Int32Array,
    indexOffset: number,
    src: NumericArray,
    srcOffset: number,
    srcStrides: readonly number[],
    out: NumericArray,
    outOffset: number,
    outStrides: readonly number[],
    accumulate: boolean,
  ): void;

  /** out[o, j, i] = x[o, index[j], i] with x [outer, size, inner], out [outer, count, inner]. */
  indexSelect(
    outer: number,
    size: number,
    inner: number,
    count: number,
    x: NumericArray,
    xOffset: number,
    index: Int32Array,
    indexOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /** out[o, index[j], i] += src[o, j, i], or = (the last write wins) when `accumulate` is false: the adjoint of
   * {@link indexSelect}; out [outer, size, inner], src [outer, count, inner]. */
  indexAdd(
    outer: number,
    size: number,
    inner: number,
    count: number,
    index: Int32Array,
    indexOffset: number,
    src: NumericArray,
    srcOffset: number,
    out: NumericArray,
    outOffset: number,
    accumulate: boolean,
  ): void;

  /** Writes the positions i < n where x[i] ≠ 0 (NaN counts) to out, ascending; returns how many there are. */
  nonzero(n: number, x: NumericArray, xOffset: number, out: Int32Array, outOffset: number): number;

  /** Patches as columns: x [channels, height, width] → out [channels·kh·kw, outHeight·outWidth] (one sample). */
  im2col(
    window: Window2d,
    channels: number,
    x: NumericArray,
    xOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /** The adjoint of {@link im2col}: adds columns into out [channels, height, width], which is overwritten. */
  col2im(
    window: Window2d,
    channels: number,
    columns: NumericArray,
    columnsOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /** Cross-correlation of x [N, C, H, W] with weight, plus bias [O] where given; out [N, O, oh, ow]. */
  conv2d(
    geometry: Conv2dGeometry,
    x: NumericArray,
    xOffset: number,
    weight: NumericArray,
    weightOffset: number,
    bias: NumericArray | null,
    biasOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /** Gradient of conv2d with respect to x, from g [N, O, oh, ow]; out [N, C, H, W] is overwritten. */
  conv2dInputGrad(
    geometry: Conv2dGeometry,
    g: NumericArray,
    gOffset: number,
    weight: NumericArray,
    weightOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /** Gradient of conv2d with respect to weight, from g [N, O, oh, ow]; out [O, C/groups, kh, kw] is overwritten. */
  conv2dWeightGrad(
    geometry: Conv2dGeometry,
    g: NumericArray,
    gOffset: number,
    x: NumericArray,
    xOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /** Maximum of each window of x [planes, height, width] (the first of equals; NaN wins), and its position h·width + w
   * in the plane. A window that holds no input position never occurs (the caller has checked). */
  maxPool2d(
    window: Window2d,
    planes: number,
    x: NumericArray,
    xOffset: number,
    out: NumericArray,
    outOffset: number,
    indices: Int32Array,
    indicesOffset: number,
  ): void;

  /** Average of each window of x [planes, height, width] (dilation is 1). */
  avgPool2d(
    window: Window2d,
    rule: AveragePoolRule,
    planes: number,
    x: NumericArray,
    xOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /** The adjoint of {@link avgPool2d}: out [planes, height, width] is overwritten. */
  avgPool2dGrad(
    window: Window2d,
    rule: AveragePoolRule,
    planes: number,
    g: NumericArray,
    gOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /** One SGD step on n parameters in place; `buffer` (momentum) is null when momentum is 0. */
  sgdStep(
    n: number,
    step: SgdStep,
    param: FloatArray,
    paramOffset: number,
    grad: FloatArray,
    gradOffset: number,
    buffer: FloatArray | null,
    bufferOffset: number,
  ): void;

  /** One Adam or AdamW step on n parameters in place; `maxSq` is null unless amsgrad. */
  adamStep(
    n: number,
    step: AdamStep,
    param: FloatArray,
    paramOffset: number,
    grad: FloatArray,
    gradOffset: number,
    mean: FloatArray,
    meanOffset: number,
    sq: FloatArray,
    sqOffset: number,
    maxSq: FloatArray | null,
    maxSqOffset: number,
  ): void;
}

/** Every kernel there is. An accelerator is a `Partial<Kernels>` laid over the reference by object spread. */
export type Kernels = Readonly<
  StructuredKernels &
    Record<UnaryName, UnaryKernel> &
    Record<PredicateName, UnaryKernel> &
    Record<BinaryName, BinaryKernel> &
    Record<CompareName, BinaryKernel>
>;
