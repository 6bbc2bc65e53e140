import { zerosLike, type Tensor } from '@retrograd/core';
import { kernels } from '@retrograd/kernels';
import { checkNonNegative, withDefaults } from './checks.ts';
import { elementsOf, stepElements } from './elements.ts';
import { Optimizer, type ParamGroup, type Params } from './optimizer.ts';

/** The options of {@link SGD}. */
export interface SGDOptions {
  /** The learning rate. Default 1e-3. */
  lr: number;
  /** How much of the last step's direction is kept, μ. Default 0. */
  momentum: number;
  /** How much less of the gradient enters the direction, τ. Default 0. */
  dampening: number;
  /** The L2 penalty λ. Default 0. */
  weightDecay: number;
  /** Nesterov's momentum: look ahead along the direction. Default false. */
  nesterov: boolean;
  /** Ascend instead of descend. Default false. */
  maximize: boolean;
}

/** What {@link SGD} remembers of a parameter, if there is momentum. */
export interface SGDState {
  /** The direction b. */
  momentumBuffer: Tensor;
}

/**
 * Stochastic gradient descent with momentum (torch.optim.SGD). With g ← ∇f (+ λ·p):
 *
 *     b ← μ·b + (1 − τ)·g   (the first time b ← g)
 *     p ← p − lr·b          (with Nesterov's momentum p ← p − lr·(g + μ·b))
 *
 * Sutskever et al., On the importance of initialization and momentum in deep learning (2013).
 */
export class SGD extends Optimizer<SGDOptions, SGDState> {
  protected override readonly borrowsGradients = true;

  /** @throws RangeError for options out of range, as PyTorch words it: "Invalid learning rate: -1". */
  constructor(params: Params<SGDOptions>, options: Partial<SGDOptions> = {}) {
    const defaults: SGDOptions = {
      lr: 1e-3,
      momentum: 0,
      dampening: 0,
      weightDecay: 0,
      nesterov: false,
      maximize: false,
    };
    super(params, withDefaults('SGD', defaults, options));
  }

  protected override validate({
    lr,
    momentum,
    dampening,
    weightDecay,
    nesterov,
  }: Readonly<SGDOptions>): void {
    checkNonNegative('SGD', 'learning rate', lr);
    checkNonNegative('SGD', 'momentum value', momentum);
    checkNonNegative('SGD', 'weight_decay value', weightDecay);
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new RangeError('SGD: Nesterov momentum requires a momentum and zero dampening');
    }
  }

  protected update(param: Tensor, grad: Tensor, group: ParamGroup<SGDOptions>): void {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize } = group;
    const kept = this.state.get(param);
    const first = kept === undefined;
    let buffer: Tensor | null = null;
    if (momentum !== 0) {
      buffer = kept?.momentumBuffer ?? zerosLike(param);
      if (first) this.state.set(param, { momentumBuffer: buffer });
    }
    const step = { lr, momentum, dampening, nesterov, weightDecay, maximize, first };
    stepElements(param, grad, (n, p, pOffset, g, gOffset) => {
      kernels.sgdStep(n, step, p, pOffset, g, gOffset, buffer && elementsOf(buffer), buffer?.offset ?? 0);
    });
  }
}
