/* Elements by rank: sorting, and what is chosen by it. An index kernel says where they are, gather takes them. */
import { kernels } from '@retrograd/kernels';
import { arange } from '../creation.ts';
import { ShapeError } from '../errors.ts';
import { formatShape, normalizeDim } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { allocateTensor, indexArray, type Tensor } from '../tensor.ts';
import { div, mul, sub } from './arithmetic.ts';
import { isnan, logicalNot, ne } from './compare.ts';
import { to } from './copy.ts';
import {
  argmax,
  attainedOrNaN,
  elementOp,
  elementsAt,
  type DimOptions,
  type OneDimOptions,
  type ValuesAndIndices,
} from './extremum.ts';
import { gather } from './gather.ts';
import { maskedSelect } from './indexing.ts';
import { cat } from './join.ts';
import { around, packed } from './loops.ts';
import { checkTensor } from './promote.ts';
import { reduced, sum } from './reduce.ts';
import { cummax } from './scan.ts';
import { narrow } from './slice.ts';
import { reshape } from './view.ts';
import { clampMin, where } from './where.ts';

const { isInteger, isNaN } = Number;

interface SortAttrs {
  readonly dim: number;
  readonly descending: boolean;
}

export const argsortOp = defineOp({
  name: 'argsort',
  inputs: ['x'],
  shape: ([x], _attrs: SortAttrs) => x.shape,
  dtype: 'int32',
  forward: ([x], attrs, out) => sortInto(x, attrs, out),
  vjp: null,
});

function sortInto(x: Tensor, { dim, descending }: SortAttrs, out: Tensor): void {
  const { outer, size, inner } = around(x.shape, dim);
  const p = packed(x);
  kernels.argsort(outer, size, inner, descending, p.storage.array, p.offset, out.storage.array, out.offset);
}

/** The lower median of all elements, NaN if there is one; its gradient is shared evenly by all that are equal to it. */
export const medianOp = elementOp(
  'median',
  (x, _, out) => {
    const n = x.numel();
    const flat = packed(x);
    const order = allocateTensor([n], 'int32');
    kernels.argsort(1, n, 1, false, flat.storage.array, flat.offset, order.storage.array, order.offset);
    const at = (rank: number): number =>
      flat.storage.array[flat.offset + indexArray(order)[order.offset + rank]];
    out.storage.array[out.offset] = isNaN(at(n - 1)) ? NaN : at((n - 1) >> 1);
  },
  attainedOrNaN,
);

/** Options of {@link sort} and {@link argsort}. */
export interface SortOptions {
  /** Where it is not given by position. Default −1. */
  readonly dim?: number;
  /** Whether the greatest comes first. Default false. */
  readonly descending?: boolean;
  /** Equal elements stay in their order whatever this says. */
  readonly stable?: boolean;
}

/**
 * The elements in rising order along a dim (the last unless given), and where they came from (torch.sort). Stable; NaN
 * is greater than any number.
 *
 * @throws ShapeError for a dim that is out of range.
 */
export function sort(x: Tensor, dim?: number | SortOptions, options?: SortOptions): ValuesAndIndices {
  const attrs = sortAttrs('sort', x, dim, options);
  const indices = apply(argsortOp, [x], attrs);
  return { values: gather(x, attrs.dim, indices), indices };
}

/** The indices that sort x along a dim; int32 (torch.argsort): see {@link sort}. */
export function argsort(x: Tensor, dim?: number | SortOptions, options?: SortOptions): Tensor {
  return apply(argsortOp, [x], sortAttrs('argsort', x, dim, options));
}

/** The elements in rising order along dim 0 (torch.msort). */
export function msort(x: Tensor): Tensor {
  return sort(x, 0).values;
}

function sortAttrs(
  op: string,
  x: Tensor,
  dim: number | SortOptions | undefined,
  options: SortOptions | undefined,
): SortAttrs {
  checkTensor(op, x);
  const given: SortOptions = withDim(op, dim, options);
  return { dim: normalizeDim(op, given.dim ?? -1, x.ndim), descending: given.descending ?? false };
}

