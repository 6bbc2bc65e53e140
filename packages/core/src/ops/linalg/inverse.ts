/* Inverses and linear systems of square matrices. */
import { kernels } from '@retrograd/kernels';
import { ShapeError } from '../../errors.ts';
import { formatShape, numelOf, sameShape } from '../../shape.ts';
import { apply, defineOp } from '../../tape/record.ts';
import { allocateTensor, floatArray, indexArray, type Tensor } from '../../tensor.ts';
import { neg } from '../arithmetic.ts';
import { packed } from '../loops.ts';
import { product } from '../matmul.ts';
import { mT, movedim, reshape, squeeze } from '../view.ts';
import {
  asColumn,
  batchOf,
  checkFloating,
  checkMatrices,
  checkSameDType,
  checkSquare,
  commonBatch,
  failure,
  identityLike,
  lastTwo,
  matrixOffsets,
  rowOrder,
  scratch,
} from './matrices.ts';

/** out ← A⁻¹·B per position of out's batch dims, by elimination. `onZero` hears of a zero among the pivots, from 1. */
function eliminate(A: Tensor, B: Tensor, out: Tensor, onZero: (i: number, pivot: number) => void): void {
  const [n, k] = lastTwo(out.shape);
  const [a, b] = [packed(A), packed(B)];
  const [as, bs] = [matrixOffsets(a, batchOf(out)), matrixOffsets(b, batchOf(out))];
  const lu = floatArray(scratch(n, n));
  const x = floatArray(scratch(n, k));
  const pivots = indexArray(allocateTensor([n], 'int32'));
  const from = floatArray(b);
  as.forEach((at, i) => {
    const zero = kernels.lu(n, n, floatArray(a), at, lu, 0, pivots, 0);
    if (zero !== 0) onZero(i, zero);
    rowOrder(pivots, n).forEach((row, to) =>
      x.set(from.subarray(bs[i] + row * k, bs[i] + (row + 1) * k), to * k),
    );
    kernels.solveTriangular(n, k, false, true, lu, 0, n, 1, x, 0, x, 0);
    kernels.solveTriangular(n, k, true, false, lu, 0, n, 1, x, 0, x, 0);
    floatArray(out).set(x, i * n * k);
  });
}

export const invOp = defineOp({
  name: 'linalg.inv',
  inputs: ['A'],
  shape: ([A], _attrs: { readonly checked: boolean }) => A.shape,
  forward: ([A], { checked }, out) =>
    eliminate(A, identityLike(A), out, (i, pivot) => {
      if (!checked) return;
      throw failure(
        'linalg.inv',
        A,
        i,
        `The diagonal element ${pivot} is zero, the inversion could not be completed because the input matrix is ` +
          `singular.`,
      );
    }),
  saves: { A: ['out'] },
  vjp: {
    A: (g, { out }) => neg(product(product(out, g, { transposeA: true }), out, { transposeB: true })),
  },
});

/** A⁻¹, or infinities and NaN for a singular matrix. */
export function inverseOrInfinite(A: Tensor): Tensor {
  return apply(invOp, [A], { checked: false });
}

/**
 * The inverse of each square matrix of A [batch…, n, n] (torch.linalg.inv).
 *
 * @throws LinAlgError for a singular matrix; ShapeError unless square; DTypeError unless floating.
 */
export function inv(A: Tensor): Tensor {
  checkSquare('linalg.inv', A);
  return apply(invOp, [A], { checked: true });
}

export const solveOp = defineOp({
  name: 'linalg.solve',
  inputs: ['A', 'B'],
  shape: ([A, B]) => {
    const [n, k] = lastTwo(B.shape);
    const [rows, cols] = lastTwo(A.shape);
    if (rows !== n) {
      throw new ShapeError(
        `linalg.solve: Incompatible shapes of A and B for the equation AX = B (${rows}x${cols} and ${n}x${k})`,
      );
    }
    return [...commonBatch('linalg.solve', A, B), n, k];
  },
  forward: ([A, B], _, out) =>
    eliminate(A, B, out, (i) => {
      throw failure('linalg.solve', A, i, 'The solver failed because the input matrix is singular.');
    }),
  broadcasts: true,
  saves: { A: ['A', 'out'], B: ['A'] },
  vjp: {
    A: (g, { A, out }) => neg(product(transposedSolve(A, g), out, { transposeB: true })),
    B: (g, { A }) => transposedSolve(A, g),
  },
});

