import type { AveragePoolRule, Window2d } from '../../src/index.ts';
import { FLOATS, Region, mustBeAdjoint, withinRoundoff } from './check.ts';
import type { ArrayType, Check, Random } from './check.ts';
import { forEachTap, randomWindow } from './window.ts';

const { min } = Math;

/** A window in which every position holds at least one input element. */
function coveringWindow(random: Random): Window2d {
  for (;;) {
    const w = randomWindow(random);
    const seen = new Set<number>();
    forEachTap(w, (oh, ow) => seen.add(oh * w.outWidth + ow));
    if (seen.size === w.outHeight * w.outWidth) return w;
  }
}

/** A 2 × 2 window at stride 2, for which implementations take short cuts, in a plane that may be larger. */
function pairWindow(random: Random): Window2d {
  const [outHeight, outWidth] = [random.integer(1, 5), random.integer(1, 20)];
  return {
    height: 2 * outHeight + random.integer(0, 2), width: 2 * outWidth + random.integer(0, 2), kernelHeight: 2,
    kernelWidth: 2, strideHeight: 2, strideWidth: 2, padTop: 0, padLeft: 0, dilationHeight: 1, dilationWidth: 1,
    outHeight, outWidth,
  }; // prettier-ignore
}

/** A window over a wide plane, with rows of several vectors. */
function wideWindow(random: Random): Window2d {
  const [stride, kernel, pad] = [random.integer(1, 5), random.integer(1, 4), random.integer(0, 1)];
  const width = random.integer(20, 40);
  const outWidth = Math.floor((width + 2 * min(pad, kernel - 1) - kernel) / stride) + 1;
  return {
    ...pairWindow(random), width, kernelWidth: kernel, strideWidth: stride, padLeft: min(pad, kernel - 1), outWidth,
  }; // prettier-ignore
}

/** The maximum of each window and where it first occurs; the first NaN wins. */
function maxPool(w: Window2d, plane: ArrayLike<number>): { values: number[]; indices: number[] } {
  const count = w.outHeight * w.outWidth;
  const values = new Array<number>(count);
  const indices = new Array<number>(count).fill(-1);
  forEachTap(w, (oh, ow, _kh, _kw, row, col) => {
    const o = oh * w.outWidth + ow;
    const p = row * w.width + col;
    const held = values[o];
    if (indices[o] < 0 || (!Number.isNaN(held) && (Number.isNaN(plane[p]) || plane[p] > held))) {
      values[o] = plane[p];
      indices[o] = p;
    }
  });
  return { values, indices };
}

/** The positions a window counts along one axis: those in the input, or in the input and its declared padding. */
function extent(start: number, kernel: number, low: number, high: number): number {
  let count = 0;
  for (let p = start; p < start + kernel; p++) if (p >= low && p < high) count++;
  return count;
}

function divisor(w: Window2d, rule: AveragePoolRule, oh: number, ow: number): number {
  if (rule.divisorOverride !== 0) return rule.divisorOverride;
  const [top, left] = [oh * w.strideHeight - w.padTop, ow * w.strideWidth - w.padLeft];
  const [t, l, b, r] = rule.countIncludePad
    ? [w.padTop, w.padLeft, rule.padBottom, rule.padRight]
    : [0, 0, 0, 0];
  return extent(top, w.kernelHeight, -t, w.height + b) * extent(left, w.kernelWidth, -l, w.width + r);
}

function randomAverage(random: Random): { window: Window2d; rule: AveragePoolRule; planes: number } {
  const window = {
    ...random.pick([randomWindow, randomWindow, pairWindow, wideWindow])(random),
    dilationHeight: 1,
    dilationWidth: 1,
  };
  const rule = {
    countIncludePad: random.pick([true, false]),
    divisorOverride: random.pick([0, 0, 0, 4]),
    padBottom: random.integer(0, 2),
    padRight: random.integer(0, 2),
  };
  return { window, rule, planes: random.integer(0, 3) };
}

/** Multiples of 2⁵·3²·5·7, so that quotients by small divisors are whole and sums of them exact. */
const divisible = (type: ArrayType, length: number, random: Random): Region =>
  new Region(
    type,
    length,
    random,
    random.integers(length, -4, 4).map((v) => v * 10080),
  );

