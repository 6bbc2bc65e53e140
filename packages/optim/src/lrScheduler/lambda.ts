import { withRequired } from '../checks.ts';
import {
  checkOptimizer,
  LRScheduler,
  type LRSchedulerOptions,
  type ScheduledOptimizer,
} from './scheduler.ts';

/** The options of {@link LambdaLR} and {@link MultiplicativeLR}. */
export interface LambdaLROptions extends LRSchedulerOptions {
  /** A factor by epoch: one function for all groups, or one for each. */
  lrLambda: ((epoch: number) => number) | readonly ((epoch: number) => number)[];
}

/** The two differ only in what the factor multiplies. */
abstract class FactorLR extends LRScheduler<LambdaLROptions> {
  /** @throws RangeError: "Expected 2 lrLambdas, but got 3". */
  constructor(optimizer: ScheduledOptimizer, options: LambdaLROptions) {
    const { name } = new.target;
    checkOptimizer(name, optimizer);
    const chosen = withRequired<LambdaLROptions>(name, { lrLambda: undefined, lastEpoch: -1 }, options);
    const { lrLambda } = chosen;
    const { length } = optimizer.paramGroups;
    if (typeof lrLambda !== 'function' && lrLambda.length !== length) {
      throw new RangeError(`${name}: Expected ${length} lrLambdas, but got ${lrLambda.length}`);
    }
    super(optimizer, chosen);
  }

  /** The factor of a group. Groups that came later than a list of functions have none. */
  protected factor(epoch: number, group: number): number | undefined {
    const { lrLambda } = this.options;
    return (typeof lrLambda === 'function' ? lrLambda : lrLambda[group])?.(epoch);
  }
}

/**
 * The rate a group had at first times a function of the epoch (torch.optim.lr_scheduler.LambdaLR):
 *
 *     new LambdaLR(optimizer, { lrLambda: (epoch) => 0.95 ** epoch })
 */
export class LambdaLR extends FactorLR {
  protected nextLr(lr: number, epoch: number, group: number): number {
    const factor = this.factor(epoch, group);
    return factor === undefined ? lr : this.baseLrs[group] * factor;
  }
}

/** The rate times a function of the epoch, at every epoch but the first (torch.optim.lr_scheduler.MultiplicativeLR). */
export class MultiplicativeLR extends FactorLR {
  protected nextLr(lr: number, epoch: number, group: number): number {
    return epoch === 0 ? lr : lr * (this.factor(epoch, group) ?? 1);
  }
}
