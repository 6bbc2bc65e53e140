import type { Kernels } from '../../src/index.ts';
import { ALL, FLOATS, Region, identical, isFloat, withinRoundoff } from './check.ts';
import type { ArrayType, Check, Random } from './check.ts';

const { abs } = Math;

/** A matrix to multiply: its values and where they lie. */
interface Matrix {
  readonly region: Region;
  readonly row: number;
  readonly col: number;
  readonly get: (r: number, c: number) => number;
}

type Layout = 'rows' | 'columns' | 'padded' | 'spread' | 'far' | 'farColumns' | 'row' | 'column' | 'scalar';
const LAYOUTS: readonly Layout[] = [
  'rows',
  'columns',
  'padded',
  'spread',
  'far',
  'farColumns',
  'row',
  'column',
  'scalar',
];

function strides(layout: Layout, rows: number, cols: number): [number, number] {
  switch (layout) {
    case 'rows': return [cols, 1];
    case 'columns': return [1, rows];
    case 'padded': return [cols + 3, 1];
    case 'spread': return [2, 2 * rows + 1];
    case 'far': return [5 * cols + 70, 1];
    case 'farColumns': return [3, 7 * rows + 70];
    case 'row': return [0, 1];
    case 'column': return [1, 0];
    case 'scalar': return [0, 0];
  } // prettier-ignore
}

type Draw = (length: number, random: Random) => number[];
const whole: Draw = (length, random) => random.integers(length, -4, 4);

function matrix(
  type: ArrayType,
  rows: number,
  cols: number,
  layout: Layout,
  random: Random,
  draw: Draw,
): Matrix {
  const [row, col] = strides(layout, rows, cols);
  const length = rows * cols === 0 ? 0 : (rows - 1) * row + (cols - 1) * col + 1;
  const region = new Region(type, length, random, draw(length, random));
  const { values } = region;
  return { region, row, col, get: (r, c) => values[r * row + c * col] };
}

interface Product {
  readonly type: ArrayType;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Layout;
  readonly b: Layout;
  readonly alpha: number;
  readonly beta: number;
  /** Whether a row is added instead of C. */
  readonly bias?: boolean;
  /** Elements between the rows of C that the product must leave alone. */
  readonly gap: number;
}

function check(kernels: Kernels, random: Random, product: Product, draw: Draw = whole): void {
  const { type, m, n, k, alpha, beta, gap, bias = false } = product;
  const a = matrix(type, m, k, product.a, random, draw);
  const b = matrix(type, k, n, product.b, random, draw);
  const cRow = n + gap;
  const length = m === 0 ? 0 : (m - 1) * cRow + n;
  // With beta = 0, or a bias, what C held must not matter: Region fills it with NaN.
  const reads = beta !== 0 && !bias;
  const c = new Region(type, length, random, reads ? draw(length, random) : undefined);
  const row = new Region(type, n, random, draw(n, random));
  const expected = Array.from(c.values);
  const magnitude = new Array<number>(length).fill(0);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      let size = 0;
      for (let d = 0; d < k; d++) {
        sum += a.get(i, d) * b.get(d, j);
        size += abs(a.get(i, d) * b.get(d, j));
      }
      const before = bias ? row.values[j] : expected[i * cRow + j];
      expected[i * cRow + j] = alpha * sum + (beta === 0 ? 0 : beta * before);
      magnitude[i * cRow + j] = Math.abs(alpha) * size + (beta === 0 ? 0 : Math.abs(beta * before));
    }
  }
  kernels.gemm(
    m, n, k, alpha, a.region.array, a.region.offset, a.row, a.col, b.region.array, b.region.offset, b.row, b.col,
    beta, c.array, c.offset, cRow, bias ? row.array : undefined, bias ? row.offset : undefined,
  ); // prettier-ignore
  // Whole numbers are exact however they are added; reals may be added in any order and in the operands' own precision:
  // k terms are then off by at most k roundoffs, which equal terms (a layout of stride 0) come near to.
  c.mustHold(expected, draw === whole ? identicalButZero : withinRoundoff(4 + k, magnitude));
  for (const region of [a.region, b.region, row]) region.mustBeUntouched();
}

const identicalButZero = (a: number, b: number): boolean => a === b || identical(a, b, Float64Array, 0);

const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33];
const base: Product = {
  type: Float64Array,
  m: 5,
  n: 6,
  k: 7,
  a: 'rows',
  b: 'rows',
  alpha: 1,
  beta: 0,
  gap: 0,
};

