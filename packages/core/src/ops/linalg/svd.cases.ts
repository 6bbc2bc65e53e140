import { tensor, zeros } from '../../creation.ts';
import { mul } from '../arithmetic.ts';
import { abs, square } from '../elementwise.ts';
import { matmul } from '../matmul.ts';
import type { Tensor } from '../../tensor.ts';
import type { OpCases, Sample } from '../op.cases.ts';
import { asRow } from './matrices.ts';
import { eachMatrix, eigenvalues, matricesOf, times, transposed } from './naive.cases.ts';
import { svd, svdOp, svdvals } from './svd.ts';

/** U·S³·Vᵀ, which is A·Aᵀ·A. */
const cubed = (A: Tensor): Tensor => {
  const { U, S, Vh } = svd(A, { fullMatrices: false });
  return matmul(mul(U, asRow(mul(S, square(S)))), Vh);
};

const cubes = (...shape: number[]): Sample => ({
  inputs: [{ shape, distinct: true }],
  run: cubed,
  reference: eachMatrix((a) => times(a, times(transposed(a), a))),
});

const TALL = { shape: [3, 2], values: [2, 0.5, -0.3, 1.2, 0.7, -0.9] } as const;

export const cases: OpCases[] = [
  {
    op: svdOp,
    samples: [
      cubes(1, 1),
      cubes(2, 2),
      cubes(3, 2),
      cubes(2, 3),
      cubes(2, 2, 2),
      cubes(0, 0),
      cubes(0, 2),
      cubes(0, 2, 3),
      {
        name: 'singular values',
        inputs: [{ shape: [2, 3, 2] }],
        run: svdvals,
        reference: (A) => ({
          shape: [2, 2],
          data: matricesOf(A).flatMap((a) =>
            eigenvalues(times(transposed(a), a))
              .reverse()
              .map(Math.sqrt),
          ),
        }),
      },
      { name: 'U up to signs', inputs: [TALL], run: (A) => abs(svd(A, { fullMatrices: false }).U) },
      { name: 'V up to signs', inputs: [TALL], run: (A) => abs(svd(A.mT(), { fullMatrices: false }).Vh) },
      {
        name: 'full matrices are orthogonal',
        inputs: [TALL],
        run: (A) => {
          const { U } = svd(A.detach());
          return matmul(U, U.mT());
        },
        reference: () => ({ shape: [3, 3], data: [1, 0, 0, 0, 1, 0, 0, 0, 1] }),
      },
      {
        name: 'U·Vᵀ of full matrices',
        inputs: [{ shape: [2, 2], values: [2, 0.5, -0.3, 1.2] }],
        run: (A) => {
          const { U, Vh } = svd(A);
          return matmul(U, Vh);
        },
      },
    ],
    rejects: [
      {
        name: 'infinities',
        run: () => svd(tensor([[Infinity]])),
        error: /^linalg.svd: The algorithm failed to converge because the input matrix contained non-finite/,
      },
      { name: 'vectors', run: () => svdvals(zeros([2])), error: /must have at least 2 dimensions/ },
    ],
  },
];
