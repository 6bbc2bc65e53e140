/* Other shapes and other orders of dims over the same elements: views that share memory. */
import { ShapeError } from '../errors.ts';
import {
  contiguousStrides,
  formatShape,
  inferShape,
  normalizeDim,
  normalizeDims,
  numelOf,
  viewStrides,
  type Shape,
} from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { viewAs as layoutOf, type Tensor } from '../tensor.ts';
import { copyInto } from './loops.ts';
import { checkTensor } from './promote.ts';

const isArray = (x: unknown): boolean => Array.isArray(x);

export const viewOp = defineOp({
  name: 'view',
  inputs: ['x'],
  shape: ([x], { shape }: { shape: Shape }) => inferShape('view', x.shape, shape),
  view: ([x], _, shape) => {
    const strides = viewStrides(x.shape, x.strides, shape);
    if (strides === null) {
      throw new ShapeError(
        `view: view size is not compatible with input tensor's size and stride (at least one dimension spans across ` +
          `two contiguous subspaces). Use reshape(...) instead: shape ${formatShape(x.shape)} with strides ` +
          `${formatShape(x.strides)} as ${formatShape(shape)}`,
      );
    }
    return { offset: x.offset, strides };
  },
  vjp: { x: (g, { specs }) => reshape(g, specs[0].shape) },
});

/** What reshape does where no view exists. */
export const reshapeCopyOp = defineOp({
  name: 'reshape',
  inputs: ['x'],
  shape: ([x], { shape }: { shape: Shape }) => inferShape('reshape', x.shape, shape),
  forward: ([x], _, out) => copyInto(x, layoutOf(out, 0, x.shape, contiguousStrides(x.shape))),
  vjp: { x: (g, { specs }) => reshape(g, specs[0].shape) },
});

/**
 * The elements of x, in row-major order, in another shape: a view where the layout allows one, else a copy
 * (torch.reshape). One extent may be −1: it is inferred.
 *
 * @throws ShapeError if the element counts differ.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor('reshape', x);
  const target = inferShape('reshape', x.shape, shapeArgument('reshape', shape));
  const isView = viewStrides(x.shape, x.strides, target) !== null;
  return apply(isView ? viewOp : reshapeCopyOp, [x], { shape: target });
}

/** x in the shape of another tensor (torch.Tensor.reshape_as); see {@link reshape}. */
export function reshapeAs(x: Tensor, other: Tensor): Tensor {
  checkTensor('reshapeAs', other);
  return reshape(x, other.shape);
}

/**
 * The elements of x in another shape, never copied (torch.Tensor.view). One extent may be −1: it is inferred.
 *
 * @throws ShapeError if the element counts differ, or if x's strides allow no such view.
 */
export function view(x: Tensor, shape: Shape): Tensor {
  checkTensor('view', x);
  return apply(viewOp, [x], { shape: shapeArgument('view', shape) });
}

/** x in the shape of another tensor, never copied (torch.Tensor.view_as); see {@link view}. */
export function viewAs(x: Tensor, other: Tensor): Tensor {
  checkTensor('viewAs', other);
  return view(x, other.shape);
}

/**
 * x with the dims from `startDim` to `endDim` made one (torch.flatten); 1-d for a 0-d tensor. A view where possible.
 *
 * @throws ShapeError if `startDim` comes after `endDim`.
 */
export function flatten(x: Tensor, startDim = 0, endDim = -1): Tensor {
  checkTensor('flatten', x);
  const start = normalizeDim('flatten', startDim, x.ndim);
  const end = normalizeDim('flatten', endDim, x.ndim);
  if (start > end) {
    throw new ShapeError(
      `flatten: startDim cannot come after endDim: ${startDim}, ${endDim} for ${formatShape(x.shape)}`,
    );
  }
  if (x.ndim === 0) return reshape(x, [1]);
  if (start === end) return x;
  const { shape } = x;
  return reshape(x, [
    ...shape.slice(0, start),
    numelOf(shape.slice(start, end + 1)),
    ...shape.slice(end + 1),
  ]);
}

/** x as one dim (torch.ravel). A view where possible. */
export function ravel(x: Tensor): Tensor {
  checkTensor('ravel', x);
  return reshape(x, [x.numel()]);
}

/**
 * x with one dim cut into several (torch.unflatten). One of the sizes may be −1: it is inferred.
 *
 * @throws ShapeError if the sizes do not multiply to the dim's extent.
 */
export function unflatten(x: Tensor, dim: number, sizes: Shape): Tensor {
  checkTensor('unflatten', x);
  const at = normalizeDim('unflatten', dim, x.ndim);
  if (x.ndim === 0) throw new ShapeError('unflatten: cannot be applied to a 0-d tensor');
  if (sizes.length === 0) throw new ShapeError('unflatten: sizes must be non-empty');
  const known = numelOf(sizes.filter((n) => n !== -1));
  const extent = x.shape[at];
  if (sizes.includes(-1) ? known === 0 || extent % known !== 0 : known !== extent) {
    throw new ShapeError(
      `unflatten: Provided sizes ${formatShape(sizes)} don't multiply up to the size of dim ${at} (${extent}) ` +
        `in the input tensor ${formatShape(x.shape)}`,
    );
  }
  const inferred = inferShape('unflatten', [extent], sizes);
  return view(x, [...x.shape.slice(0, at), ...inferred, ...x.shape.slice(at + 1)]);
}

