import { tensor, zeros } from '../creation.ts';
import { Generator } from '../random/generator.ts';
import { mulOp } from './arithmetic.ts';
import { alphaDropout, dropout, dropout1d, dropout2d, dropout3d, featureAlphaDropout } from './dropout.ts';
import { unaryReference, type OpCases, type Plain } from './op.cases.ts';

/** What PyTorch's dropout does with one stream of random numbers. */
const dropped = (p: number): ReturnType<typeof unaryReference> => {
  return (x) => {
    const stream = new Generator(7);
    return { shape: x.shape, data: x.data.map((v) => (stream.random53() < 1 - p ? v / (1 - p) : 0)) };
  };
};

/** Likewise of whole channels, `size` elements each. */
const channelsDropped = (size: number, f: (v: number, kept: boolean) => number): ((x: Plain) => Plain) => {
  return (x) => {
    const stream = new Generator(7);
    const kept = Array.from({ length: x.data.length / size }, () => stream.random53() < 0.5);
    return { shape: x.shape, data: x.data.map((v, i) => f(v, kept[Math.floor(i / size)])) };
  };
};
const doubled = (v: number, kept: boolean): number => (kept ? v * 2 : 0);

/** selu's lower bound in the place of what is dropped, then scaled to mean 0 and variance 1. */
const alphaDropped = (v: number, kept: boolean): number => {
  const bound = -1.7580993408473766;
  const scale = 1 / Math.sqrt(0.5 * (1 + 0.5 * bound ** 2));
  return ((kept ? v : bound) - 0.5 * bound) * scale;
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
      {
        name: 'dropout1d',
        inputs: [{ shape: [2, 3, 2] }],
        run: (x) => dropout1d(x, { generator: new Generator(7) }),
        reference: channelsDropped(2, doubled),
      },
      {
        name: 'dropout1d without a batch dim',
        inputs: [{ shape: [4, 2] }],
        run: (x) => dropout1d(x, { generator: new Generator(7) }),
        reference: channelsDropped(2, doubled),
      },
      {
        name: 'dropout2d',
        inputs: [{ shape: [2, 3, 2, 2] }],
        run: (x) => dropout2d(x, { generator: new Generator(7) }),
        reference: channelsDropped(4, doubled),
      },
      {
        name: 'dropout3d',
        inputs: [{ shape: [5, 1, 2, 2] }],
        run: (x) => dropout3d(x, { generator: new Generator(7) }),
        reference: channelsDropped(4, doubled),
      },
      {
        name: 'alphaDropout',
        inputs: [{ shape: [3, 4] }],
        run: (x) => alphaDropout(x, { training: true, generator: new Generator(7) }),
        reference: channelsDropped(1, alphaDropped),
      },
      {
        name: 'alphaDropout by default',
        inputs: [{ shape: [3, 4] }],
        run: (x) => alphaDropout(x),
        reference: unaryReference((v) => v),
      },
      {
        name: 'featureAlphaDropout',
        inputs: [{ shape: [2, 3, 2] }],
        run: (x) => featureAlphaDropout(x, { training: true, generator: new Generator(7) }),
        reference: channelsDropped(2, alphaDropped),
      },
      { name: 'dropout of nothing', inputs: [{ shape: [0, 2] }], run: (x) => dropout(x) },
    ],
    rejects: [
      {
        name: 'dropout2d of a vector',
        run: () => dropout2d(zeros([3])),
        error: /Feature dropout requires at least 2 dimensions in the input, got \[3\]/,
      },
      {
        name: 'dropout1d of images',
        run: () => dropout1d(zeros([1, 2, 3, 3])),
        error: /dropout1d: Expected 2D or 3D input, but received a 4D input/,
      },
      {
        name: 'a probability above 1',
        run: () => dropout(tensor([1]), { p: 1.5 }),
        error: /dropout: dropout probability has to be between 0 and 1, but got 1.5/,
      },
    ],
  },
];
