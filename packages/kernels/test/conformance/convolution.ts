import type { Conv2dGeometry, Kernels } from '../../src/index.ts';
import { forEachTap } from './window.ts';

/** The three kernels that are one trilinear form. */
export type ConvKernel = keyof Pick<Kernels, 'conv2d' | 'conv2dInputGrad' | 'conv2dWeightGrad'>;

/** The four arrays of a convolution and its definition, term by term. */
export class Convolution {
  readonly g: Conv2dGeometry;
  readonly inputLength: number;
  readonly weightLength: number;
  readonly outputLength: number;

  constructor(geometry: Conv2dGeometry) {
    const g = geometry;
    this.g = g;
    this.inputLength = g.batch * g.inChannels * g.height * g.width;
    this.weightLength = g.outChannels * (g.inChannels / g.groups) * g.kernelHeight * g.kernelWidth;
    this.outputLength = g.batch * g.outChannels * g.outHeight * g.outWidth;
  }

  /** Calls f with the flat positions in input, weight and output of every product in the sum that defines it. */
  forEachTerm(f: (x: number, w: number, o: number) => void): void {
    const { g } = this;
    const inGroup = g.inChannels / g.groups;
    const outGroup = g.outChannels / g.groups;
    for (let n = 0; n < g.batch; n++) {
      for (let o = 0; o < g.outChannels; o++) {
        for (let c = 0; c < inGroup; c++) {
          const channel = Math.floor(o / outGroup) * inGroup + c;
          forEachTap(g, (oh, ow, kh, kw, row, col) => {
            f(
              ((n * g.inChannels + channel) * g.height + row) * g.width + col,
              ((o * inGroup + c) * g.kernelHeight + kh) * g.kernelWidth + kw,
              ((n * g.outChannels + o) * g.outHeight + oh) * g.outWidth + ow,
            );
          });
        }
      }
    }
  }
}
