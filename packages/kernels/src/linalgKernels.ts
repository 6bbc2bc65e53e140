/* The kernels that factorise one matrix. They load it into float64 scratch memory, whatever its dtype, and round only
 * what they write, so that float32 results are as good as float32 can say. */

import type { FloatArray } from './signatures.ts';

/** Factorisations of one contiguous row-major matrix, and triangular systems. Any extent may be 0. */
export interface LinalgKernels {
  /**
   * Gaussian elimination of A [m, n] with partial pivoting: out [m, n] holds U on and above the diagonal and L below
   * (its diagonal of ones is implied). In step i row i was exchanged with row pivots[i] − 1 ≥ i; there are min(m, n)
   * pivots.
   *
   * @returns The first i, counted from 1, with U[i, i] = 0; 0 if there is none.
   */
  lu(
    m: number,
    n: number,
    a: FloatArray,
    aOffset: number,
    out: FloatArray,
    outOffset: number,
    pivots: Int32Array,
    pivotsOffset: number,
  ): number;

  /**
   * The lower triangular L [n, n] with L·Lᵀ = A, zeros above. Of A only the lower triangle is read.
   *
   * @returns The order of the first leading minor that is not positive, with L unfinished; 0 if all are.
   */
  cholesky(n: number, a: FloatArray, aOffset: number, out: FloatArray, outOffset: number): number;

  /**
   * X [n, k] with A·X = B [n, k], for A [n, n] at any strides (so a transpose is never copied), of which only the upper
   * or the lower triangle is read, and with `unitriangular` not even its diagonal, which counts as ones. A zero on the
   * diagonal gives infinities and NaN. `out` may be b's very region.
   */
  solveTriangular(
    n: number,
    k: number,
    upper: boolean,
    unitriangular: boolean,
    a: FloatArray,
    aOffset: number,
    aRow: number,
    aCol: number,
    b: FloatArray,
    bOffset: number,
    out: FloatArray,
    outOffset: number,
  ): void;

  /**
   * Householder reflections that make A [m, n] = Q·R: q [m, k] with orthonormal columns, or null if it is not wanted,
   * and r [k, n], zero below its diagonal; k = min(m, n), or m for all of Q. The signs are LAPACK's.
   */
  qr(
    m: number,
    n: number,
    k: number,
    a: FloatArray,
    aOffset: number,
    q: FloatArray | null,
    qOffset: number,
    r: FloatArray,
    rOffset: number,
  ): void;

  /**
   * The eigenvalues of a symmetric A [n, n] in rising order, and their orthonormal eigenvectors as the columns of
   * vectors [n, n]. Of A only the lower triangle is read.
   *
   * @returns Whether it succeeded: false if A holds NaN or infinities.
   */
  symmetricEigen(
    n: number,
    a: FloatArray,
    aOffset: number,
    values: FloatArray,
    valuesOffset: number,
    vectors: FloatArray,
    vectorsOffset: number,
  ): boolean;

  /**
   * A [m, n] = U·diag(s)·Vᵀ: the singular values s [min(m, n)] in falling order, u [m, p] with orthonormal columns and
   * vt [q, n] with orthonormal rows. `full` says whether p = m and q = n; else both are min(m, n).
   *
   * @returns Whether it succeeded: false if A holds NaN or infinities.
   */
  svd(
    m: number,
    n: number,
    full: boolean,
    a: FloatArray,
    aOffset: number,
    u: FloatArray,
    uOffset: number,
    s: FloatArray,
    sOffset: number,
    vt: FloatArray,
    vtOffset: number,
  ): boolean;
}
