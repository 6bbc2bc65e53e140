import { ones, tensor, zeros } from '../creation.ts';
import type { Tensor } from '../tensor.ts';
import { add, divOp, mul, mulOp } from './arithmetic.ts';
import { batchNorm, groupNorm, instanceNorm, localResponseNorm } from './channelNorms.ts';
import { clone } from './copy.ts';
import { standardizeOp } from './normalize.ts';
import { reduceReference, type OpCases, type Plain } from './op.cases.ts';
import { unfoldOp } from './unfold.ts';

const { sqrt } = Math;

const average = (line: readonly number[]): number => line.reduce((a, b) => a + b, 0) / line.length;
const variance = (line: readonly number[]): number => average(line.map((v) => (v - average(line)) ** 2));

/** Standardises the elements that share a group, then scales by channel. */
const standardized =
  (groupOf: (n: number, c: number) => number, eps = 1e-5) =>
  (x: Plain, weight?: Plain, bias?: Plain): Plain => {
    const [, channels] = x.shape;
    const inner = x.shape.slice(2).reduce((a, b) => a * b, 1);
    const channel = (i: number): number => Math.floor(i / inner) % channels;
    const group = (i: number): number => groupOf(Math.floor(i / inner / channels), channel(i));
    const data = x.data.map((v, i) => {
      const line = x.data.filter((_, j) => group(j) === group(i));
      const y = (v - average(line)) / sqrt(variance(line) + eps);
      return y * (weight?.data[channel(i)] ?? 1) + (bias?.data[channel(i)] ?? 0);
    });
    return { shape: x.shape, data };
  };

/** Three updated numbers per channel that do not depend on x's gradient, as a result of the right dtype. */
const followed =
  (run: (x: Tensor, runningMean: Tensor, runningVar: Tensor) => unknown) =>
  (x: Tensor, location: Tensor, scale: Tensor): Tensor => {
    const [a, b] = [clone(location.detach()), clone(scale.detach())];
    run(x.detach(), a, b);
    return add(mul(a, 10), b);
  };

