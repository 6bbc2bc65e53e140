import { zerosLike, type Tensor } from '@retrograd/core';
import { checkFraction, checkNonNegative, withDefaults } from './checks.ts';
import { followedGradient, type GradientOptions } from './gradient.ts';
import { Optimizer, type ParamGroup, type Params } from './optimizer.ts';

/** The options of {@link Adadelta}. */
export interface AdadeltaOptions extends GradientOptions {
  /** The factor by which changes are multiplied. Default 1. */
  lr: number;
  /** The decay rate of the running means. Default 0.9. */
  rho: number;
  /** Added below both roots. Default 1e-6. */
  eps: number;
}

/** What {@link Adadelta} remembers of a parameter. */
export interface AdadeltaState {
  /** The number of updates so far. */
  step: number;
  /** The running mean of the gradient's square. */
  squareAvg: Tensor;
  /** The running mean of the change's square. */
  accDelta: Tensor;
}

/**
 * Adadelta (torch.optim.Adadelta). With g ← ∇f (+ λ·p):
 *
 *     v ← ρ·v + (1 − ρ)·g²;   Δ = √(u + ε)/√(v + ε) · g;   u ← ρ·u + (1 − ρ)·Δ²
 *     p ← p − lr·Δ
 *
 * Zeiler, ADADELTA: An Adaptive Learning Rate Method (2012).
 */
export class Adadelta extends Optimizer<AdadeltaOptions, AdadeltaState> {
  /** @throws RangeError for options out of range, as PyTorch words it: "Invalid rho value: 2". */
  constructor(params: Params<AdadeltaOptions>, options: Partial<AdadeltaOptions> = {}) {
    const defaults: AdadeltaOptions = { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false };
    super(params, withDefaults('Adadelta', defaults, options));
  }

  protected override validate({ lr, rho, eps, weightDecay }: Readonly<AdadeltaOptions>): void {
    checkNonNegative('Adadelta', 'learning rate', lr);
    checkFraction('Adadelta', 'rho value', rho);
    checkNonNegative('Adadelta', 'epsilon value', eps);
    checkNonNegative('Adadelta', 'weight_decay value', weightDecay);
  }

  protected update(param: Tensor, grad: Tensor, group: ParamGroup<AdadeltaOptions>): void {
    const { lr, rho, eps } = group;
    const state = this.stateOf(param, () => ({
      step: 0,
      squareAvg: zerosLike(param),
      accDelta: zerosLike(param),
    }));
    const { squareAvg, accDelta } = state;
    const g = followedGradient(param, grad, group);
    state.step++;
    squareAvg.mul_(rho).addcmul_(g, g, { value: 1 - rho });
    const delta = accDelta.add(eps).sqrt_().div_(squareAvg.add(eps).sqrt_()).mul_(g);
    accDelta.mul_(rho).addcmul_(delta, delta, { value: 1 - rho });
    param.sub_(delta, { alpha: lr });
  }
}
