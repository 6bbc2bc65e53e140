/* The same elements in another order along a dim: each op is the other way round its own adjoint. */
import { ShapeError } from '../errors.ts';
import { formatShape, normalizeDim, normalizeDims } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { viewAs, type Tensor } from '../tensor.ts';
import { clone } from './copy.ts';
import { copyInto } from './loops.ts';
import { checkTensor } from './promote.ts';
import { reshape, transpose } from './view.ts';

const { isInteger } = Number;

export const flipOp = defineOp({
  name: 'flip',
  inputs: ['x'],
  shape: ([x], _attrs: { dims: readonly number[] }) => x.shape,
  forward: ([x], { dims }, out) => {
    const { shape, strides } = x;
    if (out.numel() === 0) return;
    const last = dims.reduce((offset, d) => offset + (shape[d] - 1) * strides[d], x.offset);
    copyInto(viewAs(x, last, shape, strides.map((s, d) => (dims.includes(d) ? -s : s))), out); // prettier-ignore
  },
  vjp: { x: (g, { attrs }) => flip(g, attrs.dims) },
});

/** x with the order of its elements reversed along the given dims (torch.flip). A copy. */
export function flip(x: Tensor, dims: number | readonly number[]): Tensor {
  checkTensor('flip', x);
  const list = typeof dims === 'number' ? [dims] : dims;
  return list.length === 0 ? clone(x) : apply(flipOp, [x], { dims: normalizeDims('flip', list, x.ndim) });
}

/** x reversed along dim 1: left becomes right (torch.fliplr). */
export function fliplr(x: Tensor): Tensor {
  checkTensor('fliplr', x);
  if (x.ndim < 2) throw new ShapeError(`fliplr: Input must be >= 2-d, got shape ${formatShape(x.shape)}`);
  return flip(x, 1);
}

/** x reversed along dim 0: up becomes down (torch.flipud). */
export function flipud(x: Tensor): Tensor {
  checkTensor('flipud', x);
  if (x.ndim < 1) throw new ShapeError(`flipud: Input must be >= 1-d, got shape ${formatShape(x.shape)}`);
  return flip(x, 0);
}

/**
 * x turned by k quarter turns in the plane of two dims, from the first towards the second (torch.rot90). A copy.
 *
 * @throws ShapeError unless x has two dims and `dims` are two different ones; TypeError for a fractional k.
 */
export function rot90(x: Tensor, k = 1, dims: readonly number[] = [0, 1]): Tensor {
  checkTensor('rot90', x);
  if (!isInteger(k)) throw new TypeError(`rot90: k must be an integer, got ${String(k)}`);
  if (dims.length !== 2)
    throw new ShapeError(`rot90: expected total rotation dims == 2, but got dims = ${formatShape(dims)}`);
  if (x.ndim < 2) throw new ShapeError(`rot90: expected total dims >= 2, but got total dims = ${x.ndim}`);
  const [a, b] = dims.map((dim) => normalizeDim('rot90', dim, x.ndim));
  if (a === b) {
    throw new ShapeError(`rot90: expected rotation dims to be different, but got ${formatShape(dims)}`);
  }
  const turns = ((k % 4) + 4) % 4;
  if (turns === 0) return clone(x);
  if (turns === 2) return flip(x, [a, b]);
  return transpose(flip(x, turns === 1 ? b : a), a, b);
}

export const rollOp = defineOp({
  name: 'roll',
  inputs: ['x'],
  shape: ([x], _attrs: { dim: number; shift: number }) => x.shape,
  forward: ([x], { dim, shift }, out) => {
    const size = x.shape[dim];
    if (size === 0) return;
    const first = ((shift % size) + size) % size;
    copyBlock(x, 0, out, first, dim, size - first);
    copyBlock(x, size - first, out, 0, dim, first);
  },
  vjp: { x: (g, { attrs: { dim, shift } }) => rolled(g, dim, -shift) },
});

/** Copies `length` positions along a dim, from one position to another. */
function copyBlock(x: Tensor, from: number, out: Tensor, to: number, dim: number, length: number): void {
  const block = (whole: Tensor, start: number): Tensor =>
    viewAs(
      whole,
      whole.offset + start * whole.strides[dim],
      whole.shape.map((n, d) => (d === dim ? length : n)),
      whole.strides,
    );
  copyInto(block(x, from), block(out, to));
}

function rolled(x: Tensor, dim: number, shift: number): Tensor {
  return apply(rollOp, [x], { dim, shift });
}

/**
 * x with its elements moved on by `shifts` along `dims`, those beyond the last coming back at the first; without dims the
 * elements are moved in row-major order (torch.roll).
 *
 * @throws ShapeError unless there is one shift for each dim.
 */
export function roll(
  x: Tensor,
  shifts: number | readonly number[],
  dims?: number | readonly number[],
): Tensor {
  checkTensor('roll', x);
  const by = typeof shifts === 'number' ? [shifts] : shifts;
  if (by.length === 0 || !by.every(isInteger))
    throw new TypeError(`roll: shifts must be integers, got ${String(shifts)}`);
  const along = typeof dims === 'number' ? [dims] : (dims ?? []);
  if (along.length === 0 && by.length === 1) return reshape(rolled(reshape(x, [-1]), 0, by[0]), x.shape);
  if (along.length !== by.length) {
    throw new ShapeError(
      `roll: shifts and dimensions must align. shifts: ${by.length}, dims: ${along.length}`,
    );
  }
  if (x.ndim === 0) throw new ShapeError('roll: Dimension specified but tensor has no dimensions');
  return along.reduce((y, dim, i) => rolled(y, normalizeDim('roll', dim, x.ndim), by[i]), x);
}
