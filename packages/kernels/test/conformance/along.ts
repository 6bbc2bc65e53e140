import { ALL, FLOATS, Region, identical, withinRoundoff } from './check.ts';
import type { ArrayType, Check, Closeness, Random } from './check.ts';

type Name = 'cumsum' | 'softmax' | 'logSoftmax';
type GradName = 'softmaxGrad' | 'logSoftmaxGrad';

const SHAPES = [
  [1, 1, 1], [1, 5, 1], [3, 1, 4], [3, 0, 4], [0, 3, 2], [2, 3, 0], [1, 300, 1], [5, 17, 1], [2, 4, 5], [3, 7, 2],
  [4, 10, 9],
] as const; // prettier-ignore

/** Applies f to each line along the middle axis of the arrays viewed as [outer, size, inner]. */
function alongLines(
  [outer, size, inner]: readonly [number, number, number],
  arrays: readonly ArrayLike<number>[],
  f: (...lines: number[][]) => number[],
): number[] {
  const result = new Array<number>(outer * size * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const place = (s: number): number => (o * size + s) * inner + i;
      const lines = arrays.map((x) => Array.from({ length: size }, (_, s) => x[place(s)]));
      f(...lines).forEach((v, s) => (result[place(s)] = v));
    }
  }
  return result;
}

function softmax(x: number[]): number[] {
  const terms = x.map((v) => Math.exp(v));
  const total = terms.reduce((a, b) => a + b, 0);
  return terms.map((t) => t / total);
}

function cumsum(x: number[]): number[] {
  let total = 0;
  return x.map((v) => (total += v));
}

interface Case {
  readonly f: (x: number[]) => number[];
  readonly types: readonly ArrayType[];
  readonly values: (length: number, random: Random) => number[];
  readonly close: Closeness;
}

const CASES: Record<Name, Case> = {
  cumsum: { f: cumsum, types: ALL, values: (n, random) => random.integers(n, 0, 9), close: identical },
  softmax: {
    f: softmax,
    types: FLOATS,
    values: (n, random) => random.uniforms(n, -4, 4),
    close: withinRoundoff(8, 1),
  },
  logSoftmax: {
    f: (x) => softmax(x).map((v) => Math.log(v)),
    types: FLOATS,
    values: (n, random) => random.uniforms(n, -4, 4),
    close: withinRoundoff(32, 8),
  },
};

const GRADS: Record<GradName, (g: number[], y: number[]) => number[]> = {
  softmaxGrad: (g, y) => {
    const dot = g.reduce((sum, v, i) => sum + v * y[i], 0);
    return y.map((v, i) => v * (g[i] - dot));
  },
  logSoftmaxGrad: (g, y) => {
    const total = g.reduce((sum, v) => sum + v, 0);
    return g.map((v, i) => v - Math.exp(y[i]) * total);
  },
};

const forwardCheck = (name: Name, { f, types, values, close }: Case): Check => ({
  kernel: name,
  title: 'works along the middle axis of every shape and dtype, also in place',
  run: (kernels, random) => {
    for (const type of types) {
      for (const shape of SHAPES) {
        const [outer, size, inner] = shape;
        const length = outer * size * inner;
        const x = new Region(type, length, random, values(length, random));
        const out = new Region(type, length, random);
        const expected = alongLines(shape, [x.values], f);
        kernels[name](outer, size, inner, x.array, x.offset, out.array, out.offset);
        out.mustHold(expected, close);
        x.mustBeUntouched();
        kernels[name](outer, size, inner, x.array, x.offset, x.array, x.offset);
        x.mustHold(expected, close);
      }
    }
  },
});

