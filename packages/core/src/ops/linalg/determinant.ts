/* Determinants. The gradient of det is the cofactor matrix, which exists for singular matrices too. */
import { kernels } from '@retrograd/kernels';
import { noGrad } from '../../tape/recording.ts';
import { apply, applyAll, defineMultiOp, defineOp } from '../../tape/record.ts';
import { allocateTensor, floatArray, indexArray, type Tensor } from '../../tensor.ts';
import { add, div, mul, neg, sub } from '../arithmetic.ts';
import { expand } from '../broadcast.ts';
import { eq } from '../compare.ts';
import { diagonal } from '../diagonal.ts';
import { cat } from '../join.ts';
import { packed } from '../loops.ts';
import { product } from '../matmul.ts';
import { sum } from '../reduce.ts';
import { narrow } from '../slice.ts';
import { mT } from '../view.ts';
import { where } from '../where.ts';
import { inverseOrInfinite } from './inverse.ts';
import { batchOf, checkSquare, countMatrices, identityLike, perMatrix, scratch } from './matrices.ts';
import { singularParts } from './svd.ts';

const { abs, log, max, min } = Math;

/** For each matrix of A the diagonal of U in P·A = L·U, and the sign of the permutation P. */
function eachPivots(A: Tensor, visit: (i: number, pivots: readonly number[], sign: number) => void): void {
  const n = A.shape[A.ndim - 1];
  const a = packed(A);
  const lu = floatArray(scratch(n, n));
  const exchanges = indexArray(allocateTensor([n], 'int32'));
  for (let i = 0; i < countMatrices(A); i++) {
    kernels.lu(n, n, floatArray(a), a.offset + i * n * n, lu, 0, exchanges, 0);
    const diagonalOfU = Array.from({ length: n }, (_, d) => lu[d * (n + 1)]);
    const odd = diagonalOfU.filter((_, d) => exchanges[d] !== d + 1).length % 2;
    visit(i, diagonalOfU, odd === 1 ? -1 : 1);
  }
}

export const detOp = defineOp({
  name: 'linalg.det',
  inputs: ['A'],
  shape: ([A]) => batchOf(A),
  forward: ([A], _, out) =>
    eachPivots(A, (i, pivots, sign) => {
      out.storage.array[i] = pivots.reduce((d, p) => d * p, sign);
    }),
  saves: { A: ['A', 'out'] },
  vjp: { A: (g, { A, out }) => mul(perMatrix(g), cofactors(A, out)) },
});

/**
 * The matrix of cofactors det(A)·A⁻ᵀ, in a form whose derivatives of every order exist for singular matrices too: then
 * A is turned by its singular vectors (as constants) to M, which has a well-conditioned block M₁ on its diagonal,
 * and a Schur complement S = M₂ − M₂₁·M₁⁻¹·M₁₂ so small that only polynomials in it will do.
 */
function cofactors(A: Tensor, det: Tensor): Tensor {
  if (areInvertible(A)) return mul(perMatrix(det), mT(inverseOrInfinite(A)));
  const n = A.shape[A.ndim - 1];
  // Cofactors of so few elements are no worse computed as polynomials.
  if (n <= 3) return mT(adjugate(A));
  const { U, S, Vh } = singularParts(A.detach());
  const rank = leastRank(S);
  if (rank === 0) return mT(adjugate(A));
  const orientation = noGrad(() => mul(apply(detOp, [U]), apply(detOp, [Vh])));
  const M = product(product(U, A, { transposeA: true }), Vh, { transposeB: true });
  const block = (row: number, rows: number, col: number, cols: number): Tensor =>
    narrow(narrow(M, -2, row, rows), -1, col, cols);
  const small = n - rank;
  const M1 = block(0, rank, 0, rank);
  const inverse = inverseOrInfinite(M1);
  const right = product(inverse, block(0, rank, rank, small));
  const left = product(block(rank, small, 0, rank), inverse);
  const complement = sub(block(rank, small, rank, small), product(left, block(0, rank, rank, small)));
  const detM1 = perMatrix(apply(detOp, [M1]));
  const adjugateOfS = adjugate(complement);
  const detS = perMatrix(div(trace(product(complement, adjugateOfS)), small));
  // With M = [1 0; left 1]·diag(M₁, S)·[1 right; 0 1], cofactors being multiplicative.
  const corner = mul(detM1, mT(adjugateOfS));
  const above = product(left, corner, { transposeA: true });
  const ofM1 = add(mul(mul(detM1, detS), mT(inverse)), product(above, right, { transposeB: true }));
  const ofM = cat(
    [cat([ofM1, neg(above)], -1), cat([neg(product(corner, right, { transposeB: true })), corner], -1)],
    -2,
  );
  return mul(perMatrix(orientation), product(product(U, ofM), Vh));
}

