import { ones, zeros } from '../../creation.ts';
import type { Tensor } from '../../tensor.ts';
import { mul } from '../arithmetic.ts';
import { sign } from '../elementwise.ts';
import { cat } from '../join.ts';
import { diagonal } from '../diagonal.ts';
import { matmul } from '../matmul.ts';
import { narrow } from '../slice.ts';
import { reshape } from '../view.ts';
import type { OpCases, Plain, Sample } from '../op.cases.ts';
import { asColumn, asRow } from './matrices.ts';
import { eachMatrix, times, transposed, type Rows } from './naive.cases.ts';
import { householderProduct, qr, qrOp } from './qr.ts';

/** Gram and Schmidt's columns: each without its parts along those before, normalised. */
function orthonormal(a: Rows): Rows {
  const found: number[][] = [];
  for (const column of transposed(a).slice(0, a.length)) {
    const along = (q: number[]): number => q.reduce((total, v, i) => total + v * column[i], 0);
    const rest = column.map((v, i) => found.reduce((r, q) => r - along(q) * q[i], v));
    const length = Math.hypot(...rest);
    found.push(rest.map((v) => v / length));
  }
  return transposed(found);
}

/** Q and R with the diagonal of R made positive: what the factorisation is without its signs. */
const positive = (A: Tensor): { Q: Tensor; R: Tensor } => {
  const { Q, R } = qr(A);
  const k = Q.shape[Q.ndim - 1];
  const signs = sign(diagonal(narrow(R, -1, 0, k), { dim1: -2, dim2: -1 }).detach());
  return { Q: mul(Q, asRow(signs)), R: mul(asColumn(signs), R) };
};

const bases = (...shape: number[]): Sample => ({
  inputs: [{ shape }],
  run: (A) => positive(A).Q,
  reference: eachMatrix(orthonormal, (m, n) => [m, Math.min(m, n)]),
});

const triangles = (...shape: number[]): Sample => ({
  inputs: [{ shape }],
  run: (A) => positive(A).R,
  reference: eachMatrix(
    (a) => times(transposed(orthonormal(a)), a),
    (m, n) => [Math.min(m, n), n],
  ),
});

const SQUARE = { shape: [3, 3], values: [2, 0.5, -1, 0.3, 1.7, 0.4, -0.6, 0.2, 1.5] } as const;

/** The columns of H₁·H₂ for reflections of 1 and what lies below the diagonal. */
const reflections = (A: Plain, tau: Plain): Plain => {
  const [m, n] = A.shape;
  const unit: Rows = Array.from({ length: m }, (_, i) =>
    Array.from({ length: m }, (__, j) => Number(i === j)),
  );
  const product = tau.data.reduce((whole, t, k) => {
    const v = unit.map((_, i) => (i < k ? 0 : i === k ? 1 : A.data[i * n + k]));
    return times(whole, unit.map((row, i) => row.map((one, j) => one - t * v[i] * v[j]))); // prettier-ignore
  }, unit);
  return { shape: A.shape, data: product.flatMap((row) => row.slice(0, n)) };
};

export const cases: OpCases[] = [
  {
    op: qrOp,
    samples: [
      bases(1, 1),
      bases(3, 2),
      bases(2, 2, 2),
      bases(2, 3),
      bases(0, 0),
      bases(0, 3, 2),
      triangles(3, 2),
      triangles(2, 3),
      triangles(2, 2, 2),
      {
        name: 'both',
        inputs: [SQUARE],
        run: (A) => {
          const { Q, R } = qr(A);
          return cat([reshape(Q, [-1]), reshape(R, [-1])]);
        },
      },
      {
        name: 'their product',
        inputs: [{ shape: [2, 4] }],
        run: (A) => {
          const { Q, R } = qr(A, { mode: 'complete' });
          return matmul(Q, R);
        },
        reference: (A: Plain) => A,
      },
      {
        name: 'complete, tall',
        inputs: [{ shape: [4, 2] }],
        run: (A) => {
          const { Q, R } = qr(A.detach(), { mode: 'complete' });
          return matmul(Q, R);
        },
        reference: (A: Plain) => A,
      },
      {
        name: 'only R',
        inputs: [SQUARE],
        run: (A) => matmul(qr(A.detach(), { mode: 'r' }).R.mT(), qr(A.detach(), { mode: 'r' }).R),
        reference: eachMatrix((a) => times(transposed(a), a)),
      },
      {
        name: 'a product of reflections',
        inputs: [{ shape: [3, 2] }, { shape: [2] }],
        run: householderProduct,
        reference: reflections,
      },
      {
        name: 'fewer reflections than columns',
        inputs: [{ shape: [3, 3] }, { shape: [1] }],
        run: householderProduct,
        reference: reflections,
      },
      { name: 'no reflections', inputs: [{ shape: [2, 2] }, { shape: [0] }], run: householderProduct },
      {
        name: 'reflections in a batch',
        inputs: [{ shape: [2, 3, 2] }, { shape: [2, 2] }],
        run: householderProduct,
      },
    ],
    rejects: [
      {
        name: 'to differentiate a complete tall factorisation',
        run: () =>
          qr(ones([3, 2], { requiresGrad: true }), { mode: 'complete' })
            .R.sum()
            .backward(),
        error: /The QR decomposition is not differentiable when mode='complete' and nrows > ncols/,
      },
      {
        name: 'to differentiate R alone',
        run: () =>
          qr(ones([3, 2], { requiresGrad: true }), { mode: 'r' })
            .R.sum()
            .backward(),
        error: /The derivative of linalg.qr depends on Q, which is not computed when mode='r'/,
      },
      {
        name: 'reflections that are too long',
        run: () => householderProduct(zeros([2, 3]), zeros([2])),
        error: /must be greater than or equal to/,
      },
    ],
  },
];
