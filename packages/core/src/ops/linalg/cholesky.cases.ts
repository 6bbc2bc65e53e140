import { tensor, zeros } from '../../creation.ts';
import type { Tensor } from '../../tensor.ts';
import { add } from '../arithmetic.ts';
import { matmul } from '../matmul.ts';
import { mT } from '../view.ts';
import type { OpCases, Plain, Sample } from '../op.cases.ts';
import { cholesky, choleskyInverse, choleskyOp, choleskySolve, choleskySolveOp } from './cholesky.ts';
import { identityLike } from './matrices.ts';
import { eachMatrix, inverse, matricesOf, shifted, times, transposed, type Rows } from './naive.cases.ts';

/** A symmetric positive-definite function of any square matrix. */
const positive = (x: Tensor): Tensor => add(matmul(x, mT(x)), identityLike(x));

/** Row by row: what is left of a[i][j], over the diagonal element, or its root on the diagonal. */
function factor(a: Rows): Rows {
  const L = a.map((row) => row.map(() => 0));
  a.forEach((row, i) =>
    row.slice(0, i + 1).forEach((v, j) => {
      const rest = v - L[i].slice(0, j).reduce((total, l, k) => total + l * L[j][k], 0);
      L[i][j] = i === j ? Math.sqrt(rest) : rest / L[j][j];
    }),
  );
  return L;
}

const naive = (x: Rows): Rows => factor(shifted(times(x, transposed(x)), 1));

const factors = (...shape: number[]): Sample => ({
  inputs: [{ shape }],
  run: (x) => cholesky(positive(x)),
  reference: eachMatrix(naive),
});

const solved = (B: Plain, x: Plain): Plain => {
  const [[b], [rows]] = [matricesOf(B), matricesOf(x)];
  return { shape: B.shape, data: times(inverse(shifted(times(rows, transposed(rows)), 1)), b).flat() };
};

const solution = (n: number, k: number): Sample => ({
  inputs: [{ shape: [n, k] }, { shape: [n, n] }],
  run: (B, x) => choleskySolve(B, cholesky(positive(x))),
  reference: n === 0 ? undefined : solved,
});

export const cases: OpCases[] = [
  {
    op: choleskyOp,
    samples: [
      factors(1, 1),
      factors(3, 3),
      factors(2, 2, 2),
      factors(0, 0),
      factors(0, 2, 2),
      {
        name: 'upper',
        inputs: [{ shape: [3, 3] }],
        run: (x) => cholesky(positive(x), { upper: true }),
        reference: eachMatrix((x) => transposed(naive(x))),
      },
      {
        name: 'of a matrix whose upper triangle is not read',
        inputs: [{ shape: [2, 2], values: [4, 99, 2, 5] }],
        run: (A) => cholesky(A.detach()),
        reference: () => ({ shape: [2, 2], data: [2, 0, 1, 2] }),
      },
    ],
    rejects: [
      {
        name: 'a matrix that is not positive-definite',
        run: () => cholesky(tensor([[1, 2], [2, 1]])), // prettier-ignore
        error:
          /^linalg.cholesky: The factorization could not be completed because the input is not positive-definite \(the leading minor of order 2 is not positive-definite\)/,
      },
      { name: 'NaN', run: () => cholesky(tensor([[NaN]])), error: /not positive-definite/ },
      { name: 'other shapes', run: () => cholesky(zeros([2, 3])), error: /batches of square matrices/ },
    ],
  },
  {
    op: choleskySolveOp,
    samples: [
      solution(3, 2),
      solution(1, 1),
      solution(2, 0),
      solution(0, 2),
      {
        name: 'with the upper factor',
        inputs: [{ shape: [2, 3] }, { shape: [2, 2] }],
        run: (B, x) => choleskySolve(B, cholesky(positive(x), { upper: true }), { upper: true }),
        reference: solved,
      },
      {
        name: 'broadcast batches',
        inputs: [{ shape: [3, 2, 1] }, { shape: [2, 1, 2, 2] }],
        run: (B, x) => choleskySolve(B, cholesky(positive(x))),
      },
      {
        name: 'an inverse',
        inputs: [{ shape: [2, 2, 2] }],
        run: (x) => choleskyInverse(cholesky(positive(x))),
        reference: eachMatrix((x) => inverse(shifted(times(x, transposed(x)), 1))),
      },
      {
        name: 'an inverse from the upper factor',
        inputs: [{ shape: [2, 2] }],
        run: (x) => choleskyInverse(cholesky(positive(x), { upper: true }), { upper: true }),
        reference: eachMatrix((x) => inverse(shifted(times(x, transposed(x)), 1))),
      },
    ],
    rejects: [
      {
        name: 'shapes that do not fit',
        run: () => choleskySolve(zeros([3, 1]), zeros([2, 2])),
        error: /choleskySolve: Incompatible matrix sizes/,
      },
      {
        name: 'vectors',
        run: () => choleskySolve(zeros([2]), zeros([2, 2])),
        error: /at least 2 dimensions/,
      },
      {
        name: 'a factor that is not square',
        run: () => choleskyInverse(zeros([2, 3])),
        error: /square matrices/,
      },
    ],
  },
];
