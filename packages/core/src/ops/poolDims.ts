/* Pooling of lines and of volumes, as pooling of planes: maxima of maxima, averages of averages. */
import { isFloating } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { numelOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul } from './arithmetic.ts';
import { gather } from './gather.ts';
import {
  average,
  maxima,
  type AveragePool,
  type AvgPoolOptions,
  type MaxPoolOptions,
  type MaxPoolResult,
  type WithIndices,
  type WithoutIndices,
} from './pool.ts';
import { checkPlanes, checkReach, poolSlides } from './poolGeometry.ts';
import { reshape, squeeze, unsqueeze } from './view.ts';
import { STILL, windowOf, type PerDim, type Slide } from './window.ts';

export function maxPool1d(x: Tensor, kernelSize: PerDim, options: WithIndices): MaxPoolResult;
export function maxPool1d(x: Tensor, kernelSize: PerDim, options?: WithoutIndices): Tensor;
export function maxPool1d(x: Tensor, kernelSize: PerDim, options?: MaxPoolOptions): Tensor | MaxPoolResult;
/**
 * The maximum of each window along the last dim of x [N, C, L] or [C, L] (torch.nn.functional.max_pool1d); conventions
 * and `indices` as for {@link maxPool2d}.
 *
 * @throws ShapeError if shapes or options do not fit; DTypeError for bool tensors.
 */
export function maxPool1d(
  x: Tensor,
  kernelSize: PerDim,
  options: MaxPoolOptions = {},
): Tensor | MaxPoolResult {
  const [slide] = maxSlides('maxPool1d', 1, x, kernelSize, options);
  const { values, indices } = maxima(unsqueeze(x, -2), STILL, slide);
  const flat = squeeze(values, -2);
  return options.returnIndices === true ? { values: flat, indices: squeeze(indices, -2) } : flat;
}

export function maxPool3d(x: Tensor, kernelSize: PerDim, options: WithIndices): MaxPoolResult;
export function maxPool3d(x: Tensor, kernelSize: PerDim, options?: WithoutIndices): Tensor;
export function maxPool3d(x: Tensor, kernelSize: PerDim, options?: MaxPoolOptions): Tensor | MaxPoolResult;
/**
 * The maximum of each window of the volumes of x [N, C, D, H, W] or [C, D, H, W] (torch.nn.functional.max_pool3d);
 * conventions as for {@link maxPool2d}. `indices` are positions (d·H + h)·W + w.
 *
 * @throws ShapeError if shapes or options do not fit; DTypeError for bool tensors.
 */
export function maxPool3d(
  x: Tensor,
  kernelSize: PerDim,
  options: MaxPoolOptions = {},
): Tensor | MaxPoolResult {
  const [deep, vertical, horizontal] = maxSlides('maxPool3d', 3, x, kernelSize, options);
  const across = maxima(x, vertical, horizontal);
  const plane = vertical.count * horizontal.count;
  const leading = x.shape.slice(0, -3);
  const down = maxima(reshape(across.values, [...leading, deep.size, plane]), deep, every(plane));
  const shape = [...leading, deep.count, vertical.count, horizontal.count];
  const values = reshape(down.values, shape);
  if (options.returnIndices !== true) return values;
  const lists = numelOf(leading);
  const chosen = reshape(down.indices, [lists, deep.count * plane]);
  const within = gather(reshape(across.indices, [lists, deep.size * plane]), 1, chosen);
  const depth = div(chosen, plane, { roundingMode: 'floor' });
  return { values, indices: reshape(add(mul(depth, vertical.size * horizontal.size), within), shape) };
}

/**
 * The average of each window along the last dim of x [N, C, L] or [C, L] (torch.nn.functional.avg_pool1d).
 *
 * @throws ShapeError if shapes or options do not fit; DTypeError for integer and bool tensors.
 */
export function avgPool1d(x: Tensor, kernelSize: PerDim, options: AvgPoolOptions = {}): Tensor {
  const [slide] = averageSlides('avgPool1d', 1, x, kernelSize, options);
  const attrs = averaging(STILL, slide, options, options.divisorOverride ?? null);
  return squeeze(average(unsqueeze(x, -2), attrs), -2);
}

/**
 * The average of each window of the volumes of x [N, C, D, H, W] or [C, D, H, W] (torch.nn.functional.avg_pool3d).
 *
 * @throws ShapeError if shapes or options do not fit; DTypeError for integer and bool tensors.
 */
export function avgPool3d(x: Tensor, kernelSize: PerDim, options: AvgPoolOptions = {}): Tensor {
  const [deep, vertical, horizontal] = averageSlides('avgPool3d', 3, x, kernelSize, options);
  const divisor = options.divisorOverride ?? null;
  const summed = divisor === null ? null : 1;
  const across = average(x, averaging(vertical, horizontal, options, summed));
  const plane = vertical.count * horizontal.count;
  const leading = x.shape.slice(0, -3);
  const stack = reshape(across, [...leading, deep.size, plane]);
  const down = average(stack, averaging(deep, every(plane), options, summed));
  const out = reshape(down, [...leading, deep.count, vertical.count, horizontal.count]);
  return divisor === null ? out : div(out, divisor);
}

/** Windows of one element each. */
function every(size: number): Slide {
  return { ...STILL, size, count: size };
}

function maxSlides(
  op: string,
  ndim: number,
  x: Tensor,
  kernelSize: PerDim,
  options: MaxPoolOptions,
): Slide[] {
  checkPlanes(op, x, ndim);
  if (x.dtype === 'bool') throw new DTypeError(`${op}: not implemented for bool tensors`);
  const slides = poolSlides(op, x, kernelSize, options, options.dilation, ndim);
  slides.forEach((slide) => checkReach(op, slide));
  return slides;
}

function averageSlides(
  op: string,
  ndim: number,
  x: Tensor,
  kernelSize: PerDim,
  options: AvgPoolOptions,
): Slide[] {
  checkPlanes(op, x, ndim);
  if (!isFloating(x.dtype)) throw new DTypeError(`${op}: not implemented for ${x.dtype} tensors`);
  if (options.divisorOverride === 0) throw new RangeError(`${op}: divisor must be not zero`);
  return poolSlides(op, x, kernelSize, options, 1, ndim);
}

function averaging(
  vertical: Slide,
  horizontal: Slide,
  { countIncludePad = true }: AvgPoolOptions,
  divisor: number | null,
): AveragePool {
  return {
    window: windowOf(vertical, horizontal),
    rule: {
      countIncludePad,
      divisorOverride: divisor ?? 0,
      padBottom: vertical.pad,
      padRight: horizontal.pad,
    },
  };
}
