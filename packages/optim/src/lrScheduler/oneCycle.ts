import { checkInteger, withRequired } from '../checks.ts';
import {
  checkMomentum,
  checkOptimizer,
  LRScheduler,
  perGroup,
  setMomentum,
  valueFor,
  type LRSchedulerOptions,
  type ScheduledOptimizer,
} from './scheduler.ts';

const { cos, PI } = Math;

/** The options of {@link OneCycleLR}. Lists have one value per group. */
export interface OneCycleLROptions extends LRSchedulerOptions {
  /** The highest rate. */
  maxLr: number | readonly number[];
  /** The number of steps in the cycle; or give `epochs` and `stepsPerEpoch`. */
  totalSteps?: number | null;
  epochs?: number | null;
  stepsPerEpoch?: number | null;
  /** The part of the cycle in which the rate rises. Default 0.3. */
  pctStart?: number;
  /** How it moves: along a cosine or in equal steps. Default 'cos'. */
  annealStrategy?: 'cos' | 'linear';
  /** Move the momentum (or β₁) the opposite way. Default true. */
  cycleMomentum?: boolean;
  /** The lowest momentum. Default 0.85. */
  baseMomentum?: number | readonly number[];
  /** The highest momentum. Default 0.95. */
  maxMomentum?: number | readonly number[];
  /** The rate begins at maxLr/divFactor. Default 25. */
  divFactor?: number;
  /** The rate ends at 1/finalDivFactor of what it began with. Default 1e4. */
  finalDivFactor?: number;
  /** Fall as slowly as it rose, then to the end, instead of all in one. Default false. */
  threePhase?: boolean;
}

/** A part of the cycle: the step at its end, and what the rate and the momentum go from and to. */
interface Phase {
  readonly end: number;
  readonly lr: readonly [RateName, RateName];
  readonly momentum: readonly [MomentumName, MomentumName];
}
type RateName = 'initial' | 'max' | 'min';
type MomentumName = 'max' | 'base';

/**
 * One cycle for the whole of a training: up from maxLr/divFactor to maxLr, then far down; to be stepped after every batch
 * (torch.optim.lr_scheduler.OneCycleLR). The momentum, or Adam's β₁, moves the opposite way; with optimizers that have
 * neither, set `cycleMomentum: false`.
 *
 * Smith & Topin, Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates (2018).
 */
export class OneCycleLR extends LRScheduler<OneCycleLROptions> {
  /**
   * @throws RangeError for options out of range: "Expected positive integer totalSteps, but got 0"; and, from `step`:
   * "Tried to step 12 times. The specified number of total steps is 10".
   */
  constructor(optimizer: ScheduledOptimizer, options: OneCycleLROptions) {
    const where = 'OneCycleLR';
    checkOptimizer(where, optimizer);
    const defaults = {
      maxLr: undefined,
      totalSteps: null,
      epochs: null,
      stepsPerEpoch: null,
      pctStart: 0.3,
      annealStrategy: 'cos' as const,
      cycleMomentum: true,
      baseMomentum: 0.85,
      maxMomentum: 0.95,
      divFactor: 25,
      finalDivFactor: 1e4,
      threePhase: false,
      lastEpoch: -1,
    };
    const chosen = withRequired<OneCycleLROptions>(where, defaults, options);
    const { pctStart, annealStrategy } = chosen;
    if (!(pctStart >= 0 && pctStart <= 1)) {
      throw new RangeError(`${where}: Expected float between 0 and 1 pctStart, but got ${String(pctStart)}`);
    }
    if (annealStrategy !== 'cos' && annealStrategy !== 'linear') {
      throw new RangeError(
        `${where}: annealStrategy must be one of 'cos' or 'linear', instead got ${String(annealStrategy)}`,
      );
    }
    if (chosen.cycleMomentum) checkMomentum(where, optimizer);
    super(optimizer, {
      ...chosen,
      totalSteps: totalStepsOf(chosen),
      maxLr: perGroup(where, 'maxLr', chosen.maxLr, optimizer),
      baseMomentum: perGroup(where, 'baseMomentum', chosen.baseMomentum, optimizer),
      maxMomentum: perGroup(where, 'maxMomentum', chosen.maxMomentum, optimizer),
    });
  }

