/* Running sums and products along a dim. */
import { kernels } from '@retrograd/kernels';
import { normalizeDim } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { allocateTensor, viewAs, type Tensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import { clone, to } from './copy.ts';
import { cat } from './join.ts';
import { around, copyInto, packed } from './loops.ts';
import { checkTensor } from './promote.ts';
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
export function cumsum(x: Tensor, dim: number): Tensor {
  const { y, at } = scanned('cumsum', x, dim);
  return runningSum(y, at, false);
}

/**
 * The products x₀, x₀·x₁, … along a dim, in x's shape (torch.cumprod); bools and bytes become int32. Made of log₂ n
 * products of whole tensors, so that its gradient needs no division and holds at zeros in every order.
 *
 * @throws ShapeError for a dim that is out of range.
 */
export function cumprod(x: Tensor, dim: number): Tensor {
  const { y, at } = scanned('cumprod', x, dim);
  const n = around(y.shape, at).size;
  let product = y;
  for (let reach = 1; reach < n; reach *= 2) {
    const done = narrow(product, at, 0, reach);
    product = cat([done, mul(narrow(product, at, reach, n - reach), narrow(product, at, 0, n - reach))], at);
  }
  return product === x ? clone(x) : product;
}

function scanned(op: string, x: Tensor, dim: number): { readonly y: Tensor; readonly at: number } {
  checkTensor(op, x);
  const y = x.dtype === 'bool' || x.dtype === 'uint8' ? to(x, 'int32') : x;
  return { y, at: normalizeDim(op, dim, x.ndim) };
}
