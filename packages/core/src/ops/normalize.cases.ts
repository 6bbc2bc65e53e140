import { ones, tensor, zeros } from '../creation.ts';
import { apply, applyAll } from '../tape/record.ts';
import { add, divOp, mul } from './arithmetic.ts';
import { sum } from './reduce.ts';
import { normOp } from './norm.ts';
import {
  cosineSimilarity,
  layerNorm,
  normalize,
  pairwiseDistance,
  rmsNorm,
  standardizeGradOp,
  standardizeMomentsOp,
  standardizeOp,
} from './normalize.ts';
import { alongReference, positions, type OpCases, type Plain } from './op.cases.ts';

const { abs, max, sqrt } = Math;

const total = (line: number[]): number => line.reduce((a, b) => a + b, 0);
const squares = (line: number[]): number => total(line.map((v) => v * v));

const standardized =
  (eps: number) =>
  (line: number[]): number[] => {
    const mean = total(line) / line.length;
    const variance = squares(line.map((v) => v - mean)) / line.length;
    return line.map((v) => (v - mean) / sqrt(variance + eps));
  };

/** layerNorm over the last two of three dims, with weight and bias. */
function overTwoDims(x: Plain, weight: Plain, bias: Plain): Plain {
  const n = weight.data.length;
  const rows = Array.from({ length: x.shape[0] }, (_, i) => x.data.slice(i * n, (i + 1) * n));
  const data = rows.flatMap((row) =>
    standardized(1e-5)(row).map((v, j) => v * weight.data[j] + bias.data[j]),
  );
  return { shape: x.shape, data };
}

const unit = (p: number) => (line: number[]) => {
  const size = total(line.map((v) => abs(v) ** p)) ** (1 / p);
  return line.map((v) => v / max(size, 1e-12));
};

/** A function of the vectors along the last dim of two matrices. */
const ofRows =
  (f: (a: number[], b: number[]) => number) =>
  (a: Plain, b: Plain): Plain => {
    const row = (x: Plain, i: number): number[] =>
      positions([x.shape[1]]).map(([j]) => x.data[i * x.shape[1] + j]);
    return { shape: [a.shape[0]], data: positions([a.shape[0]]).map(([i]) => f(row(a, i), row(b, i))) };
  };

const cosine = (a: number[], b: number[]): number =>
  total(a.map((v, i) => v * b[i])) / sqrt(squares(a) * squares(b));

