import { tensor, zeros } from '../creation.ts';
import { binaryReference, reduceReference, type InputSpec, type OpCases, type Sample } from './op.cases.ts';
import {
  all, any, countNonzero, mean, nanmean, nansum, prod, prodOp, spread, spreadOp, sum, sumOp, type Dims, type ReduceOptions,
} from './reduce.ts'; // prettier-ignore
import type { Tensor } from '../tensor.ts';

const total = (line: number[]): number => line.reduce((a, b) => a + b, 0);
const product = (line: number[]): number => line.reduce((a, b) => a * b, 1);

type Reduction = (x: Tensor, dim?: Dims | ReduceOptions, options?: ReduceOptions) => Tensor;

/** The samples every reduction has that is defined for no elements: each way to say which dims. */
export function reductionCases(
  run: Reduction,
  f: (line: number[]) => number,
  spec: Omit<InputSpec, 'shape'> = {},
): Sample[] {
  const of = (...shape: number[]): InputSpec[] => [{ ...spec, shape }];
  return [
    { name: 'all', inputs: of(2, 3), run: (x) => run(x), reference: reduceReference(f) },
    { name: 'all of a 0-d', inputs: of(), run: (x) => run(x, -1), reference: reduceReference(f) },
    { name: 'a dim', inputs: of(2, 3, 2), run: (x) => run(x, 1), reference: reduceReference(f, [1]) },
    { name: 'a negative dim', inputs: of(2, 3), run: (x) => run(x, -1), reference: reduceReference(f, [1]) },
    {
      name: 'keepdim',
      inputs: of(2, 3),
      run: (x) => run(x, 0, { keepdim: true }),
      reference: reduceReference(f, [0], true),
    },
    {
      name: 'dims apart, in options',
      inputs: of(2, 3, 2),
      run: (x) => run(x, { dim: [-1, 0], keepdim: true }),
      reference: reduceReference(f, [0, 2], true),
    },
    {
      name: 'neighbouring dims',
      inputs: of(2, 3, 2),
      run: (x) => run(x, [1, 2]),
      reference: reduceReference(f, [1, 2]),
    },
    {
      name: 'an empty list of dims is all',
      inputs: of(2, 2),
      run: (x) => run(x, []),
      reference: reduceReference(f),
    },
    { name: 'extent 1', inputs: of(2, 1), run: (x) => run(x, 1), reference: reduceReference(f, [1]) },
    { name: 'size 0 beside it', inputs: of(0, 3), run: (x) => run(x, 1), reference: reduceReference(f, [1]) },
  ];
}

/** The size-0 sample of reductions that are defined for no elements. */
const emptyCase = (run: Reduction, f: (line: number[]) => number): Sample => ({
  name: 'no elements',
  inputs: [{ shape: [0, 3] }],
  run: (x) => run(x, 0),
  reference: reduceReference(f, [0]),
});

const NaNs = [1, NaN, 3, NaN, NaN, 0.5];

