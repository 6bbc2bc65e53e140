/* The QR factorisation, and products of Householder reflections. */
import { kernels } from '@retrograd/kernels';
import { AutogradError, ShapeError } from '../../errors.ts';
import { formatShape } from '../../shape.ts';
import { applyAll, defineMultiOp } from '../../tape/record.ts';
import { floatArray, type Tensor } from '../../tensor.ts';
import { add, mul, neg, sub, zerosOf } from '../arithmetic.ts';
import { expand } from '../broadcast.ts';
import { cat } from '../join.ts';
import { packed } from '../loops.ts';
import { product } from '../matmul.ts';
import { narrow } from '../slice.ts';
import { tril } from '../triangle.ts';
import { mT } from '../view.ts';
import { eye, zeros } from '../../creation.ts';
import {
  asColumn,
  batchOf,
  checkMatrices,
  checkSameDType,
  constantOf,
  countMatrices,
  lastTwo,
} from './matrices.ts';
import { solveTriangular } from './triangular.ts';

const { min } = Math;

/** How much of Q and R {@link qr} returns. */
export type QRMode = 'reduced' | 'complete' | 'r';

interface QRAttrs {
  readonly mode: QRMode;
}

export const qrOp = defineMultiOp({
  name: 'linalg.qr',
  inputs: ['A'],
  outputs: ['Q', 'R'],
  shape: ([A], { mode }: QRAttrs) => {
    const [m, n] = lastTwo(A.shape);
    const k = mode === 'complete' ? m : min(m, n);
    return [mode === 'r' ? [0] : [...batchOf(A), m, k], [...batchOf(A), k, n]] as const;
  },
  dtype: ([A]) => [A.dtype, A.dtype] as const,
  forward: ([A], { mode }, Q, R) => {
    const [m, n] = lastTwo(A.shape);
    const k = R.shape[R.ndim - 2];
    const a = packed(A);
    for (let i = 0; i < countMatrices(A); i++) {
      kernels.qr(
        m, n, k, floatArray(a), a.offset + i * m * n, mode === 'r' ? null : floatArray(Q), i * m * k,
        floatArray(R), i * k * n,
      ); // prettier-ignore
    }
  },
  saves: { A: ['Q', 'R'] },
  vjp: {
    A: (_, { Q, R, cotangents: [gQ, gR], attrs: { mode } }) => {
      if (mode === 'r') {
        throw new AutogradError(
          `linalg.qr: The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use ` +
            `linalg.qr(A, { mode: 'reduced' }) if you are going to require gradients through QR.`,
        );
      }
      const [m, n] = [Q.shape[Q.ndim - 2], R.shape[R.ndim - 1]];
      if (mode === 'complete' && m > n) {
        throw new AutogradError(
          `linalg.qr: The QR decomposition is not differentiable when mode='complete' and nrows > ncols`,
        );
      }
      if (m >= n) return tallGradient(gQ, gR, Q, R);
      // Of A = [A₁ A₂] the square A₁ makes Q and R₁, and R₂ = Qᵀ·A₂ passes its cotangent on to A₂ and Q.
      const columns = (x: Tensor | null, first: number, count: number): Tensor | null =>
        x === null ? null : narrow(x, -1, first, count);
      const R1 = narrow(R, -1, 0, m);
      const gR2 = columns(gR, m, n - m);
      if (gR2 === null) {
        const first = tallGradient(gQ, null, Q, R1);
        return cat([first, zerosOf(narrow(R, -1, m, n - m))], -1);
      }
      const throughR2 = product(product(Q, narrow(R, -1, m, n - m)), gR2, { transposeB: true });
      const ofQ = gQ === null ? throughR2 : add(gQ, throughR2);
      return cat([tallGradient(ofQ, columns(gR, 0, m), Q, R1), product(Q, gR2)], -1);
    },
  },
});

