import { zerosLike, type Tensor } from '@retrograd/core';
import { kernels } from '@retrograd/kernels';
import { checkBetas, checkNonNegative, withDefaults } from './checks.ts';
import { elementsOf, stepElements } from './elements.ts';
import { Optimizer, type ParamGroup, type Params } from './optimizer.ts';

/** The options of {@link Adam} and {@link AdamW}. */
export interface AdamOptions {
  /** The learning rate. Default 1e-3. */
  lr: number;
  /** The decay rates of the running mean of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  eps: number;
  /** Adam: the L2 penalty, default 0. AdamW: how fast weights decay by themselves, default 0.01. */
  weightDecay: number;
  /** Divide by the largest running mean of squares so far (Reddi et al., 2018). Default false. */
  amsgrad: boolean;
  /** Ascend instead of descend. Default false. */
  maximize: boolean;
}

/** What {@link Adam} and {@link AdamW} remember of a parameter. */
export interface AdamState {
  /** The number of updates so far. */
  step: number;
  /** The running mean of the gradient. */
  expAvg: Tensor;
  /** The running mean of its square. */
  expAvgSq: Tensor;
  /** The largest `expAvgSq` so far, if `amsgrad`. */
  maxExpAvgSq?: Tensor;
}

const DEFAULTS: Readonly<AdamOptions> = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
};

/** The two differ only in where the decay of weights enters. */
abstract class AdamBase extends Optimizer<AdamOptions, AdamState> {
  protected override readonly borrowsGradients = true;
  protected abstract readonly decoupled: boolean;

  protected override validate({ lr, eps, betas, weightDecay }: Readonly<AdamOptions>): void {
    const { name } = this.constructor;
    checkNonNegative(name, 'learning rate', lr);
    checkNonNegative(name, 'epsilon value', eps);
    checkBetas(name, betas);
    checkNonNegative(name, 'weight_decay value', weightDecay);
  }

  protected update(param: Tensor, grad: Tensor, group: ParamGroup<AdamOptions>): void {
    const { lr, betas, eps, weightDecay, amsgrad, maximize } = group;
    let state = this.state.get(param);
    if (state === undefined) {
      state = { step: 0, expAvg: zerosLike(param), expAvgSq: zerosLike(param) };
      this.state.set(param, state);
    }
    if (amsgrad) state.maxExpAvgSq ??= zerosLike(param);
    state.step++;
    const { expAvg, expAvgSq } = state;
    const max = (amsgrad && state.maxExpAvgSq) || null;
    const [beta1, beta2] = betas;
    const { decoupled } = this;
    const step = { lr, beta1, beta2, eps, weightDecay, decoupled, amsgrad, maximize, step: state.step };
    stepElements(param, grad, (n, p, pOffset, g, gOffset) => {
      kernels.adamStep(
        n, step, p, pOffset, g, gOffset,
        elementsOf(expAvg), expAvg.offset, elementsOf(expAvgSq), expAvgSq.offset,
        max && elementsOf(max), max?.offset ?? 0,
      ); // prettier-ignore
    });
  }
}

/**
 * Adam (torch.optim.Adam). With g ← ∇f (+ λ·p) and t the number of the step:
 *
 *     m ← β₁·m + (1 − β₁)·g;   v ← β₂·v + (1 − β₂)·g²
 *     p ← p − lr · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
 *
 * Kingma & Ba, Adam: A Method for Stochastic Optimization (2015).
 */
export class Adam extends AdamBase {
  protected readonly decoupled: boolean = false;

  /** @throws RangeError for options out of range, as PyTorch words it: "Invalid learning rate: -1". */
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, withDefaults('Adam', DEFAULTS, options));
  }
}

/**
 * Adam with weights that decay by themselves, p ← p − lr·λ·p before the step, instead of through the gradient
 * (torch.optim.AdamW). Loshchilov & Hutter, Decoupled Weight Decay Regularization (2019).
 */
export class AdamW extends AdamBase {
  protected readonly decoupled: boolean = true;

  /** @throws RangeError for options out of range, as PyTorch words it: "Invalid learning rate: -1". */
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, withDefaults('AdamW', { ...DEFAULTS, weightDecay: 0.01 }, options));
  }
}
