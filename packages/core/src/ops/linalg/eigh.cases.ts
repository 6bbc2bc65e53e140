import { tensor, zeros } from '../../creation.ts';
import type { Tensor } from '../../tensor.ts';
import { add, mul } from '../arithmetic.ts';
import { abs, square } from '../elementwise.ts';
import { matmul } from '../matmul.ts';
import { mT } from '../view.ts';
import type { OpCases, Sample } from '../op.cases.ts';
import { eigh, eighOp, eigvalsh } from './eigh.ts';
import { asRow } from './matrices.ts';
import { eachMatrix, eigenvalues, matricesOf, times, transposed, type Rows } from './naive.cases.ts';

const symmetric = (x: Tensor): Tensor => add(x, mT(x));
const mirrored = (x: Rows): Rows => x.map((row, i) => row.map((v, j) => v + x[j][i]));

/** A² through eigenvalues and eigenvectors. */
const squared = (A: Tensor): Tensor => {
  const { eigenvalues: L, eigenvectors: V } = eigh(A);
  return matmul(mul(V, asRow(square(L))), mT(V));
};

const squares = (...shape: number[]): Sample => ({
  inputs: [{ shape, distinct: true }],
  run: (x) => squared(symmetric(x)),
  reference: eachMatrix((x) => times(mirrored(x), transposed(mirrored(x)))),
});

export const cases: OpCases[] = [
  {
    op: eighOp,
    samples: [
      squares(1, 1),
      squares(3, 3),
      squares(2, 2, 2),
      squares(0, 0),
      squares(0, 2, 2),
      {
        name: 'eigenvalues',
        inputs: [{ shape: [2, 2, 2], distinct: true }],
        run: (x) => eigvalsh(symmetric(x)),
        reference: (x) => ({ shape: [2, 2], data: matricesOf(x).flatMap((a) => eigenvalues(mirrored(a))) }),
      },
      {
        name: 'eigenvectors up to their signs',
        inputs: [{ shape: [3, 3], values: [1, 0.5, -0.7, 0.9, 3, 0.4, -1.1, 0.6, -2] }],
        run: (x) => abs(eigh(symmetric(x)).eigenvectors),
      },
      {
        name: 'only the upper triangle is read',
        inputs: [{ shape: [2, 2], values: [2, 1, 77, 2] }],
        run: (A) => eigvalsh(A.detach(), { UPLO: 'U' }),
        reference: () => ({ shape: [2], data: [1, 3] }),
      },
      {
        name: 'only the lower triangle is read',
        inputs: [{ shape: [2, 2], values: [2, 77, 1, 2] }],
        run: (A) => eigvalsh(A.detach()),
        reference: () => ({ shape: [2], data: [1, 3] }),
      },
    ],
    rejects: [
      {
        name: 'NaN',
        run: () => eigvalsh(tensor([[NaN]])),
        error:
          /^linalg.eigvalsh: The algorithm failed to converge because the input matrix contained non-finite/,
      },
      { name: 'other shapes', run: () => eigh(zeros([2, 3])), error: /batches of square matrices/ },
    ],
  },
];
