import { tensor } from '../creation.ts';
import type { Tensor } from '../tensor.ts';
import { binaryReference, unaryReference, type InputSpec, type OpCases } from './op.cases.ts';
import { floatPower, pow, powNumberOp, powOp } from './power.ts';

const any = (...shape: number[]): InputSpec => ({ shape });
const positive = (...shape: number[]): InputSpec => ({ shape, range: [0.3, 2] });
const given = (...values: number[]): InputSpec => ({ shape: [values.length], values });
const integers = (...values: number[]): InputSpec => ({ shape: [values.length], values, dtype: 'int32' });
const reference = binaryReference((a, b) => a ** b);

export const cases: OpCases[] = [
  {
    op: powNumberOp,
    samples: [
      ...[2, 3, 0, 1].map((exponent) => ({
        inputs: [any(2, 3)],
        run: (x: Tensor) => pow(x, exponent),
        reference: unaryReference((x) => x ** exponent),
      })),
      ...[0.5, -0.5, -1, -2, 1.5].map((exponent) => ({
        inputs: [positive(4)],
        run: (x: Tensor) => pow(x, exponent),
        reference: unaryReference((x) => x ** exponent),
      })),
      { inputs: [any()], run: (x) => pow(x, 2), reference: unaryReference((x) => x * x) },
      { inputs: [any(0, 2)], run: (x) => pow(x, 3), reference: unaryReference((x) => x ** 3) },
      {
        name: 'x to 0, at 0 and NaN',
        inputs: [given(0, NaN, 2)],
        run: (x) => pow(x, 0),
        reference: () => ({ shape: [3], data: [1, 1, 1] }),
        noGradientCheck: 'not finite',
        subgradients: [[0, 0, 0]],
      },
      {
        name: 'the square of 0',
        inputs: [given(0, -1)],
        run: (x) => pow(x, 2),
        reference: unaryReference((x) => x * x),
        subgradients: [[0, -2]],
      },
      {
        name: 'the root at 0',
        inputs: [given(0, 4)],
        run: (x) => pow(x, 0.5),
        reference: unaryReference(Math.sqrt),
        noGradientCheck: 'pole of the derivative at 0',
        subgradients: [[Infinity, 0.25]],
      },
      {
        name: 'of integers',
        inputs: [integers(-3, 0, 2)],
        run: (x) => pow(x, 3),
        reference: unaryReference((x) => x ** 3),
      },
      {
        name: 'of integers to a fraction',
        inputs: [integers(1, 4, 9)],
        run: (x) => pow(x, 0.5),
        reference: unaryReference(Math.sqrt),
      },
    ],
    rejects: [
      {
        name: 'integers to a negative integer',
        run: () => pow(tensor([2], { dtype: 'int32' }), -1),
        error: /pow: Integers to negative integer powers are not allowed/,
      },
      { name: 'bool to bool', run: () => pow(tensor([true]), true), error: /pow: not implemented for bool/ },
    ],
  },
  {
    op: powOp,
    samples: [
      { inputs: [positive(2, 3), any(3)], run: pow, reference },
      { inputs: [positive(2, 1), any(1, 3)], run: pow, reference },
      { inputs: [positive(), any()], run: pow, reference },
      { inputs: [positive(0, 2), any(2)], run: pow, reference },
      {
        name: 'of a number',
        inputs: [any(2, 3)],
        run: (b) => pow(2.5, b),
        reference: unaryReference((b) => 2.5 ** b),
      },
      { name: 'in float64', inputs: [positive(3), any(3)], run: floatPower, reference, ownDtype: true },
      {
        name: 'in float64, of integers',
        inputs: [integers(2, 3, 4)],
        run: (a) => floatPower(a, -1),
        reference: unaryReference((a) => 1 / a),
      },
      {
        name: 'at 0',
        inputs: [given(0, 0, 2, 0, 0), given(0, 2, 0, 0.5, 1)],
        run: pow,
        reference,
        noGradientCheck: 'the derivative is not continuous at 0',
        subgradients: [
          [0, 0, 0, Infinity, 1],
          [0, 0, Math.LN2, 0, 0],
        ],
      },
      {
        name: 'of a negative base',
        inputs: [given(-2, -2, -1), given(2, 3, 0)],
        run: pow,
        reference,
        noGradientCheck: 'undefined for exponents between',
        subgradients: [
          [-4, 12, 0],
          [NaN, NaN, NaN],
        ],
      },
      {
        name: 'an exponent of 0 away from 0',
        inputs: [given(0.5, 2, 3), given(0, 0, 0)],
        run: pow,
        reference,
      },
      {
        name: 'of integers',
        inputs: [integers(2, -3, 1, -1, 2, 0), integers(3, 3, -5, -5, -1, 0)],
        run: pow,
        reference: () => ({ shape: [6], data: [8, -27, 1, -1, 0, 1] }),
      },
    ],
    rejects: [
      {
        name: 'shapes that do not broadcast',
        run: () => pow(tensor([1, 2]), tensor([1, 2, 3])),
        error: /pow: shapes \[2\] and \[3\] do not broadcast/,
      },
      {
        name: 'bools',
        run: () => pow(tensor([true]), tensor([true])),
        error: /pow: not implemented for bool/,
      },
      { name: 'two numbers', run: () => floatPower(2, 3), error: /floatPower: expected a Tensor/ },
    ],
  },
];
