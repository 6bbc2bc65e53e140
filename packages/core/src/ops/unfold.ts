/* Overlapping windows along one dim. */
import { arange } from '../creation.ts';
import { ShapeError } from '../errors.ts';
import { normalizeDim } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { add, mul } from './arithmetic.ts';
import { sumTo } from './broadcast.ts';
import { indexAddOp } from './indexSelect.ts';
import { checkTensor } from './promote.ts';
import { flatten, movedim, reshape, unsqueeze } from './view.ts';

const { isInteger } = Number;
const { floor } = Math;

interface UnfoldAttrs {
  readonly dim: number;
  readonly size: number;
  readonly step: number;
}

/** Its adjoint adds each window up where it was taken. */
export const unfoldOp = defineOp({
  name: 'unfold',
  inputs: ['x'],
  shape: ([x], { dim, size, step }: UnfoldAttrs) => {
    const extent = x.ndim === 0 ? 1 : x.shape[dim];
    if (size > extent) {
      throw new ShapeError(
        `unfold: maximum size for tensor at dimension ${dim} is ${extent} but size is ${size}`,
      );
    }
    return [...x.shape.map((n, d) => (d === dim ? floor((n - size) / step) + 1 : n)), size];
  },
  view: ([x], { dim, step }) => ({
    offset: x.offset,
    strides: [...x.strides.map((s, d) => (d === dim ? s * step : s)), x.ndim === 0 ? 1 : x.strides[dim]],
  }),
  vjp: {
    x: (g, { attrs: { dim, size, step }, specs }) => {
      const { shape } = specs[0];
      if (shape.length === 0) return sumTo(g, shape);
      const starts = mul(arange(g.shape[dim]), step);
      const index = reshape(add(unsqueeze(starts, 1), arange(size)), [-1]);
      const windows = flatten(movedim(g, -1, dim + 1), dim, dim + 1);
      return apply(indexAddOp, [windows, index, undefined], { dim, shape });
    },
  },
});

/**
 * The windows of `size` elements along a dim, `step` apart: the dim counts windows, a new last dim their elements
 * (torch.Tensor.unfold). A view.
 *
 * @throws ShapeError if the size exceeds the dim's extent; RangeError for a negative size or a step below 1.
 */
export function unfold(x: Tensor, dim: number, size: number, step: number): Tensor {
  checkTensor('unfold', x);
  const at = normalizeDim('unfold', dim, x.ndim);
  if (!isInteger(size) || size < 0) throw new RangeError(`unfold: size is ${size} but must be >= 0`);
  if (!isInteger(step) || step < 1) throw new RangeError(`unfold: step is ${step} but must be > 0`);
  return apply(unfoldOp, [x], { dim: at, size, step });
}
