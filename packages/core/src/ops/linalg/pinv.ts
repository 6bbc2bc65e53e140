/* Pseudoinverses, least squares and rank. */
import { kernels } from '@retrograd/kernels';
import type { DType } from '../../dtype.ts';
import { ShapeError } from '../../errors.ts';
import { formatShape } from '../../shape.ts';
import { apply, defineOp } from '../../tape/record.ts';
import { allocateTensor, floatArray, indexArray, isTensor, type Tensor } from '../../tensor.ts';
import { add, neg, sub } from '../arithmetic.ts';
import { expand } from '../broadcast.ts';
import { square } from '../elementwise.ts';
import { packed } from '../loops.ts';
import { matmul, product } from '../matmul.ts';
import { scalar, type TensorLike } from '../promote.ts';
import { sum } from '../reduce.ts';
import { mT, squeeze } from '../view.ts';
import { isVectors } from './inverse.ts';
import {
  asColumn,
  batchOf,
  checkMatrices,
  checkSameDType,
  checkSquare,
  countMatrices,
  lastTwo,
  nonFinite,
  scratch,
} from './matrices.ts';
import { svdvals } from './svd.ts';

const { floor, max, min } = Math;

/** Machine epsilon. */
const EPSILON: Readonly<Record<string, number>> = { float32: 2 ** -23, float64: 2 ** -52 };

/** Options of {@link pinv} and {@link matrixRank}: singular values up to max(atol, rtol·greatest) count as 0. */
export interface ToleranceOptions {
  /** The absolute tolerance: a number, or a tensor of one per matrix. Default 0. */
  readonly atol?: TensorLike | null;
  /** The relative tolerance. Default max(m, n)·epsilon of the dtype, or 0 if there is a positive atol. */
  readonly rtol?: TensorLike | null;
  /** Take A to be symmetric and read only its lower triangle. Default false. */
  readonly hermitian?: boolean;
}

interface PinvAttrs {
  readonly op: string;
  readonly hermitian: boolean;
  /** The greatest singular value of matrix i that counts as 0. */
  readonly tolerance: (i: number, greatest: number) => number;
}

/** V·diag(1/s)·Uᵀ over the singular values that do not count as 0. */
export const pinvOp = defineOp({
  name: 'linalg.pinv',
  inputs: ['A'],
  shape: ([A], _: PinvAttrs) => [...batchOf(A), A.shape[A.ndim - 1], A.shape[A.ndim - 2]],
  forward: ([A], attrs, out) => {
    const [m, n] = lastTwo(A.shape);
    const k = min(m, n);
    const a = attrs.hermitian ? mirrored(A) : packed(A);
    const [U, S, Vt] = [scratch(m, k), scratch(k), scratch(k, n)].map(floatArray);
    for (let i = 0; i < countMatrices(A); i++) {
      if (!kernels.svd(m, n, false, floatArray(a), a.offset + i * m * n, U, 0, S, 0, Vt, 0))
        throw nonFinite(attrs.op, A, i);
      const least = attrs.tolerance(i, S[0] ?? 0);
      for (let c = 0; c < k; c++) {
        const factor = S[c] > least ? 1 / S[c] : 0;
        for (let j = 0; j < n; j++) Vt[c * n + j] *= factor;
      }
      kernels.gemm(n, m, k, 1, Vt, 0, 1, n, U, 0, 1, k, 0, floatArray(out), i * m * n, m);
    }
  },
  saves: { A: ['A', 'out'] },
  vjp: { A: (g, { A, out }) => pinvGradient(g, A, out) },
});

/** The derivative of the pseudoinverse P at constant rank (Golub and Pereyra, 1973), ordered to keep products small. */
function pinvGradient(g: Tensor, A: Tensor, P: Tensor): Tensor {
  const [m, n] = lastTwo(A.shape);
  const left = { transposeA: true };
  const right = { transposeB: true };
  if (m <= n) {
    const K = product(g, P, left);
    const KP = product(K, P, right);
    const direct = product(K, P, { transposeA: true, transposeB: true });
    const rest = product(P, product(P, sub(mT(g), product(K, A))), left);
    return add(add(neg(direct), sub(KP, product(A, product(P, KP)))), rest);
  }
  const K = product(P, g, right);
  const PK = product(P, K, left);
  const direct = product(P, K, { transposeA: true, transposeB: true });
  const rest = product(product(sub(mT(g), product(A, K)), P), P, right);
  return add(add(neg(direct), rest), sub(PK, product(product(PK, P), A)));
}

/** Symmetric matrices made of the lower triangles of A. */
function mirrored(A: Tensor): Tensor {
  const [a, out] = [packed(A), allocateTensor(A.shape, A.dtype)];
  const n = A.shape[A.ndim - 1];
  for (let p = 0; p < out.numel(); p++) {
    const [row, col] = [floor(p / n) % n, p % n];
    out.storage.array[p] = a.storage.array[a.offset + (col > row ? p + (col - row) * (n - 1) : p)];
  }
  return out;
}

/** The tolerance that the options (or PyTorch's defaults) set for matrix i, given its greatest singular value. */
function toleranceOf(A: Tensor, { atol, rtol }: ToleranceOptions): PinvAttrs['tolerance'] {
  const usual = max(...lastTwo(A.shape)) * (EPSILON[A.dtype] ?? 0);
  const absolute = perMatrixNumber(A, atol ?? 0);
  const relative = isGiven(rtol) ? perMatrixNumber(A, rtol) : (i: number) => (absolute(i) > 0 ? 0 : usual);
  return (i, greatest) => max(absolute(i), relative(i) * greatest);
}

