/**
 * The one interface every kernel implementation follows: plain functions over typed arrays, offsets, sizes and
 * strides. A kernel knows nothing of tensors or gradients, trusts its arguments (the caller has validated them),
 * allocates nothing a caller can see, and writes only to `out`.
 *
 * All offsets and strides count elements, not bytes. Unless a kernel says otherwise, operands are contiguous from
 * their offset on. `out` overlaps no operand, except that elementwise kernels (unary, binary, along, clamp, and copy at
 * equal strides) accept an `out` that is the very same region as an operand of the same size.
 */

import type { IndexingKernels } from './indexingKernels.ts';
import type { LinalgKernels } from './linalgKernels.ts';
import type { AdamStep, AveragePoolRule, Conv2dGeometry, SgdStep, Window2d } from './parameters.ts';
import type {
  AlongGradKernel,
  AlongKernel,
  BinaryKernel,
  BinaryName,
  CompareName,
  FloatArray,
  NumericArray,
  PredicateName,
  ReduceKernel,
  SpecialName,
  UnaryKernel,
  UnaryName,
  WhereKernel,
} from './signatures.ts';

/** Kernels with signatures of their own. */
export interface StructuredKernels extends IndexingKernels, LinalgKernels {
  /**
   * C ← alpha·A·B + beta·C with A [m, k], B [k, n] at any row and column strides (so a transpose is never copied)
   * and C [m, n] at row stride cRow, column stride 1. beta = 0 overwrites C without reading it. With a bias [n], of C's
   * type, beta·bias is added to every row instead of beta·C. C overlaps none of the others. Sums run in float64.
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
    bias?: NumericArray,
    biasOffset?: number,
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

  /** out[i] = ψ⁽ᵒʳᵈᵉʳ⁾(x[i]) for i < n: the derivative of that order of digamma, which is the one of order 0. */
  polygamma(
    n: number,
    order: number,
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
  /** Index of the greatest of x[0…i] (the last of equals; NaN wins and stays); out is an Int32Array. */
  cumargmax: AlongKernel;
  /** Index of the least of x[0…i] (the last of equals; NaN wins and stays); out is an Int32Array. */
  cumargmin: AlongKernel;
  softmax: AlongKernel;
  logSoftmax: AlongKernel;
  /** y·(g − Σ g·y), y = softmax. */
  softmaxGrad: AlongGradKernel;
  /** g − exp(y)·Σ g, y = logSoftmax. */
  logSoftmaxGrad: AlongGradKernel;

  /**
   * out[o, i] = ln Σ exp x[o, …, i] − x[o, target[o, i], i] for x [outer, classes, inner], target and out [outer, inner];
   * 0 where the target is negative.
   */
  crossEntropy(
    outer: number,
    classes: number,
    inner: number,
    x: NumericArray,
    xOffset: number,
    target: Int32Array,
    targetOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /**
   * The gradient of {@link crossEntropy}: out[o, c, i] = g[o, i]·(softmax x[o, …, i] − [c = target[o, i]]); 0 where the
   * target is negative.
   */
  crossEntropyGrad(
    outer: number,
    classes: number,
    inner: number,
    g: NumericArray,
    gOffset: number,
    x: NumericArray,
    xOffset: number,
    target: Int32Array,
    targetOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /**
   * (x − mean)·rstd for each channel of x [outer, channels, inner], with mean and rstd = 1/√(variance + eps) over outer
   * and inner (the variance biased); rstd [channels] is written too, and if asked for `moments` [2, channels]: the means,
   * then the variances. Sums run in float64.
   */
  standardize(
    outer: number,
    channels: number,
    inner: number,
    eps: number,
    x: NumericArray,
    xOffset: number,
    out: NumericArray,
    outOffset: number,
    rstd: NumericArray,
    rstdOffset: number,
    moments: NumericArray | null,
    momentsOffset: number,
  ): void;

  /** The gradient of {@link standardize} from its output y: (g − mean g − y·mean(g·y))·rstd for each channel. */
  standardizeGrad(
    outer: number,
    channels: number,
    inner: number,
    g: NumericArray,
    gOffset: number,
    y: NumericArray,
    yOffset: number,
    rstd: NumericArray,
    rstdOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

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

  /**
   * The adjoint of {@link maxPool2d}: out[plane, indices[plane, i]] += g[plane, i] for out [planes, height, width], which is
   * overwritten. Each index lies in its window, where maxPool2d found it.
   */
  maxPool2dGrad(
    window: Window2d,
    planes: number,
    g: NumericArray,
    gOffset: number,
    indices: Int32Array,
    indicesOffset: number,
    out: NumericArray,
    outOffset: number,
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
    Record<SpecialName, UnaryKernel> &
    Record<PredicateName, UnaryKernel> &
    Record<BinaryName, BinaryKernel> &
    Record<CompareName, BinaryKernel>
>;
