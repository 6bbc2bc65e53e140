import { bilinear, linear, zeros, type DType, type Tensor } from '@retrograd/core';
import { checkFlag, checkSize } from '../checks.ts';
import { calculateFans, kaimingUniform_, uniform_ } from '../init.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { pythonBool } from '../repr.ts';

const { sqrt } = Math;

/** Returns its input, whatever it is (torch.nn.Identity). */
export class Identity extends Module {
  forward<T>(input: T): T;
  // The last signature is the one that hooks and other derived types see.
  forward(input: Tensor): Tensor;
  forward(input: unknown): unknown {
    return input;
  }
}

/** Options of {@link Linear}. */
export interface LinearOptions {
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
  /** The dtype of the parameters. Default float32. */
  readonly dtype?: DType;
}

/**
 * y = x·Wᵀ + b for x [..., inFeatures], W [outFeatures, inFeatures] and b [outFeatures] (torch.nn.Linear).
 *
 * Weight and bias start uniform on ±1/√inFeatures.
 */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** [outFeatures, inFeatures] */
  weight: Parameter;
  /** [outFeatures], or null without bias. */
  bias: Parameter | null;

  /** @throws RangeError for a negative or fractional number of features. */
  constructor(
    inFeatures: number,
    outFeatures: number,
    { bias = true, dtype = 'float32' }: LinearOptions = {},
  ) {
    super();
    checkSize('Linear', 'inFeatures', inFeatures, 0);
    checkSize('Linear', 'outFeatures', outFeatures, 0);
    checkFlag('Linear', 'bias', bias);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(zeros([outFeatures, inFeatures], { dtype }));
    this.bias = bias ? new Parameter(zeros([outFeatures], { dtype })) : null;
    this.resetParameters();
  }

  /** Draws the parameters anew. */
  resetParameters(): void {
    kaimingUniform_(this.weight, { a: sqrt(5) });
    if (this.bias === null) return;
    const { fanIn } = calculateFans(this.weight);
    const bound = fanIn > 0 ? 1 / sqrt(fanIn) : 0;
    uniform_(this.bias, -bound, bound);
  }

  forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }

  override extraRepr(): string {
    const { inFeatures, outFeatures, bias } = this;
    return `in_features=${inFeatures}, out_features=${outFeatures}, bias=${pythonBool(bias !== null)}`;
  }
}

/**
 * yₖ = x₁ᵀ·Aₖ·x₂ + bₖ for x₁ [..., in1Features], x₂ [..., in2Features] and A [outFeatures, in1Features, in2Features]
 * (torch.nn.Bilinear).
 *
 * Weight and bias start uniform on ±1/√in1Features.
 */
export class Bilinear extends Module {
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  /** [outFeatures, in1Features, in2Features] */
  weight: Parameter;
  /** [outFeatures], or null without bias. */
  bias: Parameter | null;

  /** @throws RangeError for a number of features that makes no sense. */
  constructor(
    in1Features: number,
    in2Features: number,
    outFeatures: number,
    { bias = true, dtype = 'float32' }: LinearOptions = {},
  ) {
    super();
    checkSize('Bilinear', 'in1Features', in1Features, 1);
    checkSize('Bilinear', 'in2Features', in2Features, 0);
    checkSize('Bilinear', 'outFeatures', outFeatures, 0);
    checkFlag('Bilinear', 'bias', bias);
    this.in1Features = in1Features;
    this.in2Features = in2Features;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(zeros([outFeatures, in1Features, in2Features], { dtype }));
    this.bias = bias ? new Parameter(zeros([outFeatures], { dtype })) : null;
    this.resetParameters();
  }

  /** Draws the parameters anew. */
  resetParameters(): void {
    const bound = 1 / sqrt(this.in1Features);
    uniform_(this.weight, -bound, bound);
    if (this.bias !== null) uniform_(this.bias, -bound, bound);
  }

  forward(input1: Tensor, input2: Tensor): Tensor {
    return bilinear(input1, input2, this.weight, this.bias);
  }

  override extraRepr(): string {
    const { in1Features, in2Features, outFeatures, bias } = this;
    return (
      `in1_features=${in1Features}, in2_features=${in2Features}, out_features=${outFeatures}, ` +
      `bias=${pythonBool(bias !== null)}`
    );
  }
}
