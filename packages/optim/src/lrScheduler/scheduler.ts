import { Optimizer } from '../optimizer.ts';

const { floor } = Math;

/** What schedulers read and write in an optimizer's groups. */
export interface ScheduledOptions {
  lr: number;
  /** The rate the group had when its first scheduler was made. */
  initialLr?: number;
  momentum?: number;
  betas?: readonly [number, number];
}

/** An optimizer whose rate can be scheduled: any whose groups have an `lr`. */
export type ScheduledOptimizer = Optimizer<ScheduledOptions, object>;

/** What all schedulers but {@link ReduceLROnPlateau} can do. */
export interface Scheduler {
  readonly optimizer: ScheduledOptimizer;
  step(): void;
  getLastLr(): number[];
  stateDict(): object;
  loadStateDict(state: never): void;
}

/** The option every {@link LRScheduler} has. */
export interface LRSchedulerOptions {
  /**
   * The epoch before the first. Default −1: begin. Any other goes on from there with an optimizer whose groups have an
   * `initialLr`; where a state was saved, `loadStateDict` is the better way.
   */
  lastEpoch?: number;
}

/** What a scheduler needs to go on from where it was: its options (functions left out) and this. */
export interface LRSchedulerState {
  lastEpoch: number;
  stepCount: number;
  baseLrs: number[];
  lastLr: number[];
}

/**
 * What schedulers share (torch.optim.lr_scheduler._LRScheduler). A scheduler sets the rate of epoch 0 when it is made,
 * and the next epoch's at each `step()`, which comes after the optimizer's:
 *
 *     const scheduler = new StepLR(optimizer, { stepSize: 30 });
 *     for (let epoch = 0; epoch < 90; epoch++) {
 *       train(optimizer);
 *       scheduler.step();
 *     }
 *
 * An epoch is whatever lies between two calls: OneCycleLR's, for one, is a batch. Most schedules multiply the rate the
 * group has, so several can be applied to one optimizer, and changes made by hand persist.
 *
 * To resume, make the optimizer and the scheduler as before, then load both their states, the optimizer's first: rates
 * are options of its groups. A group added to the optimizer later takes part, with the rate it came with as its base.
 *
 * A schedule of one's own says how a rate follows from the last:
 *
 *     class HarmonicLR extends LRScheduler {
 *       constructor(optimizer: ScheduledOptimizer) {
 *         super(optimizer, { lastEpoch: -1 });
 *       }
 *       protected nextLr(lr: number, epoch: number): number {
 *         return epoch === 0 ? lr : (lr * epoch) / (epoch + 1);
 *       }
 *     }
 *
 * @typeParam O - The options, as they are given.
 */
export abstract class LRScheduler<O extends LRSchedulerOptions = LRSchedulerOptions> implements Scheduler {
  readonly optimizer: ScheduledOptimizer;
  /** The number of the present epoch, from 0. */
  lastEpoch: number;
  /** The rates the groups had at first. */
  baseLrs: number[];
  protected options: Readonly<Required<O>>;
  private stepCount: number = 0;
  private lastLr: number[] = [];
  private readonly stepsBefore: number;

  /**
   * @param options - All options, defaults filled in and checked.
   * @throws TypeError if that is no optimizer; RangeError if a rate to go on from is missing.
   */
  constructor(optimizer: ScheduledOptimizer, options: Required<O> & { lastEpoch: number }) {
    checkOptimizer(new.target.name, optimizer);
    this.optimizer = optimizer;
    this.options = options;
    this.stepsBefore = optimizer.stepCount;
    this.lastEpoch = options.lastEpoch;
    const { paramGroups } = optimizer;
    if (this.lastEpoch === -1) {
      this.prepare();
      for (const group of paramGroups) group.initialLr ??= group.lr;
    }
    this.baseLrs = paramGroups.map(({ initialLr }, i) => {
      if (initialLr !== undefined) return initialLr;
      throw new RangeError(
        `${new.target.name}: param 'initialLr' is not specified in paramGroups[${i}] when resuming an optimizer`,
      );
    });
    this.step();
  }

  /** The rate of a group in an epoch, from the rate it has. Changes nothing. */
  protected abstract nextLr(lr: number, epoch: number, group: number): number;

  /** The rate of a group in an epoch, from the rate it had at first; for schedules that have such a form. */
  protected closedFormLr?(base: number, epoch: number): number;

  /** The momentum (β₁, where there is one) that goes with the rate, for schedules that move it too. */
  protected nextMomentum?(epoch: number, group: number): number | undefined;

  /** Writes to the groups what the schedule begins with. */
  protected prepare(): void {}

