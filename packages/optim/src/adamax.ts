import { maximum, zerosLike, type Tensor } from '@retrograd/core';
import { checkBetas, checkNonNegative, withDefaults } from './checks.ts';
import { followedGradient, type GradientOptions } from './gradient.ts';
import { Optimizer, type ParamGroup, type Params } from './optimizer.ts';

/** The options of {@link Adamax}. */
export interface AdamaxOptions extends GradientOptions {
  /** The learning rate. Default 2e-3. */
  lr: number;
  /** The decay rates of the running mean of the gradient and of its largest magnitude. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the gradient's magnitude. Default 1e-8. */
  eps: number;
}

/** What {@link Adamax} remembers of a parameter. */
export interface AdamaxState {
  /** The number of updates so far. */
  step: number;
  /** The running mean of the gradient. */
  expAvg: Tensor;
  /** The decaying maximum of the gradient's magnitude. */
  expInf: Tensor;
}

/**
 * Adam with the infinity norm (torch.optim.Adamax). With g ← ∇f (+ λ·p) and t the number of the step:
 *
 *     m ← β₁·m + (1 − β₁)·g;   u ← max(β₂·u, |g| + ε)
 *     p ← p − lr/(1 − β₁ᵗ) · m/u
 *
 * Kingma & Ba, Adam: A Method for Stochastic Optimization (2015), section 7.1.
 */
export class Adamax extends Optimizer<AdamaxOptions, AdamaxState> {
  /** @throws RangeError for options out of range, as PyTorch words it: "Invalid learning rate: -1". */
  constructor(params: Params<AdamaxOptions>, options: Partial<AdamaxOptions> = {}) {
    const defaults: AdamaxOptions = {
      lr: 2e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      maximize: false,
    };
    super(params, withDefaults('Adamax', defaults, options));
  }

  protected override validate({ lr, betas, eps, weightDecay }: Readonly<AdamaxOptions>): void {
    checkNonNegative('Adamax', 'learning rate', lr);
    checkNonNegative('Adamax', 'epsilon value', eps);
    checkBetas('Adamax', betas);
    checkNonNegative('Adamax', 'weight_decay value', weightDecay);
  }

  protected update(param: Tensor, grad: Tensor, group: ParamGroup<AdamaxOptions>): void {
    const { lr, eps } = group;
    const [beta1, beta2] = group.betas;
    const state = this.stateOf(param, () => ({
      step: 0,
      expAvg: zerosLike(param),
      expInf: zerosLike(param),
    }));
    const { expAvg, expInf } = state;
    const g = followedGradient(param, grad, group);
    state.step++;
    expAvg.mul_(beta1).add_(g, { alpha: 1 - beta1 });
    expInf.copy_(maximum(expInf.mul(beta2), g.abs().add_(eps)));
    param.addcdiv_(expAvg, expInf, { value: -lr / (1 - beta1 ** state.step) });
  }
}
