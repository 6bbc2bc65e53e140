/* Distances between vectors, vectors of limited norm, and cross products. */
import { arange } from '../creation.ts';
import { isFloating } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { broadcastShapes, formatShape, normalizeDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { combinations } from './blocks.ts';
import { expand } from './broadcast.ts';
import { gt } from './compare.ts';
import { roll } from './flip.ts';
import { indexSelect } from './indexSelect.ts';
import { norm } from './norm.ts';
import { checkTensor, promoted } from './promote.ts';
import { select } from './slice.ts';
import { unsqueeze } from './view.ts';
import { where } from './where.ts';

/** Options of {@link cdist} and {@link pdist}. */
export interface DistanceOptions {
  /** The distance is the p-norm of the difference. Default 2. */
  readonly p?: number;
}

/**
 * The distances of all rows of a [batch…, m, k] from all rows of b [batch…, n, k]: [batch…, m, n], the batch dims
 * broadcast (torch.cdist). The gradient is 0 where the distance is.
 *
 * @throws ShapeError for fewer than two dims or rows of different lengths; DTypeError unless both are floating;
 * RangeError for a negative p.
 */
export function cdist(a: Tensor, b: Tensor, options: number | DistanceOptions = {}): Tensor {
  const p = checkDistance('cdist', options, a, b);
  if (a.ndim < 2 || b.ndim < 2) {
    throw new ShapeError(
      `cdist: only supports at least 2D tensors, got: ${formatShape(a.shape)}, ${formatShape(b.shape)}`,
    );
  }
  const [m, n] = [a.shape[a.ndim - 1], b.shape[b.ndim - 1]];
  if (m !== n)
    throw new ShapeError(`cdist: X1 and X2 must have the same number of columns. X1: ${m} X2: ${n}`);
  return norm(sub(unsqueeze(a, -2), unsqueeze(b, -3)), p, -1);
}

/**
 * The distances of each row of x [n, k] from each that follows: the upper triangle of `cdist(x, x)`, row by row
 * (torch.pdist).
 *
 * @throws ShapeError unless x is a matrix; DTypeError unless it is floating; RangeError for a negative p.
 */
export function pdist(x: Tensor, options: number | DistanceOptions = {}): Tensor {
  const p = checkDistance('pdist', options, x);
  if (x.ndim !== 2)
    throw new ShapeError(`pdist: only supports 2D tensors, got: ${x.ndim}D, shape ${formatShape(x.shape)}`);
  const pairs = combinations(arange(x.shape[0], { dtype: 'int32' }));
  const rows = (i: number): Tensor => indexSelect(x, 0, select(pairs, 1, i));
  return norm(sub(rows(0), rows(1)), p, 1);
}

function checkDistance(op: string, options: number | DistanceOptions, ...tensors: readonly Tensor[]): number {
  for (const x of tensors) {
    checkTensor(op, x);
    if (!isFloating(x.dtype))
      throw new DTypeError(`${op}: only supports floating-point dtypes, got: ${x.dtype}`);
  }
  const p = typeof options === 'number' ? options : (options.p ?? 2);
  if (!(p >= 0)) throw new RangeError(`${op}: only supports non-negative p values, got ${p}`);
  return p;
}

/**
 * x with each slice along a dim whose p-norm exceeds maxnorm scaled down to it (torch.renorm).
 *
 * @throws ShapeError for fewer than two dims; DTypeError unless x is floating; RangeError unless p > 0 and maxnorm ≥ 0.
 */
export function renorm(x: Tensor, p: number, dim: number, maxnorm: number): Tensor {
  checkTensor('renorm', x);
  if (!isFloating(x.dtype)) throw new DTypeError(`renorm: expected a floating dtype, got ${x.dtype}`);
  if (!(p > 0)) throw new RangeError(`renorm: non-positive norm not supported: p = ${p}`);
  if (!(maxnorm >= 0)) throw new RangeError(`renorm: expected maxnorm to be >= 0 but got ${maxnorm}`);
  if (x.ndim < 2)
    throw new ShapeError(`renorm: input needs at least 2 dimensions, got ${formatShape(x.shape)}`);
  const at = normalizeDim('renorm', dim, x.ndim);
  const others = x.shape.map((_, d) => d).filter((d) => d !== at);
  const norms = norm(x, p, others, { keepdim: true });
  return mul(x, where(gt(norms, maxnorm), div(maxnorm, add(norms, 1e-7)), 1));
}

/**
 * The cross products of vectors with three components along a dim (the first of extent 3 unless given), broadcast
 * (torch.cross).
 *
 * @throws ShapeError unless the dim has extent 3 in both.
 */
export function cross(a: Tensor, b: Tensor, options: number | { readonly dim?: number } = {}): Tensor {
  checkTensor('cross', a);
  checkTensor('cross', b);
  if (a.ndim !== b.ndim) {
    throw new ShapeError(
      `cross: inputs must have the same number of dimensions: ${formatShape(a.shape)}, ${formatShape(b.shape)}`,
    );
  }
  const shape = broadcastShapes('cross', a.shape, b.shape);
  const given = typeof options === 'number' ? options : options.dim;
  const at = given === undefined ? a.shape.indexOf(3) : normalizeDim('cross', given, a.ndim);
  if (at < 0) throw new ShapeError(`cross: no dimension of size 3 in input ${formatShape(a.shape)}`);
  if (a.shape[at] !== 3 || b.shape[at] !== 3) {
    throw new ShapeError(
      `cross: inputs dimension ${at} must have length 3. Got ${a.shape[at]} and ${b.shape[at]}`,
    );
  }
  const [x, y] = promoted('cross', expand(a, shape), expand(b, shape));
  const turned = (v: Tensor, by: number): Tensor => roll(v, -by, at);
  return sub(mul(turned(x, 1), turned(y, 2)), mul(turned(x, 2), turned(y, 1)));
}
