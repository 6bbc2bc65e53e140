/* The arguments of a transposed convolution, checked: those of the convolution whose adjoint it is. */
import { ShapeError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';
import { checkRanks } from './convGeometry.ts';
import { checkPositive, perDim, reachOf, type PerDim, type Slide } from './window.ts';

/** Options of transposed convolutions. */
export interface ConvTransposeOptions {
  /** The step between windows in the output. Default 1. */
  readonly stride?: PerDim;
  /** How much of the output is cut off at both ends. Default 0. */
  readonly padding?: PerDim;
  /** How much the output is longer at the end: less than stride or dilation. Default 0. */
  readonly outputPadding?: PerDim;
  /** Into how many groups the channels are split. Default 1. */
  readonly groups?: number;
  /** The step between the elements of a window. Default 1. */
  readonly dilation?: PerDim;
}

/** How the windows of the adjoint convolution slide: its input is our output, and `count` is our input's extent. */
export function transposedSlides(
  op: string,
  ndim: number,
  x: Shape,
  weight: Shape,
  bias: Shape | undefined,
  options: ConvTransposeOptions,
): Slide[] {
  checkSizes(op, ndim, x, weight, bias, options.groups ?? 1);
  const stride = perDim(op, 'stride', options.stride ?? 1, ndim);
  const padding = perDim(op, 'padding', options.padding ?? 0, ndim);
  const extra = perDim(op, 'outputPadding', options.outputPadding ?? 0, ndim);
  const dilation = perDim(op, 'dilation', options.dilation ?? 1, ndim);
  const kernel = weight.slice(2);
  if (stride.some((n) => n < 1)) {
    throw new ShapeError(`${op}: non-positive stride is not supported: ${formatShape(stride)}`);
  }
  checkPositive(op, 'dilation', dilation);
  checkPositive(op, 'kernel size', kernel);
  if (padding.some((n) => n < 0) || extra.some((n) => n < 0)) {
    throw new ShapeError(
      `${op}: negative padding is not supported: padding ${formatShape(padding)}, outputPadding ${formatShape(extra)}`,
    );
  }
  if (extra.some((n, i) => n >= stride[i] && n >= dilation[i])) {
    throw new ShapeError(
      `${op}: output padding must be smaller than either stride or dilation, but got outputPadding ` +
        `${formatShape(extra)}, stride ${formatShape(stride)}, dilation ${formatShape(dilation)}`,
    );
  }
  const counts = x.slice(-ndim);
  const sizes = counts.map(
    (n, i) => (n - 1) * stride[i] - 2 * padding[i] + reachOf(kernel[i], dilation[i]) + extra[i],
  );
  if (sizes.some((n) => n < 1) || counts.includes(0)) {
    throw new ShapeError(
      `${op}: Given input size per channel: (${counts.join(' x ')}). Calculated output size per channel: ` +
        `(${sizes.join(' x ')}). Output size is too small`,
    );
  }
  return sizes.map((size, i) => ({
    size,
    kernel: kernel[i],
    stride: stride[i],
    pad: padding[i],
    dilation: dilation[i],
    count: counts[i],
  }));
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
  const [inChannels, outPerGroup] = weight;
  if (inChannels < groups || inChannels % groups !== 0) {
    throw new ShapeError(
      `${op}: Given groups=${groups}, expected weight to be divisible by ${groups} at dimension 0, but got weight of ` +
        `size ${formatShape(weight)} instead`,
    );
  }
  const channels = x[x.length - 1 - ndim];
  if (channels !== inChannels) {
    throw new ShapeError(
      `${op}: Given transposed=1, weight of size ${formatShape(weight)}, expected input${formatShape(x)} to have ` +
        `${inChannels} channels, but got ${channels} channels instead`,
    );
  }
  if (bias !== undefined && (bias.length !== 1 || bias[0] !== outPerGroup * groups)) {
    throw new ShapeError(
      `${op}: Given transposed=1, weight of size ${formatShape(weight)}, expected bias to be 1-dimensional with ` +
        `${outPerGroup * groups} elements, but got bias of size ${formatShape(bias)} instead`,
    );
  }
}
