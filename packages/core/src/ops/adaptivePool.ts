/* Pooling to a given size: window i of n reaches from ⌊i·size/n⌋ to ⌈(i + 1)·size/n⌉. */
import { arange, tensor } from '../creation.ts';
import { isFloating } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { numelOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { expand } from './broadcast.ts';
import { max } from './extremum.ts';
import { gather } from './gather.ts';
import { indexSelect } from './indexSelect.ts';
import type { MaxPoolResult } from './pool.ts';
import { checkPlanes } from './poolGeometry.ts';
import { mean } from './reduce.ts';
import { resampled, type Tap } from './resample.ts';
import { reshape, squeeze, unflatten, unsqueeze } from './view.ts';

const { ceil, floor } = Math;

/** The size of the result: one number for all spatial dims or one each, null where the input's stays. */
export type OutputSize = number | readonly (number | null)[];

/** Options of {@link adaptiveMaxPool2d}. */
export interface AdaptiveMaxPoolOptions {
  /** Also return the position of each maximum. Default false. */
  readonly returnIndices?: boolean;
}

type With = { readonly returnIndices: true };
type Without = { readonly returnIndices?: false };

/** {@link adaptiveAvgPool2d} along one dim: x is [N, C, L] or [C, L] (torch.nn.functional.adaptive_avg_pool1d). */
export function adaptiveAvgPool1d(x: Tensor, outputSize: OutputSize): Tensor {
  return averaged('adaptiveAvgPool1d', 1, x, outputSize);
}

/**
 * The averages of outputSize windows of the planes of x [N, C, H, W] or [C, H, W], nearly equal ones that cover all
 * (torch.nn.functional.adaptive_avg_pool2d).
 *
 * @throws ShapeError if shape or size do not fit; DTypeError for integer and bool tensors.
 */
export function adaptiveAvgPool2d(x: Tensor, outputSize: OutputSize): Tensor {
  return averaged('adaptiveAvgPool2d', 2, x, outputSize);
}

/** {@link adaptiveAvgPool2d} of volumes: x is [N, C, D, H, W] or [C, D, H, W] (torch.nn.functional.adaptive_avg_pool3d). */
export function adaptiveAvgPool3d(x: Tensor, outputSize: OutputSize): Tensor {
  return averaged('adaptiveAvgPool3d', 3, x, outputSize);
}

export function adaptiveMaxPool1d(x: Tensor, outputSize: OutputSize, options: With): MaxPoolResult;
export function adaptiveMaxPool1d(x: Tensor, outputSize: OutputSize, options?: Without): Tensor;
export function adaptiveMaxPool1d(
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptiveMaxPoolOptions,
): Tensor | MaxPoolResult;
/** {@link adaptiveMaxPool2d} along one dim: x is [N, C, L] or [C, L] (torch.nn.functional.adaptive_max_pool1d). */
export function adaptiveMaxPool1d(
  x: Tensor,
  outputSize: OutputSize,
  options: AdaptiveMaxPoolOptions = {},
): Tensor | MaxPoolResult {
  return maximal('adaptiveMaxPool1d', 1, x, outputSize, options);
}

export function adaptiveMaxPool2d(x: Tensor, outputSize: OutputSize, options: With): MaxPoolResult;
export function adaptiveMaxPool2d(x: Tensor, outputSize: OutputSize, options?: Without): Tensor;
export function adaptiveMaxPool2d(
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptiveMaxPoolOptions,
): Tensor | MaxPoolResult;
/**
 * The maxima of outputSize windows of the planes of x [N, C, H, W] or [C, H, W], nearly equal ones that cover all
 * (torch.nn.functional.adaptive_max_pool2d). Of equal maxima the first counts; `indices` are positions h·W + w.
 *
 * @throws ShapeError if shape or size do not fit; DTypeError for integer and bool tensors.
 */
export function adaptiveMaxPool2d(
  x: Tensor,
  outputSize: OutputSize,
  options: AdaptiveMaxPoolOptions = {},
): Tensor | MaxPoolResult {
  return maximal('adaptiveMaxPool2d', 2, x, outputSize, options);
}

export function adaptiveMaxPool3d(x: Tensor, outputSize: OutputSize, options: With): MaxPoolResult;
export function adaptiveMaxPool3d(x: Tensor, outputSize: OutputSize, options?: Without): Tensor;
export function adaptiveMaxPool3d(
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptiveMaxPoolOptions,
): Tensor | MaxPoolResult;
/** {@link adaptiveMaxPool2d} of volumes: x is [N, C, D, H, W] or [C, D, H, W] (torch.nn.functional.adaptive_max_pool3d). */
export function adaptiveMaxPool3d(
  x: Tensor,
  outputSize: OutputSize,
  options: AdaptiveMaxPoolOptions = {},
): Tensor | MaxPoolResult {
  return maximal('adaptiveMaxPool3d', 3, x, outputSize, options);
}

function averaged(op: string, ndim: number, x: Tensor, outputSize: OutputSize): Tensor {
  return adaptivelyAveraged(x, checkedSize(op, ndim, x, outputSize));
}

/** The averages of the given numbers of windows along the last dims. */
export function adaptivelyAveraged(x: Tensor, size: readonly number[]): Tensor {
  const leading = x.ndim - size.length;
  const blocks = size.map((n, i) => [n, x.shape[leading + i] / n]);
  if (blocks.every(([, extent]) => Number.isInteger(extent))) {
    const split = reshape(x, [...x.shape.slice(0, leading), ...blocks.flat()]);
    return mean(split, size.map((_, i) => leading + 2 * i + 1)); // prettier-ignore
  }
  return size.reduce((y, n, i) => resampled(y, leading + i, averageTaps(x.shape[leading + i], n)), x);
}

function averageTaps(size: number, count: number): Tap[] {
  const windows = windowsOf(size, count);
  const longest = Math.max(...windows.map(({ length }) => length));
  return Array.from({ length: longest }, (_, k) => ({
    positions: windows.map((window) => window[k] ?? window[0]),
    weights: windows.map(({ length }) => (k < length ? 1 / length : 0)),
  }));
}

/** The positions that each window reads. */
function windowsOf(size: number, count: number): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const start = floor((i * size) / count);
    const end = ceil(((i + 1) * size) / count);
    return Array.from({ length: end - start }, (_, k) => start + k);
  });
}

