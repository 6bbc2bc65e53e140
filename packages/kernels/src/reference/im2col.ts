import type { StructuredKernels } from '../kernels.ts';
import type { Window2d } from '../parameters.ts';

const { ceil, max, min } = Math;

// Both kernels walk the columns matrix row by row. A row belongs to one channel and one kernel offset; along an
// output row its source is a line of the input at stride `strideWidth`. The output positions whose source falls inside
// the input form an interval, computed once per kernel offset, so no inner loop tests bounds.

/** First output position whose source `o·stride + shift` is not negative. */
const firstInside = (shift: number, stride: number, count: number): number =>
  min(count, max(0, ceil(-shift / stride)));

/** One past the last output position whose source `o·stride + shift` is below `size`. */
const endInside = (shift: number, stride: number, count: number, size: number): number =>
  min(count, max(0, ceil((size - shift) / stride)));

export const im2col: StructuredKernels['im2col'] = (
  window: Window2d,
  channels,
  x,
  xOffset,
  out,
  outOffset,
) => {
  const { height, width, kernelHeight, kernelWidth, strideHeight, strideWidth } = window;
  const { padTop, padLeft, dilationHeight, dilationWidth, outHeight, outWidth } = window;
  let q = outOffset;
  for (let channel = 0; channel < channels; channel++) {
    const plane = xOffset + channel * height * width;
    for (let kh = 0; kh < kernelHeight; kh++) {
      const down = kh * dilationHeight - padTop;
      for (let kw = 0; kw < kernelWidth; kw++) {
        const across = kw * dilationWidth - padLeft;
        const first = firstInside(across, strideWidth, outWidth);
        const end = max(first, endInside(across, strideWidth, outWidth, width));
        for (let oh = 0; oh < outHeight; oh++, q += outWidth) {
          const row = oh * strideHeight + down;
          if (row < 0 || row >= height) {
            out.fill(0, q, q + outWidth);
            continue;
          }
          for (let ow = 0; ow < first; ow++) out[q + ow] = 0;
          let p = plane + row * width + across + first * strideWidth;
          for (let ow = first; ow < end; ow++, p += strideWidth) out[q + ow] = x[p];
          for (let ow = end; ow < outWidth; ow++) out[q + ow] = 0;
        }
      }
    }
  }
};

export const col2im: StructuredKernels['col2im'] = (
  window: Window2d,
  channels,
  columns,
  columnsOffset,
  out,
  outOffset,
) => {
  const { height, width, kernelHeight, kernelWidth, strideHeight, strideWidth } = window;
  const { padTop, padLeft, dilationHeight, dilationWidth, outHeight, outWidth } = window;
  out.fill(0, outOffset, outOffset + channels * height * width);
  let p = columnsOffset;
  for (let channel = 0; channel < channels; channel++) {
    const plane = outOffset + channel * height * width;
    for (let kh = 0; kh < kernelHeight; kh++) {
      const down = kh * dilationHeight - padTop;
      const top = firstInside(down, strideHeight, outHeight);
      const bottom = endInside(down, strideHeight, outHeight, height);
      for (let kw = 0; kw < kernelWidth; kw++, p += outHeight * outWidth) {
        const across = kw * dilationWidth - padLeft;
        const first = firstInside(across, strideWidth, outWidth);
        const end = endInside(across, strideWidth, outWidth, width);
        for (let oh = top; oh < bottom; oh++) {
          let q = plane + (oh * strideHeight + down) * width + across + first * strideWidth;
          for (let i = p + oh * outWidth + first; i < p + oh * outWidth + end; i++, q += strideWidth) {
            out[q] += columns[i];
          }
        }
      }
    }
  }
};