/** Options of {@link topk}. */
export interface TopkOptions {
  /** Where it is not given by position. Default −1. */
  readonly dim?: number;
  /** Whether the greatest are wanted, or else the least. Default true. */
  readonly largest?: boolean;
  /** The result is in order whatever this says. */
  readonly sorted?: boolean;
}

/**
 * The k greatest (or least) elements along a dim (the last unless given), best first, and their indices (torch.topk).
 *
 * @throws RangeError unless 0 ≤ k ≤ the dim's extent; ShapeError for a dim that is out of range.
 */
export function topk(
  x: Tensor,
  k: number,
  dim?: number | TopkOptions,
  options?: TopkOptions,
): ValuesAndIndices {
  checkTensor('topk', x);
  const given: TopkOptions = withDim('topk', dim, options);
  const at = normalizeDim('topk', given.dim ?? -1, x.ndim);
  const { size } = around(x.shape, at);
  if (!isInteger(k) || k < 0 || k > size)
    throw new RangeError(`topk: selected index k out of range: k = ${String(k)} for a dim of extent ${size}`);
  const order = apply(argsortOp, [x], { dim: at, descending: given.largest ?? true });
  const indices =
    x.ndim === 0 ? (k === 1 ? order : narrow(reshape(order, [1]), 0, 0, k)) : narrow(order, at, 0, k);
  return { values: gather(x, at, indices), indices };
}

/**
 * The k-th least element (k from 1) along a dim (the last unless given), and its index (torch.kthvalue).
 *
 * @throws RangeError unless 1 ≤ k ≤ the dim's extent; ShapeError for a dim that is out of range.
 */
export function kthvalue(
  x: Tensor,
  k: number,
  dim?: number | Partial<OneDimOptions>,
  options?: DimOptions,
): ValuesAndIndices {
  const { at, size, keepdim } = oneDim('kthvalue', x, dim, options);
  if (!isInteger(k) || k < 1 || k > size) {
    throw new RangeError(
      `kthvalue: selected number k out of range for dimension ${at}: k = ${String(k)}, extent ${size}`,
    );
  }
  return elementsAt(x, at, ranked(x, at, k - 1), keepdim);
}

/**
 * The median of all elements (of an even number the lower of the middle two), or with `dim` the median along it and its
 * index (torch.median). NaN if there is one.
 *
 * @throws ShapeError for a dim of extent 0 or out of range.
 */
export function median(x: Tensor): Tensor;
export function median(x: Tensor, dim: number, options?: DimOptions): ValuesAndIndices;
export function median(x: Tensor, options: OneDimOptions): ValuesAndIndices;
export function median(
  x: Tensor,
  dim?: number | OneDimOptions,
  options?: DimOptions,
): Tensor | ValuesAndIndices {
  if (dim === undefined) {
    if (x.numel() === 0) return mul(sum(x), NaN);
    return apply(medianOp, [x], reduced('median', x, undefined));
  }
  const { at, size, keepdim } = oneDim('median', x, dim, options);
  checkExtent('median', x, at, size);
  const least = x.detach();
  const isMissing = isnan(gather(least, at, ranked(x, at, size - 1)));
  const firstNaN = argmax(least, at, { keepdim: true });
  return elementsAt(x, at, where(isMissing, firstNaN, ranked(x, at, (size - 1) >> 1)), keepdim);
}

/**
 * {@link median} of what is not NaN; NaN where nothing else is (torch.nanmedian).
 *
 * @throws ShapeError for a dim of extent 0 or out of range.
 */
