/* Views by arbitrary strides. */
import { arange, ones, zeros } from '../creation.ts';
import { ShapeError } from '../errors.ts';
import { checkShape, formatShape, numelOf } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { viewAs, type Tensor } from '../tensor.ts';
import { div } from './arithmetic.ts';
import { indexAdd, indexSelect } from './indexSelect.ts';
import { packed, reshaped } from './loops.ts';
import type { Layout } from './part.ts';
import { checkTensor } from './promote.ts';
import { reshape } from './view.ts';

const { max } = Math;
const { isInteger } = Number;

interface StridedAttrs {
  /** Where the input's elements lie in the storage. */
  readonly from: Layout;
  /** Where the result's do. */
  readonly to: Layout;
}

/** What arrives at an element of the storage from all places of the result goes to the input's elements there. */
export const asStridedOp = defineOp({
  name: 'asStrided',
  inputs: ['x'],
  shape: (_, { to }: StridedAttrs) => to.shape,
  view: (_, { to }) => to,
  vjp: {
    x: (g, { attrs: { from, to } }) => {
      const size = max(endOf(from), endOf(to));
      const own = positionsOf(from, size);
      const gathered = (values: Tensor, at: Tensor): Tensor =>
        indexSelect(indexAdd(zeros([size], { dtype: g.dtype }), 0, at, values), 0, own);
      const sums = reshape(gathered(reshape(g, [-1]), positionsOf(to, size)), from.shape);
      if (!from.strides.some((stride, d) => stride === 0 && from.shape[d] > 1)) return sums;
      // Elements that share their place share what arrives there.
      const sharers = gathered(ones([own.numel()], { dtype: g.dtype }), own);
      return div(sums, reshape(sharers, from.shape));
    },
  },
});

/** One more than the last position of a layout. */
function endOf({ offset, shape, strides }: Layout): number {
  return numelOf(shape) === 0 ? 0 : shape.reduce((end, n, d) => end + (n - 1) * strides[d], offset + 1);
}

/** The positions of a layout in a storage of some size, in row-major order. */
function positionsOf({ offset, shape, strides }: Layout, size: number): Tensor {
  const all = arange(size, { dtype: 'int32' });
  return reshaped(packed(viewAs(all, offset, shape, strides)), [numelOf(shape)]);
}

/**
 * The view of x's storage with the given shape, strides and offset, all in elements (torch.as_strided); the offset is
 * x's own unless given. Elements of the result may share their place; the gradient then adds up.
 *
 * @throws ShapeError unless there is a stride for each dim and all elements lie in the storage; RangeError for a
 * negative stride or offset.
 */
export function asStrided(
  x: Tensor,
  shape: readonly number[],
  stride: readonly number[],
  storageOffset?: number | null,
): Tensor {
  checkTensor('asStrided', x);
  checkShape('asStrided', shape);
  if (shape.length !== stride.length) {
    throw new ShapeError(
      `asStrided: mismatch in length of strides and shape: ${formatShape(stride)}, ${formatShape(shape)}`,
    );
  }
  const offset = storageOffset ?? x.offset;
  if (![offset, ...stride].every((n) => isInteger(n) && n >= 0)) {
    throw new RangeError(
      `asStrided: Negative strides are not supported at the moment, got strides: ${formatShape(stride)}, offset ${offset}`,
    );
  }
  const to = { offset, shape: [...shape], strides: [...stride] };
  if (endOf(to) > x.storage.array.length) {
    throw new ShapeError(
      `asStrided: sizes ${formatShape(shape)}, strides ${formatShape(stride)} and storage offset ${offset} require a ` +
        `storage of ${endOf(to)} elements: out of bounds for storage of size ${x.storage.array.length}`,
    );
  }
  const from = { offset: x.offset, shape: x.shape, strides: x.strides };
  return apply(asStridedOp, [x], { from, to });
}
