import { noGrad, ones, ShapeError, zeros, type DType, type Tensor } from '@retrograd/core';
import { checkFlag, checkNumber, checkSize } from '../checks.ts';
import { ones_, zeros_ } from '../init.ts';
import { snakeCase } from '../keys.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { pythonBool, pythonFloat } from '../repr.ts';

/** Options of batch and instance norms. */
export interface ChannelNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /**
   * How far running statistics move towards those of a batch; null for their average over all batches so far (of a
   * batch norm). Default 0.1.
   */
  readonly momentum?: number | null;
  /** Whether each channel is scaled and shifted afterwards by parameters of its own. */
  readonly affine?: boolean;
  /** Whether running statistics are kept, for evaluation. */
  readonly trackRunningStats?: boolean;
  /** The dtype of parameters and running statistics. Default float32. */
  readonly dtype?: DType;
}

/** What batch norms and instance norms share: parameters and running statistics, one number per channel. */
export abstract class ChannelNorm extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  /** [numFeatures], or null unless affine. */
  weight: Parameter | null;
  /** [numFeatures], or null unless affine. */
  bias: Parameter | null;
  /** A buffer [numFeatures], or null unless statistics are kept. */
  declare runningMean: Tensor | null;
  /** A buffer [numFeatures], of unbiased variances, or null unless statistics are kept. */
  declare runningVar: Tensor | null;
  /** A 0-d int32 buffer (PyTorch's is int64): how many batches the statistics have seen; null unless they are kept. */
  declare numBatchesTracked: Tensor | null;

  /** @throws RangeError or TypeError for arguments that make no sense. */
  constructor(numFeatures: number, options: ChannelNormOptions, affineByDefault: boolean) {
    super();
    const { eps = 1e-5, momentum = 0.1, dtype = 'float32' } = options;
    const { affine = affineByDefault, trackRunningStats = affineByDefault } = options;
    const { name } = this.constructor;
    checkSize(name, 'numFeatures', numFeatures, 0);
    checkNumber(name, 'eps', eps);
    if (momentum !== null) checkNumber(name, 'momentum', momentum);
    checkFlag(name, 'affine', affine);
    checkFlag(name, 'trackRunningStats', trackRunningStats);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    this.weight = affine ? new Parameter(ones([numFeatures], { dtype })) : null;
    this.bias = affine ? new Parameter(zeros([numFeatures], { dtype })) : null;
    this.registerBuffer('runningMean', trackRunningStats ? zeros([numFeatures], { dtype }) : null);
    this.registerBuffer('runningVar', trackRunningStats ? ones([numFeatures], { dtype }) : null);
    this.registerBuffer('numBatchesTracked', trackRunningStats ? zeros([], { dtype: 'int32' }) : null);
  }

  /** Makes running means zeros and running variances ones again, of no batches. */
  resetRunningStats(): void {
    noGrad(() => {
      this.runningMean?.zero_();
      this.runningVar?.fill_(1);
      this.numBatchesTracked?.zero_();
    });
  }

  /** Forgets the running statistics, and makes weights ones and biases zeros again. */
  resetParameters(): void {
    this.resetRunningStats();
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  abstract override forward(input: Tensor): Tensor;

  /** Throws unless the input has one of the two numbers of dims, and a dim of channels that are as many as features. */
  protected checkInput(input: Tensor, dims: readonly number[], channelDim: number): void {
    const { name } = this.constructor;
    if (!dims.includes(input.ndim)) {
      const expected = dims.map((n) => `${n}D`).join(' or ');
      throw new ShapeError(`${name}: expected ${expected} input (got ${input.ndim}D input)`);
    }
    if (input.shape[channelDim] !== this.numFeatures) {
      throw new ShapeError(
        `${name}: expected ${this.numFeatures} channels in dim ${channelDim}, got an input of shape ` +
          `[${input.shape.join(', ')}]`,
      );
    }
  }

  protected override keyOf(field: string): string {
    return snakeCase(field);
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, trackRunningStats } = this;
    return (
      `${numFeatures}, eps=${pythonFloat(eps)}, momentum=${momentum === null ? 'None' : pythonFloat(momentum)}, ` +
      `affine=${pythonBool(affine)}, track_running_stats=${pythonBool(trackRunningStats)}`
    );
  }
}
