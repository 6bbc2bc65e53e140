/* What convolutions and transposed convolutions share: sizes, parameters, and how they print. */
import { zeros, type DType } from '@retrograd/core';
import { checkFlag, checkSize, perDim, type PerDim, type Sizes, type SpatialDims } from '../checks.ts';
import { calculateFans, kaimingUniform_, uniform_ } from '../init.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { pythonTuple } from '../repr.ts';

const { sqrt } = Math;

/** Options of both kinds of convolution. */
export interface ConvolutionOptions<N extends SpatialDims> {
  /** The step between windows. Default 1. */
  readonly stride?: PerDim<N>;
  /** The step between the elements of a window. Default 1. */
  readonly dilation?: PerDim<N>;
  /** Into how many parts the channels are divided, each convolved for itself. Default 1. */
  readonly groups?: number;
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
  /** The dtype of the parameters. Default float32. */
  readonly dtype?: DType;
}

/** A layer that slides kernels over N spatial dims, with a weight and maybe a bias. */
export abstract class Convolution<N extends SpatialDims> extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: Sizes<N>;
  readonly stride: Sizes<N>;
  /** Around the input; of a transposed convolution, what is cut off its output. */
  readonly padding: Sizes<N> | 'valid' | 'same';
  readonly dilation: Sizes<N>;
  readonly groups: number;
  weight: Parameter;
  /** [outChannels], or null without bias. */
  bias: Parameter | null;

  protected constructor(
    dims: N,
    transposed: boolean,
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim<N>,
    padding: PerDim<N> | 'valid' | 'same',
    options: ConvolutionOptions<N>,
  ) {
    super();
    const { stride = 1, dilation = 1, groups = 1, bias = true, dtype = 'float32' } = options;
    const where = this.constructor.name;
    checkSize(where, 'inChannels', inChannels, 0);
    checkSize(where, 'outChannels', outChannels, 0);
    checkSize(where, 'groups', groups, 1);
    checkFlag(where, 'bias', bias);
    if (inChannels % groups !== 0) {
      throw new RangeError(`${where}: in_channels must be divisible by groups: ${inChannels} by ${groups}`);
    }
    if (outChannels % groups !== 0) {
      throw new RangeError(`${where}: out_channels must be divisible by groups: ${outChannels} by ${groups}`);
    }
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = perDim(where, 'kernelSize', kernelSize, dims, 1);
    this.stride = perDim(where, 'stride', stride, dims, 1);
    this.padding =
      typeof padding === 'string'
        ? namedPadding(where, padding, this.stride)
        : perDim(where, 'padding', padding, dims, 0);
    this.dilation = perDim(where, 'dilation', dilation, dims, 1);
    this.groups = groups;
    const channels = transposed ? [inChannels, outChannels / groups] : [outChannels, inChannels / groups];
    this.weight = new Parameter(zeros([...channels, ...this.kernelSize], { dtype }));
    this.bias = bias ? new Parameter(zeros([outChannels], { dtype })) : null;
    this.resetParameters();
  }

  /** Draws the parameters anew. */
  resetParameters(): void {
    kaimingUniform_(this.weight, { a: sqrt(5) });
    if (this.bias === null) return;
    const { fanIn } = calculateFans(this.weight);
    if (fanIn === 0) return;
    const bound = 1 / sqrt(fanIn);
    uniform_(this.bias, -bound, bound);
  }

  override extraRepr(): string {
    const { inChannels, outChannels, kernelSize, stride, padding, dilation, groups, bias } = this;
    const parts = [
      `${inChannels}, ${outChannels}, kernel_size=${pythonTuple(kernelSize)}, stride=${pythonTuple(stride)}`,
    ];
    if (typeof padding === 'string') parts.push(`padding=${padding}`);
    else if (padding.some((n) => n !== 0)) parts.push(`padding=${pythonTuple(padding)}`);
    if (dilation.some((n) => n !== 1)) parts.push(`dilation=${pythonTuple(dilation)}`);
    parts.push(...this.ownRepr());
    if (groups !== 1) parts.push(`groups=${groups}`);
    if (bias === null) parts.push('bias=False');
    return [...parts, ...this.lastRepr()].join(', ');
  }

  /** What one kind of convolution says of itself after the dilation. */
  protected ownRepr(): readonly string[] {
    return [];
  }

  /** What one kind of convolution says of itself at the end. */
  protected lastRepr(): readonly string[] {
    return [];
  }
}

function namedPadding(where: string, padding: 'valid' | 'same', stride: readonly number[]): 'valid' | 'same' {
  if (padding !== 'valid' && padding !== 'same') {
    throw new RangeError(
      `${where}: Invalid padding string '${String(padding)}', should be one of 'valid', 'same'`,
    );
  }
  if (padding === 'same' && stride.some((n) => n !== 1)) {
    throw new RangeError(`${where}: padding='same' is not supported for strided convolutions`);
  }
  return padding;
}
