/* The named special cases of the matrix product, and products added to a tensor. */
import { isFloating } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, isBroadcastableTo, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add, mul } from './arithmetic.ts';
import { addedProduct, checkInner, checkOperands, product, rowsOf, shaped } from './matmul.ts';
import { checkTensor } from './promote.ts';
import { permute, reshape } from './view.ts';

/** Options of {@link addmm} and its kin. */
export interface AddmmOptions {
  /** Multiplies the tensor that is added; with 0 it is ignored, NaNs included. Default 1. */
  readonly beta?: number;
  /** Multiplies the product. Default 1. */
  readonly alpha?: number;
}

/**
 * The product of two matrices [m, k] and [k, n]; nothing broadcasts (torch.mm).
 *
 * @throws ShapeError unless both are matrices that fit; DTypeError for bool tensors and different dtypes.
 */
export function mm(a: Tensor, b: Tensor): Tensor {
  checkMatrices('mm', a, b);
  return product(a, b);
}

/**
 * The products of the matrices of two batches [b, m, k] and [b, k, n]; nothing broadcasts (torch.bmm).
 *
 * @throws ShapeError unless both have three dims that fit; DTypeError for bool tensors and different dtypes.
 */
export function bmm(a: Tensor, b: Tensor): Tensor {
  checkBatches('bmm', a, b);
  return product(a, b);
}

/**
 * The product of a matrix [m, k] and a vector [k] (torch.mv).
 *
 * @throws ShapeError for other numbers of dims or if the sizes differ; DTypeError as {@link mm}.
 */
export function mv(a: Tensor, b: Tensor): Tensor {
  checkMatrixVector('mv', a, b);
  return reshape(product(a, columnOf(b)), [a.shape[0]]);
}

/**
 * Σ a·b over two vectors of one size, 0-d (torch.dot).
 *
 * @throws ShapeError unless both are vectors of one size; DTypeError as {@link mm}.
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  checkOperands('dot', a, b);
  if (a.ndim !== 1 || b.ndim !== 1) {
    throw new ShapeError(`dot: 1D tensors expected, but got ${a.ndim}D and ${b.ndim}D tensors`);
  }
  if (a.shape[0] !== b.shape[0]) {
    throw new ShapeError(
      `dot: inconsistent tensor size, expected tensor ${formatShape(a.shape)} and src ${formatShape(b.shape)} to have ` +
        `the same number of elements, but got ${a.shape[0]} and ${b.shape[0]} elements respectively`,
    );
  }
  return reshape(product(rowsOf(a), columnOf(b)), []);
}

/**
 * Σ a[i…, k]·b[j…, k] over the last dims, of shape [i…, j…]; a plain product if either is 0-d (torch.inner).
 *
 * @throws ShapeError if the last dims differ; DTypeError as {@link mm}.
 */
export function inner(a: Tensor, b: Tensor): Tensor {
  checkTensor('inner', a);
  checkTensor('inner', b);
  if (a.ndim === 0 || b.ndim === 0) return mul(a, b);
  checkOperands('inner', a, b);
  if (a.shape[a.ndim - 1] !== b.shape[b.ndim - 1]) {
    throw new ShapeError(
      `inner: the last dimension must match on both input tensors but got shapes ${formatShape(a.shape)} and ` +
        formatShape(b.shape),
    );
  }
  const result = product(rowsOf(a), rowsOf(b), { transposeB: true });
  return shaped(result, [...a.shape.slice(0, -1), ...b.shape.slice(0, -1)]);
}

/**
 * The products a[i]·b[j] of two vectors, [m, n]; dtypes promote (torch.outer).
 *
 * @throws ShapeError unless both are vectors.
 */
export function outer(a: Tensor, b: Tensor): Tensor {
  for (const x of [a, b]) {
    checkTensor('outer', x);
    if (x.ndim !== 1) throw new ShapeError(`outer: Expected 1-D arguments, but got ${formatShape(x.shape)}`);
  }
  return mul(columnOf(a), b);
}

/**
 * beta·x + alpha·a·bᵀ for two vectors [m] and [n], x broadcast to [m, n]; dtypes promote (torch.addr).
 *
 * @throws ShapeError unless a and b are vectors and x broadcasts; DTypeError for a fractional factor with integer tensors.
 */
export function addr(x: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkTensor('addr', x);
  for (const y of [a, b]) {
    checkTensor('addr', y);
    if (y.ndim !== 1) throw new ShapeError(`addr: Expected 1-D arguments, but got ${formatShape(y.shape)}`);
  }
  checkAddend('addr', x, [a.shape[0], b.shape[0]], options);
  const { alpha = 1, beta = 1 } = options;
  const products = alpha === 1 ? outer(a, b) : mul(outer(a, b), alpha);
  return beta === 0 ? products : add(beta === 1 ? x : mul(x, beta), products);
}

/**
 * The Kronecker product: every element of a times all of b, as blocks (torch.kron). The tensor with fewer dims gets
 * leading ones.
 */
