/* How ops call kernels: which loop over which strides. The loops themselves are in the kernels. */
import { kernels, type BinaryKernel, type ReduceKernel, type UnaryKernel } from '@retrograd/kernels';
import {
  broadcastStrides,
  contiguousStrides,
  isContiguousLayout,
  numelOf,
  sameShape,
  type Shape,
} from '../shape.ts';
import { allocateTensor, boolArray, viewAs, type Tensor } from '../tensor.ts';

/** x itself if contiguous, else a contiguous copy that is not on the tape: what most kernels take. */
export function packed(x: Tensor): Tensor {
  if (isContiguousLayout(x.shape, x.strides)) return x;
  const out = allocateTensor(x.shape, x.dtype);
  copyInto(x, out);
  return out;
}

/** Copies x, broadcast to out's shape, into out's elements, converting between dtypes; both at any strides. */
export function copyInto(x: Tensor, out: Tensor): void {
  const strides = sameShape(x.shape, out.shape) ? x.strides : broadcastStrides(x.shape, x.strides, out.shape);
  kernels.copy(out.shape, x.storage.array, x.offset, strides, out.storage.array, out.offset, out.strides);
}

/** Runs an elementwise kernel over x into the contiguous out. */
export function unaryLoop(kernel: UnaryKernel, x: Tensor, out: Tensor): void {
  const p = packed(x);
  kernel(out.numel(), p.storage.array, p.offset, out.storage.array, out.offset);
}

/** Runs an elementwise kernel over a and b, broadcast to the shape of the contiguous out. */
export function binaryLoop(kernel: BinaryKernel, a: Tensor, b: Tensor, out: Tensor): void {
  const { shape } = out;
  const n = out.numel();
  if (n === 0) return;
  const x = a.storage.array;
  const y = b.storage.array;
  const o = out.storage.array;
  const aWhole = sameShape(a.shape, shape) && isContiguousLayout(a.shape, a.strides);
  const bWhole = sameShape(b.shape, shape) && isContiguousLayout(b.shape, b.strides);
  if ((aWhole || a.numel() === 1) && (bWhole || b.numel() === 1)) {
    kernel(1, n, x, a.offset, 0, aWhole ? 1 : 0, y, b.offset, 0, bWhole ? 1 : 0, o, out.offset);
    return;
  }
  const loops = mergeDims(shape, [
    broadcastStrides(a.shape, a.strides, shape),
    broadcastStrides(b.shape, b.strides, shape),
  ]);
  const [as, bs] = loops.strides;
  const { rows, cols, outer } = loops;
  eachOuter(outer, loops.strides, [a.offset, b.offset], (block, [aOffset, bOffset]) => {
    const d = outer.length;
    kernel(
      rows, cols, x, aOffset, as[d], as[d + 1], y, bOffset, bs[d], bs[d + 1], o, out.offset + block * rows * cols,
    ); // prettier-ignore
  });
}

/** Runs the `where` kernel over three operands, broadcast to the shape of the contiguous out. */
export function whereLoop(cond: Tensor, a: Tensor, b: Tensor, out: Tensor): void {
  const { shape } = out;
  if (out.numel() === 0) return;
  const loops = mergeDims(
    shape,
    [cond, a, b].map((x) => broadcastStrides(x.shape, x.strides, shape)),
  );
  const [cs, as, bs] = loops.strides;
  const { rows, cols, outer } = loops;
  const d = outer.length;
  eachOuter(outer, loops.strides, [cond.offset, a.offset, b.offset], (block, [c0, a0, b0]) => {
    kernels.where(
      rows, cols,
      boolArray(cond), c0, cs[d], cs[d + 1],
      a.storage.array, a0, as[d], as[d + 1],
      b.storage.array, b0, bs[d], bs[d + 1],
      out.storage.array, out.offset + block * rows * cols,
    ); // prettier-ignore
  });
}

interface Loops {
  /** The extents of the dims before the last two. */
  readonly outer: readonly number[];
  readonly rows: number;
  readonly cols: number;
  /** Per operand: a stride for each outer dim, then for rows, then for columns. */
  readonly strides: readonly (readonly number[])[];
}

/**
 * The fewest nested loops that visit a shape in row-major order: neighbouring dims that every operand walks as one
 * are merged, dims of extent 1 dropped. There are always at least rows and columns.
 */
