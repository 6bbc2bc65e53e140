/* The kernels that find positions, and those that read and write at positions found. */

import type { NumericArray } from './signatures.ts';

/** Kernels that read or write index arrays. */
export interface IndexingKernels {
  /**
   * out[p] = x[p with p[dim] replaced by index[p]] for every position p of `shape` (index's shape). x at any
   * strides (its extents other than dim may exceed shape's); index and out contiguous. 0 ≤ index < x's extent.
   */
  gather(
    shape: readonly number[],
    dim: number,
    x: NumericArray,
    xOffset: number,
    xStrides: readonly number[],
    index: Int32Array,
    indexOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /** out[p with p[dim] = index[p]] += src[p], or = src[p] (the last write wins) when `accumulate` is false: the
   * adjoint of {@link gather}. src and out at any strides, index contiguous over `shape`. */
  scatter(
    shape: readonly number[],
    dim: number,
    index: Int32Array,
    indexOffset: number,
    src: NumericArray,
    srcOffset: number,
    srcStrides: readonly number[],
    out: NumericArray,
    outOffset: number,
    outStrides: readonly number[],
    accumulate: boolean,
  ): void;

  /** out[p with p[dim] = index[p]] = that combined with src[p], by product, maximum or minimum (NaN wins): like
   * {@link scatter}. */
  scatterReduce(
    shape: readonly number[],
    dim: number,
    index: Int32Array,
    indexOffset: number,
    src: NumericArray,
    srcOffset: number,
    srcStrides: readonly number[],
    out: NumericArray,
    outOffset: number,
    outStrides: readonly number[],
    reduce: 'prod' | 'amax' | 'amin',
  ): void;

  /** out[o, j, i] = x[o, index[j], i] with x [outer, size, inner], out [outer, count, inner]. */
  indexSelect(
    outer: number,
    size: number,
    inner: number,
    count: number,
    x: NumericArray,
    xOffset: number,
    index: Int32Array,
    indexOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;

  /** out[o, index[j], i] += src[o, j, i], or = (the last write wins) when `accumulate` is false: the adjoint of
   * {@link indexSelect}; out [outer, size, inner], src [outer, count, inner]. */
  indexAdd(
    outer: number,
    size: number,
    inner: number,
    count: number,
    index: Int32Array,
    indexOffset: number,
    src: NumericArray,
    srcOffset: number,
    out: NumericArray,
    outOffset: number,
    accumulate: boolean,
  ): void;

  /** Writes the positions i < n where x[i] ≠ 0 (NaN counts) to out, ascending; returns how many there are. */
  nonzero(n: number, x: NumericArray, xOffset: number, out: Int32Array, outOffset: number): number;

  /** The positions along the middle axis of x [outer, size, inner] in rising or falling order of the elements, equal
   * ones in their own order, NaN as the greatest; out is an Int32Array. */
  argsort(
    outer: number,
    size: number,
    inner: number,
    descending: boolean,
    x: NumericArray,
    xOffset: number,
    out: NumericArray,
    outOffset: number,
  ): void;
}