export function kron(a: Tensor, b: Tensor): Tensor {
  checkTensor('kron', a);
  checkTensor('kron', b);
  const ndim = Math.max(a.ndim, b.ndim);
  const extents = (x: Tensor): number[] => [...new Array<number>(ndim - x.ndim).fill(1), ...x.shape];
  const [p, q] = [extents(a), extents(b)];
  const left = reshape(a, p.flatMap((n) => [n, 1])); // prettier-ignore
  const right = reshape(b, q.flatMap((n) => [1, n])); // prettier-ignore
  return reshape(mul(left, right), p.map((n, d) => n * q[d])); // prettier-ignore
}

/**
 * beta·x + alpha·a·b for matrices a [m, k] and b [k, n], x broadcast to [m, n] (torch.addmm).
 *
 * @throws ShapeError if sizes do not fit; DTypeError as {@link mm}, or for a fractional factor with integer tensors.
 */
export function addmm(x: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkOperands('addmm', x, a, b);
  checkMatrices('addmm', a, b);
  checkAddend('addmm', x, [a.shape[0], b.shape[1]], options);
  return addedProduct(x, a, b, options);
}

/**
 * beta·x + alpha·a·b for a matrix a [m, k] and a vector b [k], x broadcast to [m] (torch.addmv).
 *
 * @throws As {@link addmm}.
 */
export function addmv(x: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkOperands('addmv', x, a, b);
  checkMatrixVector('addmv', a, b);
  checkAddend('addmv', x, [a.shape[0]], options);
  const column = x.ndim === 0 ? x : columnOf(x);
  return reshape(addedProduct(column, a, columnOf(b), options), [a.shape[0]]);
}

/**
 * beta·x + alpha·Σ_i a[i]·b[i] over the matrices of two batches [b, m, k] and [b, k, n], x broadcast to [m, n]
 * (torch.addbmm).
 *
 * @throws As {@link addmm}.
 */
export function addbmm(x: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkOperands('addbmm', x, a, b);
  checkBatches('addbmm', a, b);
  const [batch, m, k] = a.shape;
  const n = b.shape[2];
  checkAddend('addbmm', x, [m, n], options);
  // The sum over the batch is part of the inner dimension of one product: [m, b·k] · [b·k, n].
  return addedProduct(x, reshape(permute(a, [1, 0, 2]), [m, batch * k]), reshape(b, [batch * k, n]), options);
}

/**
 * beta·x + alpha·a·b for each matrix of two batches [b, m, k] and [b, k, n], x broadcast to [b, m, n] (torch.baddbmm).
 *
 * @throws As {@link addmm}.
 */
export function baddbmm(x: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkOperands('baddbmm', x, a, b);
  checkBatches('baddbmm', a, b);
  checkAddend('baddbmm', x, [a.shape[0], a.shape[1], b.shape[2]], options);
  return addedProduct(x, a, b, options);
}

function columnOf(x: Tensor): Tensor {
  return reshape(x, [x.shape[0], 1]);
}

function checkMatrices(op: string, a: Tensor, b: Tensor): void {
  checkOperands(op, a, b);
  for (const x of [a, b]) {
    if (x.ndim !== 2)
      throw new ShapeError(`${op}: both operands must be a matrix, got ${formatShape(x.shape)}`);
  }
  checkInner(op, a.shape, b.shape);
}

function checkMatrixVector(op: string, a: Tensor, b: Tensor): void {
  checkOperands(op, a, b);
  if (a.ndim !== 2 || b.ndim !== 1) {
    throw new ShapeError(
      `${op}: matrix @ vector expected, got ${formatShape(a.shape)} @ ${formatShape(b.shape)}`,
    );
  }
  checkInner(op, a.shape, b.shape);
}

function checkBatches(op: string, a: Tensor, b: Tensor): void {
  checkOperands(op, a, b);
  for (const x of [a, b]) {
    if (x.ndim !== 3) throw new ShapeError(`${op}: batches must be a 3D tensor, got ${formatShape(x.shape)}`);
  }
  if (a.shape[0] !== b.shape[0] || a.shape[2] !== b.shape[1]) {
    throw new ShapeError(
      `${op}: Expected size for first two dimensions of batch2 tensor to be: ` +
        `${formatShape([a.shape[0], a.shape[2]])} but got: ${formatShape(b.shape.slice(0, 2))}`,
    );
  }
}

function checkAddend(op: string, x: Tensor, shape: Shape, { alpha = 1, beta = 1 }: AddmmOptions): void {
  if (!isBroadcastableTo(x.shape, shape)) {
    throw new ShapeError(
      `${op}: The expanded size of the tensor ${formatShape(shape)} must match the existing size ` +
        `${formatShape(x.shape)}: what is added must broadcast to the product`,
    );
  }
  for (const factor of [alpha, beta]) {
    if (typeof factor !== 'number') throw new TypeError(`${op}: expected alpha and beta to be numbers`);
    if (!isFloating(x.dtype) && !Number.isInteger(factor)) {
      throw new DTypeError(
        `${op}: for integral input tensors, alpha and beta must not be floating point numbers, got ${factor}`,
      );
    }
  }
}
