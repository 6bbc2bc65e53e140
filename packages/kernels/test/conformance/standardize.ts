import { FLOATS, Region, withinRoundoff } from './check.ts';
import type { ArrayType, Check, Random } from './check.ts';

/** Lines, samples and columns longer or wider than a piece. */
const GREAT: readonly (readonly [number, number, number])[] = [[1, 2, 17_001], [2, 5, 14_003], [9, 15_001, 1]]; // prettier-ignore

/** A random [outer, channels, inner], each extent small, odd or 0; the first are great. */
function shape(random: Random, i: number): readonly [number, number, number] {
  if (i < GREAT.length) return GREAT[i];
  if (random.next() < 0.3)
    return [random.integer(2, 20), random.integer(1, 40), random.pick([1, 1, 2, 4, 6, 7, 15])];
  return [random.integer(1, 3), random.integer(0, 5), random.pick([1, 2, 3, 5, 8, 16, 17, 33, 130])];
}

/** For each position of [outer, channels, inner], the mean of f over its channel. */
function means(
  [outer, channels, inner]: readonly [number, number, number],
  f: (i: number) => number,
): number[] {
  const channelOf = (i: number): number => Math.floor(i / inner) % channels;
  const totals = new Array<number>(channels).fill(0);
  const n = outer * channels * inner;
  for (let i = 0; i < n; i++) totals[channelOf(i)] += f(i);
  return Array.from({ length: n }, (_, i) => totals[channelOf(i)] / (outer * inner));
}

const region = (type: ArrayType, length: number, random: Random): Region =>
  new Region(type, length, random, random.uniforms(length, -2, 3));

export const standardizeConformance: readonly Check[] = [
  {
    kernel: 'standardize',
    title:
      'brings each channel to mean 0 and variance 1, and tells by what it multiplied, and which they were',
    run: (kernels, random) => {
      for (let i = 0; i < 150; i++) {
        const type = random.pick(FLOATS);
        const dims = shape(random, i);
        const [outer, channels, inner] = dims;
        const n = outer * channels * inner;
        const eps = random.pick([1e-5, 0.1, 1]);
        const x = region(type, n, random);
        const out = new Region(type, n, random);
        const rstd = new Region(type, channels, random);
        const moments = random.pick([null, new Region(type, 2 * channels, random)]);
        kernels.standardize(
          outer, channels, inner, eps, x.array, x.offset, out.array, out.offset, rstd.array, rstd.offset,
          moments?.array ?? null, moments?.offset ?? 0,
        ); // prettier-ignore
        const v = x.values;
        const mean = means(dims, (p) => v[p]);
        const variance = means(dims, (p) => (v[p] - mean[p]) ** 2);
        const rates = variance.map((s) => 1 / Math.sqrt(s + eps));
        const scales = rates.map((r) => 8 * r * r * r + 8 * r);
        out.mustHold(Array.from(v, (e, p) => (e - mean[p]) * rates[p]), withinRoundoff(16, scales)); // prettier-ignore
        rstd.mustHold(
          Array.from({ length: channels }, (_, c) => rates[c * inner]),
          withinRoundoff(16, Array.from({ length: channels }, (_, c) => scales[c * inner])),
        ); // prettier-ignore
        const perChannel = (list: number[]): number[] =>
          Array.from({ length: channels }, (_, c) => list[c * inner]);
        moments?.mustHold([...perChannel(mean), ...perChannel(variance)], withinRoundoff(16, 30));
        x.mustBeUntouched();
      }
    },
  },
  {
    kernel: 'standardizeGrad',
    title: 'takes from g its mean and its share of y, and scales',
    run: (kernels, random) => {
      for (let i = 0; i < 150; i++) {
        const type = random.pick(FLOATS);
        const dims = shape(random, i);
        const [outer, channels, inner] = dims;
        const n = outer * channels * inner;
        const g = region(type, n, random);
        const y = region(type, n, random);
        const rstd = region(type, channels, random);
        const out = new Region(type, n, random);
        kernels.standardizeGrad(
          outer, channels, inner, g.array, g.offset, y.array, y.offset, rstd.array, rstd.offset, out.array, out.offset,
        ); // prettier-ignore
        const [gv, yv, rv] = [g.values, y.values, rstd.values];
        const mean = means(dims, (p) => gv[p]);
        const slope = means(dims, (p) => gv[p] * yv[p]);
        const expected = Array.from(gv, (e, p) => (e - mean[p] - yv[p] * slope[p]) * rv[Math.floor(p / inner) % channels]); // prettier-ignore
        out.mustHold(expected, withinRoundoff(16, 90));
        for (const operand of [g, y, rstd]) operand.mustBeUntouched();
      }
    },
  },
];
