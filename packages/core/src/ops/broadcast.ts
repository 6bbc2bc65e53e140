/* expand and sumTo: each the other's adjoint. */
import { kernels } from '@retrograd/kernels';
import { ShapeError } from '../errors.ts';
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  formatShape,
  isBroadcastableTo,
  sameShape,
  type Shape,
} from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { reduceLoop } from './loops.ts';

export const expandOp = defineOp({
  name: 'expand',
  inputs: ['x'],
  shape: ([x], { shape }: { shape: Shape }) => {
    checkShape('expand', shape);
    if (!isBroadcastableTo(x.shape, shape)) {
      throw new ShapeError(
        `expand: The expanded size of the tensor ${formatShape(shape)} must match the existing size ` +
          `${formatShape(x.shape)} at non-singleton dimensions`,
      );
    }
    return shape;
  },
  view: ([x], { shape }) => ({ offset: x.offset, strides: broadcastStrides(x.shape, x.strides, shape) }),
  vjp: { x: (g, { specs }) => sumTo(g, specs[0].shape) },
});

/**
 * x repeated along dims of extent 1 and new leading dims, without a copy (torch.Tensor.expand). −1 keeps an extent.
 *
 * @throws ShapeError if an extent that is not 1 would have to change.
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  const lead = shape.length - x.ndim;
  const target = shape.map((extent, i) => (extent === -1 && i >= lead ? x.shape[i - lead] : extent));
  return sameShape(x.shape, target) ? x : apply(expandOp, [x], { shape: target });
}

/** x expanded to the shape of another tensor, without a copy (torch.Tensor.expand_as). */
export function expandAs(x: Tensor, other: Tensor): Tensor {
  return expand(x, other.shape);
}

/** x broadcast to a shape, without a copy (torch.broadcast_to). */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return expand(x, shape);
}

/** Each tensor broadcast to the shape all of them broadcast to, without copies (torch.broadcast_tensors). */
export function broadcastTensors(tensors: readonly Tensor[]): Tensor[] {
  const shape = tensors.reduce<Shape>((s, x) => broadcastShapes('broadcastTensors', s, x.shape), []);
  return tensors.map((x) => expand(x, shape));
}

export const sumToOp = defineOp({
  name: 'sumTo',
  inputs: ['x'],
  shape: ([x], { shape }: { shape: Shape }) => {
    if (!isBroadcastableTo(shape, x.shape)) {
      throw new ShapeError(
        `sumToSize: size ${formatShape(shape)} is not expandable to size ${formatShape(x.shape)}`,
      );
    }
    return shape;
  },
  forward: ([x], { shape }, out) => {
    const lead = x.ndim - shape.length;
    const dims = x.shape
      .map((_, i) => i)
      .filter((i) => i < lead || (shape[i - lead] === 1 && x.shape[i] !== 1));
    reduceLoop(kernels.sum, x, dims, out);
  },
  vjp: { x: (g, { specs }) => expand(g, specs[0].shape) },
});

/** x summed over the dims along which `shape` was broadcast to x's shape: the adjoint of {@link expand}. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : apply(sumToOp, [x], { shape });
}

/** x summed to a shape that broadcasts to x's (torch.Tensor.sum_to_size). */
export function sumToSize(x: Tensor, shape: Shape): Tensor {
  return sumTo(x, shape);
}
