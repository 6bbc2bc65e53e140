/* The singular value decomposition. */
import { kernels } from '@retrograd/kernels';
import { applyAll, defineMultiOp } from '../../tape/record.ts';
import { floatArray, type Tensor } from '../../tensor.ts';
import { add, div, mul, sub } from '../arithmetic.ts';
import { square } from '../elementwise.ts';
import { diagEmbed } from '../diagonal.ts';
import { packed } from '../loops.ts';
import { product } from '../matmul.ts';
import { narrow } from '../slice.ts';
import { mT } from '../view.ts';
import { eye } from '../../creation.ts';
import { asColumn, asRow, batchOf, checkMatrices, countMatrices, lastTwo, nonFinite } from './matrices.ts';

const { min } = Math;

interface SVDAttrs {
  readonly op: string;
  readonly full: boolean;
}

export const svdOp = defineMultiOp({
  name: 'linalg.svd',
  inputs: ['A'],
  outputs: ['U', 'S', 'Vh'],
  shape: ([A], { full }: SVDAttrs) => {
    const [m, n] = lastTwo(A.shape);
    const batch = batchOf(A);
    const k = min(m, n);
    return [
      [...batch, m, full ? m : k],
      [...batch, k],
      [...batch, full ? n : k, n],
    ] as const;
  },
  dtype: ([A]) => [A.dtype, A.dtype, A.dtype] as const,
  forward: ([A], { op, full }, U, S, Vh) => {
    const [m, n] = lastTwo(A.shape);
    const a = packed(A);
    const [u, s, vt] = [U.shape[U.ndim - 1] * m, min(m, n), Vh.shape[Vh.ndim - 2] * n];
    for (let i = 0; i < countMatrices(A); i++) {
      const done = kernels.svd(
        m, n, full, floatArray(a), a.offset + i * m * n, floatArray(U), i * u, floatArray(S), i * s,
        floatArray(Vh), i * vt,
      ); // prettier-ignore
      if (!done) throw nonFinite(op, A, i);
    }
  },
  saves: { A: ['U', 'S', 'Vh'] },
  vjp: {
    A: (_, { U, S, Vh, cotangents: [gU, gS, gVh] }) => {
      // Of full matrices only the vectors that belong to singular values are functions of A.
      const k = S.shape[S.ndim - 1];
      const columns = (x: Tensor): Tensor => (x.shape[x.ndim - 1] === k ? x : narrow(x, -1, 0, k));
      const rows = (x: Tensor): Tensor => (x.shape[x.ndim - 2] === k ? x : narrow(x, -2, 0, k));
      return svdGradient(gU && columns(gU), gS, gVh && rows(gVh), columns(U), S, rows(Vh));
    },
  },
});

/**
 * U·(diag(ḡS) + (skew(Uᵀ·ḡU)/E)·S + S·(skew(Vᵀ·ḡV)/E))·Vᵀ with E[i, j] = s_j² − s_i² (1 on the diagonal), and what of ḡU
 * and ḡV is orthogonal to U and V, divided by S.
 */
function svdGradient(
  gU: Tensor | null,
  gS: Tensor | null,
  gVh: Tensor | null,
  U: Tensor,
  S: Tensor,
  Vh: Tensor,
): Tensor {
  if (gU === null && gVh === null) return product(mul(U, asRow(gS as Tensor)), Vh);
  const squares = square(S);
  const gaps = add(
    sub(asRow(squares), asColumn(squares)),
    eye(S.shape[S.ndim - 1], undefined, { dtype: S.dtype }),
  );
  const skew = (X: Tensor): Tensor => div(sub(X, mT(X)), gaps);
  const terms: Tensor[] = [];
  if (gS !== null) terms.push(diagEmbed(gS));
  if (gU !== null) terms.push(mul(skew(product(U, gU, { transposeA: true })), asRow(S)));
  if (gVh !== null) terms.push(mul(asColumn(S), skew(product(Vh, gVh, { transposeB: true }))));
  let result = product(
    product(
      U,
      terms.reduce((a, b) => add(a, b)),
    ),
    Vh,
  );
  if (gU !== null && U.shape[U.ndim - 2] > U.shape[U.ndim - 1]) {
    const scaled = div(gU, asRow(S));
    const orthogonal = sub(scaled, product(U, product(U, scaled, { transposeA: true })));
    result = add(result, product(orthogonal, Vh));
  }
  if (gVh !== null && Vh.shape[Vh.ndim - 1] > Vh.shape[Vh.ndim - 2]) {
    const scaled = div(gVh, asColumn(S));
    const orthogonal = sub(scaled, product(product(scaled, Vh, { transposeB: true }), Vh));
    result = add(result, product(U, orthogonal));
  }
  return result;
}

/** What {@link svd} returns. */
export interface SVD {
  /** [batch…, m, k], or [batch…, m, m]: orthonormal columns. */
  readonly U: Tensor;
  /** [batch…, k], falling, none negative. */
  readonly S: Tensor;
  /** [batch…, k, n], or [batch…, n, n]: orthonormal rows. */
  readonly Vh: Tensor;
}

/** The decomposition with k = min(m, n) singular vectors. */
export function singularParts(A: Tensor, op = 'linalg.svd'): SVD {
  const [U, S, Vh] = applyAll(svdOp, [A], { op, full: false });
  return { U, S, Vh };
}

/**
 * A = U·diag(S)·Vh for A [batch…, m, n], with orthonormal columns of U and rows of Vh and k = min(m, n) singular values
 * (torch.linalg.svd). U is [m, m] and Vh [n, n] unless `fullMatrices` is false. The signs of singular vectors are
 * arbitrary: only what does not depend on them has a meaningful gradient. Gradients through singular vectors need
 * distinct singular values, not 0 unless A is square.
 *
 * @throws LinAlgError for NaN or infinities; ShapeError for fewer than two dims; DTypeError unless floating.
 */
export function svd(A: Tensor, options: { readonly fullMatrices?: boolean } = {}): SVD {
  checkMatrices('linalg.svd', A);
  if (options.fullMatrices === false) return singularParts(A);
  const [U, S, Vh] = applyAll(svdOp, [A], { op: 'linalg.svd', full: true });
  return { U, S, Vh };
}

/** The singular values of each matrix of A [batch…, m, n], falling: [batch…, min(m, n)] (torch.linalg.svdvals). */
export function svdvals(A: Tensor): Tensor {
  checkMatrices('linalg.svdvals', A);
  return singularParts(A, 'linalg.svdvals').S;
}
