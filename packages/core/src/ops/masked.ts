/* The namespace `masked`: reductions and normalisations that leave elements out (torch.masked). */
import { isFloating, type DType } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, isBroadcastableTo } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { div, sub } from './arithmetic.ts';
import { logaddexp as logaddexpOf } from './bivariate.ts';
import { expand } from './broadcast.ts';
import { to } from './copy.ts';
import { sqrt as squareRoot, square } from './elementwise.ts';
import { amax as greatest, amin as least } from './extremum.ts';
import { norm as normOf } from './norm.ts';
import { nanmedian } from './order.ts';
import { checkTensor } from './promote.ts';
import {
  mean as meanOf,
  prod as productOf,
  reduced,
  sum as sumOf,
  type Dims,
  type ReduceOptions,
} from './reduce.ts';
import { cumprod as cumprodOf, cumsum as cumsumOf } from './scan.ts';
import { logSoftmax as logSoftmaxOf, softmax as softmaxOf, softmin as softminOf } from './softmax.ts';
import { logsumexp as logsumexpOf, std as stdOf, var as varianceOf } from './statistics.ts';
import { clampMin, where } from './where.ts';

/** Which elements take part. */
export interface MaskOptions {
  /** True where an element takes part; broadcasts to x. All do unless given. */
  readonly mask?: Tensor;
}

/** Options of masked reductions. */
export interface MaskedReduceOptions extends ReduceOptions, MaskOptions {}

/** Options of {@link masked.var} and {@link masked.std}. */
export interface MaskedVarianceOptions extends MaskedReduceOptions {
  /** Whether the sum of squares is divided by one less than the number of elements. Default true. */
  readonly unbiased?: boolean;
}

/** x with what the mask leaves out replaced by what changes nothing. */
function filled(op: string, x: Tensor, mask: Tensor | undefined, value: number): Tensor {
  checkTensor(op, x);
  if (mask === undefined) return x;
  checkTensor(op, mask);
  if (mask.dtype !== 'bool') throw new DTypeError(`${op}: expected mask to be bool, got ${mask.dtype}`);
  if (!isBroadcastableTo(mask.shape, x.shape)) {
    throw new ShapeError(
      `${op}: expected mask to broadcast to the input: ${formatShape(mask.shape)}, ${formatShape(x.shape)}`,
    );
  }
  return where(mask, x, value);
}

/** The arguments of a masked reduction: dims and keepdim as all reductions read them, and the mask. */
function read<Options extends MaskedReduceOptions>(
  op: string,
  x: Tensor,
  dim: Dims | Options | undefined,
  options: Options | undefined,
): { readonly dims: readonly number[]; readonly keepdim: boolean; readonly given: Partial<Options> } {
  const given: Partial<Options> = Object.assign({}, isOptions(dim) ? dim : {}, options);
  return { ...reduced(op, x, dim, options), given };
}

function isOptions<Options extends object>(dim: Dims | Options | undefined): dim is Options {
  return typeof dim === 'object' && !Array.isArray(dim);
}

const LEAST: Record<DType, number> = {
  float32: -Infinity,
  float64: -Infinity,
  int32: -(2 ** 31),
  uint8: 0,
  bool: 0,
};
const GREATEST: Record<DType, number> = {
  float32: Infinity, float64: Infinity, int32: 2 ** 31 - 1, uint8: 255, bool: 1,
}; // prettier-ignore

/** A masked reduction: elements left out count as `neutral`. */
function reduction(
  name: string,
  neutral: (x: Tensor) => number,
  reduce: (x: Tensor, dims: readonly number[], options: { readonly keepdim: boolean }) => Tensor,
) {
  return (x: Tensor, dim?: Dims | MaskedReduceOptions, options?: MaskedReduceOptions): Tensor => {
    const op = `masked.${name}`;
    const { dims, keepdim, given } = read(op, x, dim, options);
    return reduce(filled(op, x, given.mask, neutral(x)), dims, { keepdim });
  };
}

type Reduction = (x: Tensor, dim?: Dims | MaskedReduceOptions, options?: MaskedReduceOptions) => Tensor;

/** The sum of the elements that take part, 0 if none do (torch.masked.sum). */
export const sum: Reduction = reduction('sum', () => 0, sumOf);

/** The product of the elements that take part, 1 if none do (torch.masked.prod). */
export const prod: Reduction = reduction('prod', () => 1, productOf);

/** The greatest element that takes part, −∞ or the dtype's least number if none do (torch.masked.amax). */
export const amax: Reduction = reduction('amax', ({ dtype }) => LEAST[dtype], greatest);

/** The least element that takes part, ∞ or the dtype's greatest number if none do (torch.masked.amin). */
export const amin: Reduction = reduction('amin', ({ dtype }) => GREATEST[dtype], least);

/** log Σ exp over the elements that take part, −∞ if none do (torch.masked.logsumexp). */
export const logsumexp: Reduction = reduction('logsumexp', () => -Infinity, logsumexpOf);

/** How many elements take part, in x's dtype. */
function counts(op: string, x: Tensor, mask: Tensor, dims: readonly number[], keepdim: boolean): Tensor {
  filled(op, x, mask, 0);
  return sumOf(to(expand(mask, x.shape), x.dtype), dims, { keepdim });
}

