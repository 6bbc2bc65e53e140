import type { FloatArray, NumericArray } from '@retrograd/kernels';
import type { CreationOptions } from '../creation.ts';
import { checkDType, isFloating, type DType } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { overwrite } from '../ops/inplace.ts';
import { packed } from '../ops/loops.ts';
import { checkTensor } from '../ops/promote.ts';
import { checkShape, type Shape } from '../shape.ts';
import { allocateTensor, floatArray, type Tensor } from '../tensor.ts';
import {
  fillBernoulli,
  fillExponential,
  fillNormal,
  fillRandint,
  fillRandperm,
  fillUniform,
} from './distributions.ts';
import { defaultGenerator, type Generator } from './generator.ts';

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

/** {@link rand} in the shape and dtype of x (torch.rand_like). */
export function randLike(x: Tensor, options: RandomOptions = {}): Tensor {
  return rand(x.shape, { dtype: x.dtype, ...options });
}

/** {@link randn} in the shape and dtype of x (torch.randn_like). */
export function randnLike(x: Tensor, options: RandomOptions = {}): Tensor {
  return randn(x.shape, { dtype: x.dtype, ...options });
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

/** Overwrites x with numbers uniform in [from, to) (torch.Tensor.uniform_). */
export function uniform_(x: Tensor, from = 0, to = 1, options: SamplingOptions = {}): Tensor {
  return resampled('uniform_', x, options, (array, g) => fillUniform(array, from, to, g, 'uniform_'));
}

/** Overwrites x with normally distributed numbers (torch.Tensor.normal_). */
export function normal_(x: Tensor, mean = 0, std = 1, options: SamplingOptions = {}): Tensor {
  return resampled('normal_', x, options, (array, g) => fillNormal(array, mean, std, g, 'normal_'));
}

/** Overwrites x with exponentially distributed numbers of rate lambda (torch.Tensor.exponential_). */
export function exponential_(x: Tensor, lambda = 1, options: SamplingOptions = {}): Tensor {
  return resampled('exponential_', x, options, (array, g) =>
    fillExponential(array, lambda, g, 'exponential_'),
  );
}

/** Overwrites each element of x with 1 with probability p, else 0 (torch.Tensor.bernoulli_). */
export function bernoulli_(x: Tensor, p = 0.5, options: SamplingOptions = {}): Tensor {
  const fresh = allocateTensor(x.shape, x.dtype);
  fillBernoulli(fresh.storage.array, p, options.generator ?? defaultGenerator, 'bernoulli_');
  return overwrite('bernoulli_', x, fresh);
}

type Fill = (array: FloatArray, generator: Generator) => void;

function sampled(name: string, shape: Shape, options: RandomOptions, fill: Fill): Tensor {
  const x = blank(name, shape, options.dtype ?? 'float32');
  fill(floating(name, x), options.generator ?? defaultGenerator);
  return options.requiresGrad ? x.requiresGrad_() : x;
}

function resampled(name: string, x: Tensor, options: SamplingOptions, fill: Fill): Tensor {
  checkTensor(name, x);
  const fresh = allocateTensor(x.shape, x.dtype);
  fill(floating(name, fresh), options.generator ?? defaultGenerator);
  return overwrite(name, x, fresh);
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