function mergeDims(shape: Shape, strides: readonly (readonly number[])[]): Loops {
  const extents: number[] = [];
  const merged: number[][] = strides.map(() => []);
  for (let i = 0; i < shape.length; i++) {
    const extent = shape[i];
    if (extent === 1) continue;
    const last = extents.length - 1;
    if (last >= 0 && strides.every((s, k) => merged[k][last] === s[i] * extent)) {
      extents[last] *= extent;
      strides.forEach((s, k) => (merged[k][last] = s[i]));
    } else {
      extents.push(extent);
      strides.forEach((s, k) => merged[k].push(s[i]));
    }
  }
  while (extents.length < 2) {
    extents.unshift(1);
    merged.forEach((s) => s.unshift(0));
  }
  const cols = extents.pop() as number;
  const rows = extents.pop() as number;
  return { outer: extents, rows, cols, strides: merged };
}

/** Visits every position of the outer dims in order, with each operand's offset there. */
function eachOuter(
  outer: readonly number[],
  strides: readonly (readonly number[])[],
  offsets: readonly number[],
  visit: (block: number, offsets: readonly number[]) => void,
): void {
  const at = [...offsets];
  const index = outer.map(() => 0);
  for (let block = 0; ; block++) {
    visit(block, at);
    let d = outer.length - 1;
    for (; d >= 0; d--) {
      index[d]++;
      for (let k = 0; k < at.length; k++) at[k] += strides[k][d];
      if (index[d] < outer[d]) break;
      for (let k = 0; k < at.length; k++) at[k] -= strides[k][d] * outer[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

/** x with dims in another order, not on the tape. */
export function permuted(x: Tensor, dims: readonly number[]): Tensor {
  return viewAs(
    x,
    x.offset,
    dims.map((d) => x.shape[d]),
    dims.map((d) => x.strides[d]),
  );
}

/** A contiguous tensor's elements in another shape, not on the tape. */
export function reshaped(x: Tensor, shape: Shape): Tensor {
  return viewAs(x, x.offset, shape, contiguousStrides(shape));
}

/** A shape seen from one dim: how many elements come before, along and after it. */
export function around(shape: Shape, dim: number): { outer: number; size: number; inner: number } {
  let outer = 1;
  let inner = 1;
  for (let i = 0; i < shape.length; i++) {
    if (i < dim) outer *= shape[i];
    else if (i > dim) inner *= shape[i];
  }
  return { outer, size: shape.length === 0 ? 1 : shape[dim], inner };
}

/**
 * Runs a reduction kernel over the given dims of x (from 0, ascending) into the contiguous out, whose elements are
 * those of the remaining dims in order.
 */
export function reduceLoop(kernel: ReduceKernel, x: Tensor, dims: readonly number[], out: Tensor): void {
  const { source, outer, size, inner } = reduction(x, dims);
  kernel(outer, size, inner, source.storage.array, source.offset, out.storage.array, out.offset);
}

/**
 * x as [outer, reduced, inner] for a reduction over `dims`: as it lies if the reduced dims are neighbours, else a copy
 * with the reduced dims last.
 */
export function reduction(
  x: Tensor,
  dims: readonly number[],
): { source: Tensor; outer: number; size: number; inner: number } {
  const reduced = dims.filter((d) => x.shape[d] !== 1);
  const size = numelOf(dims.map((d) => x.shape[d]));
  const adjacent = reduced.every(
    (d, i) => i === 0 || x.shape.slice(reduced[i - 1] + 1, d).every((n) => n === 1),
  );
  if (adjacent) {
    const first = reduced.length === 0 ? x.ndim : reduced[0];
    const last = reduced.length === 0 ? x.ndim : reduced[reduced.length - 1];
    return {
      source: packed(x),
      outer: numelOf(x.shape.slice(0, first)),
      size,
      inner: numelOf(x.shape.slice(last + 1)),
    };
  }
  const kept = x.shape.map((_, i) => i).filter((i) => !dims.includes(i));
  return {
    source: packed(permuted(x, [...kept, ...dims])),
    outer: numelOf(kept.map((d) => x.shape[d])),
    size,
    inner: 1,
  };
}
