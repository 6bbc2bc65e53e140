/* Quantiles: elements between which a fraction of all elements lie. */
import { isFloating } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, normalizeDim } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { mul, sub } from './arithmetic.ts';
import { lerp } from './bivariate.ts';
import { expand } from './broadcast.ts';
import { isnan, logicalAnd, logicalNot, ge, le } from './compare.ts';
import { to } from './copy.ts';
import { gather } from './gather.ts';
import { sort, withDim } from './order.ts';
import { checkTensor, scalar } from './promote.ts';
import { all, any, sum } from './reduce.ts';
import { ceil, floor, round } from './rounding.ts';
import { movedim, reshape, squeeze, unsqueeze } from './view.ts';
import { clampMin, where } from './where.ts';

/** How a quantile that falls between two elements is made of them. */
export type Interpolation = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';

const INTERPOLATIONS: readonly Interpolation[] = ['linear', 'lower', 'higher', 'midpoint', 'nearest'];

/** Options of {@link quantile} and {@link nanquantile}. */
export interface QuantileOptions {
  /** Where it is not given by position; all elements unless given. */
  readonly dim?: number;
  /** Whether the reduced dims stay, with extent 1. Default false. */
  readonly keepdim?: boolean;
  /** Default `'linear'`. */
  readonly interpolation?: Interpolation;
}

/**
 * The q-quantiles of all elements, or along a dim (torch.quantile): the element of rank q·(n − 1), interpolated. q is a
 * number or a tensor of x's dtype with at most one dim, which comes first in the result. NaN if an element is.
 *
 * @throws RangeError unless 0 ≤ q ≤ 1; DTypeError unless x is floating and q of its dtype; ShapeError for no elements.
 */
export function quantile(
  x: Tensor,
  q: number | Tensor,
  dim?: number | QuantileOptions,
  options?: QuantileOptions,
): Tensor {
  return quantiles('quantile', x, q, dim, options, (lines, fractions) => {
    const n = lines.shape[lines.ndim - 1];
    const missing = any(isnan(lines), -1, { keepdim: true });
    return where(missing, n - 1, mul(fractions, n - 1));
  });
}

/** The q-quantiles of the elements that are not NaN (torch.nanquantile): see {@link quantile}. */
export function nanquantile(
  x: Tensor,
  q: number | Tensor,
  dim?: number | QuantileOptions,
  options?: QuantileOptions,
): Tensor {
  return quantiles('nanquantile', x, q, dim, options, (lines, fractions) => {
    const last = sub(sum(logicalNot(isnan(lines)), -1, { keepdim: true }), 1);
    return mul(fractions, to(clampMin(last, 0), fractions.dtype));
  });
}

function quantiles(
  op: string,
  x: Tensor,
  q: number | Tensor,
  dim: number | QuantileOptions | undefined,
  options: QuantileOptions | undefined,
  ranksOf: (lines: Tensor, fractions: Tensor) => Tensor,
): Tensor {
  checkTensor(op, x);
  const given: QuantileOptions = withDim(op, dim, options);
  const { keepdim = false, interpolation = 'linear' } = given;
  if (!isFloating(x.dtype))
    throw new DTypeError(`${op}: input tensor must be either float or double dtype, got ${x.dtype}`);
  const fractions = checkFractions(op, x, q);
  if (!INTERPOLATIONS.includes(interpolation)) {
    throw new TypeError(
      `${op}: interpolation must be one of linear, lower, higher, midpoint or nearest, but got ${interpolation}`,
    );
  }
  if (x.numel() === 0)
    throw new ShapeError(`${op}: input tensor must be non-empty, got ${formatShape(x.shape)}`);

  const at = given.dim === undefined ? null : normalizeDim(op, given.dim, x.ndim);
  const lines = at === null || x.ndim === 0 ? reshape(x, [-1]) : movedim(x, at, -1);
  const sorted = sort(lines, -1).values;
  const count = fractions.numel();
  const batch = sorted.shape.slice(0, -1);
  const ranks = expand(ranksOf(lines.detach(), reshape(fractions, [count])), [...batch, count]);
  const found = between(sorted, ranks, interpolation);

  const kept = !keepdim
    ? found
    : at === null
      ? reshape(found, [...x.shape.map(() => 1), count])
      : x.ndim === 0 ? found : unsqueeze(found, at); // prettier-ignore
  return fractions.ndim === 0 ? squeeze(kept, -1) : movedim(kept, -1, 0);
}

/** The elements of sorted lines at the given ranks. */
function between(sorted: Tensor, ranks: Tensor, interpolation: Interpolation): Tensor {
  const exact = ranks.detach();
  const at = (rank: Tensor): Tensor => gather(sorted, -1, to(rank, 'int32'));
  if (interpolation === 'lower') return at(floor(exact));
  if (interpolation === 'higher') return at(ceil(exact));
  if (interpolation === 'nearest') return at(round(exact));
  const below = floor(exact);
  return lerp(at(below), at(ceil(exact)), interpolation === 'midpoint' ? 0.5 : sub(ranks, below));
}

function checkFractions(op: string, x: Tensor, q: number | Tensor): Tensor {
  const fractions = isTensor(q) ? q : scalar(q, x.dtype);
  if (fractions.ndim > 1)
    throw new ShapeError(`${op}: q must be a scalar or 1D tensor, got shape ${formatShape(fractions.shape)}`);
  if (fractions.dtype !== x.dtype) {
    throw new DTypeError(
      `${op}: q tensor must be same dtype as the input tensor: ${fractions.dtype}, ${x.dtype}`,
    );
  }
  if (all(logicalAnd(ge(fractions, 0), le(fractions, 1))).item() === 0) {
    throw new RangeError(`${op}: q must be in the range [0, 1]${isTensor(q) ? '' : ` but got ${q}`}`);
  }
  return fractions;
}
