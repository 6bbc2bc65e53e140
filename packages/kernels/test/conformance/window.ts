import type { Conv2dGeometry, Window2d } from '../../src/index.ts';
import type { Random } from './check.ts';

/**
 * A window over a small plane. Its output may end early or, where `overhang` allows, reach past the input at the bottom
 * and right (padding there is implied).
 */
export function randomWindow(random: Random, overhang = true): Window2d {
  const axis = (): [number, number, number, number, number, number] => {
    for (;;) {
      const size = random.integer(1, 9);
      const kernel = random.integer(1, 4);
      const stride = random.integer(1, 3);
      const dilation = random.pick([1, 1, 2, 3]);
      const pad = random.integer(0, 3);
      const extent = dilation * (kernel - 1) + 1;
      const after = overhang ? random.integer(0, 3) : 0;
      const out = Math.floor((size + pad + after - extent) / stride) + 1;
      if (out >= 1) return [size, kernel, stride, dilation, pad, out];
    }
  };
  const [height, kernelHeight, strideHeight, dilationHeight, padTop, outHeight] = axis();
  const [width, kernelWidth, strideWidth, dilationWidth, padLeft, outWidth] = axis();
  return {
    height, width, kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft,
    dilationHeight, dilationWidth, outHeight, outWidth,
  }; // prettier-ignore
}

export function randomGeometry(random: Random): Conv2dGeometry {
  const groups = random.pick([1, 1, 2, 3]);
  return {
    ...randomWindow(random),
    batch: random.pick([0, 1, 2, 3]),
    groups,
    inChannels: groups * random.integer(1, 3),
    outChannels: groups * random.integer(1, 3),
  };
}

/**
 * A 1 × 1 window at stride 1 without padding, for which implementations take short cuts, or one that differs from it in
 * a single respect.
 */
export function pointwiseGeometry(random: Random): Conv2dGeometry {
  const { height, width, batch, groups, inChannels, outChannels } = randomGeometry(random);
  const plain = {
    height, width, batch, groups, inChannels, outChannels, kernelHeight: 1, kernelWidth: 1, strideHeight: 1,
    strideWidth: 1, padTop: 0, padLeft: 0, dilationHeight: 1, dilationWidth: 1, outHeight: height, outWidth: width,
  }; // prettier-ignore
  const change = random.pick([
    {}, {}, {}, { padTop: 1 }, { padLeft: 1 }, { strideHeight: 2 }, { strideWidth: 2 }, { kernelHeight: 2 },
    { kernelWidth: 2 }, { dilationHeight: 2 }, { outHeight: height + 1 }, { outWidth: width + 1 }, { outHeight: 1 },
    { outWidth: 1 },
  ]); // prettier-ignore
  return { ...plain, ...change };
}

/** Windows of 3 × 3 side by side, over planes of all sizes, for which implementations multiply less. */
export function filterableGeometry(random: Random): Conv2dGeometry {
  const groups = random.pick([1, 1, 1, 2, 3]);
  const axis = (): [number, number, number] => {
    const size = random.integer(1, 15);
    const pad = random.integer(0, 4);
    return [size, pad, Math.max(1, size + pad - 2 + random.integer(-2, 4))];
  };
  const [height, padTop, outHeight] = axis();
  const [width, padLeft, outWidth] = axis();
  return {
    height, width, padTop, padLeft, outHeight, outWidth, kernelHeight: 3, kernelWidth: 3, strideHeight: 1,
    strideWidth: 1, dilationHeight: 1, dilationWidth: 1, batch: random.pick([0, 1, 2, 3, 7]), groups,
    inChannels: groups * random.integer(1, 10), outChannels: groups * random.integer(1, 10),
  }; // prettier-ignore
}

/** The input row a window row reads (it may lie outside), and likewise for columns. */
export const sourceRow = (w: Window2d, oh: number, kh: number): number =>
  oh * w.strideHeight - w.padTop + kh * w.dilationHeight;
export const sourceCol = (w: Window2d, ow: number, kw: number): number =>
  ow * w.strideWidth - w.padLeft + kw * w.dilationWidth;

/** Calls f for every window position and kernel offset whose source lies inside the input. */
export function forEachTap(
  w: Window2d,
  f: (oh: number, ow: number, kh: number, kw: number, row: number, col: number) => void,
): void {
  for (let oh = 0; oh < w.outHeight; oh++) {
    for (let ow = 0; ow < w.outWidth; ow++) {
      for (let kh = 0; kh < w.kernelHeight; kh++) {
        for (let kw = 0; kw < w.kernelWidth; kw++) {
          const row = sourceRow(w, oh, kh);
          const col = sourceCol(w, ow, kw);
          if (row >= 0 && row < w.height && col >= 0 && col < w.width) f(oh, ow, kh, kw, row, col);
        }
      }
    }
  }
}
