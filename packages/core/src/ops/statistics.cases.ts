import { tensor } from '../creation.ts';
import { reduceReference, type OpCases, type Sample } from './op.cases.ts';
import { reductionCases } from './reduce.cases.ts';
import {
  logsumexp,
  logsumexpOp,
  std,
  stdMean,
  stdOp,
  varMean,
  varOp,
  var as variance,
} from './statistics.ts';

const { exp, log, sqrt } = Math;

const meanOf = (line: number[]): number => line.reduce((a, b) => a + b, 0) / line.length;
const varianceBy =
  (correction: number) =>
  (line: number[]): number =>
    line.reduce((total, v) => total + (v - meanOf(line)) ** 2, 0) / (line.length - correction);
const deviationBy =
  (correction: number) =>
  (line: number[]): number =>
    sqrt(varianceBy(correction)(line));
const logsum = (line: number[]): number => log(line.reduce((total, v) => total + exp(v), 0));

/** With one element there is no spread to measure. */
const needsTwo = ({ name }: Sample): boolean => name !== 'all of a 0-d' && name !== 'extent 1';
const single: Sample = {
  name: 'one element',
  inputs: [{ shape: [2, 1] }],
  run: (x) => variance(x, 1),
  reference: () => ({ shape: [2], data: [NaN, NaN] }),
  noGradientCheck: 'it is NaN',
  subgradients: [[NaN, NaN]],
};

export const cases: OpCases[] = [
  {
    op: varOp,
    samples: [
      ...reductionCases(variance, varianceBy(1)).filter(needsTwo),
      single,
      {
        name: 'without correction',
        inputs: [{ shape: [2, 3] }],
        run: (x) => variance(x, 1, { correction: 0 }),
        reference: reduceReference(varianceBy(0), [1]),
      },
      {
        name: 'correction in options',
        inputs: [{ shape: [2, 4] }],
        run: (x) => variance(x, { dim: 1, correction: 2, keepdim: true }),
        reference: reduceReference(varianceBy(2), [1], true),
      },
      {
        name: 'of a constant without correction',
        inputs: [{ shape: [3], values: [2, 2, 2] }],
        run: (x) => variance(x, { correction: 0 }),
        reference: reduceReference(() => 0),
      },
      {
        name: 'of few numbers far from 0',
        inputs: [{ shape: [3], values: [1e6, 1e6 + 1, 1e6 + 2] }],
        run: (x) => variance(x),
        reference: reduceReference(() => 1),
        noGradientCheck: 'differences lose their digits',
      },
      {
        name: 'more correction than elements',
        inputs: [{ shape: [2], values: [3, 4] }],
        run: (x) => variance(x, { correction: 3 }),
        reference: reduceReference(() => Infinity),
        noGradientCheck: 'it is infinite',
        subgradients: [[1, -1]],
      },
      {
        name: 'unbiased: false',
        inputs: [{ shape: [2, 3] }],
        run: (x) => variance(x, 1, { unbiased: false }),
        reference: reduceReference(varianceBy(0), [1]),
      },
      {
        name: 'false for unbiased',
        inputs: [{ shape: [2, 3] }],
        run: (x) => variance(x, false),
        reference: reduceReference(varianceBy(0)),
      },
      {
        name: 'varMean',
        inputs: [{ shape: [2, 3] }],
        run: (x) => {
          const { var: v, mean } = varMean(x, 1, { correction: 0, keepdim: true });
          return v.mul(mean);
        },
        reference: reduceReference((line) => varianceBy(0)(line) * meanOf(line), [1], true),
      },
    ],
    rejects: [
      {
        name: 'integers',
        run: () => variance(tensor([1, 2], { dtype: 'int32' })),
        error: /var: std and var only support floating point and complex dtypes, got int32/,
      },
    ],
  },
  {
    op: stdOp,
    samples: [
      ...reductionCases(std, deviationBy(1)).filter(needsTwo),
      { ...single, run: (x) => std(x, 1) },
      {
        name: 'of a constant',
        inputs: [{ shape: [2, 3], values: [2, 2, 2, 1, 2, 3] }],
        run: (x) => std(x, 1),
        reference: reduceReference(deviationBy(1), [1]),
        noGradientCheck: 'it has a kink',
        subgradients: [[0, 0, 0, -0.5, 0, 0.5]],
      },
      {
        name: 'stdMean',
        inputs: [{ shape: [2, 3] }],
        run: (x) => {
          const { std: s, mean } = stdMean(x, { dim: 0 });
          return s.mul(mean);
        },
        reference: reduceReference((line) => deviationBy(1)(line) * meanOf(line), [0]),
      },
    ],
    rejects: [
      {
        name: 'bools',
        run: () => std(tensor([true])),
        error: /std: std and var only support floating point/,
      },
    ],
  },
  {
    op: logsumexpOp,
    samples: [
      ...reductionCases(logsumexp, logsum),
      {
        name: 'great values',
        inputs: [{ shape: [2], values: [1000, 1000] }],
        run: (x) => logsumexp(x, 0),
        reference: reduceReference(() => 1000 + log(2)),
      },
      {
        name: 'no elements',
        inputs: [{ shape: [0, 2] }],
        run: (x) => logsumexp(x, 0),
        reference: reduceReference(() => -Infinity, [0]),
        noGradientCheck: 'it is infinite',
      },
      {
        name: 'minus infinity',
        inputs: [{ shape: [3], values: [-Infinity, 1, 1] }],
        run: (x) => logsumexp(x, 0),
        reference: reduceReference(() => 1 + log(2)),
        noGradientCheck: 'there are no differences of infinities',
        subgradients: [[0, 0.5, 0.5]],
      },
      {
        name: 'nothing but minus infinity',
        inputs: [{ shape: [2], values: [-Infinity, -Infinity] }],
        run: (x) => logsumexp(x, 0),
        reference: reduceReference(() => -Infinity),
        noGradientCheck: 'there are no differences of infinities',
      },
    ],
    rejects: [
      {
        name: 'a dim out of range',
        run: () => logsumexp(tensor([1]), 1),
        error: /logsumexp: Dimension out of range/,
      },
    ],
  },
];
