import { FLOATS, Region, withinRoundoff } from './check.ts';
import type { ArrayType, Check, Random } from './check.ts';

interface Batch {
  readonly rows: number;
  readonly classes: number;
  readonly x: Region;
  readonly target: Region;
  /** The targets as the kernels take them. */
  readonly indices: Int32Array;
}

/** A random batch, sometimes of lines longer than a piece; one target in four is left out. */
function batch(type: ArrayType, random: Random): Batch {
  const long = random.next() < 0.02;
  const rows = long ? 2 : random.integer(0, 6);
  const classes = long ? 17_001 : random.pick([1, 2, 3, 4, 5, 8, 10, 17, 33]);
  const scale = random.pick([1, 4, 300]);
  const x = new Region(type, rows * classes, random, random.uniforms(rows * classes, -scale, scale));
  const classOf = (): number => (random.next() < 0.25 ? -1 : random.integer(0, classes - 1));
  const target = new Region(Int32Array, rows, random, Array.from({ length: rows }, classOf));
  return { rows, classes, x, target, indices: new Int32Array(target.array.buffer) };
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
      for (let i = 0; i < 150; i++) {
        const { rows, classes, x, target, indices } = batch(random.pick(FLOATS), random);
        const out = new Region(x.type, rows, random);
        const v = x.values;
        const expected = Array.from(target.values, (t, r) => {
          const { most, log } = shares(v.subarray(r * classes, (r + 1) * classes));
          return t < 0 ? 0 : most - v[r * classes + t] + log;
        });
        kernels.crossEntropy(rows, classes, x.array, x.offset, indices, target.offset, out.array, out.offset);
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
      for (let i = 0; i < 150; i++) {
        const { rows, classes, x, target, indices } = batch(random.pick(FLOATS), random);
        const g = new Region(x.type, rows, random, random.uniforms(rows, -3, 3));
        const out = new Region(x.type, x.length, random);
        const [v, gv] = [x.values, g.values];
        const expected = Array.from(target.values).flatMap((t, r) => {
          const line = shares(v.subarray(r * classes, (r + 1) * classes)).shares;
          return line.map((s, c) => (t < 0 ? 0 : gv[r] * (s - (c === t ? 1 : 0))));
        });
        kernels.crossEntropyGrad(
          rows, classes, g.array, g.offset, x.array, x.offset, indices, target.offset, out.array, out.offset,
        ); // prettier-ignore
        out.mustHold(expected, withinRoundoff(16, 4));
        for (const operand of [g, x, target]) operand.mustBeUntouched();
      }
    },
  },
];
