/* Sums, products and counts over dims. sum and spread are each the other's adjoint. */
import { kernels } from '@retrograd/kernels';
import { onesLike } from '../creation.ts';
import { isFloating, type DType } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { normalizeDims, reducedShape, type Shape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { isnan, logicalNot } from './compare.ts';
import { inDType, to, type DTypeOptions } from './copy.ts';
import { cat } from './join.ts';
import { reduceLoop } from './loops.ts';
import { checkTensor } from './promote.ts';
import { narrow } from './slice.ts';
import { where } from './where.ts';

/** One dim or several; negative ones count from the end. */
export type Dims = number | readonly number[];

/** Options of reductions. */
export interface ReduceOptions {
  /** The dims to reduce, where they are not given by position. All of them unless given. */
  readonly dim?: Dims;
  /** Whether reduced dims stay, with extent 1. Default false. */
  readonly keepdim?: boolean;
}

/** Options of sums, means and products. */
export interface SumOptions extends ReduceOptions, DTypeOptions {}

/** What a reduction op is told: dims from 0 in ascending order, and whether they stay with extent 1. */
export interface Reduced {
  readonly dims: readonly number[];
  readonly keepdim: boolean;
}

/** Reads the arguments all reductions have in common: `(x, dim?, { keepdim })` or `(x, { dim, keepdim })`. */
export function reduced(
  op: string,
  x: Tensor,
  dim: Dims | ReduceOptions | undefined,
  options: ReduceOptions = {},
): Reduced {
  checkTensor(op, x);
  if (isTensor(dim) || typeof dim === 'string')
    throw new TypeError(`${op}: expected dims as numbers, got ${isTensor(dim) ? 'a Tensor' : 'a string'}`);
  const given: ReduceOptions = isDims(dim) ? { ...options, dim } : { ...options, ...dim };
  const { keepdim = false } = given;
  if (typeof options !== 'object' || typeof keepdim !== 'boolean') {
    throw new TypeError(
      `${op}: expected options such as { keepdim: true } after the dim, got a ${typeof options}`,
    );
  }
  return { dims: normalizeDims(op, given.dim ?? undefined, x.ndim).sort((a, b) => a - b), keepdim };
}

function isDims(dim: Dims | ReduceOptions | undefined): dim is Dims {
  return typeof dim === 'number' || Array.isArray(dim);
}

/** The dtype that the options ask for, wherever they stand. */
function dtypeIn(dim: Dims | SumOptions | undefined, options: SumOptions | undefined): DType | undefined {
  return options?.dtype ?? (dim === undefined || isDims(dim) ? undefined : dim.dtype) ?? undefined;
}

/** The number of elements a reduction combines into one. */
export function countOf(shape: Shape, dims: readonly number[]): number {
  return dims.reduce((n, d) => n * shape[d], 1);
}

export const sumOp = defineOp({
  name: 'sum',
  inputs: ['x'],
  shape: ([x], { dims, keepdim }: Reduced) => reducedShape(x.shape, dims, keepdim),
  forward: ([x], { dims }, out) => reduceLoop(kernels.sum, x, dims, out),
  vjp: { x: (g, { attrs, specs }) => spread(g, specs[0].shape, attrs) },
});

/** A reduction's result repeated along the dims it reduced, without a copy. */
export const spreadOp = defineOp({
  name: 'spread',
  inputs: ['x'],
  shape: (_, { shape }: Reduced & { readonly shape: Shape }) => shape,
  view: ([x], { dims, keepdim }, shape) => {
    let at = 0;
    const strides = shape.map((_, d) => {
      const isReduced = dims.includes(d);
      const stride = isReduced ? 0 : x.strides[at];
      if (!isReduced || keepdim) at++;
      return stride;
    });
    return { offset: x.offset, strides };
  },
  vjp: { x: (g, { attrs }) => apply(sumOp, [g], attrs) },
});

/** A reduction's result (or its cotangent) in the shape that was reduced: the adjoint of sum. */
export function spread(x: Tensor, shape: Shape, { dims, keepdim }: Reduced): Tensor {
  return dims.length === 0 ? x : apply(spreadOp, [x], { shape, dims, keepdim });
}

export const prodOp = defineOp({
  name: 'prod',
  inputs: ['x'],
  shape: ([x], { dims, keepdim }: Reduced) => reducedShape(x.shape, dims, keepdim),
  forward: ([x], { dims }, out) => reduceLoop(kernels.prod, x, dims, out),
  saves: { x: ['x'] },
  vjp: { x: (g, { x, attrs }) => mul(spread(g, x.shape, attrs), productOfOthers(x, attrs.dims[0])) },
});

/**
 * For every element the product of all others along dim, without a division, so that zeros need no care: elements
 * are paired, the others of a pair found in the same way, and each partner multiplied in.
 */
function productOfOthers(x: Tensor, dim: number): Tensor {
  const n = x.shape[dim];
  if (n < 2) return onesLike(x);
  const half = n >> 1;
  const a = narrow(x, dim, 0, half);
  const b = narrow(x, dim, half, half);
  if (n === 2) return cat([b, a], dim);
  const pairs = mul(a, b);
  const odd = n % 2 === 1;
  const others = productOfOthers(odd ? cat([pairs, narrow(x, dim, n - 1, 1)], dim) : pairs, dim);
  const ofPairs = narrow(others, dim, 0, half);
  const parts = [mul(ofPairs, b), mul(ofPairs, a)];
  return cat(odd ? [...parts, narrow(others, dim, half, 1)] : parts, dim);
}

/**
 * The sum over all elements, or over the given dims (torch.sum). Integers and bools give int32, in which PyTorch would
 * give int64.
 *
 *     sum(x)   sum(x, 1)   sum(x, [0, 1], { keepdim: true })   sum(x, { dim: 1, keepdim: true })
 *
 * @throws ShapeError for a dim that is out of range or given twice.
 */
export function sum(x: Tensor, dim?: Dims | SumOptions, options?: SumOptions): Tensor {
  const attrs = reduced('sum', x, dim, options);
  return inDType(x, dtypeIn(dim, options), (y) => apply(sumOp, [asNumbers(y)], attrs));
}

/**
 * The arithmetic mean over all elements, or over the given dims; NaN where there are none (torch.mean).
 *
 * @throws DTypeError unless x is floating; ShapeError for a dim that is out of range or given twice.
 */
export function mean(x: Tensor, dim?: Dims | SumOptions, options?: SumOptions): Tensor {
  const attrs = reduced('mean', x, dim, options);
  const dtype = dtypeIn(dim, options) ?? x.dtype;
  if (!isFloating(dtype)) {
    throw new DTypeError(
      `mean: could not infer output dtype. Input dtype must be either a floating point or complex dtype. ` +
        `Got: ${dtype}; convert with .to('float32')`,
    );
  }
  return div(apply(sumOp, [to(x, dtype)], attrs), countOf(x.shape, attrs.dims));
}

/**
 * The sum in which NaN counts as 0, over all elements or the given dims (torch.nansum). NaN elements get no gradient.
 */
export function nansum(x: Tensor, dim?: Dims | SumOptions, options?: SumOptions): Tensor {
  const attrs = reduced('nansum', x, dim, options);
  return inDType(x, dtypeIn(dim, options), (y) =>
    apply(sumOp, [isFloating(y.dtype) ? where(isnan(y), 0, y) : asNumbers(y)], attrs),
  );
}

/**
 * The mean of the elements that are not NaN, over all elements or the given dims; NaN where there are none
 * (torch.nanmean).
 *
 * @throws DTypeError unless x is floating.
 */
export function nanmean(x: Tensor, dim?: Dims | SumOptions, options?: SumOptions): Tensor {
  const attrs = reduced('nanmean', x, dim, options);
  if (!isFloating(x.dtype))
    throw new DTypeError(`nanmean: expected input to have floating point dtype but got ${x.dtype}`);
  return inDType(x, dtypeIn(dim, options), (y) => {
    const missing = isnan(y);
    return div(
      apply(sumOp, [where(missing, 0, y)], attrs),
      apply(sumOp, [asNumbers(logicalNot(missing))], attrs),
    );
  });
}

/**
 * The product over all elements, or over the given dims; integers and bools give int32 (torch.prod, which takes only
 * one dim). The gradient is the product of the other elements, at zeros too, in every order.
 */
export function prod(x: Tensor, dim?: Dims | SumOptions, options?: SumOptions): Tensor {
  const { dims, keepdim } = reduced('prod', x, dim, options);
  return inDType(x, dtypeIn(dim, options), (y) =>
    dims.reduceRight((z, d) => apply(prodOp, [z], { dims: [d], keepdim }), asNumbers(y)),
  );
}

/** How many elements are not 0, over all or over the given dims; int32 (torch.count_nonzero). */
export function countNonzero(x: Tensor, dim?: Dims | ReduceOptions, options?: ReduceOptions): Tensor {
  const attrs = reduced('countNonzero', x, dim, options);
  return apply(sumOp, [to(to(x, 'bool'), 'int32')], attrs);
}

/** Whether all elements are nonzero, over all or over the given dims; bool, but uint8 for uint8 (torch.all). */
export function all(x: Tensor, dim?: Dims | ReduceOptions, options?: ReduceOptions): Tensor {
  const attrs = reduced('all', x, dim, options);
  return truth(x, logicalNot(apply(sumOp, [to(logicalNot(x), 'int32')], attrs)));
}

/** Whether any element is nonzero, over all or over the given dims; bool, but uint8 for uint8 (torch.any). */
export function any(x: Tensor, dim?: Dims | ReduceOptions, options?: ReduceOptions): Tensor {
  const attrs = reduced('any', x, dim, options);
  return truth(x, to(apply(sumOp, [to(to(x, 'bool'), 'int32')], attrs), 'bool'));
}

/** Bools and bytes as int32, in which sums and products do not wrap early. */
function asNumbers(x: Tensor): Tensor {
  return x.dtype === 'bool' || x.dtype === 'uint8' ? to(x, 'int32') : x;
}

function truth(x: Tensor, answer: Tensor): Tensor {
  return x.dtype === 'uint8' ? to(answer, 'uint8') : answer;
}
