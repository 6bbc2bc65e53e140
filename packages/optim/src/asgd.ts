import { zerosLike, type Tensor } from '@retrograd/core';
import { checkNonNegative, withDefaults } from './checks.ts';
import { followedGradient, type GradientOptions } from './gradient.ts';
import { Optimizer, type ParamGroup, type Params } from './optimizer.ts';

const { fround, max } = Math;

/** The options of {@link ASGD}. */
export interface ASGDOptions extends GradientOptions {
  /** The learning rate. Default 1e-2. */
  lr: number;
  /** How fast weights and the learning rate decay, λ. Default 1e-4. */
  lambd: number;
  /** The power by which the learning rate decays, α. Default 0.75. */
  alpha: number;
  /** The step after which averaging starts. Default 1e6. */
  t0: number;
}

/** What {@link ASGD} remembers of a parameter. */
export interface ASGDState {
  /** The number of updates so far. */
  step: number;
  /** The next step's learning rate. */
  eta: number;
  /** The next value's share in the average. */
  mu: number;
  /** The average of the parameter's values: the one to use after training. */
  ax: Tensor;
}

/**
 * Averaged stochastic gradient descent (torch.optim.ASGD). With g ← ∇f (+ weightDecay·p), t the number of the step, and
 * η = lr, μ = 1 at first:
 *
 *     p ← (1 − λ·η)·p − η·g;   p̄ ← p̄ + μ·(p − p̄)
 *     η ← lr/(1 + λ·lr·t)^α;   μ ← 1/max(1, t − t0)
 *
 * The average is `optimizer.state.get(p).ax`. Polyak & Juditsky, Acceleration of Stochastic Approximation by Averaging
 * (1992).
 */
export class ASGD extends Optimizer<ASGDOptions, ASGDState> {
  /** @throws RangeError for options out of range, as PyTorch words it: "Invalid learning rate: -1". */
  constructor(params: Params<ASGDOptions>, options: Partial<ASGDOptions> = {}) {
    const defaults: ASGDOptions = {
      lr: 1e-2,
      lambd: 1e-4,
      alpha: 0.75,
      t0: 1e6,
      weightDecay: 0,
      maximize: false,
    };
    super(params, withDefaults('ASGD', defaults, options));
  }

  protected override validate({ lr, weightDecay }: Readonly<ASGDOptions>): void {
    checkNonNegative('ASGD', 'learning rate', lr);
    checkNonNegative('ASGD', 'weight_decay value', weightDecay);
  }

  protected update(param: Tensor, grad: Tensor, group: ParamGroup<ASGDOptions>): void {
    const { lr, lambd, alpha, t0 } = group;
    // PyTorch keeps η and μ in float32 tensors, whatever the parameter's dtype.
    const state = this.stateOf(param, () => ({ step: 0, eta: fround(lr), mu: 1, ax: zerosLike(param) }));
    const { eta, mu, ax } = state;
    const g = followedGradient(param, grad, group);
    state.step++;
    param.mul_(1 - lambd * eta).sub_(g, { alpha: eta });
    if (mu === 1) ax.copy_(param);
    else ax.add_(param.sub(ax), { alpha: mu });
    state.eta = fround(lr / (1 + lambd * lr * state.step) ** alpha);
    state.mu = fround(1 / max(1, state.step - t0));
  }
}
