/* Pooling, and the adjoints of it: reading and writing at the positions of the maxima; averages and their gradient. */
import { kernels, type AveragePoolRule, type Window2d } from '@retrograd/kernels';
import { isFloating } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { numelOf } from '../shape.ts';
import { apply, applyAll, defineMultiOp, defineOp } from '../tape/record.ts';
import { indexArray, type Tensor } from '../tensor.ts';
import { packed } from './loops.ts';
import { checkPlanes, checkReach, poolSlides, type SlideOptions } from './poolGeometry.ts';
import { windowOf, type PerDim, type Slide } from './window.ts';

interface MaxPool {
  readonly window: Window2d;
}

/** What average pooling does: windows, and what sums are divided by. */
export interface AveragePool {
  readonly window: Window2d;
  readonly rule: AveragePoolRule;
}

export const maxPool2dOp = defineMultiOp({
  name: 'maxPool2d',
  inputs: ['x'],
  outputs: ['values', 'indices'],
  shape: ([x], { window }: MaxPool) => {
    const shape = [...x.shape.slice(0, -2), window.outHeight, window.outWidth];
    return [shape, shape];
  },
  dtype: ([x]) => [x.dtype, 'int32'],
  forward: ([x], { window }, values, indices) => {
    const source = packed(x);
    kernels.maxPool2d(
      window, planesOf(x), source.storage.array, source.offset,
      values.storage.array, values.offset, indexArray(indices), indices.offset,
    ); // prettier-ignore
  },
  saves: { x: ['indices'] },
  vjp: { x: (g, { indices, attrs }) => spread(g, indices, attrs) },
});

/** Adds each element of g at the position in its plane that `indices` says. */
export const maxPool2dGradOp = defineOp({
  name: 'maxPool2dGrad',
  inputs: ['g', 'indices'],
  shape: ([g], { window }: MaxPool) => [...g.shape.slice(0, -2), window.height, window.width],
  forward: ([g, indices], { window }, out) => {
    const index = packed(indices);
    const source = packed(g);
    kernels.maxPool2dGrad(
      window, planesOf(g), source.storage.array, source.offset, indexArray(index), index.offset, out.storage.array,
      out.offset,
    ); // prettier-ignore
  },
  saves: { g: ['indices'] },
  vjp: { g: (u, { indices, attrs }) => pick(u, indices, attrs), indices: null },
});

/** Reads the element of each plane of x at the positions that `indices` says. */
export const maxPool2dPickOp = defineOp({
  name: 'maxPool2dPick',
  inputs: ['x', 'indices'],
  shape: ([, indices], _attrs: MaxPool) => indices.shape,
  forward: ([x, indices], { window }, out) => {
    const index = packed(indices);
    const source = packed(x);
    kernels.gather(
      [planesOf(x), window.outHeight * window.outWidth], 1, source.storage.array, source.offset,
      [window.height * window.width, 1], indexArray(index), index.offset, out.storage.array, out.offset,
    ); // prettier-ignore
  },
  saves: { x: ['indices'] },
  vjp: { x: (g, { indices, attrs }) => spread(g, indices, attrs), indices: null },
});

export const avgPool2dOp = defineOp({
  name: 'avgPool2d',
  inputs: ['x'],
  shape: ([x], { window }: AveragePool) => [...x.shape.slice(0, -2), window.outHeight, window.outWidth],
  forward: ([x], { window, rule }, out) => {
    const source = packed(x);
    kernels.avgPool2d(
      window,
      rule,
      planesOf(x),
      source.storage.array,
      source.offset,
      out.storage.array,
      out.offset,
    );
  },
  vjp: { x: (g, { attrs }) => averageGradient(g, attrs) },
});

export const avgPool2dGradOp = defineOp({
  name: 'avgPool2dGrad',
  inputs: ['g'],
  shape: ([g], { window }: AveragePool) => [...g.shape.slice(0, -2), window.height, window.width],
  forward: ([g], { window, rule }, out) => {
    const source = packed(g);
    kernels.avgPool2dGrad(
      window,
      rule,
      planesOf(g),
      source.storage.array,
      source.offset,
      out.storage.array,
      out.offset,
    );
  },
  vjp: { g: (u, { attrs }) => average(u, attrs) },
});

