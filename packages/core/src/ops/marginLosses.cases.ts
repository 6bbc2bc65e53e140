import { tensor, zeros } from '../creation.ts';
import type { Tensor } from '../tensor.ts';
import { mulOp } from './arithmetic.ts';
import { gatherOp } from './gather.ts';
import { lossSamples, reducedReference, REDUCTIONS } from './losses.cases.ts';
import {
  cosineEmbeddingLoss,
  hingeEmbeddingLoss,
  marginRankingLoss,
  multiMarginLoss,
  multilabelMarginLoss,
  multilabelSoftMarginLoss,
  softMarginLoss,
  tripletMarginLoss,
} from './marginLosses.ts';
import { positions, type InputSpec, type OpCases, type Plain } from './op.cases.ts';
import { whereOp } from './where.ts';

const { exp, log, max, sqrt } = Math;

const signs = (...values: number[]): InputSpec => ({ shape: [values.length], values, dtype: 'int32' });
const labels = (...values: number[]): InputSpec => ({ shape: [values.length], values, dtype: 'int32' });

const rowOf = (x: Plain, i: number): number[] => {
  const n = x.shape[x.shape.length - 1];
  return positions([n]).map(([j]) => x.data[i * n + j]);
};
const dot = (a: number[], b: number[]): number => a.reduce((sum, v, i) => sum + v * b[i], 0);
const distance = (a: number[], b: number[]): number => {
  const d = a.map((v, i) => v - b[i] + 1e-6);
  return sqrt(dot(d, d));
};
const ofRows = (x: Plain, f: (i: number) => number): Plain => ({
  shape: [x.shape[0]],
  data: positions([x.shape[0]]).map(([i]) => f(i)),
});

const cosine = (a: Plain, b: Plain, target: Plain): Plain =>
  ofRows(a, (i) => {
    const [x, y] = [rowOf(a, i), rowOf(b, i)];
    const cos = dot(x, y) / sqrt(dot(x, x) * dot(y, y));
    return target.data[i] === 1 ? 1 - cos : max(0, cos - 0.1);
  });

const triplet =
  (swap: boolean) =>
  (a: Plain, p: Plain, n: Plain): Plain =>
    ofRows(a, (i) => {
      const away = distance(rowOf(a, i), rowOf(n, i));
      const far = swap ? Math.min(away, distance(rowOf(p, i), rowOf(n, i))) : away;
      return max(0, distance(rowOf(a, i), rowOf(p, i)) - far + 3);
    });

const multiMargin = (x: Plain, target: Plain): Plain =>
  ofRows(x, (i) => {
    const row = rowOf(x, i);
    const y = target.data[i];
    return row.reduce((sum, v, j) => sum + (j === y ? 0 : max(0, 1 - row[y] + v) ** 2), 0) / row.length;
  });

const multilabel = (x: Plain, target: Plain): Plain =>
  ofRows(x, (i) => {
    const row = rowOf(x, i);
    const all = rowOf(target, i);
    const end = all.indexOf(-1);
    const listed = end < 0 ? all : all.slice(0, end);
    const gaps = listed.flatMap((k) => row.map((v, j) => (listed.includes(j) ? 0 : max(0, 1 - row[k] + v))));
    return gaps.reduce((sum, v) => sum + v, 0) / row.length;
  });

const pairs = { shape: [3, 2], range: [1, 2] } as const;
const others = { shape: [3, 2], range: [-2, -1] } as const;

