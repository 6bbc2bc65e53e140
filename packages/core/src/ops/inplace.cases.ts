import { tensor } from '../creation.ts';
import { clone } from './copy.ts';
import { copy_, copyOp } from './inplace.ts';
import { binaryReference, type OpCases } from './op.cases.ts';

export const cases: OpCases[] = [
  {
    op: copyOp,
    samples: [
      {
        inputs: [{ shape: [2, 3] }, { shape: [3] }],
        run: (x, src) => copy_(clone(x), src),
        reference: (x, src) => binaryReference((_, b) => b)(x, src),
      },
      {
        inputs: [{ shape: [2] }, { shape: [], dtype: 'float32' }],
        run: (x, src) => copy_(clone(x), src),
        noGradientCheck: 'float32',
      },
    ],
    rejects: [
      {
        name: 'a source that does not broadcast',
        run: () => copy_(tensor([1, 2]), tensor([1, 2, 3])),
        error: /copy_: shape \[3\] does not broadcast to \[2\]/,
      },
    ],
  },
];
