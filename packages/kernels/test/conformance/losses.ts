import { FLOATS, Region, withinRoundoff } from './check.ts';
import type { ArrayType, Check, Random } from './check.ts';

interface Batch {
  readonly dims: readonly [outer: number, classes: number, inner: number];
  readonly x: Region;
  readonly target: Region;
  /** The targets as the kernels take them. */
  readonly indices: Int32Array;
}

/** A random batch, sometimes of lines longer than a piece or wider than one; one target in four is left out. */
function batch(type: ArrayType, random: Random): Batch {
  const kind = random.next();
  const [outer, classes, inner]: [number, number, number] =
    kind < 0.02
      ? [2, 17_001, 1]
      : kind < 0.03
        ? [1, 260, 530]
        : [random.integer(0, 6), random.pick([1, 2, 3, 4, 5, 8, 10, 17, 33]), random.pick([1, 1, 1, 2, 4, 5, 9, 16, 0])]; // prettier-ignore
  const scale = random.pick([1, 4, 300]);
  const n = outer * classes * inner;
  const x = new Region(type, n, random, random.uniforms(n, -scale, scale));
  const classOf = (): number => (random.next() < 0.25 ? -1 : random.integer(0, classes - 1));
  const target = new Region(
    Int32Array,
    outer * inner,
    random,
    Array.from({ length: outer * inner }, classOf),
  );
  return { dims: [outer, classes, inner], x, target, indices: new Int32Array(target.array.buffer) };
}

/** The scores of each target, in the order of the targets. */
function scores({ dims: [outer, classes, inner], x }: Batch): number[][] {
  const v = x.values;
  return Array.from({ length: outer * inner }, (_, at) => {
    const start = Math.floor(at / inner) * classes * inner + (at % inner);
    return Array.from({ length: classes }, (_, c) => v[start + c * inner]);
  });
}

/** softmax of one line, its greatest score, and the logarithm of its divisor, which is that of e^(x − greatest). */
function shares(line: ArrayLike<number>): { shares: number[]; most: number; log: number } {
  const most = Math.max(...Array.from(line));
  const terms = Array.from(line, (v) => Math.exp(v - most));
  const total = terms.reduce((a, b) => a + b, 0);
  return { shares: terms.map((t) => t / total), most, log: Math.log(total) };
}

export const lossesConformance: readonly Check[] = [
  {
    kernel: 'crossEntropy',
    title: "is the logarithm of the scores' total less the target's score, 0 where there is no target",
    run: (kernels, random) => {
      for (let i = 0; i < 250; i++) {
        const data = batch(random.pick(FLOATS), random);
        const { dims, x, target, indices } = data;
        const out = new Region(x.type, target.length, random);
        const lines = scores(data);
        const expected = Array.from(target.values, (t, at) => {
          const { most, log } = shares(lines[at]);
          return t < 0 ? 0 : most - lines[at][t] + log;
        });
        kernels.crossEntropy(...dims, x.array, x.offset, indices, target.offset, out.array, out.offset);
        out.mustHold(
          expected,
          withinRoundoff(
            16,
            Array.from(expected, (e) => 8 + Math.abs(e)),
          ),
        );
        x.mustBeUntouched();
        target.mustBeUntouched();
      }
    },
  },
  {
    kernel: 'crossEntropyGrad',
    title: 'is g times the difference of softmax and the target, 0 where there is no target',
    run: (kernels, random) => {
      for (let i = 0; i < 250; i++) {
        const data = batch(random.pick(FLOATS), random);
        const { dims, x, target, indices } = data;
        const [, classes, inner] = dims;
        const g = new Region(x.type, target.length, random, random.uniforms(target.length, -3, 3));
        const out = new Region(x.type, x.length, random);
        const gv = g.values;
        const expected = new Array<number>(x.length);
        scores(data).forEach((line, at) => {
          const t = target.values[at];
          const start = Math.floor(at / inner) * classes * inner + (at % inner);
          shares(line).shares.forEach((s, c) => {
            expected[start + c * inner] = t < 0 ? 0 : gv[at] * (s - (c === t ? 1 : 0));
          });
        });
        kernels.crossEntropyGrad(
          ...dims, g.array, g.offset, x.array, x.offset, indices, target.offset, out.array, out.offset,
        ); // prettier-ignore
        out.mustHold(expected, withinRoundoff(16, 4));
        for (const operand of [g, x, target]) operand.mustBeUntouched();
      }
    },
  },
  {
    kernel: 'crossEntropy',
    title: 'and its gradient show NaN in the lines that hold it, of which none without a target is read',
    run: (kernels, random) => {
      for (const type of FLOATS) {
        for (const inner of [1, 6]) {
          const x = new Region(type, 5 * inner, random, new Array<number>(5 * inner).fill(1));
          x.array[x.offset + 2 * inner] = NaN;
          for (const t of [0, -1]) {
            const target = new Int32Array(inner).fill(t);
            const g = new Region(type, inner, random, new Array<number>(inner).fill(1));
            const out = new Region(type, inner, random);
            kernels.crossEntropy(1, 5, inner, x.array, x.offset, target, 0, out.array, out.offset);
            const loss = t < 0 ? 0 : Math.log(5);
            out.mustHold(Array.from({ length: inner }, (_, i) => (t === 0 && i === 0 ? NaN : loss)), withinRoundoff(8, 2)); // prettier-ignore
            const gradient = new Region(type, x.length, random);
            kernels.crossEntropyGrad(
              1, 5, inner, g.array, g.offset, x.array, x.offset, target, 0, gradient.array, gradient.offset,
            ); // prettier-ignore
            const expected = Array.from({ length: 5 * inner }, (_, p) => {
              if (t < 0) return 0;
              return p % inner === 0 ? NaN : p < inner ? -0.8 : 0.2;
            });
            gradient.mustHold(expected, withinRoundoff(8, 1));
          }
        }
      }
    },
  },
];
