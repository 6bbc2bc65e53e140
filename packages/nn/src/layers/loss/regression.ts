/* Losses of real numbers. */
import { huberLoss, l1Loss, mseLoss, smoothL1Loss, type Tensor } from '@retrograd/core';
import { checkNumber } from '../../checks.ts';
import { Loss, type LossOptions } from './loss.ts';

/** (input − target)² (torch.nn.MSELoss). */
export class MSELoss extends Loss {
  constructor({ reduction }: LossOptions = {}) {
    super(reduction);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, { reduction: this.reduction });
  }
}

/** |input − target| (torch.nn.L1Loss). */
export class L1Loss extends Loss {
  constructor({ reduction }: LossOptions = {}) {
    super(reduction);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, { reduction: this.reduction });
  }
}

/** Options of {@link SmoothL1Loss}. */
export interface SmoothL1LossOptions extends LossOptions {
  /** The difference at which the loss turns from quadratic to linear. Default 1. */
  readonly beta?: number;
}

/** ½d²/β where |d| = |input − target| < β, |d| − ½β elsewhere (torch.nn.SmoothL1Loss). */
export class SmoothL1Loss extends Loss {
  readonly beta: number;

  /** @throws RangeError for a negative beta. */
  constructor({ beta = 1, reduction }: SmoothL1LossOptions = {}) {
    super(reduction);
    checkNumber('SmoothL1Loss', 'beta', beta);
    if (beta < 0)
      throw new RangeError(`SmoothL1Loss: does not support negative values for beta, got ${beta}`);
    this.beta = beta;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, { beta: this.beta, reduction: this.reduction });
  }
}

/** Options of {@link HuberLoss}. */
export interface HuberLossOptions extends LossOptions {
  /** The difference at which the loss turns from quadratic to linear. Default 1. */
  readonly delta?: number;
}

/** ½d² where |d| = |input − target| ≤ δ, δ·(|d| − ½δ) elsewhere (torch.nn.HuberLoss). */
export class HuberLoss extends Loss {
  readonly delta: number;

  /** @throws RangeError unless delta is positive. */
  constructor({ delta = 1, reduction }: HuberLossOptions = {}) {
    super(reduction);
    checkNumber('HuberLoss', 'delta', delta);
    if (delta <= 0)
      throw new RangeError(`HuberLoss: does not support non-positive values for delta, got ${delta}`);
    this.delta = delta;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return huberLoss(input, target, { delta: this.delta, reduction: this.reduction });
  }
}
