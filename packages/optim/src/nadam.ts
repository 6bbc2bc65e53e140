import { zerosLike, type Tensor } from '@retrograd/core';
import { checkBetas, checkNonNegative, withDefaults } from './checks.ts';
import { followedGradient, type GradientOptions } from './gradient.ts';
import { Optimizer, type ParamGroup, type Params } from './optimizer.ts';

const { fround } = Math;

/** The options of {@link NAdam}. */
export interface NAdamOptions extends GradientOptions {
  /** The learning rate. Default 2e-3. */
  lr: number;
  /** The decay rates of the running mean of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  eps: number;
  /** How fast the momentum μ approaches β₁, ψ. Default 4e-3. */
  momentumDecay: number;
}

/** What {@link NAdam} remembers of a parameter. */
export interface NAdamState {
  /** The number of updates so far. */
  step: number;
  /** The product of the momenta μ so far. */
  muProduct: number;
  /** The running mean of the gradient. */
  expAvg: Tensor;
  /** The running mean of its square. */
  expAvgSq: Tensor;
}

/**
 * Adam with Nesterov's momentum (torch.optim.NAdam). With g ← ∇f (+ λ·p), t the number of the step and
 * μₜ = β₁·(1 − ½·0.96^(t·ψ)):
 *
 *     m ← β₁·m + (1 − β₁)·g;   v ← β₂·v + (1 − β₂)·g²
 *     p ← p − lr · ((1 − μₜ)·g / (1 − Π μᵢ, i ≤ t) + μₜ₊₁·m / (1 − Π μᵢ, i ≤ t + 1)) / (√(v/(1 − β₂ᵗ)) + ε)
 *
 * As in PyTorch 1.13, which this follows to the last bits, the second product is taken as (Π μᵢ, i ≤ t)·μₜ·μₜ₊₁.
 *
 * Dozat, Incorporating Nesterov Momentum into Adam (2016).
 */
export class NAdam extends Optimizer<NAdamOptions, NAdamState> {
  /** @throws RangeError for options out of range, as PyTorch words it: "Invalid learning rate: -1". */
  constructor(params: Params<NAdamOptions>, options: Partial<NAdamOptions> = {}) {
    const defaults: NAdamOptions = {
      lr: 2e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      momentumDecay: 4e-3,
      maximize: false,
    };
    super(params, withDefaults('NAdam', defaults, options));
  }

  protected override validate(options: Readonly<NAdamOptions>): void {
    checkNonNegative('NAdam', 'learning rate', options.lr);
    checkNonNegative('NAdam', 'epsilon value', options.eps);
    checkBetas('NAdam', options.betas);
    checkNonNegative('NAdam', 'weight_decay value', options.weightDecay);
    checkNonNegative('NAdam', 'momentum_decay value', options.momentumDecay);
  }

  protected update(param: Tensor, grad: Tensor, group: ParamGroup<NAdamOptions>): void {
    const { lr, eps, momentumDecay } = group;
    const [beta1, beta2] = group.betas;
    const state = this.stateOf(param, () => ({
      step: 0,
      muProduct: 1,
      expAvg: zerosLike(param),
      expAvgSq: zerosLike(param),
    }));
    const { expAvg, expAvgSq } = state;
    const g = followedGradient(param, grad, group);
    const t = ++state.step;
    const mu = momentum(beta1, t, momentumDecay);
    const muNext = momentum(beta1, t + 1, momentumDecay);
    // PyTorch keeps the product in a float32 tensor, whatever the parameter's dtype.
    state.muProduct = fround(state.muProduct * fround(mu));
    const muProductNext = fround(fround(state.muProduct * fround(mu)) * fround(muNext));
    expAvg.mul_(beta1).add_(g, { alpha: 1 - beta1 });
    expAvgSq.mul_(beta2).addcmul_(g, g, { value: 1 - beta2 });
    const denominator = expAvgSq
      .div(1 - beta2 ** t)
      .sqrt_()
      .add_(eps);
    param.addcdiv_(g, denominator, { value: (-lr * (1 - mu)) / (1 - state.muProduct) });
    param.addcdiv_(expAvg, denominator, { value: (-lr * muNext) / (1 - muProductNext) });
  }
}

function momentum(beta1: number, t: number, decay: number): number {
  return beta1 * (1 - 0.5 * 0.96 ** (t * decay));
}
