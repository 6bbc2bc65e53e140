import type { StructuredKernels } from '../kernels.ts';
import type { AveragePoolRule, Window2d } from '../parameters.ts';

const { max, min, ceil } = Math;

export const maxPool2d: StructuredKernels['maxPool2d'] = (
  window,
  planes,
  x,
  xOffset,
  out,
  outOffset,
  indices,
  indicesOffset,
) => {
  const { height, width, kernelHeight, kernelWidth, strideHeight, strideWidth } = window;
  const { padTop, padLeft, dilationHeight, dilationWidth, outHeight, outWidth } = window;
  let at = 0;
  for (let plane = 0; plane < planes; plane++) {
    const base = xOffset + plane * height * width;
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - padTop;
      const firstRow = top < 0 ? top + ceil(-top / dilationHeight) * dilationHeight : top;
      const endRow = min(height, top + kernelHeight * dilationHeight);
      for (let ow = 0; ow < outWidth; ow++) {
        const left = ow * strideWidth - padLeft;
        const firstCol = left < 0 ? left + ceil(-left / dilationWidth) * dilationWidth : left;
        const endCol = min(width, left + kernelWidth * dilationWidth);
        let best = firstRow * width + firstCol;
        let value = x[base + best];
        for (let row = firstRow; row < endRow; row += dilationHeight) {
          for (let col = firstCol; col < endCol; col += dilationWidth) {
            const v = x[base + row * width + col];
            // The first NaN stays: a NaN replaces only what is a number, and nothing compares greater than it.
            if (v > value || (v !== v && value === value)) {
              value = v;
              best = row * width + col;
            }
          }
        }
        out[outOffset + at] = value;
        indices[indicesOffset + at] = best;
        at++;
      }
    }
  }
};

export const maxPool2dGrad: StructuredKernels['maxPool2dGrad'] = (
  { height, width, outHeight, outWidth },
  planes,
  g,
  gOffset,
  indices,
  indicesOffset,
  out,
  outOffset,
) => {
  out.fill(0, outOffset, outOffset + planes * height * width);
  const size = outHeight * outWidth;
  for (let plane = 0; plane < planes; plane++) {
    const base = outOffset + plane * height * width;
    for (let i = plane * size; i < (plane + 1) * size; i++)
      out[base + indices[indicesOffset + i]] += g[gOffset + i];
  }
};

/**
 * The divisor of the window whose corner is (top, left). The extent that counts is clipped to the input, or with
 * `countIncludePad` to the declared padding (a window may reach beyond it when the output size was rounded up).
 */
function divisor(window: Window2d, rule: AveragePoolRule, top: number, left: number): number {
  if (rule.divisorOverride !== 0) return rule.divisorOverride;
  const { height, width, kernelHeight, kernelWidth } = window;
  if (rule.countIncludePad) {
    const bottom = min(top + kernelHeight, height + rule.padBottom);
    return (bottom - top) * (min(left + kernelWidth, width + rule.padRight) - left);
  }
  return (min(top + kernelHeight, height) - max(top, 0)) * (min(left + kernelWidth, width) - max(left, 0));
}

export const avgPool2d: StructuredKernels['avgPool2d'] = (
  window,
  rule,
  planes,
  x,
  xOffset,
  out,
  outOffset,
) => {
  const { height, width, kernelHeight, kernelWidth, strideHeight, strideWidth } = window;
  const { padTop, padLeft, outHeight, outWidth } = window;
  let at = outOffset;
  for (let plane = 0; plane < planes; plane++) {
    const base = xOffset + plane * height * width;
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - padTop;
      const endRow = min(height, top + kernelHeight);
      for (let ow = 0; ow < outWidth; ow++) {
        const left = ow * strideWidth - padLeft;
        const endCol = min(width, left + kernelWidth);
        let total = 0;
        for (let row = max(top, 0); row < endRow; row++) {
          for (let col = max(left, 0); col < endCol; col++) total += x[base + row * width + col];
        }
        // A window wholly in the padding has no divisor where padding does not count: its average is 0.
        out[at++] = total === 0 ? 0 : total / divisor(window, rule, top, left);
      }
    }
  }
};

export const avgPool2dGrad: StructuredKernels['avgPool2dGrad'] = (
  window,
  rule,
  planes,
  g,
  gOffset,
  out,
  outOffset,
) => {
  const { height, width, kernelHeight, kernelWidth, strideHeight, strideWidth } = window;
  const { padTop, padLeft, outHeight, outWidth } = window;
  out.fill(0, outOffset, outOffset + planes * height * width);
  let at = gOffset;
  for (let plane = 0; plane < planes; plane++) {
    const base = outOffset + plane * height * width;
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - padTop;
      const endRow = min(height, top + kernelHeight);
      for (let ow = 0; ow < outWidth; ow++) {
        const left = ow * strideWidth - padLeft;
        const endCol = min(width, left + kernelWidth);
        const share = g[at++] / divisor(window, rule, top, left);
        for (let row = max(top, 0); row < endRow; row++) {
          for (let col = max(left, 0); col < endCol; col++) out[base + row * width + col] += share;
        }
      }
    }
  }
};
