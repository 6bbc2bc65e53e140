/* Running sums, products and extremes along a dim. */
import { kernels, type AlongKernel } from '@retrograd/kernels';
import { normalizeDim } from '../shape.ts';
import { apply, defineOp, type Op } from '../tape/record.ts';
import { allocateTensor, viewAs, type Tensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import { logaddexp } from './bivariate.ts';
import { clone, inDType, to, type DTypeOptions } from './copy.ts';
import type { ValuesAndIndices } from './extremum.ts';
import { gather } from './gather.ts';
import { cat } from './join.ts';
import { around, copyInto, packed } from './loops.ts';
import { checkTensor, toFloat } from './promote.ts';
import { narrow } from './slice.ts';

interface ScanAttrs {
  /** From 0. */
  readonly dim: number;
  /** Whether sums run from the end. */
  readonly reverse: boolean;
}

/** Sums from the front and sums from the end are each other's adjoint. */
export const cumsumOp = defineOp({
  name: 'cumsum',
  inputs: ['x'],
  shape: ([x], _attrs: ScanAttrs) => x.shape,
  forward: ([x], { dim, reverse }, out) => {
    if (!reverse) return cumsumInto(x, dim, out);
    const sums = allocateTensor(out.shape, out.dtype);
    cumsumInto(reversed(x, dim), dim, sums);
    copyInto(reversed(sums, dim), out);
  },
  vjp: { x: (g, { attrs: { dim, reverse } }) => runningSum(g, dim, !reverse) },
});

function runningSum(x: Tensor, dim: number, reverse: boolean): Tensor {
  return apply(cumsumOp, [x], { dim, reverse });
}

function cumsumInto(x: Tensor, dim: number, out: Tensor): void {
  const { outer, size, inner } = around(x.shape, dim);
  const p = packed(x);
  kernels.cumsum(outer, size, inner, p.storage.array, p.offset, out.storage.array, out.offset);
}

/** x read from the end along a dim: a view that is not on the tape. */
function reversed(x: Tensor, dim: number): Tensor {
  if (x.numel() === 0 || x.ndim === 0) return x;
  const last = x.offset + (x.shape[dim] - 1) * x.strides[dim];
  const strides = x.strides.map((stride, d) => (d === dim ? -stride : stride));
  return viewAs(x, last, x.shape, strides);
}

/**
 * The sums x₀, x₀ + x₁, … along a dim, in x's shape (torch.cumsum); bools and bytes become int32.
 *
 * @throws ShapeError for a dim that is out of range.
 */
export function cumsum(x: Tensor, dim: number, options: DTypeOptions = {}): Tensor {
  const { y, at } = scanned('cumsum', x, dim);
  return inDType(options.dtype === undefined ? y : x, options.dtype, (z) => runningSum(z, at, false));
}

/**
 * The products x₀, x₀·x₁, … along a dim, in x's shape (torch.cumprod); bools and bytes become int32. Made of log₂ n
 * products of whole tensors, so that its gradient needs no division and holds at zeros in every order.
 *
 * @throws ShapeError for a dim that is out of range.
 */
export function cumprod(x: Tensor, dim: number, options: DTypeOptions = {}): Tensor {
  const { y, at } = scanned('cumprod', x, dim);
  const product = inDType(options.dtype === undefined ? y : x, options.dtype, (z) => doubled(z, at, mul));
  return product === x ? clone(x) : product;
}

/**
 * log Σ exp over x₀, …, xᵢ along a dim, without overflow (torch.logcumsumexp). Integers become float32.
 *
 * @throws ShapeError for a dim that is out of range.
 */
export function logcumsumexp(x: Tensor, dim: number): Tensor {
  const y = toFloat('logcumsumexp', x);
  const sums = doubled(y, normalizeDim('logcumsumexp', dim, y.ndim), logaddexp);
  return sums === x ? clone(x) : sums;
}

/** A scan by an associative function: the reach of what each element combines doubles from step to step. */
function doubled(x: Tensor, dim: number, combine: (a: Tensor, b: Tensor) => Tensor): Tensor {
  const n = around(x.shape, dim).size;
  let y = x;
  for (let reach = 1; reach < n; reach *= 2) {
    const done = narrow(y, dim, 0, reach);
    y = cat([done, combine(narrow(y, dim, reach, n - reach), narrow(y, dim, 0, n - reach))], dim);
  }
  return y;
}

function runningIndexOp(
  name: string,
  kernel: () => AlongKernel,
): Op<readonly ['x'], { dim: number }, readonly ['out']> {
  return defineOp({
    name,
    inputs: ['x'],
    shape: ([x], _attrs: { dim: number }) => x.shape,
    dtype: 'int32',
    forward: ([x], { dim }, out) => {
      const { outer, size, inner } = around(x.shape, dim);
      const p = packed(x);
      kernel()(outer, size, inner, p.storage.array, p.offset, out.storage.array, out.offset);
    },
    vjp: null,
  });
}

export const cumargmaxOp = runningIndexOp('cumargmax', () => kernels.cumargmax);
export const cumargminOp = runningIndexOp('cumargmin', () => kernels.cumargmin);

/**
 * The greatest of x₀, …, xᵢ along a dim, and the index of the last that attains it; NaN once there was one
 * (torch.cummax). The gradient goes to those indices.
 *
 * @throws ShapeError for a dim that is out of range.
 */
export function cummax(x: Tensor, dim: number): ValuesAndIndices {
  return runningExtremum('cummax', cumargmaxOp, x, dim);
}

/** The least of x₀, …, xᵢ along a dim; in every way like {@link cummax} (torch.cummin). */
export function cummin(x: Tensor, dim: number): ValuesAndIndices {
  return runningExtremum('cummin', cumargminOp, x, dim);
}

function runningExtremum(op: string, index: typeof cumargmaxOp, x: Tensor, dim: number): ValuesAndIndices {
  checkTensor(op, x);
  const at = normalizeDim(op, dim, x.ndim);
  const indices = apply(index, [x], { dim: at });
  return { values: gather(x, at, indices), indices };
}

function scanned(op: string, x: Tensor, dim: number): { readonly y: Tensor; readonly at: number } {
  checkTensor(op, x);
  const y = x.dtype === 'bool' || x.dtype === 'uint8' ? to(x, 'int32') : x;
  return { y, at: normalizeDim(op, dim, x.ndim) };
}
