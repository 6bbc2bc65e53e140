/* LU factors, and what is solved with them. */
import { kernels } from '@retrograd/kernels';
import { DTypeError, ShapeError } from '../../errors.ts';
import { formatShape, sameShape } from '../../shape.ts';
import { applyAll, defineMultiOp } from '../../tape/record.ts';
import { allocateTensor, floatArray, indexArray, type Tensor } from '../../tensor.ts';
import { add, sub } from '../arithmetic.ts';
import { cat } from '../join.ts';
import { packed } from '../loops.ts';
import { product } from '../matmul.ts';
import { checkTensor } from '../promote.ts';
import { narrow } from '../slice.ts';
import { tril, triu } from '../triangle.ts';
import { mT } from '../view.ts';
import {
  batchOf,
  checkMatrices,
  checkSameDType,
  checkSquare,
  identityLike,
  lastTwo,
  rowOrder,
} from './matrices.ts';
import { solveTriangular } from './triangular.ts';

const { min } = Math;

/** The compact factors of P·A = L·U, L below the diagonal and U above, and the row exchanges that P consists of. */
export const luFactorOp = defineMultiOp({
  name: 'linalg.luFactor',
  inputs: ['A'],
  outputs: ['LU', 'pivots'],
  shape: ([A], _attrs: object) => [A.shape, [...batchOf(A), min(...lastTwo(A.shape))]] as const,
  dtype: ([A]) => [A.dtype, 'int32'] as const,
  forward: ([A], _, LU, pivots) => {
    const [m, n] = lastTwo(A.shape);
    const a = packed(A);
    const steps = min(m, n);
    for (let i = 0, count = pivots.numel() / (steps || 1); i < count; i++) {
      kernels.lu(
        m, n, floatArray(a), a.offset + i * m * n, floatArray(LU), i * m * n, indexArray(pivots), i * steps,
      ); // prettier-ignore
    }
  },
  saves: { A: ['LU', 'pivots'] },
  vjp: { A: (g, { LU, pivots }) => luGradient(g, LU, pivots) },
});

/**
 * With B = Pᵀ·A the square part B₁ = L₁·U₁ has the cotangent L₁⁻ᵀ·(tril₋₁(L₁ᵀ·ḡL) + triu(ḡU·U₁ᵀ))·U₁⁻ᵀ. Further columns
 * are U₂ = L₁⁻¹·B₂, further rows L₂ = B₂·U₁⁻¹: their cotangents go through to B₂, L₁ and U₁.
 */
function luGradient(g: Tensor, LU: Tensor, pivots: Tensor): Tensor {
  const [m, n] = lastTwo(LU.shape);
  const k = min(m, n);
  const square = (x: Tensor): Tensor => narrow(narrow(x, -2, 0, k), -1, 0, k);
  const factors = square(LU);
  const throughL = (x: Tensor): Tensor =>
    solveTriangular(mT(factors), x, { upper: true, unitriangular: true });
  const throughU = (x: Tensor): Tensor => solveTriangular(mT(factors), x, { upper: false, left: false });
  let ofL = tril(square(g), -1);
  let ofU = triu(square(g));
  let rest: Tensor | null = null;
  if (n > m) {
    rest = throughL(narrow(g, -1, m, n - m));
    ofL = sub(ofL, tril(product(rest, narrow(LU, -1, m, n - m), { transposeB: true }), -1));
  } else if (m > n) {
    rest = throughU(narrow(g, -2, n, m - n));
    ofU = sub(ofU, triu(product(narrow(LU, -2, n, m - n), rest, { transposeA: true })));
  }
  const L = add(tril(factors, -1), identityLike(factors));
  const inner = add(
    tril(product(L, ofL, { transposeA: true }), -1),
    triu(product(ofU, triu(factors), { transposeB: true })),
  );
  const first = throughU(throughL(inner));
  const ofB = rest === null ? first : cat([first, rest], n > m ? -1 : -2);
  return product(permutation(pivots, m, LU), ofB);
}

/** P [batch…, m, m] with P·L·U = A: the identity with its rows exchanged as LAPACK's pivots say. */
function permutation(pivots: Tensor, m: number, like: Tensor): Tensor {
  const P = allocateTensor([...batchOf(like), m, m], like.dtype);
  const p = packed(pivots);
  const exchanges = indexArray(p);
  const steps = p.shape[p.ndim - 1];
  const count = P.numel() / (m * m || 1);
  for (let b = 0; b < count; b++) {
    const own = exchanges.subarray(p.offset + b * steps, p.offset + (b + 1) * steps);
    rowOrder(own, m).forEach((row, i) => (P.storage.array[(b * m + row) * m + i] = 1));
  }
  return P;
}

