import {
  groupNorm,
  layerNorm,
  localResponseNorm,
  ones,
  rmsNorm,
  zeros,
  type DType,
  type Shape,
  type Tensor,
} from '@retrograd/core';
import { checkNumber, checkSize } from '../checks.ts';
import { ones_, zeros_ } from '../init.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { pythonBool, pythonFloat, pythonTuple } from '../repr.ts';

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Whether elements are scaled and shifted afterwards, each by parameters of its own. Default true. */
  readonly elementwiseAffine?: boolean;
  /** The dtype of the parameters. Default float32. */
  readonly dtype?: DType;
}

/**
 * y = (x − mean) / √(variance + ε) · weight + bias, with mean and (biased) variance over the last dims, whose extents
 * are `normalizedShape` (torch.nn.LayerNorm; Ba et al., Layer Normalization, 2016).
 *
 * Weights start as ones, biases as zeros.
 */
export class LayerNorm extends Module {
  readonly normalizedShape: Shape;
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  /** The shape that is normalised, or null without elementwise affinity. */
  weight: Parameter | null;
  /** The shape that is normalised, or null without elementwise affinity. */
  bias: Parameter | null;

  /** @throws RangeError for a shape of other than non-negative integers, or of none. */
  constructor(normalizedShape: number | Shape, options: LayerNormOptions = {}) {
    super();
    const { eps = 1e-5, elementwiseAffine = true, dtype = 'float32' } = options;
    const shape = shapeOf('LayerNorm', normalizedShape);
    checkNumber('LayerNorm', 'eps', eps);
    this.normalizedShape = shape;
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? new Parameter(ones(shape, { dtype })) : null;
    this.bias = elementwiseAffine ? new Parameter(zeros(shape, { dtype })) : null;
  }

  /** Makes weights ones and biases zeros again. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  forward(input: Tensor): Tensor {
    const { normalizedShape, eps, weight, bias } = this;
    return layerNorm(input, normalizedShape, { weight, bias, eps });
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this;
    return `${pythonTuple(normalizedShape)}, eps=${pythonFloat(eps)}, elementwise_affine=${pythonBool(elementwiseAffine)}`;
  }
}

/** Options of {@link RMSNorm}. */
export interface RMSNormOptions {
  /** Added to the mean square; null for the machine epsilon of the input's dtype. Default null. */
  readonly eps?: number | null;
  /** Whether elements are scaled afterwards, each by a parameter of its own. Default true. */
  readonly elementwiseAffine?: boolean;
  /** The dtype of the weight. Default float32. */
  readonly dtype?: DType;
}

/**
 * y = x / √(mean of x² + ε) · weight, with the mean over the last dims, whose extents are `normalizedShape`
 * (torch.nn.RMSNorm; Zhang & Sennrich, Root Mean Square Layer Normalization, 2019).
 *
 * Weights start as ones.
 */
export class RMSNorm extends Module {
  readonly normalizedShape: Shape;
  readonly eps: number | null;
  readonly elementwiseAffine: boolean;
  /** The shape that is normalised, or null without elementwise affinity. */
  weight: Parameter | null;

  /** @throws RangeError for a shape of other than non-negative integers, or of none. */
  constructor(normalizedShape: number | Shape, options: RMSNormOptions = {}) {
    super();
    const { eps = null, elementwiseAffine = true, dtype = 'float32' } = options;
    const shape = shapeOf('RMSNorm', normalizedShape);
    if (eps !== null) checkNumber('RMSNorm', 'eps', eps);
    this.normalizedShape = shape;
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? new Parameter(ones(shape, { dtype })) : null;
  }

