import { tensor } from '../creation.ts';
import { elementwiseCases } from './elementwise.cases.ts';
import { unaryReference, type InputSpec, type OpCases } from './op.cases.ts';
import { ceil, ceilOp, floor, floorOp, frac, round, roundOp, trunc, truncOp } from './rounding.ts';

const WHOLE = [-3, -2, -1, 0, 1, 2, 3];
const HALVES = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5];
const integers: InputSpec = { shape: [3], values: [-4, 0, 5], dtype: 'int32' };

/** Math.round rounds halves up; PyTorch's round takes the even neighbour. */
function halfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

export const cases: OpCases[] = [
  elementwiseCases(floorOp, floor, Math.floor, [-3, 3], WHOLE),
  elementwiseCases(ceilOp, ceil, Math.ceil, [-3, 3], WHOLE),
  elementwiseCases(truncOp, trunc, Math.trunc, [-3, 3], WHOLE),
  elementwiseCases(roundOp, round, halfToEven, [-3, 3], HALVES),
  {
    op: floorOp,
    samples: [{ name: 'of integers', inputs: [integers], run: floor, reference: unaryReference((x) => x) }],
    rejects: [{ name: 'bool', run: () => floor(tensor([true])), error: /floor: not implemented for bool/ }],
  },
  {
    op: truncOp,
    samples: [
      {
        name: 'frac',
        inputs: [{ shape: [2, 3], range: [-3, 3], avoid: WHOLE }],
        run: frac,
        reference: unaryReference((x) => x - Math.trunc(x)),
      },
    ],
    rejects: [
      {
        name: 'integers (frac)',
        run: () => frac(tensor([1], { dtype: 'int32' })),
        error: /frac: not implemented for int32/,
      },
    ],
  },
  {
    op: roundOp,
    samples: [
      {
        name: 'of halves',
        inputs: [{ shape: [6], values: HALVES }],
        run: (x) => round(x),
        reference: unaryReference(halfToEven),
        noGradientCheck: 'jumps',
        subgradients: [[0, 0, 0, 0, 0, 0]],
      },
      {
        name: 'to two decimals',
        inputs: [{ shape: [3], values: [1.2345, -2.718, 0.001] }],
        run: (x) => round(x, { decimals: 2 }),
        reference: unaryReference((x) => Math.round(x * 100) / 100),
      },
      {
        name: 'to hundreds',
        inputs: [{ shape: [3], values: [1234.5, -271.8, 1] }],
        run: (x) => round(x, { decimals: -2 }),
        reference: unaryReference((x) => Math.round(x / 100) * 100),
      },
      { name: 'of integers', inputs: [integers], run: (x) => round(x), reference: unaryReference((x) => x) },
    ],
    rejects: [
      {
        name: 'decimals of integers',
        run: () => round(tensor([1], { dtype: 'int32' }), { decimals: 1 }),
        error: /round: decimals is not implemented for int32/,
      },
      {
        name: 'half a decimal',
        run: () => round(tensor([1]), { decimals: 0.5 }),
        error: /round: decimals must be an integer/,
      },
    ],
  },
];
