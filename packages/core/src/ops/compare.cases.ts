import { tensor } from '../creation.ts';
import type { Tensor } from '../tensor.ts';
import {
  allclose, eq, eqOp, ge, geOp, gt, gtOp, isclose, isfinite, isfiniteOp, isinf, isinfOp, isnan, isnanOp, le, leOp,
  logicalAnd, logicalAndOp, logicalNot, logicalNotOp, logicalOr, logicalOrOp, logicalXor, logicalXorOp, lt, ltOp, ne, neOp,
} from './compare.ts'; // prettier-ignore
import { binaryReference, unaryReference, type InputSpec, type OpCases } from './op.cases.ts';
import type { TensorLike } from './promote.ts';

const small = (...shape: number[]): InputSpec => ({ shape, range: [-1, 1], dtype: 'int32' });
const halves = (...values: number[]): InputSpec => ({ shape: [values.length], values });
const special: InputSpec = { shape: [6], values: [NaN, Infinity, -Infinity, 0, -0, 1.5] };
const number = (f: (a: number, b: number) => boolean) => binaryReference((a, b) => Number(f(a, b)));

function compareCases(
  op: OpCases['op'],
  run: (a: TensorLike, b: TensorLike) => Tensor,
  f: (a: number, b: number) => boolean,
): OpCases {
  return {
    op,
    samples: [
      { inputs: [small(3, 4), small(4)], run, reference: number(f) },
      { inputs: [small(3, 1, 2), small(4, 1)], run, reference: number(f) },
      { inputs: [halves(1, 2, 0, -1), halves(1, 1.5, 0.5, -1)], run, reference: number(f) },
      { inputs: [special, { shape: [6, 1], values: special.values }], run, reference: number(f) },
      { inputs: [small(), small()], run, reference: number(f) },
      { inputs: [small(0, 2), small(2)], run, reference: number(f) },
      {
        name: 'with a number',
        inputs: [halves(-1, 0, 0.5, 1)],
        run: (a) => run(a, 0.5),
        reference: unaryReference((a) => Number(f(a, 0.5))),
      },
      {
        name: 'of a number',
        inputs: [small(5)],
        run: (b) => run(0.5, b),
        reference: unaryReference((b) => Number(f(0.5, b))),
      },
    ],
    rejects: [
      {
        name: 'shapes that do not broadcast',
        run: () => run(tensor([1, 2]), tensor([1, 2, 3])),
        error: /do not broadcast/,
      },
      { name: 'two numbers', run: () => run(1, 2), error: new RegExp(`^${op.name}: expected a Tensor`) },
    ],
  };
}

function predicateCases(op: OpCases['op'], run: (x: Tensor) => Tensor, f: (x: number) => boolean): OpCases {
  const reference = unaryReference((x) => Number(f(x)));
  return {
    op,
    samples: [special, small(2, 3), small(), small(0)].map((x) => ({ inputs: [x], run, reference })),
    rejects: [
      { name: 'a number', run: () => run(1 as never), error: new RegExp(`^${op.name}: expected a Tensor`) },
    ],
  };
}

const close = (a: number, b: number): boolean =>
  a === b || (Number.isFinite(a - b) && Math.abs(a - b) <= 1e-8 + 1e-5 * Math.abs(b));
const one = tensor([1]);

export const cases: OpCases[] = [
  compareCases(eqOp, eq, (a, b) => a === b),
  compareCases(neOp, ne, (a, b) => a !== b),
  compareCases(ltOp, lt, (a, b) => a < b),
  compareCases(leOp, le, (a, b) => a <= b),
  compareCases(gtOp, gt, (a, b) => a > b),
  compareCases(geOp, ge, (a, b) => a >= b),
  compareCases(logicalAndOp, logicalAnd, (a, b) => a !== 0 && b !== 0),
  compareCases(logicalOrOp, logicalOr, (a, b) => a !== 0 || b !== 0),
  compareCases(logicalXorOp, logicalXor, (a, b) => (a !== 0) !== (b !== 0)),
  predicateCases(logicalNotOp, logicalNot, (x) => x === 0),
  predicateCases(isnanOp, isnan, (x) => x !== x),
  predicateCases(isinfOp, isinf, (x) => Math.abs(x) === Infinity),
  predicateCases(isfiniteOp, isfinite, (x) => Number.isFinite(x)),
  {
    op: eqOp,
    samples: [
      {
        name: 'isclose',
        inputs: [halves(1, 1, Infinity, -Infinity, 1e-9), halves(1.000001, 1.001, Infinity, Infinity, 0)],
        run: (a, b) => isclose(a, b),
        reference: number(close),
      },
      {
        name: 'isclose of NaN',
        inputs: [halves(NaN, NaN, 1), halves(NaN, 1, NaN)],
        run: (a, b) => isclose(a, b, { equalNan: true }),
        reference: number((a, b) => a !== a && b !== b),
      },
      {
        name: 'isclose of integers with a tolerance',
        inputs: [small(4), small(4)],
        run: (a, b) => isclose(a, b, { atol: 1, rtol: 0 }),
        reference: number((a, b) => Math.abs(a - b) <= 1),
      },
      {
        name: 'allclose',
        inputs: [halves(1, 2), halves(1.000001, 2)],
        run: (a, b) => tensor([allclose(a, b), allclose(a, b, { rtol: 1e-9 }), allclose(a, b.add(1))]),
        reference: () => ({ shape: [3], data: [1, 0, 0] }),
      },
    ],
    rejects: [
      {
        name: 'two dtypes (isclose)',
        run: () => isclose(one, one.to('float64')),
        error: /isclose: float32 did not match float64/,
      },
      {
        name: 'a negative tolerance (allclose)',
        run: () => allclose(one, one, { rtol: -1 }),
        error: /allclose: rtol must be greater than or equal to zero, but got -1/,
      },
    ],
  },
];
