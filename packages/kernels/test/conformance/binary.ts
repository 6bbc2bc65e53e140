import type { BinaryName, CompareName, Kernels } from '../../src/index.ts';
import {
  ALL,
  FLOATS,
  INTEGERS,
  Region,
  identical,
  isFloat,
  same,
  withinRoundoff,
  withinUlps,
} from './check.ts';
import type { ArrayType, Check, Closeness, Random } from './check.ts';
import { OPERANDS, TABLES } from './golden.ts';
import { erfSeries } from './unary.ts';

type Name = BinaryName | CompareName;

interface Case {
  readonly f: (a: number, b: number) => number;
  readonly types: readonly ArrayType[];
  readonly close: Closeness;
}

const floatCase = (f: (a: number, b: number) => number, ulps = 0): Case => ({
  f, types: FLOATS, close: ulps === 0 ? same : withinUlps(ulps),
}); // prettier-ignore
const anyCase = (f: (a: number, b: number) => number): Case => ({ f, types: ALL, close: same });
const truth = (f: (a: number, b: number) => boolean): Case => anyCase((a, b) => (f(a, b) ? 1 : 0));

/** The derivative of x·Φ(x). */
const geluSlope = (x: number): number =>
  (1 + erfSeries(x * Math.SQRT1_2)) / 2 + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);

/** The derivative of ½x·(1 + tanh u), u = √(2/π)·(x + 0.044715x³). */
function geluTanhSlope(x: number): number {
  const u = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
  return (
    (1 + Math.tanh(u)) / 2 + (x / 2 / Math.cosh(u) ** 2) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x)
  );
}

// Operands of the random checks are small multiples of 1/4, so that these definitions are exact.
const CASES: Record<Name, Case> = {
  add: anyCase((a, b) => a + b),
  sub: anyCase((a, b) => a - b),
  mul: anyCase((a, b) => a * b),
  div: floatCase((a, b) => a / b),
  floorDivide: anyCase((a, b) => Math.floor(a / b)),
  truncDivide: anyCase((a, b) => Math.trunc(a / b)),
  fmod: anyCase((a, b) => (b === 0 ? NaN : a - Math.trunc(a / b) * b)),
  remainder: anyCase((a, b) => (b === 0 ? NaN : a - Math.floor(a / b) * b)),
  pow: floatCase((a, b) => a ** b, 1),
  atan2: floatCase(Math.atan2, 1),
  hypot: floatCase((a, b) => Math.sqrt(a * a + b * b), 2),
  copysign: floatCase((a, b) => (b < 0 || Object.is(b, -0) ? -1 : 1) * Math.abs(a)),
  logaddexp: {
    f: (a, b) => Math.log(Math.exp(a) + Math.exp(b)),
    types: FLOATS,
    close: withinRoundoff(4, 5),
  },
  maximum: anyCase((a, b) => (a !== a || a > b ? a : b)),
  minimum: anyCase((a, b) => (a !== a || a < b ? a : b)),
  reluGrad: floatCase((g, y) => (y <= 0 ? 0 : g)),
  sigmoidGrad: floatCase((g, y) => g * y * (1 - y), 4),
  tanhGrad: floatCase((g, y) => g * (1 - y * y), 4),
  geluGrad: { ...floatCase((g, x) => g * geluSlope(x)), close: withinRoundoff(16, 5) },
  geluTanhGrad: { ...floatCase((g, x) => g * geluTanhSlope(x)), close: withinRoundoff(16, 5) },
  siluGrad: {
    ...floatCase((g, x) => (g * (1 + Math.exp(-x) * (1 + x))) / (1 + Math.exp(-x)) ** 2),
    close: withinRoundoff(16, 5),
  },
  eq: truth((a, b) => a === b),
  ne: truth((a, b) => a !== b),
  lt: truth((a, b) => a < b),
  le: truth((a, b) => a <= b),
  gt: truth((a, b) => a > b),
  ge: truth((a, b) => a >= b),
  logicalAnd: truth((a, b) => Boolean(a !== 0 && b !== 0)),
  logicalOr: truth((a, b) => Boolean(a !== 0 || b !== 0)),
  logicalXor: truth((a, b) => (a !== 0) !== (b !== 0)),
};
const COMPARE: readonly string[] = [
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'logicalAnd',
  'logicalOr',
  'logicalXor',
];

/** [row stride, column stride] of the ways an operand can lie in memory. */
function layouts(rows: number, cols: number): (readonly [number, number])[] {
  return [[cols, 1], [0, 0], [0, 1], [1, 0], [1, rows], [cols + 3, 1], [2 * cols, 2], [0, 2]]; // prettier-ignore
}

const SIZES = [[1, 1], [1, 2], [1, 7], [1, 64], [1, 131], [2, 1], [5, 1], [3, 4], [7, 5], [4, 33], [0, 3], [3, 0]] as const; // prettier-ignore

