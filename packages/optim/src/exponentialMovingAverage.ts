import { isTensor, noGrad, type Tensor } from '@retrograd/core';
import { checkFraction, isIterable, withDefaults } from './checks.ts';

const { min } = Math;

/** The options of {@link ExponentialMovingAverage}. */
export interface ExponentialMovingAverageOptions {
  /** How much of the average is kept by an update, from 0 to 1. Default 0.999. */
  decay: number;
  /** Keep less in the first updates, at most (1 + n)/(10 + n), so that the initial weights are soon forgotten. Default true. */
  useNumUpdates: boolean;
}

/** What an average needs to go on from where it was. */
export interface ExponentialMovingAverageState extends ExponentialMovingAverageOptions {
  /** The number of updates so far. */
  numUpdates: number;
  /** The averages, in the parameters' order. */
  averages: Tensor[];
}

/**
 * A running average of weights, which often generalises better than the weights themselves. An update after each of the
 * optimizer's steps, the n-th of them, computes
 *
 *     p̄ ← p̄ − (1 − d)·(p̄ − p),   d = min(decay, (1 + n)/(10 + n))   (or d = decay, without useNumUpdates)
 *
 * in the parameters' dtypes, from p̄ = p on (tf.train.ExponentialMovingAverage).
 *
 *     const ema = new ExponentialMovingAverage(model.parameters(), { decay: 0.999 });
 *     …                                  // each iteration:
 *     optimizer.step();
 *     ema.update();
 *     …                                  // now and then:
 *     const accuracy = ema.average(() => evaluate(model));
 *
 * Polyak & Juditsky, Acceleration of Stochastic Approximation by Averaging (1992); Tarvainen & Valpola, Mean teachers are
 * better role models (2017).
 */
export class ExponentialMovingAverage {
  /** The tensors averaged. */
  readonly parameters: readonly Tensor[];
  /** Their averages. */
  readonly averages: readonly Tensor[];
  /** How much of the average is kept by an update. */
  decay: number;
  /** Whether less is kept in the first updates. */
  useNumUpdates: boolean;
  /** The number of updates so far. */
  numUpdates: number = 0;
  private stored: readonly Tensor[] | null = null;

  /** @throws TypeError for anything but tensors; RangeError for no tensors or a decay that is not from 0 to 1. */
  constructor(parameters: Iterable<Tensor>, options: Partial<ExponentialMovingAverageOptions> = {}) {
    const defaults: ExponentialMovingAverageOptions = { decay: 0.999, useNumUpdates: true };
    const { decay, useNumUpdates } = withDefaults('ExponentialMovingAverage', defaults, options);
    checkFraction('ExponentialMovingAverage', 'decay', decay);
    this.decay = decay;
    this.useNumUpdates = useNumUpdates;
    const listed: readonly unknown[] | null = isIterable(parameters) ? [...parameters] : null;
    if (listed?.length === 0) throw new RangeError('ExponentialMovingAverage: no parameters to average');
    if (listed === null || !listed.every(isTensor)) {
      throw new TypeError('ExponentialMovingAverage: parameters must be an iterable of Tensors');
    }
    this.parameters = listed;
    this.averages = copies(listed);
  }

  /** Takes the parameters' present values into the averages. */
  update(): void {
    this.numUpdates++;
    const { numUpdates: n } = this;
    const decay = this.useNumUpdates ? min(this.decay, (1 + n) / (10 + n)) : this.decay;
    noGrad(() => {
      this.averages.forEach((average, i) => {
        average.sub_(average.sub(this.parameters[i]), { alpha: 1 - decay });
      });
    });
  }

  /**
   * Overwrites parameters with the averages.
   *
   * @param parameters - Default: those that are averaged. Another model's can be given.
   * @throws RangeError, with nothing changed, if their number or shapes differ.
   */
  copyTo(parameters: Iterable<Tensor> = this.parameters): void {
    overwrite('copyTo', [...parameters], this.averages);
  }

  /** Puts the parameters' present values aside, for {@link restore}. */
  store(): void {
    this.stored = copies(this.parameters);
  }

  /**
   * Gives the parameters the values that {@link store} put aside last.
   *
   * @throws RangeError if there are none.
   */
  restore(): void {
    if (this.stored === null) {
      throw new RangeError(
        'ExponentialMovingAverage: restore: nothing has been put aside; call store() first',
      );
    }
    overwrite('restore', this.parameters, this.stored);
    this.stored = null;
  }

  /**
   * Runs a function while the parameters have their average values, and gives them back their own, even if it throws.
   *
   * @returns What the function returned.
   * @throws TypeError for an asynchronous function, which would run on with the parameters' own values.
   */
  average<T>(fn: () => T): T {
    const own = copies(this.parameters);
    this.copyTo();
    let result: T;
    try {
      result = fn();
    } finally {
      overwrite('average', this.parameters, own);
    }
    if (result instanceof Promise) {
      throw new TypeError(
        'ExponentialMovingAverage: average: the function is asynchronous; use store(), copyTo() and restore() around it',
      );
    }
    return result;
  }

  /** The options, the number of updates and the live averages. */
  stateDict(): ExponentialMovingAverageState {
    const { decay, useNumUpdates, numUpdates } = this;
    return { decay, useNumUpdates, numUpdates, averages: [...this.averages] };
  }

  /**
   * Takes over what {@link stateDict} has returned; averages are copied.
   *
   * @throws RangeError, with nothing changed, if numbers or shapes do not fit.
   */
  loadStateDict({ decay, useNumUpdates, numUpdates, averages }: ExponentialMovingAverageState): void {
    checkFraction('ExponentialMovingAverage', 'decay', decay);
    if (!(numUpdates >= 0)) {
      throw new RangeError(`ExponentialMovingAverage: Invalid numUpdates: ${String(numUpdates)}`);
    }
    overwrite('loadStateDict', this.averages, averages);
    this.decay = decay;
    this.useNumUpdates = useNumUpdates;
    this.numUpdates = numUpdates;
  }
}

function copies(tensors: readonly Tensor[]): Tensor[] {
  return noGrad(() => tensors.map((x) => x.detach().clone()));
}

function overwrite(where: string, targets: readonly Tensor[], values: readonly Tensor[]): void {
  if (targets.length !== values.length) {
    throw new RangeError(
      `ExponentialMovingAverage: ${where}: ${values.length} averages do not fit ${targets.length} parameters`,
    );
  }
  targets.forEach((target, i) => {
    if (target.shape.join() !== values[i].shape.join()) {
      throw new RangeError(
        `ExponentialMovingAverage: ${where}: parameter ${i} has shape [${target.shape.join(', ')}], its average ` +
          `[${values[i].shape.join(', ')}]`,
      );
    }
  });
  noGrad(() => targets.forEach((target, i) => target.copy_(values[i])));
}
