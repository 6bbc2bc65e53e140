/* Weights scaled by how many inputs and outputs they connect. */
import type { SamplingOptions, Tensor } from '@retrograd/core';
import { normal_, uniform_ } from './fill.ts';
import { calculateFans, calculateGain, type Nonlinearity } from './gain.ts';

const { sqrt } = Math;

/** Options of {@link xavierUniform_} and {@link xavierNormal_}. */
export interface XavierOptions extends SamplingOptions {
  /** Scales the result; see {@link calculateGain}. Default 1. */
  readonly gain?: number;
}

/** Options of {@link kaimingUniform_} and {@link kaimingNormal_}. */
export interface KaimingOptions extends SamplingOptions {
  /** The negative slope of the leaky ReLU that follows. Default 0. */
  readonly a?: number;
  /** Keep the variance of activations ('fanIn', the default) or of gradients ('fanOut'). */
  readonly mode?: 'fanIn' | 'fanOut' | 'fan_in' | 'fan_out';
  /** What follows the layer. Default 'leakyRelu', which with a = 0 is ReLU. */
  readonly nonlinearity?: Nonlinearity;
}

/**
 * Uniform in ±gain·√(6 / (fanIn + fanOut)) (torch.nn.init.xavier_uniform_; Glorot & Bengio, Understanding the difficulty
 * of training deep feedforward neural networks, 2010).
 *
 * @throws ShapeError for fewer than 2 dims.
 */
export function xavierUniform_(x: Tensor, { gain = 1, generator }: XavierOptions = {}): Tensor {
  const { fanIn, fanOut } = calculateFans(x);
  if (x.numel() === 0) return x;
  const std = gain * sqrt(2 / (fanIn + fanOut));
  const bound = sqrt(3) * std;
  return uniform_(x, -bound, bound, { generator });
}

/**
 * Normal with standard deviation gain·√(2 / (fanIn + fanOut)) (torch.nn.init.xavier_normal_); see
 * {@link xavierUniform_}.
 */
export function xavierNormal_(x: Tensor, { gain = 1, generator }: XavierOptions = {}): Tensor {
  const { fanIn, fanOut } = calculateFans(x);
  if (x.numel() === 0) return x;
  return normal_(x, 0, gain * sqrt(2 / (fanIn + fanOut)), { generator });
}

/**
 * Uniform in ±gain·√(3 / fan) (torch.nn.init.kaiming_uniform_; He et al., Delving deep into rectifiers, 2015).
 *
 * @throws ShapeError for fewer than 2 dims; RangeError for an unknown mode or nonlinearity.
 */
export function kaimingUniform_(x: Tensor, options: KaimingOptions = {}): Tensor {
  const std = kaimingStd(x, options);
  if (x.numel() === 0) return x;
  const bound = sqrt(3) * std;
  return uniform_(x, -bound, bound, { generator: options.generator });
}

/** Normal with standard deviation gain / √fan (torch.nn.init.kaiming_normal_); see {@link kaimingUniform_}. */
export function kaimingNormal_(x: Tensor, options: KaimingOptions = {}): Tensor {
  const std = kaimingStd(x, options);
  if (x.numel() === 0) return x;
  return normal_(x, 0, std, { generator: options.generator });
}

function kaimingStd(
  x: Tensor,
  { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' }: KaimingOptions,
): number {
  const { fanIn, fanOut } = calculateFans(x);
  const gain = calculateGain(nonlinearity, a);
  switch (mode) {
    case 'fanIn':
    case 'fan_in':
      return gain / sqrt(fanIn);
    case 'fanOut':
    case 'fan_out':
      return gain / sqrt(fanOut);
    default:
      throw new RangeError(`init: Mode ${String(mode)} not supported, please use one of fanIn, fanOut`);
  }
}
