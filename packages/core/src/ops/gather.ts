/* Elements picked and put along one dim by an index tensor: gather and scatterAdd are each the other's adjoint. */
import { kernels } from '@retrograd/kernels';
import { DTypeError, ShapeError } from '../errors.ts';
import { broadcastShapes, formatShape, normalizeDim, numelOf, type Shape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { indexArray, isTensor, type Tensor } from '../tensor.ts';
import { expand } from './broadcast.ts';
import { to } from './copy.ts';
import { checkIndices } from './indices.ts';
import { copyInto, packed } from './loops.ts';
import { checkTensor, scalar } from './promote.ts';
import { narrow, select } from './slice.ts';
import { reshape } from './view.ts';

interface DimAttrs {
  readonly dim: number;
}

/** The attributes of an op whose base may be left out: its shape. */
interface BaseAttrs extends DimAttrs {
  readonly shape: Shape;
}

/** A shape or strides with 0-d taken as one dim of extent and stride 1. */
export const oneDim = (extents: readonly number[]): readonly number[] =>
  extents.length === 0 ? [1] : extents;

export const gatherOp = defineOp({
  name: 'gather',
  inputs: ['x', 'index'],
  shape: ([x, index], { dim }: DimAttrs) => {
    checkFit('gather', x.shape, index.shape, dim);
    return index.shape;
  },
  forward: ([x, index], { dim }, out) => {
    const i = packed(index);
    kernels.gather(
      oneDim(index.shape),
      dim,
      x.storage.array,
      x.offset,
      oneDim(x.strides),
      indexArray(i),
      i.offset,
      out.storage.array,
      out.offset,
    );
  },
  saves: { x: ['index'] },
  vjp: {
    x: (g, { index, attrs: { dim }, specs }) =>
      apply(scatterAddOp, [g, index, undefined], { dim, shape: specs[0].shape }),
    index: null,
  },
});

/** Without x it adds to zeros: gather's adjoint. */
export const scatterAddOp = defineOp({
  name: 'scatterAdd',
  inputs: ['src', 'index', 'x?'],
  shape: ([src, index], { dim, shape }: BaseAttrs) => {
    checkFit('scatterAdd', shape, index.shape, dim, src.shape);
    return shape;
  },
  forward: ([src, index, x], { dim }, out) => {
    if (x !== undefined) copyInto(x, out);
    scatterInto(src, index, dim, out, true);
  },
  saves: { src: ['index'] },
  vjp: { src: (g, { index, attrs: { dim } }) => gathered(g, dim, index), index: null, x: (g) => g },
});

export const scatterOp = defineOp({
  name: 'scatter',
  inputs: ['x', 'index', 'src'],
  shape: ([x, index, src], { dim }: DimAttrs) => {
    checkFit('scatter', x.shape, index.shape, dim, src.shape);
    return x.shape;
  },
  forward: ([x, index, src], { dim }, out) => {
    copyInto(x, out);
    scatterInto(src, index, dim, out, false);
  },
  saves: { x: ['index'], src: ['index'] },
  vjp: {
    x: (g, { index, attrs: { dim } }) => filled(g, dim, index, 0),
    index: null,
    src: (g, { index, attrs: { dim } }) => gathered(g, dim, index),
  },
});

function scatterInto(src: Tensor, index: Tensor, dim: number, out: Tensor, accumulate: boolean): void {
  const i = packed(index);
  kernels.scatter(
    oneDim(index.shape),
    dim,
    indexArray(i),
    i.offset,
    src.storage.array,
    src.offset,
    oneDim(src.strides),
    out.storage.array,
    out.offset,
    oneDim(out.strides),
    accumulate,
  );
}

/** Throws unless an index fits into the tensor it points into in all dims but one, and into src in all. */
export function checkFit(op: string, x: Shape, index: Shape, dim: number, src?: Shape): void {
  const [a, i] = [oneDim(x), oneDim(index)];
  if (a.length !== i.length || (src !== undefined && oneDim(src).length !== i.length)) {
    throw new ShapeError(
      `${op}: Index tensor must have the same number of dimensions as input tensor${src ? ' and src tensor' : ''}: ` +
        `index ${formatShape(index)}, input ${formatShape(x)}${src ? `, src ${formatShape(src)}` : ''}`,
    );
  }
  if (numelOf(index) === 0) return;
  if (src !== undefined && index.some((n, d) => n > src[d])) {
    throw new ShapeError(
      `${op}: Expected index ${formatShape(index)} to be smaller than src ${formatShape(src)}`,
    );
  }
  if (i.some((n, d) => d !== dim && n > a[d])) {
    throw new ShapeError(
      `${op}: Size does not match at dimension ${i.findIndex((n, d) => d !== dim && n > a[d])}: expected index ` +
        `${formatShape(index)} to be smaller than self ${formatShape(x)} apart from dimension ${dim}`,
    );
  }
}

function gathered(x: Tensor, dim: number, index: Tensor): Tensor {
  return apply(gatherOp, [x, index], { dim });
}

function filled(x: Tensor, dim: number, index: Tensor, value: number): Tensor {
  return apply(scatterOp, [x, index, expand(scalar(value, x.dtype), index.shape)], { dim });
}

/**
 * out[i][j][k] = x[index[i][j][k]][j][k] for dim = 0, and so on (torch.gather). The result has index's shape, which may
 * be smaller than x's in the other dims.
 *
 * @throws ShapeError if index does not fit, RangeError for an index that is out of bounds, DTypeError unless it is int32.
 */
export function gather(x: Tensor, dim: number, index: Tensor): Tensor {
  checkTensor('gather', x);
  const at = checkIndexAlong('gather', x, dim, index);
  return gathered(x, at, to(index, 'int32'));
}

/**
 * x with src written at out[index[i][j][k]][j][k] = src[i][j][k] for dim = 0, and so on (torch.scatter). src is a tensor
 * at least as large as index, or a number. Where indices repeat the last one wins, but every one of them gets the
 * gradient, as in PyTorch.
 *
 * @throws ShapeError if index or src do not fit, RangeError for an index that is out of bounds, DTypeError unless index
 * is int32 and src has x's dtype.
 */
export function scatter(x: Tensor, dim: number, index: Tensor, src: Tensor | number | boolean): Tensor {
  checkTensor('scatter', x);
  const at = checkIndexAlong('scatter', x, dim, index);
  const values = isTensor(src) ? corner('scatter', x, index, src) : expand(scalar(src, x.dtype), index.shape);
  return apply(scatterOp, [x, to(index, 'int32'), values], { dim: at });
}

/**
 * x with src added at out[index[i][j][k]][j][k] += src[i][j][k] for dim = 0, and so on: repeated indices add up
 * (torch.scatter_add). src is at least as large as index.
 *
 * @throws ShapeError if index or src do not fit, RangeError for an index that is out of bounds, DTypeError unless index
 * is int32 and src has x's dtype.
 */
export function scatterAdd(x: Tensor, dim: number, index: Tensor, src: Tensor): Tensor {
  checkTensor('scatterAdd', x);
  checkTensor('scatterAdd', src);
  const at = checkIndexAlong('scatterAdd', x, dim, index);
  if (x.dtype === 'bool')
    throw new DTypeError("scatterAdd: not supported for bool tensors; use .to('int32')");
  return apply(scatterAddOp, [corner('scatterAdd', x, index, src), to(index, 'int32'), x], {
    dim: at,
    shape: x.shape,
  });
}

/**
 * The elements of x that `indices` points to along a dim, both broadcast in the other dims; without a dim, elements of
 * the flattened x (torch.take_along_dim): what argmax, argsort and the like return fits.
 *
 * @throws ShapeError if dims differ in number or do not broadcast; RangeError for an index that is out of bounds.
 */
export function takeAlongDim(x: Tensor, indices: Tensor, dim?: number | { readonly dim?: number }): Tensor {
  checkTensor('takeAlongDim', x);
  checkTensor('takeAlongDim', indices);
  const along = typeof dim === 'object' ? dim.dim : dim;
  if (along === undefined) return gather(reshape(x, [-1]), 0, reshape(indices, [-1]));
  if (x.ndim !== indices.ndim) {
    throw new ShapeError(
      `takeAlongDim: input and indices should have the same number of dimensions, but got ` +
        `${formatShape(x.shape)} and ${formatShape(indices.shape)}`,
    );
  }
  const at = normalizeDim('takeAlongDim', along, x.ndim);
  const without = (shape: Shape): Shape => shape.map((n, d) => (d === at ? 1 : n));
  const common = broadcastShapes('takeAlongDim', without(x.shape), without(indices.shape));
  const withDim = (n: number): Shape => common.map((m, d) => (d === at ? n : m));
  return gather(
    expand(x, withDim(x.ndim === 0 ? 1 : x.shape[at])),
    at,
    expand(indices, withDim(x.ndim === 0 ? 1 : indices.shape[at])),
  );
}

/** The dim from 0, once the index has been found to be within bounds along it. */
export function checkIndexAlong(op: string, x: Tensor, dim: number, index: Tensor): number {
  const at = normalizeDim(op, dim, x.ndim);
  checkTensor(op, index);
  // As in PyTorch an empty index may have any dtype.
  if (index.numel() > 0) checkIndices(op, index, at, x.ndim === 0 ? 1 : x.shape[at]);
  return at;
}

/** The part of src that index reaches: its leading corner of index's shape. */
export function corner(op: string, x: Tensor, index: Tensor, src: Tensor): Tensor {
  if (src.dtype !== x.dtype) {
    throw new DTypeError(
      `${op}: Expected self.dtype to be equal to src.dtype, got ${x.dtype} and ${src.dtype}`,
    );
  }
  const [rank, wanted] = [src.ndim, index.ndim];
  const source =
    rank === 0 && wanted === 1 ? reshape(src, [1]) : rank === 1 && wanted === 0 ? select(src, 0, 0) : src;
  if (source.ndim !== wanted) return source;
  return index.shape.reduce((part, n, d) => (n < source.shape[d] ? narrow(part, d, 0, n) : part), source);
}
