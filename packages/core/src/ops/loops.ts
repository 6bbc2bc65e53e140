/* How ops call kernels: which loop over which strides. The loops themselves are in the kernels. */
import { kernels, type BinaryKernel, type ReduceKernel, type UnaryKernel } from '@retrograd/kernels';
import { broadcastStrides, contiguousStrides, isContiguousLayout, sameShape, type Shape } from '../shape.ts';
import { LoopNest } from './nest.ts';
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

// A kernel does not call back, so one nest for each number of operands is enough.
const pairs = new LoopNest(2);
const triples = new LoopNest(3);

/** Elements of a plane up to which one that meets others in turn is packed, to have one call of the kernel for all. */
const TILE = 4096;
/** Elements from which on an operand that lies scattered is packed first. */
const SCATTERED = 256;
/** Length of rows from which on a kernel picks them up as fast as a copy would. */
const LONG = 128;

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
  pairs.start(shape, [a, b]);
  const { rows, cols, offsets, rowSteps, colSteps } = pairs;
  const plane = rows * cols;
  if (plane <= TILE && n >= 4 * plane && (aWhole || bWhole) && pairs.repeats(aWhole ? 1 : 0)) {
    const tile = pairedPlane(aWhole ? 1 : 0, aWhole ? b : a);
    const t = tile.storage.array;
    if (aWhole) kernel(n / plane, plane, x, a.offset, plane, 1, t, tile.offset, 0, 1, o, out.offset);
    else kernel(n / plane, plane, t, tile.offset, 0, 1, y, b.offset, plane, 1, o, out.offset);
    return;
  }
  if (n >= SCATTERED && (isScattered(0) || isScattered(1))) {
    const [p, q] = [packed(a), packed(b)];
    if (p !== a || q !== b) {
      binaryLoop(kernel, p, q, out);
      return;
    }
  }
  let at = out.offset;
  do {
    kernel(
      rows, cols, x, offsets[0], rowSteps[0], colSteps[0], y, offsets[1], rowSteps[1], colSteps[1], o, at,
    ); // prettier-ignore
    at += rows * cols;
  } while (pairs.next());
}

/** Whether a kernel would pick up one of {@link pairs} element by element, in many short rows or in many small planes. */
function isScattered(operand: 0 | 1): boolean {
  const { outer, rows, cols, rowSteps, colSteps } = pairs;
  if (outer > 0 && rows * cols < TILE) return true;
  const [row, col] = [rowSteps[operand], colSteps[operand]];
  if (col !== 1) return col !== 0;
  return rows > 1 && cols < LONG && row !== 0 && row !== cols;
}

/** The plane of rows and columns of one of {@link pairs}, packed. */
function pairedPlane(operand: 0 | 1, x: Tensor): Tensor {
  const { rows, cols, offsets, rowSteps, colSteps } = pairs;
  const out = allocateTensor([rows, cols], x.dtype);
  kernels.copy(
    out.shape, x.storage.array, offsets[operand], [rowSteps[operand], colSteps[operand]],
    out.storage.array, out.offset, out.strides,
  ); // prettier-ignore
  return out;
}

/** Runs the `where` kernel over three operands, broadcast to the shape of the contiguous out. */
export function whereLoop(cond: Tensor, a: Tensor, b: Tensor, out: Tensor): void {
  const { shape } = out;
  if (out.numel() === 0) return;
  triples.start(shape, [cond, a, b]);
  const { rows, cols, offsets, rowSteps, colSteps } = triples;
  let at = out.offset;
  do {
    kernels.where(
      rows, cols,
      boolArray(cond), offsets[0], rowSteps[0], colSteps[0],
      a.storage.array, offsets[1], rowSteps[1], colSteps[1],
      b.storage.array, offsets[2], rowSteps[2], colSteps[2],
      out.storage.array, at,
    ); // prettier-ignore
    at += rows * cols;
  } while (triples.next());
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
 * those of the remaining dims in order. Dims that are no neighbours are reduced in turn, the last ones first, which needs
 * no copy of x: the kernel must be one that combines its results as it does elements.
 */
export function reduceLoop(kernel: ReduceKernel, x: Tensor, dims: readonly number[], out: Tensor): void {
  const { shape } = x;
  let source = packed(x);
  let inner = 1;
  let d = shape.length - 1;
  let k = dims.length - 1;
  for (;;) {
    // Dims that stay, then neighbours that go; a dim of extent 1 parts no neighbours.
    for (; d >= 0 && d !== dims[k]; d--) inner *= shape[d];
    let size = 1;
    for (; d >= 0 && (d === dims[k] || shape[d] === 1); d--) {
      size *= shape[d];
      if (d === dims[k]) k--;
    }
    let outer = 1;
    for (let i = 0; i <= d; i++) outer *= shape[i];
    while (k >= 0 && shape[dims[k]] === 1) k--;
    if (size === 1 && k >= 0) continue;
    const to = k < 0 ? out : allocateTensor([outer * inner], out.dtype);
    const [from, into] = [source.storage.array, to.storage.array];
    if (size === 1) kernel(outer * inner, 1, 1, from, source.offset, into, to.offset);
    else kernel(outer, size, inner, from, source.offset, into, to.offset);
    if (k < 0) return;
    source = to;
  }
}