const gradCheck = (name: GradName): Check => ({
  kernel: name,
  title: 'is its formula along the middle axis of every shape, also over either operand',
  run: (kernels, random) => {
    for (const type of FLOATS) {
      for (const shape of SHAPES) {
        const [outer, size, inner] = shape;
        const length = outer * size * inner;
        for (const place of ['fresh', 'over g', 'over y']) {
          const g = new Region(type, length, random, random.uniforms(length, -2, 2));
          const y = new Region(type, length, random, random.uniforms(length, -3, 0));
          const out = place === 'fresh' ? new Region(type, length, random) : place === 'over g' ? g : y;
          const expected = alongLines(shape, [g.values, y.values], GRADS[name]);
          kernels[name](outer, size, inner, g.array, g.offset, y.array, y.offset, out.array, out.offset);
          out.mustHold(expected, withinRoundoff(16, 2 + 6 * size));
          if (out !== g) g.mustBeUntouched();
          if (out !== y) y.mustBeUntouched();
        }
      }
    }
  },
});

/** Wider, or longer, than accelerators take in one piece. */
const greatCheck = (name: 'softmax' | 'logSoftmax'): Check => ({
  kernel: name,
  title: 'and its gradient work on rows of any width and lines of any length',
  run: (kernels, random) => {
    const { f, values, close } = CASES[name];
    const gradient = `${name}Grad` as const;
    const shapes: [number, number, number][] = [
      [1, 260, 530],
      [2, 17_001, 1],
    ];
    for (const shape of shapes) {
      const length = shape[0] * shape[1] * shape[2];
      for (const type of FLOATS) {
        const x = new Region(type, length, random, values(length, random));
        const y = new Region(type, length, random);
        kernels[name](...shape, x.array, x.offset, y.array, y.offset);
        y.mustHold(alongLines(shape, [x.values], f), close);
        const out = new Region(type, length, random);
        kernels[gradient](...shape, x.array, x.offset, y.array, y.offset, out.array, out.offset);
        out.mustHold(alongLines(shape, [x.values, y.values], GRADS[gradient]), withinRoundoff(16, 400));
      }
    }
  },
});

const rowsCheck = (name: Name, title: string, rows: readonly (readonly [number[], number[]])[]): Check => ({
  kernel: name,
  title,
  run: (kernels, random) => {
    for (const type of FLOATS) {
      for (const [input, expected] of rows) {
        const x = new Region(type, input.length, random, input);
        const out = new Region(type, input.length, random);
        kernels[name](1, input.length, 1, x.array, x.offset, out.array, out.offset);
        out.mustHold(expected, withinRoundoff(4, 1));
      }
    }
  },
});

const { LN2 } = Math;

export const alongConformance: readonly Check[] = [
  greatCheck('softmax'),
  greatCheck('logSoftmax'),
  ...(['cumsum', 'softmax', 'logSoftmax'] as const).map((name) => forwardCheck(name, CASES[name])),
  ...(['softmaxGrad', 'logSoftmaxGrad'] as const).map(gradCheck),
  rowsCheck('cumsum', 'adds in float64', [
    [
      [2 ** 30, 1, 1, 1, 1, -(2 ** 30)],
      [2 ** 30, 2 ** 30 + 1, 2 ** 30 + 2, 2 ** 30 + 3, 2 ** 30 + 4, 4],
    ],
  ]),
  rowsCheck('softmax', 'neither overflows nor hides an undefined row', [
    [[1000, 1000], [0.5, 0.5]],
    [[-1000, -1000], [0.5, 0.5]],
    [[-Infinity, 0], [0, 1]],
    [[-Infinity, -Infinity], [NaN, NaN]],
    [[Infinity, 0], [NaN, NaN]],
    [[NaN, 0], [NaN, NaN]],
  ]), // prettier-ignore
  rowsCheck('logSoftmax', 'neither overflows nor hides an undefined row', [
    [[1000, 1000], [-LN2, -LN2]],
    [[-1000, -1000], [-LN2, -LN2]],
    [[0, 1000], [-1000, 0]],
    [[-Infinity, 0], [-Infinity, 0]],
    [[-Infinity, -Infinity], [NaN, NaN]],
    [[NaN, 0], [NaN, NaN]],
  ]), // prettier-ignore
];
