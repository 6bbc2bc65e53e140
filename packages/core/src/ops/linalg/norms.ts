/* Norms of vectors and matrices, and condition numbers. */
import { isFloating, type DType } from '../../dtype.ts';
import { DTypeError, ShapeError } from '../../errors.ts';
import { formatShape, normalizeDims } from '../../shape.ts';
import { apply } from '../../tape/record.ts';
import { allocateTensor, type Tensor } from '../../tensor.ts';
import { div, mul } from '../arithmetic.ts';
import { to } from '../copy.ts';
import { abs } from '../elementwise.ts';
import { amax, amin } from '../extremum.ts';
import { normOp } from '../norm.ts';
import { sum, type Dims } from '../reduce.ts';
import { narrow } from '../slice.ts';
import { movedim, squeeze, unsqueeze } from '../view.ts';
import { inverseOrInfinite } from './inverse.ts';
import { batchOf, checkFloating, checkMatrices, checkSquare } from './matrices.ts';
import { svdvals } from './svd.ts';

/** Which norm of a matrix: see {@link matrixNorm}. */
export type MatrixOrd = number | 'fro' | 'nuc';

/** Options of {@link vectorNorm}, {@link matrixNorm} and {@link norm}. */
export interface LinalgNormOptions {
  /** Which norm, where it is not given by position. */
  readonly ord?: MatrixOrd | null;
  /** The dims to reduce, where they are not given by position. */
  readonly dim?: Dims | null;
  /** Whether reduced dims stay, with extent 1. Default false. */
  readonly keepdim?: boolean;
  /** Convert to this dtype first. */
  readonly dtype?: DType | null;
}

interface NormCall {
  readonly x: Tensor;
  readonly ord: MatrixOrd | null;
  readonly dim: Dims | null;
  readonly keepdim: boolean;
}

/** Reads `(x, ord?, dim?, options?)`, in which options may come early and hold the rest. */
function normCall(
  op: string,
  x: Tensor,
  ord?: MatrixOrd | null | LinalgNormOptions,
  dim?: Dims | null | LinalgNormOptions,
  options?: LinalgNormOptions,
): NormCall {
  const isOptions = (value: unknown): value is LinalgNormOptions =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const given: LinalgNormOptions = isOptions(ord) ? ord : isOptions(dim) ? dim : (options ?? {});
  checkFloating(op, x);
  if (given.dtype && !isFloating(given.dtype)) {
    throw new DTypeError(`${op}: dtype should be floating point, got ${given.dtype}`);
  }
  return {
    x: to(x, given.dtype ?? x.dtype),
    ord: (isOptions(ord) ? undefined : ord) ?? given.ord ?? null,
    dim: (isOptions(dim) ? undefined : dim) ?? given.dim ?? null,
    keepdim: given.keepdim ?? false,
  };
}

/**
 * The vector norm (Σ |x|^ord)^(1/ord) over the given dims, or over all elements (torch.linalg.vector_norm); ord is 2 unless
 * given. ord = inf and −inf are the greatest and the least |x|, 0 counts what is not 0.
 *
 *     vectorNorm(x)   vectorNorm(x, 1, -1, { keepdim: true })   vectorNorm(x, { dim: [0, 1] })
 *
 * @throws TypeError for an ord that is no number; ShapeError for an infinite or negative norm of nothing, and for a dim
 * that is out of range; DTypeError unless floating.
 */
export function vectorNorm(
  x: Tensor,
  ord?: number | null | LinalgNormOptions,
  dim?: Dims | null | LinalgNormOptions,
  options?: LinalgNormOptions,
): Tensor {
  return vectorNormOf('linalg.vectorNorm', normCall('linalg.vectorNorm', x, ord, dim, options));
}

function vectorNormOf(op: string, { x, ord, dim, keepdim }: NormCall): Tensor {
  const p = ord ?? 2;
  if (typeof p !== 'number' || Number.isNaN(p)) {
    throw new TypeError(`${op}: ord must be a number for a vector norm, got ${String(p)}`);
  }
  const dims = normalizeDims(op, dim ?? undefined, x.ndim).sort((a, b) => a - b);
  const empty = dims.some((d) => x.shape[d] === 0);
  if (empty && (p < 0 || p === Infinity)) {
    throw new ShapeError(
      `${op}: cannot compute the ${p} norm on an empty tensor because the operation does not have an identity: ` +
        formatShape(x.shape),
    );
  }
  return apply(normOp, [x], { dims, keepdim, p });
}

