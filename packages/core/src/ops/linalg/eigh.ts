/* Eigenvalues and eigenvectors of symmetric matrices. */
import { kernels } from '@retrograd/kernels';
import { applyAll, defineMultiOp } from '../../tape/record.ts';
import { floatArray, type Tensor } from '../../tensor.ts';
import { add, div, mul, sub } from '../arithmetic.ts';
import { diagEmbed } from '../diagonal.ts';
import { packed, permuted } from '../loops.ts';
import { product } from '../matmul.ts';
import { mT } from '../view.ts';
import { asColumn, asRow, checkSquare, countMatrices, identityLike, nonFinite } from './matrices.ts';

/** Which triangle of a symmetric matrix is read: the lower ('L', the default) or the upper ('U'). */
export type UPLO = 'L' | 'U';

interface EighAttrs {
  readonly op: string;
  readonly UPLO: UPLO;
}

/** Its gradient is V·(diag(ḡL) + (Vᵀ·ḡV)/E)·Vᵀ with E[i, j] = λ_j − λ_i, taken off the diagonal. */
export const eighOp = defineMultiOp({
  name: 'linalg.eigh',
  inputs: ['A'],
  outputs: ['L', 'V'],
  shape: ([A], _: EighAttrs) => [A.shape.slice(0, -1), A.shape] as const,
  dtype: ([A]) => [A.dtype, A.dtype] as const,
  forward: ([A], { op, UPLO }, L, V) => {
    const n = A.shape[A.ndim - 1];
    const dims = A.shape.map((_, d) => d);
    const swapped = [...dims.slice(0, -2), A.ndim - 1, A.ndim - 2];
    const a = packed(UPLO === 'U' ? permuted(A, swapped) : A);
    for (let i = 0; i < countMatrices(A); i++) {
      const done = kernels.symmetricEigen(
        n, floatArray(a), a.offset + i * n * n, floatArray(L), i * n, floatArray(V), i * n * n,
      ); // prettier-ignore
      if (!done) throw nonFinite(op, A, i);
    }
  },
  saves: { A: ['L', 'V'] },
  vjp: {
    A: (_, { L, V, cotangents: [gL, gV] }) => {
      const back = (inner: Tensor): Tensor => product(inner, V, { transposeB: true });
      if (gV === null) return back(mul(V, asRow(gL as Tensor)));
      const one = identityLike(V);
      const gaps = add(sub(asRow(L), asColumn(L)), one);
      const X = product(V, gV, { transposeA: true });
      const turns = div(div(sub(X, mT(X)), 2), gaps);
      return back(product(V, gL === null ? turns : add(turns, diagEmbed(gL))));
    },
  },
});

/** What {@link eigh} returns. */
export interface SymmetricEigen {
  /** [batch…, n], rising. */
  readonly eigenvalues: Tensor;
  /** [batch…, n, n], orthonormal columns in the order of the eigenvalues. */
  readonly eigenvectors: Tensor;
}

/**
 * The eigenvalues, rising, and eigenvectors of each symmetric matrix of A [batch…, n, n], of which only one triangle is
 * read (torch.linalg.eigh). An eigenvector's sign is arbitrary: only what does not depend on it has a meaningful
 * gradient, and gradients through eigenvectors need distinct eigenvalues.
 *
 * @throws LinAlgError for NaN or infinities; ShapeError unless square; DTypeError unless floating; TypeError for
 * another UPLO.
 */
export function eigh(A: Tensor, options: { readonly UPLO?: UPLO } = {}): SymmetricEigen {
  return decomposed('linalg.eigh', A, options.UPLO);
}

/** The eigenvalues, rising, of each symmetric matrix of A [batch…, n, n] (torch.linalg.eigvalsh); see {@link eigh}. */
export function eigvalsh(A: Tensor, options: { readonly UPLO?: UPLO } = {}): Tensor {
  return decomposed('linalg.eigvalsh', A, options.UPLO).eigenvalues;
}

function decomposed(op: string, A: Tensor, given: UPLO = 'L'): SymmetricEigen {
  checkSquare(op, A);
  const upper = String(given).toUpperCase();
  if (upper !== 'L' && upper !== 'U') {
    throw new TypeError(`${op}: Expected UPLO argument to be 'L' or 'U', but got ${String(given)}`);
  }
  const [eigenvalues, eigenvectors] = applyAll(eighOp, [A], { op, UPLO: upper });
  return { eigenvalues, eigenvectors };
}