export const cases: OpCases[] = [
  {
    op: whereOp,
    samples: [
      {
        name: 'hingeEmbeddingLoss',
        inputs: [{ shape: [4], values: [0.3, 0.2, 1.7, -0.4] }, signs(1, -1, -1, -1)],
        run: (x, t) => hingeEmbeddingLoss(x, t, { reduction: 'none' }),
        reference: () => ({ shape: [4], data: [0.3, 0.8, 0, 1.4] }),
      },
      {
        name: 'cosineEmbeddingLoss',
        inputs: [{ shape: [3, 2] }, { shape: [3, 2] }, signs(1, -1, 1)],
        run: (a, b, t) => cosineEmbeddingLoss(a, b, t, { margin: 0.1, reduction: 'none' }),
        reference: cosine,
      },
      {
        name: 'cosineEmbeddingLoss of two vectors',
        inputs: [{ shape: [3] }, { shape: [3] }, { shape: [], values: [1], dtype: 'int32' }],
        run: (a, b, t) => cosineEmbeddingLoss(a, b, t),
      },
    ],
    rejects: [
      {
        name: 'hingeEmbeddingLoss of shapes that do not broadcast',
        run: () => hingeEmbeddingLoss(zeros([5, 4]), zeros([5])),
        error: /hingeEmbeddingLoss: shapes \[5, 4\] and \[5\] do not broadcast/,
      },
      {
        name: 'cosineEmbeddingLoss of vectors with a target of one dim',
        run: () => cosineEmbeddingLoss(zeros([3]), zeros([3]), zeros([3])),
        error: /1D target tensor expects 2D input tensors, but found inputs with sizes \[3\] and \[3\]/,
      },
      {
        name: 'cosineEmbeddingLoss with a target of two dims',
        run: () => cosineEmbeddingLoss(zeros([3]), zeros([3]), zeros([3, 1])),
        error: /0D or 1D target tensor expected, multi-target not supported/,
      },
    ],
  },
  {
    op: mulOp,
    samples: [
      ...lossSamples('softMarginLoss', softMarginLoss, (x, t) => log(1 + exp(-x * t))),
      {
        name: 'softMarginLoss of a great number',
        inputs: [{ shape: [2], values: [-800, 800] }, signs(1, 1)],
        run: (x, t) => softMarginLoss(x, t, { reduction: 'none' }),
        reference: () => ({ shape: [2], data: [800, 0] }),
        noGradientCheck: 'finite differences of 800 are inexact',
      },
      {
        name: 'marginRankingLoss',
        inputs: [
          { shape: [4], values: [1, 2, 3, 0] },
          { shape: [4], values: [2, 0, 1, 1.2] },
          signs(1, 1, -1, -1),
        ],
        run: (a, b, t) => marginRankingLoss(a, b, t, { margin: 0.5, reduction: 'none' }),
        reference: () => ({ shape: [4], data: [1.5, 0, 2.5, 0] }),
      },
      ...[false, true].map((swap) => ({
        name: `tripletMarginLoss, swap ${swap}`,
        inputs: [pairs, others, { shape: [3, 2], range: [2.5, 4] } as const],
        run: (a: Tensor, p: Tensor, n: Tensor) =>
          tripletMarginLoss(a, p, n, { margin: 3, swap, reduction: 'none' }),
        reference: triplet(swap),
      })),
      {
        name: 'multilabelSoftMarginLoss',
        inputs: [{ shape: [2, 3] }, { shape: [2, 3], range: [0, 1] }, { shape: [3], range: [0.5, 1] }],
        run: (x, t, weight) => multilabelSoftMarginLoss(x, t, { weight, reduction: 'none' }),
        reference: (x, t, w) =>
          ofRows(x, (i) => {
            const [scores, wanted] = [rowOf(x, i), rowOf(t, i)];
            const each = scores.map(
              (v, j) => w.data[j] * (wanted[j] * log(1 + exp(-v)) + (1 - wanted[j]) * log(1 + exp(v))),
            );
            return each.reduce((sum, v) => sum + v, 0) / 3;
          }),
      },
    ],
    rejects: [
      {
        name: 'marginRankingLoss of different numbers of dims',
        run: () => marginRankingLoss(zeros([3]), zeros([3]), zeros([3, 1])),
        error:
          /marginRankingLoss: All input tensors should have same dimension but got sizes: \[3\], \[3\], \[3, 1\]/,
      },
      {
        name: 'tripletMarginLoss of different numbers of dims',
        run: () => tripletMarginLoss(zeros([3, 1]), zeros([3]), zeros([3, 1])),
        error:
          /expected to have the same number of dimensions, but got: anchor 2D, positive 1D, and negative 2D/,
      },
    ],
  },
  {
    op: gatherOp,
    samples: [
      ...REDUCTIONS.map((reduction) => ({
        name: `multiMarginLoss, p 2, ${reduction}`,
        inputs: [{ shape: [3, 4], distinct: true }, labels(1, 3, 0)],
        run: (x: Tensor, t: Tensor) => multiMarginLoss(x, t, { p: 2, reduction }),
        reference: reducedReference(multiMargin, reduction),
      })),
      {
        name: 'multiMarginLoss with weight and margin',
        inputs: [{ shape: [2, 3], values: [0.1, 0.5, 2, -1, 0.3, 0.2] }, labels(1, 1)],
        run: (x, t) => multiMarginLoss(x, t, { margin: 0.5, weight: tensor([1, 2, 3]), reduction: 'none' }),
        reference: () => ({ shape: [2], data: [(2 * (0.1 + 2)) / 3, (2 * 0.4) / 3] }),
      },
      {
        name: 'multiMarginLoss of a vector',
        inputs: [
          { shape: [3], values: [0.1, 0.5, 2] },
          { shape: [], values: [1], dtype: 'int32' },
        ],
        run: (x, t) => multiMarginLoss(x, t),
        reference: () => ({ shape: [], data: [(0.6 + 2.5) / 3] }),
      },
      ...REDUCTIONS.map((reduction) => ({
        name: `multilabelMarginLoss, ${reduction}`,
        inputs: [
          { shape: [2, 4], distinct: true },
          { shape: [2, 4], values: [3, 0, -1, 1, 2, -1, 5, 1], dtype: 'int32' },
        ] as const,
        run: (x: Tensor, t: Tensor) => multilabelMarginLoss(x, t, { reduction }),
        reference: reducedReference(multilabel, reduction),
      })),
    ],
    rejects: [
      {
        name: 'multiMarginLoss with p 3',
        run: () => multiMarginLoss(zeros([2, 3]), tensor([0, 1], { dtype: 'int32' }), { p: 3 }),
        error: /multiMarginLoss: only p == 1 and p == 2 supported/,
      },
      {
        name: 'multiMarginLoss with a class that is not there',
        run: () => multiMarginLoss(zeros([2, 3]), tensor([0, 3], { dtype: 'int32' })),
        error: /multiMarginLoss: index 3 is out of bounds/,
      },
      {
        name: 'multiMarginLoss with another number of targets',
        run: () => multiMarginLoss(zeros([2, 3]), tensor([0], { dtype: 'int32' })),
        error: /multiMarginLoss: inconsistent target size/,
      },
      {
        name: 'multilabelMarginLoss with another target shape',
        run: () => multilabelMarginLoss(zeros([2, 3]), zeros([2, 2], { dtype: 'int32' })),
        error: /multilabelMarginLoss: inconsistent target size/,
      },
    ],
  },
];
