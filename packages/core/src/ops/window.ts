/* Sliding windows, one dim at a time: what convolution, pooling and im2col share. */
import type { Window2d } from '@retrograd/kernels';
import { ShapeError } from '../errors.ts';

/** How windows slide along one dim. */
export interface Slide {
  /** The input's extent. */
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  /** Padding before the first element; after the last, it is implied by `count`. */
  readonly pad: number;
  readonly dilation: number;
  /** The number of windows: the output's extent. */
  readonly count: number;
}

/** The one window of a dim of extent 1. */
export const STILL: Slide = { size: 1, kernel: 1, stride: 1, pad: 0, dilation: 1, count: 1 };

/** One number for every spatial dim, or one each. */
export type PerDim = number | readonly number[];

/** An argument given as one number (or a list of one) or one per dim, as a list. */
export function perDim(op: string, name: string, value: PerDim, ndim: number): number[] {
  const single = typeof value === 'number' ? value : value.length === 1 ? value[0] : null;
  const list = single === null ? value : new Array<number>(ndim).fill(single);
  if (!Array.isArray(list) || list.length !== ndim) {
    throw new ShapeError(
      `${op}: expected ${name} to be a single integer value or a list of ${ndim} values to match the dimensions, ` +
        `but got ${name}=${JSON.stringify(value)}`,
    );
  }
  for (const n of list as readonly unknown[]) {
    if (!Number.isInteger(n))
      throw new TypeError(`${op}: expected ${name} to hold integers, but got ${String(n)}`);
  }
  return list as number[];
}

/** Throws unless every value is at least 1. */
export function checkPositive(op: string, name: string, values: readonly number[]): void {
  if (values.some((n) => n < 1)) {
    throw new ShapeError(`${op}: ${name} should be greater than zero, but got ${tuple(values)}`);
  }
}

/** How far a window reaches: the positions from its first element to its last. */
export function reachOf(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/** How many windows fit into an input padded by `padding` in all. */
export function countWindows(
  size: number,
  padding: number,
  kernel: number,
  stride: number,
  dilation: number,
): number {
  return Math.floor((size + padding - reachOf(kernel, dilation)) / stride) + 1;
}

/** Sizes as PyTorch's messages print them: `(2, 3)`. */
export function tuple(values: readonly number[]): string {
  return `(${values.join(', ')})`;
}

/** The two-dimensional window that slides by `vertical` down and by `horizontal` across. */
export function windowOf(vertical: Slide, horizontal: Slide): Window2d {
  return {
    height: vertical.size,
    width: horizontal.size,
    kernelHeight: vertical.kernel,
    kernelWidth: horizontal.kernel,
    strideHeight: vertical.stride,
    strideWidth: horizontal.stride,
    padTop: vertical.pad,
    padLeft: horizontal.pad,
    dilationHeight: vertical.dilation,
    dilationWidth: horizontal.dilation,
    outHeight: vertical.count,
    outWidth: horizontal.count,
  };
}
