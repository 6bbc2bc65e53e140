import { tensor } from '../creation.ts';
import { mulOp } from './arithmetic.ts';
import { alongReference, type OpCases, type Sample } from './op.cases.ts';
import { logaddexpOp } from './bivariate.ts';
import { gatherOp } from './gather.ts';
import {
  cumargmaxOp, cumargminOp, cummax, cummin, cumprod, cumsum, cumsumOp, logcumsumexp,
} from './scan.ts'; // prettier-ignore

const sums = (line: number[]): number[] => line.map((_, i) => line.slice(0, i + 1).reduce((a, b) => a + b));
const products = (line: number[]): number[] =>
  line.map((_, i) => line.slice(0, i + 1).reduce((a, b) => a * b));

const samples = (run: typeof cumsum, f: (line: number[]) => number[]): Sample[] => [
  { inputs: [{ shape: [5] }], run: (x) => run(x, 0), reference: alongReference(f, 0) },
  { inputs: [{ shape: [2, 3, 2] }], run: (x) => run(x, 1), reference: alongReference(f, 1) },
  { inputs: [{ shape: [3, 4] }], run: (x) => run(x, -1), reference: alongReference(f, 1) },
  { inputs: [{ shape: [3, 2] }], run: (x) => run(x, 0), reference: alongReference(f, 0) },
  { inputs: [{ shape: [] }], run: (x) => run(x, 0), reference: alongReference(f, 0) },
  { inputs: [{ shape: [3, 1] }], run: (x) => run(x, 1), reference: alongReference(f, 1) },
  { inputs: [{ shape: [0, 2] }], run: (x) => run(x, 0), reference: alongReference(f, 0) },
  {
    name: 'bools as numbers',
    inputs: [{ shape: [3], dtype: 'bool', values: [1, 1, 0] }],
    run: (x) => run(x, 0),
    reference: alongReference(f, 0),
  },
];

const greatest = (line: number[]): number[] => line.map((_, i) => Math.max(...line.slice(0, i + 1)));
const least = (line: number[]): number[] => line.map((_, i) => Math.min(...line.slice(0, i + 1)));
const lastWhere = (best: (line: number[]) => number[]) => (line: number[]) =>
  best(line).map((v, i) => line.lastIndexOf(v, i));

/** The samples of cummax and cummin, of which `pick` takes the values or the indices. */
const extremes = (
  run: typeof cummax,
  pick: 'values' | 'indices',
  f: (line: number[]) => number[],
): Sample[] =>
  samples((x, dim) => run(x, dim)[pick], f).map((s) => ({
    ...s,
    name: `${run.name}, ${s.name ?? String(s.inputs[0].shape)}`,
    inputs: s.inputs.map((input) => ({ ...input, distinct: input.dtype === undefined })),
  }));

const logSums = (line: number[]): number[] => sums(line.map(Math.exp)).map(Math.log);

export const cases: OpCases[] = [
  {
    op: cumargmaxOp,
    samples: extremes(cummax, 'indices', lastWhere(greatest)),
    rejects: [
      {
        name: 'a dim out of range',
        run: () => cummax(tensor([1]), 1),
        error: /cummax: Dimension out of range/,
      },
    ],
  },
  {
    op: cumargminOp,
    samples: extremes(cummin, 'indices', lastWhere(least)),
    rejects: [{ name: 'a number', run: () => cummin(1 as never, 0), error: /cummin: expected a Tensor/ }],
  },
  {
    op: gatherOp,
    samples: [
      ...extremes(cummax, 'values', greatest),
      ...extremes(cummin, 'values', least),
      {
        name: 'cummax at ties',
        inputs: [{ shape: [4], values: [1, 1, 0, 1] }],
        run: (x) => cummax(x, 0).values,
        noGradientCheck: 'ties',
        subgradients: [[1, 2, 0, 1]],
      },
    ],
  },
  {
    op: logaddexpOp,
    samples: samples(logcumsumexp, logSums).map((s) => ({
      ...s,
      name: `logcumsumexp, ${s.name ?? String(s.inputs[0].shape)}`,
      reference: s.name === undefined ? s.reference : undefined,
    })),
    rejects: [
      {
        name: 'a dim out of range for logcumsumexp',
        run: () => logcumsumexp(tensor([1]), 1),
        error: /logcumsumexp: Dimension out of range/,
      },
    ],
  },
  {
    op: cumsumOp,
    samples: samples(cumsum, sums),
    rejects: [
      {
        name: 'a dim out of range',
        run: () => cumsum(tensor([1]), 1),
        error: /cumsum: Dimension out of range/,
      },
    ],
  },
  {
    op: mulOp,
    samples: [
      ...samples(cumprod, products).map((s) => ({
        ...s,
        name: `cumprod, ${s.name ?? String(s.inputs[0].shape)}`,
      })),
      {
        name: 'cumprod at zeros',
        inputs: [{ shape: [6], values: [2, 0, 3, 0, -1, 4] }],
        run: (x) => cumprod(x, 0),
        reference: alongReference(products, 0),
      },
    ],
    rejects: [
      {
        name: 'a dim out of range for cumprod',
        run: () => cumprod(tensor([1]), -2),
        error: /cumprod: Dimension out of range/,
      },
    ],
  },
];
