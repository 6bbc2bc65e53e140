import { ones, tensor } from '../creation.ts';
import { addBias, addBiasOp } from './bias.ts';
import { positions, type OpCases, type Plain } from './op.cases.ts';

const biased =
  (dim: number) =>
  (x: Plain, bias: Plain): Plain => ({
    shape: x.shape,
    data: positions(x.shape).map((p, i) => x.data[i] + bias.data[p[dim]]),
  });

export const cases: OpCases[] = [
  {
    op: addBiasOp,
    samples: [
      {
        name: 'a vector',
        inputs: [{ shape: [3] }, { shape: [3] }],
        run: (x, b) => addBias(x, b),
        reference: biased(0),
      },
      {
        name: 'features',
        inputs: [{ shape: [2, 3] }, { shape: [3] }],
        run: (x, b) => addBias(x, b),
        reference: biased(1),
      },
      {
        name: 'channels',
        inputs: [{ shape: [2, 3, 2, 2] }, { shape: [3] }],
        run: (x, b) => addBias(x, b),
        reference: biased(1),
      },
      {
        name: 'the last dim, counted from the end',
        inputs: [{ shape: [2, 2, 3] }, { shape: [3] }],
        run: (x, b) => addBias(x, b, { dim: -1 }),
        reference: biased(2),
      },
      {
        name: 'the first dim',
        inputs: [{ shape: [2, 3] }, { shape: [2] }],
        run: (x, b) => addBias(x, b, { dim: 0 }),
        reference: biased(0),
      },
      {
        name: 'no rows',
        inputs: [{ shape: [0, 3] }, { shape: [3] }],
        run: (x, b) => addBias(x, b),
        reference: biased(1),
      },
    ],
    rejects: [
      {
        name: 'a bias of another size',
        run: () => addBias(ones([2, 3]), ones([2])),
        error:
          /addBias: expected bias to be 1-dimensional with 3 elements, the size of dim 1 of \[2, 3\], but got bias of size \[2\]/,
      },
      {
        name: 'a matrix as bias',
        run: () => addBias(ones([2, 3]), ones([1, 3])),
        error: /but got bias of size \[1, 3\]/,
      },
      { name: 'a 0-d tensor', run: () => addBias(ones([]), ones([1])), error: /addBias: .*at least one dim/ },
      {
        name: 'a dim out of range',
        run: () => addBias(ones([2, 3]), ones([3]), { dim: 2 }),
        error: /addBias: Dimension out of range/,
      },
      {
        name: 'bool tensors',
        run: () => addBias(tensor([true]), tensor([true])),
        error: /addBias: not implemented for bool/,
      },
    ],
  },
];
