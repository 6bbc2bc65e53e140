import { avgPool2d, maxPool2d, type Tensor } from '@retrograd/core';
import { pair, type Pair } from '../checks.ts';
import { Module } from '../module.ts';
import { pythonBool, pythonTuple } from '../repr.ts';

/** Options of {@link MaxPool2d}. */
export interface MaxPool2dOptions {
  /** The step between windows. Default: the kernel size. */
  readonly stride?: Pair;
  /** How far windows may begin and end outside the input, at most half the kernel size. Default 0. */
  readonly padding?: Pair;
  /** The step between the elements of a window. Default 1. */
  readonly dilation?: Pair;
  /** Whether a window that ends outside counts, too. Default false. */
  readonly ceilMode?: boolean;
}

/** Options of {@link AvgPool2d}. */
export interface AvgPool2dOptions {
  /** The step between windows. Default: the kernel size. */
  readonly stride?: Pair;
  /** Zeros around the input, at most half the kernel size. Default 0. */
  readonly padding?: Pair;
  /** Whether a window that ends outside counts, too. Default false. */
  readonly ceilMode?: boolean;
  /** Whether the zeros around the input count as elements. Default true. */
  readonly countIncludePad?: boolean;
  /** What sums are divided by, instead of the number of elements. */
  readonly divisorOverride?: number | null;
}

/**
 * The maximum of each window of x [N, C, H, W] or [C, H, W] (torch.nn.MaxPool2d).
 *
 *     new nn.MaxPool2d(2);
 *     new nn.MaxPool2d(3, { stride: 2, padding: 1 });
 */
export class MaxPool2d extends Module {
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly ceilMode: boolean;

  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    kernelSize: Pair,
    strideOrOptions: Pair | MaxPool2dOptions = {},
    options: MaxPool2dOptions = {},
  ) {
    super();
    const given = withStride(strideOrOptions, options);
    const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = given;
    checkWindow('MaxPool2d', kernelSize, stride, padding);
    pair('MaxPool2d', 'dilation', dilation, 1);
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
    this.ceilMode = ceilMode;
  }

  forward(input: Tensor): Tensor {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    return maxPool2d(input, kernelSize, { stride, padding, dilation, ceilMode });
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    return (
      `kernel_size=${spelled(kernelSize)}, stride=${spelled(stride)}, padding=${spelled(padding)}, ` +
      `dilation=${spelled(dilation)}, ceil_mode=${pythonBool(ceilMode)}`
    );
  }
}

/**
 * The average of each window of x [N, C, H, W] or [C, H, W] (torch.nn.AvgPool2d).
 *
 *     new nn.AvgPool2d(2);
 */
export class AvgPool2d extends Module {
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;

  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense.
   */
  constructor(
    kernelSize: Pair,
    strideOrOptions: Pair | AvgPool2dOptions = {},
    options: AvgPool2dOptions = {},
  ) {
    super();
    const given = withStride(strideOrOptions, options);
    const {
      stride = kernelSize,
      padding = 0,
      ceilMode = false,
      countIncludePad = true,
      divisorOverride = null,
    } = given;
    checkWindow('AvgPool2d', kernelSize, stride, padding);
    if (divisorOverride !== null && (!Number.isInteger(divisorOverride) || divisorOverride === 0)) {
      throw new RangeError(`AvgPool2d: divisor must be an integer and not zero, got ${divisorOverride}`);
    }
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
    this.ceilMode = ceilMode;
    this.countIncludePad = countIncludePad;
    this.divisorOverride = divisorOverride;
  }

  forward(input: Tensor): Tensor {
    const { kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride } = this;
    return avgPool2d(input, kernelSize, { stride, padding, ceilMode, countIncludePad, divisorOverride });
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    return `kernel_size=${spelled(kernelSize)}, stride=${spelled(stride)}, padding=${spelled(padding)}`;
  }
}

function withStride<O extends { readonly stride?: Pair }>(strideOrOptions: Pair | O, options: O): O {
  const isStride = typeof strideOrOptions === 'number' || Array.isArray(strideOrOptions);
  return isStride ? { ...options, stride: strideOrOptions as Pair } : (strideOrOptions as O);
}

function checkWindow(where: string, kernelSize: Pair, stride: Pair, padding: Pair): void {
  const kernel = pair(where, 'kernelSize', kernelSize, 1);
  pair(where, 'stride', stride, 1);
  pair(where, 'padding', padding, 0).forEach((size, i) => {
    if (2 * size > kernel[i]) {
      throw new RangeError(
        `${where}: pad should be at most half of kernel size, but got pad=${size} and kernel_size=${kernel[i]}`,
      );
    }
  });
}

function spelled(size: Pair): string {
  return typeof size === 'number' ? String(size) : pythonTuple(size);
}
