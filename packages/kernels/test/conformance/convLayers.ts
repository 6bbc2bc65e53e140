import type { Conv2dGeometry, Kernels } from '../../src/index.ts';
import { Region, withinRoundoff } from './check.ts';
import type { Check, Random } from './check.ts';
import { Convolution, type ConvKernel } from './convolution.ts';

/** A kernel's result, and its definition's. */
interface Trial {
  readonly out: Region;
  readonly expected: readonly number[];
  /** Σ |products| behind each element. */
  readonly magnitudes: readonly number[];
}

type Fill = (length: number) => number[];

/** Runs a kernel on float32: on what slides under the window (x, or the cotangent), and on the other operand. */
function trial(
  kernels: Kernels, kernel: ConvKernel, random: Random, convolution: Convolution, under: Fill, other: Fill,
): Trial {
  const { g, inputLength, weightLength, outputLength } = convolution;
  const draw = (length: number, fill: Fill): Region => new Region(Float32Array, length, random, fill(length));
  const x = draw(inputLength, under);
  const weight = draw(weightLength, other);
  const cotangent = draw(outputLength, kernel === 'conv2dInputGrad' ? under : other);
  const out = new Region(
    Float32Array,
    { conv2d: outputLength, conv2dInputGrad: inputLength, conv2dWeightGrad: weightLength }[kernel],
    random,
  );
  const expected = new Array<number>(out.length).fill(0);
  const magnitudes = new Array<number>(out.length).fill(0);
  const [xv, wv, gv] = [x.values, weight.values, cotangent.values];
  const add = (at: number, product: number): void => {
    expected[at] += product;
    magnitudes[at] += Math.abs(product);
  };
  if (kernel === 'conv2d') {
    convolution.forEachTerm((p, q, o) => add(o, xv[p] * wv[q]));
    kernels.conv2d(g, x.array, x.offset, weight.array, weight.offset, null, 0, out.array, out.offset);
  } else if (kernel === 'conv2dInputGrad') {
    convolution.forEachTerm((p, q, o) => add(p, gv[o] * wv[q]));
    kernels.conv2dInputGrad(
      g, cotangent.array, cotangent.offset, weight.array, weight.offset, out.array, out.offset,
    );
  } else {
    convolution.forEachTerm((p, q, o) => add(q, gv[o] * xv[p]));
    kernels.conv2dWeightGrad(g, cotangent.array, cotangent.offset, x.array, x.offset, out.array, out.offset);
  }
  for (const operand of [x, weight, cotangent]) operand.mustBeUntouched();
  return { out, expected, magnitudes };
} // prettier-ignore

/** A layer of the usual kind. */
const LAYER: Conv2dGeometry = {
  height: 14, width: 13, kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1, padTop: 1, padLeft: 1,
  dilationHeight: 1, dilationWidth: 1, outHeight: 14, outWidth: 13, batch: 2, groups: 1, inChannels: 9, outChannels: 10,
}; // prettier-ignore

const GROUPED: Conv2dGeometry = { ...LAYER, groups: 2, inChannels: 8, outHeight: 7, outWidth: 9, padTop: 0 };

/** Of few taps, in rows that do not fill their last vector. */
const NARROW: Conv2dGeometry = {
  ...LAYER,
  inChannels: 1,
  kernelHeight: 2,
  kernelWidth: 4,
  outHeight: 13,
  outWidth: 11,
};

const KERNELS: readonly ConvKernel[] = ['conv2d', 'conv2dInputGrad', 'conv2dWeightGrad'];

/** Convolutions of ordinary size, of ordinary and of extreme numbers. */
export const convLayersConformance: readonly Check[] = KERNELS.flatMap((kernel): Check[] => [
  {
    kernel,
    title: 'is its definition to a few roundings for layers of the usual kind',
    run: (kernels, random) => {
      const fill: Fill = (length) => random.uniforms(length, -1, 1);
      for (const geometry of [LAYER, GROUPED, NARROW]) {
        const { out, expected, magnitudes } = trial(
          kernels, kernel, random, new Convolution(geometry), fill, fill,
        ); // prettier-ignore
        out.mustHold(expected, withinRoundoff(8, magnitudes));
      }
    },
  },
  {
    kernel,
    title: 'lets what is infinite, NaN or nearly too great reach only what depends on it',
    run: (kernels, random) => {
      for (const value of [Infinity, -Infinity, NaN, 3e38, -3e38, 1e30]) {
        const under: Fill = (length) => {
          const values = random.integers(length, -4, 4);
          values[random.integer(0, length - 1)] = value;
          return values;
        };
        // Products by −2 … 2 are exact, so that only the sum's last rounding counts.
        const other: Fill = (length) => random.integers(length, -2, 2);
        for (const geometry of [LAYER, GROUPED, NARROW]) {
          const { out, expected } = trial(kernels, kernel, random, new Convolution(geometry), under, other);
          out.mustHold(expected);
        }
      }
    },
  },
]);
