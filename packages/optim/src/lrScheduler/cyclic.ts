import { withRequired } from '../checks.ts';
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

const { floor } = Math;

/** The options of {@link CyclicLR}. Lists have one value per group. */
export interface CyclicLROptions extends LRSchedulerOptions {
  /** The lowest rate. */
  baseLr: number | readonly number[];
  /** The highest rate, if cycles are not scaled. */
  maxLr: number | readonly number[];
  /** The number of steps up. Default 2000. */
  stepSizeUp?: number;
  /** The number of steps down. Default (`null`) as many. */
  stepSizeDown?: number | null;
  /** How cycles are scaled: not at all; halved each time; by γ^steps. Default 'triangular'. */
  mode?: 'triangular' | 'triangular2' | 'exp_range';
  /** The γ of 'exp_range'. Default 1. */
  gamma?: number;
  /** Scales cycles in place of `mode`. Default null. */
  scaleFn?: ((x: number) => number) | null;
  /** What `scaleFn` gets: the number of the cycle, from 1, or of the step, from 0. Default 'cycle'. */
  scaleMode?: 'cycle' | 'iterations';
  /** Move the momentum the opposite way. Default true. */
  cycleMomentum?: boolean;
  /** The lowest momentum. Default 0.8. */
  baseMomentum?: number | readonly number[];
  /** The highest momentum. Default 0.9. */
  maxMomentum?: number | readonly number[];
}

/**
 * Up from `baseLr` to `maxLr` and down again in equal steps, over and over; to be stepped after every batch
 * (torch.optim.lr_scheduler.CyclicLR). The momentum moves the opposite way: with optimizers that have no momentum, set
 * `cycleMomentum: false`. Where there is β₁ in its place, as in Adam, that is moved (PyTorch: from 2.0 on).
 *
 * Smith, Cyclical Learning Rates for Training Neural Networks (2017).
 */
export class CyclicLR extends LRScheduler<CyclicLROptions> {
  /**
   * @throws RangeError for an unknown mode, step sizes that are not positive, lists of a wrong length, and optimizers
   * without momentum: "optimizer must support momentum with `cycleMomentum` option enabled".
   */
  constructor(optimizer: ScheduledOptimizer, options: CyclicLROptions) {
    const where = 'CyclicLR';
    checkOptimizer(where, optimizer);
    const defaults = {
      baseLr: undefined,
      maxLr: undefined,
      stepSizeUp: 2000,
      stepSizeDown: null,
      mode: 'triangular' as const,
      gamma: 1,
      scaleFn: null,
      scaleMode: 'cycle' as const,
      cycleMomentum: true,
      baseMomentum: 0.8,
      maxMomentum: 0.9,
      lastEpoch: -1,
    };
    const chosen = withRequired<CyclicLROptions>(where, defaults, options);
    const { mode, scaleFn, stepSizeUp, cycleMomentum } = chosen;
    const stepSizeDown = chosen.stepSizeDown ?? stepSizeUp;
    if (scaleFn === null && !['triangular', 'triangular2', 'exp_range'].includes(mode)) {
      throw new RangeError(`${where}: mode is invalid and scaleFn is null: ${mode}`);
    }
    if (!(stepSizeUp > 0 && stepSizeDown > 0)) {
      throw new RangeError(`${where}: step sizes must be positive, but got ${stepSizeUp}, ${stepSizeDown}`);
    }
    if (cycleMomentum) checkMomentum(where, optimizer);
    super(optimizer, {
      ...chosen,
      stepSizeDown,
      baseLr: perGroup(where, 'baseLr', chosen.baseLr, optimizer),
      maxLr: perGroup(where, 'maxLr', chosen.maxLr, optimizer),
      baseMomentum: perGroup(where, 'baseMomentum', chosen.baseMomentum, optimizer),
      maxMomentum: perGroup(where, 'maxMomentum', chosen.maxMomentum, optimizer),
    });
  }

  protected override prepare(): void {
    const { baseLr, baseMomentum, cycleMomentum } = this.options;
    this.optimizer.paramGroups.forEach((group, i) => {
      group.lr = valueFor(i, baseLr) ?? group.lr;
      const momentum = valueFor(i, baseMomentum);
      if (cycleMomentum && momentum !== undefined) setMomentum(group, momentum);
    });
  }

  protected nextLr(lr: number, epoch: number, group: number): number {
    const base = valueFor(group, this.options.baseLr);
    const max = valueFor(group, this.options.maxLr);
    if (base === undefined || max === undefined) return lr;
    const { height, scale } = this.position(epoch);
    return base + (max - base) * height * scale;
  }

  protected override nextMomentum(epoch: number, group: number): number | undefined {
    const base = valueFor(group, this.options.baseMomentum);
    const max = valueFor(group, this.options.maxMomentum);
    if (!this.options.cycleMomentum || base === undefined || max === undefined) return undefined;
    const { height, scale } = this.position(epoch);
    return max - (max - base) * height * scale;
  }

  /** How high up in its cycle an epoch lies, from 0 to 1, and how the cycle is scaled. */
  private position(epoch: number): { height: number; scale: number } {
    const { stepSizeUp, stepSizeDown, mode, gamma, scaleFn, scaleMode } = this.options;
    const length = stepSizeUp + (stepSizeDown ?? stepSizeUp);
    const top = stepSizeUp / length;
    const cycle = floor(1 + epoch / length);
    const x = 1 + epoch / length - cycle;
    const height = x <= top ? x / top : (x - 1) / (top - 1);
    if (scaleFn !== null) return { height, scale: scaleFn(scaleMode === 'cycle' ? cycle : epoch) };
    if (mode === 'triangular2') return { height, scale: 1 / 2 ** (cycle - 1) };
    return { height, scale: mode === 'exp_range' ? gamma ** epoch : 1 };
  }
}
