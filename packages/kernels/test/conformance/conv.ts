import type { Conv2dGeometry, Kernels } from '../../src/index.ts';
import { FLOATS, Region, mustBeAdjoint, withinRoundoff } from './check.ts';
import type { ArrayType, Check, Random } from './check.ts';
import { Convolution, type ConvKernel } from './convolution.ts';
import { filterableGeometry, forEachTap, pointwiseGeometry, randomGeometry, randomWindow } from './window.ts';

const whole = (type: ArrayType, length: number, random: Random): Region =>
  new Region(type, length, random, random.integers(length, -4, 4));

type Draw = (random: Random) => Conv2dGeometry;
type Case = (kernels: Kernels, random: Random, type: ArrayType, convolution: Convolution) => void;

const DRAWS: readonly [what: string, count: number, draw: Draw][] = [
  ['any window', 150, randomGeometry],
  ['windows of 1 × 1 and nearly so', 150, pointwiseGeometry],
  ['windows of 3 × 3 side by side', 50, filterableGeometry],
];

const check = (kernel: ConvKernel, run: Case): Check[] =>
  DRAWS.map(([what, count, draw]) => ({
    kernel,
    title: `is its definition for ${what}, batch, channels and groups`,
    run: (kernels, random) => {
      for (let i = 0; i < count; i++)
        run(kernels, random, random.pick(FLOATS), new Convolution(draw(random)));
    },
  }));

