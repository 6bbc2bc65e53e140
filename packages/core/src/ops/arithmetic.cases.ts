import { tensor } from '../creation.ts';
import {
  addOp,
  divOp,
  mulOp,
  negOp,
  roundedDivOp,
  subOp,
  add,
  div,
  mul,
  neg,
  rsub,
  sub,
} from './arithmetic.ts';
import { binaryReference, unaryReference, type InputSpec, type OpCases } from './op.cases.ts';

const any = (...shape: number[]): InputSpec => ({ shape });
const nonzero = (...shape: number[]): InputSpec => ({ shape, range: [0.5, 2] });

export const cases: OpCases[] = [
  {
    op: addOp,
    samples: [
      {
        inputs: [any(2, 3), any(2, 3)],
        run: (a, b) => add(a, b),
        reference: binaryReference((a, b) => a + b),
      },
      { inputs: [any(2, 3), any(3)], run: (a, b) => add(a, b), reference: binaryReference((a, b) => a + b) },
      {
        inputs: [any(2, 1, 3), any(4, 1)],
        run: (a, b) => add(a, b),
        reference: binaryReference((a, b) => a + b),
      },
      { inputs: [any(), any()], run: (a, b) => add(a, b), reference: binaryReference((a, b) => a + b) },
      { inputs: [any(0, 3), any(3)], run: (a, b) => add(a, b), reference: binaryReference((a, b) => a + b) },
      { inputs: [any(4)], run: (a) => add(a, 2), reference: unaryReference((a) => a + 2) },
      {
        inputs: [any(2, 3), any(3)],
        run: (a, b) => add(a, b, { alpha: 3 }),
        reference: binaryReference((a, b) => a + 3 * b),
      },
    ],
    rejects: [
      {
        name: 'shapes that do not broadcast',
        run: () => add(tensor([1, 2]), tensor([1, 2, 3])),
        error: /add: shapes \[2\] and \[3\] do not broadcast/,
      },
      {
        name: 'an array',
        run: () => add(tensor([1, 2]), [1, 2] as never),
        error: /add: expected a Tensor or a number/,
      },
    ],
  },
  {
    op: subOp,
    samples: [
      { inputs: [any(3, 2), any(2)], run: (a, b) => sub(a, b), reference: binaryReference((a, b) => a - b) },
      { inputs: [any(3)], run: (a) => rsub(a, 5), reference: unaryReference((a) => 5 - a) },
    ],
    rejects: [
      {
        name: 'bool tensors',
        run: () => sub(tensor([true]), tensor([true])),
        error: /sub: subtraction with bool/,
      },
    ],
  },
  {
    op: mulOp,
    samples: [
      {
        inputs: [any(2, 3), any(2, 1)],
        run: (a, b) => mul(a, b),
        reference: binaryReference((a, b) => a * b),
      },
      { inputs: [any(3), any(2, 3)], run: (a, b) => mul(a, b), reference: binaryReference((a, b) => a * b) },
    ],
  },
  {
    op: divOp,
    samples: [
      {
        inputs: [any(2, 3), nonzero(3)],
        run: (a, b) => div(a, b),
        reference: binaryReference((a, b) => a / b),
      },
      { inputs: [nonzero(3)], run: (b) => div(2, b), reference: unaryReference((b) => 2 / b) },
    ],
    rejects: [
      {
        name: 'an unknown rounding mode',
        run: () => div(tensor([1]), 2, { roundingMode: 'up' as never }),
        error: /div: expected roundingMode to be one of/,
      },
    ],
  },
  {
    op: roundedDivOp,
    samples: [
      {
        inputs: [
          { shape: [5], values: [7.2, -7.2, 1.1, 0.3, -0.3] },
          { shape: [], values: [2] },
        ],
        run: (a, b) => div(a, b, { roundingMode: 'floor' }),
        reference: binaryReference((a, b) => Math.floor(a / b)),
      },
      {
        inputs: [
          { shape: [5], values: [7.2, -7.2, 1.1, 0.3, -0.3] },
          { shape: [1], values: [2] },
        ],
        run: (a, b) => div(a, b, { roundingMode: 'trunc' }),
        reference: binaryReference((a, b) => Math.trunc(a / b)),
      },
    ],
  },
  { op: negOp, samples: [{ inputs: [any(2, 2)], run: (x) => neg(x), reference: unaryReference((x) => -x) }] },
];