export const cases: OpCases[] = [
  {
    op: sumOp,
    samples: [
      ...reductionCases(sum, total),
      emptyCase(sum, total),
      {
        name: 'bools are counted',
        inputs: [{ shape: [2, 2], dtype: 'bool', values: [1, 0, 1, 1] }],
        run: (x) => sum(x, 0),
        reference: reduceReference(total, [0]),
      },
      {
        name: 'bytes do not wrap',
        inputs: [{ shape: [3], dtype: 'uint8', values: [200, 200, 200] }],
        run: (x) => sum(x),
        reference: reduceReference(total),
      },
      ...reductionCases(mean, (line) => total(line) / line.length).map((s) => ({
        ...s,
        name: `mean, ${s.name}`,
      })),
      { ...emptyCase(mean, () => NaN), name: 'the mean of no elements', noGradientCheck: 'it is NaN' },
      {
        name: 'nansum',
        inputs: [{ shape: [2, 3], values: NaNs }],
        run: (x) => nansum(x, 1),
        reference: reduceReference((line) => total(line.filter((v) => v === v)), [1]),
        noGradientCheck: 'there are no differences of NaN',
        subgradients: [[1, 0, 1, 0, 0, 1]],
      },
      {
        name: 'nanmean',
        inputs: [{ shape: [2, 3], values: NaNs }],
        run: (x) => nanmean(x, 1),
        reference: reduceReference(
          (line) => total(line.filter((v) => v === v)) / line.filter((v) => v === v).length,
          [1],
        ),
        noGradientCheck: 'there are no differences of NaN',
        subgradients: [[0.5, 0, 0.5, 0, 0, 1]],
      },
      {
        name: 'countNonzero',
        inputs: [{ shape: [2, 3], dtype: 'int32', values: [0, 1, 2, 0, 0, -3] }],
        run: (x) => countNonzero(x, 1),
        reference: reduceReference((line) => line.filter((v) => v !== 0).length, [1]),
      },
      ...[[0, 0, 0, 0, 2, 0], [1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0]].flatMap((values): Sample[] => [
        {
          name: `all of ${String(values)}`,
          inputs: [{ shape: [2, 3], dtype: 'int32', values }],
          run: (x) => all(x, 1),
          reference: reduceReference((line) => Number(line.every((v) => v !== 0)), [1]),
        },
        {
          name: `any of ${String(values)}`,
          inputs: [{ shape: [2, 3], dtype: 'int32', values }],
          run: (x) => any(x, 1),
          reference: reduceReference((line) => Number(line.some((v) => v !== 0)), [1]),
        },
      ]), // prettier-ignore
      {
        name: 'all of nothing',
        inputs: [{ shape: [0] }],
        run: (x) => all(x),
        reference: reduceReference(() => 1),
      },
      {
        name: 'any of nothing',
        inputs: [{ shape: [0] }],
        run: (x) => any(x),
        reference: reduceReference(() => 0),
      },
    ],
    rejects: [
      {
        name: 'a dim out of range',
        run: () => sum(tensor([1, 2]), 1),
        error: /sum: Dimension out of range .*got 1/,
      },
      {
        name: 'a dim given twice',
        run: () => sum(zeros([2, 2]), [0, -2]),
        error: /sum: dim .* appears more than once/,
      },
      {
        name: 'a tensor for the dim',
        run: () => sum(zeros([2]), zeros([2])),
        error: /sum: expected dims as numbers, got a Tensor/,
      },
      { name: 'a number', run: () => sum(1 as never), error: /sum: expected a Tensor/ },
      {
        name: 'keepdim by position',
        run: () => sum(zeros([2, 2]), 0, true as never),
        error: /sum: expected options such as/,
      },
      {
        name: 'the mean of integers',
        run: () => mean(tensor([1, 2], { dtype: 'int32' })),
        error: /mean: could not infer output dtype.*int32/,
      },
      {
        name: 'the nanmean of integers',
        run: () => nanmean(tensor([1, 2], { dtype: 'int32' })),
        error: /nanmean: expected input to have floating point dtype but got int32/,
      },
    ],
  },
  {
    op: spreadOp,
    samples: [
      {
        inputs: [{ shape: [2, 4] }],
        run: (x) => spread(x, [2, 3, 4], { dims: [1], keepdim: false }),
        reference: (x) => binaryReference((a) => a)({ shape: [2, 1, 4], data: x.data }, { shape: [2, 3, 4], data: new Array<number>(24).fill(0) }),
      },
      {
        inputs: [{ shape: [1, 3, 1] }],
        run: (x) => spread(x, [2, 3, 4], { dims: [0, 2], keepdim: true }),
        reference: (x) => binaryReference((a) => a)(x, { shape: [2, 3, 4], data: new Array<number>(24).fill(0) }),
      },
      { inputs: [{ shape: [] }], run: (x) => spread(x, [2, 2], { dims: [0, 1], keepdim: false }) },
    ],
  }, // prettier-ignore
  {
    op: prodOp,
    samples: [
      ...reductionCases(prod, product),
      emptyCase(prod, product),
      ...[4, 5, 7, 8].map((n): Sample => ({ inputs: [{ shape: [n] }], run: (x) => prod(x), reference: reduceReference(product) })),
      { name: 'one zero', inputs: [{ shape: [5], values: [1, 2, 0, -3, 4] }], run: (x) => prod(x), subgradients: [[0, 0, -24, 0, 0]] },
      { name: 'two zeros', inputs: [{ shape: [5], values: [1, 0, 3, 0, 4] }], run: (x) => prod(x), subgradients: [[0, 0, 0, 0, 0]] },
      { name: 'three zeros', inputs: [{ shape: [2, 2], values: [1, 0, 0, 0] }], run: (x) => prod(x) },
      {
        name: 'integers',
        inputs: [{ shape: [2, 2], dtype: 'int32', values: [3, -5, 7, 2] }],
        run: (x) => prod(x, 0),
        reference: reduceReference(product, [0]),
      },
    ],
  }, // prettier-ignore
];
