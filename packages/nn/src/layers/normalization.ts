import { layerNorm, ones, zeros, type DType, type Shape, type Tensor } from '@retrograd/core';
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
    const shape = typeof normalizedShape === 'object' ? [...normalizedShape] : [normalizedShape];
    if (shape.length === 0) throw new RangeError('LayerNorm: normalizedShape must have at least 1 dim');
    for (const extent of shape) checkSize('LayerNorm', 'normalizedShape', extent, 0);
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
