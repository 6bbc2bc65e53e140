/* The gradients of parameters, as Torch7 has them: always there, and added to in place. */
import { noGrad, zerosLike, type Tensor } from '@retrograd/core';
import type { Parameter } from '../parameter.ts';

/** Where the gradient of a parameter belongs: a view of the flat tensor that `getParameters()` gave. */
const homes = new WeakMap<Parameter, Tensor>();

/** Says which tensor is to hold a parameter's gradient whenever it has none. */
export function setGradientHome(parameter: Parameter, gradient: Tensor): void {
  homes.set(parameter, gradient);
}

/** The gradient of a parameter, which is zeros if it had none (an optimizer's `zeroGrad()` takes it away). */
export function gradientOf(parameter: Parameter): Tensor {
  return (parameter.grad ??= homeOf(parameter)?.zero_() ?? zerosLike(parameter.detach()));
}

/** Adds scale·gradient to a parameter's gradient. */
export function accumulate(parameter: Parameter, gradient: Tensor, scale: number): void {
  noGrad(() => {
    if (parameter.grad === null && homeOf(parameter) === null) {
      parameter.grad = scale === 1 && gradient.isContiguous() ? gradient : gradient.mul(scale);
    } else {
      gradientOf(parameter).add_(gradient, { alpha: scale });
    }
  });
}

function homeOf(parameter: Parameter): Tensor | null {
  const home = homes.get(parameter);
  // `to(dtype)` gives the parameter elements of its own again.
  const fits = home?.dtype === parameter.dtype && home.shape.join() === parameter.shape.join();
  return fits ? home : null;
}
