import type { FloatArray, NumericArray } from '@retrograd/kernels';
import type { CreationOptions } from '../creation.ts';
import { checkDType, isFloating, type DType } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { div } from '../ops/arithmetic.ts';
import { argmax } from '../ops/extremum.ts';
import { overwrite } from '../ops/inplace.ts';
import { packed } from '../ops/loops.ts';
import { topk } from '../ops/order.ts';
import { checkTensor } from '../ops/promote.ts';
import { checkShape, formatShape, type Shape } from '../shape.ts';
import { noGrad } from '../tape/recording.ts';
import { allocateTensor, floatArray, indexArray, viewAs, type Tensor } from '../tensor.ts';
import {
  fillBernoulli,
  fillExponential,
  fillNormal,
  fillNormalSingly,
  fillRandint,
  fillRandperm,
  fillUniform,
} from './distributions.ts';
import { defaultGenerator, type Generator } from './generator.ts';
import { checkDistributions, fillWithReplacement } from './multinomial.ts';

/** Up to here float32 has every integer. */
const MAX_CATEGORIES = 2 ** 24;

/** Options of the functions that make random tensors. */
export interface RandomOptions extends CreationOptions {
  /** Where the numbers come from. Default: the generator that {@link manualSeed} seeds. */
  readonly generator?: Generator;
}

/** Options of in-place sampling. */
export interface SamplingOptions {
  /** Where the numbers come from. Default: the generator that {@link manualSeed} seeds. */
  readonly generator?: Generator;
}

/**
 * Seeds the default generator: the same seed gives the same numbers, those PyTorch's CPU generator gives
 * (torch.manual_seed).
 *
 * @returns The default generator.
 */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(seed);
}

/** Numbers uniform in [0, 1), PyTorch's stream (torch.rand). */
export function rand(shape: Shape, options: RandomOptions = {}): Tensor {
  return sampled('rand', shape, options, (array, g) => fillUniform(array, 0, 1, g, 'rand'));
}

/** Normally distributed numbers of mean 0 and standard deviation 1, PyTorch's stream (torch.randn). */
export function randn(shape: Shape, options: RandomOptions = {}): Tensor {
  return sampled('randn', shape, options, (array, g) => fillNormal(array, 0, 1, g, 'randn'));
}

/** {@link rand} in the shape and dtype of x, drawn in the order of x's memory (torch.rand_like). */
export function randLike(x: Tensor, options: RandomOptions = {}): Tensor {
  return sampledLike('randLike', x, options, (array, g) => fillUniform(array, 0, 1, g, 'randLike'));
}

/** {@link randn} in the shape and dtype of x, drawn in the order of x's memory (torch.randn_like). */
export function randnLike(x: Tensor, options: RandomOptions = {}): Tensor {
  return sampledLike('randnLike', x, options, normals(0, 1, 'randnLike'));
}

/**
 * Integers uniform in [low, high), int32 unless `dtype` is given (torch.randint).
 *
 * @throws RangeError unless low < high.
 */
export function randint(low: number, high: number, shape: Shape, options: RandomOptions = {}): Tensor {
  const x = blank('randint', shape, options.dtype ?? 'int32');
  if (x.dtype === 'bool' && high > 2)
    throw new RangeError(`randint: high - 1 is out of bounds for bool, got high ${high}`);
  fillRandint(x.storage.array, low, high, options.generator ?? defaultGenerator, 'randint');
  return options.requiresGrad ? x.requiresGrad_() : x;
}

/** The integers 0 … n − 1 in random order, int32 unless `dtype` is given (torch.randperm). */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const x = blank('randperm', [n], options.dtype ?? 'int32');
  fillRandperm(x.storage.array, n, options.generator ?? defaultGenerator, 'randperm');
  return options.requiresGrad ? x.requiresGrad_() : x;
}

/**
 * 1 with the probability each element of p gives, else 0, in p's shape and dtype; not differentiable
 * (torch.bernoulli).
 *
 * @throws RangeError for a probability outside [0, 1].
 */
export function bernoulli(p: Tensor, options: SamplingOptions = {}): Tensor {
  checkTensor('bernoulli', p);
  const out = allocateTensor(p.shape, p.dtype);
  const source = packed(p);
  const probabilities = floatArray(source).subarray(source.offset, source.offset + source.numel());
  fillBernoulli(out.storage.array, probabilities, options.generator ?? defaultGenerator, 'bernoulli');
  return out;
}

