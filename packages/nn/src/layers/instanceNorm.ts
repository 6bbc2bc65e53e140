import { instanceNorm, type Tensor } from '@retrograd/core';
import { ChannelNorm, type ChannelNormOptions } from './channelNorm.ts';

/** Options of {@link InstanceNorm1d} and its siblings: `affine` and `trackRunningStats` default to false. */
export type InstanceNormOptions = ChannelNormOptions;

/** Normalises each channel of each sample by itself. */
abstract class InstanceNorm extends ChannelNorm {
  /** The number of dims of a sample: its channels, and where they are. */
  protected abstract readonly sampleDims: number;

  /**
   * @param numFeatures - The number of channels.
   * @throws RangeError or TypeError for arguments that make no sense.
   */
  constructor(numFeatures: number, options: InstanceNormOptions = {}) {
    super(numFeatures, options, false);
  }

  /** @throws ShapeError for another number of dims or channels, or for one value per channel. */
  forward(input: Tensor): Tensor {
    const { sampleDims, runningMean, runningVar, weight, bias, eps } = this;
    const single = input.ndim === sampleDims;
    this.checkInput(input, [sampleDims, sampleDims + 1], single ? 0 : 1);
    const useInputStats = this.training || !this.trackRunningStats;
    const options = {
      runningMean,
      runningVar,
      weight,
      bias,
      useInputStats,
      momentum: this.momentum ?? 0,
      eps,
    };
    return single ? instanceNorm(input.unsqueeze(0), options).squeeze(0) : instanceNorm(input, options);
  }
}

/**
 * Normalises each channel of each sample of x [N, numFeatures, L] or [numFeatures, L] (torch.nn.InstanceNorm1d; Ulyanov
 * et al., Instance Normalization, 2016):
 *
 *     y = (x − mean) / √(variance + ε) · weight + bias
 *
 * The mean and biased variance are those of the channel in its sample; with `trackRunningStats`, in evaluation mode,
 * the running ones. Weights start as ones, biases as zeros.
 */
export class InstanceNorm1d extends InstanceNorm {
  protected get sampleDims(): number {
    return 2;
  }
}

/** {@link InstanceNorm1d} for x [N, numFeatures, H, W] or [numFeatures, H, W] (torch.nn.InstanceNorm2d). */
export class InstanceNorm2d extends InstanceNorm {
  protected get sampleDims(): number {
    return 3;
  }
}

/** {@link InstanceNorm1d} for x [N, numFeatures, D, H, W] or [numFeatures, D, H, W] (torch.nn.InstanceNorm3d). */
export class InstanceNorm3d extends InstanceNorm {
  protected get sampleDims(): number {
    return 4;
  }
}
