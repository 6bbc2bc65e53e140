/* Indexing as x[…] does it: integers, ranges, new axes, masks and index tensors, read and written. */
import { arange, tensor } from '../creation.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { broadcastShapes, formatShape, isBroadcastableTo, numelOf, sameShape, type Shape } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { add, mul } from './arithmetic.ts';
import { broadcastTensors, expand } from './broadcast.ts';
import { to } from './copy.ts';
import { indexAdd, indexCopy, indexSelect } from './indexSelect.ts';
import { maskPositions, nonzeroPositions, wrappedIndices } from './indices.ts';
import { checkTensor, scalar, type TensorLike } from './promote.ts';
import { select, slice, type SliceRange } from './slice.ts';
import { permute, reshape, unsqueeze } from './view.ts';

const { isInteger } = Number;

/**
 * What stands for one place in `x[…]`: an integer, a range, `'...'` (all dims not named), null (a new dim), a bool tensor
 * (a mask over as many dims as it has), an int32 tensor or an array of integers (those positions), true or false (a new
 * dim of extent 1 or 0).
 */
export type Index = number | boolean | SliceRange | '...' | null | Tensor | readonly number[];

/** Index tensors found so far: the dim each belongs to. */
interface Advanced {
  readonly dim: number;
  readonly index: Tensor;
}

/**
 * x[…], with NumPy's and PyTorch's meaning (libtorch's Tensor::index). Integers, ranges, `'...'` and null give views.
 * Index tensors and masks (each mask stands for the index tensors of its true positions) broadcast against each other:
 * the dims they index are replaced by their common shape, in place if those dims are neighbours, else in front.
 *
 * `x.index([0, slice(1, null, 2), '...', null, mask])` is PyTorch's `x[0, 1::2, ..., None, mask]`.
 *
 * @throws RangeError for an index that is out of bounds, ShapeError for too many indices, a mask that does not fit or
 * index tensors that do not broadcast, DTypeError for index tensors of another dtype.
 */
export function index(x: Tensor, indices: Index | readonly Index[]): Tensor {
  checkTensor('index', x);
  const { view, advanced } = basic('index', x, Array.isArray(indices) ? indices : [indices as Index]);
  return advanced.length === 0 ? view : picked('index', view, advanced);
}

/** Options of {@link indexPut}. */
export interface IndexPutOptions {
  /** Add to the elements instead of replacing them; repeated positions add up. Default false. */
  readonly accumulate?: boolean;
}

/**
 * x with `values`, broadcast, at the positions `index(x, indices)` reads (torch.index_put, and as `indexPut_` the
 * assignment x[…] = values). Values are converted to x's dtype. Where positions repeat the last one wins.
 *
 * @throws as {@link index}, and ShapeError if values do not broadcast to what is indexed.
 */
export function indexPut(
  x: Tensor,
  indices: Index | readonly Index[],
  values: TensorLike,
  options: IndexPutOptions = {},
): Tensor {
  checkTensor('indexPut', x);
  const { accumulate = false } = options;
  const source = isTensor(values) ? to(values, x.dtype) : scalar(values, x.dtype);
  // The same indices into a tensor that holds each element's position say where values go.
  const positions = index(reshape(arange(x.numel()), x.shape), indices);
  if (!isBroadcastableTo(source.shape, positions.shape)) {
    throw new ShapeError(
      `indexPut: shape mismatch: value tensor of shape ${formatShape(source.shape)} cannot be broadcast to indexing ` +
        `result of shape ${formatShape(positions.shape)}`,
    );
  }
  return putAt(x, reshape(positions, [-1]), reshape(expand(source, positions.shape), [-1]), accumulate);
}

/** x with values in the place of (or added to) the elements at flat positions. */
function putAt(x: Tensor, positions: Tensor, values: Tensor, accumulate: boolean): Tensor {
  const flat = reshape(x, [-1]);
  return reshape((accumulate ? indexAdd : indexCopy)(flat, 0, positions, values), x.shape);
}