/** Options of {@link multinomial}. */
export interface MultinomialOptions extends SamplingOptions {
  /** Whether a category may be drawn more than once. Default false. */
  readonly replacement?: boolean;
}

/**
 * Categories drawn with the probabilities of p [categories], or of each row of p [rows, categories], which need not sum
 * to 1: int32 [numSamples] or [rows, numSamples]; not differentiable (torch.multinomial).
 *
 * Without replacement those with the greatest pᵢ/qᵢ, q ~ Exp(1) in p's dtype, greatest first; with
 * it, by the cumulative sums of p in its dtype. Both are PyTorch's streams: in float32 the same seed gives the same
 * categories; in float64 a rounding of q may exchange two of nearly equal pᵢ/qᵢ. Where fewer than numSamples categories
 * are possible, the impossible follow in order (in PyTorch in no given order).
 *
 * @throws ShapeError unless p is 1-d or 2-d; DTypeError for integer and bool tensors; RangeError for a number of samples
 * that is not positive or, without replacement, above that of categories; for a probability that is negative, NaN or
 * infinite, a row of zeros, more than 2²⁴ categories.
 */
export function multinomial(p: Tensor, numSamples: number, options: MultinomialOptions = {}): Tensor {
  const { replacement = false, generator = defaultGenerator } = options;
  checkDraw(p, numSamples, replacement);
  const rows = p.ndim === 1 ? 1 : p.shape[0];
  const out = allocateTensor([...p.shape.slice(0, -1), numSamples], 'int32');
  if (out.numel() === 0) return out;
  const source = packed(p);
  const probabilities = floatArray(source).subarray(source.offset, source.offset + source.numel());
  checkDistributions(probabilities, rows, p.shape[p.ndim - 1]);
  if (replacement) {
    fillWithReplacement(indexArray(out), probabilities, rows, generator);
    return out;
  }
  return noGrad(() => {
    const q = drawn(p, p.dtype, (y) => fillExponential(floatArray(y), 1, generator, 'multinomial'));
    const scores = div(p, q);
    return numSamples === 1
      ? argmax(scores, -1, { keepdim: true })
      : packed(topk(scores, numSamples).indices);
  });
}

function checkDraw(p: Tensor, numSamples: number, replacement: boolean): void {
  checkTensor('multinomial', p);
  if (p.ndim < 1 || p.ndim > 2) {
    throw new ShapeError(`multinomial: prob_dist must be 1 or 2 dim, got shape ${formatShape(p.shape)}`);
  }
  if (!isFloating(p.dtype)) {
    throw new DTypeError(`multinomial: only supports floating-point dtypes for input, got: ${p.dtype}`);
  }
  if (!Number.isInteger(numSamples) || numSamples <= 0) {
    throw new RangeError(
      `multinomial: cannot sample n_sample <= 0 samples: numSamples must be a positive integer, got ${String(numSamples)}`,
    );
  }
  const categories = p.shape[p.ndim - 1];
  if (!replacement && numSamples > categories) {
    throw new RangeError(
      `multinomial: cannot sample n_sample > prob_dist.size(-1) samples without replacement, got ${numSamples} of ` +
        `${categories}: pass { replacement: true } to draw categories more than once`,
    );
  }
  if (categories > MAX_CATEGORIES) {
    throw new RangeError(`multinomial: number of categories cannot exceed 2^24, got ${categories}`);
  }
}

/** Overwrites x with numbers uniform in [from, to) (torch.Tensor.uniform_). */
export function uniform_(x: Tensor, from = 0, to = 1, options: SamplingOptions = {}): Tensor {
  return resampled('uniform_', x, options, (array, g) => fillUniform(array, from, to, g, 'uniform_'));
}

/** Overwrites x with normally distributed numbers (torch.Tensor.normal_). */
export function normal_(x: Tensor, mean = 0, std = 1, options: SamplingOptions = {}): Tensor {
  return resampled('normal_', x, options, normals(mean, std, 'normal_'));
}

/** Overwrites x with exponentially distributed numbers of rate lambda (torch.Tensor.exponential_). */
export function exponential_(x: Tensor, lambda = 1, options: SamplingOptions = {}): Tensor {
  return resampled('exponential_', x, options, (array, g) =>
    fillExponential(array, lambda, g, 'exponential_'),
  );
}

