import { tensor, zeros } from '../../creation.ts';
import type { Tensor } from '../../tensor.ts';
import { add, mul } from '../arithmetic.ts';
import type { OpCases, Plain, Sample } from '../op.cases.ts';
import { inv, invOp, solve, solveOp, tensorinv, tensorsolve } from './inverse.ts';
import { identityLike } from './matrices.ts';
import { eachMatrix, inverse, matricesOf, shifted, times, transposed, type Rows } from './naive.cases.ts';

const safe = (A: Tensor): Tensor => add(A, mul(identityLike(A), 6));
const naiveInverse = (a: Rows): Rows => inverse(shifted(a, 6));

const single = ([A, B]: readonly [Plain, Plain], f: (a: Rows, b: Rows) => Rows): Plain => ({
  shape: B.shape,
  data: f(matricesOf(A)[0], matricesOf(B)[0]).flat(),
});

const inverseOf = (...shape: number[]): Sample => ({
  inputs: [{ shape }],
  run: (A) => inv(safe(A)),
  reference: eachMatrix(naiveInverse),
});

export const cases: OpCases[] = [
  {
    op: invOp,
    samples: [
      inverseOf(1, 1),
      inverseOf(3, 3),
      inverseOf(2, 2, 2),
      inverseOf(0, 0),
      inverseOf(0, 2, 2),
      {
        name: 'that needs row exchanges',
        inputs: [{ shape: [2, 2], values: [0, 2, 1, 0.5] }],
        run: inv,
        reference: eachMatrix(inverse),
      },
      {
        name: 'of a tensor',
        inputs: [{ shape: [2, 3, 6], distinct: true }],
        run: (A) => tensorinv(add(A, mul(identityLike(A), 6).reshape([2, 3, 6])), { ind: 2 }),
      },
    ],
    rejects: [
      {
        name: 'a singular matrix',
        run: () => inv(tensor([[1, 2], [2, 4]])), // prettier-ignore
        error:
          /^linalg.inv: The diagonal element 2 is zero, the inversion could not be completed because the input matrix is singular/,
      },
      {
        name: 'a batch with a singular matrix',
        run: () => inv(tensor([[[1, 0], [0, 1]], [[0, 0], [0, 0]]])), // prettier-ignore
        error: /\(Batch element 1\): The diagonal element 1 is zero/,
      },
      { name: 'other shapes', run: () => inv(zeros([2, 3])), error: /but they are 2 by 3 matrices/ },
      { name: 'ind 0', run: () => tensorinv(zeros([2, 2]), { ind: 0 }), error: /strictly positive integer/ },
      {
        name: 'a tensor that is no square',
        run: () => tensorinv(zeros([2, 3, 4])),
        error: /makes a matrix of 6 by 4/,
      },
    ],
  },
  {
    op: solveOp,
    samples: [
      {
        inputs: [{ shape: [3, 3] }, { shape: [3, 2] }],
        run: (A, B) => solve(safe(A), B),
        reference: (A, B) => single([A, B], (a, b) => times(naiveInverse(a), b)),
      },
      {
        name: 'from the right',
        inputs: [{ shape: [2, 2] }, { shape: [3, 2] }],
        run: (A, B) => solve(safe(A), B, { left: false }),
        reference: (A, B) => single([A, B], (a, b) => times(b, naiveInverse(a))),
      },
      {
        name: 'a vector',
        inputs: [{ shape: [2, 2] }, { shape: [2] }],
        run: (A, B) => solve(safe(A), B),
        reference: (A, B) => ({
          shape: B.shape,
          data: times(naiveInverse(matricesOf(A)[0]), transposed([[...B.data]])).flat(),
        }),
      },
      {
        name: 'vectors',
        inputs: [{ shape: [3, 2, 2] }, { shape: [3, 2] }],
        run: (A, B) => solve(safe(A), B),
      },
      {
        name: 'broadcast batches',
        inputs: [{ shape: [2, 1, 2, 2] }, { shape: [3, 2, 1] }],
        run: (A, B) => solve(safe(A), B),
      },
      { name: 'no unknowns', inputs: [{ shape: [0, 0] }, { shape: [0, 2] }], run: (A, B) => solve(A, B) },
      {
        name: 'no columns',
        inputs: [{ shape: [2, 2] }, { shape: [2, 0] }],
        run: (A, B) => solve(safe(A), B),
      },
      {
        name: 'of tensors',
        inputs: [{ shape: [2, 2, 4] }, { shape: [2, 2] }],
        run: (A, B) => tensorsolve(add(A, mul(identityLike(A), 6).reshape([2, 2, 4])), B),
      },
      {
        name: 'of tensors, dims moved',
        inputs: [{ shape: [2, 4, 2] }, { shape: [4] }],
        run: (A, B) =>
          tensorsolve(add(A, mul(identityLike(zeros([4, 4], { dtype: A.dtype })), 6).reshape([2, 4, 2])), B, {
            dims: [0, 2],
          }),
      },
    ],
    rejects: [
      {
        name: 'a singular matrix',
        run: () => solve(zeros([2, 2]), zeros([2, 1])),
        error: /linalg.solve: The solver failed because the input matrix is singular/,
      },
      {
        name: 'shapes that do not fit',
        run: () => solve(zeros([2, 2]), zeros([3, 1])),
        error: /Incompatible shapes of A and B for the equation AX = B \(2x2 and 3x1\)/,
      },
      {
        name: 'vectors from the right',
        run: () => solve(zeros([2, 2]), zeros([2]), { left: false }),
        error: /Vector broadcasting of the left hand side is not supported/,
      },
      {
        name: 'two dtypes',
        run: () => solve(zeros([2, 2]), zeros([2, 1], { dtype: 'float64' })),
        error: /Expected A and B to have the same dtype/,
      },
      { name: 'tensors that do not fit', run: () => tensorsolve(zeros([2, 3]), zeros([2])), error: /2 by 3/ },
    ],
  },
];
