/* Functions with planted mistakes, for the tests of what stands around the checker. */
import { autograd, type FunctionContext, type Tensor } from '@retrograd/core';

/** x³, whose gradient is too large by a factor that depends on x (and which is right at 0 all the same). */
export function cubeWithFactor(factor: (x: Tensor) => number): (x: Tensor) => Tensor {
  class Cube extends autograd.Function {
    static override forward(ctx: FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return x.mul(x).mul(x);
    }
    static override backward(ctx: FunctionContext, g: Tensor): Tensor {
      const [x] = ctx.savedTensors as [Tensor];
      return g
        .mul(x)
        .mul(x)
        .mul(3 * factor(x));
    }
  }
  return (x) => Cube.apply(x);
}

/** Twice too large everywhere. */
export const wrongCube: (x: Tensor) => Tensor = cubeWithFactor(() => 2);
