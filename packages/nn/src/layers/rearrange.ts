/* Layers that put elements in other places. */
import {
  col2im,
  im2col,
  pixelShuffle,
  pixelUnshuffle,
  reshape,
  ShapeError,
  transpose,
  type Tensor,
} from '@retrograd/core';
import { argument, checkSize, perDim, type Argument, type Pair } from '../checks.ts';
import { Module } from '../module.ts';
import { pythonSize } from '../repr.ts';

/** [N, C·r², H, W] to [N, C, H·r, W·r] (torch.nn.PixelShuffle; Shi et al., 2016). */
export class PixelShuffle extends Module {
  readonly upscaleFactor: number;

  /** @throws RangeError for a factor that is not a positive integer. */
  constructor(upscaleFactor: Argument<'upscaleFactor'>) {
    super();
    this.upscaleFactor = argument(upscaleFactor, 'upscaleFactor') as number;
    checkSize('PixelShuffle', 'upscaleFactor', this.upscaleFactor, 1);
  }

  forward(input: Tensor): Tensor {
    return pixelShuffle(input, this.upscaleFactor);
  }

  override extraRepr(): string {
    return `upscale_factor=${this.upscaleFactor}`;
  }
}

/** [N, C, H·r, W·r] to [N, C·r², H, W]: undoes {@link PixelShuffle} (torch.nn.PixelUnshuffle). */
export class PixelUnshuffle extends Module {
  readonly downscaleFactor: number;

  /** @throws RangeError for a factor that is not a positive integer. */
  constructor(downscaleFactor: Argument<'downscaleFactor'>) {
    super();
    this.downscaleFactor = argument(downscaleFactor, 'downscaleFactor') as number;
    checkSize('PixelUnshuffle', 'downscaleFactor', this.downscaleFactor, 1);
  }

  forward(input: Tensor): Tensor {
    return pixelUnshuffle(input, this.downscaleFactor);
  }

  override extraRepr(): string {
    return `downscale_factor=${this.downscaleFactor}`;
  }
}

/**
 * Deals the channels of [N, C, …] out among groups, as cards: channel c goes to (c mod C/groups)·groups + ⌊c / (C/groups)⌋
 * (torch.nn.ChannelShuffle; Zhang et al., ShuffleNet, 2018).
 */
export class ChannelShuffle extends Module {
  readonly groups: number;

  /** @throws RangeError for a number of groups that is not a positive integer. */
  constructor(groups: Argument<'groups'>) {
    super();
    this.groups = argument(groups, 'groups') as number;
    checkSize('ChannelShuffle', 'groups', this.groups, 1);
  }

  /** @throws ShapeError for fewer than 3 dims, or channels that the groups do not divide. */
  forward(input: Tensor): Tensor {
    const { groups } = this;
    const [batch, channels, ...rest] = input.shape;
    if (input.ndim < 3) {
      throw new ShapeError(
        `ChannelShuffle: expects input with > 2 dims, but got input with ${input.ndim} dims`,
      );
    }
    if (channels % groups !== 0) {
      throw new ShapeError(
        `ChannelShuffle: number of channels must be divisible by groups: ${channels} by ${groups}`,
      );
    }
    const dealt = transpose(reshape(input, [batch, groups, channels / groups, ...rest]), 1, 2);
    return reshape(dealt, input.shape);
  }

  override extraRepr(): string {
    return `groups=${this.groups}`;
  }
}

/** Options of {@link Fold} and {@link Unfold}. */
export interface FoldOptions {
  /** The step between the elements of a window. Default 1. */
  readonly dilation?: Pair;
  /** Zeros around the image. Default 0. */
  readonly padding?: Pair;
  /** The step between windows. Default 1. */
  readonly stride?: Pair;
}

/** What Fold and Unfold share. */
abstract class Windows extends Module {
  readonly kernelSize: Pair;
  readonly dilation: Pair;
  readonly padding: Pair;
  readonly stride: Pair;

  constructor(kernelSize: Pair, { dilation = 1, padding = 0, stride = 1 }: FoldOptions) {
    super();
    const where = this.constructor.name;
    perDim(where, 'kernelSize', kernelSize, 2, 1);
    perDim(where, 'dilation', dilation, 2, 1);
    perDim(where, 'padding', padding, 2, 0);
    perDim(where, 'stride', stride, 2, 1);
    this.kernelSize = kernelSize;
    this.dilation = dilation;
    this.padding = padding;
    this.stride = stride;
  }

  override extraRepr(): string {
    const { kernelSize, dilation, padding, stride } = this;
    return (
      `kernel_size=${pythonSize(kernelSize)}, dilation=${pythonSize(dilation)}, padding=${pythonSize(padding)}, ` +
      `stride=${pythonSize(stride)}`
    );
  }
}

/** The windows of [N, C, H, W] as columns [N, C·kh·kw, L], L being their number (torch.nn.Unfold, also known as im2col). */
export class Unfold extends Windows {
  /** @throws RangeError for sizes that make no sense. */
  constructor(kernelSize: Pair, options: FoldOptions = {}) {
    super(kernelSize, options);
  }

  forward(input: Tensor): Tensor {
    const { kernelSize, dilation, padding, stride } = this;
    return im2col(input, kernelSize, { dilation, padding, stride });
  }
}

/**
 * Adds columns [N, C·kh·kw, L] up as windows of an image [N, C, ...outputSize]: the adjoint of {@link Unfold}
 * (torch.nn.Fold, also known as col2im).
 */
export class Fold extends Windows {
  readonly outputSize: Pair;

  /** @throws RangeError for sizes that make no sense. */
  constructor(outputSize: Pair, kernelSize: Pair, options: FoldOptions = {}) {
    super(kernelSize, options);
    perDim('Fold', 'outputSize', outputSize, 2, 1);
    this.outputSize = outputSize;
  }

  forward(input: Tensor): Tensor {
    const { outputSize, kernelSize, dilation, padding, stride } = this;
    return col2im(input, outputSize, kernelSize, { dilation, padding, stride });
  }

  override extraRepr(): string {
    return `output_size=${pythonSize(this.outputSize)}, ${super.extraRepr()}`;
  }
}
