/* Losses of real numbers. */
import { huberLoss, l1Loss, mseLoss, smoothL1Loss, type Tensor } from '@retrograd/core';
import { checkNumber } from '../../checks.ts';
import { Loss, type LossOptions } from './loss.ts';

const warned = new WeakSet<Loss>();

/** Says, once for each loss, that [N, 1] and [N] are compared all with all: hardly what was meant. */
function warnOfBroadcast(loss: Loss, { shape: a }: Tensor, { shape: b }: Tensor): void {
  if (a.join() === b.join() || warned.has(loss)) return;
  warned.add(loss);
  console.warn(
    `${loss.constructor.name}: Using a target size ([${b.join(', ')}]) that is different to the input size ` +
      `([${a.join(', ')}]). They are broadcast against each other; make the sizes the same if that is not what you want`,
  );
}

/** (input − target)² (torch.nn.MSELoss). */
export class MSELoss extends Loss {
  constructor({ reduction }: LossOptions = {}) {
    super(reduction);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    warnOfBroadcast(this, input, target);
    return mseLoss(input, target, { reduction: this.reduction });
  }
}

/** |input − target| (torch.nn.L1Loss). */
export class L1Loss extends Loss {
  constructor({ reduction }: LossOptions = {}) {
    super(reduction);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    warnOfBroadcast(this, input, target);
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
    warnOfBroadcast(this, input, target);
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
    warnOfBroadcast(this, input, target);
    return huberLoss(input, target, { delta: this.delta, reduction: this.reduction });
  }
}