function values(type: ArrayType, length: number, random: Random): number[] {
  const quarter = isFloat(type) ? 4 : 1;
  const low = type === Uint8Array ? 0 : -20;
  return random.integers(length, low, 20).map((v) => v / quarter);
}

/** A region long enough for [rows, cols] at the strides. */
function operand(
  type: ArrayType,
  rows: number,
  cols: number,
  strides: readonly [number, number],
  random: Random,
): Region {
  const length = rows * cols === 0 ? 0 : (rows - 1) * strides[0] + (cols - 1) * strides[1] + 1;
  return new Region(type, length, random, values(type, length, random));
}

function grid(rows: number, cols: number, f: (r: number, c: number) => number): number[] {
  return Array.from({ length: rows * cols }, (_, i) => f(Math.floor(i / cols), i % cols));
}

function checks(name: Name, { f, types, close }: Case): Check[] {
  const outType = (type: ArrayType): ArrayType => (COMPARE.includes(name) ? Uint8Array : type);
  return [
    {
      kernel: name,
      title: 'agrees with its definition for every pair of layouts',
      run: (kernels, random) => {
        for (const type of types) {
          for (const [rows, cols] of SIZES) {
            for (const [aRow, aCol] of layouts(rows, cols)) {
              for (const [bRow, bCol] of layouts(rows, cols)) {
                const a = operand(type, rows, cols, [aRow, aCol], random);
                const b = operand(type, rows, cols, [bRow, bCol], random);
                const out = new Region(outType(type), rows * cols, random);
                kernels[name](
                  rows, cols, a.array, a.offset, aRow, aCol, b.array, b.offset, bRow, bCol, out.array, out.offset,
                ); // prettier-ignore
                const av = a.values;
                const bv = b.values;
                out.mustHold(
                  grid(rows, cols, (r, c) => f(av[r * aRow + c * aCol], bv[r * bRow + c * bCol])),
                  close,
                );
                a.mustBeUntouched();
                b.mustBeUntouched();
              }
            }
          }
        }
      },
    },
    {
      kernel: name,
      title: 'may write over either operand',
      run: (kernels, random) => {
        for (const type of types.filter((t) => outType(t) === t)) {
          for (const first of [true, false]) {
            const a = operand(type, 1, 37, [0, 1], random);
            const b = operand(type, 1, 37, [0, 1], random);
            const bv = b.values;
            const expected = Array.from(a.values, (v, i) => f(v, bv[i]));
            const out = first ? a : b;
            kernels[name](1, 37, a.array, a.offset, 0, 1, b.array, b.offset, 0, 1, out.array, out.offset);
            out.mustHold(expected, close);
            (first ? b : a).mustBeUntouched();
          }
        }
      },
    },
  ];
}

/** Runs a kernel over every pair of the values. */
function outer(
  kernels: Kernels,
  name: Name,
  type: ArrayType,
  xs: readonly number[],
  out: Region,
  random: Random,
): number[] {
  const a = new Region(type, xs.length, random, xs);
  const n = xs.length;
  kernels[name](n, n, a.array, a.offset, 1, 0, a.array, a.offset, 0, 1, out.array, out.offset);
  return Array.from(a.values);
}

const SPECIAL = [0, -0, 1, -1, 2, NaN, Infinity, -Infinity, 5e-324, 1e-40, 1.5, -1e300];

/** The rule of a function that is exact or nearly so at special values, where CASES is not already that rule. */
function specialChecks(name: Name, f: (a: number, b: number) => number, close: Closeness): Check {
  return {
    kernel: name,
    title: 'treats NaN, infinities, zeros and denormals by the rules',
    run: (kernels, random) => {
      for (const type of FLOATS) {
        const out = new Region(COMPARE.includes(name) ? Uint8Array : type, SPECIAL.length ** 2, random);
        const xs = outer(kernels, name, type, SPECIAL, out, random);
        out.mustHold(
          xs.flatMap((a) => xs.map((b) => f(a, b))),
          close,
        );
      }
    },
  };
}

const goldenChecks = (name: keyof typeof TABLES): Check => ({
  kernel: name,
  title: "has PyTorch's values at signed zeros, infinities, NaN and inexact quotients",
  run: (kernels, random) => {
    const out = new Region(Float64Array, OPERANDS.length ** 2, random);
    outer(kernels, name, Float64Array, OPERANDS, out, random);
    // PyTorch's logaddexp takes log(1 + x), which is right to an absolute roundoff only.
    const near = name === 'logaddexp' ? withinRoundoff(4, 1) : withinUlps(2);
    const close: Closeness = (a, b, type, i) => (b === 0 ? identical : near)(a, b, type, i);
    out.mustHold(TABLES[name].flat(), close);
  },
});

/** Floor or truncation of an integer quotient; division by zero gives 0. */
function quotient(a: bigint, b: bigint, down: boolean): bigint {
  if (b === 0n) return 0n;
  return a / b - (down && a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n);
}

