import { kernels } from '@retrograd/kernels';
import { checkDType, type DType } from '../dtype.ts';
import { apply, defineOp } from '../tape/record.ts';
import { allocateTensor, type Tensor } from '../tensor.ts';
import { binaryLoop, copyInto } from './loops.ts';

export const cloneOp = defineOp({
  name: 'clone',
  inputs: ['x'],
  shape: ([x]) => x.shape,
  forward: ([x], _, out) => copyInto(x, out),
  vjp: { x: (g) => g },
});

/** A contiguous copy of x with elements of its own (torch.clone). Recorded: the gradient passes through. */
export function clone(x: Tensor): Tensor {
  return apply(cloneOp, [x]);
}

/** x itself if its elements lie in row-major order, else a copy in which they do (torch.Tensor.contiguous). */
export function contiguous(x: Tensor): Tensor {
  return x.isContiguous() ? x : clone(x);
}

export const castOp = defineOp({
  name: 'to',
  inputs: ['x'],
  shape: ([x], _attrs: { dtype: DType }) => x.shape,
  dtype: (_, { dtype }) => dtype,
  forward: ([x], _, out) => copyInto(x, out),
  vjp: { x: (g, { specs }) => to(g, specs[0].dtype) },
});

export const toBoolOp = defineOp({
  name: 'toBool',
  inputs: ['x'],
  shape: ([x]) => x.shape,
  dtype: 'bool',
  forward: ([x], _, out) => binaryLoop(kernels.ne, x, allocateTensor([], x.dtype), out),
  vjp: null,
});

/**
 * x converted to another dtype; x itself if it has that dtype (torch.Tensor.to). Floats become integers by
 * truncation, NaN by 0; anything but zero becomes true. The gradient converts back; integers have none.
 *
 * @throws DTypeError for an unknown dtype.
 */
export function to(x: Tensor, dtype: DType): Tensor {
  checkDType('to', dtype);
  if (x.dtype === dtype) return x;
  return dtype === 'bool' ? apply(toBoolOp, [x]) : apply(castOp, [x], { dtype });
}

/** Options of functions that convert their argument first. */
export interface DTypeOptions {
  /** The dtype to compute in and to return. Default what x's dtype gives. */
  readonly dtype?: DType;
}

/** f(x), in a dtype if one is asked for: x is converted to it first. */
export function inDType(x: Tensor, dtype: DType | undefined, f: (x: Tensor) => Tensor): Tensor {
  return dtype === undefined ? f(x) : to(f(to(x, dtype)), dtype);
}
