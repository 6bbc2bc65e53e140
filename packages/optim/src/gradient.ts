import type { Tensor } from '@retrograd/core';

/** The options by which an optimizer changes a gradient before it uses it. */
export interface GradientOptions {
  /** The L2 penalty λ: λ·p is added to the gradient. Default 0. */
  weightDecay: number;
  /** Ascend instead of descend. Default false. */
  maximize: boolean;
}

/** The gradient an optimizer follows: g, or −g to ascend, plus λ·p. Never the parameter's own gradient, written to. */
export function followedGradient(
  param: Tensor,
  grad: Tensor,
  { weightDecay, maximize }: Readonly<GradientOptions>,
): Tensor {
  const g = maximize ? grad.neg() : grad;
  return weightDecay === 0 ? g : g.add(param, { alpha: weightDecay });
}