/**
 * The elements of x, counted in row-major order, at the given positions, in their shape; negative ones count from the
 * end (torch.take).
 */
export function take(x: Tensor, positions: Tensor): Tensor {
  checkTensor('take', x);
  const wrapped = wrappedIndices('take', positions, 0, x.numel());
  return reshape(indexSelect(reshape(x, [-1]), 0, reshape(wrapped, [-1])), positions.shape);
}

/**
 * x with source, of as many elements as `positions`, at positions counted in row-major order (torch.put).
 *
 * @throws ShapeError if the element counts differ, RangeError for a position that is out of bounds.
 */
export function put(x: Tensor, positions: Tensor, source: Tensor, options: IndexPutOptions = {}): Tensor {
  checkTensor('put', x);
  checkTensor('put', source);
  const wrapped = wrappedIndices('put', positions, 0, x.numel());
  return putAt(x, reshape(wrapped, [-1]), reshape(source, [-1]), options.accumulate ?? false);
}

/**
 * The elements of x where mask is true, in row-major order, 1-d; x and mask broadcast (torch.masked_select).
 *
 * @throws DTypeError unless mask is bool.
 */
export function maskedSelect(x: Tensor, mask: Tensor): Tensor {
  checkTensor('maskedSelect', x);
  checkMask('maskedSelect', mask);
  const shape = broadcastShapes('maskedSelect', x.shape, mask.shape);
  const positions = nonzeroPositions(expand(mask, shape));
  return indexSelect(reshape(expand(x, shape), [-1]), 0, positions);
}

/**
 * x with the elements of source, in order, where mask is true; mask broadcasts to x (torch.masked_scatter).
 *
 * @throws DTypeError unless mask is bool and source has x's dtype; ShapeError if source has too few elements.
 */
export function maskedScatter(x: Tensor, mask: Tensor, source: Tensor): Tensor {
  checkTensor('maskedScatter', x);
  checkTensor('maskedScatter', source);
  checkMask('maskedScatter', mask);
  const shape = broadcastShapes('maskedScatter', x.shape, mask.shape);
  const positions = nonzeroPositions(expand(mask, shape));
  const count = positions.numel();
  if (source.numel() < count) {
    throw new ShapeError(
      `maskedScatter: Number of elements of source < number of ones in mask: ${source.numel()} < ${count}`,
    );
  }
  return putAt(expand(x, shape), positions, slice(reshape(source, [-1]), 0, 0, count), false);
}

function checkMask(op: string, mask: unknown): asserts mask is Tensor {
  checkTensor(op, mask);
  if (mask.dtype !== 'bool') throw new DTypeError(`${op}: expected BoolTensor for mask, got ${mask.dtype}`);
}

/** Applies what makes views, and lists the index tensors with the dims of the view they belong to. */
function basic(op: string, x: Tensor, indices: readonly Index[]): { view: Tensor; advanced: Advanced[] } {
  const consumed = indices.reduce<number>((n, item) => n + dimsOf(item), 0);
  if (consumed > x.ndim) {
    throw new ShapeError(`${op}: too many indices for tensor of dimension ${x.ndim}: ${consumed}`);
  }
  if (indices.filter((item) => item === '...').length > 1) {
    throw new ShapeError(`${op}: an index can only have a single ellipsis ('...')`);
  }
  let view = x;
  let dim = 0;
  const advanced: Advanced[] = [];
  /** The dim of x that the view's next dim is, for errors. */
  const ownDim = (): number => dim + x.ndim - view.ndim;
  const addPositions = (positions: Tensor): void => {
    advanced.push({ dim, index: wrappedIndices(op, positions, ownDim(), view.shape[dim]) });
    dim++;
  };
  const addFlag = (flag: boolean): void => {
    view = unsqueeze(view, dim);
    advanced.push({ dim, index: arange(flag ? 1 : 0) });
    dim++;
  };
  const takeAt = (at: number): void => {
    const size = view.shape[dim];
    if (at < -size || at >= size) {
      throw new RangeError(`${op}: index ${at} is out of bounds for dimension ${ownDim()} with size ${size}`);
    }
    view = select(view, dim, at);
  };
  for (const item of indices) {
    if (item === '...') dim += x.ndim - consumed;
    else if (item === null) view = unsqueeze(view, dim++);
    else if (typeof item === 'number') takeAt(item);
    else if (typeof item === 'boolean') addFlag(item);
    else if (isList(item)) addPositions(tensor(item, { dtype: 'int32' }));
    else if (!isTensor(item)) view = slice(view, dim++, item.start, item.stop, item.step);
    else if (item.dtype !== 'bool') {
      if (item.ndim === 0 && item.dtype === 'int32') takeAt(item.item());
      else addPositions(item);
    } else if (item.ndim === 0) addFlag(item.item() !== 0);
    else {
      checkMaskFits(op, item, view, dim);
      maskPositions(item).forEach(addPositions);
    }
  }
  return { view, advanced };
}

