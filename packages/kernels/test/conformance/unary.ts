import type { PredicateName, UnaryName } from '../../src/index.ts';
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
import { ERF } from './golden.ts';

/** How a function is checked: its plain definition, the interval its arguments come from, and how near is near. */
interface Case {
  readonly f: (x: number) => number;
  readonly low: number;
  readonly high: number;
  readonly close: Closeness;
  readonly types: readonly ArrayType[];
}

const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 65, 130, 1027];
const SPECIAL = [
  0, -0, 1, -1, NaN, Infinity, -Infinity, 5e-324, -5e-324, 1e-40, 1e-300, 0.49999999999999994, 0.5, -0.5, 1.5, -1.5,
  2.5, -2.5, 0.3, -0.3, 2 ** 24 + 1, 2 ** 51 + 0.5, 2 ** 52 + 1, -(2 ** 53), 1e30, 1.7e308, -1.7e308,
]; // prettier-ignore

const rounded = (f: (x: number) => number, low = -20, high = 20): Case => ({
  f, low, high, close: withinUlps(2), types: FLOATS,
}); // prettier-ignore
const exact = (f: (x: number) => number, types = FLOATS): Case => ({
  f, low: -20, high: 20, close: identical, types,
}); // prettier-ignore

/** Round half to even, from the definition. */
function roundEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  const whole = up ? below + 1 : below;
  return whole === 0 && (x < 0 || Object.is(x, -0)) ? -0 : whole;
}

/** erf from the series 2/√π·exp(−x²)·Σ 2ⁿx²ⁿ⁺¹/(2n+1)!!, all of whose terms have one sign. */
export function erfSeries(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const UNARY: Record<UnaryName, Case> = {
  abs: exact(Math.abs, ALL),
  neg: exact((x) => -x, ALL),
  // PyTorch's: zero for NaN.
  sign: { ...exact((x) => (x > 0 ? 1 : x < 0 ? -1 : 0), ALL), close: same },
  square: exact((x) => x * x, ALL),
  sqrt: exact(Math.sqrt),
  rsqrt: rounded((x) => 1 / Math.sqrt(x), 0),
  reciprocal: exact((x) => 1 / x),
  exp: rounded(Math.exp),
  exp2: rounded((x) => 2 ** x),
  expm1: rounded(Math.expm1, -2, 2),
  log: rounded(Math.log, 0),
  log2: rounded(Math.log2, 0),
  log10: rounded(Math.log10, 0),
  log1p: rounded(Math.log1p, -1, 1),
  sin: rounded(Math.sin),
  cos: rounded(Math.cos),
  tan: rounded(Math.tan, -1.5, 1.5),
  asin: rounded(Math.asin, -1, 1),
  acos: rounded(Math.acos, -1, 1),
  atan: rounded(Math.atan),
  sinh: rounded(Math.sinh, -5, 5),
  cosh: rounded(Math.cosh, -5, 5),
  tanh: rounded(Math.tanh, -5, 5),
  asinh: rounded(Math.asinh),
  acosh: rounded(Math.acosh, 1),
  atanh: rounded(Math.atanh, -1, 1),
  sigmoid: { ...rounded((x) => 1 / (1 + Math.exp(-x))), close: withinUlps(4) },
  erf: { ...rounded(erfSeries, -3, 3), close: withinUlps(30) },
  // Relative to the argument: where Φ is small, 1 + erf has lost its digits, as in PyTorch.
  gelu: {
    ...rounded((x) => (x / 2) * (1 + erfSeries(x * Math.SQRT1_2)), -3, 4),
    close: withinRoundoff(16, 4),
  },
  geluTanh: {
    ...rounded((x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))), -3, 4),
    close: withinRoundoff(16, 4),
  },
  silu: { ...rounded((x) => x / (1 + Math.exp(-x))), close: withinUlps(4) },
  relu: { ...exact((x) => (x > 0 || x !== x ? x : 0), ALL), close: same },
  floor: exact(Math.floor),
  ceil: exact(Math.ceil),
  round: exact(roundEven),
  trunc: exact(Math.trunc),
};

const PREDICATES: Record<PredicateName, (x: number) => boolean> = {
  logicalNot: (x) => x === 0,
  isnan: (x) => Number.isNaN(x),
  isinf: (x) => x === Infinity || x === -Infinity,
  isfinite: (x) => Number.isFinite(x),
};

function arguments_(type: ArrayType, length: number, low: number, high: number, random: Random): number[] {
  if (!isFloat(type))
    return random.integers(length, type === Uint8Array ? 0 : Math.min(low, -9), Math.max(high, 9));
  return random.uniforms(length, low, high);
}

/** f of each element of a region: arguments are those the region really holds, rounded to its dtype. */
const map = (x: Region, f: (v: number) => number): number[] => Array.from(x.values, f);

