/* im2col and col2im: each the other's adjoint. */
import { kernels, type Window2d } from '@retrograd/kernels';
import { isFloating } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, numelOf } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { packed } from './loops.ts';
import { checkTensor } from './promote.ts';
import { checkPositive, countWindows, perDim, tuple, windowOf, type PerDim } from './window.ts';

interface Columns {
  readonly window: Window2d;
}

export const im2colOp = defineOp({
  name: 'im2col',
  inputs: ['x'],
  shape: ([x], { window }: Columns) => [
    ...x.shape.slice(0, -3),
    x.shape[x.ndim - 3] * window.kernelHeight * window.kernelWidth,
    window.outHeight * window.outWidth,
  ],
  forward: ([x], { window }, out) => {
    const source = packed(x);
    // The samples' channels follow each other, in the input as in the columns.
    const channels = numelOf(x.shape.slice(0, -2));
    kernels.im2col(window, channels, source.storage.array, source.offset, out.storage.array, out.offset);
  },
  vjp: { x: (g, { attrs }) => fromColumns(g, attrs) },
});

export const col2imOp = defineOp({
  name: 'col2im',
  inputs: ['x'],
  shape: ([x], { window }: Columns) => [
    ...x.shape.slice(0, -2),
    x.shape[x.ndim - 2] / (window.kernelHeight * window.kernelWidth),
    window.height,
    window.width,
  ],
  forward: ([x], { window }, out) => {
    const source = packed(x);
    const channels = numelOf(out.shape.slice(0, -2));
    kernels.col2im(window, channels, source.storage.array, source.offset, out.storage.array, out.offset);
  },
  vjp: { x: (g, { attrs }) => toColumns(g, attrs) },
});

function toColumns(x: Tensor, attrs: Columns): Tensor {
  return apply(im2colOp, [x], attrs);
}

function fromColumns(x: Tensor, attrs: Columns): Tensor {
  return apply(col2imOp, [x], attrs);
}

/** Options of {@link im2col} and {@link col2im}. */
export interface Im2colOptions {
  /** The step between the elements a window reads. Default 1. */
  readonly dilation?: PerDim;
  /** Zeros around the image. Default 0. */
  readonly padding?: PerDim;
  /** The step between windows. Default 1. */
  readonly stride?: PerDim;
}

/**
 * The windows of an image as columns (torch.nn.functional.unfold): x [N, C, H, W] or [C, H, W] becomes
 * [N, C·kh·kw, L] or [C·kh·kw, L], L being the number of windows. Column l holds what window l reads.
 *
 * @throws ShapeError if shapes or options do not fit; DTypeError for integer and bool tensors.
 */
export function im2col(x: Tensor, kernelSize: PerDim, options: Im2colOptions = {}): Tensor {
  checkFloating('im2col', x);
  if ((x.ndim !== 3 && x.ndim !== 4) || x.shape.slice(-3).includes(0)) {
    throw new ShapeError(
      `im2col: Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for ` +
        `input, but got: ${formatShape(x.shape)}`,
    );
  }
  return toColumns(x, { window: columnsWindow('im2col', x.shape.slice(-2), kernelSize, options) });
}

/**
 * The adjoint of {@link im2col} (torch.nn.functional.fold): columns [N, C·kh·kw, L] or [C·kh·kw, L] become images
 * [N, C, H, W] or [C, H, W] of the given size [H, W]; where windows overlap, their elements are added.
 *
 * @throws ShapeError if shapes or options do not fit; DTypeError for integer and bool tensors.
 */
export function col2im(
  x: Tensor,
  outputSize: PerDim,
  kernelSize: PerDim,
  options: Im2colOptions = {},
): Tensor {
  checkFloating('col2im', x);
  if ((x.ndim !== 2 && x.ndim !== 3) || x.shape.slice(-2).includes(0)) {
    throw new ShapeError(
      `col2im: Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions ` +
        `for input, but got: ${formatShape(x.shape)}`,
    );
  }
  const size = perDim('col2im', 'outputSize', outputSize, 2);
  checkPositive('col2im', 'outputSize', size);
  const window = columnsWindow('col2im', size, kernelSize, options);
  const { kernelHeight, kernelWidth, outHeight, outWidth } = window;
  const [rows, columns] = x.shape.slice(-2);
  if (rows % (kernelHeight * kernelWidth) !== 0) {
    throw new ShapeError(
      `col2im: Expected size of input's dimension ${x.ndim - 2} to be divisible by the product of kernel_size, but ` +
        `got ${rows} and kernel_size=${tuple([kernelHeight, kernelWidth])}`,
    );
  }
  if (columns !== outHeight * outWidth) {
    throw new ShapeError(
      `col2im: Given output_size=${tuple(size)} and kernel_size=${tuple([kernelHeight, kernelWidth])}, expected size ` +
        `of input's dimension ${x.ndim - 1} to match the calculated number of sliding blocks ${outHeight} * ` +
        `${outWidth} = ${outHeight * outWidth}, but got ${columns}`,
    );
  }
  return fromColumns(x, { window });
}

function columnsWindow(
  op: string,
  size: readonly number[],
  kernelSize: PerDim,
  options: Im2colOptions,
): Window2d {
  const kernel = perDim(op, 'kernelSize', kernelSize, 2);
  const dilation = perDim(op, 'dilation', options.dilation ?? 1, 2);
  const padding = perDim(op, 'padding', options.padding ?? 0, 2);
  const stride = perDim(op, 'stride', options.stride ?? 1, 2);
  checkPositive(op, 'kernel size', kernel);
  checkPositive(op, 'dilation', dilation);
  checkPositive(op, 'stride', stride);
  if (padding.some((n) => n < 0)) {
    throw new ShapeError(`${op}: padding should be non-negative, but got ${tuple(padding)}`);
  }
  const count = size.map((n, i) => countWindows(n, 2 * padding[i], kernel[i], stride[i], dilation[i]));
  if (count.some((n) => n < 1)) {
    throw new ShapeError(
      `${op}: Given input with spatial size ${tuple(size)}, kernel_size=${tuple(kernel)}, ` +
        `dilation=${tuple(dilation)}, padding=${tuple(padding)}, calculated shape of the array of sliding blocks as ` +
        `${tuple(count)}, but its components must be at least one`,
    );
  }
  const [vertical, horizontal] = size.map((n, i) => ({
    size: n,
    kernel: kernel[i],
    stride: stride[i],
    pad: padding[i],
    dilation: dilation[i],
    count: count[i],
  }));
  return windowOf(vertical, horizontal);
}

function checkFloating(op: string, x: Tensor): void {
  checkTensor(op, x);
  if (!isFloating(x.dtype))
    throw new DTypeError(`${op}: not implemented for ${x.dtype} tensors; convert with to('float32')`);
}
