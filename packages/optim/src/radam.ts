import { zerosLike, type Tensor } from '@retrograd/core';
import { checkBetas, checkNonNegative, withDefaults } from './checks.ts';
import { followedGradient, type GradientOptions } from './gradient.ts';
import { Optimizer, type ParamGroup, type Params } from './optimizer.ts';

const { sqrt } = Math;

/** The options of {@link RAdam}. */
export interface RAdamOptions extends GradientOptions {
  /** The learning rate. Default 1e-3. */
  lr: number;
  /** The decay rates of the running mean of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  eps: number;
}

/** What {@link RAdam} remembers of a parameter. */
export interface RAdamState {
  /** The number of updates so far. */
  step: number;
  /** The running mean of the gradient. */
  expAvg: Tensor;
  /** The running mean of its square. */
  expAvgSq: Tensor;
}

/**
 * Adam that divides by √v only once v's variance is tractable (torch.optim.RAdam). With g ← ∇f (+ λ·p), t the number of
 * the step, ρ∞ = 2/(1 − β₂) − 1 and ρₜ = ρ∞ − 2·t·β₂ᵗ/(1 − β₂ᵗ):
 *
 *     m ← β₁·m + (1 − β₁)·g;   v ← β₂·v + (1 − β₂)·g²;   m̂ = m/(1 − β₁ᵗ)
 *     p ← p − lr · m̂ · r · √(1 − β₂ᵗ)/(√v + ε)   if ρₜ > 5, r = √((ρₜ − 4)(ρₜ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρₜ))
 *     p ← p − lr · m̂                              else
 *
 * Liu et al., On the Variance of the Adaptive Learning Rate and Beyond (2020).
 */
export class RAdam extends Optimizer<RAdamOptions, RAdamState> {
  /** @throws RangeError for options out of range, as PyTorch words it: "Invalid learning rate: -1". */
  constructor(params: Params<RAdamOptions>, options: Partial<RAdamOptions> = {}) {
    const defaults: RAdamOptions = {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      maximize: false,
    };
    super(params, withDefaults('RAdam', defaults, options));
  }

  protected override validate({ lr, betas, eps, weightDecay }: Readonly<RAdamOptions>): void {
    checkNonNegative('RAdam', 'learning rate', lr);
    checkNonNegative('RAdam', 'epsilon value', eps);
    checkBetas('RAdam', betas);
    checkNonNegative('RAdam', 'weight_decay value', weightDecay);
  }

  protected update(param: Tensor, grad: Tensor, group: ParamGroup<RAdamOptions>): void {
    const { lr, eps } = group;
    const [beta1, beta2] = group.betas;
    const state = this.stateOf(param, () => ({
      step: 0,
      expAvg: zerosLike(param),
      expAvgSq: zerosLike(param),
    }));
    const { expAvg, expAvgSq } = state;
    const g = followedGradient(param, grad, group);
    const t = ++state.step;
    const correction2 = 1 - beta2 ** t;
    expAvg.mul_(beta1).add_(g, { alpha: 1 - beta1 });
    expAvgSq.mul_(beta2).addcmul_(g, g, { value: 1 - beta2 });
    const change = expAvg.div(1 - beta1 ** t).mul_(lr);
    const limit = 2 / (1 - beta2) - 1;
    const length = limit - (2 * t * beta2 ** t) / correction2;
    if (length > 5) {
      const rectification = sqrt(
        ((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length),
      );
      change.mul_(expAvgSq.sqrt().add_(eps).reciprocal_().mul_(sqrt(correction2))).mul_(rectification);
    }
    param.sub_(change);
  }
}
