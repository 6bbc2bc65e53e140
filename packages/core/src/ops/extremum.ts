/* The greatest and least elements, and where they are. */
import { kernels } from '@retrograd/kernels';
import { ShapeError } from '../errors.ts';
import { formatShape, reducedShape, type Shape } from '../shape.ts';
import { apply, defineOp, type Op } from '../tape/record.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { eq, isnan } from './compare.ts';
import { gather } from './gather.ts';
import { reduceLoop } from './loops.ts';
import { reduced, spread, sum, type Dims, type Reduced, type ReduceOptions } from './reduce.ts';
import { squeeze } from './view.ts';
import { maximum, minimum } from './where.ts';

/** A reduction to one element of each line. */
type ExtremeOp = Op<readonly ['x'], Reduced, readonly ['out']>;

/** Where x attains the extreme y: never where y is NaN. */
const attained = (x: Tensor, y: Tensor): Tensor => eq(x, y);

/** Where x attains the extreme y of all elements, NaN included. */
export const attainedOrNaN = (x: Tensor, y: Tensor): Tensor =>
  Number.isNaN(y.storage.array[y.offset]) ? isnan(x) : eq(x, y);

/** A reduction to one of the elements, whose gradient is shared evenly by all elements that attain it. */
export function elementOp(
  name: string,
  forward: (x: Tensor, dims: readonly number[], out: Tensor) => void,
  ties: (x: Tensor, y: Tensor) => Tensor,
): ExtremeOp {
  return defineOp({
    name,
    inputs: ['x'],
    shape: ([x], attrs: Reduced) => nonEmptyShape(name, x.shape, attrs),
    forward: ([x], { dims }, out) => forward(x, dims, out),
    saves: { x: ['x', 'out'] },
    vjp: {
      x: (g, { x, out, attrs }) => {
        const mask = ties(x, spread(out.detach(), x.shape, attrs));
        const share = div(g, sum(mask, attrs.dims, attrs));
        return mul(spread(share, x.shape, attrs), mask);
      },
    },
  });
}

function extremeOp(name: string, kernel: 'amax' | 'amin', ties: (x: Tensor, y: Tensor) => Tensor): ExtremeOp {
  return elementOp(name, (x, dims, out) => reduceLoop(kernels[kernel], x, dims, out), ties);
}

export const amaxOp = extremeOp('amax', 'amax', attained);
export const aminOp = extremeOp('amin', 'amin', attained);
export const maxOp = extremeOp('max', 'amax', attainedOrNaN);
export const minOp = extremeOp('min', 'amin', attainedOrNaN);

function indexOp(name: 'argmax' | 'argmin'): ExtremeOp {
  return defineOp({
    name,
    inputs: ['x'],
    shape: ([x], attrs: Reduced) => nonEmptyShape(name, x.shape, attrs),
    dtype: 'int32',
    forward: ([x], { dims }, out) => reduceLoop(kernels[name], x, dims, out),
    vjp: null,
  });
}

export const argmaxOp = indexOp('argmax');
export const argminOp = indexOp('argmin');

/** The shape of a reduction that has no value for no elements. */
function nonEmptyShape(op: string, shape: Shape, { dims, keepdim }: Reduced): Shape {
  const empty = dims.find((d) => shape[d] === 0);
  if (empty !== undefined) {
    throw new ShapeError(
      dims.length > 1 && dims.length === shape.length
        ? `${op}: Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the ` +
            `'dim' argument: shape ${formatShape(shape)}`
        : `${op}: Expected reduction dim ${empty} to have non-zero size: shape ${formatShape(shape)}`,
    );
  }
  return reducedShape(shape, dims, keepdim);
}

/**
 * The greatest element, over all or over the given dims; NaN if there is one (torch.amax). Elements that tie share the
 * gradient evenly.
 *
 * @throws ShapeError if a reduced dim has extent 0.
 */
export function amax(x: Tensor, dim?: Dims | ReduceOptions, options?: ReduceOptions): Tensor {
  const attrs = reduced('amax', x, dim, options);
  return apply(amaxOp, [x], attrs);
}

/** The least element, over all or over the given dims (torch.amin); see {@link amax}. */
export function amin(x: Tensor, dim?: Dims | ReduceOptions, options?: ReduceOptions): Tensor {
  const attrs = reduced('amin', x, dim, options);
  return apply(aminOp, [x], attrs);
}

