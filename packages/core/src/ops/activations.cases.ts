import { tensor } from '../creation.ts';
import { apply } from '../tape/record.ts';
import {
  celu,
  elu,
  gelu,
  geluGradOp,
  geluOp,
  geluTanhGradOp,
  geluTanhOp,
  glu,
  logit,
  logSigmoid,
  mish,
  selu,
  silu,
  siluGradOp,
  siluOp,
  softplus,
  softsign,
  tanhshrink,
} from './activations.ts';
import { mulOp } from './arithmetic.ts';
import { logaddexpOp } from './bivariate.ts';
import { composed, erfSeries } from './elementwise.cases.ts';
import { sigmoidOp, tanhOp } from './elementwise.ts';
import { binaryReference, unaryReference, type InputSpec, type OpCases } from './op.cases.ts';
import { whereOp } from './where.ts';

const given = (...values: number[]): InputSpec => ({ shape: [values.length], values });
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** The derivative of x·Φ(x). */
const normalSlope = (x: number): number =>
  (1 + erfSeries(x / Math.SQRT2)) / 2 + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
const soft = (x: number): number => Math.log(1 + Math.exp(x));

export const cases: OpCases[] = [
  {
    op: whereOp,
    samples: [
      ...composed(
        'elu',
        (x) => elu(x, { alpha: 2 }),
        (x) => (x > 0 ? x : 2 * Math.expm1(x)),
        [0],
        [0, 1e4, -1e4, NaN],
        [2, 1, 0, 1],
      ),
      ...composed(
        'celu',
        (x) => celu(x, { alpha: 2 }),
        (x) => (x > 0 ? x : 2 * Math.expm1(x / 2)),
        [0],
        [0, 1e4, -1e4, NaN],
        [1, 1, 0, 1],
      ),
      ...composed(
        'selu',
        selu,
        (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
        [0],
        [0, -1, 1e4],
        [1.7580993408473766, 0.646768603034814, 1.0507009873554805],
      ),
    ],
    rejects: [
      {
        name: 'alpha 0 (celu)',
        run: () => celu(tensor([1]), { alpha: 0 }),
        error: /celu: alpha cannot be 0 for CELU/,
      },
    ],
  },
  {
    op: geluOp,
    samples: [
      {
        name: 'gelu',
        inputs: [given(-2, -0.5, 0, 0.75, 3)],
        run: (x) => gelu(x),
        // Written out from PyTorch.
        reference: () => ({
          shape: [5],
          data: [-0.04550026389635842, -0.15426876936299344, 0, 0.5800294857173489, 2.99595030590511],
        }),
      },
    ],
    rejects: [
      {
        name: 'another approximation (gelu)',
        run: () => gelu(tensor([1]), { approximate: 'sigmoid' as never }),
        error: /gelu: approximate argument must be either none or tanh/,
      },
    ],
  },
  {
    op: tanhOp,
    samples: [
      ...composed('mish', mish, (x) => x * Math.tanh(soft(x)), [], [0, 1000, -1000], [0.6, 1, 0]),
      ...composed('tanhshrink', tanhshrink, (x) => x - Math.tanh(x), [], [0, 1000], [0, 1]),
    ],
  },
  {
    op: logaddexpOp,
    samples: [
      ...composed('softplus', (x) => softplus(x), soft, [], [0, 30, 1000, -1000], [0.5, 1, 1, 0]),
      ...composed(
        'softplus, scaled and cut',
        (x) => softplus(x, { beta: 2, threshold: 3 }),
        (x) => (2 * x > 3 ? x : soft(2 * x) / 2),
        [1.5],
        [0, 2],
        [0.5, 1],
      ),
      ...composed('logSigmoid', logSigmoid, (x) => Math.log(sigmoid(x)), [], [0, 1000, -1000], [0.5, 0, 1]),
    ],
  },
  {
    op: geluTanhOp,
    samples: composed(
      'gelu by tanh',
      (x) => gelu(x, { approximate: 'tanh' }),
      (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
      [],
      [0, 1000, -1000],
      [0.5, 1, 0],
    ),
  },
  {
    op: geluTanhGradOp,
    samples: [
      {
        inputs: [{ shape: [6] }, given(-2, -0.5, 0, 0.75, 1, 2.5)],
        run: (g, x) => apply(geluTanhGradOp, [g, x]),
      },
    ],
  },
  {
    op: geluGradOp,
    samples: [
      {
        inputs: [{ shape: [6] }, given(-2, -0.5, 0, 0.75, 1, 2.5)],
        run: (g, x) => apply(geluGradOp, [g, x]),
        reference: binaryReference((g, x) => g * normalSlope(x)),
      },
    ],
  },
  {
    op: siluGradOp,
    samples: [
      {
        inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
        run: (g, x) => apply(siluGradOp, [g, x]),
        reference: binaryReference((g, x) => g * sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
      },
    ],
  },
  {
    op: siluOp,
    samples: [...composed('silu', silu, (x) => x * sigmoid(x), [], [0, 1000, -1000], [0.5, 1, 0])],
  },
  {
    op: sigmoidOp,
    samples: [
      {
        name: 'glu',
        inputs: [{ shape: [2, 4] }],
        run: (x) => glu(x),
        reference: (x) => ({
          shape: [2, 2],
          data: [0, 1, 4, 5].map((i) => x.data[i] * sigmoid(x.data[i + 2])),
        }),
      },
      {
        name: 'glu along another dim',
        inputs: [{ shape: [2, 3] }],
        run: (x) => glu(x, { dim: -2 }),
        reference: (x) => ({ shape: [1, 3], data: [0, 1, 2].map((i) => x.data[i] * sigmoid(x.data[i + 3])) }),
      },
      {
        name: 'logit, its inverse',
        inputs: [{ shape: [2, 3], range: [0.1, 0.9] }],
        run: (x) => logit(x),
        reference: unaryReference((x) => Math.log(x / (1 - x))),
      },
      {
        name: 'logit at its ends',
        inputs: [given(0, 1)],
        run: (x) => logit(x),
        reference: () => ({ shape: [2], data: [-Infinity, Infinity] }),
        noGradientCheck: 'not finite',
        subgradients: [[Infinity, Infinity]],
      },
      {
        name: 'logit kept from its ends',
        inputs: [given(0, 1, 0.5, 2)],
        run: (x) => logit(x, { eps: 0.1 }),
        reference: () => ({ shape: [4], data: [-Math.log(9), Math.log(9), 0, Math.log(9)] }),
        subgradients: [[0, 0, 4, 0]],
      },
    ],
    rejects: [
      {
        name: 'what cannot be halved (glu)',
        run: () => glu(tensor([[1, 2, 3]])),
        error: /glu: Halving dimension must be even, but dimension 1 is size 3/,
      },
      { name: 'a scalar (glu)', run: () => glu(tensor(1)), error: /glu: does not support scalars/ },
    ],
  },
  {
    op: mulOp,
    samples: [...composed('softsign', softsign, (x) => x / (1 + Math.abs(x)), [0], [0, 1], [1, 0.25])],
  },
];
