import { checkFinite, checkInteger, withRequired } from '../checks.ts';
import { LRScheduler, type LRSchedulerOptions, type ScheduledOptimizer } from './scheduler.ts';

const { min } = Math;

/** The options of {@link ConstantLR}. */
export interface ConstantLROptions extends LRSchedulerOptions {
  /** What the rate is multiplied by at first, from 0 to 1. Default 1/3. */
  factor?: number;
  /** The number of epochs of it. Default 5. */
  totalIters?: number;
}

/** factor·lr for `totalIters` epochs, then lr (torch.optim.lr_scheduler.ConstantLR). */
export class ConstantLR extends LRScheduler<ConstantLROptions> {
  /** @throws RangeError: "Constant multiplicative factor expected to be between 0 and 1". */
  constructor(optimizer: ScheduledOptimizer, options: ConstantLROptions = {}) {
    const defaults = { factor: 1 / 3, totalIters: 5, lastEpoch: -1 };
    const chosen = withRequired<ConstantLROptions>('ConstantLR', defaults, options);
    checkFactor('ConstantLR', 'Constant', chosen.factor);
    checkInteger('ConstantLR', 'totalIters', chosen.totalIters, 0);
    super(optimizer, chosen);
  }

  protected nextLr(lr: number, epoch: number, group: number): number {
    const { factor, totalIters } = this.options;
    if (epoch === 0) return lr * factor;
    if (epoch !== totalIters) return lr;
    // From a rate of 0 multiplying leads nowhere.
    return factor === 0 ? this.baseLrs[group] : lr * (1 / factor);
  }

  protected override closedFormLr(base: number, epoch: number): number {
    const { factor, totalIters } = this.options;
    return base * (factor + (epoch >= totalIters ? 1 - factor : 0));
  }
}

/** The options of {@link LinearLR}. */
export interface LinearLROptions extends LRSchedulerOptions {
  /** What the rate is multiplied by at first, from 0 to 1. Default 1/3. */
  startFactor?: number;
  /** What the rate is multiplied by in the end, from 0 to 1. Default 1. */
  endFactor?: number;
  /** The epoch at which the end is reached. Default 5. */
  totalIters?: number;
}

/** From startFactor·lr to endFactor·lr in equal steps: a warm-up (torch.optim.lr_scheduler.LinearLR). */
export class LinearLR extends LRScheduler<LinearLROptions> {
  /** @throws RangeError: "Starting multiplicative factor expected to be between 0 and 1", and "Ending …". */
  constructor(optimizer: ScheduledOptimizer, options: LinearLROptions = {}) {
    const defaults = { startFactor: 1 / 3, endFactor: 1, totalIters: 5, lastEpoch: -1 };
    const chosen = withRequired<LinearLROptions>('LinearLR', defaults, options);
    checkFactor('LinearLR', 'Starting', chosen.startFactor);
    checkFactor('LinearLR', 'Ending', chosen.endFactor);
    checkInteger('LinearLR', 'totalIters', chosen.totalIters);
    super(optimizer, chosen);
  }

  protected nextLr(lr: number, epoch: number, group: number): number {
    const { startFactor, endFactor, totalIters } = this.options;
    if (epoch === 0) return lr * startFactor;
    if (epoch > totalIters) return lr;
    // From a rate of 0 multiplying leads nowhere.
    if (startFactor === 0) return this.closedFormLr(this.baseLrs[group], epoch);
    const span = endFactor - startFactor;
    return lr * (1 + span / (totalIters * startFactor + (epoch - 1) * span));
  }

  protected override closedFormLr(base: number, epoch: number): number {
    const { startFactor, endFactor, totalIters } = this.options;
    return base * (startFactor + ((endFactor - startFactor) * min(totalIters, epoch)) / totalIters);
  }
}

/** The options of {@link PolynomialLR}. */
export interface PolynomialLROptions extends LRSchedulerOptions {
  /** The epoch at which the rate reaches 0. Default 5. */
  totalIters?: number;
  /** The power. Default 1: in equal steps. */
  power?: number;
}

/** lr·(1 − epoch/totalIters)^power, then 0 (torch.optim.lr_scheduler.PolynomialLR). */
export class PolynomialLR extends LRScheduler<PolynomialLROptions> {
  /** @throws RangeError for a number of epochs that is no positive integer. */
  constructor(optimizer: ScheduledOptimizer, options: PolynomialLROptions = {}) {
    const defaults = { totalIters: 5, power: 1, lastEpoch: -1 };
    const chosen = withRequired<PolynomialLROptions>('PolynomialLR', defaults, options);
    checkInteger('PolynomialLR', 'totalIters', chosen.totalIters);
    checkFinite('PolynomialLR', 'power', chosen.power);
    super(optimizer, chosen);
  }

  protected nextLr(lr: number, epoch: number): number {
    const { totalIters, power } = this.options;
    if (epoch === 0 || epoch > totalIters) return lr;
    return lr * ((1 - epoch / totalIters) / (1 - (epoch - 1) / totalIters)) ** power;
  }

  protected override closedFormLr(base: number, epoch: number): number {
    const { totalIters, power } = this.options;
    return base * (1 - min(totalIters, epoch) / totalIters) ** power;
  }
}

function checkFactor(where: string, which: string, factor: number): void {
  if (!(factor >= 0 && factor <= 1)) {
    throw new RangeError(
      `${where}: ${which} multiplicative factor expected to be between 0 and 1, but got ${factor}`,
    );
  }
}
