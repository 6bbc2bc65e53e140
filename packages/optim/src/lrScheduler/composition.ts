import { withRequired } from '../checks.ts';
import { checkOptimizer, LRScheduler, type ScheduledOptimizer, type Scheduler } from './scheduler.ts';

/** The options of {@link SequentialLR}. */
export interface SequentialLROptions {
  /** The schedulers, all made for the same optimizer. */
  schedulers: readonly LRScheduler[];
  /** The epochs at which the second, third … scheduler takes over, ascending. */
  milestones: readonly number[];
  /** The epoch before the first. Default −1. */
  lastEpoch?: number;
}

/** What a {@link SequentialLR} needs to go on from where it was. */
export interface SequentialLRState {
  milestones: number[];
  lastEpoch: number;
  lastLr: number[];
  schedulers: object[];
}

/**
 * One schedule after the other (torch.optim.lr_scheduler.SequentialLR), each beginning with its epoch 0 from the first
 * rate: a warm-up, then annealing, say:
 *
 *     new SequentialLR(optimizer, {
 *       schedulers: [new LinearLR(optimizer), new CosineAnnealingLR(optimizer, { tMax: 95 })],
 *       milestones: [5],
 *     })
 */
export class SequentialLR implements Scheduler {
  readonly optimizer: ScheduledOptimizer;
  /** The number of the present epoch, from 0. */
  lastEpoch: number;
  private readonly schedulers: readonly LRScheduler[];
  private milestones: readonly number[];
  private lastLr: number[];

  /** @throws RangeError if schedulers belong to another optimizer, or milestones are not one fewer than they. */
  constructor(optimizer: ScheduledOptimizer, options: SequentialLROptions) {
    const defaults = { schedulers: undefined, milestones: undefined, lastEpoch: -1 };
    checkOptimizer('SequentialLR', optimizer);
    const chosen = withRequired<SequentialLROptions>('SequentialLR', defaults, options);
    const { schedulers, milestones, lastEpoch } = chosen;
    schedulers.forEach((scheduler, i) => {
      if (!(scheduler instanceof LRScheduler)) {
        throw new TypeError(`SequentialLR: the scheduler at index ${i} is none that can follow another`);
      }
      if (scheduler.optimizer !== optimizer) {
        throw new RangeError(
          'SequentialLR: Sequential Schedulers expects all schedulers to belong to the same optimizer, but got ' +
            `schedulers at index ${i} to be different than the optimizer passed in`,
        );
      }
    });
    if (schedulers.length === 0 || milestones.length !== schedulers.length - 1) {
      throw new RangeError(
        'SequentialLR: Sequential Schedulers expects number of schedulers provided to be one more than the number of ' +
          `milestone points, but got number of schedulers ${schedulers.length} and the number of milestones to be ` +
          `equal to ${milestones.length}`,
      );
    }
    if (milestones.some((milestone, i) => i > 0 && milestone < milestones[i - 1])) {
      throw new RangeError(`SequentialLR: milestones must ascend, but are ${milestones.join(', ')}`);
    }
    this.optimizer = optimizer;
    this.schedulers = [...schedulers];
    this.milestones = [...milestones];
    this.lastEpoch = lastEpoch + 1;
    // Making the schedulers has set their first rates, one over the other: begin again, with the first scheduler only.
    for (const group of optimizer.paramGroups) group.lr = group.initialLr ?? group.lr;
    for (const scheduler of schedulers) scheduler.rewind();
    schedulers[0].step();
    this.lastLr = schedulers[0].getLastLr();
  }

  /** Goes to the next epoch. */
  step(): void {
    const epoch = this.lastEpoch + 1;
    const passed = this.milestones.filter((milestone) => milestone <= epoch).length;
    const scheduler = this.schedulers[passed];
    if (passed > 0 && this.milestones[passed - 1] === epoch) scheduler.step(0);
    else scheduler.step();
    this.lastEpoch = epoch;
    this.lastLr = scheduler.getLastLr();
  }

  /** The groups' rates in the present epoch. */
  getLastLr(): number[] {
    return [...this.lastLr];
  }

  /** The epoch and the schedulers' states. */
  stateDict(): SequentialLRState {
    const { milestones, lastEpoch, lastLr, schedulers } = this;
    return {
      milestones: [...milestones],
      lastEpoch,
      lastLr: [...lastLr],
      schedulers: schedulers.map((scheduler) => scheduler.stateDict()),
    };
  }

  /**
   * Takes over what {@link stateDict} has returned. The groups' rates are the optimizer's to load.
   *
   * @throws RangeError if that had another number of schedulers.
   */
  loadStateDict({ milestones, lastEpoch, lastLr, schedulers }: SequentialLRState): void {
    loadAll('SequentialLR', this.schedulers, schedulers);
    this.milestones = [...milestones];
    this.lastEpoch = lastEpoch;
    this.lastLr = [...lastLr];
  }
}

/** What a {@link ChainedScheduler} needs to go on from where it was. */
export interface ChainedSchedulerState {
  lastLr: number[];
  schedulers: object[];
}

/**
 * Several schedules at once, each changing what the one before it has made of the rate
 * (torch.optim.lr_scheduler.ChainedScheduler).
 */
export class ChainedScheduler implements Scheduler {
  readonly optimizer: ScheduledOptimizer;
  private readonly schedulers: readonly Scheduler[];
  private lastLr: number[];

  /** @throws RangeError if there are no schedulers, or they belong to different optimizers. */
  constructor(schedulers: readonly Scheduler[]) {
    if (schedulers.length === 0) throw new RangeError('ChainedScheduler: expects at least one scheduler');
    const { optimizer } = schedulers[0];
    schedulers.forEach((scheduler, i) => {
      if (scheduler.optimizer !== optimizer) {
        throw new RangeError(
          'ChainedScheduler: ChainedScheduler expects all schedulers to belong to the same optimizer, but got ' +
            `schedulers at index 0 and ${i} to be different`,
        );
      }
    });
    this.optimizer = optimizer;
    this.schedulers = [...schedulers];
    this.lastLr = optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** Goes to the next epoch. */
  step(): void {
    for (const scheduler of this.schedulers) scheduler.step();
    this.lastLr = this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** The groups' rates in the present epoch. */
  getLastLr(): number[] {
    return [...this.lastLr];
  }

  /** The schedulers' states. */
  stateDict(): ChainedSchedulerState {
    return {
      lastLr: [...this.lastLr],
      schedulers: this.schedulers.map((scheduler) => scheduler.stateDict()),
    };
  }

  /**
   * Takes over what {@link stateDict} has returned. The groups' rates are the optimizer's to load.
   *
   * @throws RangeError if that had another number of schedulers.
   */
  loadStateDict({ lastLr, schedulers }: ChainedSchedulerState): void {
    loadAll('ChainedScheduler', this.schedulers, schedulers);
    this.lastLr = [...lastLr];
  }
}

/** Loads all states or, if one does not fit, none. */
function loadAll(where: string, schedulers: readonly Scheduler[], states: readonly object[]): void {
  if (states.length !== schedulers.length) {
    throw new RangeError(
      `${where}: the state has ${states.length} schedulers, but there are ${schedulers.length}`,
    );
  }
  const before = schedulers.map((scheduler) => scheduler.stateDict());
  try {
    schedulers.forEach((scheduler, i) => scheduler.loadStateDict(states[i] as never));
  } catch (error) {
    schedulers.forEach((scheduler, i) => scheduler.loadStateDict(before[i] as never));
    throw error;
  }
}