export const cases: OpCases[] = [
  {
    op: standardizeOp,
    samples: [
      {
        name: 'batchNorm of images, training',
        inputs: [{ shape: [2, 3, 2, 2] }, { shape: [3] }, { shape: [3] }],
        run: (x, weight, bias) => batchNorm(x, null, null, { weight, bias, training: true }),
        reference: standardized((_, c) => c),
      },
      {
        name: 'batchNorm of vectors, training',
        inputs: [{ shape: [4, 2] }],
        run: (x) => batchNorm(x, null, null, { training: true, eps: 0.1 }),
        reference: standardized((_, c) => c, 0.1),
      },
      {
        name: 'batchNorm updates the running statistics',
        inputs: [{ shape: [4, 1] }, { shape: [1] }, { shape: [1], range: [1, 2] }],
        run: followed((x, a, b) => batchNorm(x, a, b, { training: true, momentum: 0.25 })),
        reference: (x, a, b) => ({
          shape: [1],
          data: [
            10 * (0.75 * a.data[0] + 0.25 * average(x.data)) +
              0.75 * b.data[0] + (0.25 * variance(x.data) * 4) / 3,
          ],
        }), // prettier-ignore
      },
      {
        name: 'instanceNorm updates the running statistics',
        inputs: [{ shape: [2, 1, 3] }, { shape: [1] }, { shape: [1], range: [1, 2] }],
        run: followed((x, runningMean, runningVar) => instanceNorm(x, { runningMean, runningVar, momentum: 0.5 })),
        reference: (x, a, b) => {
          const lines = [x.data.slice(0, 3), x.data.slice(3)];
          const location = 0.5 * a.data[0] + 0.5 * average(lines.map(average));
          return { shape: [1], data: [10 * location + 0.5 * b.data[0] + 0.5 * 1.5 * average(lines.map(variance))] };
        },
      }, // prettier-ignore
      {
        name: 'groupNorm',
        inputs: [{ shape: [2, 4, 3] }, { shape: [4] }, { shape: [4] }],
        run: (x, weight, bias) => groupNorm(x, 2, { weight, bias }),
        reference: standardized((n, c) => 2 * n + Math.floor(c / 2)),
      },
      {
        name: 'batchNorm of nothing leaves the running statistics',
        inputs: [{ shape: [0, 2] }, { shape: [2] }, { shape: [2] }],
        run: followed((x, a, b) => batchNorm(x, a, b, { training: true })),
        reference: (_, a, b) => ({ shape: [2], data: a.data.map((v, i) => 10 * v + b.data[i]) }),
      },
      {
        name: 'batchNorm of nothing',
        inputs: [{ shape: [0, 2] }, { shape: [2] }],
        run: (x, weight) => batchNorm(x, null, null, { weight, training: true }),
      },
      { name: 'groupNorm of nothing', inputs: [{ shape: [0, 4, 3] }], run: (x) => groupNorm(x, 2) },
      {
        name: 'instanceNorm',
        inputs: [{ shape: [2, 2, 2, 2] }, { shape: [2] }],
        run: (x, weight) => instanceNorm(x, { weight }),
        reference: standardized((n, c) => 2 * n + c),
      },
    ],
    rejects: [
      {
        name: 'a batch of one value per channel',
        run: () => batchNorm(zeros([1, 3]), null, null, { training: true }),
        error: /batchNorm: Expected more than 1 value per channel when training, got input size \[1, 3\]/,
      },
      {
        name: 'running statistics of another size',
        run: () => batchNorm(zeros([2, 3]), zeros([2]), ones([3])),
        error: /batchNorm: running_mean should contain 3 elements not 2/,
      },
      {
        name: 'no statistics to use',
        run: () => batchNorm(zeros([2, 3])),
        error: /batchNorm: Expected runningMean and runningVar to be defined when training=false/,
      },
      {
        name: 'groups that do not divide the channels',
        run: () => groupNorm(zeros([2, 3]), 2),
        error:
          /Expected number of channels in input to be divisible by num_groups, but got input of shape \[2, 3\]/,
      },
      {
        name: 'instances of one element',
        run: () => instanceNorm(zeros([2, 3, 1])),
        error: /instanceNorm: Expected more than 1 spatial element when training, got input size \[2, 3, 1\]/,
      },
      {
        name: 'integers',
        run: () => batchNorm(tensor([[1], [2]], { dtype: 'int32' })),
        error: /batchNorm: expected a floating point tensor, got int32/,
      },
    ],
  },
  {
    op: mulOp,
    samples: [
      {
        name: 'batchNorm, evaluating',
        inputs: [{ shape: [2, 1, 2] }, { shape: [1] }, { shape: [1] }],
        run: (x, weight, bias) => batchNorm(x, tensor([0.5], { dtype: x.dtype }), tensor([4], { dtype: x.dtype }), { weight, bias, eps: 0 }),
        reference: (x, w, b) => ({ shape: x.shape, data: x.data.map((v) => ((v - 0.5) / 2) * w.data[0] + b.data[0]) }),
      },
    ],
  }, // prettier-ignore
  {
    op: divOp,
    samples: [
      {
        name: 'localResponseNorm over all channels',
        inputs: [{ shape: [1, 2, 2], range: [0.5, 2] }],
        run: (x) => localResponseNorm(x, 3, { alpha: 0.5, beta: 0.75, k: 2 }),
        reference: (x) => {
          const sums = reduceReference((line) => line.reduce((s, v) => s + v * v, 0), [1], true)(x);
          return { shape: x.shape, data: x.data.map((v, i) => v / (2 + (0.5 * sums.data[i % 2]) / 3) ** 0.75) };
        },
      },
    ],
  }, // prettier-ignore
  {
    op: unfoldOp,
    samples: [
      {
        name: 'localResponseNorm, an even size',
        inputs: [{ shape: [2, 4, 1, 2], range: [0.5, 2] }],
        run: (x) => localResponseNorm(x, 2, { alpha: 1 }),
      },
    ],
    rejects: [
      {
        name: 'a matrix in localResponseNorm',
        run: () => localResponseNorm(zeros([2, 3]), 2),
        error: /localResponseNorm: Expected 3D or higher dimensionality input \(got 2 dimensions\)/,
      },
    ],
  },
];
