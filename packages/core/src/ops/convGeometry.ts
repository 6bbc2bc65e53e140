/* The arguments of a convolution, checked, as what the kernels take. */
import type { Conv2dGeometry } from '@retrograd/kernels';
import { ShapeError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';
import {
  checkPositive,
  countWindows,
  perDim,
  reachOf,
  STILL,
  windowOf,
  type PerDim,
  type Slide,
} from './window.ts';

/** Options of convolutions. */
export interface ConvOptions {
  /** The step between windows. Default 1. */
  readonly stride?: PerDim;
  /**
   * Zeros around the input: a number, one per dim, 'valid' for none, or 'same' for as many as keep the size (stride 1
   * only; an odd one goes to the right and the bottom). Default 0.
   */
  readonly padding?: PerDim | 'same' | 'valid';
  /** The step between the elements a window reads. Default 1. */
  readonly dilation?: PerDim;
  /** Into how many groups the channels are split; each is convolved with filters of its own. Default 1. */
  readonly groups?: number;
}

/** The input's numbers of dims, by its number of spatial ones. */
const COUNT_WORDS = [
  '',
  '2D (unbatched) or 3D (batched)',
  '3D (unbatched) or 4D (batched)',
  '4D (unbatched) or 5D (batched)',
];

/** The geometry of conv2d(x, weight, bias, options), or an error that says what does not fit. */
export function conv2dGeometry(
  x: Shape,
  weight: Shape,
  bias: Shape | undefined,
  options: ConvOptions,
): Conv2dGeometry {
  const [vertical, horizontal] = slides('conv2d', 2, x, weight, bias, options);
  return geometryOf(x.length === 4 ? x[0] : 1, x[x.length - 3], weight[0], options, vertical, horizontal);
}

/** Likewise of conv1d, as a convolution over an input of height 1. */
export function conv1dGeometry(
  x: Shape,
  weight: Shape,
  bias: Shape | undefined,
  options: ConvOptions,
): Conv2dGeometry {
  const [horizontal] = slides('conv1d', 1, x, weight, bias, options);
  return geometryOf(x.length === 3 ? x[0] : 1, x[x.length - 2], weight[0], options, STILL, horizontal);
}

export function geometryOf(
  batch: number,
  inChannels: number,
  outChannels: number,
  { groups = 1 }: { readonly groups?: number },
  vertical: Slide,
  horizontal: Slide,
): Conv2dGeometry {
  return { ...windowOf(vertical, horizontal), batch, inChannels, outChannels, groups };
}

/** How a convolution's window slides along each spatial dim. */
export function slides(
  op: string,
  ndim: number,
  x: Shape,
  weight: Shape,
  bias: Shape | undefined,
  options: ConvOptions,
): Slide[] {
  checkSizes(op, ndim, x, weight, bias, options.groups ?? 1);
  const stride = perDim(op, 'stride', options.stride ?? 1, ndim);
  const dilation = perDim(op, 'dilation', options.dilation ?? 1, ndim);
  if (stride.some((n) => n < 1))
    throw new ShapeError(`${op}: non-positive stride is not supported: ${formatShape(stride)}`);
  checkPositive(op, 'dilation', dilation);
  const sizes = x.slice(-ndim);
  const kernels = weight.slice(-ndim);
  checkPositive(op, 'kernel size', kernels);
  const padding = paddings(op, ndim, options.padding ?? 0, kernels, stride, dilation);
  if (sizes.some((size, i) => size + padding[i].total < reachOf(kernels[i], dilation[i]))) {
    throw new ShapeError(
      `${op}: Calculated padded input size per channel: (${sizes.map((n, i) => n + padding[i].total).join(' x ')}). ` +
        `Kernel size: (${kernels.map((n, i) => reachOf(n, dilation[i])).join(' x ')}). Kernel size can't be greater ` +
        `than actual input size`,
    );
  }
  return sizes.map((size, i) => ({
    size,
    kernel: kernels[i],
    stride: stride[i],
    pad: padding[i].before,
    dilation: dilation[i],
    count: countWindows(size, padding[i].total, kernels[i], stride[i], dilation[i]),
  }));
}

/** What holds for convolutions of either direction: the numbers of dims, and that groups are counted from 1. */
export function checkRanks(op: string, ndim: number, x: Shape, weight: Shape, groups: number): void {
  if (x.length !== ndim + 1 && x.length !== ndim + 2) {
    throw new ShapeError(
      `${op}: Expected ${COUNT_WORDS[ndim]} input to ${op}, but got input of size: ${formatShape(x)}`,
    );
  }
  if (weight.length !== ndim + 2) {
    throw new ShapeError(
      `${op}: Expected ${ndim + 2}-dimensional weight, but got weight of size ${formatShape(weight)}`,
    );
  }
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ShapeError(`${op}: non-positive groups is not supported, got groups=${groups}`);
  }
}

function checkSizes(
  op: string,
  ndim: number,
  x: Shape,
  weight: Shape,
  bias: Shape | undefined,
  groups: number,
): void {
  checkRanks(op, ndim, x, weight, groups);
  const [outChannels, groupChannels] = weight;
  if (outChannels < groups || outChannels % groups !== 0) {
    const rule = outChannels < groups ? `at least ${groups}` : `divisible by ${groups}`;
    throw new ShapeError(
      `${op}: Given groups=${groups}, expected weight to be ${rule} at dimension 0, but got weight of size ` +
        `${formatShape(weight)} instead`,
    );
  }
  const channels = x[x.length - 1 - ndim];
  if (channels !== groupChannels * groups) {
    throw new ShapeError(
      `${op}: Given groups=${groups}, weight of size ${formatShape(weight)}, expected input${formatShape(x)} to have ` +
        `${groupChannels * groups} channels, but got ${channels} channels instead`,
    );
  }
  if (bias !== undefined && (bias.length !== 1 || bias[0] !== outChannels)) {
    throw new ShapeError(
      `${op}: Given weight of size ${formatShape(weight)}, expected bias to be 1-dimensional with ${outChannels} ` +
        `elements, but got bias of size ${formatShape(bias)} instead`,
    );
  }
}

function paddings(
  op: string,
  ndim: number,
  padding: PerDim | string,
  kernels: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): { before: number; total: number }[] {
  if (padding === 'same') {
    if (stride.some((n) => n !== 1)) {
      throw new ShapeError(
        `${op}: padding='same' is not supported for strided convolutions, got ${formatShape(stride)}`,
      );
    }
    return kernels.map((kernel, i) => {
      const total = dilation[i] * (kernel - 1);
      return { before: Math.floor(total / 2), total };
    });
  }
  if (padding === 'valid') return kernels.map(() => ({ before: 0, total: 0 }));
  if (typeof padding === 'string') {
    throw new TypeError(
      `${op}: Invalid padding string: '${padding}'; it is 'same', 'valid', a number or one per dim`,
    );
  }
  return perDim(op, 'padding', padding, ndim).map((n) => {
    if (n < 0) throw new ShapeError(`${op}: negative padding is not supported: ${JSON.stringify(padding)}`);
    return { before: n, total: 2 * n };
  });
}