/** Whether inverses will do for a gradient, judged by pivots: they are good, or there is nothing good to be had. */
function areInvertible(A: Tensor): boolean {
  let good = true;
  let finite = true;
  eachPivots(A, (_, pivots) => {
    const sizes = pivots.map((p) => abs(p));
    const greatest = max(...sizes);
    if (!(greatest < Infinity)) finite = false;
    if (min(...sizes) <= 1e-5 * greatest) good = false;
  });
  return good || !finite;
}

/** In how many dims all the matrices with these singular values are far from singular. */
function leastRank(S: Tensor): number {
  const n = S.shape[S.ndim - 1];
  const values = S.storage.array;
  let least = n;
  for (let p = 0; p < values.length; p += n) {
    const rank = values.subarray(p, p + n).filter((s) => s > 1e-3 * values[p]).length;
    least = min(least, rank);
  }
  return least;
}

/** adj(A), which det(A)·A⁻¹ is where there is one: Faddeev and LeVerrier's polynomial in A. */
function adjugate(A: Tensor): Tensor {
  const n = A.shape[A.ndim - 1];
  const one = identityLike(A);
  let M = expand(one, A.shape);
  for (let k = 1; k < n; k++) {
    const next = product(A, M);
    M = sub(next, mul(perMatrix(div(trace(next), k)), one));
  }
  return n % 2 === 0 ? neg(M) : M;
}

/** The sum of each matrix's diagonal. */
function trace(A: Tensor): Tensor {
  return sum(diagonal(A, { dim1: -2, dim2: -1 }), -1);
}

/** Sign and ln|det|; the sign is constant almost everywhere. */
export const slogdetOp = defineMultiOp({
  name: 'linalg.slogdet',
  inputs: ['A'],
  outputs: ['sign', 'logabsdet'],
  shape: ([A], _attrs: object) => [batchOf(A), batchOf(A)] as const,
  dtype: ([A]) => [A.dtype, A.dtype] as const,
  forward: ([A], _, sign, logabsdet) =>
    eachPivots(A, (i, pivots, permutationSign) => {
      sign.storage.array[i] = pivots.reduce((s, p) => s * Math.sign(p), permutationSign);
      logabsdet.storage.array[i] = pivots.reduce((total, p) => total + log(abs(p)), 0);
    }),
  saves: { A: ['A'] },
  vjp: {
    A: (_, { A, cotangents }) => {
      const g = cotangents[1];
      return g === null ? null : mul(perMatrix(g), mT(inverseOrInfinite(A)));
    },
  },
});

/**
 * The determinant of each square matrix of A [batch…, n, n]: [batch…] (torch.linalg.det). 1 for a matrix without
 * elements. Its derivatives of every order are right for singular matrices too.
 *
 * @throws ShapeError unless square; DTypeError unless floating.
 */
export function det(A: Tensor): Tensor {
  checkSquare('linalg.det', A);
  return apply(detOp, [A]);
}

/**
 * The sign of the determinant of each square matrix of A [batch…, n, n] and the natural logarithm of its absolute value:
 * 0 and −inf for a singular matrix (torch.linalg.slogdet). det(A) = sign·exp(logabsdet), without overflow.
 *
 * @throws ShapeError unless square; DTypeError unless floating.
 */
export function slogdet(A: Tensor): { readonly sign: Tensor; readonly logabsdet: Tensor } {
  checkSquare('linalg.slogdet', A);
  const [sign, logabsdet] = applyAll(slogdetOp, [A], {});
  return { sign, logabsdet };
}

/**
 * The natural logarithm of the determinant of each square matrix of A [batch…, n, n]: NaN where it is negative, −inf for
 * a singular matrix (torch.logdet).
 *
 * @throws ShapeError unless square; DTypeError unless floating.
 */
export function logdet(A: Tensor): Tensor {
  checkSquare('logdet', A);
  const [sign, logabsdet] = applyAll(slogdetOp, [A], {});
  return where(eq(sign, -1), NaN, logabsdet);
}