/**
 * x without its dims of extent 1: all of them, or those among the given (torch.squeeze). Given dims of other extents
 * stay. A view.
 */
export function squeeze(
  x: Tensor,
  dim?: number | readonly number[] | { readonly dim: number | readonly number[] },
): Tensor {
  checkTensor('squeeze', x);
  if (typeof dim === 'object' && 'dim' in dim) return squeeze(x, dim.dim);
  const dims = typeof dim === 'object' && dim.length === 0 ? [] : normalizeDims('squeeze', dim, x.ndim);
  return apply(viewOp, [x], { shape: x.shape.filter((n, i) => n !== 1 || !dims.includes(i)) });
}

/** x with a new dim of extent 1 at the given place, −1 being the last (torch.unsqueeze). A view. */
export function unsqueeze(x: Tensor, dim: number): Tensor {
  checkTensor('unsqueeze', x);
  const at = normalizeDim('unsqueeze', dim, x.ndim + 1);
  return apply(viewOp, [x], { shape: [...x.shape.slice(0, at), 1, ...x.shape.slice(at)] });
}

export const permuteOp = defineOp({
  name: 'permute',
  inputs: ['x'],
  shape: ([x], { dims }: { dims: readonly number[] }) => dims.map((d) => x.shape[d]),
  view: ([x], { dims }) => ({ offset: x.offset, strides: dims.map((d) => x.strides[d]) }),
  vjp: {
    x: (g, { attrs: { dims } }) => {
      const inverse = new Array<number>(dims.length);
      dims.forEach((d, i) => (inverse[d] = i));
      return permuted(g, inverse);
    },
  },
});

function permuted(x: Tensor, dims: readonly number[]): Tensor {
  return apply(permuteOp, [x], { dims });
}

/**
 * x with its dims in another order: dim i of the result is dim `dims[i]` of x (torch.permute). A view.
 *
 * @throws ShapeError unless `dims` holds every dim once.
 */
export function permute(x: Tensor, dims: readonly number[]): Tensor {
  checkTensor('permute', x);
  if (dims.length !== x.ndim) {
    throw new ShapeError(
      `permute: number of dimensions in the tensor input does not match the length of the desired ordering of ` +
        `dimensions: ndim = ${x.ndim}, dims = ${formatShape(dims)}`,
    );
  }
  return permuted(x, normalizeDims('permute', dims, x.ndim));
}

/** x with two dims exchanged (torch.transpose). A view. */
export function transpose(x: Tensor, dim0: number, dim1: number): Tensor {
  checkTensor('transpose', x);
  const a = normalizeDim('transpose', dim0, x.ndim);
  const b = normalizeDim('transpose', dim1, x.ndim);
  return permuted(
    x,
    x.shape.map((_, i) => (i === a ? b : i === b ? a : i)),
  );
}

/**
 * x with the `source` dims moved to the `destination` places, the others in their order (torch.movedim). A view.
 *
 * @throws ShapeError if the two lists differ in length or one repeats a dim.
 */
export function movedim(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  checkTensor('movedim', x);
  const from = typeof source === 'number' ? [source] : source;
  const to = typeof destination === 'number' ? [destination] : destination;
  if (from.length !== to.length) {
    throw new ShapeError(
      `movedim: Invalid source or destination dims: source ${formatShape(from)} should contain the same number of ` +
        `dims as destination ${formatShape(to)}`,
    );
  }
  if (from.length === 0) return permute(x, [...x.shape.keys()]);
  const sources = normalizeDims('movedim', from, x.ndim);
  const destinations = normalizeDims('movedim', to, x.ndim);
  const rest = x.shape.map((_, i) => i).filter((i) => !sources.includes(i));
  return permuted(
    x,
    x.shape.map((_, i) => {
      const k = destinations.indexOf(i);
      return k === -1 ? (rest.shift() as number) : sources[k];
    }),
  );
}

/**
 * The transpose of a matrix; 0-d and 1-d tensors as they are (torch.t). A view.
 *
 * @throws ShapeError for more than two dims.
 */
export function t(x: Tensor): Tensor {
  checkTensor('t', x);
  if (x.ndim > 2)
    throw new ShapeError(`t: expects a tensor with <= 2 dimensions, but got ${formatShape(x.shape)}; use mT`);
  return x.ndim < 2 ? permuted(x, [...x.shape.keys()]) : permuted(x, [1, 0]);
}

/**
 * x with its last two dims exchanged: the transpose of each matrix in a batch (torch.Tensor.mT). A view.
 *
 * @throws ShapeError for fewer than two dims.
 */
export function mT(x: Tensor): Tensor {
  checkTensor('mT', x);
  if (x.ndim < 2) {
    throw new ShapeError(
      `mT: only supported on matrices or batches of matrices, got shape ${formatShape(x.shape)}`,
    );
  }
  return transpose(x, -2, -1);
}

/** A copy of a shape the caller gave; numbers one by one, as PyTorch's methods take them, are a common mistake. */
function shapeArgument(op: string, shape: Shape): Shape {
  if (!isArray(shape)) {
    throw new TypeError(
      `${op}: the shape must be an array, got ${String(shape)}: write ${op}([2, 3]), not ${op}(2, 3)`,
    );
  }
  return [...shape];
}
