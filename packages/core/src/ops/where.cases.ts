import { tensor } from '../creation.ts';
import { binaryReference, unaryReference, type InputSpec, type OpCases, type Plain } from './op.cases.ts';
import {
  clamp, clampMax, clampMin, clampOp, fmax, fmin, maskedFill, maximum, maximumOp, minimum, minimumOp, nanToNum, where,
  whereOp,
} from './where.ts'; // prettier-ignore

const any = (...shape: number[]): InputSpec => ({ shape });
const mask = (...shape: number[]): InputSpec => ({ shape, dtype: 'bool', range: [0, 1] });
const given = (...values: number[]): InputSpec => ({ shape: [values.length], values });

/** where by two broadcasts of two: a number says which operand, then which of its values. */
function whereReference(cond: Plain, a: Plain, b: Plain): Plain {
  const chosen = binaryReference((c, x) => (c ? x : NaN))(cond, a);
  return binaryReference((x, y) => (x !== x ? y : x))(chosen, b);
}

const clampReference = (low: number, high: number) => unaryReference((x) => Math.min(Math.max(x, low), high));

export const cases: OpCases[] = [
  {
    op: whereOp,
    samples: [
      { inputs: [mask(2, 3), any(2, 3), any(2, 3)], run: where, reference: whereReference },
      { inputs: [mask(3), any(2, 1), any()], run: where, reference: whereReference },
      { inputs: [mask(2, 1, 1), any(4, 1), any(3)], run: where, reference: whereReference },
      { inputs: [mask(), any(), any()], run: where, reference: whereReference },
      { inputs: [mask(0, 3), any(3), any(1)], run: where, reference: whereReference },
      {
        name: 'a number for a',
        inputs: [mask(4), any(4)],
        run: (cond, b) => where(cond, 7, b),
        reference: binaryReference((c, b) => (c ? 7 : b)),
      },
      {
        name: 'a number for b',
        inputs: [mask(4), any(2, 4)],
        run: (cond, a) => where(cond, a, -1),
        reference: binaryReference((c, a) => (c ? a : -1)),
      },
      {
        name: 'two numbers',
        inputs: [mask(4)],
        run: (cond) => where(cond, 1.5, 2),
        reference: unaryReference((c) => (c ? 1.5 : 2)),
      },
      {
        name: 'hides NaN of the other branch',
        inputs: [{ shape: [2], values: [1, 0], dtype: 'bool' }, given(1, NaN)],
        run: (cond, a) => where(cond, a, 0),
        reference: binaryReference((c, a) => (c ? a : 0)),
        noGradientCheck: 'not finite',
        subgradients: [null, [1, 0]],
      },
      {
        name: 'maskedFill with a number',
        inputs: [any(2, 3), mask(3)],
        run: (x, m) => maskedFill(x, m, 9),
        reference: binaryReference((x, m) => (m ? 9 : x)),
      },
      {
        name: 'maskedFill with a tensor',
        inputs: [any(3), mask(2, 3), any()],
        run: (x, m, v) => maskedFill(x, m, v),
        reference: (x, m, v) => whereReference(m, v, x),
      },
      {
        name: 'fmax',
        inputs: [any(2, 3), any(3)],
        run: (a, b) => fmax(a, b),
        reference: binaryReference(Math.max),
      },
      {
        name: 'fmax and NaN',
        inputs: [given(1, NaN, 2, NaN), given(1, 1, NaN, NaN)],
        run: (a, b) => fmax(a, b),
        reference: () => ({ shape: [4], data: [1, 1, 2, NaN] }),
        noGradientCheck: 'not finite',
        subgradients: [[1, 0, 1, 1], [0, 1, 0, 0]], // prettier-ignore
      },
      {
        name: 'fmin and NaN',
        inputs: [given(1, NaN, 2, NaN, 3), given(1, 1, NaN, NaN, 2)],
        run: (a, b) => fmin(a, b),
        reference: () => ({ shape: [5], data: [1, 1, 2, NaN, 2] }),
        noGradientCheck: 'not finite',
        subgradients: [[1, 0, 1, 1, 0], [0, 1, 0, 0, 1]], // prettier-ignore
      },
      {
        name: 'nanToNum',
        inputs: [given(NaN, Infinity, -Infinity, 1.5)],
        run: (x) => nanToNum(x, { nan: 3, posinf: 100, neginf: -50 }),
        reference: () => ({ shape: [4], data: [3, 100, -50, 1.5] }),
        noGradientCheck: 'not finite',
        subgradients: [[0, 0, 0, 1]],
      },
      {
        name: 'nanToNum by default',
        inputs: [{ ...given(NaN, Infinity, -Infinity, 1.5), dtype: 'float32' }],
        run: (x) => nanToNum(x),
        reference: () => ({ shape: [4], data: [0, 3.4028234663852886e38, -3.4028234663852886e38, 1.5] }),
        noGradientCheck: 'not finite',
      },
    ],
    rejects: [
      {
        name: 'a string',
        run: () => where(tensor([true]), 'a' as never, 1),
        error: /where: expected a Tensor or a number, got string/,
      },
      {
        name: 'a condition of numbers',
        run: () => where(tensor([1]), 1, 2),
        error: /where: expected cond to be a boolean tensor/,
      },
      {
        name: 'shapes that do not broadcast',
        run: () => where(tensor([true, false]), tensor([1, 2, 3]), 0),
        error: /where: shapes \[2\] and \[3\] do not broadcast/,
      },
      {
        name: 'a value with dims (maskedFill)',
        run: () => maskedFill(tensor([1]), tensor([true]), tensor([1])),
        error: /maskedFill: only supports a 0-dimensional value tensor, but got tensor with 1 dimension/,
      },
      {
        name: 'a mask of numbers',
        run: () => maskedFill(tensor([1]), tensor([1]), 2),
        error: /maskedFill: expected mask to be a boolean/,
      },
    ],
  },
  {
    op: clampOp,
    samples: [
      {
        inputs: [{ shape: [3, 4], avoid: [-1, 1] }],
        run: (x) => clamp(x, { min: -1, max: 1 }),
        reference: clampReference(-1, 1),
      },
      {
        inputs: [{ shape: [], avoid: [0.5] }],
        run: (x) => clampMin(x, 0.5),
        reference: clampReference(0.5, Infinity),
      },
      {
        inputs: [{ shape: [5], avoid: [0.5] }],
        run: (x) => clampMax(x, 0.5),
        reference: clampReference(-Infinity, 0.5),
      },
      { inputs: [any(0, 2)], run: (x) => clamp(x, { max: 1 }), reference: clampReference(-Infinity, 1) },
      {
        name: 'at and beyond its bounds',
        inputs: [given(-1, 1, NaN, 2, 0)],
        run: (x) => clamp(x, { min: -1, max: 1 }),
        reference: clampReference(-1, 1),
        noGradientCheck: 'kinks',
        subgradients: [[1, 1, 0, 0, 1]],
      },
      {
        name: 'a fraction as bound of integers',
        inputs: [{ shape: [3], values: [-2, 0, 2], dtype: 'int32' }],
        run: (x) => clamp(x, { min: 0.5 }),
        reference: clampReference(0.5, Infinity),
      },
      {
        name: 'tensors as bounds',
        inputs: [any(2, 3), { shape: [3], values: [-1, -0.5, 0] }, { shape: [2, 1], values: [0.6, 1.1] }],
        run: (x, min, max) => clamp(x, { min, max }),
        reference: (x, min, max) => binaryReference(Math.min)(binaryReference(Math.max)(x, min), max),
      },
      {
        name: 'at tensors as bounds',
        inputs: [given(1, 2, 3), given(2, 2, 2), given(2.5, 2.5, 2.5)],
        run: (x, min, max) => clamp(x, { min, max }),
        reference: () => ({ shape: [3], data: [2, 2, 2.5] }),
        noGradientCheck: 'kinks',
        subgradients: [[0, 1, 0], [1, 0, 0], [0, 0, 1]], // prettier-ignore
      },
    ],
    rejects: [
      {
        name: 'no bound',
        run: () => clamp(tensor([1]), {}),
        error: /clamp: At least one of 'min' or 'max' must not be None/,
      },
    ],
  },
  {
    op: maximumOp,
    samples: [
      { inputs: [any(2, 3), any(3)], run: maximum, reference: binaryReference(Math.max) },
      { inputs: [any(2, 1), any(1, 3)], run: maximum, reference: binaryReference(Math.max) },
      { inputs: [any(), any()], run: maximum, reference: binaryReference(Math.max) },
      { inputs: [any(0), any(1)], run: maximum, reference: binaryReference(Math.max) },
      {
        name: 'at ties and NaN',
        inputs: [given(1, NaN, 2, 3), given(1, 1, NaN, 2)],
        run: maximum,
        reference: binaryReference(Math.max),
        noGradientCheck: 'ties',
        subgradients: [[0.5, 1, 1, 1], [0.5, 1, 1, 0]], // prettier-ignore
      },
    ],
  },
  {
    op: minimumOp,
    samples: [
      { inputs: [any(2, 3), any(3)], run: minimum, reference: binaryReference(Math.min) },
      {
        name: 'of a number',
        inputs: [{ shape: [4], avoid: [0] }],
        run: (x) => minimum(x, 0),
        reference: unaryReference((x) => Math.min(x, 0)),
      },
      {
        name: 'at ties and NaN',
        inputs: [given(1, NaN, 2, 3), given(1, 1, NaN, 2)],
        run: minimum,
        reference: binaryReference(Math.min),
        noGradientCheck: 'ties',
        subgradients: [[0.5, 1, 1, 0], [0.5, 1, 1, 1]], // prettier-ignore
      },
    ],
  },
];
