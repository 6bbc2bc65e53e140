import { tensor } from '../creation.ts';
import {
  addcdiv, addcmul, atan2, atan2Op, copysign, copysignOp, fmod, fmodOp, hypot, hypotOp, lerp, logaddexp, logaddexp2,
  logaddexpOp, remainder, remainderOp, xlog1py, xlogy,
} from './bivariate.ts'; // prettier-ignore
import { addOp, mulOp } from './arithmetic.ts';
import { binaryReference, unaryReference, type InputSpec, type OpCases } from './op.cases.ts';

const any = (...shape: number[]): InputSpec => ({ shape });
const positive = (...shape: number[]): InputSpec => ({ shape, range: [0.3, 2] });
const given = (...values: number[]): InputSpec => ({ shape: [values.length], values });
const integers = (...values: number[]): InputSpec => ({ shape: [values.length], values, dtype: 'int32' });
const pairs = binaryReference;
const sum = pairs((a, b) => a + b);
const product = pairs((a, b) => a * b);

/** Quotients of these by 0.7 … 0.9 stay away from whole numbers, where remainders jump. */
const dividends: InputSpec = { shape: [2, 3], values: [2, -2, 3.7, -3.7, 0.3, -0.3] };
const divisors: InputSpec = { shape: [3], values: [0.7, -0.83, 0.9] };
const modulo = (a: number, b: number): number => a - b * Math.floor(a / b);

