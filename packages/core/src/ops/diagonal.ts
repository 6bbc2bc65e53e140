/* Diagonals: taken as views, and put in place. */
import { ShapeError } from '../errors.ts';
import { formatShape, normalizeDim } from '../shape.ts';
import { apply } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { to } from './copy.ts';
import { defineParts } from './part.ts';
import { checkTensor } from './promote.ts';
import { sum } from './reduce.ts';
import { reshape } from './view.ts';

const { abs, max, min } = Math;
const { isInteger } = Number;

interface DiagonalAttrs {
  readonly diagonal: number;
  readonly dim1: number;
  readonly dim2: number;
}

const diagonals = defineParts<DiagonalAttrs>(
  'diagonal',
  ({ offset, shape, strides }, { diagonal: k, dim1, dim2 }) => {
    const length = max(0, k >= 0 ? min(shape[dim1], shape[dim2] - k) : min(shape[dim1] + k, shape[dim2]));
    const skipped = length === 0 ? 0 : k >= 0 ? k * strides[dim2] : -k * strides[dim1];
    const others = (list: readonly number[]): number[] => list.filter((_, d) => d !== dim1 && d !== dim2);
    return {
      offset: offset + skipped,
      shape: [...others(shape), length],
      strides: [...others(strides), strides[dim1] + strides[dim2]],
    };
  },
);

export const { take: diagonalOp, put: diagonalScatterOp } = diagonals;

/** Options of {@link diagonal} and its kin. */
export interface DiagonalOptions {
  /** Which diagonal: 0 the main one, positive above it, negative below. Default 0. */
  readonly offset?: number;
  /** The dim that counts rows. */
  readonly dim1?: number;
  /** The dim that counts columns. */
  readonly dim2?: number;
}

function attrsOf(
  op: string,
  ndim: number,
  options: DiagonalOptions,
  dims: readonly [number, number],
): DiagonalAttrs {
  const { offset = 0, dim1 = dims[0], dim2 = dims[1] } = options;
  if (!isInteger(offset)) throw new TypeError(`${op}: offset must be an integer, got ${String(offset)}`);
  const [a, b] = [normalizeDim(op, dim1, ndim), normalizeDim(op, dim2, ndim)];
  if (a === b) throw new ShapeError(`${op}: diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
  return { diagonal: offset, dim1: a, dim2: b };
}

/**
 * The diagonals of the matrices in dims dim1 (default 0) and dim2 (default 1), along a new last dim (torch.diagonal).
 * A view.
 *
 * @throws ShapeError if the two dims are the same.
 */
export function diagonal(x: Tensor, options: DiagonalOptions = {}): Tensor {
  checkTensor('diagonal', x);
  return apply(diagonalOp, [x], attrsOf('diagonal', x.ndim, options, [0, 1]));
}

/**
 * Square matrices, zero but for one diagonal each, which the last dim of x holds; they lie in dims dim1 (default −2) and
 * dim2 (default −1) of the result (torch.diag_embed).
 *
 * @throws ShapeError for a 0-d tensor, or if the two dims are the same.
 */
export function diagEmbed(x: Tensor, options: DiagonalOptions = {}): Tensor {
  checkTensor('diagEmbed', x);
  if (x.ndim === 0) throw new ShapeError('diagEmbed: expects at least a 1-d tensor');
  const attrs = attrsOf('diagEmbed', x.ndim + 1, options, [-2, -1]);
  const size = x.shape[x.ndim - 1] + abs(attrs.diagonal);
  const others = x.shape.slice(0, -1);
  const shape = Array.from({ length: x.ndim + 1 }, (_, d) =>
    d === attrs.dim1 || d === attrs.dim2 ? size : (others.shift() as number),
  );
  return apply(diagonalScatterOp, [x, undefined], { ...attrs, shape });
}

/**
 * The matrix with a vector on a diagonal, or a diagonal of a matrix as a vector (torch.diag).
 *
 * @throws ShapeError unless x has one or two dims.
 */
export function diag(x: Tensor, diagonalOffset = 0): Tensor {
  checkTensor('diag', x);
  if (x.ndim === 1) return diagEmbed(x, { offset: diagonalOffset });
  if (x.ndim === 2) return diagonal(x, { offset: diagonalOffset });
  throw new ShapeError(`diag: matrix or a vector expected, got shape ${formatShape(x.shape)}`);
}

/**
 * The matrix with all elements of x, in row-major order, on a diagonal (torch.diagflat).
 */
export function diagflat(x: Tensor, options: { readonly offset?: number } | number = {}): Tensor {
  checkTensor('diagflat', x);
  return diagEmbed(reshape(x, [-1]), { offset: typeof options === 'number' ? options : options.offset });
}

/**
 * The sum of a matrix's main diagonal (torch.trace).
 *
 * @throws ShapeError unless x is a matrix.
 */
export function trace(x: Tensor): Tensor {
  checkTensor('trace', x);
  if (x.ndim !== 2) throw new ShapeError(`trace: expected a matrix, got shape ${formatShape(x.shape)}`);
  return sum(diagonal(x));
}

/**
 * x with src in the place of `diagonal(x, options)` (torch.diagonal_scatter).
 *
 * @throws ShapeError unless src has that diagonal's shape.
 */
export function diagonalScatter(x: Tensor, src: Tensor, options: DiagonalOptions = {}): Tensor {
  checkTensor('diagonalScatter', x);
  checkTensor('diagonalScatter', src);
  const attrs = attrsOf('diagonalScatter', x.ndim, options, [0, 1]);
  return apply(diagonalScatterOp, [to(src, x.dtype), x], { ...attrs, shape: x.shape });
}
