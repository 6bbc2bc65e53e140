import type { Kernels, NumericArray, StructuredKernels } from '../../src/index.ts';
import { ALL, FLOATS, Region, same, withinRoundoff, withinUlps } from './check.ts';
import type { ArrayType, Check, Closeness, Random } from './check.ts';

type Name = 'sum' | 'prod' | 'amax' | 'amin' | 'logsumexp' | 'argmax' | 'argmin';

const SHAPES = [
  [1, 1, 1], [1, 5, 1], [3, 1, 4], [3, 0, 4], [0, 3, 2], [2, 3, 0], [1, 300, 1], [2, 129, 1], [5, 17, 1], [1, 300, 3],
  [2, 4, 5], [3, 7, 2], [1, 3, 1100], [2, 260, 2], [1, 1000, 1], [4, 8, 8],
  [40, 1, 9], [130, 5, 1], [9, 31, 250], [700, 101, 1],
] as const; // prettier-ignore

/** Applies f to each line of x viewed as [outer, size, inner]. */
function lines(
  outer: number,
  size: number,
  inner: number,
  x: NumericArray,
  f: (line: number[]) => number,
): number[] {
  const result: number[] = [];
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      result.push(f(Array.from({ length: size }, (_, s) => x[(o * size + s) * inner + i])));
    }
  }
  return result;
}

/** The first NaN, or else the first element that no other beats. */
function best(line: number[], beats: (a: number, b: number) => boolean): number {
  const nan = line.findIndex((v) => v !== v);
  return nan >= 0 ? nan : line.findIndex((v) => !line.some((w) => beats(w, v)));
}
const firstMax = (line: number[]): number => best(line, (a, b) => a > b);
const firstMin = (line: number[]): number => best(line, (a, b) => a < b);

interface Case {
  readonly f: (line: number[]) => number;
  readonly values: (length: number, type: ArrayType, random: Random) => number[];
  readonly types: readonly ArrayType[];
  readonly out: (type: ArrayType) => ArrayType;
  readonly close: Closeness;
  readonly empty: boolean;
}

const ties = (length: number, type: ArrayType, random: Random): number[] =>
  random.integers(length, type === Uint8Array ? 0 : -3, 3);
const selection = (f: (line: number[]) => number, index: boolean): Case => ({
  f, values: ties, types: ALL, out: (type) => (index ? Int32Array : type), close: same, empty: false,
}); // prettier-ignore

const CASES: Record<Name, Case> = {
  sum: { ...selection((line) => line.reduce((a, b) => a + b, 0), false), empty: true },
  prod: {
    ...selection((line) => line.reduce((a, b) => a * b, 1), false),
    values: (length, _type, random) => Array.from({ length }, () => random.pick([1, 1, 1, 1, 2, 0.5])),
    types: FLOATS,
    empty: true,
  },
  amax: selection((line) => line[firstMax(line)], false),
  amin: selection((line) => line[firstMin(line)], false),
  argmax: selection(firstMax, true),
  argmin: selection(firstMin, true),
  logsumexp: {
    ...selection((line) => Math.log(line.reduce((a, b) => a + Math.exp(b), 0)), false),
    values: (length, _type, random) => random.uniforms(length, -5, 5),
    types: FLOATS,
    close: withinRoundoff(16, 10),
    empty: true,
  },
};

function reduceOnce(
  kernels: Kernels,
  name: Name,
  type: ArrayType,
  values: readonly number[],
  random: Random,
): number {
  const x = new Region(type, values.length, random, values);
  const out = new Region(CASES[name].out(type), 1, random);
  kernels[name](1, values.length, 1, x.array, x.offset, out.array, out.offset);
  return out.values[0];
}

function mustEqual(actual: number, expected: number): void {
  if (!same(actual, expected, Float64Array, 0)) throw new Error(`gave ${actual}, not ${expected}`);
}

const shapesCheck = (name: Name, { f, values, types, out: outType, close, empty }: Case): Check => ({
  kernel: name,
  title: 'reduces the middle axis of every shape and dtype',
  run: (kernels, random) => {
    for (const type of types) {
      for (const [outer, size, inner] of SHAPES) {
        if (size === 0 && !empty) continue;
        const length = outer * size * inner;
        const x = new Region(type, length, random, values(length, type, random));
        const out = new Region(outType(type), outer * inner, random);
        kernels[name](outer, size, inner, x.array, x.offset, out.array, out.offset);
        out.mustHold(lines(outer, size, inner, x.values, f), close);
        x.mustBeUntouched();
      }
    }
  },
});

