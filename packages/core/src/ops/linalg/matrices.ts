/* Batches of matrices: the last two dims of a tensor are rows and columns, those before them count matrices. */
import { eye } from '../../creation.ts';
import { isFloating } from '../../dtype.ts';
import { DTypeError, LinAlgError, ShapeError } from '../../errors.ts';
import { broadcastShapes, broadcastStrides, numelOf, type Shape } from '../../shape.ts';
import { allocateTensor, type Tensor } from '../../tensor.ts';
import { checkTensor, scalar } from '../promote.ts';
import { unsqueeze } from '../view.ts';
import { where } from '../where.ts';

/** Throws unless x is a floating tensor. */
export function checkFloating(op: string, x: Tensor): void {
  checkTensor(op, x);
  if (!isFloating(x.dtype)) {
    throw new DTypeError(
      `${op}: Expected a floating point tensor as input. Got ${x.dtype}; convert with to('float32')`,
    );
  }
}

/** Throws unless A is a floating tensor of matrices. */
export function checkMatrices(op: string, A: Tensor, name = 'A'): void {
  checkFloating(op, A);
  if (A.ndim < 2) {
    throw new ShapeError(
      `${op}: The input tensor ${name} must have at least 2 dimensions, but it has ${A.ndim}`,
    );
  }
}

/** Throws unless A is a floating tensor of square matrices. */
export function checkSquare(op: string, A: Tensor): void {
  checkMatrices(op, A);
  const [m, n] = lastTwo(A.shape);
  if (m !== n) {
    throw new ShapeError(`${op}: A must be batches of square matrices, but they are ${m} by ${n} matrices`);
  }
}

/** Throws unless A and B have one dtype. */
export function checkSameDType(op: string, A: Tensor, B: Tensor): void {
  checkTensor(op, B);
  if (A.dtype !== B.dtype) {
    throw new DTypeError(
      `${op}: Expected A and B to have the same dtype, but found ${A.dtype} and ${B.dtype}; use to()`,
    );
  }
}

/** Rows and columns. */
export function lastTwo(shape: Shape): [number, number] {
  return [shape[shape.length - 2], shape[shape.length - 1]];
}

/** The dims that count matrices. */
export function batchOf(x: Tensor): Shape {
  return x.shape.slice(0, -2);
}

/** The batch dims two tensors of matrices broadcast to. */
export function commonBatch(op: string, A: Tensor, B: Tensor): Shape {
  return broadcastShapes(`${op}: batch dims`, batchOf(A), batchOf(B));
}

/** How many matrices there are. */
export function countMatrices(x: Tensor): number {
  return numelOf(batchOf(x));
}

/** Where each matrix of x begins in its storage, for every position of the batch dims it is broadcast to. */
export function matrixOffsets(x: Tensor, batch: Shape = batchOf(x)): number[] {
  const strides = broadcastStrides(batchOf(x), x.strides.slice(0, -2), batch);
  return batch.reduce<number[]>(
    (all, extent, d) => all.flatMap((at) => Array.from({ length: extent }, (_, i) => at + i * strides[d])),
    [x.offset],
  );
}

/** Which of m rows stands where after the exchanges that `kernels.lu` reports: in step i row i with pivots[i] − 1. */
export function rowOrder(pivots: ArrayLike<number>, m: number): number[] {
  const rows = Array.from({ length: m }, (_, i) => i);
  for (let i = 0; i < pivots.length; i++) {
    const other = pivots[i] - 1;
    [rows[i], rows[other]] = [rows[other], rows[i]];
  }
  return rows;
}

/** Numbers, one per matrix, as 1 × 1 matrices that broadcast. */
export function perMatrix(x: Tensor): Tensor {
  return unsqueeze(unsqueeze(x, -1), -1);
}

/** Vectors as matrices of one column. */
export function asColumn(x: Tensor): Tensor {
  return unsqueeze(x, -1);
}

/** Vectors as matrices of one row. */
export function asRow(x: Tensor): Tensor {
  return unsqueeze(x, -2);
}

/** The identity, as large and of the same dtype as a square matrix. */
export function identityLike(A: Tensor): Tensor {
  return eye(A.shape[A.ndim - 1], undefined, { dtype: A.dtype });
}

/** A value that does not depend on A, as if it did: on the tape, with the gradient 0. */
export function constantOf(A: Tensor, value: Tensor): Tensor {
  return where(scalar(true, 'bool'), value, A);
}

/** A float64 matrix off the tape, in which factors are kept until the result is rounded. */
export function scratch(...shape: number[]): Tensor {
  return allocateTensor(shape, 'float64');
}

/** The error for matrix `i` of a batch. */
export function failure(op: string, A: Tensor, i: number, what: string): LinAlgError {
  return new LinAlgError(`${op}: ${A.ndim > 2 ? `(Batch element ${i}): ` : ''}${what}`);
}

/** The error for a factorisation that found NaN or an infinity. */
export function nonFinite(op: string, A: Tensor, i: number): LinAlgError {
  return failure(
    op,
    A,
    i,
    'The algorithm failed to converge because the input matrix contained non-finite values.',
  );
}
