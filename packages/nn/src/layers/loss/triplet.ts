/* Losses of triplets: an anchor should be nearer to a positive than to a negative. */
import { clampMin, mean, minimum, sum, tripletMarginLoss, type Tensor } from '@retrograd/core';
import { checkFlag, checkNumber } from '../../checks.ts';
import { isModule } from '../../module.ts';
import { PairwiseDistance } from '../distance.ts';
import { Loss, type LossOptions } from './loss.ts';

/** Options of {@link TripletMarginLoss}. */
export interface TripletMarginLossOptions extends LossOptions {
  /** Default 1. */
  readonly margin?: number;
  /** The exponent of the distance. Default 2. */
  readonly p?: number;
  /** Is added to every difference. Default 1e-6. */
  readonly eps?: number;
  /** Whether the negative's distance is to the nearer of anchor and positive. Default false. */
  readonly swap?: boolean;
}

/**
 * max(0, d(anchor, positive) − d(anchor, negative) + margin), d being the distance along the last dim
 * (torch.nn.TripletMarginLoss; Balntas et al., 2016).
 */
export class TripletMarginLoss extends Loss {
  readonly margin: number;
  readonly p: number;
  readonly eps: number;
  readonly swap: boolean;

  constructor({ margin = 1, p = 2, eps = 1e-6, swap = false, reduction }: TripletMarginLossOptions = {}) {
    super(reduction);
    checkNumber('TripletMarginLoss', 'margin', margin);
    checkNumber('TripletMarginLoss', 'p', p);
    checkNumber('TripletMarginLoss', 'eps', eps);
    checkFlag('TripletMarginLoss', 'swap', swap);
    this.margin = margin;
    this.p = p;
    this.eps = eps;
    this.swap = swap;
  }

  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const { margin, p, eps, swap, reduction } = this;
    return tripletMarginLoss(anchor, positive, negative, { margin, p, eps, swap, reduction });
  }
}

/** A distance between tensors: a function, or a module. */
export type Distance = ((a: Tensor, b: Tensor) => Tensor) | { forward(a: Tensor, b: Tensor): Tensor };

/** Options of {@link TripletMarginWithDistanceLoss}. */
export interface TripletMarginWithDistanceLossOptions extends LossOptions {
  /** A nonnegative distance; a module with parameters is trained with the loss. Default {@link PairwiseDistance}. */
  readonly distanceFunction?: Distance | null;
  /** Default 1. */
  readonly margin?: number;
  /** Whether the negative's distance is to the nearer of anchor and positive. Default false. */
  readonly swap?: boolean;
}

/** {@link TripletMarginLoss} with a distance of one's own (torch.nn.TripletMarginWithDistanceLoss). */
export class TripletMarginWithDistanceLoss extends Loss {
  readonly distanceFunction: Distance;
  readonly margin: number;
  readonly swap: boolean;

  /** @throws TypeError for a distance that is no function and no module. */
  constructor(options: TripletMarginWithDistanceLossOptions = {}) {
    super(options.reduction);
    const { distanceFunction, margin = 1, swap = false } = options;
    const distance = distanceFunction ?? new PairwiseDistance();
    if (typeof distance !== 'function' && !isModule(distance)) {
      throw new TypeError(
        `TripletMarginWithDistanceLoss: distanceFunction must be a function or a module, got ${typeof distance}`,
      );
    }
    checkNumber('TripletMarginWithDistanceLoss', 'margin', margin);
    checkFlag('TripletMarginWithDistanceLoss', 'swap', swap);
    this.distanceFunction = distance;
    this.margin = margin;
    this.swap = swap;
  }

  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const { margin, swap, reduction } = this;
    const near = this.distance(anchor, positive);
    let far = this.distance(anchor, negative);
    if (swap) far = minimum(far, this.distance(positive, negative));
    const losses = clampMin(near.sub(far).add(margin), 0);
    return reduction === 'mean' ? mean(losses) : reduction === 'sum' ? sum(losses) : losses;
  }

  protected override keyOf(field: string): string {
    return field === 'distanceFunction' ? 'distance_function' : field;
  }

  private distance(a: Tensor, b: Tensor): Tensor {
    const { distanceFunction } = this;
    return typeof distanceFunction === 'function' ? distanceFunction(a, b) : distanceFunction.forward(a, b);
  }
}