/** The maximum of each window of planes, and where in its plane it is. */
export function maxima(x: Tensor, vertical: Slide, horizontal: Slide): MaxPoolResult {
  const [values, indices] = applyAll(maxPool2dOp, [x], { window: windowOf(vertical, horizontal) });
  return { values, indices };
}

function spread(g: Tensor, indices: Tensor, attrs: MaxPool): Tensor {
  return apply(maxPool2dGradOp, [g, indices], attrs);
}

function pick(x: Tensor, indices: Tensor, attrs: MaxPool): Tensor {
  return apply(maxPool2dPickOp, [x, indices], attrs);
}

/** The average of each window of planes. */
export function average(x: Tensor, attrs: AveragePool): Tensor {
  return apply(avgPool2dOp, [x], attrs);
}

function averageGradient(g: Tensor, attrs: AveragePool): Tensor {
  return apply(avgPool2dGradOp, [g], attrs);
}

/** How many planes [H, W] a tensor holds. */
function planesOf(x: Tensor): number {
  return numelOf(x.shape.slice(0, -2));
}

/** Options of {@link maxPool2d}. */
export interface MaxPoolOptions extends SlideOptions {
  /** The step between the elements a window reads. Default 1. */
  readonly dilation?: PerDim;
  /** Also return the position h·W + w of each maximum in its plane. Default false. */
  readonly returnIndices?: boolean;
}

export type WithIndices = MaxPoolOptions & { readonly returnIndices: true };
export type WithoutIndices = MaxPoolOptions & { readonly returnIndices?: false };

/** The maximum of each window and where it is. */
export interface MaxPoolResult {
  readonly values: Tensor;
  /** int32: positions h·W + w in the plane. */
  readonly indices: Tensor;
}

export function maxPool2d(x: Tensor, kernelSize: PerDim, options: WithIndices): MaxPoolResult;
export function maxPool2d(x: Tensor, kernelSize: PerDim, options?: WithoutIndices): Tensor;
export function maxPool2d(x: Tensor, kernelSize: PerDim, options?: MaxPoolOptions): Tensor | MaxPoolResult;
/**
 * The maximum of each window of the planes of x [N, C, H, W] or [C, H, W] (torch.nn.functional.max_pool2d). Of equal
 * maxima the first counts, and gets the gradient; NaN is greater than any number.
 *
 * @throws ShapeError if shapes or options do not fit; DTypeError for bool tensors.
 */
export function maxPool2d(
  x: Tensor,
  kernelSize: PerDim,
  options: MaxPoolOptions = {},
): Tensor | MaxPoolResult {
  checkPlanes('maxPool2d', x);
  if (x.dtype === 'bool') throw new DTypeError('maxPool2d: not implemented for bool tensors');
  const slides = poolSlides('maxPool2d', x, kernelSize, options, options.dilation);
  slides.forEach((slide) => checkReach('maxPool2d', slide));
  const { values, indices } = maxima(x, slides[0], slides[1]);
  return options.returnIndices === true ? { values, indices } : values;
}

/** Options of {@link avgPool2d}. */
export interface AvgPoolOptions extends SlideOptions {
  /** Count the zeros of the padding among the elements the sum is divided by. Default true. */
  readonly countIncludePad?: boolean;
  /** Divide by this number instead. */
  readonly divisorOverride?: number | null;
}

/**
 * The average of each window of the planes of x [N, C, H, W] or [C, H, W] (torch.nn.functional.avg_pool2d).
 *
 * @throws ShapeError if shapes or options do not fit; DTypeError for integer and bool tensors.
 */
export function avgPool2d(x: Tensor, kernelSize: PerDim, options: AvgPoolOptions = {}): Tensor {
  checkPlanes('avgPool2d', x);
  if (!isFloating(x.dtype)) throw new DTypeError(`avgPool2d: not implemented for ${x.dtype} tensors`);
  const { countIncludePad = true, divisorOverride = null } = options;
  if (divisorOverride === 0) throw new RangeError('avgPool2d: divisor must be not zero');
  const [vertical, horizontal] = poolSlides('avgPool2d', x, kernelSize, options);
  return average(x, {
    window: windowOf(vertical, horizontal),
    rule: {
      countIncludePad,
      divisorOverride: divisorOverride ?? 0,
      padBottom: vertical.pad,
      padRight: horizontal.pad,
    },
  });
}
