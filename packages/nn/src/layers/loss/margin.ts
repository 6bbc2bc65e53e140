/* Losses that are zero once predictions are far enough apart. */
import {
  cosineEmbeddingLoss, hingeEmbeddingLoss, marginRankingLoss, multiMarginLoss, multilabelMarginLoss, softMarginLoss,
  type Tensor,
} from '@retrograd/core'; // prettier-ignore
import { checkNumber } from '../../checks.ts';
import { Loss, type LossOptions } from './loss.ts';

/** Options of losses with a margin. */
export interface MarginLossOptions extends LossOptions {
  /** The margin. Default 1 for {@link HingeEmbeddingLoss}, 0 for the others. */
  readonly margin?: number;
}

/** input where target is 1, max(0, margin − input) where it is −1 (torch.nn.HingeEmbeddingLoss). */
export class HingeEmbeddingLoss extends Loss {
  readonly margin: number;

  constructor({ margin = 1, reduction }: MarginLossOptions = {}) {
    super(reduction);
    checkNumber('HingeEmbeddingLoss', 'margin', margin);
    this.margin = margin;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return hingeEmbeddingLoss(input, target, { margin: this.margin, reduction: this.reduction });
  }
}

/**
 * max(0, margin − target·(a − b)): target is 1 where a should exceed b, −1 where b should exceed a
 * (torch.nn.MarginRankingLoss).
 */
export class MarginRankingLoss extends Loss {
  readonly margin: number;

  constructor({ margin = 0, reduction }: MarginLossOptions = {}) {
    super(reduction);
    checkNumber('MarginRankingLoss', 'margin', margin);
    this.margin = margin;
  }

  forward(a: Tensor, b: Tensor, target: Tensor): Tensor {
    return marginRankingLoss(a, b, target, { margin: this.margin, reduction: this.reduction });
  }
}

/** log(1 + e^(−target·input)) of targets 1 and −1 (torch.nn.SoftMarginLoss). */
export class SoftMarginLoss extends Loss {
  constructor({ reduction }: LossOptions = {}) {
    super(reduction);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return softMarginLoss(input, target, { reduction: this.reduction });
  }
}

/**
 * 1 − cos(a, b) where target is 1, max(0, cos(a, b) − margin) where it is −1, of a and b [N, D] or [D]
 * (torch.nn.CosineEmbeddingLoss).
 */
export class CosineEmbeddingLoss extends Loss {
  readonly margin: number;

  constructor({ margin = 0, reduction }: MarginLossOptions = {}) {
    super(reduction);
    checkNumber('CosineEmbeddingLoss', 'margin', margin);
    this.margin = margin;
  }

  forward(a: Tensor, b: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(a, b, target, { margin: this.margin, reduction: this.reduction });
  }
}

/** Options of {@link MultiMarginLoss}. */
export interface MultiMarginLossOptions extends LossOptions {
  /** The exponent, 1 or 2. Default 1. */
  readonly p?: number;
  /** Default 1. */
  readonly margin?: number;
  /** How much each class counts, [C]. Default 1. */
  readonly weight?: Tensor | null;
}

/**
 * weight[y]·Σ max(0, margin − x[y] + x[j])ᵖ / C over the classes j ≠ y, of scores x [N, C] and classes y [N]
 * (torch.nn.MultiMarginLoss).
 */
export class MultiMarginLoss extends Loss {
  readonly p: number;
  readonly margin: number;
  declare weight: Tensor | null;

  /** @throws RangeError for a p other than 1 and 2, or a weight that is not [C]. */
  constructor({ p = 1, margin = 1, weight = null, reduction }: MultiMarginLossOptions = {}) {
    super(reduction);
    if (p !== 1 && p !== 2) {
      throw new RangeError(`MultiMarginLoss: only p == 1 and p == 2 supported, got ${String(p)}`);
    }
    checkNumber('MultiMarginLoss', 'margin', margin);
    this.p = p;
    this.margin = margin;
    this.registerBuffer('weight', weight);
    if (weight !== null && weight.ndim !== 1) {
      throw new RangeError(`MultiMarginLoss: weight must be 1-d, got [${weight.shape.join(', ')}]`);
    }
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { p, margin, weight, reduction } = this;
    return multiMarginLoss(input, target, { p, margin, weight, reduction });
  }
}

/**
 * Σ max(0, 1 − x[y] + x[j]) / C over the target's classes y and all others j, of scores x and targets [N, C] that list
 * classes up to the first −1 (torch.nn.MultiLabelMarginLoss).
 */
export class MultiLabelMarginLoss extends Loss {
  constructor({ reduction }: LossOptions = {}) {
    super(reduction);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return multilabelMarginLoss(input, target, { reduction: this.reduction });
  }
}