function isGiven(x: TensorLike | null | undefined): x is TensorLike {
  return x !== null && x !== undefined;
}

function perMatrixNumber(A: Tensor, x: TensorLike): (i: number) => number {
  const values = packed(expand((isTensor(x) ? x : scalar(x, 'float64')).detach(), batchOf(A)));
  return (i) => values.storage.array[values.offset + i];
}

/**
 * The Moore–Penrose pseudoinverse of each matrix of A [batch…, m, n]: [batch…, n, m] (torch.linalg.pinv). Singular values
 * up to max(atol, rtol·greatest) count as 0. Differentiable where the rank does not change.
 *
 * @throws LinAlgError for NaN or infinities; ShapeError for fewer than two dims; DTypeError unless floating.
 */
export function pinv(A: Tensor, options: ToleranceOptions = {}): Tensor {
  const op = 'linalg.pinv';
  const { hermitian = false } = options;
  (hermitian ? checkSquare : checkMatrices)(op, A);
  return apply(pinvOp, [A], { op, hermitian, tolerance: toleranceOf(A, options) });
}

/**
 * How many singular values of each matrix of A [batch…, m, n] exceed max(atol, rtol·greatest): int32 [batch…]
 * (torch.linalg.matrix_rank). Not differentiable.
 *
 * @throws LinAlgError for NaN or infinities; ShapeError for fewer than two dims; DTypeError unless floating.
 */
export function matrixRank(A: Tensor, options: ToleranceOptions = {}): Tensor {
  const op = 'linalg.matrixRank';
  (options.hermitian === true ? checkSquare : checkMatrices)(op, A);
  const S = svdvals(options.hermitian === true ? mirrored(A) : A.detach());
  return rankOf(S, toleranceOf(A, options));
}

/** How many of each matrix's singular values [batch…, k] do not count as 0. */
function rankOf(S: Tensor, tolerance: PinvAttrs['tolerance']): Tensor {
  const out = allocateTensor(S.shape.slice(0, -1), 'int32');
  const k = S.shape[S.ndim - 1];
  for (let i = 0; i < out.numel(); i++) {
    const values = floatArray(S).subarray(i * k, (i + 1) * k);
    const least = tolerance(i, values[0]);
    out.storage.array[i] = values.filter((s) => s > least).length;
  }
  return out;
}

/** What {@link lstsq} returns. */
export interface LeastSquares {
  /** [batch…, n, k], or [batch…, n] for vectors. */
  readonly solution: Tensor;
  /** Σ |A·X − B|² per column, if A has more rows than columns and full rank in every matrix; else empty. */
  readonly residuals: Tensor;
  /** The rank of each matrix: int32 [batch…]. */
  readonly rank: Tensor;
  /** The singular values of each matrix, falling: [batch…, min(m, n)]. */
  readonly singularValues: Tensor;
}

const DRIVERS = ['gels', 'gelsy', 'gelsd', 'gelss'] as const;

/** Options of {@link lstsq}. */
export interface LeastSquaresOptions {
  /** Singular values up to rcond·greatest count as 0. Default max(m, n)·epsilon of the dtype. */
  readonly rcond?: number | null;
  /**
   * PyTorch's choice of a LAPACK routine. All find the same solution here, by singular values; of the other results those
   * are empty that PyTorch leaves empty with this driver.
   */
  readonly driver?: (typeof DRIVERS)[number] | null;
}

/**
 * The X that minimises |A·X − B|, the smallest one if there are several, for A [batch…, m, n] and B [batch…, m, k], or
 * vectors B [batch…, m]; batch dims broadcast (torch.linalg.lstsq). It is pinv(A)·B, and only the solution has a
 * gradient, where A has full rank.
 *
 * @throws LinAlgError for NaN or infinities; ShapeError unless the shapes fit; DTypeError unless A and B have one
 * floating dtype.
 */
export function lstsq(A: Tensor, B: Tensor, options: LeastSquaresOptions = {}): LeastSquares {
  const op = 'linalg.lstsq';
  checkMatrices(op, A);
  checkSameDType(op, A, B);
  if (B.ndim === 0) throw new ShapeError(`${op}: input B must have at least 1 dimension, got a 0-d tensor`);
  const vectors = isVectors(A, B);
  const right = vectors ? asColumn(B) : B;
  const [m, n] = lastTwo(A.shape);
  if (right.shape[right.ndim - 2] !== m) {
    throw new ShapeError(
      `${op}: input.size(-2) should match other.size(-${vectors ? 1 : 2}): A ${formatShape(A.shape)}, B ` +
        formatShape(B.shape),
    );
  }
  const { driver } = options;
  if (driver && !DRIVERS.includes(driver)) {
    throw new TypeError(
      `${op}: parameter driver should be one of (${DRIVERS.join(', ')}), got '${String(driver)}'`,
    );
  }
  const tolerance = toleranceOf(A, { rtol: options.rcond });
  const X = matmul(apply(pinvOp, [A], { op, hermitian: false, tolerance }), right);
  const S = svdvals(A.detach());
  const rank = rankOf(S, tolerance);
  const overdetermined = m > n && indexArray(rank).every((r) => r === n);
  const nothing = (dtype: DType): Tensor => allocateTensor([0], dtype);
  const residuals =
    overdetermined && driver !== 'gelsy'
      ? sum(square(sub(matmul(A.detach(), X.detach()), right.detach())), -2)
      : nothing(A.dtype);
  return {
    solution: vectors ? squeeze(X, -1) : X,
    residuals,
    rank: driver === 'gels' ? nothing('int32') : rank,
    singularValues: driver === 'gels' || driver === 'gelsy' ? nothing(A.dtype) : S,
  };
}
