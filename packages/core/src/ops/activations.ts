/* Activation functions. All but relu and hardtanh are composed of other ops; what each does at its kinks is PyTorch's
 * choice. Where a branch is not taken, its argument is clamped, so that no 0·inf reaches a gradient. */
import { kernels } from '@retrograd/kernels';
import { apply, defineOp } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { binaryLoop, unaryLoop } from './loops.ts';
import { zerosOf } from './arithmetic.ts';
import { checkNotBool } from './unary.ts';

/** x = max(x, 0). The output says as much as the input about where the gradient passes. */
export const reluOp = defineOp({
  name: 'relu',
  inputs: ['x'],
  shape: ([x]) => x.shape,
  forward: ([x], _, out) => unaryLoop(kernels.relu, x, out),
  saves: { x: ['out'] },
  vjp: { x: (g, { out }) => reluGrad(g, out) },
});

export const reluGradOp = defineOp({
  name: 'reluGrad',
  inputs: ['g', 'y'],
  shape: ([, y]) => y.shape,
  forward: ([g, y], _, out) => binaryLoop(kernels.reluGrad, g, y, out),
  saves: { g: ['y'] },
  vjp: { g: (gg, { y }) => reluGrad(gg, y), y: (gg) => zerosOf(gg) },
});

/** g where y > 0, else 0: the gradient of {@link relu} from its output y. */
function reluGrad(g: Tensor, y: Tensor): Tensor {
  return apply(reluGradOp, [g, y]);
}

/** max(x, 0), in x's dtype; the gradient at 0 is 0 (torch.relu). @throws DTypeError for bool tensors. */
export function relu(x: Tensor): Tensor {
  checkNotBool('relu', x);
  return apply(reluOp, [x]);
}