/** (ḡQ + Q·copy(R·ḡRᵀ − ḡQᵀ·Q))·R⁻ᵀ, where copy mirrors the lower triangle upwards, for at least as many rows as columns. */
function tallGradient(gQ: Tensor | null, gR: Tensor | null, Q: Tensor, R: Tensor): Tensor {
  const ofR = gR === null ? null : product(R, gR, { transposeB: true });
  const ofQ = gQ === null ? null : product(gQ, Q, { transposeA: true });
  const M = ofR === null ? neg(ofQ as Tensor) : ofQ === null ? ofR : sub(ofR, ofQ);
  const turned = product(Q, add(tril(M), mT(tril(M, -1))));
  return solveTriangular(mT(R), gQ === null ? turned : add(gQ, turned), { upper: false, left: false });
}

/**
 * A = Q·R for A [batch…, m, n]: Q with orthonormal columns, R upper triangular (torch.linalg.qr). With k = min(m, n), mode
 * 'reduced' gives Q [m, k] and R [k, n]; 'complete' Q [m, m] and R [m, n]; 'r' only R [k, n], and an empty Q. The signs are
 * LAPACK's, whose R may have a negative diagonal. Gradients need independent leading columns; they do not exist for
 * 'complete' with m > n, nor for 'r'.
 *
 * @throws ShapeError for fewer than two dims; DTypeError unless floating; TypeError for another mode.
 */
export function qr(
  A: Tensor,
  options: { readonly mode?: QRMode } = {},
): { readonly Q: Tensor; readonly R: Tensor } {
  checkMatrices('linalg.qr', A);
  const { mode = 'reduced' } = options;
  if (mode !== 'reduced' && mode !== 'complete' && mode !== 'r') {
    throw new TypeError(
      `linalg.qr: qr received unrecognized mode '${String(mode)}' but expected one of 'reduced' (default), 'r', or ` +
        `'complete'`,
    );
  }
  const [Q, R] = applyAll(qrOp, [A], { mode });
  return { Q, R };
}

/**
 * The first n columns of H₁·H₂·…·H_k, where H_i = 1 − tau_i·v_i·v_iᵀ and v_i is column i of A [batch…, m, n] below the
 * diagonal, with 1 on it and zeros above; tau [batch…, k], k ≤ n ≤ m (torch.linalg.householder_product).
 *
 * @throws ShapeError unless m ≥ n ≥ k and the batches are equal; DTypeError unless both have one floating dtype.
 */
export function householderProduct(A: Tensor, tau: Tensor): Tensor {
  const op = 'linalg.householderProduct';
  checkMatrices(op, A);
  checkSameDType(op, A, tau);
  const [m, n] = lastTwo(A.shape);
  const k = tau.shape[tau.ndim - 1];
  if (m < n)
    throw new ShapeError(
      `${op}: input.shape[-2] must be greater than or equal to input.shape[-1]: ${m} < ${n}`,
    );
  if (tau.ndim !== A.ndim - 1 || tau.shape.slice(0, -1).join() !== batchOf(A).join() || k > n) {
    throw new ShapeError(
      `${op}: Expected tau [batch…, k] with k <= input.shape[-1] = ${n} and the batch dims of A ${formatShape(A.shape)}, ` +
        `got ${formatShape(tau.shape)}`,
    );
  }
  let Q = expand(eye(m, n, { dtype: A.dtype }), A.shape);
  for (let i = k - 1; i >= 0; i--) {
    const head = zeros([...batchOf(A), i + 1, 1], { dtype: A.dtype });
    for (let b = 0; b < countMatrices(A); b++) head.storage.array[b * (i + 1) + i] = 1;
    const v = cat([head, narrow(narrow(A, -1, i, 1), -2, i + 1, m - i - 1)], -2);
    const scaled = mul(asColumn(narrow(tau, -1, i, 1)), v);
    Q = sub(Q, product(scaled, product(v, Q, { transposeA: true })));
  }
  return k === 0 ? constantOf(A, Q) : Q;
}