export function nanmedian(x: Tensor): Tensor;
export function nanmedian(x: Tensor, dim: number, options?: DimOptions): ValuesAndIndices;
export function nanmedian(x: Tensor, options: OneDimOptions): ValuesAndIndices;
export function nanmedian(
  x: Tensor,
  dim?: number | OneDimOptions,
  options?: DimOptions,
): Tensor | ValuesAndIndices {
  checkTensor('nanmedian', x);
  if (dim === undefined) {
    const numbers = maskedSelect(x, logicalNot(isnan(x)));
    return median(numbers.numel() === 0 ? x : numbers);
  }
  const { at, size, keepdim } = oneDim('nanmedian', x, dim, options);
  checkExtent('nanmedian', x, at, size);
  if (x.ndim === 0) return elementsAt(x, at, ranked(x, at, 0), keepdim);
  const last = sub(sum(to(logicalNot(isnan(x.detach())), 'int32'), at, { keepdim: true }), 1);
  const middle = clampMin(to(div(last, 2, { roundingMode: 'floor' }), 'int32'), 0);
  const order = apply(argsortOp, [x], { dim: at, descending: false });
  return elementsAt(x, at, gather(order, at, middle), keepdim);
}

/**
 * The most frequent element along a dim (the last unless given), the least of several, and the index of its last
 * occurrence (torch.mode).
 *
 * @throws ShapeError for a dim of extent 0 or out of range.
 */
export function mode(
  x: Tensor,
  dim?: number | Partial<OneDimOptions>,
  options?: DimOptions,
): ValuesAndIndices {
  const { at, size, keepdim } = oneDim('mode', x, dim, options);
  checkExtent('mode', x, at, size);
  if (x.ndim === 0) return mode(reshape(x, [1]), 0);
  const order = apply(argsortOp, [x], { dim: at, descending: false });
  const sorted = gather(x.detach(), at, order);
  // In each run of equal elements the distance from its start grows; it is greatest at the end of the longest run.
  const along = x.shape.map((_, d) => (d === at ? size : 1));
  const position = reshape(arange(size, { dtype: 'int32' }), along);
  const changes = ne(narrow(sorted, at, 1, size - 1), narrow(sorted, at, 0, size - 1));
  const starts = mul(changes, narrow(position, at, 1, size - 1));
  const first = mul(ne(narrow(sorted, at, 0, 1), narrow(sorted, at, 0, 1)), 0);
  const run = cummax(cat([first, starts], at), at).values;
  const end = argmax(sub(position, run), at, { keepdim: true });
  return elementsAt(x, at, gather(order, at, end), keepdim);
}

/** Where the element of a rank (from 0) lies along a dim, which stays with extent 1. */
function ranked(x: Tensor, dim: number, rank: number): Tensor {
  const order = apply(argsortOp, [x], { dim, descending: false });
  return x.ndim === 0 ? order : narrow(order, dim, rank, 1);
}

function oneDim(
  op: string,
  x: Tensor,
  dim: number | Partial<OneDimOptions> | undefined,
  options: DimOptions | undefined,
): { readonly at: number; readonly size: number; readonly keepdim: boolean } {
  checkTensor(op, x);
  const given: Partial<OneDimOptions> = withDim(op, dim, options);
  const at = normalizeDim(op, given.dim ?? -1, x.ndim);
  return { at, size: around(x.shape, at).size, keepdim: given.keepdim ?? false };
}

/** The options of a call `(x, dim?, { … })` or `(x, { dim, … })` in one object. */
export function withDim<O extends { readonly dim?: number }>(
  op: string,
  dim: number | O | undefined,
  options: Omit<O, 'dim'> | undefined,
): Partial<O> & { readonly dim?: number } {
  if (options !== undefined && typeof options !== 'object')
    throw new TypeError(`${op}: expected options such as { dim: 0 } after the dim, got a ${typeof options}`);
  const given = typeof dim === 'object' ? dim : dim === undefined ? {} : { dim };
  return { ...options, ...given } as Partial<O> & { readonly dim?: number };
}

function checkExtent(op: string, x: Tensor, dim: number, size: number): void {
  if (size === 0) {
    throw new ShapeError(
      `${op}: Expected reduction dim ${dim} to have non-zero size: shape ${formatShape(x.shape)}`,
    );
  }
}
