/* Images, lines and volumes in another size. */
import { isFloating } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { adaptivelyAveraged } from './adaptivePool.ts';
import { checkTensor } from './promote.ts';
import { resampled, type Tap } from './resample.ts';

const { floor, max, min } = Math;

/** How elements between the given ones are found. */
export type InterpolationMode =
  'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'trilinear' | 'area';

/** Options of {@link interpolate}. */
export interface InterpolateOptions {
  /** The size of the spatial dims: one number for all or one each. Either this or `scaleFactor`. */
  readonly size?: number | readonly number[] | null;
  /** The factor by which they grow: one number for all or one each; the size is rounded down. */
  readonly scaleFactor?: number | readonly number[] | null;
  /** 'linear' is for [N, C, L], 'bilinear' and 'bicubic' for [N, C, H, W], 'trilinear' for [N, C, D, H, W]. Default 'nearest'. */
  readonly mode?: InterpolationMode;
  /** Let the outermost elements' centers coincide, not their outer edges. Not for nearest and area. Default false. */
  readonly alignCorners?: boolean | null;
  /** Compute positions from the sizes, not from `scaleFactor`. Default false. */
  readonly recomputeScaleFactor?: boolean | null;
}

/** How one dim is resized: `step` is the distance between output elements, measured in input elements. */
interface Resizing {
  readonly size: number;
  readonly count: number;
  readonly step: number;
  readonly alignCorners: boolean;
}

const SPATIAL_DIMS = { linear: 1, bilinear: 2, bicubic: 2, trilinear: 3 } as const;

const TAPS: Readonly<Record<Exclude<InterpolationMode, 'area'>, (dim: Resizing) => Tap[]>> = {
  nearest: (dim) => nearest(dim, 0),
  'nearest-exact': (dim) => nearest(dim, 0.5),
  linear,
  bilinear: linear,
  trilinear: linear,
  bicubic: cubic,
};

/**
 * x in another spatial size (torch.nn.functional.interpolate): every mode is a weighted sum of elements along each
 * dim in turn. x is [N, C, L], [N, C, H, W] or [N, C, D, H, W].
 *
 * @throws ShapeError if shape, size or mode do not fit; TypeError for contradicting options; DTypeError unless floating.
 */
export function interpolate(x: Tensor, options: InterpolateOptions = {}): Tensor {
  checkTensor('interpolate', x);
  const { mode = 'nearest', alignCorners = null } = options;
  checkMode(x, mode, alignCorners);
  const { size, factors } = targetOf(x, options);
  if (mode === 'area') return adaptivelyAveraged(x, size);
  return size.reduce((y, count, i) => {
    const extent = x.shape[2 + i];
    const corners = alignCorners ?? false;
    const step = corners
      ? (extent - 1) / max(count - 1, 1)
      : factors === null
        ? extent / count
        : 1 / factors[i];
    const taps = TAPS[mode]({ size: extent, count, step, alignCorners: corners });
    return resampled(y, 2 + i, taps);
  }, x);
}

function nearest({ size, count, step }: Resizing, offset: number): Tap[] {
  // Where the size stays or doubles, PyTorch disregards the fraction that rounding down cut off.
  const plain = offset === 0 && (count === size || count === 2 * size);
  const distance = plain ? size / count : step;
  return [{ positions: list(count, (i) => min(floor((i + offset) * distance), size - 1)) }];
}

function linear(dim: Resizing): Tap[] {
  const { size, count } = dim;
  if (size === count) return [{ positions: list(count, (i) => i) }];
  const at = list(count, (i) => max(source(dim, i), 0));
  const before = at.map((p) => min(floor(p), size - 1));
  const share = at.map((p, i) => min(max(p - before[i], 0), 1));
  return [
    { positions: before, weights: share.map((t) => 1 - t) },
    { positions: before.map((p) => min(p + 1, size - 1)), weights: share },
  ];
}

function cubic(dim: Resizing): Tap[] {
  const at = list(dim.count, (i) => source(dim, i));
  return list(4, (k) => ({
    positions: at.map((p) => min(max(floor(p) - 1 + k, 0), dim.size - 1)),
    weights: at.map((p) => cubicWeights(p - floor(p))[k]),
  }));
}

/** Where output element i lies between the input's. */
function source({ step, alignCorners }: Resizing, i: number): number {
  return alignCorners ? i * step : (i + 0.5) * step - 0.5;
}

/** The weights of the four elements around a position, t after the second: Keys' cubic convolution with a = −¾. */
function cubicWeights(t: number): number[] {
  const a = -0.75;
  const near = (d: number): number => ((a + 2) * d - (a + 3)) * d * d + 1;
  const far = (d: number): number => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return [far(t + 1), near(t), near(1 - t), far(2 - t)];
}

function list<T>(length: number, f: (i: number) => T): T[] {
  return Array.from({ length }, (_, i) => f(i));
}

function checkMode(x: Tensor, mode: InterpolationMode, alignCorners: boolean | null): void {
  if (mode !== 'area' && !(mode in TAPS)) {
    throw new TypeError(`interpolate: mode must be one of ${Object.keys(TAPS).join(', ')}, area; got ${String(mode)}`);
  } // prettier-ignore
  if (!isFloating(x.dtype)) throw new DTypeError(`interpolate: not implemented for ${x.dtype} tensors`);
  const needed = mode in SPATIAL_DIMS ? SPATIAL_DIMS[mode as keyof typeof SPATIAL_DIMS] : null;
  if (alignCorners !== null && needed === null) {
    throw new TypeError(
      `interpolate: align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | ` +
        `trilinear, got ${mode}`,
    );
  }
  if (x.ndim < 3 || x.ndim > 5 || (needed !== null && x.ndim !== needed + 2)) {
    throw new ShapeError(
      `interpolate: Got ${x.ndim}D input, but ${mode} mode needs ${needed === null ? '3D, 4D or 5D' : `${needed + 2}D`} ` +
        `input: ${formatShape(x.shape)}`,
    );
  }
  if (x.shape.slice(1).includes(0)) {
    throw new ShapeError(
      `interpolate: Non-empty data tensor expected but got a tensor with sizes ${formatShape(x.shape)}`,
    );
  }
}

/** The size asked for, and the factors positions are computed with, if any. */
function targetOf(
  x: Tensor,
  { size = null, scaleFactor = null, recomputeScaleFactor = null }: InterpolateOptions,
): { size: number[]; factors: number[] | null } {
  const inner = x.shape.slice(2);
  const perDim = (name: string, value: number | readonly number[]): number[] => {
    const values = typeof value === 'number' ? inner.map(() => value) : [...value];
    if (values.length === inner.length) return values;
    throw new ShapeError(
      `interpolate: Input and ${name} must have the same number of spatial dimensions, but got input with spatial ` +
        `dimensions of ${formatShape(inner)} and ${name} of ${formatShape(values)}`,
    );
  };
  if ((size === null) === (scaleFactor === null)) {
    const which = size === null ? 'either size or scaleFactor' : 'only one of size or scaleFactor';
    throw new TypeError(`interpolate: ${which} should be defined`);
  }
  const factors = scaleFactor === null ? null : perDim('scaleFactor', scaleFactor);
  const target =
    size !== null ? perDim('output size', size) : inner.map((n, i) => floor(n * (factors as number[])[i]));
  if (!target.every((n) => Number.isInteger(n) && n > 0)) {
    throw new ShapeError(
      `interpolate: Input and output sizes should be greater than 0, but got input ${formatShape(inner)} and output ` +
        formatShape(target),
    );
  }
  return { size: target, factors: recomputeScaleFactor === true ? null : factors };
}