/** The mean of the elements that take part, NaN if none do (torch.masked.mean). */
export function mean(x: Tensor, dim?: Dims | MaskedReduceOptions, options?: MaskedReduceOptions): Tensor {
  const { dims, keepdim, given } = read('masked.mean', x, dim, options);
  const { mask } = given;
  if (mask === undefined) return meanOf(x, dims, { keepdim });
  const total = sumOf(filled('masked.mean', x, mask, 0), dims, { keepdim });
  return div(total, counts('masked.mean', x, mask, dims, keepdim));
}

/** The variance of the elements that take part (torch.masked.var); see `var`. */
function variance(x: Tensor, dim?: Dims | MaskedVarianceOptions, options?: MaskedVarianceOptions): Tensor {
  const { dims, keepdim, given } = read('masked.var', x, dim, options);
  const { mask, unbiased = true } = given;
  if (mask === undefined) return varianceOf(x, dims, { correction: unbiased ? 1 : 0, keepdim });
  return scatter('masked.var', x, mask, dims, keepdim, unbiased);
}
export { variance as var };

/** The standard deviation of the elements that take part (torch.masked.std). */
export function std(x: Tensor, dim?: Dims | MaskedVarianceOptions, options?: MaskedVarianceOptions): Tensor {
  const { dims, keepdim, given } = read('masked.std', x, dim, options);
  const { mask, unbiased = true } = given;
  if (mask === undefined) return stdOf(x, dims, { correction: unbiased ? 1 : 0, keepdim });
  return squareRoot(scatter('masked.std', x, mask, dims, keepdim, unbiased));
}

/** Σ (x − mean)² / (n − 1 or n) over the elements that take part. */
function scatter(
  op: string,
  x: Tensor,
  mask: Tensor,
  dims: readonly number[],
  keepdim: boolean,
  unbiased: boolean,
): Tensor {
  if (!isFloating(x.dtype)) throw new DTypeError(`${op}: expected a floating dtype, got ${x.dtype}`);
  const center = mean(x, dims, { keepdim: true, mask });
  const squares = sumOf(where(mask, square(sub(x, center)), 0), dims, { keepdim });
  const n = counts(op, x, mask, dims, keepdim);
  return div(squares, unbiased ? clampMin(sub(n, 1), 0) : n);
}

/** The median of the elements that take part along a dim, NaN if none do (torch.masked.median). */
export function median(
  x: Tensor,
  dim: number,
  options: MaskOptions & { readonly keepdim?: boolean } = {},
): Tensor {
  const { mask, keepdim = false } = options;
  if (!isFloating(x.dtype)) throw new DTypeError(`masked.median: expected a floating dtype, got ${x.dtype}`);
  return nanmedian(filled('masked.median', x, mask, NaN), dim, { keepdim }).values;
}

/** The norm of the elements that take part (torch.masked.norm); p as in `norm`, default 2. */
export function norm(
  x: Tensor,
  p: number = 2,
  dim?: Dims | MaskedReduceOptions,
  options?: MaskedReduceOptions,
): Tensor {
  const { dims, keepdim, given } = read('masked.norm', x, dim, options);
  return normOf(filled('masked.norm', x, given.mask, p === -Infinity ? Infinity : 0), p, dims, { keepdim });
}

/** x divided by the norm of the elements that take part, at least eps (torch.masked.normalize). */
export function normalize(
  x: Tensor,
  p: number,
  dim: number,
  options: MaskOptions & { /** The least divisor. Default 1e-12. */ readonly eps?: number } = {},
): Tensor {
  const { mask, eps = 1e-12 } = options;
  const length = norm(x, p, dim, { keepdim: true, mask });
  return div(filled('masked.normalize', x, mask, 0), clampMin(length, eps));
}

/** softmax over the elements that take part; 0 for the others (torch.masked.softmax). */
export function softmax(x: Tensor, dim: number, options: MaskOptions = {}): Tensor {
  return softmaxOf(filled('masked.softmax', x, options.mask, -Infinity), dim);
}

/** log of {@link masked.softmax} (torch.masked.log_softmax). */
export function logSoftmax(x: Tensor, dim: number, options: MaskOptions = {}): Tensor {
  return logSoftmaxOf(filled('masked.logSoftmax', x, options.mask, -Infinity), dim);
}

/** softmax(−x) over the elements that take part; 0 for the others (torch.masked.softmin). */
export function softmin(x: Tensor, dim: number, options: MaskOptions = {}): Tensor {
  return softminOf(filled('masked.softmin', x, options.mask, Infinity), dim);
}

/** Running sums; elements left out add nothing (torch.masked.cumsum). */
export function cumsum(x: Tensor, dim: number, options: MaskOptions = {}): Tensor {
  return cumsumOf(filled('masked.cumsum', x, options.mask, 0), dim);
}

/** Running products; elements left out multiply by 1 (torch.masked.cumprod). */
export function cumprod(x: Tensor, dim: number, options: MaskOptions = {}): Tensor {
  return cumprodOf(filled('masked.cumprod', x, options.mask, 1), dim);
}

/** Options of {@link masked.logaddexp}. */
export interface MaskedLogaddexpOptions {
  /** True where an element of a takes part. */
  readonly inputMask?: Tensor;
  /** True where an element of b takes part. */
  readonly otherMask?: Tensor;
}

/** ln(eᵃ + eᵇ); elements left out count as −∞ (torch.masked.logaddexp). */
export function logaddexp(a: Tensor, b: Tensor, options: MaskedLogaddexpOptions = {}): Tensor {
  const { inputMask, otherMask } = options;
  return logaddexpOf(
    filled('masked.logaddexp', a, inputMask, -Infinity),
    filled('masked.logaddexp', b, otherMask, -Infinity),
  );
}