const isList = (item: Index): item is readonly number[] => Array.isArray(item);

/** How many dims of x an index stands for. */
function dimsOf(item: Index): number {
  if (item === null || item === '...' || typeof item === 'boolean') return 0;
  if (isTensor(item)) return item.dtype === 'bool' ? item.ndim : 1;
  if (typeof item === 'number') {
    if (!isInteger(item))
      throw new TypeError(
        `index: only integers, ranges, '...', null and tensors are valid indices, got ${item}`,
      );
    return 1;
  }
  if (isList(item)) {
    if (!item.every(isInteger))
      throw new TypeError(`index: an array of indices holds integers, got ${formatShape(item)}`);
    return 1;
  }
  if (typeof item !== 'object') {
    throw new TypeError(
      `index: only integers, ranges, '...', null and tensors are valid indices, got ${String(item)}`,
    );
  }
  return 1;
}

function checkMaskFits(op: string, mask: Tensor, view: Tensor, dim: number): void {
  const wrong = mask.shape.findIndex((n, d) => n !== view.shape[dim + d]);
  if (wrong === -1) return;
  throw new ShapeError(
    `${op}: The shape of the mask ${formatShape(mask.shape)} at index ${wrong} does not match the shape of the ` +
      `indexed tensor ${formatShape(view.shape)} at index ${dim + wrong}`,
  );
}

/** The elements the index tensors point to: one indexSelect over their dims made one. */
function picked(op: string, x: Tensor, advanced: readonly Advanced[]): Tensor {
  const common = commonShape(op, advanced);
  const dims = advanced.map(({ dim }) => dim);
  const adjacent = dims.every((d, i) => i === 0 || d === dims[i - 1] + 1);
  const others = x.shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const before = adjacent ? dims[0] : 0;
  const order = [...others.slice(0, before), ...dims, ...others.slice(before)];
  const together = adjacent ? x : permute(x, order);
  const outer = together.shape.slice(0, before);
  const extents = together.shape.slice(before, before + dims.length);
  const inner = together.shape.slice(before + dims.length);
  // Row-major positions in the indexed dims, by Horner's rule.
  const flat = broadcastTensors(advanced.map((a) => a.index)).reduce((sum, i, k) =>
    add(mul(sum, extents[k]), i),
  );
  const rows = shaped(together, [...outer, numelOf(extents), ...inner]);
  const slices = indexSelect(rows, before, reshape(flat, [-1]));
  return shaped(slices, [...outer, ...common, ...inner]);
}

function shaped(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : reshape(x, shape);
}

function commonShape(op: string, advanced: readonly Advanced[]): Shape {
  const shapes = advanced.map(({ index: i }) => i.shape);
  try {
    return shapes.reduce((a, b) => broadcastShapes(op, a, b));
  } catch {
    throw new ShapeError(
      `${op}: shape mismatch: indexing tensors could not be broadcast together with shapes ` +
        shapes.map(formatShape).join(', '),
    );
  }
}
