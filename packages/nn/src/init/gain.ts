/* How layers scale what passes them. */
import { ShapeError, type Tensor } from '@retrograd/core';

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
