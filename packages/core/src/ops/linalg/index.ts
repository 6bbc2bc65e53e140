/* torch.linalg: functions of matrices, in batches. */
export { cholesky, type CholeskyOptions } from './cholesky.ts';
export { det, slogdet } from './determinant.ts';
export { eigh, eigvalsh, type SymmetricEigen, type UPLO } from './eigh.ts';
export { inv, solve, tensorinv, tensorsolve } from './inverse.ts';
export { lu, luFactor, luSolve, type LUFactors, type LUSolveOptions } from './lu.ts';
export { matrixExp } from './matrixExp.ts';
export { cond, matrixNorm, norm, vectorNorm, type LinalgNormOptions, type MatrixOrd } from './norms.ts';
export {
  lstsq,
  matrixRank,
  pinv,
  type LeastSquares,
  type LeastSquaresOptions,
  type ToleranceOptions,
} from './pinv.ts';
export { cross, matrixPower, multiDot, vander, vecdot } from './products.ts';
export { householderProduct, qr, type QRMode } from './qr.ts';
export { svd, svdvals, type SVD } from './svd.ts';
export { solveTriangular, type TriangularOptions } from './triangular.ts';