/** Dim by dim, the last first, so that of equal maxima the first in row-major order stays. */
function maximal(
  op: string,
  ndim: number,
  x: Tensor,
  outputSize: OutputSize,
  { returnIndices = false }: AdaptiveMaxPoolOptions,
): Tensor | MaxPoolResult {
  const size = checkedSize(op, ndim, x, outputSize);
  const inner = x.shape.slice(-ndim);
  let values = x;
  let indices = returnIndices ? expand(reshape(arange(numelOf(inner)), inner), x.shape) : null;
  for (let d = ndim - 1; d >= 0; d--) {
    const dim = x.ndim - ndim + d;
    const windows = windowsOf(inner[d], size[d]);
    const longest = Math.max(...windows.map(({ length }) => length));
    // A window that is shorter reads its last element again.
    const read = windows.flatMap((window) =>
      Array.from({ length: longest }, (_, k) => window[k] ?? window[window.length - 1]),
    );
    const index = tensor(read, { dtype: 'int32' });
    const windowed = (y: Tensor): Tensor => unflatten(indexSelect(y, dim, index), dim, [size[d], longest]);
    const best = max(windowed(values), dim + 1);
    values = best.values;
    if (indices === null) continue;
    indices = squeeze(gather(windowed(indices), dim + 1, unsqueeze(best.indices, dim + 1)), dim + 1);
  }
  return indices === null ? values : { values, indices };
}

function checkedSize(op: string, ndim: number, x: Tensor, outputSize: OutputSize): number[] {
  checkPlanes(op, x, ndim);
  if (!isFloating(x.dtype)) throw new DTypeError(`${op}: not implemented for ${x.dtype} tensors`);
  const list = typeof outputSize === 'number' ? new Array<number>(ndim).fill(outputSize) : outputSize;
  if (list.length !== ndim) throw new ShapeError(`${op}: output_size must be ${ndim}, got ${list.length}`);
  return list.map((n, i) => {
    if (n === null) return x.shape[x.ndim - ndim + i];
    if (Number.isInteger(n) && n > 0) return n;
    throw new ShapeError(`${op}: elements of output_size must be greater than 0, got ${n}`);
  });
}