export const cases: OpCases[] = [
  {
    op: atan2Op,
    samples: [
      { inputs: [any(2, 3), positive(3)], run: atan2, reference: pairs(Math.atan2) },
      { inputs: [positive(2, 1), any(1, 3)], run: atan2, reference: pairs(Math.atan2) },
      { inputs: [positive(), any()], run: atan2, reference: pairs(Math.atan2) },
      { inputs: [any(0)], run: (a) => atan2(a, 1), reference: unaryReference((a) => Math.atan2(a, 1)) },
    ],
  },
  {
    op: hypotOp,
    samples: [
      { inputs: [positive(2, 3), any(3)], run: hypot, reference: pairs(Math.hypot) },
      { inputs: [positive(), any(0)], run: hypot, reference: pairs(Math.hypot) },
      {
        name: 'without overflow',
        inputs: [
          { ...given(3e200, 3e-200), dtype: 'float64' },
          { ...given(4e200, 4e-200), dtype: 'float64' },
        ],
        run: (a, b) => hypot(a, b).log(),
        reference: pairs((a, b) => Math.log(Math.abs(b) * 1.25 + 0 * a)),
        noGradientCheck: 'out of range for differences',
      },
    ],
  },
  {
    op: copysignOp,
    samples: [
      {
        inputs: [
          { shape: [2, 3], avoid: [0] },
          { shape: [3], avoid: [0] },
        ],
        run: copysign,
        reference: pairs((a, b) => Math.abs(a) * Math.sign(b)),
      },
      {
        name: 'at zeros',
        inputs: [given(1, 0, -2), given(-0, -1, 1)],
        run: copysign,
        reference: () => ({ shape: [3], data: [-1, -0, 2] }),
        noGradientCheck: 'jumps',
        subgradients: [[-1, 0, -1], [0, 0, 0]], // prettier-ignore
      },
    ],
  },
  {
    op: logaddexpOp,
    samples: [
      {
        inputs: [any(2, 3), any(3)],
        run: logaddexp,
        reference: pairs((a, b) => Math.log(Math.exp(a) + Math.exp(b))),
      },
      {
        inputs: [any(2, 1), any()],
        run: logaddexp2,
        reference: pairs((a, b) => Math.log2(2 ** a + 2 ** b)),
      },
      {
        name: 'of equals and far apart',
        inputs: [given(1, 1000, -1000, 0), given(1, 0, -1000, -Infinity)],
        run: logaddexp,
        reference: () => ({ shape: [4], data: [1 + Math.LN2, 1000, -1000 + Math.LN2, 0] }),
        noGradientCheck: 'not finite',
        subgradients: [[0.5, 1, 0.5, 1], [0.5, 0, 0.5, 0]], // prettier-ignore
      },
    ],
  },
  {
    op: fmodOp,
    samples: [
      { inputs: [dividends, divisors], run: fmod, reference: pairs((a, b) => a % b) },
      { inputs: [dividends], run: (a) => fmod(a, 0.7), reference: unaryReference((a) => a % 0.7) },
      {
        inputs: [integers(7, -7, 7, -7), integers(3, 3, -3, -3)],
        run: fmod,
        reference: pairs((a, b) => a % b),
      },
    ],
    rejects: [
      {
        name: 'bools',
        run: () => fmod(tensor([true]), tensor([true])),
        error: /fmod: not implemented for bool/,
      },
    ],
  },
  {
    op: remainderOp,
    samples: [
      { inputs: [dividends, divisors], run: remainder, reference: pairs(modulo) },
      { inputs: [divisors], run: (b) => remainder(2, b), reference: unaryReference((b) => modulo(2, b)) },
      { inputs: [integers(7, -7, 7, -7), integers(3, 3, -3, -3)], run: remainder, reference: pairs(modulo) },
    ],
    rejects: [
      {
        name: 'bools',
        run: () => remainder(tensor([true]), tensor([true])),
        error: /remainder: not implemented for bool/,
      },
    ],
  },
  {
    op: mulOp,
    samples: [
      {
        name: 'xlogy',
        inputs: [any(2, 3), positive(3)],
        run: xlogy,
        reference: pairs((a, b) => a * Math.log(b)),
      },
      {
        name: 'xlog1py',
        inputs: [any(2, 3), positive(3)],
        run: xlog1py,
        reference: pairs((a, b) => a * Math.log1p(b)),
      },
      {
        name: 'xlog1py at 0',
        inputs: [given(0, 0, 0, 0, 1), given(-1, 1, -2, NaN, -1)],
        run: xlog1py,
        reference: () => ({ shape: [5], data: [0, 0, 0, NaN, -Infinity] }),
        noGradientCheck: 'not finite',
        subgradients: [[0, Math.LN2, 0, NaN, -Infinity], [0, 0, 0, NaN, Infinity]], // prettier-ignore
      },
      {
        name: 'xlogy at 0',
        inputs: [given(0, 0, 0, 0, 1), given(0, 2, -1, NaN, 0)],
        run: xlogy,
        reference: () => ({ shape: [5], data: [0, 0, 0, NaN, -Infinity] }),
        noGradientCheck: 'not finite',
        subgradients: [[0, Math.LN2, 0, NaN, -Infinity], [0, 0, 0, NaN, Infinity]], // prettier-ignore
      },
    ],
  },
  {
    op: addOp,
    samples: [
      {
        name: 'lerp by a number',
        inputs: [any(2, 3), any(3)],
        run: (a, b) => lerp(a, b, 0.3),
        reference: pairs((a, b) => 0.7 * a + 0.3 * b),
      },
      {
        name: 'lerp all the way',
        inputs: [any(2), any(2)],
        run: (a, b) => lerp(a, b, 1),
        reference: (_, b) => b,
      },
      {
        name: 'lerp by a tensor',
        inputs: [any(2, 3), any(3), { shape: [2, 1], values: [0.2, 0.9] }],
        run: lerp,
        reference: (a, b, w) => sum(a, product(w, pairs((y, x) => y - x)(b, a))),
      },
      {
        name: 'addcmul',
        inputs: [any(2, 3), any(3), any(2, 1)],
        run: (x, a, b) => addcmul(x, a, b, { value: 0.5 }),
        reference: (x, a, b) => sum(x, pairs((p, q) => 0.5 * p * q)(a, b)),
      },
      {
        name: 'addcdiv',
        inputs: [any(2, 3), any(3), positive(2, 1)],
        run: (x, a, b) => addcdiv(x, a, b),
        reference: (x, a, b) => sum(x, pairs((p, q) => p / q)(a, b)),
      },
    ],
    rejects: [
      {
        name: 'integers (addcdiv)',
        run: () =>
          addcdiv(...([1, 2, 3].map((v) => tensor([v], { dtype: 'int32' })) as Parameters<typeof addcdiv>)),
        error: /addcdiv: Integer division with addcdiv is no longer supported/,
      },
      {
        name: 'a number (lerp)',
        run: () => lerp(1 as never, tensor([1]), 0.5),
        error: /lerp: expected a Tensor/,
      },
    ],
  },
];
