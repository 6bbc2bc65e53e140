/* Tensors joined into one, and one cut into several. */
import { promoteTypes } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { formatShape, normalizeDim, sameShape, type Shape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { allocateTensor, isTensor, viewAs, type Tensor } from '../tensor.ts';
import { to } from './copy.ts';
import { copyInto } from './loops.ts';
import { checkTensor } from './promote.ts';
import { narrow, select } from './slice.ts';
import { reshape, unsqueeze } from './view.ts';

const { ceil, floor, max, min } = Math;
const { isInteger } = Number;

/** Where functions take one dim: a number, or an options object that holds it. */
export type DimArgument = number | { readonly dim?: number };

interface CatAttrs {
  readonly dim: number;
  /** Where along dim each tensor begins. */
  readonly starts: readonly number[];
}

/** An empty list joins with anything: PyTorch's cat skips 1-d tensors of size 0. */
const isSkipped = (shape: Shape): boolean => shape.length === 1 && shape[0] === 0;

export const catOp = defineOp({
  name: 'cat',
  inputs: ['...tensors'],
  shape: (tensors, { dim }: CatAttrs) => {
    let first: Shape | null = null;
    let extent = 0;
    tensors.forEach(({ shape }, i) => {
      if (shape.length === 0) {
        throw new ShapeError(`cat: zero-dimensional tensor (at position ${i}) cannot be concatenated`);
      }
      if (isSkipped(shape)) return;
      first ??= shape;
      const expected = first;
      if (shape.length !== expected.length) {
        throw new ShapeError(
          `cat: Tensors must have same number of dimensions: got ${expected.length} and ${shape.length} ` +
            `(${formatShape(expected)} and ${formatShape(shape)} at position ${i})`,
        );
      }
      if (shape.some((n, d) => d !== dim && n !== expected[d])) {
        throw new ShapeError(
          `cat: Sizes of tensors must match except in dimension ${dim}: ${formatShape(expected)} and ` +
            `${formatShape(shape)} at position ${i}`,
        );
      }
      extent += shape[dim];
    });
    const model: Shape = first ?? [0];
    return model.map((n, d) => (d === dim ? extent : n));
  },
  forward: (tensors, { dim, starts }, out) =>
    tensors.forEach((x, i) => {
      if (!isSkipped(x.shape))
        copyInto(x, viewAs(out, out.offset + starts[i] * out.strides[dim], x.shape, out.strides));
    }),
  vjp: {
    tensors: (g, { attrs: { dim, starts }, specs }, i) => {
      const { shape } = specs[i];
      return isSkipped(shape) ? allocateTensor(shape, g.dtype) : narrow(g, dim, starts[i], shape[dim]);
    },
  },
});

/**
 * The tensors one after the other along a dim (torch.cat), in their common dtype. They have equal extents in all other
 * dims; 1-d tensors of size 0 fit everywhere.
 *
 * @throws ShapeError if other extents differ, or for 0-d tensors (stack joins those).
 */
export function cat(tensors: readonly Tensor[], dim: DimArgument = 0): Tensor {
  const list = sameType('cat', tensors);
  const model = list.find((x) => !isSkipped(x.shape)) ?? list[0];
  const at = normalizeDim('cat', dimOf(dim), model.ndim);
  let end = 0;
  const starts = list.map((x) => {
    const start = end;
    end += isSkipped(x.shape) ? 0 : x.shape[at];
    return start;
  });
  return apply(catOp, list, { dim: at, starts });
}

export const stackOp = defineOp({
  name: 'stack',
  inputs: ['...tensors'],
  shape: (tensors, { dim }: { dim: number }) => {
    const { shape } = tensors[0];
    tensors.forEach((x, i) => {
      if (!sameShape(x.shape, shape)) {
        throw new ShapeError(
          `stack: stack expects each tensor to be equal size, but got ${formatShape(shape)} at entry 0 and ` +
            `${formatShape(x.shape)} at entry ${i}`,
        );
      }
    });
    return [...shape.slice(0, dim), tensors.length, ...shape.slice(dim)];
  },
  forward: (tensors, { dim }, out) => {
    const strides = out.strides.filter((_, d) => d !== dim);
    tensors.forEach((x, i) => copyInto(x, viewAs(out, out.offset + i * out.strides[dim], x.shape, strides)));
  },
  vjp: { tensors: (g, { attrs: { dim } }, i) => select(g, dim, i) },
});

/**
 * The tensors along a new dim (torch.stack), in their common dtype. They have equal shapes.
 *
 * @throws ShapeError if shapes differ.
 */
export function stack(tensors: readonly Tensor[], dim: DimArgument = 0): Tensor {
  const list = sameType('stack', tensors);
  return apply(stackOp, list, { dim: normalizeDim('stack', dimOf(dim), list[0].ndim + 1) });
}

/** The tensors side by side: along dim 1, or along dim 0 if they are 1-d or 0-d (torch.hstack). */
export function hstack(tensors: readonly Tensor[]): Tensor {
  const list = sameType('hstack', tensors).map((x) => atLeast(x, 1));
  return cat(list, list[0].ndim === 1 ? 0 : 1);
}

/** The tensors below each other, as rows if they are 1-d or 0-d (torch.vstack). */
export function vstack(tensors: readonly Tensor[]): Tensor {
  return cat(
    sameType('vstack', tensors).map((x) => atLeast(x, 2)),
    0,
  );
}

/** The tensors behind each other along dim 2; [n] and [m, n] count as [1, n, 1] and [m, n, 1] (torch.dstack). */
export function dstack(tensors: readonly Tensor[]): Tensor {
  return cat(
    sameType('dstack', tensors).map((x) => atLeast(x, 3)),
    2,
  );
}

/**
 * x cut along a dim into pieces of a size (the last may be smaller), or of the sizes listed (torch.split). Views.
 *
 * @throws RangeError for a negative size; ShapeError if the sizes listed do not add up to the extent.
 */
export function split(x: Tensor, sizeOrSizes: number | readonly number[], dim: DimArgument = 0): Tensor[] {
  const [at, extent] = dimAndExtent('split', x, dim);
  if (typeof sizeOrSizes !== 'number') {
    const total = sizeOrSizes.reduce((a, b) => a + b, 0);
    if (total !== extent || sizeOrSizes.some((n) => n < 0)) {
      throw new ShapeError(
        `split: split_with_sizes expects split_sizes to sum exactly to ${extent} (input tensor's size at dimension ` +
          `${at}) and to be non-negative, but got split_sizes=${formatShape(sizeOrSizes)}`,
      );
    }
    return pieces(x, at, sizeOrSizes);
  }
  const size = sizeOrSizes;
  if (!isInteger(size) || size < 0 || (size === 0 && extent !== 0)) {
    throw new RangeError(
      `split: split expects split_size be ${size === 0 ? 'positive' : 'a non-negative integer'}, got ${size} for ` +
        `dimension size of ${extent}`,
    );
  }
  const count = size === 0 ? 1 : max(1, ceil(extent / size));
  return pieces(
    x,
    at,
    Array.from({ length: count }, (_, i) => min(size, extent - i * size)),
  );
}

/**
 * x cut along a dim into at most `chunks` pieces of equal size (the last may be smaller) (torch.chunk). Views.
 *
 * @throws RangeError unless `chunks` is positive.
 */
export function chunk(x: Tensor, chunks: number, dim: DimArgument = 0): Tensor[] {
  const [at, extent] = dimAndExtent('chunk', x, dim);
  if (!isInteger(chunks) || chunks < 1) {
    throw new RangeError(`chunk: chunk expects chunks to be greater than 0, got: ${chunks}`);
  }
  if (extent === 0) return pieces(x, at, new Array<number>(chunks).fill(0));
  return split(x, ceil(extent / chunks), at);
}

/** How {@link tensorSplit} is told where to cut: a number of sections, or indices; either also as an int32 tensor. */
export type Sections = number | readonly number[] | Tensor;

/**
 * x cut along a dim into exactly `sections` pieces, the first ones larger by one where needed, or before each of the
 * indices listed (torch.tensor_split). Views.
 *
 * @throws RangeError unless the number of sections is positive; TypeError for indices that are no integers.
 */
export function tensorSplit(x: Tensor, sectionsOrIndices: Sections, dim: DimArgument = 0): Tensor[] {
  if (isTensor(sectionsOrIndices)) return tensorSplit(x, sectionsIn(sectionsOrIndices), dim);
  const [at, extent] = dimAndExtent('tensorSplit', x, dim);
  if (typeof sectionsOrIndices === 'number') {
    const n = sectionsOrIndices;
    if (!isInteger(n) || n < 1) {
      throw new RangeError(`tensorSplit: number of sections must be larger than 0, got ${n}`);
    }
    return pieces(
      x,
      at,
      Array.from({ length: n }, (_, i) => floor(extent / n) + (i < extent % n ? 1 : 0)),
    );
  }
  if (!Array.isArray(sectionsOrIndices) || !sectionsOrIndices.every(isInteger)) {
    throw new TypeError(
      `tensorSplit: expected a number of sections or a list of indices, got ${String(sectionsOrIndices)}`,
    );
  }
  const indices: readonly number[] = sectionsOrIndices;
  const clamped = indices.map((i) => (i < 0 ? max(0, i + extent) : min(i, extent)));
  return [...clamped, extent].map((end, i) => {
    const start = i === 0 ? 0 : clamped[i - 1];
    return narrow(x, at, start, max(0, end - start));
  });
}

function sectionsIn(x: Tensor): number | number[] {
  if (x.dtype === 'int32' && x.ndim === 0) return x.item();
  if (x.dtype === 'int32' && x.ndim === 1) return x.toArray() as number[];
  throw new ShapeError(
    `tensorSplit: expected the sections or indices as a zero-dimensional or one-dimensional int32 tensor, but got ` +
      `${x.dtype} ${formatShape(x.shape)}`,
  );
}

/** The slices of x along a dim, without that dim (torch.unbind). Views. */
export function unbind(x: Tensor, dim: DimArgument = 0): Tensor[] {
  const [at, extent] = dimAndExtent('unbind', x, dim);
  return Array.from({ length: extent }, (_, i) => select(x, at, i));
}

function pieces(x: Tensor, dim: number, sizes: readonly number[]): Tensor[] {
  let start = 0;
  return sizes.map((size) => {
    const piece = narrow(x, dim, start, size);
    start += size;
    return piece;
  });
}

/** The tensors in their common dtype. */
function sameType(op: string, tensors: readonly Tensor[]): Tensor[] {
  if (!Array.isArray(tensors)) throw new TypeError(`${op}: expected an array of Tensors`);
  if (tensors.length === 0) throw new ShapeError(`${op}: expected a non-empty list of Tensors`);
  tensors.forEach((x: unknown) => checkTensor(op, x));
  const dtype = tensors.map((x: Tensor) => x.dtype).reduce(promoteTypes);
  return tensors.map((x: Tensor) => to(x, dtype));
}

/** x with dims of extent 1 until there are n, as numpy's atleast_nd places them. */
export function atLeast(x: Tensor, n: 1 | 2 | 3): Tensor {
  if (x.ndim === 0) return reshape(x, new Array<number>(n).fill(1));
  const y = x.ndim === 1 && n > 1 ? unsqueeze(x, 0) : x;
  return y.ndim === 2 && n > 2 ? unsqueeze(y, 2) : y;
}

function dimOf(dim: DimArgument): number {
  return typeof dim === 'number' ? dim : (dim.dim ?? 0);
}

function dimAndExtent(op: string, x: Tensor, dim: DimArgument): [number, number] {
  checkTensor(op, x);
  if (x.ndim === 0) throw new ShapeError(`${op}: expects at least a 1-dimensional tensor`);
  const at = normalizeDim(op, dimOf(dim), x.ndim);
  return [at, x.shape[at]];
}
