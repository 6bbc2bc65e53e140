import { ones } from '../creation.ts';
import { movedReference, type InputSpec, type OpCases } from './op.cases.ts';
import { expandOp } from './broadcast.ts';
import { meshgrid, repeat, tile } from './repeat.ts';

const any = (...shape: number[]): InputSpec => ({ shape });

export const cases: OpCases[] = [
  {
    op: expandOp,
    samples: [
      {
        inputs: [any(2, 3)],
        run: (x) => repeat(x, [2, 1]),
        reference: movedReference([4, 3], ([i, j]) => [i % 2, j]),
      },
      {
        inputs: [any(2)],
        run: (x) => repeat(x, [3, 2]),
        reference: movedReference([3, 4], ([, j]) => [j % 2]),
      },
      { inputs: [any()], run: (x) => repeat(x, 2), reference: movedReference([2], () => []) },
      { inputs: [any(2)], run: (x) => repeat(x, [0]), reference: movedReference([0], () => null) },
      {
        inputs: [any(2, 2)],
        run: (x) => tile(x, 2),
        reference: movedReference([2, 4], ([i, j]) => [i, j % 2]),
      },
      {
        inputs: [any(2), any(3)],
        run: (a, b) => meshgrid([a, b])[1],
        reference: (_, b) => ({ shape: [2, 3], data: [...b.data, ...b.data] }),
      },
      {
        inputs: [any(2), any(3)],
        run: (a, b) => meshgrid([a, b], { indexing: 'xy' })[0],
        reference: (a) => ({ shape: [3, 2], data: [...a.data, ...a.data, ...a.data] }),
      },
    ],
    rejects: [
      {
        name: 'fewer repeats than dims',
        run: () => repeat(ones([2, 3]), [2]),
        error: /repeat: Number of dimensions of repeat dims can not be smaller/,
      },
      {
        name: 'a negative repeat',
        run: () => repeat(ones([2]), [-1]),
        error: /repeat: a shape holds non-negative/,
      },
      {
        name: 'a grid of matrices',
        run: () => meshgrid([ones([2, 2])]),
        error: /meshgrid: Expected scalar or 1D/,
      },
      {
        name: 'an unknown indexing',
        run: () => meshgrid([ones([2])], { indexing: 'yx' as never }),
        error: /meshgrid: indexing must be one of/,
      },
    ],
  },
];
