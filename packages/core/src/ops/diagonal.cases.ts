import { ones, tensor } from '../creation.ts';
import { diag, diagEmbed, diagonal, diagonalOp, diagonalScatter, diagonalScatterOp } from './diagonal.ts';
import { elementAt, movedReference, positions, type InputSpec, type OpCases } from './op.cases.ts';

const any = (...shape: number[]): InputSpec => ({ shape });

export const cases: OpCases[] = [
  {
    op: diagonalOp,
    samples: [
      { inputs: [any(3, 4)], run: (x) => diagonal(x), reference: movedReference([3], ([i]) => [i, i]) },
      {
        inputs: [any(3, 4)],
        run: (x) => diagonal(x, { offset: 2 }),
        reference: movedReference([2], ([i]) => [i, i + 2]),
      },
      {
        inputs: [any(4, 2, 3)],
        run: (x) => diagonal(x, { offset: -1, dim1: 0, dim2: -1 }),
        reference: movedReference([2, 3], ([j, i]) => [i + 1, j, i]),
      },
      {
        inputs: [any(3, 4)],
        run: (x) => diagonal(x, { dim1: 1, dim2: 0, offset: 1 }),
        reference: movedReference([2], ([i]) => [i + 1, i]),
      },
      {
        inputs: [any(2, 2)],
        run: (x) => diagonal(x, { offset: 5 }),
        reference: movedReference([0], () => null),
      },
      { inputs: [any(0, 3)], run: (x) => diagonal(x), reference: movedReference([0], () => null) },
      { inputs: [any(2, 3)], run: (x) => diag(x, -1), reference: movedReference([1], () => [1, 0]) },
    ],
    rejects: [
      {
        name: 'one dim twice',
        run: () => diagonal(ones([2, 2]), { dim1: 1, dim2: -1 }),
        error: /diagonal: diagonal dimensions cannot be identical 1, -1/,
      },
      { name: 'a vector', run: () => diagonal(ones([2])), error: /diagonal: Dimension out of range/ },
      {
        name: 'three dims for diag',
        run: () => diag(ones([2, 2, 2])),
        error: /diag: matrix or a vector expected/,
      },
    ],
  },
  {
    op: diagonalScatterOp,
    samples: [
      {
        inputs: [any(3, 3), any(2)],
        run: (x, src) => diagonalScatter(x, src, { offset: 1 }),
        reference: (x, src) => ({
          shape: [3, 3],
          data: positions([3, 3]).map(([i, j]) => (j === i + 1 ? src.data[i] : elementAt(x, [i, j]))),
        }),
      },
      {
        inputs: [any(2)],
        run: (x) => diag(x, -1),
        reference: movedReference([3, 3], ([i, j]) => (i === j + 1 ? [j] : null)),
      },
      {
        inputs: [any(2, 3)],
        run: (x) => diagEmbed(x),
        reference: movedReference([2, 3, 3], ([b, i, j]) => (i === j ? [b, i] : null)),
      },
      {
        inputs: [any(2, 2)],
        run: (x) => diagEmbed(x, { offset: 1, dim1: 0, dim2: 2 }),
        reference: movedReference([3, 2, 3], ([i, b, j]) => (j === i + 1 ? [b, i] : null)),
      },
      { inputs: [any(0)], run: (x) => diag(x), reference: movedReference([0, 0], () => null) },
    ],
    rejects: [
      {
        name: 'a src of another length',
        run: () => diagonalScatter(ones([3, 3]), ones([3]), { offset: 1 }),
        error: /diagonalScatter: expected src to have a size equal to the diagonal of x/,
      },
      {
        name: 'diagEmbed of a number',
        run: () => diagEmbed(tensor(1)),
        error: /diagEmbed: expects at least a 1-d tensor/,
      },
    ],
  },
];