  /** Makes weights ones again. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
  }

  forward(input: Tensor): Tensor {
    const { normalizedShape, eps, weight } = this;
    return rmsNorm(input, normalizedShape, { weight, eps });
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this;
    return (
      `${pythonTuple(normalizedShape)}, eps=${eps === null ? 'None' : pythonFloat(eps)}, ` +
      `elementwise_affine=${pythonBool(elementwiseAffine)}`
    );
  }
}

/** Options of {@link GroupNorm}. */
export interface GroupNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Whether each channel is scaled and shifted afterwards by parameters of its own. Default true. */
  readonly affine?: boolean;
  /** The dtype of the parameters. Default float32. */
  readonly dtype?: DType;
}

/**
 * y = (x − mean) / √(variance + ε) · weight + bias for x [N, numChannels, …], with mean and (biased) variance over each
 * of numGroups groups of channels of each sample (torch.nn.GroupNorm; Wu & He, Group Normalization, 2018).
 *
 * Weights start as ones, biases as zeros, one per channel.
 */
export class GroupNorm extends Module {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly affine: boolean;
  /** [numChannels], or null unless affine. */
  weight: Parameter | null;
  /** [numChannels], or null unless affine. */
  bias: Parameter | null;

  /** @throws RangeError for sizes that make no sense or do not go together. */
  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    const { eps = 1e-5, affine = true, dtype = 'float32' } = options;
    checkSize('GroupNorm', 'numGroups', numGroups, 1);
    checkSize('GroupNorm', 'numChannels', numChannels, 0);
    checkNumber('GroupNorm', 'eps', eps);
    if (numChannels % numGroups !== 0) {
      throw new RangeError(
        `GroupNorm: num_channels must be divisible by num_groups: ${numChannels} by ${numGroups}`,
      );
    }
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = eps;
    this.affine = affine;
    this.weight = affine ? new Parameter(ones([numChannels], { dtype })) : null;
    this.bias = affine ? new Parameter(zeros([numChannels], { dtype })) : null;
  }

  /** Makes weights ones and biases zeros again. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  forward(input: Tensor): Tensor {
    const { numGroups, eps, weight, bias } = this;
    return groupNorm(input, numGroups, { weight, bias, eps });
  }

  override extraRepr(): string {
    const { numGroups, numChannels, eps, affine } = this;
    return `${numGroups}, ${numChannels}, eps=${pythonFloat(eps)}, affine=${pythonBool(affine)}`;
  }
}

/** Options of {@link LocalResponseNorm}. */
export interface LocalResponseNormOptions {
  /** Multiplies the mean square. Default 1e-4. */
  readonly alpha?: number;
  /** The exponent. Default 0.75. */
  readonly beta?: number;
  /** Is added to the mean square. Default 1. */
  readonly k?: number;
}

/**
 * y = x / (k + alpha·m)^beta for x [N, C, …], m being the mean of x² over the `size` channels around each, with zeros
 * outside (torch.nn.LocalResponseNorm; Krizhevsky et al., 2012).
 */
export class LocalResponseNorm extends Module {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;

  /** @throws RangeError unless the size is a positive integer. */
  constructor(size: number, { alpha = 1e-4, beta = 0.75, k = 1 }: LocalResponseNormOptions = {}) {
    super();
    checkSize('LocalResponseNorm', 'size', size, 1);
    for (const [name, value] of Object.entries({ alpha, beta, k }))
      checkNumber('LocalResponseNorm', name, value);
    this.size = size;
    this.alpha = alpha;
    this.beta = beta;
    this.k = k;
  }

  forward(input: Tensor): Tensor {
    const { size, alpha, beta, k } = this;
    return localResponseNorm(input, size, { alpha, beta, k });
  }

  override extraRepr(): string {
    const { size, alpha, beta, k } = this;
    return `${size}, alpha=${pythonFloat(alpha)}, beta=${pythonFloat(beta)}, k=${pythonFloat(k)}`;
  }
}

function shapeOf(where: string, normalizedShape: number | Shape): number[] {
  const shape = typeof normalizedShape === 'object' ? [...normalizedShape] : [normalizedShape];
  if (shape.length === 0) throw new RangeError(`${where}: normalizedShape must have at least 1 dim`);
  for (const extent of shape) checkSize(where, 'normalizedShape', extent, 0);
  return shape;
}
