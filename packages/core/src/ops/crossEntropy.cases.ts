import { tensor, zeros } from '../creation.ts';
import { crossEntropy, nllLoss } from './crossEntropy.ts';
import { gatherOp } from './gather.ts';
import { REDUCTIONS } from './losses.cases.ts';
import { positions, type InputSpec, type OpCases, type Plain, type Sample } from './op.cases.ts';
import { logSoftmaxOp } from './softmax.ts';
import type { Reduction } from './reduction.ts';

const { exp, log } = Math;

interface Rule {
  readonly reduction?: Reduction;
  readonly ignoreIndex?: number;
  readonly labelSmoothing?: number;
  readonly weight?: readonly number[];
  readonly ofLogits?: boolean;
}

/** Each target's scores, by class: the lines of x along its class dim. */
function scoresOf(x: Plain, ofLogits: boolean): number[][] {
  const dim = x.shape.length === 1 ? 0 : 1;
  const read = (p: readonly number[]): number => x.data[x.shape.reduce((at, n, d) => at * n + p[d], 0)];
  return positions(x.shape.filter((_, d) => d !== dim)).map((p) => {
    const line = Array.from({ length: x.shape[dim] }, (_, c) =>
      read([...p.slice(0, dim), c, ...p.slice(dim)]),
    );
    return ofLogits ? line.map((v) => -log(line.reduce((total, w) => total + exp(w - v), 0))) : line;
  });
}

/** The losses by definition. */
const reference =
  ({ reduction = 'mean', ignoreIndex = -100, labelSmoothing = 0, weight, ofLogits = false }: Rule) =>
  (x: Plain, target: Plain): Plain => {
    const weightOf = (c: number): number => weight?.[c] ?? 1;
    let divisor = 0;
    const losses = scoresOf(x, ofLogits).map((scores, i) => {
      const t = target.data[i];
      if (t === ignoreIndex) return 0;
      divisor += weightOf(t);
      const even = scores.reduce((total, v, c) => total - weightOf(c) * v, 0) / scores.length;
      return -(1 - labelSmoothing) * weightOf(t) * scores[t] + labelSmoothing * even;
    });
    if (reduction === 'none') return { shape: target.shape, data: losses };
    const total = losses.reduce((a, b) => a + b, 0);
    return { shape: [], data: [reduction === 'sum' ? total : total / divisor] };
  };

const classes = (shape: readonly number[], values: readonly number[]): InputSpec => ({
  shape,
  values,
  dtype: 'int32',
});
const weights: InputSpec = { shape: [3], values: [0.5, 2, 1] };

/** The ways to call both losses. */
const samples = (name: string, loss: typeof crossEntropy, ofLogits: boolean): Sample[] => [
  ...REDUCTIONS.flatMap((reduction): Sample[] => [
    {
      name: `${name}, ${reduction}`,
      inputs: [{ shape: [4, 3] }, classes([4], [2, 0, 1, 1])],
      run: (x, t) => loss(x, t, { reduction }),
      reference: reference({ reduction, ofLogits }),
    },
    {
      name: `${name}, ${reduction}, one left out`,
      inputs: [{ shape: [4, 3] }, classes([4], [2, -100, 1, 1])],
      run: (x, t) => loss(x, t, { reduction }),
      reference: reference({ reduction, ofLogits }),
    },
    {
      name: `${name}, ${reduction}, weighted, a class left out`,
      inputs: [{ shape: [4, 3] }, classes([4], [2, 0, 1, 1]), weights],
      run: (x, t, weight) => loss(x, t, { reduction, weight, ignoreIndex: 2 }),
      reference: reference({ reduction, ofLogits, weight: [0.5, 2, 1], ignoreIndex: 2 }),
    },
    {
      name: `${name}, ${reduction}, more dims`,
      inputs: [{ shape: [2, 3, 2, 1] }, classes([2, 2, 1], [2, 0, 1, 1])],
      run: (x, t) => loss(x, t, { reduction }),
      reference: reference({ reduction, ofLogits }),
    },
  ]),
  {
    name: `${name}, one sample`,
    inputs: [{ shape: [3] }, classes([], [1])],
    run: (x, t) => loss(x, t),
    reference: reference({ ofLogits }),
  },
  {
    name: `${name}, byte targets`,
    inputs: [{ shape: [2, 3] }, { shape: [2], dtype: 'uint8', values: [1, 2] }],
    run: (x, t) => loss(x, t),
    reference: reference({ ofLogits }),
  },
  {
    name: `${name}, gradient of the weights`,
    inputs: [{ shape: [3, 3] }, classes([3], [2, 0, 1]), { shape: [3], range: [0.5, 2] }],
    run: (x, t, weight) => loss(x, t, { weight }),
  },
  {
    name: `${name}, all left out`,
    inputs: [{ shape: [2, 3] }, classes([2], [-100, -100])],
    run: (x, t) => loss(x, t),
    reference: reference({ ofLogits }),
    noGradientCheck: 'it is NaN',
  },
  {
    name: `${name}, the sum with all left out`,
    inputs: [{ shape: [2, 3] }, classes([2], [-1, -1])],
    run: (x, t) => loss(x, t, { reduction: 'sum', ignoreIndex: -1 }),
    reference: () => ({ shape: [], data: [0] }),
  },
  {
    name: `${name}, no samples`,
    inputs: [{ shape: [0, 3] }, classes([0], [])],
    run: (x, t) => loss(x, t),
    reference: () => ({ shape: [], data: [NaN] }),
    noGradientCheck: 'it is NaN',
  },
];

const target = (...values: number[]) => tensor(values, { dtype: 'int32' });

