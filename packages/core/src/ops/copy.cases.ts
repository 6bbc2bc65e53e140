import { tensor } from '../creation.ts';
import { castOp, clone, cloneOp, contiguous, to, toBoolOp } from './copy.ts';
import { unaryReference, type OpCases } from './op.cases.ts';

export const cases: OpCases[] = [
  {
    op: cloneOp,
    samples: [
      { inputs: [{ shape: [2, 3] }], run: (x) => clone(x), reference: unaryReference((x) => x) },
      { inputs: [{ shape: [2, 1] }], run: (x) => contiguous(x.expand([2, 3])) },
      { inputs: [{ shape: [0] }], run: (x) => clone(x) },
    ],
  },
  {
    op: castOp,
    samples: [
      {
        inputs: [{ shape: [4], values: [1.75, -1.75, 0.5, 3], dtype: 'float64' }],
        run: (x) => to(x, 'int32'),
        reference: unaryReference(Math.trunc),
      },
      {
        name: 'to float32 and back',
        ownDtype: true,
        inputs: [{ shape: [3], values: [0.5, -2, 3.25], dtype: 'float64' }],
        run: (x) => to(to(x, 'float32'), 'float64'),
        reference: unaryReference((x) => x),
        noGradientCheck: 'finite differences do not survive float32',
        subgradients: [[1, 1, 1]],
      },
      {
        inputs: [{ shape: [2], dtype: 'bool', values: [1, 0] }],
        run: (x) => to(x, 'int32'),
        reference: unaryReference((x) => x),
      },
    ],
    rejects: [
      {
        name: 'an unknown dtype',
        run: () => to(tensor([1]), 'half' as never),
        error: /to: unknown dtype half/,
      },
    ],
  },
  {
    op: toBoolOp,
    samples: [
      {
        inputs: [{ shape: [4], values: [0.5, 0, -1, NaN] }],
        run: (x) => to(x, 'bool'),
        reference: unaryReference((x) => (x === 0 ? 0 : 1)),
      },
    ],
  },
];
