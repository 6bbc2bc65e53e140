import { tensor } from '../creation.ts';
import { apply } from '../tape/record.ts';
import { mulOp } from './arithmetic.ts';
import { composed, elementwiseCases } from './elementwise.cases.ts';
import { binaryReference, unaryReference, type InputSpec, type OpCases } from './op.cases.ts';
import {
  hardshrink, hardsigmoid, hardswish, hardtanh, hardtanhOp, leakyRelu, prelu, relu, relu6, reluGradOp, reluOp,
  softshrink, threshold,
} from './rectifiers.ts'; // prettier-ignore
import { whereOp } from './where.ts';

const given = (...values: number[]): InputSpec => ({ shape: [values.length], values });

export const cases: OpCases[] = [
  elementwiseCases(reluOp, relu, (x) => Math.max(x, 0), [-2, 2], [0]),
  {
    op: reluOp,
    samples: [
      {
        name: 'at its kink',
        inputs: [given(-1, 0, 2, 1e-30, NaN)],
        run: relu,
        reference: unaryReference((x) => Math.max(x, 0)),
        noGradientCheck: 'kink at 0',
        subgradients: [[0, 0, 1, 1, 1]],
      },
      {
        name: 'of integers',
        inputs: [{ shape: [3], values: [-3, 0, 3], dtype: 'int32' }],
        run: relu,
        reference: unaryReference((x) => Math.max(x, 0)),
      },
    ],
    rejects: [{ name: 'bool', run: () => relu(tensor([true])), error: /relu: not implemented for bool/ }],
  },
  {
    op: reluGradOp,
    samples: [
      {
        inputs: [{ shape: [2, 3] }, { shape: [2, 3], avoid: [0] }],
        run: (g, y) => apply(reluGradOp, [g, y]),
        reference: binaryReference((g, y) => (y > 0 ? g : 0)),
      },
    ],
  },
  {
    op: hardtanhOp,
    samples: [
      ...composed(
        'hardtanh',
        (x) => hardtanh(x),
        (x) => Math.max(-1, Math.min(1, x)),
        [-1, 1],
        [-1, 1, NaN, 0],
        [0, 0, 1, 1],
      ),
      ...composed(
        'hardtanh between other bounds',
        (x) => hardtanh(x, { minVal: -2, maxVal: 0.5 }),
        (x) => Math.max(-2, Math.min(0.5, x)),
        [-2, 0.5],
        [-2, 0.5],
        [0, 0],
      ),
      ...composed('relu6', relu6, (x) => Math.max(0, Math.min(6, x)), [0], [0, 6, 7, 3], [0, 0, 0, 1]),
      ...composed(
        'hardsigmoid',
        hardsigmoid,
        (x) => Math.max(0, Math.min(6, x + 3)) / 6,
        [-3, 3],
        [-3, 3, 0],
        [0, 0, 1 / 6],
      ),
    ],
  },
  {
    op: whereOp,
    samples: [
      ...composed(
        'leakyRelu',
        (x) => leakyRelu(x),
        (x) => (x > 0 ? x : 0.01 * x),
        [0],
        [0, -Infinity, NaN],
        [0.01, 0.01, 0.01],
      ),
      ...composed(
        'leakyRelu of another slope',
        (x) => leakyRelu(x, { negativeSlope: 0.3 }),
        (x) => (x > 0 ? x : 0.3 * x),
        [0],
        [0, 1],
        [0.3, 1],
      ),
      ...composed(
        'softshrink',
        (x) => softshrink(x),
        (x) => (x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : 0),
        [-0.5, 0.5],
        [-0.5, 0.5, 0.6, NaN],
        [0, 0, 1, 1],
      ),
      ...composed(
        'hardshrink',
        (x) => hardshrink(x),
        (x) => (Math.abs(x) > 0.5 ? x : 0),
        [-0.5, 0.5],
        [-0.5, 0.5, 0.6, NaN],
        [0, 0, 1, 1],
      ),
      ...composed(
        'threshold',
        (x) => threshold(x, 1, -2),
        (x) => (x > 1 ? x : -2),
        [1],
        [1, NaN, 2],
        [0, 1, 1],
      ),
      {
        name: 'prelu with one weight',
        inputs: [{ shape: [2, 3], avoid: [0] }, { shape: [1] }],
        run: prelu,
        reference: binaryReference((x, w) => (x > 0 ? x : w * x)),
      },
      {
        name: 'prelu with a weight for each channel',
        inputs: [{ shape: [2, 3, 2], avoid: [0] }, { shape: [3] }],
        run: prelu,
        reference: (x, w) => ({
          shape: x.shape,
          data: x.data.map((v, i) => (v > 0 ? v : w.data[Math.floor(i / 2) % 3] * v)),
        }),
      },
      {
        name: 'prelu without dims, at its kink and infinity',
        inputs: [given(0, Infinity, -2), { shape: [], values: [0.25] }],
        run: prelu,
        noGradientCheck: 'kink at 0',
        subgradients: [[0.25, 1, 0.25], [-2]],
      },
    ],
    rejects: [
      {
        name: 'a negative lambd (softshrink)',
        run: () => softshrink(tensor([1]), { lambd: -1 }),
        error: /softshrink: lambda must be greater or equal to 0, but found to be -1/,
      },
      {
        name: 'a weight for other channels (prelu)',
        run: () => prelu(tensor([[1, 2, 3]]), tensor([1, 2])),
        error:
          /prelu: Mismatch of parameter numbers and input channel size. Found parameter numbers = 2 and channel size = 3/,
      },
      {
        name: 'a matrix of weights (prelu)',
        run: () => prelu(tensor([1]), tensor([[1]])),
        error: /prelu: Expected weight to be a scalar or 1D tensor, but got ndim = 2/,
      },
    ],
  },
  {
    op: mulOp,
    samples: [
      ...composed(
        'hardswish',
        hardswish,
        (x) => (x * Math.max(0, Math.min(6, x + 3))) / 6,
        [-3, 3],
        [-3, 3, -3.1, 3.1, 0],
        [-0.5, 1.5, 0, 1, 0.5],
      ),
    ],
  },
];
