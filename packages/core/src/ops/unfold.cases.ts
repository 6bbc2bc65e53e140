import { ones } from '../creation.ts';
import { movedReference, type InputSpec, type OpCases } from './op.cases.ts';
import { unfold, unfoldOp } from './unfold.ts';

const any = (...shape: number[]): InputSpec => ({ shape });

export const cases: OpCases[] = [
  {
    op: unfoldOp,
    samples: [
      {
        inputs: [any(6)],
        run: (x) => unfold(x, 0, 3, 2),
        reference: movedReference([2, 3], ([w, i]) => [2 * w + i]),
      },
      {
        inputs: [any(5, 2)],
        run: (x) => unfold(x, -2, 2, 1),
        reference: movedReference([4, 2, 2], ([w, j, i]) => [w + i, j]),
      },
      {
        inputs: [any(2, 7)],
        run: (x) => unfold(x, 1, 2, 3),
        reference: movedReference([2, 2, 2], ([b, w, i]) => [b, 3 * w + i]),
      },
      { inputs: [any()], run: (x) => unfold(x, 0, 1, 1), reference: movedReference([1], () => []) },
      { inputs: [any(3)], run: (x) => unfold(x, 0, 0, 2), reference: movedReference([2, 0], () => null) },
    ],
    rejects: [
      {
        name: 'a window larger than the extent',
        run: () => unfold(ones([5]), 0, 6, 1),
        error: /unfold: maximum size for tensor at dimension 0 is 5 but size is 6/,
      },
      {
        name: 'a step of 0',
        run: () => unfold(ones([5]), 0, 2, 0),
        error: /unfold: step is 0 but must be > 0/,
      },
    ],
  },
];