function unaryChecks(name: UnaryName, { f, low, high, close, types }: Case): Check[] {
  return [
    {
      kernel: name,
      title: 'agrees with its definition for every length, dtype and alignment',
      run: (kernels, random) => {
        for (const type of types) {
          for (const length of LENGTHS) {
            const x = new Region(type, length, random, arguments_(type, length, low, high, random));
            const out = new Region(type, length, random);
            kernels[name](length, x.array, x.offset, out.array, out.offset);
            out.mustHold(map(x, f), close);
            x.mustBeUntouched();
          }
        }
      },
    },
    {
      kernel: name,
      title: 'may write over its operand',
      run: (kernels, random) => {
        for (const type of types) {
          const x = new Region(type, 37, random, arguments_(type, 37, low, high, random));
          const expected = map(x, f);
          kernels[name](37, x.array, x.offset, x.array, x.offset);
          x.mustHold(expected, close);
        }
      },
    },
    {
      kernel: name,
      title: 'treats NaN, infinities, zeros, denormals and halves by the rules',
      run: (kernels, random) => {
        for (const type of FLOATS) {
          const x = new Region(type, SPECIAL.length, random, SPECIAL);
          const out = new Region(type, SPECIAL.length, random);
          kernels[name](SPECIAL.length, x.array, x.offset, out.array, out.offset);
          out.mustHold(map(x, f), close);
        }
      },
    },
  ];
}

const predicateChecks = (name: PredicateName): Check => ({
  kernel: name,
  title: 'gives 0 or 1 for every dtype, length and special value',
  run: (kernels, random) => {
    for (const type of ALL) {
      for (const length of LENGTHS) {
        const values = Array.from({ length }, () => random.pick([...SPECIAL, 0, 3, 255]));
        const x = new Region(type, length, random, values);
        const out = new Region(Uint8Array, length, random);
        kernels[name](length, x.array, x.offset, out.array, out.offset);
        out.mustHold(map(x, (v) => (PREDICATES[name](v) ? 1 : 0)));
        x.mustBeUntouched();
      }
    }
  },
});

/** Names of a record, as the keys they are. */
const names = <K extends string>(record: Record<K, unknown>): K[] => Object.keys(record) as K[];

export const unaryConformance: readonly Check[] = [
  ...names(UNARY).flatMap((name) => unaryChecks(name, UNARY[name])),
  ...names(PREDICATES).map(predicateChecks),
  {
    kernel: 'square',
    title: 'wraps integers modulo their range',
    run: (kernels, random) => {
      for (const type of INTEGERS) {
        const x = new Region(type, 40, random, random.integers(40, -(2 ** 31), 2 ** 31 - 1));
        const out = new Region(type, 40, random);
        kernels.square(40, x.array, x.offset, out.array, out.offset);
        out.mustHold(map(x, (v) => Number(BigInt.asIntN(32, BigInt(v) ** 2n))));
      }
    },
  },
  {
    kernel: 'erf',
    title: 'is accurate to two units in the last place, and odd',
    run: (kernels, random) => {
      const x = new Region(
        Float64Array,
        2 * ERF.length,
        random,
        ERF.flatMap(([v]) => [v, -v]),
      );
      const out = new Region(Float64Array, x.length, random);
      kernels.erf(x.length, x.array, x.offset, out.array, out.offset);
      out.mustHold(
        ERF.flatMap(([, v]) => [v, -v]),
        withinUlps(2),
      );
    },
  },
  {
    kernel: 'sigmoid',
    title: 'neither overflows nor vanishes early in the tails',
    run: (kernels, random) => {
      const values = [800, -800, -740, -100, 100, Infinity, -Infinity];
      const x = new Region(Float64Array, values.length, random, values);
      const out = new Region(Float64Array, values.length, random);
      kernels.sigmoid(values.length, x.array, x.offset, out.array, out.offset);
      out.mustHold([1, 0, Math.exp(-740), Math.exp(-100), 1, 1, 0], withinUlps(2));
    },
  },
  {
    kernel: 'clamp',
    title: 'limits every element, keeps NaN and accepts infinite limits',
    run: (kernels, random) => {
      for (const type of ALL) {
        for (const [low, high] of [
          [-1, 2],
          [0, 6],
          [-Infinity, 1],
          [1, Infinity],
        ]) {
          const values = isFloat(type)
            ? [...SPECIAL, ...random.uniforms(30, -9, 9)]
            : random.integers(40, 0, 9);
          const x = new Region(type, values.length, random, values);
          const expected = map(x, (v) => (v !== v ? v : v < low ? low : v > high ? high : v));
          const out = new Region(type, values.length, random);
          kernels.clamp(x.length, low, high, x.array, x.offset, out.array, out.offset);
          out.mustHold(expected);
          x.mustBeUntouched();
          kernels.clamp(x.length, low, high, x.array, x.offset, x.array, x.offset);
          x.mustHold(expected);
        }
      }
    },
  },
  {
    kernel: 'clamp',
    title: 'makes everything NaN where a limit is',
    run: (kernels, random) => {
      for (const type of FLOATS) {
        const x = new Region(type, 9, random, random.uniforms(9, -9, 9));
        const out = new Region(type, 9, random);
        kernels.clamp(9, NaN, 1, x.array, x.offset, out.array, out.offset);
        out.mustHold(new Array<number>(9).fill(NaN));
        kernels.clamp(9, -1, NaN, x.array, x.offset, out.array, out.offset);
        out.mustHold(new Array<number>(9).fill(NaN));
      }
    },
  },
  {
    kernel: 'fill',
    title: 'sets n elements and no others',
    run: (kernels, random) => {
      for (const type of ALL) {
        for (const length of LENGTHS) {
          const out = new Region(type, length, random);
          kernels.fill(length, 3, out.array, out.offset);
          out.mustHold(new Array<number>(length).fill(3));
        }
      }
    },
  },
];
