/* Matrix products. matmul with transpose flags is closed under differentiation: its rules are itself. */
import { kernels } from '@retrograd/kernels';
import { DTypeError, ShapeError } from '../errors.ts';
import {
  broadcastShapes,
  broadcastStrides,
  formatShape,
  isBroadcastableTo,
  numelOf,
  sameShape,
  type Shape,
} from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { add, mul } from './arithmetic.ts';
import { copyInto } from './loops.ts';
import { checkTensor } from './promote.ts';
import { reshape } from './view.ts';

/** How a product reads its operands: each as it is or with its last two dims exchanged. */
interface Product {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Multiplies the result. */
  readonly alpha: number;
}

export const matmulOp = defineOp({
  name: 'matmul',
  inputs: ['a', 'b'],
  shape: ([a, b], attrs: Product) => productShape('matmul', a.shape, b.shape, attrs),
  forward: ([a, b], attrs, out) => multiply(a, b, attrs, 0, out),
  // Batch dims broadcast.
  broadcasts: true,
  saves: { a: ['b'], b: ['a'] },
  vjp: { a: (g, context) => gradientOfA(g, context), b: (g, context) => gradientOfB(g, context) },
});

export const addmmOp = defineOp({
  name: 'addmm',
  inputs: ['x', 'a', 'b'],
  shape: ([x, a, b], attrs: Product & { beta: number }) => {
    const shape = productShape('addmm', a.shape, b.shape, attrs);
    if (!isBroadcastableTo(x.shape, shape)) {
      throw new ShapeError(
        `addmm: The expanded size of the tensor ${formatShape(shape)} must match the existing size ` +
          `${formatShape(x.shape)}: what is added must broadcast to the product`,
      );
    }
    return shape;
  },
  forward: ([x, a, b], attrs, out) => {
    // With beta = 0 nothing of x may show, not even its NaNs.
    const { beta } = attrs;
    const isRow = x.ndim === 1 && x.shape[0] === out.shape[out.ndim - 1] && x.strides[0] === 1;
    if (isRow) return multiply(a, b, attrs, beta, out, x);
    if (beta !== 0) copyInto(x, out);
    multiply(a, b, attrs, beta, out);
  },
  broadcasts: true,
  saves: { a: ['b'], b: ['a'] },
  vjp: {
    x: (g, { attrs: { beta } }) => (beta === 1 ? g : mul(g, beta)),
    a: (g, context) => gradientOfA(g, context),
    b: (g, context) => gradientOfB(g, context),
  },
});

/** op(a)·op(b)·alpha, op being the transpose or nothing, over tensors of two or more dims. */
export function product(
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false, alpha = 1 } = {},
): Tensor {
  return apply(matmulOp, [a, b], { transposeA, transposeB, alpha });
}

/** beta·x + alpha·op(a)·op(b), x broadcast to the product's shape. */
export function addedProduct(
  x: Tensor,
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false, alpha = 1, beta = 1 } = {},
): Tensor {
  return apply(addmmOp, [x, a, b], { transposeA, transposeB, alpha, beta });
}

/** For y = α·A·B, where A is a or aᵀ: the cotangent of A is α·g·Bᵀ, that of Aᵀ is α·B·gᵀ. */
function gradientOfA(g: Tensor, { b, attrs }: { readonly b: Tensor; readonly attrs: Product }): Tensor {
  const { transposeA, transposeB, alpha } = attrs;
  return transposeA
    ? product(b, g, { transposeA: transposeB, transposeB: true, alpha })
    : product(g, b, { transposeB: !transposeB, alpha });
}

/** Likewise the cotangent of B is α·Aᵀ·g, that of Bᵀ is α·gᵀ·A. */
function gradientOfB(g: Tensor, { a, attrs }: { readonly a: Tensor; readonly attrs: Product }): Tensor {
  const { transposeA, transposeB, alpha } = attrs;
  return transposeB
    ? product(g, a, { transposeA: true, transposeB: transposeA, alpha })
    : product(a, g, { transposeA: !transposeA, alpha });
}

