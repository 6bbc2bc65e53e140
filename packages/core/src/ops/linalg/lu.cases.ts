import { zeros } from '../../creation.ts';
import { exp } from '../elementwise.ts';
import { cat } from '../join.ts';
import { matmul } from '../matmul.ts';
import { mT, reshape } from '../view.ts';
import type { OpCases, Plain, Sample } from '../op.cases.ts';
import { lu, luFactor, luFactorOp, luSolve, luUnpack } from './lu.ts';
import { eachMatrix, inverse, matricesOf, times, transposed, type Rows } from './naive.cases.ts';

/** Gaussian elimination by the book: the greatest element of the column comes first. */
function eliminated(a: Rows): Rows {
  const rows = a.map((row) => [...row]);
  (rows[0] ?? []).slice(0, rows.length).forEach((_, k) => {
    const sizes = rows.map((row, i) => (i < k ? -1 : Math.abs(row[k])));
    const best = sizes.indexOf(Math.max(...sizes));
    [rows[k], rows[best]] = [rows[best], rows[k]];
    for (let i = k + 1; i < rows.length; i++) {
      const factor = rows[i][k] / rows[k][k];
      rows[i] = rows[i].map((v, j) => (j < k ? v : j === k ? factor : v - factor * rows[k][j]));
    }
  });
  return rows;
}

const factors = (...shape: number[]): Sample => ({
  inputs: [{ shape, distinct: true }],
  run: (A) => luFactor(A).LU,
  reference: eachMatrix(eliminated),
});

/** The diagonal dominates, so that no exchange is near; or the rows are reversed, so that all are exchanged. */
const SQUARE = [5, 1, -1, 0.5, -6, 2, 1.5, 1, 4];
const REVERSED = [1.5, 1, 4, 0.5, -6, 2, 5, 1, -1];

const solution = (name: string, options: { left?: boolean; adjoint?: boolean }): Sample => ({
  name: `luSolve ${name}`,
  inputs: [{ shape: [3, 3], values: REVERSED }, { shape: [3, 3] }],
  run: (A, B) => {
    const { LU, pivots } = luFactor(A);
    return luSolve(LU, pivots, B, options);
  },
  reference: (A: Plain, B: Plain) => {
    const [[a], [b]] = [matricesOf(A), matricesOf(B)];
    const solved = inverse(options.adjoint === true ? transposed(a) : a);
    return { shape: B.shape, data: (options.left === false ? times(b, solved) : times(solved, b)).flat() };
  },
});

export const cases: OpCases[] = [
  {
    op: luFactorOp,
    samples: [
      {
        inputs: [{ shape: [1, 1] }],
        run: (A) => luFactor(exp(A)).LU,
        reference: (A: Plain) => ({ shape: A.shape, data: A.data.map(Math.exp) }),
      },
      factors(2, 2),
      factors(2, 3),
      factors(3, 2),
      factors(2, 2, 2),
      factors(0, 0),
      factors(0, 2, 2),
      factors(2, 0),
      {
        name: 'all rows exchanged',
        inputs: [{ shape: [3, 3], values: REVERSED }],
        run: (A) => luFactor(A).LU,
        reference: eachMatrix(eliminated),
      },
      {
        name: 'P·L·U',
        inputs: [{ shape: [2, 3, 3], values: [...SQUARE, ...REVERSED] }],
        run: (A) => {
          const { P, L, U } = lu(A);
          return matmul(P, matmul(L, U));
        },
        reference: (A: Plain) => A,
      },
      {
        name: 'unpacked P·L·U',
        inputs: [{ shape: [3, 3], values: REVERSED }],
        run: (A) => {
          const { LU, pivots } = luFactor(A);
          const { P, L, U } = luUnpack(LU, pivots);
          return matmul(P, matmul(L, U));
        },
        reference: (A: Plain) => A,
      },
      {
        name: 'L and U of a wide and a tall matrix',
        inputs: [{ shape: [2, 3], values: [1, 2, -1, 4, 0.5, 3] }],
        run: (A) => {
          const parts = [lu(A), lu(mT(A))].flatMap(({ L, U }) => [reshape(L, [-1]), reshape(U, [-1])]);
          return cat(parts);
        },
      },
      solution('', {}),
      solution('transposed', { adjoint: true }),
      solution('from the right', { left: false }),
      solution('from the right, transposed', { left: false, adjoint: true }),
    ],
    rejects: [
      { name: 'vectors', run: () => luFactor(zeros([3])), error: /must have at least 2 dimensions/ },
      {
        name: 'pivots that are no integers',
        run: () => luUnpack(zeros([2, 2]), zeros([2])),
        error: /luUnpack: expected pivots to be int32, got float32/,
      },
      {
        name: 'pivots of another matrix',
        run: () => luSolve(zeros([2, 2]), zeros([3], { dtype: 'int32' }), zeros([2, 1])),
        error: /Number of pivots per batch should be same as the dimension of the matrix/,
      },
    ],
  },
];
