import { ones, tensor } from '../creation.ts';
import { flip, fliplr, flipOp, flipud, roll, rollOp } from './flip.ts';
import { movedReference, type InputSpec, type OpCases } from './op.cases.ts';

const any = (...shape: number[]): InputSpec => ({ shape });

export const cases: OpCases[] = [
  {
    op: flipOp,
    samples: [
      {
        inputs: [any(2, 3)],
        run: (x) => flip(x, 0),
        reference: movedReference([2, 3], ([i, j]) => [1 - i, j]),
      },
      {
        inputs: [any(2, 3, 2)],
        run: (x) => flip(x, [-1, 1]),
        reference: movedReference([2, 3, 2], ([i, j, k]) => [i, 2 - j, 1 - k]),
      },
      { inputs: [any(2, 2)], run: (x) => flip(x, []), reference: movedReference([2, 2], (p) => p) },
      { inputs: [any(0, 2)], run: (x) => flip(x, [0, 1]), reference: movedReference([0, 2], () => null) },
      { inputs: [any()], run: (x) => flip(x, 0), reference: movedReference([], (p) => p) },
      {
        inputs: [any(2, 3)],
        run: (x) => fliplr(x),
        reference: movedReference([2, 3], ([i, j]) => [i, 2 - j]),
      },
      { inputs: [any(3)], run: (x) => flipud(x), reference: movedReference([3], ([i]) => [2 - i]) },
    ],
    rejects: [
      { name: 'a dim twice', run: () => flip(ones([2, 2]), [0, -2]), error: /flip: .*more than once/ },
      { name: 'fliplr of a vector', run: () => fliplr(ones([2])), error: /fliplr: Input must be >= 2-d/ },
      { name: 'flipud of a number', run: () => flipud(tensor(1)), error: /flipud: Input must be >= 1-d/ },
    ],
  },
  {
    op: rollOp,
    samples: [
      { inputs: [any(5)], run: (x) => roll(x, 2, 0), reference: movedReference([5], ([i]) => [(i + 3) % 5]) },
      {
        inputs: [any(2, 3)],
        run: (x) => roll(x, -4, -1),
        reference: movedReference([2, 3], ([i, j]) => [i, (j + 4) % 3]),
      },
      {
        inputs: [any(2, 3)],
        run: (x) => roll(x, 1),
        reference: movedReference([2, 3], ([i, j]) => {
          const from = (3 * i + j + 5) % 6;
          return [Math.floor(from / 3), from % 3];
        }),
      },
      {
        inputs: [any(2, 3)],
        run: (x) => roll(x, [1, 1], [0, 1]),
        reference: movedReference([2, 3], ([i, j]) => [(i + 1) % 2, (j + 2) % 3]),
      },
      { inputs: [any(0)], run: (x) => roll(x, 1), reference: movedReference([0], () => null) },
      { inputs: [any()], run: (x) => roll(x, 1), reference: movedReference([], (p) => p) },
    ],
    rejects: [
      {
        name: 'a shift for one of two dims',
        run: () => roll(ones([2, 3]), 1, [0, 1]),
        error: /roll: shifts and dimensions must align. shifts: 1, dims: 2/,
      },
      { name: 'a dim of a 0-d tensor', run: () => roll(tensor(1), 1, 0), error: /tensor has no dimensions/ },
      { name: 'half a step', run: () => roll(ones([2]), 0.5), error: /roll: shifts must be integers/ },
    ],
  },
];
