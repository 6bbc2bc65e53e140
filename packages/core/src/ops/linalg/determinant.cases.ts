import { add } from '../arithmetic.ts';
import { sum } from '../reduce.ts';
import { tensor, zeros } from '../../creation.ts';
import type { Tensor } from '../../tensor.ts';
import type { OpCases, Sample } from '../op.cases.ts';
import { det, detOp, logdet, slogdet, slogdetOp } from './determinant.ts';
import { identityLike } from './matrices.ts';
import { determinant, matricesOf, perMatrix, shifted } from './naive.cases.ts';

const square = (n: number, ...batch: number[]): { shape: number[] } => ({ shape: [...batch, n, n] });

/** The same matrix with larger eigenvalues: far from singular, with a positive determinant. */
const safe = (A: Tensor): Tensor => add(A, add(identityLike(A), identityLike(A)), { alpha: 4 });

const singular = (name: string, rows: number[][]): Sample => ({
  name,
  inputs: [{ shape: [rows.length, rows.length], values: rows.flat() }],
  run: det,
  reference: perMatrix(determinant),
});

const refused = (f: (A: Tensor) => unknown): { name: string; run: () => unknown; error: RegExp }[] => [
  {
    name: 'matrices that are not square',
    run: () => f(zeros([2, 3])),
    error: /A must be batches of square matrices, but they are 2 by 3 matrices/,
  },
  { name: 'vectors', run: () => f(zeros([3])), error: /must have at least 2 dimensions/ },
  { name: 'integers', run: () => f(tensor([[1]], { dtype: 'int32' })), error: /Expected a floating point/ },
];

export const cases: OpCases[] = [
  {
    op: detOp,
    samples: [
      ...[1, 2, 3, 4].map((n): Sample => ({
        inputs: [square(n)],
        run: det,
        reference: perMatrix(determinant),
      })),
      { name: 'a batch', inputs: [square(2, 3)], run: det, reference: perMatrix(determinant) },
      { name: 'no elements', inputs: [square(0)], run: det, reference: perMatrix(determinant) },
      { name: 'no matrices', inputs: [square(2, 0)], run: det, reference: perMatrix(determinant) },
      singular('rank 1 of 2', [[1, 2], [2, 4]]), // prettier-ignore
      singular('rank 2 of 3', [[1, 2, 3], [0.5, -1, 1], [1.5, 1, 4]]), // prettier-ignore
      singular('rank 1 of 3', [[1, 2, 3], [2, 4, 6], [-1, -2, -3]]), // prettier-ignore
      singular('zeros', [[0, 0, 0], [0, 0, 0], [0, 0, 0]]), // prettier-ignore
      singular('rank 3 of 4', [[1, 0, 1, 2], [0, 1, 1, -1], [1, 1, 2, 1], [2, 1, -1, 3]]), // prettier-ignore
      {
        // The sum gives the gradient a size that the roundings of zero cofactors can be compared with.
        name: 'rank 2 of 4, plus the sum',
        inputs: [{ shape: [4, 4], values: [1, 0, 1, 2, 0, 1, 1, -1, 1, 1, 2, 1, 2, 1, 3, 3] }],
        run: (A) => add(det(A), sum(A)),
        reference: (A) => ({
          shape: [],
          data: [determinant(matricesOf(A)[0]) + A.data.reduce((total, v) => total + v, 0)],
        }),
      },
      {
        name: 'a batch with singular ones',
        inputs: [{ shape: [2, 2, 2], values: [1, 2, 2, 4, 1.5, -0.5, 0.25, 2] }],
        run: det,
        reference: perMatrix(determinant),
      },
    ],
    rejects: refused(det),
  },
  {
    op: slogdetOp,
    samples: [
      ...[0, 1, 2, 3].map((n): Sample => ({
        inputs: [square(n)],
        run: (A) => slogdet(safe(A)).logabsdet,
        reference: perMatrix((a) => Math.log(Math.abs(determinant(shifted(a, 8))))),
      })),
      {
        name: 'the sign',
        inputs: [{ shape: [3, 2, 2], values: [0, 1, 1, 0, 2, 0, 0, 1, 1, 2, 2, 4] }],
        run: (A) => slogdet(A).sign,
        reference: perMatrix((a) => Math.sign(determinant(a))),
      },
      {
        name: 'logdet of a batch',
        inputs: [square(2, 2)],
        run: (A) => logdet(safe(A)),
        reference: perMatrix((a) => Math.log(determinant(shifted(a, 8)))),
      },
      {
        name: 'logdet of a negative and of a singular matrix',
        inputs: [{ shape: [2, 2, 2], values: [0, 1, 1, 0, 1, 2, 2, 4] }],
        run: (A) => logdet(A.detach()),
        reference: perMatrix((a) => Math.log(determinant(a))),
      },
    ],
    rejects: [...refused(slogdet), ...refused(logdet)],
  },
];
