import { fullLike, onesLike, zerosLike, type Tensor } from '@retrograd/core';
import { checkNonNegative, withDefaults } from './checks.ts';
import { Optimizer, type ParamGroup, type Params } from './optimizer.ts';

/** The options of {@link Rprop}. */
export interface RpropOptions {
  /** The step size every element starts with. Default 1e-2. */
  lr: number;
  /** The factors η⁻ and η⁺ by which step sizes shrink and grow. Default [0.5, 1.2]. */
  etas: readonly [number, number];
  /** The smallest and the largest step size. Default [1e-6, 50]. */
  stepSizes: readonly [number, number];
  /** Ascend instead of descend. Default false. */
  maximize: boolean;
}

/** What {@link Rprop} remembers of a parameter. */
export interface RpropState {
  /** The number of updates so far. */
  step: number;
  /** The last gradient, 0 where its sign had changed. */
  prev: Tensor;
  /** The step size of each element. */
  stepSize: Tensor;
}

/**
 * Resilient backpropagation: only the gradient's sign counts (torch.optim.Rprop). With g ← ∇f and, from the last step,
 * g′ and step sizes s, element by element:
 *
 *     s ← clamp(s·η⁺) if g·g′ > 0;   s ← clamp(s·η⁻) and g ← 0 if g·g′ < 0
 *     p ← p − s·sign(g)
 *
 * It needs gradients of the whole data set: with small batches signs change by chance.
 *
 * Riedmiller & Braun, A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm (1993).
 */
export class Rprop extends Optimizer<RpropOptions, RpropState> {
  /** @throws RangeError for options out of range, as PyTorch words it: "Invalid eta values: 1.5, 1.2". */
  constructor(params: Params<RpropOptions>, options: Partial<RpropOptions> = {}) {
    const defaults: RpropOptions = { lr: 1e-2, etas: [0.5, 1.2], stepSizes: [1e-6, 50], maximize: false };
    super(params, withDefaults('Rprop', defaults, options));
  }

  protected override validate({ lr, etas, stepSizes }: Readonly<RpropOptions>): void {
    checkNonNegative('Rprop', 'learning rate', lr);
    const [shrink, grow] = etas;
    if (!(0 < shrink && shrink < 1 && 1 < grow)) {
      throw new RangeError(`Rprop: Invalid eta values: ${shrink}, ${grow}`);
    }
    const [min, max] = stepSizes;
    if (!(0 <= min && min <= max)) throw new RangeError(`Rprop: Invalid step sizes: ${min}, ${max}`);
  }

  protected update(param: Tensor, grad: Tensor, group: ParamGroup<RpropOptions>): void {
    const { lr, maximize } = group;
    const [shrink, grow] = group.etas;
    const [min, max] = group.stepSizes;
    const state = this.stateOf(param, () => ({
      step: 0,
      prev: zerosLike(param),
      stepSize: fullLike(param, lr),
    }));
    const { prev, stepSize } = state;
    state.step++;
    const g = maximize ? grad.neg() : grad;
    const agreement = g.mul(prev);
    const turned = agreement.lt(0);
    const factor = onesLike(param).maskedFill_(agreement.gt(0), grow).maskedFill_(turned, shrink);
    stepSize.mul_(factor).clamp_({ min, max });
    prev.copy_(g.maskedFill(turned, 0));
    param.sub_(prev.sign().mul_(stepSize));
  }
}
