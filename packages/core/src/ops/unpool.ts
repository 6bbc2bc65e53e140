/* Maxima put back where they were: what undoes max-pooling as far as it can be undone. */
import { zeros } from '../creation.ts';
import { ShapeError } from '../errors.ts';
import { formatShape, numelOf, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { scatter } from './gather.ts';
import { checkIndices } from './indices.ts';
import { checkPlanes } from './poolGeometry.ts';
import { checkTensor } from './promote.ts';
import { reshape } from './view.ts';
import { checkPositive, perDim, type PerDim } from './window.ts';

/** Options of {@link maxUnpool2d}: those of the pooling that is undone. */
export interface MaxUnpoolOptions {
  /** Default: the kernel size. */
  readonly stride?: PerDim;
  /** Default 0. */
  readonly padding?: PerDim;
  /** The size of the result, or the whole shape; within a stride of (size − 1)·stride − 2·padding + kernel, the default. */
  readonly outputSize?: readonly number[] | null;
}

/** {@link maxUnpool2d} along one dim: x is [N, C, L] or [C, L] (torch.nn.functional.max_unpool1d). */
export function maxUnpool1d(
  x: Tensor,
  indices: Tensor,
  kernelSize: PerDim,
  options: MaxUnpoolOptions = {},
): Tensor {
  return unpooled('maxUnpool1d', 1, x, indices, kernelSize, options);
}

/**
 * Zeros, with the elements of x at the positions h·W + w that `indices` says, as {@link maxPool2d} returns them
 * (torch.nn.functional.max_unpool2d). x and indices are [N, C, H, W] or [C, H, W].
 *
 * @throws ShapeError if shapes or sizes do not fit; RangeError for a position outside the result.
 */
export function maxUnpool2d(
  x: Tensor,
  indices: Tensor,
  kernelSize: PerDim,
  options: MaxUnpoolOptions = {},
): Tensor {
  return unpooled('maxUnpool2d', 2, x, indices, kernelSize, options);
}

/** {@link maxUnpool2d} of volumes: x is [N, C, D, H, W] or [C, D, H, W] (torch.nn.functional.max_unpool3d). */
export function maxUnpool3d(
  x: Tensor,
  indices: Tensor,
  kernelSize: PerDim,
  options: MaxUnpoolOptions = {},
): Tensor {
  return unpooled('maxUnpool3d', 3, x, indices, kernelSize, options);
}

function unpooled(
  op: string,
  ndim: number,
  x: Tensor,
  indices: Tensor,
  kernelSize: PerDim,
  options: MaxUnpoolOptions,
): Tensor {
  checkPlanes(op, x, ndim);
  checkTensor(op, indices);
  if (!sameShape(x.shape, indices.shape)) {
    throw new ShapeError(
      `${op}: Expected shape of indices to be: ${formatShape(x.shape)} but got: ${formatShape(indices.shape)}`,
    );
  }
  const leading = x.shape.slice(0, -ndim);
  const size = sizeOf(op, x.shape.slice(-ndim), kernelSize, options);
  const total = numelOf(size);
  checkIndices(op, indices, x.ndim - 1, total);
  const lists = numelOf(leading);
  const count = numelOf(x.shape.slice(-ndim));
  const empty = zeros([lists, total], { dtype: x.dtype });
  const out = scatter(empty, 1, reshape(indices, [lists, count]), reshape(x, [lists, count]));
  return reshape(out, [...leading, ...size]);
}

function sizeOf(
  op: string,
  pooled: readonly number[],
  kernelSize: PerDim,
  options: MaxUnpoolOptions,
): readonly number[] {
  const ndim = pooled.length;
  const kernel = perDim(op, 'kernelSize', kernelSize, ndim);
  const stride = perDim(op, 'stride', options.stride ?? kernel, ndim);
  const padding = perDim(op, 'padding', options.padding ?? 0, ndim);
  checkPositive(op, 'stride', stride);
  const usual = pooled.map((n, i) => (n - 1) * stride[i] - 2 * padding[i] + kernel[i]);
  const asked = options.outputSize ?? usual;
  const size = asked.length === ndim + 2 ? asked.slice(2) : asked;
  if (size.length !== ndim) {
    throw new ShapeError(
      `${op}: output_size should be a sequence containing ${ndim} or ${ndim + 2} elements, but it has a length of ` +
        `'${size.length}'`,
    );
  }
  size.forEach((n, i) => {
    if (n === usual[i] || Math.abs(n - usual[i]) < stride[i]) return;
    throw new ShapeError(
      `${op}: invalid output_size "${formatShape(size)}" (dim ${i} must be between ${usual[i] - stride[i]} and ` +
        `${usual[i] + stride[i]})`,
    );
  });
  return size;
}
