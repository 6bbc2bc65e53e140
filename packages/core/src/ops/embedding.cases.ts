import { ones, tensor } from '../creation.ts';
import { embedding, embeddingOp, oneHot } from './embedding.ts';
import type { InputSpec, OpCases, Plain } from './op.cases.ts';

const table: InputSpec = { shape: [4, 3] };
const ints = (shape: readonly number[], ...values: number[]): InputSpec => ({
  shape,
  values,
  dtype: 'int32',
});
const int = (...values: number[]): ReturnType<typeof tensor> => tensor(values, { dtype: 'int32' });

const rows = (weight: Plain, input: Plain): Plain => ({
  shape: [...input.shape, 3],
  data: input.data.flatMap((row) => weight.data.slice(3 * row, 3 * row + 3)),
});

export const cases: OpCases[] = [
  {
    op: embeddingOp,
    samples: [
      { inputs: [table, ints([2, 2], 3, 0, 3, 1)], run: (w, i) => embedding(i, w), reference: rows },
      { inputs: [table, ints([], 2)], run: (w, i) => embedding(i, w), reference: rows },
      { inputs: [table, ints([0, 2])], run: (w, i) => embedding(i, w), reference: rows },
      {
        name: 'a padding row gets no gradient',
        inputs: [table, ints([3], 3, 0, 1)],
        run: (w, i) => embedding(i, w, { paddingIdx: -1 }),
        reference: rows,
        noGradientCheck: 'the gradient of the padding row is zero by definition',
        gradientByDefinition: true,
        subgradients: [[1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0], null],
      },
      {
        name: 'oneHot',
        inputs: [ints([2], 2, 0)],
        run: (i) => oneHot(i),
        reference: () => ({ shape: [2, 3], data: [0, 0, 1, 1, 0, 0] }),
      },
      {
        name: 'oneHot with more classes',
        inputs: [ints([], 1)],
        run: (i) => oneHot(i, 4),
        reference: () => ({ shape: [4], data: [0, 1, 0, 0] }),
      },
      {
        name: 'oneHot of nothing',
        inputs: [ints([0])],
        run: (i) => oneHot(i, 2),
        reference: () => ({ shape: [0, 2], data: [] }),
      },
    ],
    rejects: [
      {
        name: 'a row that is not there',
        run: () => embedding(int(5), ones([3, 2])),
        error: /embedding: index 5 is out of bounds for dimension 0 with size 3/,
      },
      {
        name: 'a float input',
        run: () => embedding(tensor([1]), ones([3, 2])),
        error: /must be int32, got float32/,
      },
      { name: 'a table of one dim', run: () => embedding(int(1), ones([3])), error: /'weight' must be 2-D/ },
      {
        name: 'a padding row that is not there',
        run: () => embedding(int(1), ones([3, 2]), { paddingIdx: 3 }),
        error: /embedding: paddingIdx must be within the 3 rows of weight, got 3/,
      },
      {
        name: 'a negative norm',
        run: () => embedding(int(1), ones([3, 2]), { maxNorm: -1 }),
        error: /embedding: maxNorm must be a number and not negative, got -1/,
      },
      {
        name: 'a norm of no p',
        run: () => embedding(int(1), ones([3, 2]), { maxNorm: 1, normType: NaN }),
        error: /embedding: normType must be a number, got NaN/,
      },
      {
        name: 'norms of integers',
        run: () => embedding(int(1), ones([3, 2], { dtype: 'int32' }), { maxNorm: 1 }),
        error: /embedding: maxNorm is for floating point weights, got int32/,
      },
      {
        name: 'a float class',
        run: () => oneHot(tensor([1])),
        error: /oneHot: one_hot is only applicable to index/,
      },
      {
        name: 'a negative class',
        run: () => oneHot(int(-1)),
        error: /Class values must be non-negative, got -1/,
      },
      {
        name: 'a class beyond numClasses',
        run: () => oneHot(int(3), 3),
        error: /Class values must be smaller than numClasses \(3\), got 3/,
      },
      {
        name: 'nothing to infer from',
        run: () => oneHot(tensor([], { dtype: 'int32' })),
        error: /Can not infer total/,
      },
    ],
  },
];
