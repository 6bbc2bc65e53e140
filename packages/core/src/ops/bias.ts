/* A vector added along one dim, and the sum over all other dims, which is its adjoint. */
import { kernels } from '@retrograd/kernels';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, normalizeDim } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { viewAs, type Tensor } from '../tensor.ts';
import { sumTo } from './broadcast.ts';
import { binaryLoop } from './loops.ts';
import { checkTensor, promoted } from './promote.ts';
import { reshape } from './view.ts';

export const addBiasOp = defineOp({
  name: 'addBias',
  inputs: ['x', 'bias'],
  shape: ([x, bias], { dim }: { dim: number }) => {
    if (x.ndim === 0) throw new ShapeError('addBias: expected x to have at least one dim, got a 0-d tensor');
    if (bias.ndim !== 1 || bias.shape[0] !== x.shape[dim]) {
      throw new ShapeError(
        `addBias: expected bias to be 1-dimensional with ${x.shape[dim]} elements, the size of dim ${dim} of ` +
          `${formatShape(x.shape)}, but got bias of size ${formatShape(bias.shape)}`,
      );
    }
    return x.shape;
  },
  forward: ([x, bias], { dim }, out) => {
    // The bias as [n, 1, …, 1] broadcasts along every dim but its own.
    const after = new Array<number>(x.ndim - dim - 1);
    binaryLoop(
      kernels.add,
      x,
      viewAs(bias, bias.offset, [bias.shape[0], ...after.fill(1)], [bias.strides[0], ...after.fill(0)]),
      out,
    );
  },
  vjp: { x: (g) => g, bias: (g, { attrs: { dim } }) => sumToDim(g, dim) },
});

/** Options of {@link addBias}. */
export interface AddBiasOptions {
  /** The dim the bias runs along. Default 1, where linear layers and convolutions have it; 0 if x has one dim. */
  readonly dim?: number;
}

/**
 * x with bias [n] added along one dim of extent n: the features of [N, n], the channels of [N, n, H, W]. For features
 * in the last of several dims give `{ dim: -1 }`. The bias's gradient is the sum over all other dims.
 *
 * @throws ShapeError unless bias has one dim, as long as that dim of x; DTypeError for bool tensors.
 */
export function addBias(x: Tensor, bias: Tensor, options: AddBiasOptions = {}): Tensor {
  checkTensor('addBias', x);
  checkTensor('addBias', bias);
  const operands = promoted('addBias', x, bias);
  if (operands[0].dtype === 'bool') throw new DTypeError('addBias: not implemented for bool tensors');
  const { dim = x.ndim > 1 ? 1 : 0 } = options;
  return apply(addBiasOp, operands, { dim: normalizeDim('addBias', dim, x.ndim) });
}

/** g summed over every dim but one: the gradient of a bias along that dim, in the bias's shape. */
export function sumToDim(g: Tensor, dim: number): Tensor {
  // Later dims first, then earlier ones: each step reduces neighbouring dims, which needs no copy.
  const leading = sumTo(
    g,
    g.shape.map((n, i) => (i <= dim ? n : 1)),
  );
  return reshape(sumTo(leading, g.shape.map((n, i) => (i === dim ? n : 1))), [g.shape[dim]]); // prettier-ignore
}