export const gemmConformance: readonly Check[] = [
  {
    kernel: 'gemm',
    title: 'multiplies whole-number matrices exactly, of any size, dtype, strides, alpha and beta',
    run: (kernels, random) => {
      for (let i = 0; i < 600; i++) {
        const type = random.pick(ALL);
        const [m, n, k] = [random.pick(SIZES), random.pick(SIZES), random.pick(SIZES)];
        const [a, b] = [random.pick(LAYOUTS), random.pick(LAYOUTS)];
        const alpha = random.pick([1, 1, 2, -1, isFloat(type) ? 0.5 : 3]);
        const beta = random.pick([0, 1, 1, -2]);
        const bias = random.pick([true, false, false]);
        check(kernels, random, { type, m, n, k, a, b, alpha, beta, bias, gap: random.pick([0, 0, 3]) });
      }
    },
  },
  {
    kernel: 'gemm',
    title: 'multiplies matrices larger than any cache block exactly',
    run: (kernels, random) => {
      for (const [m, n, k] of [
        [130, 9, 70],
        [5, 1030, 8],
        [66, 7, 520],
        [9, 519, 261],
        [1, 700, 300],
        [700, 1, 300],
        [2100, 3, 5],
        [3, 2100, 1],
      ]) {
        for (const type of FLOATS) {
          for (const [a, b] of [
            ['rows', 'rows'],
            ['columns', 'padded'],
            ['spread', 'columns'],
          ] as const) {
            check(kernels, random, {
              ...base,
              type,
              m,
              n,
              k,
              a,
              b,
              beta: random.pick([0, 1]),
              bias: random.pick([true, false]),
              gap: random.pick([0, 1]),
            });
          }
        }
      }
    },
  },
  {
    kernel: 'gemm',
    title: 'multiplies real matrices to within roundoff of the terms',
    run: (kernels, random) => {
      for (let i = 0; i < 60; i++) {
        const [m, n, k] = [0, 0, 0].map(() => random.integer(1, 40));
        const [a, b] = [random.pick(LAYOUTS), random.pick(LAYOUTS)];
        const product = {
          ...base,
          type: random.pick(FLOATS),
          m,
          n,
          k,
          a,
          b,
          alpha: 0.7,
          beta: random.pick([0, 0.3]),
        };
        check(kernels, random, product, (length, r) => r.uniforms(length, -1, 1));
      }
    },
  },
  {
    kernel: 'gemm',
    title: 'multiplies matrices at negative strides',
    run: (kernels, random) => {
      for (const [m, n, k] of [
        [3, 4, 2],
        [6, 5, 9],
        [9, 1, 6],
        [1, 9, 6],
        [1, 1, 90],
        [90, 1, 5],
      ]) {
        // prettier-ignore
        for (const type of ALL) {
          // Both operands backwards: a[i, d] = values[last − (i·k + d)].
          const a = new Region(type, m * k, random, random.integers(m * k, 0, 4));
          const b = new Region(type, k * n, random, random.integers(k * n, 0, 4));
          const out = new Region(type, m * n, random);
          const [p, q] = [a.offset + m * k - 1, b.offset + k * n - 1];
          kernels.gemm(m, n, k, 1, a.array, p, -k, -1, b.array, q, -n, -1, 0, out.array, out.offset, n);
          const expected = Array.from({ length: m * n }, (_, at) => {
            let sum = 0;
            for (let d = 0; d < k; d++) {
              sum += a.array[p - Math.floor(at / n) * k - d] * b.array[q - d * n - (at % n)];
            }
            return sum;
          });
          out.mustHold(expected);
        }
      }
    },
  },
  {
    kernel: 'gemm',
    title: 'adds float32 products in float64',
    run: (kernels, random) => {
      for (const [m, n] of [
        [1, 1],
        [1, 9],
        [9, 1],
        [6, 7],
      ]) {
        for (const k of [9, 300]) {
          // Each sum is 2³⁰ + (k − 2)·1 − 2³⁰.
          const terms = Array.from({ length: m * k }, (_, i) =>
            i % k === 0 ? 2 ** 30 : i % k === k - 1 ? -(2 ** 30) : 1,
          );
          const a = new Region(Float32Array, m * k, random, terms);
          const b = new Region(Float32Array, k * n, random, new Array<number>(k * n).fill(1));
          const c = new Region(Float32Array, m * n, random);
          kernels.gemm(m, n, k, 1, a.array, a.offset, k, 1, b.array, b.offset, n, 1, 0, c.array, c.offset, n);
          c.mustHold(new Array<number>(m * n).fill(k - 2));
        }
      }
    },
  },
  {
    kernel: 'gemm',
    title: 'carries NaN and infinities to their row or column and no further',
    run: (kernels, random) => {
      for (const type of FLOATS) {
        for (const size of [2, 5, 9, 20]) {
          const values = new Array<number>(size * size).fill(1);
          values[size + 1] = NaN;
          const a = new Region(type, size * size, random, values);
          const ones = new Region(type, size * size, random, new Array<number>(size * size).fill(1));
          const out = new Region(type, size * size, random);
          const [p, q] = [[a.array, a.offset], [ones.array, ones.offset]] as const; // prettier-ignore
          kernels.gemm(size, size, size, 1, ...p, size, 1, ...q, size, 1, 0, out.array, out.offset, size);
          out.mustHold(values.map((_, i) => (Math.floor(i / size) === 1 ? NaN : size)));
          kernels.gemm(size, size, size, 1, ...q, size, 1, ...p, size, 1, 0, out.array, out.offset, size);
          out.mustHold(values.map((_, i) => (i % size === 1 ? NaN : size)));
        }
      }
    },
  },
  {
    kernel: 'gemm',
    title: 'gives integer sums that are right below 2⁵³ and wrap to 32 bits',
    run: (kernels, random) => {
      for (const [m, n, k] of [
        [1, 1, 3],
        [3, 4, 5],
        [9, 10, 11],
      ]) {
        const a = new Region(Int32Array, m * k, random, random.integers(m * k, -(2 ** 24), 2 ** 24));
        const b = new Region(Int32Array, k * n, random, random.integers(k * n, -(2 ** 24), 2 ** 24));
        const c = new Region(Int32Array, m * n, random);
        kernels.gemm(m, n, k, 1, a.array, a.offset, k, 1, b.array, b.offset, n, 1, 0, c.array, c.offset, n);
        const expected = Array.from({ length: m * n }, (_, i) => {
          let sum = 0n;
          for (let d = 0; d < k; d++) {
            sum += BigInt(a.values[Math.floor(i / n) * k + d]) * BigInt(b.values[d * n + (i % n)]);
          }
          return Number(BigInt.asIntN(32, sum));
        });
        c.mustHold(expected);
      }
    },
  },
];
