import type { Tensor } from '@retrograd/core';
import type { FloatArray } from '@retrograd/kernels';

/** A step over n contiguous elements of a parameter and its gradient. */
export type ElementStep = (
  n: number,
  param: FloatArray,
  paramOffset: number,
  grad: FloatArray,
  gradOffset: number,
) => void;

/** Runs a kernel over a parameter, in place and counted as such, and its gradient, at whatever strides they lie. */
export function stepElements(param: Tensor, grad: Tensor, step: ElementStep): void {
  const p = param.contiguous();
  const g = grad.contiguous();
  step(param.numel(), elementsOf(p), p.offset, elementsOf(g), g.offset);
  if (p === param) param.storage.version++;
  else param.copy_(p);
}

/** The array a floating tensor's elements lie in. */
export function elementsOf(x: Tensor): FloatArray {
  // Parameters with gradients are floating, and so are their gradients and states.
  return x.storage.array as FloatArray;
}