  /**
   * Goes to the next epoch.
   *
   * @param epoch - Where to go instead, by the closed form if the schedule has one. Fractions count where the closed form
   * is smooth; the next step goes on from the whole number below.
   */
  step(epoch?: number): void {
    if (epoch !== undefined && !(epoch >= 0)) {
      throw new RangeError(`${this.constructor.name}: Expected non-negative epoch, but got ${epoch}`);
    }
    const { paramGroups } = this.optimizer;
    const next = epoch ?? this.lastEpoch + 1;
    const rates = paramGroups.map((group, i) => {
      const base = (this.baseLrs[i] ??= group.initialLr ??= group.lr);
      const jumped = epoch === undefined ? undefined : this.closedFormLr?.(base, epoch);
      return jumped ?? this.nextLr(group.lr, next, i);
    });
    if (this.stepCount === 1 && this.optimizer.stepCount === this.stepsBefore) {
      console.warn(
        `${this.constructor.name}: Detected call of \`scheduler.step()\` before \`optimizer.step()\`. Call them in the ` +
          'opposite order, or the first value of the learning rate schedule is skipped',
      );
    }
    paramGroups.forEach((group, i) => {
      group.lr = rates[i];
      const momentum = this.nextMomentum?.(next, i);
      if (momentum !== undefined) setMomentum(group, momentum);
    });
    this.lastEpoch = floor(next);
    this.stepCount++;
    this.lastLr = rates;
  }

  /** The groups' rates in the present epoch, as this scheduler has set them. */
  getLastLr(): number[] {
    return [...this.lastLr];
  }

  /** Takes the step into the present epoch back, as far as the count goes: {@link SequentialLR} begins anew. */
  rewind(): void {
    this.lastEpoch--;
    this.stepCount = 0;
  }

  /** Whether this is the step with which a scheduler begins. */
  protected get beginning(): boolean {
    return this.stepCount === 0;
  }

  /** The epoch, the rates and the options; functions among these are left out and must be given to the constructor. */
  stateDict(): LRSchedulerState & Partial<O> {
    const { lastEpoch, stepCount, baseLrs, lastLr } = this;
    const options = Object.entries(this.options).filter(([, value]) => !holdsFunctions(value));
    return {
      ...(Object.fromEntries(options) as Partial<O>),
      lastEpoch,
      stepCount,
      baseLrs: [...baseLrs],
      lastLr: [...lastLr],
    };
  }

  /**
   * Takes over what {@link stateDict} has returned. The groups' rates are the optimizer's to load.
   *
   * @throws TypeError, with nothing changed, for anything else.
   */
  loadStateDict(state: LRSchedulerState & Partial<O>): void {
    const { lastEpoch, stepCount, baseLrs, lastLr } = state;
    if (
      typeof lastEpoch !== 'number' ||
      typeof stepCount !== 'number' ||
      !isList(baseLrs) ||
      !isList(lastLr)
    ) {
      throw new TypeError(`${this.constructor.name}: loadStateDict: not the state of a scheduler`);
    }
    const given = Object.entries(state).filter(([name]) => Object.hasOwn(this.options, name));
    this.options = { ...this.options, ...Object.fromEntries(given) };
    this.lastEpoch = lastEpoch;
    this.stepCount = stepCount;
    this.baseLrs = [...baseLrs];
    this.lastLr = [...lastLr];
  }
}

/** Throws unless that is an optimizer. */
export function checkOptimizer(where: string, optimizer: unknown): void {
  if (!(optimizer instanceof Optimizer)) {
    const kind = optimizer === null ? 'null' : typeof optimizer;
    throw new TypeError(`${where}: ${kind === 'object' ? 'the argument' : kind} is not an Optimizer`);
  }
}

/** One value per group, of a value for all or a list of as many. */
export function perGroup<T>(
  where: string,
  what: string,
  value: T | readonly T[],
  optimizer: ScheduledOptimizer,
): T[] {
  const { length } = optimizer.paramGroups;
  if (!isList<T>(value)) return Array<T>(length).fill(value);
  if (value.length !== length) {
    throw new RangeError(`${where}: expected ${length} values for ${what}, got ${value.length}`);
  }
  return [...value];
}

/** A group's value; undefined for one that came later than the list. */
export function valueFor(group: number, values: number | readonly number[]): number | undefined {
  return typeof values === 'number' ? values : values[group];
}

/** Throws unless the optimizer has a momentum, or Adam's β₁, to cycle. */
export function checkMomentum(where: string, { defaults }: ScheduledOptimizer): void {
  if (!('momentum' in defaults) && !('betas' in defaults)) {
    throw new RangeError(`${where}: optimizer must support momentum with \`cycleMomentum\` option enabled`);
  }
}

/** Sets a group's momentum, or Adam's β₁. */
export function setMomentum(group: ScheduledOptions, momentum: number): void {
  if (group.betas === undefined) group.momentum = momentum;
  else group.betas = [momentum, group.betas[1]];
}

function holdsFunctions(value: unknown): boolean {
  return typeof value === 'function' || (Array.isArray(value) && value.some(holdsFunctions));
}

function isList<T>(value: unknown): value is readonly T[] {
  return Array.isArray(value);
}
