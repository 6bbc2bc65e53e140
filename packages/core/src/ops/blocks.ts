/* Tensors with more dims, side by side, in blocks and in all combinations. */
import { fromTypedArray } from '../creation.ts';
import { promoteTypes } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { to } from './copy.ts';
import { indexSelect } from './indexSelect.ts';
import { atLeast, cat, hstack, stack, tensorSplit, type Sections } from './join.ts';
import { pad } from './pad.ts';
import { checkTensor } from './promote.ts';
import { meshgrid } from './repeat.ts';
import { flatten, reshape } from './view.ts';

const { isInteger } = Number;
const Int32 = Int32Array;

/** x itself, or [1] for a 0-d tensor (torch.atleast_1d); of an array, each. */
export function atleast1d(x: Tensor): Tensor;
export function atleast1d(x: readonly Tensor[]): Tensor[];
export function atleast1d(x: Tensor | readonly Tensor[]): Tensor | Tensor[] {
  return eachAtLeast('atleast1d', x, 1);
}

/** x with at least two dims: [n] becomes [1, n] (torch.atleast_2d); of an array, each. */
export function atleast2d(x: Tensor): Tensor;
export function atleast2d(x: readonly Tensor[]): Tensor[];
export function atleast2d(x: Tensor | readonly Tensor[]): Tensor | Tensor[] {
  return eachAtLeast('atleast2d', x, 2);
}

/** x with at least three dims: [n] becomes [1, n, 1], [m, n] becomes [m, n, 1] (torch.atleast_3d); of an array, each. */
export function atleast3d(x: Tensor): Tensor;
export function atleast3d(x: readonly Tensor[]): Tensor[];
export function atleast3d(x: Tensor | readonly Tensor[]): Tensor | Tensor[] {
  return eachAtLeast('atleast3d', x, 3);
}

function eachAtLeast(op: string, x: Tensor | readonly Tensor[], n: 1 | 2 | 3): Tensor | Tensor[] {
  if (isTensor(x)) return atLeast(x, n);
  if (!Array.isArray(x))
    throw new TypeError(`${op}: expected a Tensor or an array of Tensors, got ${typeof x}`);
  checkTensors(op, x);
  return x.map((each: Tensor) => atLeast(each, n));
}

/** The tensors side by side along dim 1, vectors as columns (torch.column_stack). */
export function columnStack(tensors: readonly Tensor[]): Tensor {
  checkTensors('columnStack', tensors);
  return hstack(tensors.map((x) => (x.ndim < 2 ? reshape(x, [x.numel(), 1]) : x)));
}

/**
 * x cut along dim 1 (of a vector, dim 0) into that many equal sections, or before the indices (torch.hsplit). Views.
 *
 * @throws ShapeError for a 0-d tensor, or if the sections are not equal.
 */
export function hsplit(x: Tensor, sectionsOrIndices: Sections): Tensor[] {
  return evenSplit('hsplit', x, sectionsOrIndices, 1, x.ndim === 1 ? 0 : 1);
}

/** x cut along dim 0 (torch.vsplit): see {@link hsplit}. x has at least two dims. */
export function vsplit(x: Tensor, sectionsOrIndices: Sections): Tensor[] {
  return evenSplit('vsplit', x, sectionsOrIndices, 2, 0);
}

/** x cut along dim 2 (torch.dsplit): see {@link hsplit}. x has at least three dims. */
export function dsplit(x: Tensor, sectionsOrIndices: Sections): Tensor[] {
  return evenSplit('dsplit', x, sectionsOrIndices, 3, 2);
}

