/* The arguments of pooling, checked. */
import { ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { checkTensor } from './promote.ts';
import { checkPositive, countWindows, perDim, tuple, type PerDim, type Slide } from './window.ts';

/** How pooling windows slide. */
export interface SlideOptions {
  /** The step between windows. Default: the kernel size. */
  readonly stride?: PerDim;
  /** How far windows may begin and end outside the input: at most half the kernel size. Default 0. */
  readonly padding?: PerDim;
  /** Round the output size up: windows may reach beyond the padding, if they begin before it. Default false. */
  readonly ceilMode?: boolean;
}

/** Throws unless x holds planes [H, W]: one list of them, or a batch of lists. */
export function checkPlanes(op: string, x: Tensor): void {
  checkTensor(op, x);
  if ((x.ndim !== 3 && x.ndim !== 4) || x.shape.slice(-3).includes(0)) {
    throw new ShapeError(
      `${op}: Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got: ` +
        formatShape(x.shape),
    );
  }
}

/** How windows, dilated by `steps`, slide down and across, or an error that says what does not fit. */
export function poolSlides(
  op: string,
  x: Tensor,
  kernelSize: PerDim,
  options: SlideOptions,
  steps: PerDim = 1,
): Slide[] {
  const kernel = perDim(op, 'kernelSize', kernelSize, 2);
  const stride = perDim(op, 'stride', options.stride ?? kernel, 2);
  const padding = perDim(op, 'padding', options.padding ?? 0, 2);
  const dilation = perDim(op, 'dilation', steps, 2);
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
  const sizes = x.shape.slice(-2);
  const counts = sizes.map((size, i) =>
    poolCount(size, padding[i], kernel[i], stride[i], dilation[i], options.ceilMode ?? false),
  );
  if (counts.some((n) => n < 1)) {
    const channels = x.shape[x.ndim - 3];
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
