/* Losses of classes. */
import {
  binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, multilabelSoftMarginLoss, nllLoss, type Tensor,
} from '@retrograd/core'; // prettier-ignore
import { checkInteger } from '../../checks.ts';
import { Loss, type LossOptions } from './loss.ts';

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
    checkInteger('NLLLoss', 'ignoreIndex', ignoreIndex);
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
    checkInteger('CrossEntropyLoss', 'ignoreIndex', ignoreIndex);
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

/** Options of {@link MultiLabelSoftMarginLoss}. */
export interface MultiLabelSoftMarginLossOptions extends LossOptions {
  /** How much each class counts; broadcast. Default 1. */
  readonly weight?: Tensor | null;
}

/**
 * −mean over the classes of t·log σ(x) + (1 − t)·log σ(−x), of scores x and t in [0, 1], both [N, C]
 * (torch.nn.MultiLabelSoftMarginLoss).
 */
export class MultiLabelSoftMarginLoss extends Loss {
  declare weight: Tensor | null;

  constructor({ weight = null, reduction }: MultiLabelSoftMarginLossOptions = {}) {
    super(reduction);
    this.registerBuffer('weight', weight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return multilabelSoftMarginLoss(input, target, { weight: this.weight, reduction: this.reduction });
  }
}
