/* Powers, chains and exponentials of matrices; products of vectors. */
import { arange } from '../../creation.ts';
import { ShapeError } from '../../errors.ts';
import { broadcastShapes, formatShape, normalizeDim } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { mul } from '../arithmetic.ts';
import { cross as crossProduct } from '../distance.ts';
import { checkOperands, matmul } from '../matmul.ts';
import { pow } from '../power.ts';
import { checkTensor } from '../promote.ts';
import { sum } from '../reduce.ts';
import { squeeze, unsqueeze } from '../view.ts';
import { inv } from './inverse.ts';
import { asColumn, asRow, constantOf, checkFloating, checkSquare, identityLike } from './matrices.ts';

const { isInteger } = Number;

/**
 * The n-th power of each square matrix of A [batch…, m, m], by repeated squaring; for negative n of its inverse
 * (torch.linalg.matrix_power).
 *
 * @throws LinAlgError for a negative power of a singular matrix; ShapeError unless square; TypeError unless n is an
 * integer.
 */
export function matrixPower(A: Tensor, n: number): Tensor {
  const op = 'linalg.matrixPower';
  checkSquare(op, A);
  if (!isInteger(n)) throw new TypeError(`${op}: n must be an integer, got ${String(n)}`);
  if (n === 0) return constantOf(A, identityLike(A));
  let square = n < 0 ? inv(A) : A;
  let power: Tensor | null = null;
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = power === null ? square : matmul(power, square);
    if (rest > 1) square = matmul(square, square);
  }
  return power ?? A;
}

/**
 * The product of two or more matrices, in the order of least work (torch.linalg.multi_dot). The first may be a vector,
 * taken as a row, and the last one, taken as a column: the result has no such dim.
 *
 * @throws ShapeError for fewer than two tensors, other numbers of dims, or sizes that do not fit; DTypeError for
 * different dtypes.
 */
export function multiDot(tensors: readonly Tensor[]): Tensor {
  const op = 'linalg.multiDot';
  const count = tensors.length;
  if (!(count >= 2)) throw new ShapeError(`${op}: expected at least 2 tensors but got ${count}`);
  checkOperands(op, ...tensors);
  tensors.forEach((x, i) => {
    const end = i === 0 || i === count - 1;
    if (x.ndim === 2 || (end && x.ndim === 1)) return;
    throw new ShapeError(
      `${op}: the ${i === 0 ? 'first' : end ? 'last' : 'inner'} tensor must be ${end ? '1D or ' : ''}2D but got ${x.ndim}D`,
    );
  });
  const matrices = tensors.map((x, i) => (x.ndim === 2 ? x : i === 0 ? asRow(x) : asColumn(x)));
  matrices.slice(1).forEach((x, i) => {
    if (matrices[i].shape[1] !== x.shape[0]) {
      throw new ShapeError(
        `${op}: tensors ${i} and ${i + 1} with shapes ${formatShape(tensors[i].shape)} and ` +
          `${formatShape(tensors[i + 1].shape)} cannot be multiplied`,
      );
    }
  });
  const splits = cheapestSplits([matrices[0].shape[0], ...matrices.map((x) => x.shape[1])]);
  const chain = (i: number, j: number): Tensor =>
    i === j ? matrices[i] : matmul(chain(i, splits[i][j]), chain(splits[i][j] + 1, j));
  const whole = chain(0, count - 1);
  const rows = tensors[0].ndim === 1 ? squeeze(whole, 0) : whole;
  return tensors[count - 1].ndim === 1 ? squeeze(rows, -1) : rows;
}

/** Where to split the chain from matrix i to j: after the matrix s that makes the fewest multiplications. */
function cheapestSplits(sizes: readonly number[]): number[][] {
  const count = sizes.length - 1;
  const costs = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  const splits = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  for (let length = 1; length < count; length++) {
    for (let i = 0; i + length < count; i++) {
      const j = i + length;
      costs[i][j] = Infinity;
      for (let s = i; s < j; s++) {
        const cost = costs[i][s] + costs[s + 1][j] + sizes[i] * sizes[s + 1] * sizes[j + 1];
        if (cost < costs[i][j]) [costs[i][j], splits[i][j]] = [cost, s];
      }
    }
  }
  return splits;
}

/**
 * Σ a·b along a dim, the last unless given, broadcast (torch.linalg.vecdot).
 *
 * @throws ShapeError if the shapes do not broadcast; DTypeError unless both have one floating dtype.
 */
export function vecdot(a: Tensor, b: Tensor, options: { readonly dim?: number } = {}): Tensor {
  const op = 'linalg.vecdot';
  checkFloating(op, a);
  checkOperands(op, a, b);
  const shape = broadcastShapes(op, a.shape, b.shape);
  if (shape.length === 0) return mul(a, b);
  return sum(mul(a, b), normalizeDim(op, options.dim ?? -1, shape.length));
}

/**
 * The cross products of vectors with three components along a dim, the last unless given, broadcast (torch.linalg.cross).
 *
 * @throws ShapeError unless the dim has extent 3 in both and they have equally many dims.
 */
export function cross(a: Tensor, b: Tensor, options: { readonly dim?: number } = {}): Tensor {
  return crossProduct(a, b, { dim: options.dim ?? -1 });
}

/**
 * The Vandermonde matrix of each vector of x [batch…, n]: [batch…, n, N] with the powers x⁰, x¹, … x^(N−1) (torch.linalg.vander).
 * N is n unless given.
 *
 * @throws RangeError for N < 1; ShapeError for a 0-d tensor.
 */
export function vander(x: Tensor, options: { readonly N?: number | null } = {}): Tensor {
  const op = 'linalg.vander';
  checkTensor(op, x);
  if (x.ndim === 0 && !options.N) throw new ShapeError(`${op}: expected at least a 1-d tensor`);
  const N = options.N ?? x.shape[x.ndim - 1];
  if (!(isInteger(N) && N > 1)) throw new RangeError(`${op}: N must be greater than 1, got ${N}`);
  const vectors = x.ndim === 0 ? unsqueeze(x, 0) : x;
  return pow(unsqueeze(vectors, -1), arange(N, { dtype: vectors.dtype }));
}
