import { tensor } from '../creation.ts';
import { broadcastTensors, expand, expandOp, sumTo, sumToOp } from './broadcast.ts';
import { binaryReference, type OpCases } from './op.cases.ts';

export const cases: OpCases[] = [
  {
    op: expandOp,
    samples: [
      {
        inputs: [{ shape: [2, 1, 3] }],
        run: (x) => expand(x, [4, 2, 5, 3]),
        reference: (x) =>
          binaryReference((a) => a)(x, { shape: [4, 2, 5, 3], data: new Array<number>(120).fill(0) }),
      },
      { inputs: [{ shape: [] }], run: (x) => expand(x, [2, 2]) },
      { name: 'minus one keeps an extent', inputs: [{ shape: [3, 1] }], run: (x) => expand(x, [-1, 4]) },
      { name: 'to size 0', inputs: [{ shape: [1, 3] }], run: (x) => expand(x, [0, 3]) },
      {
        inputs: [{ shape: [3, 1] }, { shape: [2] }],
        run: (x, y) => broadcastTensors([x, y])[1].mul(broadcastTensors([x, y])[0]),
        reference: binaryReference((a, b) => a * b),
      },
    ],
    rejects: [
      {
        name: 'an extent that is not 1',
        run: () => expand(tensor([[1, 2]]), [1, 3]),
        error: /expand: The expanded size of the tensor \[1, 3\] must match the existing size \[1, 2\]/,
      },
    ],
  },
  {
    op: sumToOp,
    samples: [
      {
        inputs: [{ shape: [4, 2, 3] }],
        run: (x) => sumTo(x, [2, 1]),
        reference: (x) => ({
          shape: [2, 1],
          data: [0, 1].map((j) =>
            x.data.filter((_, i) => Math.floor(i / 3) % 2 === j).reduce((a, b) => a + b, 0),
          ),
        }),
      },
      { inputs: [{ shape: [2, 3, 2] }], run: (x) => sumTo(x, [2, 1, 2]) },
      {
        name: 'outer dims around a kept one',
        inputs: [{ shape: [2, 3, 2] }],
        run: (x) => sumTo(x, [1, 3, 1]),
      },
      { name: 'everything', inputs: [{ shape: [2, 3] }], run: (x) => sumTo(x, []) },
      { name: 'size 0', inputs: [{ shape: [0, 3] }], run: (x) => sumTo(x, [3]) },
    ],
    rejects: [
      {
        name: 'a shape that does not broadcast to the input',
        run: () => sumTo(tensor([[1, 2]]), [3]),
        error: /sumToSize: size \[3\] is not expandable to size \[1, 2\]/,
      },
    ],
  },
];