function evenSplit(op: string, x: Tensor, sectionsOrIndices: Sections, ndim: number, dim: number): Tensor[] {
  checkTensor(op, x);
  if (x.ndim < ndim) {
    throw new ShapeError(
      `${op}: requires a tensor with at least ${ndim} dimension${ndim > 1 ? 's' : ''}, but got a tensor with ${x.ndim} dimensions!`,
    );
  }
  if (typeof sectionsOrIndices === 'number' && x.shape[dim] % sectionsOrIndices !== 0) {
    throw new ShapeError(
      `${op}: attempted to split along dimension ${dim}, but the size of the dimension ${x.shape[dim]} is not ` +
        `divisible by the split_size ${sectionsOrIndices}!`,
    );
  }
  return tensorSplit(x, sectionsOrIndices, dim);
}

/**
 * The matrices on the diagonal of one, zero elsewhere, in their common dtype; vectors count as rows (torch.block_diag).
 *
 * @throws ShapeError for more than two dims.
 */
export function blockDiag(tensors: readonly Tensor[]): Tensor {
  checkTensors('blockDiag', tensors);
  const wrong = tensors.find((x) => x.ndim > 2);
  if (wrong) {
    throw new ShapeError(
      `blockDiag: Input tensors must have 2 or fewer dimensions, got shape ${formatShape(wrong.shape)}`,
    );
  }
  const dtype = tensors.map((x) => x.dtype).reduce(promoteTypes);
  const blocks = tensors.map((x) => to(atLeast(x, 2), dtype));
  const width = blocks.reduce((sum, x) => sum + x.shape[1], 0);
  let left = 0;
  const rows = blocks.map((x) => {
    const row = pad(x, [left, width - left - x.shape[1]]);
    left += x.shape[1];
    return row;
  });
  return cat(rows, 0);
}

/**
 * All tuples of one element of each vector, as rows, the last varying fastest (torch.cartesian_prod); of one vector,
 * that vector.
 *
 * @throws ShapeError unless all are vectors.
 */
export function cartesianProd(tensors: readonly Tensor[]): Tensor {
  checkTensors('cartesianProd', tensors);
  const wrong = tensors.find((x) => x.ndim !== 1);
  if (wrong)
    throw new ShapeError(`cartesianProd: Expect a 1D vector, but got shape ${formatShape(wrong.shape)}`);
  if (tensors.length === 1) return tensors[0];
  return stack(meshgrid(tensors).map((grid) => flatten(grid)), 1); // prettier-ignore
}

/**
 * All choices of r elements of a vector, as rows, in the order of their positions (torch.combinations).
 *
 * @throws ShapeError unless x is a vector; RangeError unless r is an integer and not negative.
 */
export function combinations(
  x: Tensor,
  r: number | { readonly withReplacement?: boolean } = 2,
  options: { readonly withReplacement?: boolean } = {},
): Tensor {
  checkTensor('combinations', x);
  if (typeof r === 'object') return combinations(x, 2, r);
  if (x.ndim !== 1)
    throw new ShapeError(`combinations: Expect a 1D vector, but got shape ${formatShape(x.shape)}`);
  if (!isInteger(r) || r < 0)
    throw new RangeError(`combinations: Expect a non-negative number, but got ${String(r)}`);
  const step = options.withReplacement === true ? 0 : 1;
  const rows = choices(0, x.numel(), r, step);
  const index = Int32.from(rows.flat());
  const chosen = indexSelect(x, 0, fromTypedArray(index, [index.length]));
  return r === 0 ? chosen : reshape(chosen, [rows.length, r]);
}

/** All rising sequences of r positions from `start` up to n, neighbours at least `step` apart. */
function choices(start: number, n: number, r: number, step: number): number[][] {
  if (r === 0) return [[]];
  const rows: number[][] = [];
  for (let first = start; first < n; first++) {
    for (const rest of choices(first + step, n, r - 1, step)) rows.push([first, ...rest]);
  }
  return rows;
}

function checkTensors(op: string, tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors) || !tensors.every(isTensor))
    throw new TypeError(`${op}: expected an array of Tensors`);
  if (tensors.length === 0) throw new ShapeError(`${op}: expected a non-empty list of Tensors`);
}
