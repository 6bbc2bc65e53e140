import { tensor } from '../creation.ts';
import { apply } from '../tape/record.ts';
import {
  abs, absOp, erf, erfOp, exp, exp2, exp2Op, expm1, expm1Op, expOp, log, log10, log10Op, log1p, log1pOp, log2, log2Op,
  logOp, positive, reciprocal, reciprocalOp, rsqrt, rsqrtOp, sigmoid, sigmoidGradOp, sigmoidOp, sign, signOp, sqrt,
  sqrtOp, square, squareOp, tanh, tanhGradOp, tanhOp,
} from './elementwise.ts'; // prettier-ignore
import { binaryReference, unaryReference, type OpCases, type Sample } from './op.cases.ts';
import type { UnaryFunction, UnaryOp } from './unary.ts';

/** erf by its Maclaurin series, which is exact enough on [−2, 2]. */
export function erfSeries(x: number): number {
  let sum = 0;
  let term = x;
  for (let n = 0; n < 60; n++) {
    sum += term / (2 * n + 1);
    term *= -(x * x) / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** The samples every elementwise function has: some dims, none, one element, no elements. */
export function elementwiseCases(
  op: UnaryOp,
  run: UnaryFunction,
  f: (x: number) => number,
  range: readonly [number, number] = [-2, 2],
  avoid: readonly number[] = [],
): OpCases {
  const reference = unaryReference(f);
  const shapes = [[2, 3], [], [1], [3, 0]];
  return {
    op,
    samples: shapes.map((shape) => ({ inputs: [{ shape, range, avoid }], run, reference })),
    rejects: [
      { name: 'a number', run: () => run(1 as never), error: new RegExp(`^${op.name}: expected a Tensor`) },
    ],
  };
}

/** A composed function: a sample over random values, and one at its kinks and extremes with PyTorch's gradients. */
export function composed(
  name: string,
  run: Sample['run'],
  f: (x: number) => number,
  kinks: readonly number[],
  at: readonly number[],
  gradients: readonly number[],
): Sample[] {
  const reference = unaryReference(f);
  return [
    { name, inputs: [{ shape: [2, 4], range: [-4, 4], avoid: kinks }], run, reference },
    { name: `${name} without dims`, inputs: [{ shape: [], range: [-4, 4], avoid: kinks }], run, reference },
    { name: `${name} without elements`, inputs: [{ shape: [0, 3] }], run, reference },
    {
      name: `${name} at kinks and extremes`,
      inputs: [{ shape: [at.length], values: at }],
      run,
      noGradientCheck: 'kinks',
      subgradients: [gradients],
    },
  ];
}

export const cases: OpCases[] = [
  elementwiseCases(absOp, abs, Math.abs, [-2, 2], [0]),
  elementwiseCases(signOp, sign, Math.sign, [-2, 2], [0]),
  elementwiseCases(squareOp, square, (x) => x * x),
  elementwiseCases(sqrtOp, sqrt, Math.sqrt, [0.1, 4]),
  elementwiseCases(rsqrtOp, rsqrt, (x) => 1 / Math.sqrt(x), [0.2, 4]),
  elementwiseCases(reciprocalOp, reciprocal, (x) => 1 / x, [-3, -0.3]),
  elementwiseCases(expOp, exp, Math.exp),
  elementwiseCases(exp2Op, exp2, (x) => 2 ** x),
  elementwiseCases(expm1Op, expm1, Math.expm1),
  elementwiseCases(logOp, log, Math.log, [0.2, 4]),
  elementwiseCases(log2Op, log2, Math.log2, [0.2, 4]),
  elementwiseCases(log10Op, log10, Math.log10, [0.2, 4]),
  elementwiseCases(log1pOp, log1p, Math.log1p, [-0.7, 3]),
  elementwiseCases(sigmoidOp, sigmoid, (x) => 1 / (1 + Math.exp(-x)), [-5, 5]),
  elementwiseCases(tanhOp, tanh, Math.tanh),
  elementwiseCases(erfOp, erf, erfSeries),
  {
    op: absOp,
    samples: [
      {
        name: 'at its kink',
        inputs: [{ shape: [3], values: [-1.5, 0, 2] }],
        run: abs,
        reference: unaryReference(Math.abs),
        noGradientCheck: 'kink at 0',
        subgradients: [[-1, 0, 1]],
      },
      {
        name: 'of integers',
        inputs: [{ shape: [3], values: [-4, 0, 5], dtype: 'int32' }],
        run: abs,
        reference: unaryReference(Math.abs),
      },
      {
        name: 'positive',
        inputs: [{ shape: [2] }],
        run: (x) => positive(x).mul(2),
        reference: unaryReference((x) => 2 * x),
      },
    ],
    rejects: [
      { name: 'bool', run: () => abs(tensor([true])), error: /abs: not implemented for bool/ },
      {
        name: 'bool (positive)',
        run: () => positive(tensor([true])),
        error: /positive: not implemented for bool/,
      },
    ],
  },
  {
    op: sqrtOp,
    samples: [
      {
        name: 'at 0',
        inputs: [{ shape: [2], values: [0, 4] }],
        run: sqrt,
        reference: unaryReference(Math.sqrt),
        noGradientCheck: 'pole of the derivative at 0',
        subgradients: [[Infinity, 0.25]],
      },
    ],
  },
  {
    op: squareOp,
    samples: [
      {
        name: 'of integers',
        inputs: [{ shape: [3], values: [-4, 0, 5], dtype: 'int32' }],
        run: square,
        reference: unaryReference((x) => x * x),
      },
      {
        name: 'of bools, which become int32',
        inputs: [{ shape: [2], values: [0, 1], dtype: 'bool' }],
        run: (x) => square(x).add(1),
        reference: unaryReference((x) => x + 1),
      },
    ],
  },
  {
    op: expOp,
    samples: [
      {
        name: 'of integers',
        inputs: [{ shape: [3], values: [-1, 0, 2], dtype: 'int32' }],
        run: exp,
        reference: unaryReference((x) => Math.fround(Math.exp(x))),
      },
      {
        name: 'of extremes',
        inputs: [{ shape: [4], values: [-Infinity, Infinity, NaN, -1000] }],
        run: exp,
        reference: unaryReference(Math.exp),
        noGradientCheck: 'not finite',
        subgradients: [[0, Infinity, NaN, 0]],
      },
    ],
  },
  {
    op: sigmoidOp,
    samples: [
      {
        name: 'of extremes',
        inputs: [{ shape: [4], values: [-Infinity, Infinity, NaN, -1000] }],
        run: sigmoid,
        reference: unaryReference((x) => 1 / (1 + Math.exp(-x))),
        noGradientCheck: 'not finite',
        subgradients: [[0, 0, NaN, 0]],
      },
    ],
  },
  {
    op: sigmoidGradOp,
    samples: [
      {
        inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
        run: (g, y) => apply(sigmoidGradOp, [g, y]),
        reference: binaryReference((g, y) => g * y * (1 - y)),
      },
    ],
  },
  {
    op: tanhGradOp,
    samples: [
      {
        inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
        run: (g, y) => apply(tanhGradOp, [g, y]),
        reference: binaryReference((g, y) => g * (1 - y * y)),
      },
    ],
  },
];
