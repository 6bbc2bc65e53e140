import {
  alphaDropout,
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
  featureAlphaDropout,
  type Tensor,
} from '@retrograd/core';
import { argument, checkProbability, type Argument } from '../checks.ts';
import { Module } from '../module.ts';
import { pythonNumber } from '../repr.ts';

/** What the layers of this file share: a probability, and that they return their input in evaluation mode. */
abstract class RandomDrop extends Module {
  /** The probability of an element, or channel, to be dropped. */
  p: number;

  /**
   * @param p - Default 0.5.
   * @throws RangeError for a probability outside [0, 1].
   */
  constructor(p?: Argument<'p'>) {
    super();
    this.p = argument(p, 'p') ?? 0.5;
    checkProbability(this.constructor.name, this.p);
  }

  override extraRepr(): string {
    return `p=${pythonNumber(this.p)}, inplace=False`;
  }
}

/**
 * In training mode sets each element to zero with probability p and divides the others by 1 − p; in evaluation mode
 * returns its input (torch.nn.Dropout; Srivastava et al., Dropout, 2014).
 */
export class Dropout extends RandomDrop {
  forward(input: Tensor): Tensor {
    return dropout(input, { p: this.p, training: this.training });
  }
}

/** {@link Dropout} of whole channels of x [N, C, L] or [C, L] (torch.nn.Dropout1d). */
export class Dropout1d extends RandomDrop {
  forward(input: Tensor): Tensor {
    return dropout1d(input, { p: this.p, training: this.training });
  }
}

/** {@link Dropout} of whole channels of x [N, C, H, W] (torch.nn.Dropout2d). */
export class Dropout2d extends RandomDrop {
  forward(input: Tensor): Tensor {
    return dropout2d(input, { p: this.p, training: this.training });
  }
}

/** {@link Dropout} of whole channels of x [N, C, D, H, W] or [C, D, H, W] (torch.nn.Dropout3d). */
export class Dropout3d extends RandomDrop {
  forward(input: Tensor): Tensor {
    return dropout3d(input, { p: this.p, training: this.training });
  }
}

/**
 * Dropout that keeps the mean 0 and variance 1 that {@link SELU} gives: dropped elements become its lower bound, then all
 * are scaled and shifted (torch.nn.AlphaDropout; Klambauer et al., Self-Normalizing Neural Networks, 2017).
 */
export class AlphaDropout extends RandomDrop {
  forward(input: Tensor): Tensor {
    return alphaDropout(input, { p: this.p, training: this.training });
  }
}

/** {@link AlphaDropout} of whole channels of x [N, C, …] (torch.nn.FeatureAlphaDropout). */
export class FeatureAlphaDropout extends RandomDrop {
  forward(input: Tensor): Tensor {
    return featureAlphaDropout(input, { p: this.p, training: this.training });
  }
}