const nanCheck = (name: 'amax' | 'amin' | 'argmax' | 'argmin'): Check => ({
  kernel: name,
  title: 'lets the first NaN win, handles infinities and takes the first of equals',
  run: (kernels, random) => {
    for (const type of FLOATS) {
      for (let i = 0; i < 200; i++) {
        const values = Array.from({ length: random.integer(1, 20) }, () =>
          random.pick([0, 1, 2, -1, Infinity, -Infinity]),
        );
        if (i % 2 === 0) values[random.integer(0, values.length - 1)] = NaN;
        if (i % 4 === 0) values[random.integer(0, values.length - 1)] = NaN;
        mustEqual(reduceOnce(kernels, name, type, values, random), CASES[name].f(values));
      }
      for (const v of [-Infinity, Infinity])
        mustEqual(reduceOnce(kernels, name, type, [v, v], random), CASES[name].f([v, v]));
    }
  },
});

/** Terms k·2⁻³⁰ with their exact sum, from whole numbers. */
function exactTerms(count: number, random: Random): { terms: Float64Array; sum: number } {
  const terms = new Float64Array(count);
  let sum = 0n;
  for (let i = 0; i < count; i++) {
    const k = random.integer(1, 2 ** 40) + random.integer(0, 1023);
    terms[i] = k / 2 ** 30;
    sum += BigInt(k);
  }
  return { terms, sum: Number(sum) / 2 ** 30 };
}

const accuracy = (kernel: keyof StructuredKernels & Name, title: string, run: Check['run']): Check => ({
  kernel,
  title,
  run,
});

export const reduceConformance: readonly Check[] = [
  ...(Object.keys(CASES) as Name[]).map((name) => shapesCheck(name, CASES[name])),
  ...(['amax', 'amin', 'argmax', 'argmin'] as const).map(nanCheck),
  accuracy('sum', 'keeps fifteen digits over many terms', (kernels, random) => {
    const { terms, sum } = exactTerms(300_000, random);
    const out = new Float64Array(3);
    kernels.sum(1, terms.length, 1, terms, 0, out, 0);
    kernels.sum(1, terms.length / 2, 2, terms, 0, out, 1);
    for (const total of [out[0], out[1] + out[2]]) {
      if (!(Math.abs(total - sum) <= 1e-15 * sum)) throw new Error(`off by ${(total - sum) / sum} relative`);
    }
  }),
  accuracy('sum', 'adds float32 terms in float64', (kernels, random) => {
    mustEqual(reduceOnce(kernels, 'sum', Float32Array, [2 ** 30, 1, 1, 1, 0.25, -(2 ** 30)], random), 3.25);
    const x = new Region(Float32Array, 12, random, [
      2 ** 30,
      2 ** 30,
      1,
      2,
      1,
      1,
      1,
      1,
      0.25,
      1,
      -(2 ** 30),
      -(2 ** 30),
    ]);
    const out = new Region(Float32Array, 2, random);
    kernels.sum(1, 6, 2, x.array, x.offset, out.array, out.offset);
    out.mustHold([3.25, 5]);
  }),
  accuracy('sum', 'lets NaN and infinities through', (kernels, random) => {
    for (const type of FLOATS) {
      mustEqual(reduceOnce(kernels, 'sum', type, [1, Infinity, 2], random), Infinity);
      mustEqual(reduceOnce(kernels, 'sum', type, [Infinity, -Infinity], random), NaN);
      mustEqual(reduceOnce(kernels, 'sum', type, [1, NaN, 2], random), NaN);
    }
  }),
  accuracy('prod', 'wraps integers modulo their range', (kernels, random) => {
    const values = random.integers(30, -99, 99).map((v) => 2 * v + 1);
    const product = values.reduce((a, b) => a * BigInt(b), 1n);
    mustEqual(reduceOnce(kernels, 'prod', Int32Array, values, random), Number(BigInt.asIntN(32, product)));
  }),
  accuracy('logsumexp', 'neither overflows nor makes NaN of infinite terms', (kernels, random) => {
    for (const type of FLOATS) {
      mustEqual(reduceOnce(kernels, 'logsumexp', type, [], random), -Infinity);
      mustEqual(reduceOnce(kernels, 'logsumexp', type, [-Infinity, -Infinity], random), -Infinity);
      mustEqual(reduceOnce(kernels, 'logsumexp', type, [-Infinity, 3], random), 3);
      mustEqual(reduceOnce(kernels, 'logsumexp', type, [1, Infinity, Infinity], random), Infinity);
      mustEqual(reduceOnce(kernels, 'logsumexp', type, [1, NaN, Infinity], random), NaN);
      for (const shift of [1e4, -1e4]) {
        const value = reduceOnce(kernels, 'logsumexp', type, [shift, shift], random);
        const expected = new type([shift + Math.LN2])[0];
        if (!withinUlps(1)(value, expected, type, 0)) throw new Error(`gave ${value}, not ${expected}`);
      }
    }
  }),
];
