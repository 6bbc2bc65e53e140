import { batchNorm, noGrad, type Tensor } from '@retrograd/core';
import { ChannelNorm, type ChannelNormOptions } from './channelNorm.ts';

/** Options of {@link BatchNorm1d}, {@link BatchNorm2d} and {@link BatchNorm3d}; all that is optional defaults to true. */
export type BatchNormOptions = ChannelNormOptions;

/**
 * y = (x − mean) / √(variance + ε) · weight + bias per channel. In training mode mean and (biased) variance are those of
 * the batch, and the running ones move towards them: running ← (1 − momentum)·running + momentum·batch, with the
 * unbiased variance. In evaluation mode the running ones are used (those of the batch where none are kept).
 */
abstract class BatchNorm extends ChannelNorm {
  /** The numbers of dims an input may have. */
  protected abstract readonly dims: readonly number[];

  /**
   * @param numFeatures - The number of channels.
   * @throws RangeError or TypeError for arguments that make no sense.
   */
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super(numFeatures, options, true);
  }

  /** @throws ShapeError for another number of dims or channels, or for one value per channel when training. */
  forward(input: Tensor): Tensor {
    this.checkInput(input, this.dims, 1);
    const { runningMean, runningVar, numBatchesTracked, weight, bias, eps } = this;
    const updates = this.training && numBatchesTracked !== null;
    const momentum = this.momentum ?? (updates ? 1 / (numBatchesTracked.item() + 1) : 0);
    const ownStatistics = this.training || runningMean === null;
    const output = batchNorm(
      input,
      this.training && !this.trackRunningStats ? null : runningMean,
      this.training && !this.trackRunningStats ? null : runningVar,
      { weight, bias, training: ownStatistics, momentum, eps },
    );
    if (updates) noGrad(() => numBatchesTracked.add_(1));
    return output;
  }
}

/**
 * Normalises the channels of x [N, numFeatures] or [N, numFeatures, L] over the batch (torch.nn.BatchNorm1d; Ioffe &
 * Szegedy, Batch Normalization, 2015):
 *
 *     y = (x − mean) / √(variance + ε) · weight + bias
 *
 * In training mode with the batch's mean and biased variance, towards which the buffers `runningMean` and `runningVar`
 * (unbiased) move by `momentum`; in evaluation mode with these buffers. Weights start as ones, biases as zeros.
 */
export class BatchNorm1d extends BatchNorm {
  protected get dims(): readonly number[] {
    return [2, 3];
  }
}

/** {@link BatchNorm1d} for x [N, numFeatures, H, W] (torch.nn.BatchNorm2d). */
export class BatchNorm2d extends BatchNorm {
  protected get dims(): readonly number[] {
    return [4];
  }
}

/** {@link BatchNorm1d} for x [N, numFeatures, D, H, W] (torch.nn.BatchNorm3d). */
export class BatchNorm3d extends BatchNorm {
  protected get dims(): readonly number[] {
    return [5];
  }
}
