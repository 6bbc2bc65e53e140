import { ones } from '../creation.ts';
import { movedReference, type InputSpec, type OpCases } from './op.cases.ts';
import { pad, padOp } from './pad.ts';

const any = (...shape: number[]): InputSpec => ({ shape });

export const cases: OpCases[] = [
  {
    op: padOp,
    samples: [
      {
        inputs: [any(3)],
        run: (x) => pad(x, [1, 2]),
        reference: movedReference([6], ([i]) => (i >= 1 && i < 4 ? [i - 1] : null)),
      },
      {
        inputs: [any(2, 3)],
        run: (x) => pad(x, [1, 0, 0, 2], { value: 1.5 }),
        reference: movedReference([4, 4], ([i, j]) => (i < 2 && j >= 1 ? [i, j - 1] : null), 1.5),
      },
      {
        inputs: [any(2, 4)],
        run: (x) => pad(x, [-1, -2]),
        reference: movedReference([2, 1], ([i]) => [i, 1]),
      },
      {
        inputs: [any(3, 2)],
        run: (x) => pad(x, [1, -1, -1, 2], { mode: 'constant', value: -1 }),
        reference: movedReference([4, 2], ([i, j]) => (i < 2 && j === 1 ? [i + 1, 0] : null), -1),
      },
      { inputs: [any(2)], run: (x) => pad(x, []), reference: movedReference([2], (p) => p) },
      { inputs: [any()], run: (x) => pad(x, []), reference: movedReference([], (p) => p) },
      {
        inputs: [any(0, 2)],
        run: (x) => pad(x, [0, 0, 1, 0]),
        reference: movedReference([1, 2], () => null),
      },
      { inputs: [any(2)], run: (x) => pad(x, [-2, 0]), reference: movedReference([0], () => null) },
    ],
    rejects: [
      {
        name: 'an odd number of paddings',
        run: () => pad(ones([3]), [1]),
        error: /Padding length must be divisible by 2/,
      },
      {
        name: 'more paddings than dims',
        run: () => pad(ones([3]), [1, 1, 1, 1]),
        error: /Padding length too large/,
      },
      {
        name: 'more taken away than there is',
        run: () => pad(ones([3]), [-2, -2]),
        error: /pad: The input size 3, plus negative padding -2 and -2 resulted in a negative output size/,
      },
      {
        name: 'another mode',
        run: () => pad(ones([3]), [1, 1], { mode: 'wrap' as never }),
        error: /pad: mode must be 'constant', 'reflect', 'replicate' or 'circular', got 'wrap'/,
      },
      {
        name: 'a fraction',
        run: () => pad(ones([3]), [0.5, 0]),
        error: /padding must be an array of integers/,
      },
    ],
  },
];
