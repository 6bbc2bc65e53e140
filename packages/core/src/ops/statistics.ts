/* Variance, standard deviation and logsumexp. */
import { kernels } from '@retrograd/kernels';
import { isFloating } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { reducedShape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { allocateTensor, type Tensor } from '../tensor.ts';
import { div, mul, sub } from './arithmetic.ts';
import { eq } from './compare.ts';
import { exp } from './elementwise.ts';
import { binaryLoop, reduceLoop, unaryLoop } from './loops.ts';
import { scalar, toFloat } from './promote.ts';
import { countOf, mean, reduced, spread, type Dims, type Reduced, type ReduceOptions } from './reduce.ts';
import { where } from './where.ts';

const { max } = Math;

/** What {@link var} and its like take second: dims, options, or PyTorch's older `unbiased`. */
type VarianceArgument = Dims | boolean | VarianceOptions;

/** Options of {@link var} and its like. */
export interface VarianceOptions extends ReduceOptions {
  /** What is subtracted from the number of elements in the divisor (Bessel's correction). Default 1. */
  readonly correction?: number;
  /** PyTorch's older way to say `correction`: true is 1, false is 0. */
  readonly unbiased?: boolean;
}

interface VarianceAttrs extends Reduced {
  readonly correction: number;
}

/** Σ (x − mean)² / (n − correction) into the contiguous out. */
function varianceInto(x: Tensor, { dims, correction }: VarianceAttrs, out: Tensor): void {
  const n = countOf(x.shape, dims);
  const center = allocateTensor(reducedShape(x.shape, dims, true), x.dtype);
  reduceLoop(kernels.sum, x, dims, center);
  binaryLoop(kernels.div, center, scalar(n, x.dtype), center);
  const deviation = allocateTensor(x.shape, x.dtype);
  binaryLoop(kernels.sub, x, center, deviation);
  unaryLoop(kernels.square, deviation, deviation);
  reduceLoop(kernels.sum, deviation, dims, out);
  binaryLoop(kernels.div, out, scalar(max(0, n - correction), x.dtype), out);
}

/** g·2(x − mean)/(n − correction). */
function varianceGradient(g: Tensor, x: Tensor, attrs: VarianceAttrs): Tensor {
  const { dims, correction } = attrs;
  const scaled = mul(g, 2 / (countOf(x.shape, dims) - correction));
  return mul(spread(scaled, x.shape, attrs), sub(x, mean(x, dims, { keepdim: true })));
}

export const varOp = defineOp({
  name: 'var',
  inputs: ['x'],
  shape: ([x], { dims, keepdim }: VarianceAttrs) => reducedShape(x.shape, dims, keepdim),
  forward: ([x], attrs, out) => varianceInto(x, attrs, out),
  saves: { x: ['x'] },
  vjp: { x: (g, { x, attrs }) => varianceGradient(g, x, attrs) },
});

/** The gradient is 0 where the deviation is 0, as in PyTorch. */
export const stdOp = defineOp({
  name: 'std',
  inputs: ['x'],
  shape: ([x], { dims, keepdim }: VarianceAttrs) => reducedShape(x.shape, dims, keepdim),
  forward: ([x], attrs, out) => {
    varianceInto(x, attrs, out);
    unaryLoop(kernels.sqrt, out, out);
  },
  saves: { x: ['x', 'out'] },
  vjp: {
    x: (g, { x, out, attrs }) => {
      const constant = eq(out, 0);
      // The 1 that stands in for 0 keeps inf, and with it NaN, out of the higher orders.
      return varianceGradient(where(constant, 0, div(g, mul(where(constant, 1, out), 2))), x, attrs);
    },
  },
});

/** The gradient is g·softmax(x). */
export const logsumexpOp = defineOp({
  name: 'logsumexp',
  inputs: ['x'],
  shape: ([x], { dims, keepdim }: Reduced) => reducedShape(x.shape, dims, keepdim),
  forward: ([x], { dims }, out) => reduceLoop(kernels.logsumexp, x, dims, out),
  saves: { x: ['x', 'out'] },
  vjp: {
    x: (g, { x, out, attrs }) => mul(spread(g, x.shape, attrs), exp(sub(x, spread(out, x.shape, attrs)))),
  },
});

/**
 * The variance Σ (x − mean)² / (n − correction), over all elements or over the given dims (torch.var). NaN where
 * n ≤ correction, unless the sum is not 0 and so the quotient infinite.
 *
 * @throws DTypeError unless x is floating; ShapeError for a dim that is out of range or given twice.
 */
function variance(x: Tensor, dim?: VarianceArgument, options?: VarianceOptions): Tensor {
  return apply(varOp, [x], varianceAttrs('var', x, dim, options));
}
export { variance as var };

/** The standard deviation, the square root of the variance (torch.std); see `var`. */
export function std(x: Tensor, dim?: VarianceArgument, options?: VarianceOptions): Tensor {
  return apply(stdOp, [x], varianceAttrs('std', x, dim, options));
}

/** The variance and the mean (torch.var_mean). */
export function varMean(
  x: Tensor,
  dim?: VarianceArgument,
  options?: VarianceOptions,
): { readonly var: Tensor; readonly mean: Tensor } {
  const attrs = varianceAttrs('varMean', x, dim, options);
  return { var: apply(varOp, [x], attrs), mean: mean(x, attrs.dims, attrs) };
}

/** The standard deviation and the mean (torch.std_mean). */
export function stdMean(
  x: Tensor,
  dim?: VarianceArgument,
  options?: VarianceOptions,
): { readonly std: Tensor; readonly mean: Tensor } {
  const attrs = varianceAttrs('stdMean', x, dim, options);
  return { std: apply(stdOp, [x], attrs), mean: mean(x, attrs.dims, attrs) };
}

/**
 * log Σ exp(x), over the given dims or over all elements, computed without overflow (torch.logsumexp); −inf where there
 * are none. Integers become float32.
 *
 * @throws ShapeError for a dim that is out of range or given twice.
 */
export function logsumexp(x: Tensor, dim?: Dims | ReduceOptions, options?: ReduceOptions): Tensor {
  const attrs = reduced('logsumexp', x, dim, options);
  return apply(logsumexpOp, [toFloat('logsumexp', x)], attrs);
}

function isOptions(dim: Dims | VarianceOptions | undefined): dim is VarianceOptions {
  return typeof dim === 'object' && !Array.isArray(dim);
}

function varianceAttrs(
  name: string,
  x: Tensor,
  dim: VarianceArgument | undefined,
  options: VarianceOptions | undefined,
): VarianceAttrs {
  if (typeof dim === 'boolean') return varianceAttrs(name, x, { unbiased: dim, ...options }, undefined);
  const attrs = reduced(name, x, dim, options);
  if (!isFloating(x.dtype)) {
    throw new DTypeError(
      `${name}: std and var only support floating point and complex dtypes, got ${x.dtype}`,
    );
  }
  const given: VarianceOptions = options ?? (isOptions(dim) ? dim : {});
  return { ...attrs, correction: given.correction ?? (given.unbiased === false ? 0 : 1) };
}