const WRAPPING: Partial<Record<Name, (a: bigint, b: bigint) => bigint>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  floorDivide: (a, b) => quotient(a, b, true),
  truncDivide: (a, b) => quotient(a, b, false),
  fmod: (a, b) => (b === 0n ? 0n : a % b),
  remainder: (a, b) => (b === 0n ? 0n : a - quotient(a, b, true) * b),
  pow: (a, b) => (b >= 0n ? a ** b : a === 1n || a === -1n ? (b % 2n === 0n ? 1n : a) : 0n),
};

const integerChecks = (name: Name, f: (a: bigint, b: bigint) => bigint): Check => ({
  kernel: name,
  title: 'is exact on integers, wraps modulo their range and gives 0 for a division by zero',
  run: (kernels, random) => {
    for (const type of INTEGERS) {
      const edge =
        type === Uint8Array ? [0, 1, 2, 127, 128, 255] : [0, 1, -1, 2, 2 ** 31 - 1, -(2 ** 31), 46341];
      const xs =
        name === 'pow'
          ? [0, 1, 2, 3, -1, -2, -3, 7, 31, 40]
          : [...edge, ...random.integers(20, -(2 ** 31), 2 ** 31 - 1)];
      const out = new Region(type, xs.length ** 2, random);
      const held = outer(
        kernels,
        name,
        type,
        xs.map((x) => (type === Uint8Array ? Math.abs(x) % 256 : x)),
        out,
        random,
      );
      const wrap = (v: bigint): number =>
        Number(type === Uint8Array ? BigInt.asUintN(8, v) : BigInt.asIntN(32, v));
      out.mustHold(held.flatMap((a) => held.map((b) => wrap(f(BigInt(a), BigInt(b))))));
    }
  },
});

const whereCheck: Check = {
  kernel: 'where',
  title: 'chooses by condition at any layouts, any nonzero being true',
  run: (kernels, random) => {
    for (const type of ALL) {
      for (const [rows, cols] of SIZES) {
        for (let i = 0; i < 40; i++) {
          const [cl, al, bl] = [0, 1, 2].map(() => random.pick(layouts(rows, cols)));
          const { length } = operand(Uint8Array, rows, cols, cl, random);
          const truths = Array.from({ length }, () => random.pick([0, 0, 1, 1, 2]));
          const cond = new Region(Uint8Array, length, random, truths);
          const a = operand(type, rows, cols, al, random);
          const b = operand(type, rows, cols, bl, random);
          const out = new Region(type, rows * cols, random);
          const condition = new Uint8Array(cond.array.buffer);
          kernels.where(
            rows, cols, condition, cond.offset, ...cl, a.array, a.offset, ...al, b.array, b.offset, ...bl,
            out.array, out.offset,
          ); // prettier-ignore
          const [cv, av, bv] = [cond.values, a.values, b.values];
          const pick = (r: number, c: number): number =>
            cv[r * cl[0] + c * cl[1]] !== 0 ? av[r * al[0] + c * al[1]] : bv[r * bl[0] + c * bl[1]];
          out.mustHold(grid(rows, cols, pick), identical);
          for (const region of [cond, a, b]) region.mustBeUntouched();
        }
      }
    }
  },
};

const names = Object.keys(CASES) as Name[];

export const binaryConformance: readonly Check[] = [
  ...names.flatMap((name) => checks(name, CASES[name])),
  ...(['add', 'sub', 'mul', 'div'] as const).map((name) => specialChecks(name, CASES[name].f, identical)),
  ...(['maximum', 'minimum', 'reluGrad', 'eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const).map((name) =>
    specialChecks(name, CASES[name].f, same),
  ),
  ...(['logicalAnd', 'logicalOr', 'logicalXor'] as const).map((name) =>
    specialChecks(name, CASES[name].f, same),
  ),
  ...(Object.keys(TABLES) as (keyof typeof TABLES)[]).map(goldenChecks),
  ...names.flatMap((name) => {
    const f = WRAPPING[name];
    return f === undefined ? [] : [integerChecks(name, f)];
  }),
  whereCheck,
  {
    kernel: 'where',
    title: 'passes NaN, infinities and signed zeros through, and hides those not chosen',
    run: (kernels, random) => {
      for (const type of FLOATS) {
        const n = SPECIAL.length;
        const a = new Region(type, n, random, SPECIAL);
        const out = new Region(type, 2 * n, random);
        const b = new Region(type, 1, random, [7]);
        const cond = Uint8Array.of(1, 0);
        kernels.where(
          2,
          n,
          cond,
          0,
          1,
          0,
          a.array,
          a.offset,
          0,
          1,
          b.array,
          b.offset,
          0,
          0,
          out.array,
          out.offset,
        );
        out.mustHold([...a.values, ...a.values.map(() => 7)], identical);
      }
    },
  },
];
