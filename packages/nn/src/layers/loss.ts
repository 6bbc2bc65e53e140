import {
  binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, huberLoss, klDiv, l1Loss, mseLoss, nllLoss, smoothL1Loss,
  type Tensor,
} from '@retrograd/core'; // prettier-ignore
import { checkNumber } from '../checks.ts';
import { Module } from '../module.ts';

/** How a loss combines its elements: their mean, their sum, or not at all. */
export type Reduction = 'mean' | 'sum' | 'none';

/** The option that all losses have. */
export interface LossOptions {
  /** How elements are combined. Default 'mean'. */
  readonly reduction?: Reduction;
}

/** A module from an input and a target to a loss. */
abstract class Loss<R extends string = Reduction> extends Module {
  readonly reduction: R | 'mean';

  /** @throws RangeError for an unknown reduction. */
  constructor(reduction: R | 'mean' = 'mean', known: readonly string[] = ['mean', 'sum', 'none']) {
    super();
    if (!known.includes(reduction)) {
      throw new RangeError(
        `${this.constructor.name}: ${reduction} is not a valid value for reduction (one of ${known.join(', ')})`,
      );
    }
    this.reduction = reduction;
  }

  abstract override forward(input: Tensor, target: Tensor): Tensor;
}

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

/** Options of {@link KLDivLoss}. */
export interface KLDivLossOptions {
  /** As for other losses, or 'batchmean': the sum divided by the first extent. Default 'mean'. */
  readonly reduction?: Reduction | 'batchmean';
  /** Whether targets are logarithms too. Default false. */
  readonly logTarget?: boolean;
}

/** target·(log target − input), the Kullback–Leibler divergence, of an input that is logarithms (torch.nn.KLDivLoss). */
export class KLDivLoss extends Loss<Reduction | 'batchmean'> {
  readonly logTarget: boolean;

  constructor({ reduction, logTarget = false }: KLDivLossOptions = {}) {
    super(reduction, ['mean', 'batchmean', 'sum', 'none']);
    this.logTarget = logTarget;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, { logTarget: this.logTarget, reduction: this.reduction });
  }
}

/** Options of {@link NLLLoss}. */
export interface NLLLossOptions extends LossOptions {
  /** How much each class counts, [C]. Default 1. */
  readonly weight?: Tensor | null;
  /** A target that does not count. Default −100. */
  readonly ignoreIndex?: number;
}

/**
 * −weight[target]·input[target], of log-probabilities [N, C, …] or [C] and classes [N, …] or [] (torch.nn.NLLLoss). The
 * mean is weighted.
 */
export class NLLLoss extends Loss {
  declare weight: Tensor | null;
  readonly ignoreIndex: number;

  constructor({ weight = null, ignoreIndex = -100, reduction }: NLLLossOptions = {}) {
    super(reduction);
    this.registerBuffer('weight', weight);
    this.ignoreIndex = ignoreIndex;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction } = this;
    return nllLoss(input, target, { weight, ignoreIndex, reduction });
  }
}

/** Options of {@link CrossEntropyLoss}. */
export interface CrossEntropyLossOptions extends NLLLossOptions {
  /** How much of each target is spread evenly over all classes, from 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * The cross-entropy of scores [N, C, …] or [C] with classes [N, …] or [], or with probabilities in the scores' shape
 * (torch.nn.CrossEntropyLoss): the negative log-likelihood of the softmax of the scores.
 */
export class CrossEntropyLoss extends Loss {
  declare weight: Tensor | null;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;

  /** @throws RangeError for a labelSmoothing outside [0, 1]. */
  constructor({
    weight = null,
    ignoreIndex = -100,
    labelSmoothing = 0,
    reduction,
  }: CrossEntropyLossOptions = {}) {
    super(reduction);
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new RangeError(
        `CrossEntropyLoss: label_smoothing must be between 0.0 and 1.0. Got: ${labelSmoothing}`,
      );
    }
    this.registerBuffer('weight', weight);
    this.ignoreIndex = ignoreIndex;
    this.labelSmoothing = labelSmoothing;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, labelSmoothing, reduction } = this;
    return crossEntropy(input, target, { weight, ignoreIndex, labelSmoothing, reduction });
  }
}

/** Options of {@link BCELoss}. */
export interface BCELossOptions extends LossOptions {
  /** How much each element counts; broadcast. Default 1. */
  readonly weight?: Tensor | null;
}

/** −weight·(t·log x + (1 − t)·log(1 − x)) for x and t in [0, 1], logarithms no less than −100 (torch.nn.BCELoss). */
export class BCELoss extends Loss {
  declare weight: Tensor | null;

  constructor({ weight = null, reduction }: BCELossOptions = {}) {
    super(reduction);
    this.registerBuffer('weight', weight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, { weight: this.weight, reduction: this.reduction });
  }
}

/** Options of {@link BCEWithLogitsLoss}. */
export interface BCEWithLogitsLossOptions extends BCELossOptions {
  /** How much positive targets count; broadcast. Default 1. */
  readonly posWeight?: Tensor | null;
}

/** {@link BCELoss} of σ(x), without overflow for any x (torch.nn.BCEWithLogitsLoss). */
export class BCEWithLogitsLoss extends Loss {
  declare weight: Tensor | null;
  declare posWeight: Tensor | null;

  constructor({ weight = null, posWeight = null, reduction }: BCEWithLogitsLossOptions = {}) {
    super(reduction);
    this.registerBuffer('weight', weight);
    this.registerBuffer('posWeight', posWeight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { weight, posWeight, reduction } = this;
    return binaryCrossEntropyWithLogits(input, target, { weight, posWeight, reduction });
  }

  protected override keyOf(field: string): string {
    return field === 'posWeight' ? 'pos_weight' : field;
  }
}
