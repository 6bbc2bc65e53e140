import { tensor } from '../creation.ts';
import { Generator } from '../random/generator.ts';
import { mulOp } from './arithmetic.ts';
import { dropout } from './dropout.ts';
import { unaryReference, type OpCases } from './op.cases.ts';

/** What PyTorch's dropout does with one stream of random numbers. */
const dropped = (p: number): ReturnType<typeof unaryReference> => {
  return (x) => {
    const stream = new Generator(7);
    return { shape: x.shape, data: x.data.map((v) => (stream.random53() < 1 - p ? v / (1 - p) : 0)) };
  };
};

export const cases: OpCases[] = [
  {
    op: mulOp,
    samples: [
      {
        name: 'dropout',
        inputs: [{ shape: [4, 5] }],
        run: (x) => dropout(x, { generator: new Generator(7) }),
        reference: dropped(0.5),
      },
      {
        name: 'dropout of few',
        inputs: [{ shape: [4, 5] }],
        run: (x) => dropout(x, { p: 0.1, generator: new Generator(7) }),
        reference: dropped(0.1),
      },
      {
        name: 'dropout of none',
        inputs: [{ shape: [3] }],
        run: (x) => dropout(x, { p: 0 }),
        reference: unaryReference((v) => v),
      },
      {
        name: 'dropout of all',
        inputs: [{ shape: [3] }],
        run: (x) => dropout(x, { p: 1 }),
        reference: unaryReference(() => 0),
      },
      {
        name: 'dropout while evaluating',
        inputs: [{ shape: [3] }],
        run: (x) => dropout(x, { training: false }),
        reference: unaryReference((v) => v),
      },
      { name: 'dropout of nothing', inputs: [{ shape: [0, 2] }], run: (x) => dropout(x) },
    ],
    rejects: [
      {
        name: 'a probability above 1',
        run: () => dropout(tensor([1]), { p: 1.5 }),
        error: /dropout: dropout probability has to be between 0 and 1, but got 1.5/,
      },
    ],
  },
];
