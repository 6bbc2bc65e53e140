import { tensor } from '../creation.ts';
import { apply } from '../tape/record.ts';
import { alongReference, type InputSpec, type OpCases, type Sample } from './op.cases.ts';
import {
  logSoftmax,
  logSoftmaxGradOp,
  logSoftmaxOp,
  softmax,
  softmaxGradOp,
  softmaxOp,
  softmin,
} from './softmax.ts';
import type { Tensor } from '../tensor.ts';

const { exp, log } = Math;

const shares = (line: number[]): number[] =>
  line.map((v) => 1 / line.reduce((total, w) => total + exp(w - v), 0));

const samples = (run: (x: Tensor, dim: number) => Tensor, f: (line: number[]) => number[]): Sample[] => [
  { inputs: [{ shape: [2, 3] }], run: (x) => run(x, 1), reference: alongReference(f, 1) },
  { inputs: [{ shape: [2, 3] }], run: (x) => run(x, 0), reference: alongReference(f, 0) },
  { inputs: [{ shape: [2, 3, 2] }], run: (x) => run(x, -2), reference: alongReference(f, 1) },
  { inputs: [{ shape: [] }], run: (x) => run(x, 0), reference: alongReference(f, 0) },
  { inputs: [{ shape: [3, 1] }], run: (x) => run(x, 1), reference: alongReference(f, 1) },
  { inputs: [{ shape: [0, 3] }], run: (x) => run(x, 1), reference: alongReference(f, 1) },
  { inputs: [{ shape: [3, 0] }], run: (x) => run(x, 1), reference: alongReference(f, 1) },
  {
    name: 'great values',
    inputs: [{ shape: [3], values: [1000, 1001, -1000] }],
    run: (x) => run(x, 0),
    reference: alongReference((line) => f(line), 0),
  },
  {
    name: 'integers',
    inputs: [{ shape: [3], dtype: 'int32', values: [1, 1, 1] }],
    run: (x) => run(x, 0).to('float64').mul(1024).round(),
    reference: alongReference((line) => f(line).map((v) => Math.round(1024 * v)), 0),
  },
];

const pair = (...shape: number[]): InputSpec[] => [{ shape }, { shape }];

export const cases: OpCases[] = [
  {
    op: softmaxOp,
    samples: [
      ...samples(softmax, shares),
      {
        name: 'softmin',
        inputs: [{ shape: [2, 3] }],
        run: (x) => softmin(x, 1),
        reference: alongReference((line) => shares(line.map((v) => -v)), 1),
      },
      {
        name: 'minus infinity has no share',
        inputs: [{ shape: [3], values: [0, -Infinity, 0] }],
        run: (x) => softmax(x, 0),
        reference: () => ({ shape: [3], data: [0.5, 0, 0.5] }),
        noGradientCheck: 'there are no differences of infinities',
      },
    ],
    rejects: [
      {
        name: 'a dim out of range',
        run: () => softmax(tensor([1]), 1),
        error: /softmax: Dimension out of range/,
      },
      {
        name: 'no dim',
        run: () => softmax(tensor([1]), undefined as never),
        error: /softmax: expected the dim as a number/,
      },
    ],
  },
  {
    op: softmaxGradOp,
    samples: [
      { inputs: pair(2, 3), run: (g, y) => apply(softmaxGradOp, [g, y], { dim: 1 }) },
      { inputs: pair(2, 3, 2), run: (g, y) => apply(softmaxGradOp, [g, y], { dim: 1 }) },
    ],
  },
  {
    op: logSoftmaxOp,
    samples: samples(logSoftmax, (line) =>
      line.map((v) => -log(line.reduce((total, w) => total + exp(w - v), 0))),
    ).filter(({ name }) => name !== 'great values'),
    rejects: [
      {
        name: 'a dim out of range',
        run: () => logSoftmax(tensor([1]), -2),
        error: /logSoftmax: Dimension out of range/,
      },
    ],
  },
  {
    op: logSoftmaxGradOp,
    samples: [
      { inputs: pair(2, 3), run: (g, y) => apply(logSoftmaxGradOp, [g, y], { dim: 0 }) },
      { inputs: pair(2, 3, 2), run: (g, y) => apply(logSoftmaxGradOp, [g, y], { dim: 1 }) },
    ],
  },
];
