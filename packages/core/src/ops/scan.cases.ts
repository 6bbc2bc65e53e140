import { tensor } from '../creation.ts';
import { mulOp } from './arithmetic.ts';
import { alongReference, type OpCases, type Sample } from './op.cases.ts';
import { cumprod, cumsum, cumsumOp } from './scan.ts';

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

export const cases: OpCases[] = [
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
