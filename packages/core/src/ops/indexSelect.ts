/* Whole slices along one dim, picked and put by a list of indices: indexSelect and indexAdd are each the other's adjoint. */
import { kernels } from '@retrograd/kernels';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, normalizeDim, sameShape, type Shape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { indexArray, isTensor, type Tensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import { expand } from './broadcast.ts';
import { to } from './copy.ts';
import { checkIndices } from './indices.ts';
import { around, copyInto, packed } from './loops.ts';
import { checkTensor, scalar, type TensorLike } from './promote.ts';

interface DimAttrs {
  readonly dim: number;
}

/** The attributes of an op whose base may be left out: its shape. */
interface BaseAttrs extends DimAttrs {
  readonly shape: Shape;
}

export const indexSelectOp = defineOp({
  name: 'indexSelect',
  inputs: ['x', 'index'],
  shape: ([x, index], { dim }: DimAttrs) => pickedShape('indexSelect', x.shape, dim, index),
  forward: ([x, index], { dim }, out) => selectInto(x, dim, index, out),
  saves: { x: ['index'] },
  vjp: {
    x: (g, { index, attrs: { dim }, specs }) =>
      apply(indexAddOp, [g, index, undefined], { dim, shape: specs[0].shape }),
    index: null,
  },
});

/** Without x it adds to zeros: indexSelect's adjoint. */
export const indexAddOp = defineOp({
  name: 'indexAdd',
  inputs: ['source', 'index', 'x?'],
  shape: ([source, index], { dim, shape }: BaseAttrs) => putShape('indexAdd', shape, dim, index, source),
  forward: ([source, index, x], { dim }, out) => {
    if (x !== undefined) copyInto(x, out);
    putInto(source, dim, index, out, true);
  },
  saves: { source: ['index'] },
  vjp: { source: (g, { index, attrs: { dim } }) => selected(g, dim, index), index: null, x: (g) => g },
});

export const indexCopyOp = defineOp({
  name: 'indexCopy',
  inputs: ['x', 'index', 'source'],
  shape: ([x, index, source], { dim }: DimAttrs) => putShape('indexCopy', x.shape, dim, index, source),
  forward: ([x, index, source], { dim }, out) => {
    copyInto(x, out);
    putInto(source, dim, index, out, false);
  },
  saves: { x: ['index'], source: ['index'] },
  vjp: {
    x: (g, { index, attrs: { dim } }) => filled('indexFill', g, dim, index, 0),
    index: null,
    source: (g, { index, attrs: { dim } }) => selected(g, dim, index),
  },
});

/** Writes x's slices at the given indices into the contiguous out. */
export function selectInto(x: Tensor, dim: number, index: Tensor, out: Tensor): void {
  const { outer, size, inner } = around(x.shape, dim);
  const [p, i] = [packed(x), packed(index)];
  const count = i.numel();
  kernels.indexSelect(
    outer,
    size,
    inner,
    count,
    p.storage.array,
    p.offset,
    indexArray(i),
    i.offset,
    out.storage.array,
    out.offset,
  );
}

function putInto(source: Tensor, dim: number, index: Tensor, out: Tensor, accumulate: boolean): void {
  const { outer, size, inner } = around(out.shape, dim);
  const [p, i] = [packed(source), packed(index)];
  const count = i.numel();
  kernels.indexAdd(
    outer,
    size,
    inner,
    count,
    indexArray(i),
    i.offset,
    p.storage.array,
    p.offset,
    out.storage.array,
    out.offset,
    accumulate,
  );
}

/** The shape of `count` slices of a tensor. */
function pickedShape(op: string, shape: Shape, dim: number, index: Tensor): Shape {
  if (index.ndim > 1)
    throw new ShapeError(`${op}: Index is supposed to be a vector, got shape ${formatShape(index.shape)}`);
  const count = index.numel();
  if (shape.length === 0 && count !== 1) {
    throw new ShapeError(`${op}: Index to scalar can have only 1 value, got ${count} value(s)`);
  }
  return shape.map((n, d) => (d === dim ? count : n));
}

function putShape(op: string, shape: Shape, dim: number, index: Tensor, source: Tensor): Shape {
  const expected = pickedShape(op, shape, dim, index);
  if (!sameShape(source.shape, expected)) {
    throw new ShapeError(
      `${op}: source must have the shape of the indexed slices: Number of indices (${index.numel()}), dim ${dim} of ` +
        `${formatShape(shape)}: expected source ${formatShape(expected)}, got ${formatShape(source.shape)}`,
    );
  }
  return shape;
}

function selected(x: Tensor, dim: number, index: Tensor): Tensor {
  return apply(indexSelectOp, [x, index], { dim });
}

function filled(op: string, x: Tensor, dim: number, index: Tensor, value: TensorLike): Tensor {
  const slice = isTensor(value) ? to(value, x.dtype) : scalar(value, x.dtype);
  return apply(indexCopyOp, [x, index, expand(slice, pickedShape(op, x.shape, dim, index))], { dim });
}

/**
 * The slices of x at the given indices along a dim, in their order (torch.index_select).
 *
 * @param index - int32, 1-d (or 0-d).
 * @throws RangeError for an index that is out of bounds, DTypeError unless index is int32, ShapeError if it has more dims.
 */
export function indexSelect(x: Tensor, dim: number, index: Tensor): Tensor {
  return selected(x, checkIndexAlong('indexSelect', x, dim, index), index);
}

/**
 * x with alpha · source added to its slices at the given indices along a dim; repeated indices add up (torch.index_add).
 *
 * @throws ShapeError unless source has the shape of those slices, RangeError for an index that is out of bounds,
 * DTypeError unless index is int32 and source has x's dtype.
 */
export function indexAdd(
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  options: { readonly alpha?: number } = {},
): Tensor {
  const at = checkIndexAlong('indexAdd', x, dim, index);
  checkSource('indexAdd', x, source);
  if (x.dtype === 'bool') throw new DTypeError("indexAdd: not supported for bool tensors; use .to('int32')");
  const { alpha = 1 } = options;
  const scaled = alpha === 1 ? source : to(mul(source, alpha), x.dtype);
  return apply(indexAddOp, [scaled, index, x], { dim: at, shape: x.shape });
}

/**
 * x with source in the place of its slices at the given indices along a dim (torch.index_copy). Where indices repeat
 * the last one wins, but every one of them gets the gradient, as in PyTorch.
 *
 * @throws as {@link indexAdd}.
 */
export function indexCopy(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  const at = checkIndexAlong('indexCopy', x, dim, index);
  checkSource('indexCopy', x, source);
  return apply(indexCopyOp, [x, index, source], { dim: at });
}

/**
 * x with `value`, a number or a 0-d tensor, in its slices at the given indices along a dim (torch.index_fill).
 *
 * @throws RangeError for an index that is out of bounds, ShapeError for a value with dims.
 */
export function indexFill(x: Tensor, dim: number, index: Tensor, value: TensorLike): Tensor {
  const at = checkIndexAlong('indexFill', x, dim, index);
  if (isTensor(value) && value.ndim > 0) {
    throw new ShapeError(
      `indexFill: only supports a 0-dimensional value tensor, got shape ${formatShape(value.shape)}`,
    );
  }
  return filled('indexFill', x, at, index, value);
}

/** The dim from 0, once the indices have been found to be within bounds along it. */
function checkIndexAlong(op: string, x: Tensor, dim: number, index: Tensor): number {
  checkTensor(op, x);
  const at = normalizeDim(op, dim, x.ndim);
  checkIndices(op, index, at, x.ndim === 0 ? 1 : x.shape[at]);
  return at;
}

function checkSource(op: string, x: Tensor, source: Tensor): void {
  checkTensor(op, source);
  if (source.dtype !== x.dtype) {
    throw new DTypeError(
      `${op}: self and source must have the same dtype, got ${x.dtype} and ${source.dtype}`,
    );
  }
}
