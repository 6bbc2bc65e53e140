import { checkFinite, checkInteger, withRequired } from '../checks.ts';
import { LRScheduler, type LRSchedulerOptions, type ScheduledOptimizer } from './scheduler.ts';

const { cos, PI } = Math;

/** The options of {@link CosineAnnealingLR}. */
export interface CosineAnnealingLROptions extends LRSchedulerOptions {
  /** The epoch at which the lowest rate is reached. */
  tMax: number;
  /** The lowest rate. Default 0. */
  etaMin?: number;
}

/**
 * etaMin + ½·(lr − etaMin)·(1 + cos(π·epoch/tMax)), and up again after tMax (torch.optim.lr_scheduler.CosineAnnealingLR).
 *
 * Loshchilov & Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts (2017).
 */
export class CosineAnnealingLR extends LRScheduler<CosineAnnealingLROptions> {
  /** @throws RangeError for a tMax that is no positive integer. */
  constructor(optimizer: ScheduledOptimizer, options: CosineAnnealingLROptions) {
    const defaults = { tMax: undefined, etaMin: 0, lastEpoch: -1 };
    const chosen = withRequired<CosineAnnealingLROptions>('CosineAnnealingLR', defaults, options);
    checkInteger('CosineAnnealingLR', 'tMax', chosen.tMax);
    checkFinite('CosineAnnealingLR', 'etaMin', chosen.etaMin);
    super(optimizer, chosen);
  }

  protected nextLr(lr: number, epoch: number, group: number): number {
    const { tMax, etaMin } = this.options;
    const base = this.baseLrs[group];
    if (epoch === 0) return lr;
    if (this.beginning) return this.closedFormLr(base, epoch);
    // The last rate was the lowest, from which no factor leads up again.
    if ((epoch - 1 - tMax) % (2 * tMax) === 0) return lr + ((base - etaMin) * (1 - cos(PI / tMax))) / 2;
    const factor = (1 + cos((PI * epoch) / tMax)) / (1 + cos((PI * (epoch - 1)) / tMax));
    return factor * (lr - etaMin) + etaMin;
  }

  protected override closedFormLr(base: number, epoch: number): number {
    const { tMax, etaMin } = this.options;
    return etaMin + ((base - etaMin) * (1 + cos((epoch * PI) / tMax))) / 2;
  }
}

/** The options of {@link CosineAnnealingWarmRestarts}. */
export interface CosineAnnealingWarmRestartsOptions extends LRSchedulerOptions {
  /** The length of the first cycle, in epochs. */
  t0: number;
  /** How many times as long as the last each cycle is. Default 1. */
  tMult?: number;
  /** The lowest rate. Default 0. */
  etaMin?: number;
}

/**
 * Cosine annealing that jumps back to the first rate at the end of each cycle: with t epochs into a cycle of T,
 * etaMin + ½·(lr − etaMin)·(1 + cos(π·t/T)) (torch.optim.lr_scheduler.CosineAnnealingWarmRestarts).
 *
 * It may be stepped after every batch, by `step(epoch + batch / batches)`.
 *
 * Loshchilov & Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts (2017).
 */
export class CosineAnnealingWarmRestarts extends LRScheduler<CosineAnnealingWarmRestartsOptions> {
  /** @throws RangeError: "Expected positive integer t0, but got 0". */
  constructor(optimizer: ScheduledOptimizer, options: CosineAnnealingWarmRestartsOptions) {
    const where = 'CosineAnnealingWarmRestarts';
    const defaults = { t0: undefined, tMult: 1, etaMin: 0, lastEpoch: -1 };
    const chosen = withRequired<CosineAnnealingWarmRestartsOptions>(where, defaults, options);
    checkInteger(where, 't0', chosen.t0);
    checkInteger(where, 'tMult', chosen.tMult);
    checkFinite(where, 'etaMin', chosen.etaMin);
    super(optimizer, chosen);
  }

  protected nextLr(_lr: number, epoch: number, group: number): number {
    return this.closedFormLr(this.baseLrs[group], epoch);
  }

  protected override closedFormLr(base: number, epoch: number): number {
    const { t0, tMult, etaMin } = this.options;
    let length = t0;
    let position = tMult === 1 ? epoch % t0 : epoch;
    while (position >= length) {
      position -= length;
      length *= tMult;
    }
    return etaMin + ((base - etaMin) * (1 + cos((PI * position) / length))) / 2;
  }
}
