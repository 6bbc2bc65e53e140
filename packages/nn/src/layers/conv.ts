import { conv1d, conv2d, conv3d, pad, type Tensor } from '@retrograd/core';
import { checkChoice, withStride, type PerDim, type SpatialDims } from '../checks.ts';
import { Convolution, type ConvolutionOptions } from './convolution.ts';

const { floor } = Math;

/** What a convolution takes for elements outside of its input. */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

const PADDING_MODES: readonly string[] = ['zeros', 'reflect', 'replicate', 'circular'];

/** Options of {@link Conv1d}, {@link Conv2d} and {@link Conv3d}. */
export interface ConvOptions<N extends SpatialDims> extends ConvolutionOptions<N> {
  /** Elements around the input; 'valid' for none, 'same' for as many as keep the size (stride 1 only). Default 0. */
  readonly padding?: PerDim<N> | 'valid' | 'same';
  /** What those elements are: zeros, or taken from the input as {@link pad} does. Default 'zeros'. */
  readonly paddingMode?: PaddingMode;
}

/** Options of {@link Conv1d}. */
export type Conv1dOptions = ConvOptions<1>;
/** Options of {@link Conv2d}. */
export type Conv2dOptions = ConvOptions<2>;
/** Options of {@link Conv3d}. */
export type Conv3dOptions = ConvOptions<3>;

/** What the convolutions over one, two and three dims share. */
abstract class Conv<N extends SpatialDims> extends Convolution<N> {
  readonly paddingMode: PaddingMode;
  /** [outChannels, inChannels / groups, ...kernelSize] */
  declare weight: Convolution<N>['weight'];

  constructor(
    dims: N,
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim<N>,
    strideOrOptions: PerDim<N> | ConvOptions<N>,
    options: ConvOptions<N>,
  ) {
    const given = withStride<N, ConvOptions<N>>(strideOrOptions, options);
    super(dims, false, inChannels, outChannels, kernelSize, given.padding ?? 0, given);
    const { paddingMode = 'zeros' } = given;
    checkChoice(this.constructor.name, 'paddingMode', paddingMode, PADDING_MODES);
    this.paddingMode = paddingMode;
  }

  forward(input: Tensor): Tensor {
    const { weight, bias, stride, padding, dilation, groups, paddingMode } = this;
    if (paddingMode === 'zeros')
      return this.convolve(input, weight, bias, { stride, padding, dilation, groups });
    const padded = pad(input, this.around(), { mode: paddingMode });
    return this.convolve(padded, weight, bias, { stride, dilation, groups });
  }

  /** The op that computes it. */
  protected abstract get convolve(): typeof conv2d;

  protected override lastRepr(): readonly string[] {
    return this.paddingMode === 'zeros' ? [] : [`padding_mode=${this.paddingMode}`];
  }

  /** How much is added before and after each dim, the last dim first. */
  private around(): number[] {
    const { kernelSize, dilation, padding } = this;
    const ends = kernelSize.map((kernel, i): [number, number] => {
      if (typeof padding === 'object') return [padding[i], padding[i]];
      const total = padding === 'same' ? dilation[i] * (kernel - 1) : 0;
      return [floor(total / 2), total - floor(total / 2)];
    });
    return ends.reverse().flat();
  }
}

/**
 * Convolves x [N, inChannels, L] or [inChannels, L] with outChannels kernels, and adds a bias to each (torch.nn.Conv1d).
 * Otherwise as {@link Conv2d}.
 */
export class Conv1d extends Conv<1> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense or do not go together.
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim<1>,
    strideOrOptions: PerDim<1> | Conv1dOptions = {},
    options: Conv1dOptions = {},
  ) {
    super(1, inChannels, outChannels, kernelSize, strideOrOptions, options);
  }

  protected get convolve(): typeof conv1d {
    return conv1d;
  }
}

/**
 * Convolves x [N, inChannels, H, W] or [inChannels, H, W] with outChannels kernels, and adds a bias to each
 * (torch.nn.Conv2d).
 *
 *     new nn.Conv2d(1, 16, 3, { padding: 1 });
 *     new nn.Conv2d(16, 32, [3, 5], { stride: 2, bias: false });
 *
 * Weight and bias start uniform on ±1/√(inChannels/groups · kernel elements).
 */
export class Conv2d extends Conv<2> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense or do not go together.
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim<2>,
    strideOrOptions: PerDim<2> | Conv2dOptions = {},
    options: Conv2dOptions = {},
  ) {
    super(2, inChannels, outChannels, kernelSize, strideOrOptions, options);
  }

  protected get convolve(): typeof conv2d {
    return conv2d;
  }
}

/**
 * Convolves x [N, inChannels, D, H, W] or [inChannels, D, H, W] with outChannels kernels, and adds a bias to each
 * (torch.nn.Conv3d). Otherwise as {@link Conv2d}.
 */
export class Conv3d extends Conv<3> {
  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense or do not go together.
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim<3>,
    strideOrOptions: PerDim<3> | Conv3dOptions = {},
    options: Conv3dOptions = {},
  ) {
    super(3, inChannels, outChannels, kernelSize, strideOrOptions, options);
  }

  protected get convolve(): typeof conv3d {
    return conv3d;
  }
}
