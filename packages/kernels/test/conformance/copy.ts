import { ALL, FLOATS, INTEGERS, Region, at, contiguous, identical, isFloat, positions } from './check.ts';
import type { Check, Random } from './check.ts';

/** Strides over `shape` and where position 0 lies in the elements they span; 0 and negative strides where allowed. */
function place(
  shape: readonly number[],
  random: Random,
  free: boolean,
): { strides: number[]; start: number; span: number } {
  const order = random.pick([shape.map((_, d) => d), random.permutation(shape.length)]);
  const strides = new Array<number>(shape.length);
  contiguous(order.map((d) => shape[d] + random.pick([0, 0, 0, 2]))).forEach(
    (s, i) => (strides[order[i]] = s),
  );
  if (free) strides.forEach((s, d) => (strides[d] = random.pick([s, s, s, 0, -s])));
  if (shape.includes(0)) return { strides, start: 0, span: 0 };
  const ends = shape.map((extent, d) => (extent - 1) * strides[d]);
  const start = ends.reduce((sum, e) => sum - Math.min(e, 0), 0);
  return { strides, start, span: start + ends.reduce((sum, e) => sum + Math.max(e, 0), 1) };
}

/** What a value becomes in an integer array of `bits` bits. */
function toInteger(v: number, bits: number, signed: boolean): number {
  if (!Number.isFinite(v)) return 0;
  const whole = BigInt(Math.trunc(v));
  return Number(signed ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole));
}

const SHAPES = [
  [], [0], [1], [5], [100], [3, 0, 2], [4, 5], [1, 7], [7, 1], [40, 70], [65, 33], [2, 3, 4], [3, 1, 5], [2, 3, 2, 4],
  [1, 1, 1], [5, 80, 2], [2, 1, 3, 1, 2],
]; // prettier-ignore

/** Shapes of more elements than an accelerator will take at a time. */
const LARGE = [[70_001], [270, 301], [43, 40, 47], [3, 170, 160], [1200, 61], [30, 2400]];

export const copyConformance: readonly Check[] = [
  {
    kernel: 'copy',
    title: 'copies any shape between any strides, leaving what lies between alone',
    run: (kernels, random) => {
      for (const shape of SHAPES) {
        const list = positions(shape);
        for (let i = 0; i < 30; i++) {
          const type = random.pick(ALL);
          const from = place(shape, random, true);
          const to = place(shape, random, false);
          const x = new Region(type, from.span, random, random.integers(from.span, 0, 99));
          const out = new Region(type, to.span, random);
          const expected = Array.from(out.values);
          for (const p of list)
            expected[to.start + at(p, to.strides)] = x.array[x.offset + from.start + at(p, from.strides)];
          kernels.copy(
            shape, x.array, x.offset + from.start, from.strides, out.array, out.offset + to.start, to.strides,
          ); // prettier-ignore
          out.mustHold(expected, identical);
          x.mustBeUntouched();
        }
      }
    },
  },
  {
    kernel: 'copy',
    title: 'copies many elements between any strides',
    run: (kernels, random) => {
      for (const shape of LARGE) {
        const list = positions(shape);
        for (const type of ALL) {
          const from = place(shape, random, true);
          const to = place(shape, random, false);
          const x = new Region(type, from.span, random, random.integers(from.span, 0, 99));
          const out = new Region(random.pick([type, type, ...ALL]), to.span, random);
          const expected = out.values;
          for (const p of list)
            expected[to.start + at(p, to.strides)] = x.array[x.offset + from.start + at(p, from.strides)];
          kernels.copy(
            shape, x.array, x.offset + from.start, from.strides, out.array, out.offset + to.start, to.strides,
          ); // prettier-ignore
          out.mustHold(expected, identical);
          x.mustBeUntouched();
        }
      }
    },
  },
  {
    kernel: 'copy',
    title: 'transposes every size of plane, whole and with gaps',
    run: (kernels, random) => {
      for (const type of ALL) {
        for (let i = 0; i < 60; i++) {
          const [planes, rows, cols] = [random.integer(1, 3), random.integer(1, 40), random.integer(1, 40)];
          const gap = random.pick([0, 0, 3]);
          const shape = [planes, rows, cols];
          const from = [rows * (cols + gap), 1, rows + gap];
          const to = [rows * (cols + gap), cols + gap, 1];
          const length = planes * (rows + gap) * (cols + gap);
          const x = new Region(type, length, random, random.integers(length, 0, 99));
          const out = new Region(type, planes * rows * (cols + gap), random);
          const expected = out.values;
          for (const p of positions(shape)) expected[at(p, to)] = x.array[x.offset + at(p, from)];
          kernels.copy(shape, x.array, x.offset, from, out.array, out.offset, to);
          out.mustHold(expected, identical);
        }
      }
    },
  },
  {
    kernel: 'copy',
    title: 'converts between dtypes: truncation, NaN to 0, wrapping',
    run: (kernels, random) => {
      const numbers = [
        0,
        -0,
        1.7,
        -1.7,
        255.9,
        256,
        300,
        -1,
        -0.5,
        NaN,
        Infinity,
        -Infinity,
        2 ** 31,
        3e9,
        -3e9,
        1e20,
        16777217,
      ];
      for (const count of [numbers.length, 200]) {
        const values = Array.from({ length: count }, (_, i) => numbers[i % numbers.length]);
        for (const fromType of ALL) {
          for (const toType of ALL) {
            for (const stride of [1, 2]) {
              const x = new Region(fromType, count, random, values);
              const out = new Region(toType, count * stride, random);
              const expected = Array.from(out.values);
              x.values.forEach((v, i) => {
                expected[i * stride] = isFloat(toType)
                  ? v
                  : toInteger(v, toType === Int32Array ? 32 : 8, toType === Int32Array);
              });
              kernels.copy([count], x.array, x.offset, [1], out.array, out.offset, [stride]);
              out.mustHold(expected, identical);
            }
          }
        }
      }
    },
  },
  {
    kernel: 'copy',
    title: 'may be given the same region twice',
    run: (kernels, random) => {
      for (const type of [...FLOATS, ...INTEGERS]) {
        const x = new Region(type, 200, random, random.integers(200, 0, 9));
        kernels.copy([20, 10], x.array, x.offset, [10, 1], x.array, x.offset, [10, 1]);
        x.mustBeUntouched();
      }
    },
  },
];
