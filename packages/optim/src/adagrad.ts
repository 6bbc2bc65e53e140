import { fullLike, type Tensor } from '@retrograd/core';
import { checkNonNegative, withDefaults } from './checks.ts';
import { followedGradient, type GradientOptions } from './gradient.ts';
import { Optimizer, type ParamGroup, type Params } from './optimizer.ts';

/** The options of {@link Adagrad}. */
export interface AdagradOptions extends GradientOptions {
  /** The learning rate. Default 1e-2. */
  lr: number;
  /** How fast the learning rate falls, η. Default 0. */
  lrDecay: number;
  /** What the sum of squares starts from. Default 0. */
  initialAccumulatorValue: number;
  /** Added to the denominator. Default 1e-10. */
  eps: number;
}

/** What {@link Adagrad} remembers of a parameter. */
export interface AdagradState {
  /** The number of updates so far. */
  step: number;
  /** The sum of the gradient's squares. */
  sum: Tensor;
}

/**
 * Adagrad (torch.optim.Adagrad). With g ← ∇f (+ λ·p) and t the number of the step:
 *
 *     s ← s + g²
 *     p ← p − lr/(1 + (t − 1)·η) · g / (√s + ε)
 *
 * Duchi, Hazan & Singer, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization (2011).
 */
export class Adagrad extends Optimizer<AdagradOptions, AdagradState> {
  /** @throws RangeError for options out of range, as PyTorch words it: "Invalid learning rate: -1". */
  constructor(params: Params<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    const defaults: AdagradOptions = {
      lr: 1e-2,
      lrDecay: 0,
      weightDecay: 0,
      initialAccumulatorValue: 0,
      eps: 1e-10,
      maximize: false,
    };
    super(params, withDefaults('Adagrad', defaults, options));
  }

  protected override validate(options: Readonly<AdagradOptions>): void {
    checkNonNegative('Adagrad', 'learning rate', options.lr);
    checkNonNegative('Adagrad', 'lr_decay value', options.lrDecay);
    checkNonNegative('Adagrad', 'weight_decay value', options.weightDecay);
    checkNonNegative('Adagrad', 'initial_accumulator_value value', options.initialAccumulatorValue);
    checkNonNegative('Adagrad', 'epsilon value', options.eps);
  }

  protected update(param: Tensor, grad: Tensor, group: ParamGroup<AdagradOptions>): void {
    const { lr, lrDecay, initialAccumulatorValue, eps } = group;
    const state = this.stateOf(param, () => ({ step: 0, sum: fullLike(param, initialAccumulatorValue) }));
    const g = followedGradient(param, grad, group);
    const rate = lr / (1 + state.step * lrDecay);
    state.step++;
    state.sum.addcmul_(g, g);
    param.addcdiv_(g, state.sum.sqrt().add_(eps), { value: -rate });
  }
}
