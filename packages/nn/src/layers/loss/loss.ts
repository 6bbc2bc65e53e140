import { Module } from '../../module.ts';

/** How a loss combines its elements: their mean, their sum, or not at all. */
export type Reduction = 'mean' | 'sum' | 'none';

/** The option that all losses have. */
export interface LossOptions {
  /** How elements are combined. Default 'mean'. */
  readonly reduction?: Reduction;
}

/** A module from predictions and targets to a loss. */
export abstract class Loss<R extends string = Reduction> extends Module {
  readonly reduction: R | 'mean';

  /** @throws RangeError for an unknown reduction. */
  constructor(reduction: R | 'mean' = 'mean', known: readonly string[] = ['mean', 'sum', 'none']) {
    super();
    if (!known.includes(reduction)) {
      throw new RangeError(
        `${this.constructor.name}: ${String(reduction)} is not a valid value for reduction (one of ${known.join(', ')})`,
      );
    }
    this.reduction = reduction;
  }
}