export const cases: OpCases[] = [
  {
    op: gatherOp,
    samples: [
      ...samples('nllLoss', nllLoss, false),
      {
        name: 'nllLoss, an infinite score left out',
        inputs: [{ shape: [2, 2], values: [-Infinity, 0, -1, -2] }, classes([2], [-100, 1])],
        run: (x, t) => nllLoss(x, t),
        reference: () => ({ shape: [], data: [2] }),
        noGradientCheck: 'there are no differences of infinities',
        subgradients: [[0, 0, 0, -1], null],
      }, // prettier-ignore
    ],
    rejects: [
      { name: 'a class too high', run: () => nllLoss(zeros([3, 4]), target(0, 5, 1)), error: /nllLoss: Target 5 is out of bounds/ },
      { name: 'a negative class', run: () => nllLoss(zeros([3, 4]), target(0, -1, 1)), error: /nllLoss: Target -1 is out of bounds/ },
      { name: 'another batch size', run: () => nllLoss(zeros([3, 4]), target(0, 1)), error: /nllLoss: Expected input batch_size \(3\) to match target batch_size \(2\)/ },
      { name: 'another target size', run: () => nllLoss(zeros([3, 4, 2]), zeros([3, 1], { dtype: 'int32' })), error: /nllLoss: Expected target size \[3, 2\], got \[3, 1\]/ },
      { name: 'no class dim', run: () => nllLoss(zeros([]), zeros([], { dtype: 'int32' })), error: /nllLoss: Expected 1 or more dimensions \(got 0\)/ },
      { name: 'float targets', run: () => nllLoss(zeros([3, 4]), zeros([3])), error: /nllLoss: expected scalar type int32 .*found float32/ },
      { name: 'too few weights', run: () => nllLoss(zeros([3, 4]), target(0, 1, 2), { weight: zeros([3]) }), error: /nllLoss: weight tensor should be defined either for all 4 classes or no classes/ },
      { name: 'an unknown reduction', run: () => nllLoss(zeros([3, 4]), target(0, 1, 2), { reduction: 'foo' as never }), error: /nllLoss: foo is not a valid value for reduction/ },
    ],
  },
  {
    op: logSoftmaxOp,
    samples: [
      ...samples('crossEntropy', crossEntropy, true),
      ...REDUCTIONS.flatMap((reduction): Sample[] => [
        {
          name: `crossEntropy, ${reduction}, smoothed`,
          inputs: [{ shape: [4, 3] }, classes([4], [2, -100, 1, 1])],
          run: (x, t) => crossEntropy(x, t, { reduction, labelSmoothing: 0.1 }),
          reference: reference({ reduction, labelSmoothing: 0.1, ofLogits: true }),
        },
        {
          name: `crossEntropy, ${reduction}, smoothed and weighted, more dims`,
          inputs: [{ shape: [2, 3, 2] }, classes([2, 2], [2, -100, 1, 1]), weights],
          run: (x, t, weight) => crossEntropy(x, t, { reduction, labelSmoothing: 0.1, weight }),
          reference: reference({ reduction, labelSmoothing: 0.1, weight: [0.5, 2, 1], ofLogits: true }),
        },
        {
          name: `crossEntropy, ${reduction}, probabilities`,
          inputs: [{ shape: [2, 3] }, { shape: [2, 3], range: [0, 1] }],
          run: (x, t) => crossEntropy(x, t, { reduction }),
          reference: (x, t) => ofProbabilities(x, t, reduction),
        },
        {
          name: `crossEntropy, ${reduction}, probabilities, weighted and smoothed, more dims`,
          inputs: [{ shape: [2, 3, 2] }, { shape: [2, 3, 2], range: [0, 1] }, weights],
          run: (x, t, weight) => crossEntropy(x, t, { reduction, weight, labelSmoothing: 0.2 }),
        },
      ]), // prettier-ignore
      {
        name: 'crossEntropy, probabilities of one sample',
        inputs: [{ shape: [3] }, { shape: [3], range: [0, 1] }],
        run: (x, t) => crossEntropy(x, t),
        reference: (x, t) => ofProbabilities({ shape: [1, 3], data: x.data }, { shape: [1, 3], data: t.data }, 'mean'),
      },
    ],
    rejects: [
      { name: 'a class too high', run: () => crossEntropy(zeros([2, 4]), target(4, 0)), error: /crossEntropy: Target 4 is out of bounds/ },
      { name: 'too much smoothing', run: () => crossEntropy(zeros([2, 4]), target(1, 0), { labelSmoothing: 1.5 }), error: /crossEntropy: label_smoothing must be between 0.0 and 1.0. Got: 1.5/ },
      { name: 'integers for probabilities', run: () => crossEntropy(zeros([2, 4]), zeros([2, 4], { dtype: 'int32' })), error: /crossEntropy: Expected floating point type for target with class probabilities, got int32/ },
      { name: 'probabilities to leave out', run: () => crossEntropy(zeros([2, 4]), zeros([2, 4]), { ignoreIndex: 1 }), error: /crossEntropy: ignore_index is not supported for floating point target/ },
    ],
  },
]; // prettier-ignore

function ofProbabilities(x: Plain, t: Plain, reduction: Reduction): Plain {
  const targets = scoresOf(t, false);
  const losses = scoresOf(x, true).map(
    (scores, i) => -scores.reduce((total, v, c) => total + v * targets[i][c], 0),
  );
  if (reduction === 'none') return { shape: [losses.length], data: losses };
  const total = losses.reduce((a, b) => a + b, 0);
  return { shape: [], data: [reduction === 'sum' ? total : total / losses.length] };
}
