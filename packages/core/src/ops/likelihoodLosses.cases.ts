import { zeros, full } from '../creation.ts';
import { lossSamples } from './losses.cases.ts';
import { expOp, logOp } from './elementwise.ts';
import { gaussianNllLoss, poissonNllLoss } from './likelihoodLosses.ts';
import type { OpCases } from './op.cases.ts';

const { exp, log, PI } = Math;

const stirling = (t: number): number => (t <= 1 ? 0 : t * log(t) - t + 0.5 * log(2 * PI * t));

export const cases: OpCases[] = [
  {
    op: expOp,
    samples: [
      ...lossSamples('poissonNllLoss', poissonNllLoss, (x, t) => exp(x) - t * x),
      ...lossSamples(
        'poissonNllLoss of rates',
        (x, t, options) => poissonNllLoss(x, t, { ...options, logInput: false }),
        (x, t) => x - t * log(x + 1e-8),
        { range: [0.2, 2] },
      ),
      ...lossSamples(
        'poissonNllLoss, full',
        (x, t, options) => poissonNllLoss(x, t, { ...options, full: true }),
        (x, t) => exp(x) - t * x + stirling(t),
        {},
        { range: [0, 3], avoid: [1] },
      ),
    ],
  },
  {
    op: logOp,
    samples: [
      {
        name: 'gaussianNllLoss',
        inputs: [{ shape: [2, 3] }, { shape: [2, 3] }, { shape: [2, 3], range: [0.2, 2] }],
        run: (x, t, v) => gaussianNllLoss(x, t, v, { reduction: 'none' }),
        reference: (x, t, v) => ({
          shape: x.shape,
          data: x.data.map((a, i) => (log(v.data[i]) + (a - t.data[i]) ** 2 / v.data[i]) / 2),
        }),
      },
      {
        name: 'gaussianNllLoss, full, one variance per row',
        inputs: [{ shape: [2, 3] }, { shape: [2, 3] }, { shape: [2], range: [0.2, 2] }],
        run: (x, t, v) => gaussianNllLoss(x, t, v, { full: true, reduction: 'sum' }),
      },
      {
        name: 'gaussianNllLoss with a variance below eps',
        inputs: [
          { shape: [1], values: [1] },
          { shape: [1], values: [0] },
          { shape: [1], values: [0.25] },
        ],
        run: (x, t, v) => gaussianNllLoss(x, t, v, { eps: 0.5 }),
        reference: () => ({ shape: [], data: [log(0.5) / 2 + 1] }),
        noGradientCheck: 'the bound on the variance lets its gradient through',
        gradientByDefinition: true,
        subgradients: [[2], [-2], [1 - 2]],
      },
    ],
    rejects: [
      {
        name: 'a variance of another size',
        run: () => gaussianNllLoss(zeros([2, 3]), zeros([2, 3]), zeros([3])),
        error: /gaussianNllLoss: var is of incorrect size: \[3\] for input \[2, 3\]/,
      },
      {
        name: 'a negative variance',
        run: () => gaussianNllLoss(zeros([2]), zeros([2]), full([2], -1)),
        error: /gaussianNllLoss: var has negative entry/,
      },
    ],
  },
];