/** The compact LU factors of a matrix, as {@link luFactor} returns them. */
export interface LUFactors {
  /** [batch…, m, n]: U on and above the diagonal; L below, its diagonal of ones implied. */
  readonly LU: Tensor;
  /** int32 [batch…, min(m, n)]: in step i row i was exchanged with row pivots[i] − 1. */
  readonly pivots: Tensor;
}

/**
 * The compact LU factors with partial pivoting of A [batch…, m, n], for {@link luSolve} (torch.linalg.lu_factor).
 * Differentiable where the leading min(m, n) columns are independent.
 *
 * @throws ShapeError for fewer than two dims; DTypeError unless A is floating.
 */
export function luFactor(A: Tensor): LUFactors {
  return factored('linalg.luFactor', A);
}

function factored(op: string, A: Tensor): LUFactors {
  checkMatrices(op, A);
  const [LU, pivots] = applyAll(luFactorOp, [A], {});
  return { LU, pivots };
}

function checkPivots(op: string, LU: Tensor, pivots: Tensor): void {
  checkTensor(op, pivots);
  if (pivots.dtype !== 'int32')
    throw new DTypeError(`${op}: expected pivots to be int32, got ${pivots.dtype}`);
  const expected = [...batchOf(LU), min(...lastTwo(LU.shape))];
  if (!sameShape(pivots.shape, expected)) {
    throw new ShapeError(
      `${op}: Number of pivots per batch should be same as the dimension of the matrix: pivots ` +
        `${formatShape(pivots.shape)} for LU ${formatShape(LU.shape)}`,
    );
  }
}

/**
 * A = P·L·U (torch.linalg.lu) for A [batch…, m, n]: a permutation matrix P [m, m], L [m, k] with ones on its diagonal and
 * zeros above it, and U [k, n] with zeros below its diagonal; k = min(m, n).
 *
 * @throws ShapeError for fewer than two dims; DTypeError unless A is floating.
 */
export function lu(A: Tensor): { readonly P: Tensor; readonly L: Tensor; readonly U: Tensor } {
  const { LU, pivots } = factored('linalg.lu', A);
  return unpacked(LU, pivots);
}

/**
 * P, L and U with A = P·L·U from the compact factors that {@link luFactor} makes of A (torch.lu_unpack).
 *
 * @throws ShapeError unless the pivots are min(m, n) per matrix; DTypeError unless LU is floating and pivots int32.
 */
export function luUnpack(
  LU: Tensor,
  pivots: Tensor,
): { readonly P: Tensor; readonly L: Tensor; readonly U: Tensor } {
  checkMatrices('luUnpack', LU, 'LU');
  checkPivots('luUnpack', LU, pivots);
  return unpacked(LU, pivots);
}

function unpacked(LU: Tensor, pivots: Tensor): { P: Tensor; L: Tensor; U: Tensor } {
  const [m, n] = lastTwo(LU.shape);
  const k = min(m, n);
  const unit = allocateTensor([m, k], LU.dtype);
  for (let i = 0; i < k; i++) unit.storage.array[i * k + i] = 1;
  return {
    P: permutation(pivots, m, LU),
    L: add(tril(narrow(LU, -1, 0, k), -1), unit),
    U: triu(narrow(LU, -2, 0, k)),
  };
}

/** Options of {@link luSolve}. */
export interface LUSolveOptions {
  /** Solve A·X = B; if false, X·A = B. Default true. */
  readonly left?: boolean;
  /** Solve with Aᵀ in the place of A. Default false. */
  readonly adjoint?: boolean;
}

/**
 * X with A·X = B, from the factors `luFactor(A)` of square matrices; batch dims broadcast (torch.linalg.lu_solve).
 *
 * @throws ShapeError unless the shapes fit; DTypeError unless LU and B have one floating dtype and pivots is int32.
 */
export function luSolve(LU: Tensor, pivots: Tensor, B: Tensor, options: LUSolveOptions = {}): Tensor {
  const op = 'linalg.luSolve';
  const { left = true, adjoint = false } = options;
  checkSquare(op, LU);
  checkMatrices(op, B, 'B');
  checkSameDType(op, LU, B);
  const n = LU.shape[LU.ndim - 1];
  checkPivots(op, LU, pivots);
  if (!left) return mT(luSolve(LU, pivots, mT(B), { adjoint: !adjoint }));
  const P = permutation(pivots, n, LU);
  if (!adjoint) {
    const y = solveTriangular(LU, product(P, B, { transposeA: true }), { upper: false, unitriangular: true });
    return solveTriangular(LU, y, { upper: true });
  }
  const y = solveTriangular(mT(LU), B, { upper: false });
  return product(P, solveTriangular(mT(LU), y, { upper: true, unitriangular: true }));
}
