import { ones } from '../creation.ts';
import { movedReference, type InputSpec, type OpCases } from './op.cases.ts';
import { tril, triu } from './triangle.ts';
import { whereOp } from './where.ts';

const any = (...shape: number[]): InputSpec => ({ shape });

export const cases: OpCases[] = [
  {
    op: whereOp,
    samples: [
      {
        inputs: [any(3, 3)],
        run: (x) => tril(x),
        reference: movedReference([3, 3], ([i, j]) => (j <= i ? [i, j] : null)),
      },
      {
        inputs: [any(2, 2, 4)],
        run: (x) => tril(x, 1),
        reference: movedReference([2, 2, 4], ([b, i, j]) => (j <= i + 1 ? [b, i, j] : null)),
      },
      {
        inputs: [any(3, 2)],
        run: (x) => triu(x, -1),
        reference: movedReference([3, 2], ([i, j]) => (j >= i - 1 ? [i, j] : null)),
      },
      {
        name: 'NaN outside the triangle',
        inputs: [{ shape: [2, 2], values: [1, NaN, 3, 4] }],
        run: (x) => tril(x),
        reference: (x) => ({ shape: [2, 2], data: [x.data[0], 0, 3, 4] }),
        noGradientCheck: 'NaN among the inputs',
        subgradients: [[1, 0, 1, 1]],
      },
      { inputs: [any(0, 2)], run: (x) => triu(x), reference: movedReference([0, 2], () => null) },
    ],
    rejects: [
      {
        name: 'the triangle of a vector',
        run: () => tril(ones([3])),
        error: /tril: .*at least 2 dimensions/,
      },
    ],
  },
];
