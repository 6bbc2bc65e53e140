import { tensor, zeros } from '../../creation.ts';
import { matmul } from '../matmul.ts';
import { add } from '../arithmetic.ts';
import type { OpCases, Plain, Sample } from '../op.cases.ts';
import { eachMatrix, inverse, matricesOf, times, transposed, type Rows } from './naive.cases.ts';
import { lstsq, pinv, pinvOp } from './pinv.ts';

/** (AᵀA)⁻¹Aᵀ, or Aᵀ(AAᵀ)⁻¹ for more columns than rows, at full rank. */
const naive = (a: Rows): Rows =>
  a.length >= (a[0] ?? []).length
    ? times(inverse(times(transposed(a), a)), transposed(a))
    : transposed(times(inverse(times(a, transposed(a))), a));

const TALL = { shape: [3, 2], values: [2, 0.5, -0.3, 1.2, 0.7, -0.9] } as const;
const WIDE = { shape: [2, 3], values: [2, 0.5, -0.3, 1.2, 0.7, -0.9] } as const;

const inverseOf = (input: { shape: readonly number[]; values?: readonly number[] }): Sample => ({
  inputs: [input],
  run: (A) => pinv(A),
  reference: eachMatrix(naive, (m, n) => [n, m]),
});

const solution = (name: string, A: typeof TALL | typeof WIDE): Sample => ({
  name: `least squares, ${name}`,
  inputs: [A, { shape: [A.shape[0], 2] }],
  run: (a, b) => lstsq(a, b).solution,
  reference: (a: Plain, b: Plain) => ({
    shape: [A.shape[1], 2],
    data: times(naive(matricesOf(a)[0]), matricesOf(b)[0]).flat(),
  }),
});

export const cases: OpCases[] = [
  {
    op: pinvOp,
    samples: [
      inverseOf({ shape: [1, 1], values: [0.7] }),
      inverseOf(TALL),
      inverseOf(WIDE),
      inverseOf({ shape: [2, 2, 2], values: [1, 0.5, -0.25, 2, 0.5, 1.5, -1, 1] }),
      { name: 'no elements', inputs: [{ shape: [0, 2] }], run: (A) => pinv(A) },
      {
        name: 'of constant rank 1',
        inputs: [
          { shape: [3, 1], range: [0.5, 2] },
          { shape: [1, 3], range: [0.5, 2] },
        ],
        run: (x, y) => pinv(matmul(x, y)),
      },
      {
        name: 'of a symmetric matrix',
        inputs: [{ shape: [2, 2], values: [2, 0.5, -0.3, 1.2] }],
        run: (x) => pinv(add(x, x.mT()), { hermitian: true }),
        reference: eachMatrix((x) => inverse(x.map((row, i) => row.map((v, j) => v + x[j][i])))),
      },
      {
        name: 'with tolerances',
        inputs: [{ shape: [2, 2, 2], values: [2, 0, 0, 1, 4, 0, 0, 1] }],
        run: (A) => pinv(A.detach(), { atol: tensor([1.5, 0.5]), rtol: 0.1 }),
        reference: () => ({ shape: [2, 2, 2], data: [0.5, 0, 0, 0, 0.25, 0, 0, 1] }),
      },
      solution('more equations than unknowns', TALL),
      solution('more unknowns than equations', WIDE),
      {
        name: 'least squares of vectors',
        inputs: [TALL, { shape: [3] }],
        run: (a, b) => lstsq(a, b).solution,
      },
    ],
    rejects: [
      {
        name: 'NaN',
        run: () => pinv(tensor([[NaN]])),
        error: /linalg.pinv: The algorithm failed to converge/,
      },
      {
        name: 'a driver there is not',
        run: () => lstsq(zeros([3, 2]), zeros([3, 1]), { driver: 'qr' as never }),
        error: /linalg.lstsq: parameter driver should be one of \(gels, gelsy, gelsd, gelss\), got 'qr'/,
      },
      {
        name: 'right-hand sides that do not fit',
        run: () => lstsq(zeros([3, 2]), zeros([2, 1])),
        error: /linalg.lstsq: input.size\(-2\) should match other.size\(-2\)/,
      },
    ],
  },
];