/** Overwrites each element of x with 1 with probability p, else 0 (torch.Tensor.bernoulli_). */
export function bernoulli_(x: Tensor, p = 0.5, options: SamplingOptions = {}): Tensor {
  checkTensor('bernoulli_', x);
  const generator = options.generator ?? defaultGenerator;
  const fresh = drawn(x, x.dtype, ({ storage }) => fillBernoulli(storage.array, p, generator, 'bernoulli_'));
  return overwrite('bernoulli_', x, fresh);
}

/** Fills an array, whose elements lie in order in the tensor they are for, or do not. */
type Fill = (array: FloatArray, generator: Generator, contiguous: boolean) => void;

/** PyTorch draws normal samples one by one for a tensor that is not contiguous. */
function normals(mean: number, std: number, caller: string): Fill {
  return (array, g, contiguous) => (contiguous ? fillNormal : fillNormalSingly)(array, mean, std, g, caller);
}

function sampled(name: string, shape: Shape, options: RandomOptions, fill: Fill): Tensor {
  const x = blank(name, shape, options.dtype ?? 'float32');
  fill(floating(name, x), options.generator ?? defaultGenerator, true);
  return options.requiresGrad ? x.requiresGrad_() : x;
}

function resampled(name: string, x: Tensor, options: SamplingOptions, fill: Fill): Tensor {
  checkTensor(name, x);
  const generator = options.generator ?? defaultGenerator;
  const contiguous = x.isContiguous();
  return overwrite(
    name,
    x,
    drawn(x, x.dtype, (y) => fill(floating(name, y), generator, contiguous)),
  );
}

function sampledLike(name: string, x: Tensor, options: RandomOptions, fill: Fill): Tensor {
  checkTensor(name, x);
  const { dtype = x.dtype, generator = defaultGenerator } = options;
  checkDType(name, dtype);
  // PyTorch's result is dense: contiguous wherever x's dims are in order, with gaps or without.
  const contiguous = inOrder(memoryOrder(x));
  const y = packed(drawn(x, dtype, (z) => fill(floating(name, z), generator, contiguous)));
  return options.requiresGrad ? y.requiresGrad_() : y;
}

/** A tensor of x's shape whose elements `fill` draws in the order in which x's lie in memory, as PyTorch's kernels do. */
function drawn(x: Tensor, dtype: DType, fill: (y: Tensor) => void): Tensor {
  const dims = memoryOrder(x);
  const y = allocateTensor(
    dims.map((d) => x.shape[d]),
    dtype,
  );
  fill(y);
  // Not as a view, where it need not be one: views are not modified in place under recording.
  if (inOrder(dims)) return y;
  const strides: number[] = [];
  dims.forEach((d, i) => (strides[d] = y.strides[i]));
  return viewAs(y, 0, x.shape, strides);
}

/**
 * The dims of x from the slowest to the fastest in memory. Dims of extent 1 and of stride 0 stay where they are among the
 * others (TensorIterator's order).
 */
function memoryOrder({ shape, strides }: Tensor): number[] {
  const isBefore = (d: number, e: number): boolean =>
    strides[d] > strides[e] || (strides[d] === strides[e] && shape[d] > shape[e]);
  const order = [...shape.keys()];
  for (let i = order.length - 2; i >= 0; i--) {
    // An insertion sort that looks past what cannot be compared.
    let at = i;
    for (let next = i + 1; next < order.length; next++) {
      const [d, e] = [order[at], order[next]];
      if (strides[d] === 0 || strides[e] === 0 || shape[d] === 1 || shape[e] === 1) continue;
      if (!isBefore(e, d)) break;
      [order[at], order[next]] = [e, d];
      at = next;
    }
  }
  return order;
}

function inOrder(dims: readonly number[]): boolean {
  return dims.every((d, i) => d === i);
}

function blank(name: string, shape: Shape, dtype: DType): Tensor {
  checkDType(name, dtype);
  checkShape(name, shape);
  return allocateTensor([...shape], dtype);
}

function floating(name: string, x: Tensor): FloatArray {
  const array: NumericArray = x.storage.array;
  if (isFloating(x.dtype)) return array as FloatArray;
  throw new DTypeError(`${name}: only floating point dtypes are supported, got ${x.dtype}`);
}
