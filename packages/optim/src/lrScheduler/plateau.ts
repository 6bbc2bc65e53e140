import { isTensor, type Tensor } from '@retrograd/core';
import { checkInteger, checkNonNegative, withDefaults } from '../checks.ts';
import { checkOptimizer, perGroup, type ScheduledOptimizer } from './scheduler.ts';

const { max } = Math;

/** The options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions {
  /** Whether the measured quantity should fall or rise. Default 'min'. */
  mode: 'min' | 'max';
  /** What the rate is multiplied by, below 1. Default 0.1. */
  factor: number;
  /** The number of epochs without improvement that are tolerated. Default 10. */
  patience: number;
  /** What counts as an improvement. Default 1e-4. */
  threshold: number;
  /** Whether the threshold is a part of the best value so far or a difference from it. Default 'rel'. */
  thresholdMode: 'rel' | 'abs';
  /** The number of epochs after a reduction in which nothing is counted. Default 0. */
  cooldown: number;
  /** The lowest rate; a list has one value per group. Default 0. */
  minLr: number | readonly number[];
  /** Smaller reductions are not made. Default 1e-8. */
  eps: number;
}

/** What a {@link ReduceLROnPlateau} needs to go on from where it was. */
export interface ReduceLROnPlateauState extends ReduceLROnPlateauOptions {
  /** The best value so far; null, which JSON makes of the ±Infinity before the first, is read as that. */
  best: number | null;
  numBadEpochs: number;
  cooldownCounter: number;
  lastEpoch: number;
  lastLr: number[];
}

/**
 * lr ← max(factor·lr, minLr) when a quantity has not improved for more than `patience` epochs
 * (torch.optim.lr_scheduler.ReduceLROnPlateau):
 *
 *     const scheduler = new ReduceLROnPlateau(optimizer, { patience: 5 });
 *     …
 *     scheduler.step(validationLoss);
 */
export class ReduceLROnPlateau {
  readonly optimizer: ScheduledOptimizer;
  /** The number of epochs so far. */
  lastEpoch: number = 0;
  /** The best value so far. */
  best: number;
  /** The number of epochs since then, as far as they count. */
  numBadEpochs: number = 0;
  /** The number of epochs for which nothing is counted yet. */
  cooldownCounter: number = 0;
  private options: ReduceLROnPlateauOptions;
  private lastLr: number[];

  /** @throws RangeError for options out of range: "Factor should be < 1.0", "mode … is unknown". */
  constructor(optimizer: ScheduledOptimizer, options: Partial<ReduceLROnPlateauOptions> = {}) {
    const where = 'ReduceLROnPlateau';
    checkOptimizer(where, optimizer);
    const defaults: ReduceLROnPlateauOptions = {
      mode: 'min',
      factor: 0.1,
      patience: 10,
      threshold: 1e-4,
      thresholdMode: 'rel',
      cooldown: 0,
      minLr: 0,
      eps: 1e-8,
    };
    const chosen = withDefaults(where, defaults, options);
    checkOptions(chosen);
    this.optimizer = optimizer;
    this.options = { ...chosen, minLr: perGroup(where, 'minLr', chosen.minLr, optimizer) };
    this.best = worst(chosen.mode);
    this.lastLr = optimizer.paramGroups.map(({ lr }) => lr);
  }

  /**
   * Takes in an epoch's value and reduces the rates if it is time.
   *
   * @param metric - A number or a tensor of one element. NaN is no improvement.
   */
  step(metric: number | Tensor): void {
    const value = isTensor(metric) ? metric.item() : metric;
    if (typeof value !== 'number') {
      throw new TypeError(
        `ReduceLROnPlateau: step needs the quantity to watch, a number, but got ${String(value)}`,
      );
    }
    this.lastEpoch++;
    if (this.isBetter(value)) {
      this.best = value;
      this.numBadEpochs = 0;
    } else {
      this.numBadEpochs++;
    }
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > this.options.patience) {
      this.reduce();
      this.cooldownCounter = this.options.cooldown;
      this.numBadEpochs = 0;
    }
    this.lastLr = this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** The groups' rates after the last step. */
  getLastLr(): number[] {
    return [...this.lastLr];
  }

  /** The options and what has been counted. */
  stateDict(): ReduceLROnPlateauState {
    const { best, numBadEpochs, cooldownCounter, lastEpoch, lastLr } = this;
    return { ...this.options, best, numBadEpochs, cooldownCounter, lastEpoch, lastLr: [...lastLr] };
  }

  /**
   * Takes over what {@link stateDict} has returned. The groups' rates are the optimizer's to load.
   *
   * @throws TypeError or RangeError, with nothing changed, for anything else.
   */
  loadStateDict(state: ReduceLROnPlateauState): void {
    const { best, numBadEpochs, cooldownCounter, lastEpoch, lastLr, ...options } = state;
    if ([numBadEpochs, cooldownCounter, lastEpoch].some((count) => typeof count !== 'number')) {
      throw new TypeError('ReduceLROnPlateau: loadStateDict: not the state of a ReduceLROnPlateau');
    }
    const chosen = withDefaults('ReduceLROnPlateau', this.options, options);
    checkOptions(chosen);
    this.options = chosen;
    this.best = best ?? worst(chosen.mode);
    this.numBadEpochs = numBadEpochs;
    this.cooldownCounter = cooldownCounter;
    this.lastEpoch = lastEpoch;
    this.lastLr = [...lastLr];
  }

  private isBetter(value: number): boolean {
    const { mode, threshold, thresholdMode } = this.options;
    const { best } = this;
    if (mode === 'min') return value < (thresholdMode === 'rel' ? best * (1 - threshold) : best - threshold);
    return value > (thresholdMode === 'rel' ? best * (threshold + 1) : best + threshold);
  }

  private reduce(): void {
    const { factor, minLr, eps } = this.options;
    this.optimizer.paramGroups.forEach((group, i) => {
      // Groups that came later than the list have no lowest rate.
      const lowest = typeof minLr === 'number' ? minLr : (minLr[i] ?? 0);
      const reduced = max(group.lr * factor, lowest);
      if (group.lr - reduced > eps) group.lr = reduced;
    });
  }
}

/** What every value is better than. */
function worst(mode: 'min' | 'max'): number {
  return mode === 'min' ? Infinity : -Infinity;
}

function checkOptions(options: Readonly<ReduceLROnPlateauOptions>): void {
  const where = 'ReduceLROnPlateau';
  const { mode, thresholdMode, factor } = options;
  if (!(factor < 1)) throw new RangeError(`${where}: Factor should be < 1.0, but got ${factor}`);
  checkNonNegative(where, 'factor', factor);
  if (mode !== 'min' && mode !== 'max') throw new RangeError(`${where}: mode ${String(mode)} is unknown`);
  if (thresholdMode !== 'rel' && thresholdMode !== 'abs') {
    throw new RangeError(`${where}: thresholdMode ${String(thresholdMode)} is unknown`);
  }
  checkInteger(where, 'patience', options.patience, 0);
  checkInteger(where, 'cooldown', options.cooldown, 0);
  checkNonNegative(where, 'epsilon value', options.eps);
}