export const poolConformance: readonly Check[] = [
  {
    kernel: 'maxPool2d',
    title: 'finds the first maximum of each window and its position, the first NaN winning',
    run: (kernels, random) => {
      for (let i = 0; i < 300; i++) {
        const w = random.pick([coveringWindow, coveringWindow, pairWindow, wideWindow])(random);
        const type = random.pick(FLOATS);
        const planes = random.integer(0, 3);
        const size = w.height * w.width;
        const pool = random.pick([[0, 1, 2, -1], [-1, -2, -3], [0, NaN, 1], [-Infinity, -1], [-Infinity], [Infinity, 0, NaN]]); // prettier-ignore
        const x = new Region(
          type,
          planes * size,
          random,
          Array.from({ length: planes * size }, () => random.pick(pool)),
        );
        const out = new Region(type, planes * w.outHeight * w.outWidth, random);
        const indices = new Region(Int32Array, out.length, random);
        const into = new Int32Array(indices.array.buffer);
        kernels.maxPool2d(w, planes, x.array, x.offset, out.array, out.offset, into, indices.offset);
        const expected = Array.from({ length: planes }, (_, p) =>
          maxPool(w, x.values.subarray(p * size, (p + 1) * size)),
        );
        out.mustHold(expected.flatMap((e) => e.values));
        indices.mustHold(expected.flatMap((e) => e.indices));
        x.mustBeUntouched();
      }
    },
  },
  {
    kernel: 'maxPool2dGrad',
    title: 'adds each cotangent where the maximum was',
    run: (kernels, random) => {
      for (let i = 0; i < 300; i++) {
        const w = random.pick([coveringWindow, pairWindow, wideWindow])(random);
        const type = random.pick(FLOATS);
        const planes = random.integer(0, 3);
        const size = w.height * w.width;
        const found = Array.from({ length: planes }, () => maxPool(w, random.integers(size, -3, 3)).indices);
        const g = new Region(type, planes * w.outHeight * w.outWidth, random, random.integers(planes * w.outHeight * w.outWidth, -9, 9)); // prettier-ignore
        const indices = new Region(Int32Array, g.length, random, found.flat());
        const out = new Region(type, planes * size, random);
        const expected = new Array<number>(out.length).fill(0);
        const gv = g.values;
        found.forEach((list, plane) => {
          list.forEach((p, o) => (expected[plane * size + p] += gv[plane * list.length + o]));
        });
        const places = new Int32Array(indices.array.buffer);
        kernels.maxPool2dGrad(w, planes, g.array, g.offset, places, indices.offset, out.array, out.offset);
        out.mustHold(expected);
        g.mustBeUntouched();
        indices.mustBeUntouched();
      }
    },
  },
  {
    kernel: 'avgPool2d',
    title: 'averages each window by every rule for the borders',
    run: (kernels, random) => {
      for (let i = 0; i < 300; i++) {
        const { window: w, rule, planes } = randomAverage(random);
        const type = random.pick(FLOATS);
        const size = w.height * w.width;
        const x = new Region(type, planes * size, random, random.integers(planes * size, -9, 9));
        const out = new Region(type, planes * w.outHeight * w.outWidth, random);
        const expected = new Array<number>(out.length).fill(0);
        const xv = x.values;
        for (let plane = 0; plane < planes; plane++) {
          forEachTap(w, (oh, ow, _kh, _kw, row, col) => {
            const o = (plane * w.outHeight + oh) * w.outWidth + ow;
            expected[o] += xv[plane * size + row * w.width + col] / divisor(w, rule, oh, ow);
          });
        }
        kernels.avgPool2d(w, rule, planes, x.array, x.offset, out.array, out.offset);
        out.mustHold(expected, withinRoundoff(16, 40));
        x.mustBeUntouched();
      }
    },
  },
  {
    kernel: 'avgPool2dGrad',
    title: 'spreads each cotangent over its window, as the exact adjoint of avgPool2d',
    run: (kernels, random) => {
      for (let i = 0; i < 300; i++) {
        const { window: w, rule, planes } = randomAverage(random);
        const type = random.pick(FLOATS);
        const size = w.height * w.width;
        const x = divisible(type, planes * size, random);
        const g = divisible(type, planes * w.outHeight * w.outWidth, random);
        const y = new type(g.length);
        const out = new Region(type, x.length, random);
        const expected = new Array<number>(out.length).fill(0);
        const gv = g.values;
        for (let plane = 0; plane < planes; plane++) {
          forEachTap(w, (oh, ow, _kh, _kw, row, col) => {
            const share = gv[(plane * w.outHeight + oh) * w.outWidth + ow] / divisor(w, rule, oh, ow);
            expected[plane * size + row * w.width + col] += share;
          });
        }
        kernels.avgPool2d(w, rule, planes, x.array, x.offset, y, 0);
        kernels.avgPool2dGrad(w, rule, planes, g.array, g.offset, out.array, out.offset);
        out.mustHold(expected);
        mustBeAdjoint(y, g.values, x.values, out.values);
        g.mustBeUntouched();
      }
    },
  },
];
