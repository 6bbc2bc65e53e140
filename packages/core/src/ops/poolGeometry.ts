/* The arguments of pooling, checked. */
import { ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { checkTensor } from './promote.ts';
import { checkPositive, countWindows, perDim, tuple, type PerDim, type Slide } from './window.ts';

/** How pooling windows slide. */
export interface SlideOptions {
  /** The step between windows. Default (and for an empty list): the kernel size. */
  readonly stride?: PerDim | null;
  /** How far windows may begin and end outside the input: at most half the kernel size. Default 0. */
  readonly padding?: PerDim;
  /** Round the output size up: windows may reach beyond the padding, if they begin before it. Default false. */
  readonly ceilMode?: boolean;
}

/** Throws unless x holds planes [H, W] (or lines, or volumes): one list of them, or a batch of lists. */
export function checkPlanes(op: string, x: Tensor, ndim = 2): void {
  checkTensor(op, x);
  if ((x.ndim !== ndim + 1 && x.ndim !== ndim + 2) || x.shape.slice(-1 - ndim).includes(0)) {
    throw new ShapeError(
      `${op}: Expected ${ndim + 1}D or ${ndim + 2}D (batch mode) tensor with optional 0 dim batch size for input, but got: ` +
        formatShape(x.shape),
    );
  }
}

/** How windows, dilated by `steps`, slide along the last `ndim` dims, or an error that says what does not fit. */
export function poolSlides(
  op: string,
  x: Tensor,
  kernelSize: PerDim,
  options: SlideOptions,
  steps: PerDim = 1,
  ndim = 2,
): Slide[] {
  const kernel = perDim(op, 'kernelSize', kernelSize, ndim);
  const step = options.stride ?? [];
  const stride = typeof step === 'object' && step.length === 0 ? kernel : perDim(op, 'stride', step, ndim);
  const padding = perDim(op, 'padding', options.padding ?? 0, ndim);
  const dilation = perDim(op, 'dilation', steps, ndim);
  checkPositive(op, 'kernel size', kernel);
  checkPositive(op, 'stride', stride);
  checkPositive(op, 'dilation', dilation);
  padding.forEach((pad, i) => {
    if (pad < 0) throw new ShapeError(`${op}: pad must be non-negative, but got pad: ${pad}`);
    if (pad > kernel[i] / 2) {
      throw new ShapeError(
        `${op}: pad should be at most half of kernel size, but got pad=${pad} and kernel_size=${kernel[i]}`,
      );
    }
  });
  const sizes = x.shape.slice(-ndim);
  const counts = sizes.map((size, i) =>
    poolCount(size, padding[i], kernel[i], stride[i], dilation[i], options.ceilMode ?? false),
  );
  if (counts.some((n) => n < 1)) {
    const channels = x.shape[x.ndim - 1 - ndim];
    throw new ShapeError(
      `${op}: Given input size: (${[channels, ...sizes].join('x')}). Calculated output size: ` +
        `(${[channels, ...counts].join('x')}). Output size is too small`,
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

/** The number of windows; rounded up, but without a last one that would begin in the padding after the input. */
function poolCount(
  size: number,
  pad: number,
  kernel: number,
  stride: number,
  dilation: number,
  ceilMode: boolean,
): number {
  if (!ceilMode) return countWindows(size, 2 * pad, kernel, stride, dilation);
  const count = countWindows(size, 2 * pad + stride - 1, kernel, stride, dilation);
  return (count - 1) * stride >= size + pad ? count - 1 : count;
}

/** Throws if a dilated window steps over the whole input: it would have no maximum. */
export function checkReach(op: string, { size, kernel, stride, pad, dilation, count }: Slide): void {
  for (let i = 0; i < count && i * stride < pad; i++) {
    const inside = (pad - i * stride) % dilation === 0 ? 0 : dilation - ((pad - i * stride) % dilation);
    if (inside >= size) {
      throw new ShapeError(
        `${op}: a window that begins at ${i * stride - pad} reads no element of an input of size ${size} ` +
          `(kernel size, dilation, padding: ${tuple([kernel, dilation, pad])})`,
      );
    }
  }
}