/** What `max(x, dim)` and its like return. */
export interface ValuesAndIndices {
  readonly values: Tensor;
  /** Where along the dim each value stands; int32. */
  readonly indices: Tensor;
}

/** Options of `max(x, dim)` and its like. */
export interface DimOptions {
  /** Whether the dim stays, with extent 1. Default false. */
  readonly keepdim?: boolean;
}

/** Options of `max(x, { dim })` and its like. */
export interface OneDimOptions extends DimOptions {
  readonly dim: number;
}

/**
 * The greatest element of all, or with `dim` the greatest along that dim and its index, or of two tensors the greater
 * elements, like `maximum` (torch.max). NaN is greater than any number.
 *
 * Elements that tie for the greatest of all share the gradient evenly; along a dim the first of them gets all.
 *
 * @throws ShapeError if there are no elements to choose from.
 */
export function max(x: Tensor): Tensor;
export function max(x: Tensor, other: Tensor): Tensor;
export function max(x: Tensor, dim: number, options?: DimOptions): ValuesAndIndices;
export function max(x: Tensor, options: OneDimOptions): ValuesAndIndices;
export function max(
  x: Tensor,
  second?: Tensor | number | OneDimOptions,
  options?: DimOptions,
): Tensor | ValuesAndIndices {
  if (isTensor(second)) return maximum(x, second);
  if (second === undefined) return apply(maxOp, [x], reduced('max', x, undefined, options));
  return along('max', argmaxOp, x, second, options);
}

/** The least element; in every way like {@link max} (torch.min). */
export function min(x: Tensor): Tensor;
export function min(x: Tensor, other: Tensor): Tensor;
export function min(x: Tensor, dim: number, options?: DimOptions): ValuesAndIndices;
export function min(x: Tensor, options: OneDimOptions): ValuesAndIndices;
export function min(
  x: Tensor,
  second?: Tensor | number | OneDimOptions,
  options?: DimOptions,
): Tensor | ValuesAndIndices {
  if (isTensor(second)) return minimum(x, second);
  if (second === undefined) return apply(minOp, [x], reduced('min', x, undefined, options));
  return along('min', argminOp, x, second, options);
}

function along(
  name: string,
  op: ExtremeOp,
  x: Tensor,
  dim: number | OneDimOptions,
  options: DimOptions | undefined,
): ValuesAndIndices {
  const { dims, keepdim } = oneDim(name, reduced(name, x, dim, options), x);
  const indices = apply(op, [x], { dims, keepdim: true });
  return elementsAt(x, dims[0] ?? 0, indices, keepdim);
}

/** The elements at one index per line along a dim (which the indices still have), and those indices. */
export function elementsAt(x: Tensor, dim: number, indices: Tensor, keepdim: boolean): ValuesAndIndices {
  const values = gather(x, dim, indices);
  if (keepdim || x.ndim === 0) return { values, indices };
  return { values: squeeze(values, dim), indices: squeeze(indices, dim) };
}

function oneDim(name: string, attrs: Reduced, x: Tensor): Reduced {
  if (attrs.dims.length === 1 || x.ndim === 0) return attrs;
  throw new TypeError(`${name}: expected one dim as a number, got ${formatShape(attrs.dims)}`);
}

/**
 * The index of the greatest element along a dim, or without one among all elements in row-major order; int32
 * (torch.argmax). The first of several, NaN before any number.
 *
 * @throws ShapeError if there are no elements to choose from.
 */
export function argmax(x: Tensor, dim?: number | ReduceOptions, options?: ReduceOptions): Tensor {
  return extremeIndex('argmax', argmaxOp, x, dim, options);
}

/** The index of the least element (torch.argmin); see {@link argmax}. */
export function argmin(x: Tensor, dim?: number | ReduceOptions, options?: ReduceOptions): Tensor {
  return extremeIndex('argmin', argminOp, x, dim, options);
}

function extremeIndex(
  name: string,
  op: ExtremeOp,
  x: Tensor,
  dim: number | ReduceOptions | undefined,
  options: ReduceOptions | undefined,
): Tensor {
  const attrs = reduced(name, x, dim, options);
  return apply(op, [x], attrs.dims.length === x.ndim ? attrs : oneDim(name, attrs, x));
}
