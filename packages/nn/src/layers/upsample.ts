import { interpolate, type Tensor } from '@retrograd/core';
import { checkChoice, checkFlag, checkNumber, checkSize } from '../checks.ts';
import { Module } from '../module.ts';
import { pythonFloat, pythonSize } from '../repr.ts';

/** How elements between those of the input are computed. */
export type UpsampleMode =
  'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'trilinear' | 'area';

const MODES: readonly string[] = [
  'nearest',
  'nearest-exact',
  'linear',
  'bilinear',
  'bicubic',
  'trilinear',
  'area',
];

/** To which size: either as it is, or as a factor. */
export interface UpsamplingOptions {
  /** The size of the spatial dims: one number for all, or one for each. */
  readonly size?: number | readonly number[] | null;
  /** By how much the spatial dims grow: one number for all, or one for each. */
  readonly scaleFactor?: number | readonly number[] | null;
}

/** Options of {@link Upsample}. */
export interface UpsampleOptions extends UpsamplingOptions {
  /** 'linear' is for [N, C, L], 'bilinear' and 'bicubic' for [N, C, H, W], 'trilinear' for [N, C, D, H, W]. Default 'nearest'. */
  readonly mode?: UpsampleMode;
  /** Whether the centers of the outermost elements stay where they are; not for nearest and area. Default false. */
  readonly alignCorners?: boolean | null;
  /** Whether positions are computed from the sizes and not from the factor. Default false. */
  readonly recomputeScaleFactor?: boolean | null;
}

/**
 * x [N, C, …] resized to a size or by a factor (torch.nn.Upsample).
 *
 *     new nn.Upsample({ scaleFactor: 2 });
 *     new nn.Upsample({ size: [32, 48], mode: 'bilinear' });
 */
export class Upsample extends Module {
  readonly size: number | readonly number[] | null;
  readonly scaleFactor: number | readonly number[] | null;
  readonly mode: UpsampleMode;
  readonly alignCorners: boolean | null;
  readonly recomputeScaleFactor: boolean | null;

  /** @throws RangeError or TypeError unless one of size and factor is given, and makes sense. */
  constructor(options: UpsampleOptions = {}) {
    super();
    const { size = null, scaleFactor = null, mode = 'nearest' } = options;
    const { alignCorners = null, recomputeScaleFactor = null } = options;
    const where = this.constructor.name;
    if ((size === null) === (scaleFactor === null)) {
      throw new TypeError(`${where}: only one of size or scale_factor should be defined, and one must be`);
    }
    for (const each of listed(size)) checkSize(where, 'size', each, 1);
    for (const each of listed(scaleFactor)) {
      checkNumber(where, 'scaleFactor', each);
      if (each <= 0) throw new RangeError(`${where}: scaleFactor must be positive, got ${each}`);
    }
    checkChoice(where, 'mode', mode, MODES);
    if (alignCorners !== null) {
      checkFlag(where, 'alignCorners', alignCorners);
      if (mode === 'area' || mode.startsWith('nearest')) {
        throw new RangeError(
          `${where}: align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | ` +
            `trilinear, got mode '${mode}'`,
        );
      }
    }
    if (recomputeScaleFactor !== null) checkFlag(where, 'recomputeScaleFactor', recomputeScaleFactor);
    this.size = size;
    this.scaleFactor = scaleFactor;
    this.mode = mode;
    this.alignCorners = alignCorners;
    this.recomputeScaleFactor = recomputeScaleFactor;
  }

  forward(input: Tensor): Tensor {
    const { size, scaleFactor, mode, alignCorners, recomputeScaleFactor } = this;
    return interpolate(input, { size, scaleFactor, mode, alignCorners, recomputeScaleFactor });
  }

  override extraRepr(): string {
    const { size, scaleFactor, mode } = this;
    if (scaleFactor === null) return `size=${pythonSize(size)}, mode=${mode}`;
    const factors = listed(scaleFactor).map(pythonFloat);
    const text = typeof scaleFactor === 'number' ? factors[0] : `(${factors.join(', ')})`;
    return `scale_factor=${text}, mode=${mode}`;
  }
}

/** {@link Upsample} of [N, C, H, W] by the nearest elements (torch.nn.UpsamplingNearest2d). */
export class UpsamplingNearest2d extends Upsample {
  /** @throws As {@link Upsample}. */
  constructor({ size, scaleFactor }: UpsamplingOptions = {}) {
    super({ size, scaleFactor, mode: 'nearest' });
  }
}

/** {@link Upsample} of [N, C, H, W], bilinear with corners aligned (torch.nn.UpsamplingBilinear2d). */
export class UpsamplingBilinear2d extends Upsample {
  /** @throws As {@link Upsample}. */
  constructor({ size, scaleFactor }: UpsamplingOptions = {}) {
    super({ size, scaleFactor, mode: 'bilinear', alignCorners: true });
  }
}

function listed(value: number | readonly number[] | null): readonly number[] {
  return value === null ? [] : typeof value === 'number' ? [value] : [...value];
}
