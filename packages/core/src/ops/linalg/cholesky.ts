/* The Cholesky factorisation. */
import { kernels } from '@retrograd/kernels';
import { ShapeError } from '../../errors.ts';
import { formatShape } from '../../shape.ts';
import { apply, defineOp } from '../../tape/record.ts';
import { floatArray, type Tensor } from '../../tensor.ts';
import { add, div, neg } from '../arithmetic.ts';
import { packed } from '../loops.ts';
import { product } from '../matmul.ts';
import { tril } from '../triangle.ts';
import { mT } from '../view.ts';
import {
  batchOf,
  checkMatrices,
  checkSameDType,
  checkSquare,
  commonBatch,
  countMatrices,
  failure,
  identityLike,
  lastTwo,
  matrixOffsets,
} from './matrices.ts';
import { solveTriangular } from './triangular.ts';

const NAME = 'linalg.cholesky';

/** L with L·Lᵀ = A. Its gradient is symmetric: ½·L⁻ᵀ·(P + strictly lower Pᵀ)·L⁻¹ with P = tril(Lᵀ·g). */
export const choleskyOp = defineOp({
  name: NAME,
  inputs: ['A'],
  shape: ([A]) => A.shape,
  forward: ([A], _, out) => {
    const n = A.shape[A.ndim - 1];
    const a = packed(A);
    for (let i = 0; i < countMatrices(A); i++) {
      const failed = kernels.cholesky(n, floatArray(a), a.offset + i * n * n, floatArray(out), i * n * n);
      if (failed !== 0) {
        throw failure(
          NAME,
          A,
          i,
          `The factorization could not be completed because the input is not positive-definite (the leading minor of ` +
            `order ${failed} is not positive-definite).`,
        );
      }
    }
  },
  saves: { A: ['out'] },
  vjp: {
    A: (g, { out: L }) => {
      const P = product(L, g, { transposeA: true });
      const symmetric = add(tril(P), mT(tril(P, -1)));
      const half = solveTriangular(mT(L), symmetric, { upper: true });
      return div(solveTriangular(L, half, { upper: false, left: false }), 2);
    },
  },
});

/** Options of {@link cholesky}. */
export interface CholeskyOptions {
  /** Read the upper triangle of A and return the upper factor U with Uᵀ·U = A. Default false. */
  readonly upper?: boolean;
}

/**
 * The lower triangular L with L·Lᵀ = A for each symmetric positive-definite matrix of A [batch…, n, n], of which only the
 * lower triangle is read (torch.linalg.cholesky).
 *
 * @throws LinAlgError if a matrix is not positive-definite; ShapeError unless square; DTypeError unless floating.
 */
export function cholesky(A: Tensor, options: CholeskyOptions = {}): Tensor {
  checkSquare(NAME, A);
  return options.upper === true ? mT(apply(choleskyOp, [mT(A)])) : apply(choleskyOp, [A]);
}

/** X with L·Lᵀ·X = B. As PyTorch has it, L's gradient is that of a full matrix: −(C + Cᵀ)·L with C = ḡB·Xᵀ. */
export const choleskySolveOp = defineOp({
  name: 'choleskySolve',
  inputs: ['B', 'L'],
  shape: ([B, L]) => {
    const [n, k] = lastTwo(B.shape);
    if (L.shape[L.ndim - 1] !== n) {
      throw new ShapeError(
        `choleskySolve: Incompatible matrix sizes: each matrix of L is ${formatShape(lastTwo(L.shape))} but each of B is ` +
          formatShape([n, k]),
      );
    }
    return [...commonBatch('choleskySolve', B, L), n, k];
  },
  forward: ([B, L], _, out) => {
    const [n, k] = lastTwo(out.shape);
    const [row, col] = lastTwo(L.strides);
    const [b, l, x] = [packed(B), floatArray(L), floatArray(out)];
    const [bs, ls] = [matrixOffsets(b, batchOf(out)), matrixOffsets(L, batchOf(out))];
    ls.forEach((at, i) => {
      kernels.solveTriangular(n, k, false, false, l, at, row, col, floatArray(b), bs[i], x, i * n * k);
      kernels.solveTriangular(n, k, true, false, l, at, col, row, x, i * n * k, x, i * n * k);
    });
  },
  broadcasts: true,
  saves: { B: ['L'], L: ['L', 'out'] },
  vjp: {
    B: (g, { L }) => solvedWith(g, L),
    L: (g, { L, out }) => {
      const C = product(solvedWith(g, L), out, { transposeB: true });
      return neg(product(add(C, mT(C)), L));
    },
  },
});

function solvedWith(B: Tensor, L: Tensor): Tensor {
  return apply(choleskySolveOp, [B, L]);
}

/**
 * X with A·X = B from the Cholesky factor L of A, or with `upper` from U: L [batch…, n, n], B [batch…, n, k], the batch dims
 * broadcast (torch.cholesky_solve). Of the factor only its triangle is read.
 *
 * @throws ShapeError unless the shapes fit; DTypeError unless both have one floating dtype.
 */
export function choleskySolve(B: Tensor, L: Tensor, options: CholeskyOptions = {}): Tensor {
  checkSquare('choleskySolve', L);
  checkMatrices('choleskySolve', B, 'B');
  checkSameDType('choleskySolve', L, B);
  return solvedWith(B, options.upper === true ? mT(L) : L);
}

/**
 * The inverse of A from its Cholesky factor L [batch…, n, n], or with `upper` from U (torch.cholesky_inverse).
 *
 * @throws ShapeError unless square; DTypeError unless floating.
 */
export function choleskyInverse(L: Tensor, options: CholeskyOptions = {}): Tensor {
  checkSquare('choleskyInverse', L);
  return solvedWith(identityLike(L), options.upper === true ? mT(L) : L);
}