/**
 * A norm of the matrices in two dims, the last two unless given (torch.linalg.matrix_norm): 'fro' (the default) √Σ x²,
 * 'nuc' the sum of the singular values, 2 and −2 the greatest and the least of them, 1 and −1 the greatest and the
 * least column sum of |x|, inf and −inf the greatest and the least row sum.
 *
 * @throws TypeError for another ord; ShapeError for fewer than two dims or wrong ones; DTypeError unless floating.
 */
export function matrixNorm(
  A: Tensor,
  ord?: MatrixOrd | null | LinalgNormOptions,
  dim?: readonly number[] | null | LinalgNormOptions,
  options?: LinalgNormOptions,
): Tensor {
  checkMatrices('linalg.matrixNorm', A);
  return matrixNormOf('linalg.matrixNorm', normCall('linalg.matrixNorm', A, ord, dim, options));
}

function matrixNormOf(op: string, { x, ord, dim, keepdim }: NormCall): Tensor {
  const given = dim ?? [-2, -1];
  if (typeof given === 'number' || given.length !== 2) {
    throw new ShapeError(`${op}: dim must be a 2-tuple. Got ${formatShape([given].flat())}`);
  }
  const [row, col] = normalizeDims(op, given, x.ndim);
  const kind = ord ?? 'fro';
  if (kind === 'fro') return apply(normOp, [x], { dims: [row, col].sort((a, b) => a - b), keepdim, p: 2 });
  const size = Math.abs(Number(kind));
  if (kind !== 'nuc' && size !== 1 && size !== 2 && size !== Infinity) {
    throw new TypeError(`${op}: Order ${String(kind)} not supported.`);
  }
  const A = movedim(x, [row, col], [-2, -1]);
  const restored = (y: Tensor): Tensor => {
    if (!keepdim) return y;
    const [first, second] = row < col ? [row, col] : [col, row];
    return unsqueeze(unsqueeze(y, first), second);
  };
  if (kind === 'nuc') return restored(sum(svdvals(A), -1));
  const lines = size === 2 ? svdvals(A) : sum(abs(A), size === 1 ? -2 : -1);
  return restored(kind > 0 ? amax(lines, -1) : amin(lines, -1));
}

/**
 * A norm of vectors or matrices (torch.linalg.norm). Without `dim` and ord: {@link vectorNorm} of all elements; with ord
 * alone: the vector norm of a 1-d tensor, {@link matrixNorm} of a matrix. With one dim a vector norm, with two a matrix
 * norm (for which ord null means 'fro').
 *
 * @throws TypeError for an ord there is not; ShapeError for dims that do not fit; DTypeError unless floating.
 */
export function norm(
  A: Tensor,
  ord?: MatrixOrd | null | LinalgNormOptions,
  dim?: Dims | null | LinalgNormOptions,
  options?: LinalgNormOptions,
): Tensor {
  const op = 'linalg.norm';
  const call = normCall(op, A, ord, dim, options);
  if (call.ord === null) return vectorNormOf(op, call);
  const count = call.dim === null ? A.ndim : [call.dim].flat().length;
  if (count !== 1 && count !== 2) {
    throw new ShapeError(
      call.dim === null
        ? `${op}: If dim is not specified but ord is, the input must be 1D or 2D. Got ${A.ndim}D.`
        : `${op}: If dim is specified, it must be of length 1 or 2. Got ${formatShape([call.dim].flat())}`,
    );
  }
  return count === 1 ? vectorNormOf(op, call) : matrixNormOf(op, call);
}

/**
 * The condition number |A|·|A⁻¹| of each matrix of A [batch…, m, n], in the norm p; for p = 2 (the default) and −2 the
 * quotient of the greatest and the least singular value, or its inverse (torch.linalg.cond). inf for singular
 * matrices, 0 for ones without elements.
 *
 * @throws ShapeError unless square, if p is another norm; TypeError for another p; DTypeError unless floating.
 */
export function cond(A: Tensor, p?: MatrixOrd | null | { readonly p?: MatrixOrd | null }): Tensor {
  const op = 'linalg.cond';
  const given = (typeof p === 'object' ? p?.p : p) ?? 2;
  checkMatrices(op, A);
  if (A.numel() === 0) return allocateTensor(batchOf(A), A.dtype);
  if (given === 2 || given === -2) {
    const S = svdvals(A);
    const [greatest, least] = [0, S.shape[S.ndim - 1] - 1].map((at) => squeeze(narrow(S, -1, at, 1), -1));
    return given === 2 ? div(greatest, least) : div(least, greatest);
  }
  checkSquare(op, A);
  return mul(matrixNorm(A, given), matrixNorm(inverseOrInfinite(A), given));
}