export const convConformance: readonly Check[] = [
  ...check('conv2d', (kernels, random, type, convolution) => {
    const { g } = convolution;
    const x = whole(type, convolution.inputLength, random);
    const weight = whole(type, convolution.weightLength, random);
    const bias = random.pick([null, whole(type, g.outChannels, random)]);
    const out = new Region(type, convolution.outputLength, random);
    const positions = g.outHeight * g.outWidth;
    const expected = Array.from(out.values, (_, i) =>
      bias === null ? 0 : bias.values[Math.floor(i / positions) % g.outChannels],
    );
    const [xv, wv] = [x.values, weight.values];
    convolution.forEachTerm((p, q, o) => (expected[o] += xv[p] * wv[q]));
    kernels.conv2d(
      g, x.array, x.offset, weight.array, weight.offset, bias === null ? null : bias.array, bias?.offset ?? 0,
      out.array, out.offset,
    ); // prettier-ignore
    out.mustHold(expected);
    for (const operand of [x, weight, ...(bias === null ? [] : [bias])]) operand.mustBeUntouched();
  }),
  ...check('conv2dInputGrad', (kernels, random, type, convolution) => {
    const g = whole(type, convolution.outputLength, random);
    const weight = whole(type, convolution.weightLength, random);
    const out = new Region(type, convolution.inputLength, random);
    const expected = new Array<number>(convolution.inputLength).fill(0);
    const [gv, wv] = [g.values, weight.values];
    convolution.forEachTerm((p, q, o) => (expected[p] += gv[o] * wv[q]));
    kernels.conv2dInputGrad(
      convolution.g,
      g.array,
      g.offset,
      weight.array,
      weight.offset,
      out.array,
      out.offset,
    );
    out.mustHold(expected);
    g.mustBeUntouched();
    weight.mustBeUntouched();
  }),
  ...check('conv2dWeightGrad', (kernels, random, type, convolution) => {
    const g = whole(type, convolution.outputLength, random);
    const x = whole(type, convolution.inputLength, random);
    const out = new Region(type, convolution.weightLength, random);
    const expected = new Array<number>(convolution.weightLength).fill(0);
    const [gv, xv] = [g.values, x.values];
    convolution.forEachTerm((p, q, o) => (expected[q] += gv[o] * xv[p]));
    kernels.conv2dWeightGrad(convolution.g, g.array, g.offset, x.array, x.offset, out.array, out.offset);
    out.mustHold(expected);
    g.mustBeUntouched();
    x.mustBeUntouched();
  }),
  {
    kernel: 'conv2d',
    title: 'and its two gradients are adjoint',
    run: (kernels, random) => {
      for (let i = 0; i < 60; i++) {
        const convolution = new Convolution(randomGeometry(random));
        const { g: geometry } = convolution;
        const x = whole(Float64Array, convolution.inputLength, random);
        const w = whole(Float64Array, convolution.weightLength, random);
        const g = whole(Float64Array, convolution.outputLength, random);
        const y = new Float64Array(convolution.outputLength);
        const dx = new Float64Array(convolution.inputLength);
        const dw = new Float64Array(convolution.weightLength);
        kernels.conv2d(geometry, x.array, x.offset, w.array, w.offset, null, 0, y, 0);
        kernels.conv2dInputGrad(geometry, g.array, g.offset, w.array, w.offset, dx, 0);
        kernels.conv2dWeightGrad(geometry, g.array, g.offset, x.array, x.offset, dw, 0);
        mustBeAdjoint(y, g.values, x.values, dx);
        mustBeAdjoint(y, g.values, w.values, dw);
      }
    },
  },
  {
    kernel: 'conv2d',
    title: 'is its definition to roundoff for layers of the usual size',
    run: (kernels, random) => {
      const base = {
        strideHeight: 1,
        strideWidth: 1,
        dilationHeight: 1,
        dilationWidth: 1,
        groups: 1,
        batch: 2,
      };
      const plane = { height: 14, width: 13, kernelHeight: 3, kernelWidth: 3, padTop: 1, padLeft: 1 };
      const geometry = { ...base, ...plane, outHeight: 14, outWidth: 13, inChannels: 8, outChannels: 10 };
      const convolution = new Convolution(geometry);
      for (const type of FLOATS) {
        const x = new Region(
          type,
          convolution.inputLength,
          random,
          random.uniforms(convolution.inputLength, -1, 1),
        );
        const w = new Region(
          type,
          convolution.weightLength,
          random,
          random.uniforms(convolution.weightLength, -1, 1),
        );
        const out = new Region(type, convolution.outputLength, random);
        const expected = new Array<number>(convolution.outputLength).fill(0);
        const [xv, wv] = [x.values, w.values];
        convolution.forEachTerm((p, q, o) => (expected[o] += xv[p] * wv[q]));
        kernels.conv2d(geometry, x.array, x.offset, w.array, w.offset, null, 0, out.array, out.offset);
        out.mustHold(expected, withinRoundoff(16, 20));
      }
    },
  },
  {
    kernel: 'im2col',
    title: 'lays out every patch as a column, zero outside the input',
    run: (kernels, random) => {
      for (let i = 0; i < 200; i++) {
        const w = randomWindow(random);
        const type = random.pick(FLOATS);
        const channels = random.integer(0, 3);
        const x = whole(type, channels * w.height * w.width, random);
        const taps = w.kernelHeight * w.kernelWidth;
        const out = new Region(type, channels * taps * w.outHeight * w.outWidth, random);
        const expected = new Array<number>(out.length).fill(0);
        const xv = x.values;
        for (let c = 0; c < channels; c++) {
          forEachTap(w, (oh, ow, kh, kw, row, col) => {
            const column = c * taps + kh * w.kernelWidth + kw;
            expected[(column * w.outHeight + oh) * w.outWidth + ow] =
              xv[(c * w.height + row) * w.width + col];
          });
        }
        kernels.im2col(w, channels, x.array, x.offset, out.array, out.offset);
        out.mustHold(expected);
        x.mustBeUntouched();
      }
    },
  },
  {
    kernel: 'col2im',
    title: 'is the adjoint of im2col and overwrites its output',
    run: (kernels, random) => {
      for (let i = 0; i < 200; i++) {
        const w = randomWindow(random);
        const type = random.pick(FLOATS);
        const channels = random.integer(0, 3);
        const x = whole(type, channels * w.height * w.width, random);
        const taps = w.kernelHeight * w.kernelWidth;
        const g = whole(type, channels * taps * w.outHeight * w.outWidth, random);
        const columns = new type(g.length);
        kernels.im2col(w, channels, x.array, x.offset, columns, 0);
        const out = new Region(type, x.length, random);
        const expected = new Array<number>(x.length).fill(0);
        const gv = g.values;
        for (let c = 0; c < channels; c++) {
          forEachTap(w, (oh, ow, kh, kw, row, col) => {
            const column = c * taps + kh * w.kernelWidth + kw;
            expected[(c * w.height + row) * w.width + col] +=
              gv[(column * w.outHeight + oh) * w.outWidth + ow];
          });
        }
        kernels.col2im(w, channels, g.array, g.offset, out.array, out.offset);
        out.mustHold(expected);
        mustBeAdjoint(columns, g.values, x.values, out.values);
        g.mustBeUntouched();
      }
    },
  },
];