/** A⁻ᵀ·g, the cotangent of B. */
function transposedSolve(A: Tensor, g: Tensor): Tensor {
  return apply(solveOp, [mT(A), g]);
}

/** Whether the right-hand side of a system with the matrices A is vectors: one, or a batch like A's (PyTorch's rule). */
export function isVectors(A: Tensor, B: Tensor): boolean {
  return B.ndim === 1 || (A.ndim - 1 === B.ndim && sameShape(A.shape.slice(0, -1), B.shape));
}

/**
 * X with A·X = B for square matrices A [batch…, n, n] and B [batch…, n, k], or X·A = B for B [batch…, k, n] with
 * `left: false`; batch dims broadcast. B may also be a vector [n], or one per matrix [batch…, n]: then so is X
 * (torch.linalg.solve).
 *
 * @throws LinAlgError for a singular matrix; ShapeError unless the shapes fit; DTypeError unless A and B have one
 * floating dtype.
 */
export function solve(A: Tensor, B: Tensor, options: { readonly left?: boolean } = {}): Tensor {
  const op = 'linalg.solve';
  const { left = true } = options;
  checkSquare(op, A);
  checkSameDType(op, A, B);
  if (isVectors(A, B)) {
    if (!left) {
      throw new ShapeError(
        `${op}: Vector broadcasting of the left hand side is not supported for left=false. In this case ${op} is ` +
          `equivalent to B / A.squeeze(-1)`,
      );
    }
    return squeeze(apply(solveOp, [A, asColumn(B)]), -1);
  }
  checkMatrices(op, B, 'B');
  return left ? apply(solveOp, [A, B]) : mT(apply(solveOp, [mT(A), mT(B)]));
}

/**
 * The inverse of A with its first `ind` dims taken as rows and the others as columns: with A of shape [rows…, cols…] the
 * result is [cols…, rows…], and `tensordot` with it undoes `tensordot` with A (torch.linalg.tensorinv).
 *
 * @throws LinAlgError for a singular A; ShapeError unless rows and columns are equally many; RangeError unless ind > 0.
 */
export function tensorinv(A: Tensor, options: { readonly ind?: number } | number = {}): Tensor {
  const op = 'linalg.tensorinv';
  const ind = typeof options === 'number' ? options : (options.ind ?? 2);
  checkFloating(op, A);
  if (!(ind > 0)) throw new RangeError(`${op}: expected a strictly positive integer for 'ind', got ${ind}`);
  const [rows, cols] = [A.shape.slice(0, ind), A.shape.slice(ind)];
  const n = numelOf(rows);
  if (n !== numelOf(cols)) throw notSquare(op, A, n, numelOf(cols));
  return reshape(inv(reshape(A, [n, n])), [...cols, ...rows]);
}

/**
 * X with tensordot(A, X) = B, over all dims of X; A of shape [dims of B…, dims of X…] after the dims in `dims` have been
 * moved to its end (torch.linalg.tensorsolve).
 *
 * @throws LinAlgError for a singular A; ShapeError unless the dims of X and B have equally many elements.
 */
export function tensorsolve(
  A: Tensor,
  B: Tensor,
  options: { readonly dims?: readonly number[] | null } = {},
): Tensor {
  const op = 'linalg.tensorsolve';
  checkFloating(op, A);
  checkSameDType(op, A, B);
  const dims = options.dims ?? [];
  const moved =
    dims.length === 0 ? A : movedim(A, dims, dims.map((_, i) => A.ndim - dims.length + i)); // prettier-ignore
  const shape = moved.shape.slice(B.ndim);
  const n = numelOf(shape);
  if (n !== B.numel() || moved.numel() !== n * n) throw notSquare(op, A, B.numel(), n);
  return reshape(solve(reshape(moved, [n, n]), reshape(B, [n])), shape);
}

function notSquare(op: string, A: Tensor, rows: number, cols: number): ShapeError {
  return new ShapeError(
    `${op}: Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but ` +
      `${formatShape(A.shape)} makes a matrix of ${rows} by ${cols}`,
  );
}