/** The shape [batch…, m, n] of a product of [batch…, m, k] and [batch…, k, n], as the flags read them. */
function productShape(op: string, a: Shape, b: Shape, { transposeA, transposeB }: Product): Shape {
  const p = a.length - 2;
  const q = b.length - 2;
  const depth = transposeA ? a[p] : a[p + 1];
  if (depth !== (transposeB ? b[q + 1] : b[q])) throw innerError(op, a, b, transposeA, transposeB);
  const m = transposeA ? a[p + 1] : a[p];
  const n = transposeB ? b[q] : b[q + 1];
  if (p === 0 && q === 0) return [m, n];
  return [...broadcastShapes(`${op}: batch dims`, a.slice(0, p), b.slice(0, q)), m, n];
}

/**
 * out ← alpha·op(a)·op(b) + beta·out (or beta·bias, in every row), one gemm per position of the batch dims. Transposes are
 * strides.
 */
function multiply(
  a: Tensor,
  b: Tensor,
  { transposeA, transposeB, alpha }: Product,
  beta: number,
  out: Tensor,
  bias?: Tensor,
): void {
  const p = a.ndim - 2;
  const q = b.ndim - 2;
  const k = a.shape[transposeA ? p : p + 1];
  const m = a.shape[transposeA ? p + 1 : p];
  const n = b.shape[transposeB ? q : q + 1];
  const aRow = a.strides[transposeA ? p + 1 : p];
  const aCol = a.strides[transposeA ? p : p + 1];
  const bRow = b.strides[transposeB ? q + 1 : q];
  const bCol = b.strides[transposeB ? q : q + 1];
  const batch = batchShape(out);
  const aBatch = batchStrides(a, batch);
  const bBatch = batchStrides(b, batch);
  const count = numelOf(batch);
  for (let i = 0; i < count; i++) {
    kernels.gemm(
      m, n, k, alpha,
      a.storage.array, a.offset + offsetAt(i, batch, aBatch), aRow, aCol,
      b.storage.array, b.offset + offsetAt(i, batch, bBatch), bRow, bCol,
      beta, out.storage.array, out.offset + i * m * n, n,
      bias?.storage.array, bias?.offset,
    ); // prettier-ignore
  }
}

const NO_DIMS: readonly number[] = Object.freeze([]);

/** The dims before a matrix's two. */
function batchShape(x: Tensor): Shape {
  return x.ndim === 2 ? NO_DIMS : x.shape.slice(0, -2);
}

/** The strides that read x's matrices as if expanded to the batch dims. */
function batchStrides(x: Tensor, batch: Shape): readonly number[] {
  return batch.length === 0 ? NO_DIMS : broadcastStrides(x.shape.slice(0, -2), x.strides.slice(0, -2), batch);
}

/** Where the i-th position of a shape, counted in row-major order, lies at the given strides. */
function offsetAt(i: number, shape: Shape, strides: readonly number[]): number {
  let offset = 0;
  for (let d = shape.length - 1; d >= 0; d--) {
    offset += (i % shape[d]) * strides[d];
    i = Math.floor(i / shape[d]);
  }
  return offset;
}

/** Throws unless all are tensors of one numeric dtype. */
export function checkOperands(op: string, ...operands: readonly Tensor[]): void {
  for (const x of operands) {
    checkTensor(op, x);
    if (x.dtype === 'bool')
      throw new DTypeError(`${op}: not implemented for bool tensors; convert with to('int32')`);
    const { dtype } = operands[0];
    if (x.dtype !== dtype) {
      throw new DTypeError(
        `${op}: expected all tensors to have the same dtype, but got ${dtype} and ${x.dtype}; use to()`,
      );
    }
  }
}

/** Throws unless the dims that are summed over have one extent: a's last, and b's last but one (or only). */
export function checkInner(op: string, a: Shape, b: Shape, transposeB = false): void {
  if (a[a.length - 1] !== b[transposeB || b.length === 1 ? b.length - 1 : b.length - 2]) {
    throw innerError(op, a, b, false, transposeB);
  }
}

