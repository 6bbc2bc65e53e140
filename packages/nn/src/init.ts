/* Initialising parameters in place (torch.nn.init). Numbers are drawn as PyTorch draws them, so the same seed gives the
 * same weights. Nothing here is recorded. Each function returns the tensor it was given. */
import { noGrad, ShapeError, type SamplingOptions, type Tensor } from '@retrograd/core';

const { sqrt } = Math;

/** What follows a layer, for {@link calculateGain}; PyTorch's spelling of `leakyRelu` and the like is understood. */
export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'convTranspose1d'
  | 'convTranspose2d'
  | 'convTranspose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leakyRelu'
  | 'selu'
  | 'conv_transpose1d'
  | 'conv_transpose2d'
  | 'conv_transpose3d'
  | 'leaky_relu';

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

/** Uniform in [a, b) (torch.nn.init.uniform_). */
export function uniform_(x: Tensor, a = 0, b = 1, options: SamplingOptions = {}): Tensor {
  return noGrad(() => x.uniform_(a, b, options));
}

/** Normal with a mean and a standard deviation (torch.nn.init.normal_). */
export function normal_(x: Tensor, mean = 0, std = 1, options: SamplingOptions = {}): Tensor {
  return noGrad(() => x.normal_(mean, std, options));
}

/** One value everywhere (torch.nn.init.constant_). */
export function constant_(x: Tensor, value: number): Tensor {
  return noGrad(() => x.fill_(value));
}

/** Ones (torch.nn.init.ones_). */
export function ones_(x: Tensor): Tensor {
  return constant_(x, 1);
}

/** Zeros (torch.nn.init.zeros_). */
export function zeros_(x: Tensor): Tensor {
  return constant_(x, 0);
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

/**
 * How much a nonlinearity shrinks what passes it, to be made good by the weights before it
 * (torch.nn.init.calculate_gain): tanh 5/3, relu √2, leakyRelu √(2 / (1 + slope²)), selu 3/4, others 1.
 *
 * @param param - The negative slope of a leakyRelu. Default 0.01.
 * @throws RangeError for an unknown one.
 */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  switch (nonlinearity) {
    case 'linear':
    case 'conv1d':
    case 'conv2d':
    case 'conv3d':
    case 'convTranspose1d':
    case 'convTranspose2d':
    case 'convTranspose3d':
    case 'conv_transpose1d':
    case 'conv_transpose2d':
    case 'conv_transpose3d':
    case 'sigmoid':
      return 1;
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return sqrt(2);
    case 'leakyRelu':
    case 'leaky_relu':
      if (typeof param !== 'number')
        throw new RangeError(`init: negative_slope ${String(param)} not a valid number`);
      return sqrt(2 / (1 + param ** 2));
    case 'selu':
      return 3 / 4;
    default:
      throw new RangeError(`init: Unsupported nonlinearity ${String(nonlinearity)}`);
  }
}

/**
 * How many inputs each output element of a weight [out, in, ...kernel] depends on (fan in), and how many outputs each
 * input element enters (fan out).
 *
 * @throws ShapeError for fewer than 2 dims.
 */
export function calculateFans(weight: Tensor): { fanIn: number; fanOut: number } {
  const [outputs, inputs, ...kernel] = weight.shape;
  if (weight.ndim < 2) {
    throw new ShapeError(
      'init: Fan in and fan out can not be computed for tensor with fewer than 2 dimensions',
    );
  }
  const field = kernel.reduce((area, size) => area * size, 1);
  return { fanIn: inputs * field, fanOut: outputs * field };
}
