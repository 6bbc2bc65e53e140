import { ALL, FLOATS, Region, isFloat } from './check.ts';
import type { ArrayType, Check, Random } from './check.ts';

const SHAPES = [
  [1, 1, 1], [1, 5, 1], [3, 1, 4], [3, 0, 4], [0, 3, 2], [2, 3, 0], [1, 300, 1], [5, 17, 1], [2, 4, 5], [3, 7, 2],
] as const; // prettier-ignore

/** What f makes of each line along the middle axis. */
function alongLines(
  [outer, size, inner]: readonly [number, number, number],
  x: ArrayLike<number>,
  f: (line: number[]) => number[],
): number[] {
  const result = new Array<number>(outer * size * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const place = (s: number): number => (o * size + s) * inner + i;
      f(Array.from({ length: size }, (_, s) => x[place(s)])).forEach((v, s) => (result[place(s)] = v));
    }
  }
  return result;
}

/** Few values, so that there are many ties; NaN among floats. */
const values = (type: ArrayType, length: number, random: Random): number[] =>
  random.integers(length, 0, 6).map((v) => (v === 6 && isFloat(type) ? NaN : v));

/** Whether u is greater than v, NaN being greater than every number. */
const greater = (u: number, v: number): boolean => u > v || (u !== u && v === v);

/** Stable selection of the least (or greatest) remaining element, again and again. */
function argsort(line: number[], descending: boolean): number[] {
  const left = line.map((_, i) => i);
  return line.map(() => {
    const better = (i: number, j: number): boolean =>
      descending ? greater(line[i], line[j]) : greater(line[j], line[i]);
    const best = left.reduce((a, b) => (better(b, a) ? b : a));
    left.splice(left.indexOf(best), 1);
    return best;
  });
}

const bestSoFar = (line: number[], better: (u: number, v: number) => boolean): number[] =>
  line.map((_, i) => {
    const seen = line.slice(0, i + 1);
    const nan = seen.map((v) => v !== v).lastIndexOf(true);
    return nan >= 0 ? nan : seen.reduce((best, v, j) => (better(v, seen[best]) ? j : best), 0);
  });

const runningCheck = (kernel: 'cumargmax' | 'cumargmin'): Check => ({
  kernel,
  title: 'finds the last of the best so far along the middle axis of every shape and dtype',
  run: (kernels, random) => {
    const better = (u: number, v: number): boolean => (kernel === 'cumargmax' ? u >= v : u <= v);
    for (const type of ALL) {
      for (const shape of SHAPES) {
        const [outer, size, inner] = shape;
        const length = outer * size * inner;
        const x = new Region(type, length, random, values(type, length, random));
        const out = new Region(Int32Array, length, random);
        kernels[kernel](outer, size, inner, x.array, x.offset, out.array, out.offset);
        out.mustHold(alongLines(shape, x.values, (line) => bestSoFar(line, better)));
        x.mustBeUntouched();
      }
    }
  },
});

export const orderConformance: readonly Check[] = [
  runningCheck('cumargmax'),
  runningCheck('cumargmin'),
  {
    kernel: 'argsort',
    title: 'orders stably along the middle axis of every shape and dtype, both ways, with NaN greatest',
    run: (kernels, random) => {
      for (const type of ALL) {
        for (const shape of SHAPES) {
          for (const descending of [false, true]) {
            const [outer, size, inner] = shape;
            const length = outer * size * inner;
            const x = new Region(type, length, random, values(type, length, random));
            const out = new Region(Int32Array, length, random);
            kernels.argsort(outer, size, inner, descending, x.array, x.offset, out.array, out.offset);
            out.mustHold(alongLines(shape, x.values, (line) => argsort(line, descending)));
            x.mustBeUntouched();
          }
        }
      }
    },
  },
  {
    kernel: 'argsort',
    title: 'tells infinities and neighbouring numbers apart',
    run: (kernels, random) => {
      for (const type of FLOATS) {
        const x = new Region(type, 6, random, [Infinity, 1 + 2 ** -23, 1, NaN, -Infinity, -1]);
        const out = new Region(Int32Array, 6, random);
        kernels.argsort(1, 6, 1, false, x.array, x.offset, out.array, out.offset);
        out.mustHold([4, 5, 2, 1, 0, 3]);
      }
    },
  },
];