function innerError(op: string, a: Shape, b: Shape, transposeA: boolean, transposeB: boolean): ShapeError {
  const left = a[a.length - (transposeA ? 2 : 1)];
  const right = b[b.length - (transposeB || b.length === 1 ? 1 : 2)];
  return new ShapeError(
    `${op}: inner dimensions differ: ${formatShape(a)}${transposeA ? 'ᵀ' : ''} @ ` +
      `${formatShape(b)}${transposeB ? 'ᵀ' : ''} (${left} ≠ ${right})`,
  );
}

/** A tensor [k], [m, k] or [batch…, m, k] as one matrix of rows. */
export function rowsOf(x: Tensor): Tensor {
  if (x.ndim === 2) return x;
  return reshape(x, [numelOf(x.shape.slice(0, -1)), x.shape[x.ndim - 1]]);
}

/** x in another shape, or x itself if it has it. */
export function shaped(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : reshape(x, shape);
}

/**
 * The matrix product (torch.matmul): of two vectors their dot product; of a matrix and a vector, or a vector and a
 * matrix, the product with that vector; of tensors [batch…, m, k] and [batch…, k, n] the products of their matrices,
 * the batch dims broadcast. Transposed views are read in place, never copied.
 *
 * @throws ShapeError if the inner dimensions differ, batch dims do not broadcast, or an operand is 0-d.
 * @throws DTypeError for bool tensors and for two different dtypes.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkOperands('matmul', a, b);
  if (a.ndim === 0 || b.ndim === 0) {
    throw new ShapeError(
      `matmul: both arguments to matmul need to be at least 1D, but they are ${a.ndim}D and ${b.ndim}D`,
    );
  }
  checkInner('matmul', a.shape, b.shape);
  if (a.ndim === 2 && b.ndim === 2) return product(a, b);
  const m = a.ndim === 1 ? [] : [a.shape[a.ndim - 2]];
  const n = b.ndim === 1 ? [] : [b.shape[b.ndim - 1]];
  const right = b.ndim === 1 ? reshape(b, [b.shape[0], 1]) : b;
  if (right.ndim === 2) {
    // One matrix on the right: the batch dims are more rows, and its gradient is one product too.
    return shaped(product(rowsOf(a), right), [...a.shape.slice(0, -1), ...n]);
  }
  const result = product(a.ndim === 1 ? rowsOf(a) : a, right);
  return shaped(result, [...result.shape.slice(0, -2), ...m, ...n]);
}

/**
 * x·weightᵀ + bias (torch.nn.functional.linear): x [dims…, in], weight [out, in], bias [out], result [dims…, out].
 * The weight may also be one row [in]; the result is then [dims…].
 *
 * @throws ShapeError if the inner dimensions differ or the bias does not fit; DTypeError for different dtypes.
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  const hasBias = bias !== undefined && bias !== null;
  if (hasBias) checkOperands('linear', x, weight, bias);
  else checkOperands('linear', x, weight);
  if (x.ndim === 0) throw new ShapeError('linear: expected the input to be at least 1D, got a 0-d tensor');
  if (weight.ndim !== 1 && weight.ndim !== 2) {
    throw new ShapeError(`linear: expected weight [out, in] or [in], got ${formatShape(weight.shape)}`);
  }
  checkInner('linear', x.shape, weight.shape, true);
  const out = weight.ndim === 1 ? NO_DIMS : [weight.shape[0]];
  if (hasBias && !isBroadcastableTo(bias.shape, out)) {
    throw new ShapeError(
      `linear: expected bias ${formatShape(out)} for weight ${formatShape(weight.shape)}, but got bias of size ` +
        formatShape(bias.shape),
    );
  }
  if (weight.ndim === 1) return hasBias ? add(matmul(x, weight), bias) : matmul(x, weight);
  const rows = rowsOf(x);
  const result = hasBias
    ? addedProduct(bias, rows, weight, { transposeB: true })
    : product(rows, weight, { transposeB: true });
  return rows === x ? result : reshape(result, [...x.shape.slice(0, -1), weight.shape[0]]);
}
