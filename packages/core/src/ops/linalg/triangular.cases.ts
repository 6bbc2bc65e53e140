import { zeros } from '../../creation.ts';
import type { Tensor } from '../../tensor.ts';
import { add, mul } from '../arithmetic.ts';
import type { OpCases, Plain, Sample } from '../op.cases.ts';
import { identityLike } from './matrices.ts';
import { inverse, matricesOf, shifted, times, type Rows } from './naive.cases.ts';
import { solveTriangular, solveTriangularOp, type TriangularOptions } from './triangular.ts';

const safe = (A: Tensor): Tensor => add(A, mul(identityLike(A), 4));

/** A's triangle as a full matrix. */
const triangle = (a: Rows, { upper, unitriangular = false }: TriangularOptions): Rows =>
  a.map((row, i) => row.map((v, j) => (i === j ? (unitriangular ? 1 : v) : (upper ? j > i : j < i) ? v : 0)));

const sample = (n: number, k: number, options: TriangularOptions): Sample => ({
  name: JSON.stringify(options),
  inputs: [{ shape: [n, n] }, { shape: options.left === false ? [k, n] : [n, k] }],
  run: (A, B) => solveTriangular(safe(A), B, options),
  reference: (A: Plain, B: Plain) => {
    const solved = inverse(triangle(shifted(matricesOf(A)[0], 4), options));
    const [b] = matricesOf(B);
    return { shape: B.shape, data: (options.left === false ? times(b, solved) : times(solved, b)).flat() };
  },
});

export const cases: OpCases[] = [
  {
    op: solveTriangularOp,
    samples: [
      sample(3, 2, { upper: true }),
      sample(3, 2, { upper: false }),
      sample(3, 2, { upper: true, unitriangular: true }),
      sample(3, 2, { upper: false, unitriangular: true }),
      sample(2, 3, { upper: true, left: false }),
      sample(3, 1, { upper: false, left: false, unitriangular: true }),
      sample(1, 1, { upper: true }),
      sample(2, 0, { upper: true }),
      {
        name: 'broadcast batches',
        inputs: [{ shape: [2, 1, 2, 2] }, { shape: [3, 2, 2] }],
        run: (A, B) => solveTriangular(safe(A), B, { upper: false }),
      },
      {
        name: 'no unknowns',
        inputs: [{ shape: [0, 0] }, { shape: [0, 2] }],
        run: (A, B) => solveTriangular(A, B, { upper: true }),
      },
    ],
    rejects: [
      {
        name: 'shapes that do not fit',
        run: () => solveTriangular(zeros([2, 2]), zeros([3, 1]), { upper: true }),
        error: /Incompatible shapes of A and B for the equation AX = B \(2x2 and 3x1\)/,
      },
      {
        name: 'a right-hand side of one dim',
        run: () => solveTriangular(zeros([2, 2]), zeros([2]), { upper: true }),
        error: /The input tensor B must have at least 2 dimensions/,
      },
      {
        name: 'batches that do not broadcast',
        run: () => solveTriangular(zeros([2, 2, 2]), zeros([3, 2, 2]), { upper: true }),
        error: /do not broadcast/,
      },
    ],
  },
];