  protected override prepare(): void {
    const { maxLr, maxMomentum, divFactor, cycleMomentum } = this.options;
    this.optimizer.paramGroups.forEach((group, i) => {
      const max = valueFor(i, maxLr);
      if (max !== undefined) group.initialLr = max / divFactor;
      const momentum = valueFor(i, maxMomentum);
      if (cycleMomentum && momentum !== undefined) setMomentum(group, momentum);
    });
  }

  protected nextLr(lr: number, epoch: number, group: number): number {
    const { totalSteps, maxLr, divFactor, finalDivFactor } = this.options;
    if (totalSteps !== null && epoch > totalSteps) {
      throw new RangeError(
        `OneCycleLR: Tried to step ${epoch + 1} times. The specified number of total steps is ${totalSteps}`,
      );
    }
    const max = valueFor(group, maxLr);
    if (max === undefined) return lr;
    const initial = max / divFactor;
    const rates = { initial, max, min: initial / finalDivFactor };
    const { phase, part } = this.position(epoch);
    return this.anneal(rates[phase.lr[0]], rates[phase.lr[1]], part);
  }

  protected override nextMomentum(epoch: number, group: number): number | undefined {
    const max = valueFor(group, this.options.maxMomentum);
    const base = valueFor(group, this.options.baseMomentum);
    if (!this.options.cycleMomentum || max === undefined || base === undefined) return undefined;
    const momenta = { max, base };
    const { phase, part } = this.position(epoch);
    return this.anneal(momenta[phase.momentum[0]], momenta[phase.momentum[1]], part);
  }

  private anneal(from: number, to: number, part: number): number {
    if (this.options.annealStrategy === 'linear') return (to - from) * part + from;
    return to + ((from - to) / 2) * (cos(PI * part) + 1);
  }

  /** The phase an epoch lies in, and how much of that has passed. */
  private position(epoch: number): { phase: Phase; part: number } {
    const phases = phasesOf(this.options);
    const index = phases.findIndex(({ end }, i) => epoch <= end || i === phases.length - 1);
    const phase = phases[index];
    const start = index === 0 ? 0 : phases[index - 1].end;
    return { phase, part: phase.end === start ? 1 : (epoch - start) / (phase.end - start) };
  }
}

function totalStepsOf({ totalSteps, epochs, stepsPerEpoch }: Required<OneCycleLROptions>): number {
  if (totalSteps !== null) {
    checkInteger('OneCycleLR', 'totalSteps', totalSteps);
    return totalSteps;
  }
  if (epochs === null || stepsPerEpoch === null) {
    throw new RangeError('OneCycleLR: You must define either totalSteps OR (epochs AND stepsPerEpoch)');
  }
  checkInteger('OneCycleLR', 'epochs', epochs);
  checkInteger('OneCycleLR', 'stepsPerEpoch', stepsPerEpoch);
  return epochs * stepsPerEpoch;
}

function phasesOf(options: Readonly<Required<OneCycleLROptions>>): Phase[] {
  const { pctStart, threePhase } = options;
  const total = totalStepsOf(options);
  const rise: Phase = {
    end: pctStart * total - 1,
    lr: ['initial', 'max'],
    momentum: ['max', 'base'],
  };
  if (!threePhase) {
    return [rise, { end: total - 1, lr: ['max', 'min'], momentum: ['base', 'max'] }];
  }
  return [
    rise,
    { end: 2 * pctStart * total - 2, lr: ['max', 'initial'], momentum: ['base', 'max'] },
    { end: total - 1, lr: ['initial', 'min'], momentum: ['max', 'max'] },
  ];
}
