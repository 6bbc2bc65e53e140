import { checkFinite, checkInteger, withRequired } from '../checks.ts';
import { LRScheduler, type LRSchedulerOptions, type ScheduledOptimizer } from './scheduler.ts';

const { floor } = Math;

/** The options of {@link StepLR}. */
export interface StepLROptions extends LRSchedulerOptions {
  /** The number of epochs between two decays. */
  stepSize: number;
  /** What the rate is multiplied by. Default 0.1. */
  gamma?: number;
}

/** lr ← γ·lr at every `stepSize`-th epoch (torch.optim.lr_scheduler.StepLR). */
export class StepLR extends LRScheduler<StepLROptions> {
  /** @throws RangeError for a step size that is no positive integer. */
  constructor(optimizer: ScheduledOptimizer, options: StepLROptions) {
    const defaults = { stepSize: undefined, gamma: 0.1, lastEpoch: -1 };
    const chosen = withRequired<StepLROptions>('StepLR', defaults, options);
    checkInteger('StepLR', 'stepSize', chosen.stepSize);
    checkFinite('StepLR', 'gamma', chosen.gamma);
    super(optimizer, chosen);
  }

  protected nextLr(lr: number, epoch: number): number {
    const { stepSize, gamma } = this.options;
    return epoch === 0 || epoch % stepSize !== 0 ? lr : lr * gamma;
  }

  protected override closedFormLr(base: number, epoch: number): number {
    const { stepSize, gamma } = this.options;
    return base * gamma ** floor(epoch / stepSize);
  }
}

/** The options of {@link MultiStepLR}. */
export interface MultiStepLROptions extends LRSchedulerOptions {
  /** The epochs at which the rate decays; twice the same one decays it twice. */
  milestones: readonly number[];
  /** What the rate is multiplied by. Default 0.1. */
  gamma?: number;
}

/** lr ← γ·lr at each milestone (torch.optim.lr_scheduler.MultiStepLR). */
export class MultiStepLR extends LRScheduler<MultiStepLROptions> {
  /** @throws RangeError for milestones that are not integers. */
  constructor(optimizer: ScheduledOptimizer, options: MultiStepLROptions) {
    const defaults = { milestones: undefined, gamma: 0.1, lastEpoch: -1 };
    const chosen = withRequired<MultiStepLROptions>('MultiStepLR', defaults, options);
    for (const milestone of chosen.milestones) checkInteger('MultiStepLR', 'milestone', milestone, 0);
    checkFinite('MultiStepLR', 'gamma', chosen.gamma);
    super(optimizer, { ...chosen, milestones: [...chosen.milestones] });
  }

  protected nextLr(lr: number, epoch: number): number {
    const { milestones, gamma } = this.options;
    return lr * gamma ** milestones.filter((milestone) => milestone === epoch).length;
  }

  protected override closedFormLr(base: number, epoch: number): number {
    const { milestones, gamma } = this.options;
    return base * gamma ** milestones.filter((milestone) => milestone <= epoch).length;
  }
}

/** The options of {@link ExponentialLR}. */
export interface ExponentialLROptions extends LRSchedulerOptions {
  /** What the rate is multiplied by. */
  gamma: number;
}

/** lr ← γ·lr at every epoch (torch.optim.lr_scheduler.ExponentialLR). */
export class ExponentialLR extends LRScheduler<ExponentialLROptions> {
  /** @throws RangeError for a γ that is no number. */
  constructor(optimizer: ScheduledOptimizer, options: ExponentialLROptions) {
    const chosen = withRequired<ExponentialLROptions>(
      'ExponentialLR',
      { gamma: undefined, lastEpoch: -1 },
      options,
    );
    checkFinite('ExponentialLR', 'gamma', chosen.gamma);
    super(optimizer, chosen);
  }

  protected nextLr(lr: number, epoch: number): number {
    return epoch === 0 ? lr : lr * this.options.gamma;
  }

  protected override closedFormLr(base: number, epoch: number): number {
    return base * this.options.gamma ** epoch;
  }
}
