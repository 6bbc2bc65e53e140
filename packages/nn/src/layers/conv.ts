import { conv2d, zeros, type DType, type Tensor } from '@retrograd/core';
import { checkSize, pair, type Pair } from '../checks.ts';
import { calculateFans, kaimingUniform_, uniform_ } from '../init.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { pythonTuple } from '../repr.ts';

/** Options of {@link Conv2d}. */
export interface Conv2dOptions {
  /** The step between windows. Default 1. */
  readonly stride?: Pair;
  /** Zeros around the input; 'valid' for none, 'same' for as many as keep the size (stride 1 only). Default 0. */
  readonly padding?: Pair | 'valid' | 'same';
  /** The step between the elements of a window. Default 1. */
  readonly dilation?: Pair;
  /** Into how many parts the channels are divided, each convolved for itself. Default 1. */
  readonly groups?: number;
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
  /** The dtype of the parameters. Default float32. */
  readonly dtype?: DType;
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
export class Conv2d extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number] | 'valid' | 'same';
  readonly dilation: readonly [number, number];
  readonly groups: number;
  /** [outChannels, inChannels / groups, ...kernelSize] */
  weight: Parameter;
  /** [outChannels], or null without bias. */
  bias: Parameter | null;

  /**
   * @param strideOrOptions - The options; a stride may stand alone or before them, as in PyTorch.
   * @throws RangeError for sizes that make no sense or do not go together.
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Pair,
    strideOrOptions: Pair | Conv2dOptions = {},
    options: Conv2dOptions = {},
  ) {
    super();
    const given = isPair(strideOrOptions) ? { ...options, stride: strideOrOptions } : strideOrOptions;
    const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true, dtype = 'float32' } = given;
    checkSize('Conv2d', 'inChannels', inChannels, 0);
    checkSize('Conv2d', 'outChannels', outChannels, 0);
    checkSize('Conv2d', 'groups', groups, 1);
    if (inChannels % groups !== 0) {
      throw new RangeError(`Conv2d: in_channels must be divisible by groups: ${inChannels} by ${groups}`);
    }
    if (outChannels % groups !== 0) {
      throw new RangeError(`Conv2d: out_channels must be divisible by groups: ${outChannels} by ${groups}`);
    }
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = pair('Conv2d', 'kernelSize', kernelSize, 1);
    this.stride = pair('Conv2d', 'stride', stride, 1);
    this.padding =
      typeof padding === 'string'
        ? namedPadding(padding, this.stride)
        : pair('Conv2d', 'padding', padding, 0);
    this.dilation = pair('Conv2d', 'dilation', dilation, 1);
    this.groups = groups;
    this.weight = new Parameter(zeros([outChannels, inChannels / groups, ...this.kernelSize], { dtype }));
    this.bias = bias ? new Parameter(zeros([outChannels], { dtype })) : null;
    this.resetParameters();
  }

  /** Draws the parameters anew. */
  resetParameters(): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    if (this.bias === null) return;
    const { fanIn } = calculateFans(this.weight);
    if (fanIn === 0) return;
    const bound = 1 / Math.sqrt(fanIn);
    uniform_(this.bias, -bound, bound);
  }

  forward(input: Tensor): Tensor {
    const { stride, padding, dilation, groups } = this;
    return conv2d(input, this.weight, this.bias, { stride, padding, dilation, groups });
  }

  override extraRepr(): string {
    const { inChannels, outChannels, kernelSize, stride, padding, dilation, groups, bias } = this;
    const parts = [
      `${inChannels}, ${outChannels}, kernel_size=${pythonTuple(kernelSize)}, stride=${pythonTuple(stride)}`,
    ];
    if (typeof padding === 'string') parts.push(`padding=${padding}`);
    else if (padding.some((n) => n !== 0)) parts.push(`padding=${pythonTuple(padding)}`);
    if (dilation.some((n) => n !== 1)) parts.push(`dilation=${pythonTuple(dilation)}`);
    if (groups !== 1) parts.push(`groups=${groups}`);
    if (bias === null) parts.push('bias=False');
    return parts.join(', ');
  }
}

function isPair(value: Pair | Conv2dOptions): value is Pair {
  return typeof value === 'number' || Array.isArray(value);
}

function namedPadding(padding: 'valid' | 'same', stride: readonly number[]): 'valid' | 'same' {
  if (padding !== 'valid' && padding !== 'same') {
    throw new RangeError(
      `Conv2d: Invalid padding string '${String(padding)}', should be one of 'valid', 'same'`,
    );
  }
  if (padding === 'same' && stride.some((n) => n !== 1)) {
    throw new RangeError("Conv2d: padding='same' is not supported for strided convolutions");
  }
  return padding;
}