export const cases: OpCases[] = [
  {
    op: standardizeGradOp,
    samples: [
      {
        name: 'standardizeGrad over the last dim',
        inputs: [{ shape: [2, 4] }, { shape: [2, 4] }, { shape: [2, 1] }],
        run: (g, y, rstd) => apply(standardizeGradOp, [g, y, rstd], { dims: [1], eps: 0.1 }),
        reference: (g, y, rstd) => ({
          shape: [2, 4],
          data: g.data.map((v, i) => {
            const row = Math.floor(i / 4);
            const [gs, ys] = [g, y].map((p) => p.data.slice(4 * row, 4 * row + 4));
            const slope = total(gs.map((u, j) => u * ys[j])) / 4;
            return (v - total(gs) / 4 - y.data[i] * slope) * rstd.data[row];
          }),
        }),
      },
      {
        name: 'standardizeGrad over all dims but the second',
        inputs: [{ shape: [2, 3, 2] }, { shape: [2, 3, 2] }, { shape: [1, 3, 1] }],
        run: (g, y, rstd) => apply(standardizeGradOp, [g, y, rstd], { dims: [0, 2], eps: 0.1 }),
      },
    ],
  },
  {
    op: standardizeMomentsOp,
    samples: [
      {
        name: 'the moments alone',
        inputs: [{ shape: [3, 2] }],
        run: (x) => applyAll(standardizeMomentsOp, [x], { dims: [1], eps: 0.1 })[2],
        reference: (x) => {
          const rows = [0, 2, 4].map((i) => x.data.slice(i, i + 2));
          const means = rows.map((row) => total(row) / 2);
          const variances = rows.map((row, i) => squares(row.map((v) => v - means[i])) / 2);
          return { shape: [2, 3, 1], data: [...means, ...variances] };
        },
      },
      {
        name: 'all three outputs',
        inputs: [{ shape: [2, 3, 2] }],
        run: (x) => {
          const [out, rstd, moments] = applyAll(standardizeMomentsOp, [x], { dims: [0, 2], eps: 0.1 });
          return add(add(out, mul(rstd, rstd)), sum(mul(moments, moments), 0));
        },
      },
    ],
  },
  {
    op: standardizeOp,
    samples: [
      {
        name: 'layerNorm',
        inputs: [{ shape: [2, 4] }],
        run: (x) => layerNorm(x, 4),
        reference: alongReference(standardized(1e-5), 1),
      },
      {
        name: 'layerNorm with weight and bias',
        inputs: [{ shape: [3, 2, 2] }, { shape: [2, 2] }, { shape: [2, 2] }],
        run: (x, weight, bias) => layerNorm(x, [2, 2], { weight, bias }),
        reference: overTwoDims,
      },
      {
        name: 'layerNorm with bias only',
        inputs: [{ shape: [2, 3] }, { shape: [3] }],
        run: (x, bias) => layerNorm(x, [3], { bias, eps: 0.1 }),
      },
      {
        name: 'layerNorm of a constant',
        inputs: [{ shape: [1, 3], values: [2, 2, 2] }],
        run: (x) => layerNorm(x, [3], { eps: 0.5 }),
        reference: alongReference(() => [0, 0, 0], 1),
      },
      {
        name: 'layerNorm of one element',
        inputs: [{ shape: [2, 1] }],
        run: (x) => layerNorm(x, 1, { eps: 0.5 }),
      },
      { name: 'layerNorm of nothing', inputs: [{ shape: [0, 3] }], run: (x) => layerNorm(x, [3]) },
      {
        name: 'both outputs',
        inputs: [{ shape: [3, 2] }],
        run: (x) => {
          const [out, rstd] = applyAll(standardizeOp, [x], { dims: [0], eps: 0.1 });
          return add(out, mul(rstd, rstd));
        },
        reference: (x) => {
          const plain = alongReference(standardized(0.1), 0)(x);
          const rate = alongReference((line) => {
            const mean = total(line) / line.length;
            return line.map(() => 1 / (squares(line.map((v) => v - mean)) / line.length + 0.1));
          }, 0)(x);
          return { shape: plain.shape, data: plain.data.map((v, i) => v + rate.data[i]) };
        },
      },
      {
        name: 'the deviation alone',
        inputs: [{ shape: [3, 2] }],
        run: (x) => applyAll(standardizeOp, [x], { dims: [1], eps: 0.1 })[1],
      },
    ],
    rejects: [
      {
        name: 'another last extent',
        run: () => layerNorm(zeros([2, 4]), [3]),
        error:
          /layerNorm: Given normalizedShape=\[3\], expected input with shape \[\*, 3\], but got input of size \[2, 4\]/,
      },
      {
        name: 'a weight of another shape',
        run: () => layerNorm(zeros([2, 4]), [4], { weight: ones([3]) }),
        error:
          /layerNorm: Expected weight to be of same shape as normalizedShape, but got weight of shape \[3\]/,
      },
      {
        name: 'a bias of another shape',
        run: () => layerNorm(zeros([2, 4]), [4], { bias: ones([1, 4]) }),
        error: /layerNorm: Expected bias to be of same shape/,
      },
      {
        name: 'no normalized dims',
        run: () => layerNorm(zeros([2, 4]), []),
        error: /layerNorm: Expected normalizedShape to be at least 1-dimensional/,
      },
      {
        name: 'integers',
        run: () => layerNorm(zeros([2], { dtype: 'int32' }), 2),
        error: /layerNorm: expected a floating point tensor, got int32/,
      },
    ],
  },
  {
    op: divOp,
    samples: [
      {
        name: 'normalize',
        inputs: [{ shape: [2, 3], avoid: [0] }],
        run: (x) => normalize(x),
        reference: alongReference(unit(2), 1),
      },
      {
        name: 'normalize by another norm',
        inputs: [{ shape: [3, 2], avoid: [0] }],
        run: (x) => normalize(x, { p: 3, dim: 0 }),
        reference: alongReference(unit(3), 0),
      },
      {
        name: 'normalize zeros',
        inputs: [{ shape: [1, 2], values: [0, 0] }],
        run: (x) => normalize(x, { eps: 0.5 }),
        reference: (x) => x,
        noGradientCheck: 'the norm has a kink',
        subgradients: [[2, 2]],
      },
      {
        name: 'cosineSimilarity',
        inputs: [{ shape: [2, 3], avoid: [0] }, { shape: [2, 3], avoid: [0] }],
        run: (a, b) => cosineSimilarity(a, b),
        reference: ofRows(cosine),
      }, // prettier-ignore
      {
        name: 'cosineSimilarity, broadcast',
        inputs: [{ shape: [3, 2], avoid: [0] }, { shape: [3, 1], avoid: [0] }],
        run: (a, b) => cosineSimilarity(a, b, { dim: 0 }),
      }, // prettier-ignore
      {
        name: 'cosineSimilarity, broadcast along its dim',
        inputs: [{ shape: [2, 1], avoid: [0] }, { shape: [2, 3], avoid: [0] }],
        run: (a, b) => cosineSimilarity(a, b),
        reference: (a, b) => ofRows(cosine)({ shape: [2, 3], data: a.data.flatMap((v) => [v, v, v]) }, b),
      }, // prettier-ignore
      {
        name: 'cosineSimilarity with zeros',
        inputs: [{ shape: [1, 2], values: [0, 0] }, { shape: [1, 2], values: [3, 4] }],
        run: (a, b) => cosineSimilarity(a, b, { eps: 0.5 }),
        reference: () => ({ shape: [1], data: [0] }),
        noGradientCheck: 'the norm has a kink, and its bound lets its gradient through',
        gradientByDefinition: true,
        subgradients: [[1.2, 1.6], [0, 0]],
      }, // prettier-ignore
    ],
  },
  {
    op: normOp,
    samples: [
      {
        name: 'pairwiseDistance',
        inputs: [{ shape: [2, 3], range: [1, 2] }, { shape: [2, 3], range: [-2, 0] }],
        run: (a, b) => pairwiseDistance(a, b),
        reference: ofRows((a, b) => sqrt(squares(a.map((v, i) => v - b[i] + 1e-6)))),
      }, // prettier-ignore
      {
        name: 'pairwiseDistance, options',
        inputs: [{ shape: [2, 3], range: [1, 2] }, { shape: [3], range: [-2, 0] }],
        run: (a, b) => pairwiseDistance(a, b, { p: 1, eps: 0, keepdim: true }).squeeze(1),
        reference: (a, b) =>
          ofRows((v, w) => total(v.map((u, i) => u - w[i])))(a, { shape: a.shape, data: [...b.data, ...b.data] }),
      }, // prettier-ignore
      {
        name: 'rmsNorm',
        inputs: [{ shape: [2, 3] }, { shape: [3] }],
        run: (x, weight) => rmsNorm(x, 3, { weight, eps: 0.1 }),
        reference: (x, weight) => {
          const y = alongReference((line) => line.map((v) => v / sqrt(squares(line) / line.length + 0.1)), 1)(x);
          return { shape: y.shape, data: y.data.map((v, i) => v * weight.data[i % 3]) };
        },
      }, // prettier-ignore
    ],
    rejects: [
      {
        name: 'rmsNorm over another last extent',
        run: () => rmsNorm(tensor([1, 2]), 3),
        error: /rmsNorm: Given normalizedShape=\[3\]/,
      },
    ],
  },
];
