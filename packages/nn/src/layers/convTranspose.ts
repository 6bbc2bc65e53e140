import { convTranspose1d, convTranspose2d, convTranspose3d, ShapeError, type Tensor } from '@retrograd/core';
import { perDim, withStride, type PerDim, type Sizes, type SpatialDims } from '../checks.ts';
import { pythonTuple } from '../repr.ts';
import { Convolution, type ConvolutionOptions } from './convolution.ts';

/** Options of {@link ConvTranspose1d}, {@link ConvTranspose2d} and {@link ConvTranspose3d}. */
export interface ConvTransposeOptions<N extends SpatialDims> extends ConvolutionOptions<N> {
  /** How much is cut off the output at both ends of each dim. Default 0. */
  readonly padding?: PerDim<N>;
  /** How much longer the output is at the end of each dim: less than stride or dilation. Default 0. */
  readonly outputPadding?: PerDim<N>;
  /** Only 'zeros' is known. */
  readonly paddingMode?: 'zeros';
}

/** Options of {@link ConvTranspose1d}. */
export type ConvTranspose1dOptions = ConvTransposeOptions<1>;
/** Options of {@link ConvTranspose2d}. */
export type ConvTranspose2dOptions = ConvTransposeOptions<2>;
/** Options of {@link ConvTranspose3d}. */
export type ConvTranspose3dOptions = ConvTransposeOptions<3>;

/** What the transposed convolutions over one, two and three dims share. */
abstract class ConvTranspose<N extends SpatialDims> extends Convolution<N> {
  readonly outputPadding: Sizes<N>;
  declare readonly padding: Sizes<N>;
  /** [inChannels, outChannels / groups, ...kernelSize] */
  declare weight: Convolution<N>['weight'];

  constructor(
    dims: N,
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim<N>,
    strideOrOptions: PerDim<N> | ConvTransposeOptions<N>,
    options: ConvTransposeOptions<N>,
  ) {
    const given = withStride<N, ConvTransposeOptions<N>>(strideOrOptions, options);
    const { padding = 0, outputPadding = 0, paddingMode = 'zeros' } = given;
    if (typeof padding === 'string') {
      throw new RangeError(`ConvTranspose${dims}d: padding must be sizes, got '${String(padding)}'`);
    }
    super(dims, true, inChannels, outChannels, kernelSize, padding, given);
    const where = this.constructor.name;
    if (paddingMode !== 'zeros') {
      throw new RangeError(
        `${where}: Only "zeros" padding mode is supported for ${where}, got ${String(paddingMode)}`,
      );
    }
    this.outputPadding = perDim(where, 'outputPadding', outputPadding, dims, 0);
  }

  /**
   * @param outputSize - The size of the output's spatial dims (or its shape from the channels or the batch on), for a
   * stride leaves several sizes to choose from; `outputPadding` does not count then.
   * @throws ShapeError if there is no output of this size.
   */
  forward(input: Tensor, outputSize: readonly number[] | null = null): Tensor {
    const { weight, bias, stride, padding, dilation, groups } = this;
    const outputPadding = outputSize === null ? this.outputPadding : this.paddingFor(input, outputSize);
    return this.convolve(input, weight, bias, { stride, padding, outputPadding, dilation, groups });
  }

  /** The op that computes it. */
  protected abstract get convolve(): typeof convTranspose2d;

  protected override ownRepr(): readonly string[] {
    const { outputPadding } = this;
    return outputPadding.some((n) => n !== 0) ? [`output_padding=${pythonTuple(outputPadding)}`] : [];
  }

  private paddingFor(input: Tensor, outputSize: readonly number[]): number[] {
    const { kernelSize, stride, padding, dilation } = this;
    const where = this.constructor.name;
    const dims = kernelSize.length;
    const leading = input.ndim - dims;
    if (outputSize.length !== dims && outputSize.length !== dims + leading) {
      throw new ShapeError(
        `${where}: for ${input.ndim}D input, output_size must have ${dims} or ${dims + leading} elements (got ` +
          `${outputSize.length})`,
      );
    }
    const wanted = outputSize.slice(-dims);
    const least = kernelSize.map(
      (kernel, i) =>
        (input.shape[leading + i] - 1) * stride[i] - 2 * padding[i] + dilation[i] * (kernel - 1) + 1,
    );
    if (!wanted.every((size, i) => size >= least[i] && size < least[i] + stride[i])) {
      const most = least.map((size, i) => size + stride[i] - 1);
      throw new ShapeError(
        `${where}: requested an output size of [${wanted.join(', ')}], but valid sizes range from ` +
          `[${least.join(', ')}] to [${most.join(', ')}] (for an input of [${input.shape.slice(leading).join(', ')}])`,
      );
    }
    return wanted.map((size, i) => size - least[i]);
  }
}

/**
 * The adjoint of {@link Conv1d}: x [N, inChannels, L] or [inChannels, L] becomes [N, outChannels, outL]
 * (torch.nn.ConvTranspose1d). Otherwise as {@link ConvTranspose2d}.
 */
export class ConvTranspose1d extends ConvTranspose<1> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense or do not go together.
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim<1>,
    strideOrOptions: PerDim<1> | ConvTranspose1dOptions = {},
    options: ConvTranspose1dOptions = {},
  ) {
    super(1, inChannels, outChannels, kernelSize, strideOrOptions, options);
  }

  protected get convolve(): typeof convTranspose1d {
    return convTranspose1d;
  }
}

/**
 * The adjoint of {@link Conv2d}: x [N, inChannels, H, W] or [inChannels, H, W] becomes [N, outChannels, outH, outW], with
 * outH = (H − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1 (torch.nn.ConvTranspose2d).
 *
 *     new nn.ConvTranspose2d(16, 8, 3, { stride: 2, padding: 1, outputPadding: 1 }); // doubles the size
 *
 * Weight and bias start uniform on ±1/√(outChannels/groups · kernel elements).
 */
export class ConvTranspose2d extends ConvTranspose<2> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense or do not go together.
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim<2>,
    strideOrOptions: PerDim<2> | ConvTranspose2dOptions = {},
    options: ConvTranspose2dOptions = {},
  ) {
    super(2, inChannels, outChannels, kernelSize, strideOrOptions, options);
  }

  protected get convolve(): typeof convTranspose2d {
    return convTranspose2d;
  }
}

/**
 * The adjoint of {@link Conv3d}: x [N, inChannels, D, H, W] or [inChannels, D, H, W] becomes
 * [N, outChannels, outD, outH, outW] (torch.nn.ConvTranspose3d). Otherwise as {@link ConvTranspose2d}.
 */
export class ConvTranspose3d extends ConvTranspose<3> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense or do not go together.
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim<3>,
    strideOrOptions: PerDim<3> | ConvTranspose3dOptions = {},
    options: ConvTranspose3dOptions = {},
  ) {
    super(3, inChannels, outChannels, kernelSize, strideOrOptions, options);
  }

  protected get convolve(): typeof convTranspose3d {
    return convTranspose3d;
  }
}
