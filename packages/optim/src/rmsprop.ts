import { zerosLike, type Tensor } from '@retrograd/core';
import { checkNonNegative, withDefaults } from './checks.ts';
import { followedGradient, type GradientOptions } from './gradient.ts';
import { Optimizer, type ParamGroup, type Params } from './optimizer.ts';

/** The options of {@link RMSprop}. */
export interface RMSpropOptions extends GradientOptions {
  /** The learning rate. Default 1e-2. */
  lr: number;
  /** The decay rate of the running means, α. Default 0.99. */
  alpha: number;
  /** Added to the denominator. Default 1e-8. */
  eps: number;
  /** How much of the last step's direction is kept, μ. Default 0. */
  momentum: number;
  /** Divide by the gradient's deviation from its mean instead of by its size. Default false. */
  centered: boolean;
}

/** What {@link RMSprop} remembers of a parameter. */
export interface RMSpropState {
  /** The number of updates so far. */
  step: number;
  /** The running mean of the gradient's square. */
  squareAvg: Tensor;
  /** The direction, if there is momentum. */
  momentumBuffer?: Tensor;
  /** The running mean of the gradient, if `centered`. */
  gradAvg?: Tensor;
}

/**
 * RMSprop (torch.optim.RMSprop). With g ← ∇f (+ λ·p):
 *
 *     v ← α·v + (1 − α)·g²;   ḡ ← α·ḡ + (1 − α)·g   (if centered, else ḡ = 0)
 *     b ← μ·b + g / (√(v − ḡ²) + ε)
 *     p ← p − lr·b
 *
 * Tieleman & Hinton, Neural Networks for Machine Learning, lecture 6 (2012); centred: Graves, Generating Sequences With
 * Recurrent Neural Networks (2013).
 */
export class RMSprop extends Optimizer<RMSpropOptions, RMSpropState> {
  /** @throws RangeError for options out of range, as PyTorch words it: "Invalid learning rate: -1". */
  constructor(params: Params<RMSpropOptions>, options: Partial<RMSpropOptions> = {}) {
    const defaults: RMSpropOptions = {
      lr: 1e-2,
      alpha: 0.99,
      eps: 1e-8,
      weightDecay: 0,
      momentum: 0,
      centered: false,
      maximize: false,
    };
    super(params, withDefaults('RMSprop', defaults, options));
  }

  protected override validate(options: Readonly<RMSpropOptions>): void {
    checkNonNegative('RMSprop', 'learning rate', options.lr);
    checkNonNegative('RMSprop', 'epsilon value', options.eps);
    checkNonNegative('RMSprop', 'momentum value', options.momentum);
    checkNonNegative('RMSprop', 'weight_decay value', options.weightDecay);
    checkNonNegative('RMSprop', 'alpha value', options.alpha);
  }

  protected update(param: Tensor, grad: Tensor, group: ParamGroup<RMSpropOptions>): void {
    const { lr, alpha, eps, momentum, centered } = group;
    const state = this.stateOf(param, () => ({ step: 0, squareAvg: zerosLike(param) }));
    const { squareAvg } = state;
    const g = followedGradient(param, grad, group);
    state.step++;
    squareAvg.mul_(alpha).addcmul_(g, g, { value: 1 - alpha });
    let square = squareAvg;
    if (centered) {
      const mean = (state.gradAvg ??= zerosLike(param));
      mean.mul_(alpha).add_(g, { alpha: 1 - alpha });
      square = squareAvg.addcmul(mean, mean, { value: -1 });
    }
    const denominator = square.sqrt().add_(eps);
    if (momentum > 0) {
      const buffer = (state.momentumBuffer ??= zerosLike(param));
      buffer.mul_(momentum).addcdiv_(g, denominator);
      param.sub_(buffer, { alpha: lr });
    } else {
      param.addcdiv_(g, denominator, { value: -lr });
    }
  }
}
