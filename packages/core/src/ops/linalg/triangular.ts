/* Triangular systems of equations. */
import { kernels } from '@retrograd/kernels';
import { ShapeError } from '../../errors.ts';
import { apply, defineOp } from '../../tape/record.ts';
import { floatArray, type Tensor } from '../../tensor.ts';
import { neg } from '../arithmetic.ts';
import { packed } from '../loops.ts';
import { product } from '../matmul.ts';
import { tril, triu } from '../triangle.ts';
import { mT } from '../view.ts';
import {
  checkMatrices,
  checkSameDType,
  checkSquare,
  commonBatch,
  lastTwo,
  matrixOffsets,
} from './matrices.ts';

interface Triangle {
  readonly upper: boolean;
  readonly unitriangular: boolean;
}

const NAME = 'linalg.solveTriangular';

/** X with A·X = B, the batch dims broadcast. The other triangle of A is not read, and so has no gradient. */
export const solveTriangularOp = defineOp({
  name: NAME,
  inputs: ['A', 'B'],
  shape: ([A, B], _: Triangle) => {
    const [n, k] = lastTwo(B.shape);
    const [rows, cols] = lastTwo(A.shape);
    if (rows !== n) {
      throw new ShapeError(
        `${NAME}: Incompatible shapes of A and B for the equation AX = B (${rows}x${cols} and ${n}x${k})`,
      );
    }
    return [...commonBatch(NAME, A, B), n, k];
  },
  forward: ([A, B], { upper, unitriangular }, out) => {
    const [n, k] = lastTwo(out.shape);
    const [row, col] = lastTwo(A.strides);
    const b = packed(B);
    const batch = out.shape.slice(0, -2);
    const [as, bs] = [matrixOffsets(A, batch), matrixOffsets(b, batch)];
    for (let i = 0; i < as.length; i++) {
      kernels.solveTriangular(
        n, k, upper, unitriangular, floatArray(A), as[i], row, col, floatArray(b), bs[i], floatArray(out),
        out.offset + i * n * k,
      ); // prettier-ignore
    }
  },
  broadcasts: true,
  saves: { A: ['A', 'out'], B: ['A'] },
  vjp: {
    A: (g, { A, out, attrs }) => {
      const whole = neg(product(transposedSolve(A, g, attrs), out, { transposeB: true }));
      const omitted = Number(attrs.unitriangular);
      return attrs.upper ? triu(whole, omitted) : tril(whole, -omitted);
    },
    B: (g, { A, attrs }) => transposedSolve(A, g, attrs),
  },
});

/** A⁻ᵀ·g, the cotangent of B. */
function transposedSolve(A: Tensor, g: Tensor, { upper, unitriangular }: Triangle): Tensor {
  return apply(solveTriangularOp, [mT(A), g], { upper: !upper, unitriangular });
}

/** Options of {@link solveTriangular}. */
export interface TriangularOptions {
  /** Which triangle of A is read: the upper one, or the lower. */
  readonly upper: boolean;
  /** Solve A·X = B; if false, X·A = B. Default true. */
  readonly left?: boolean;
  /** Take the diagonal of A to be ones, and do not read it. Default false. */
  readonly unitriangular?: boolean;
}

/**
 * X with A·X = B for triangular matrices A [batch…, n, n] and B [batch…, n, k], or X·A = B for B [batch…, k, n] with
 * `left: false`; batch dims broadcast (torch.linalg.solve_triangular). Only the triangle named by `upper` is read. A
 * zero on the diagonal gives infinities or NaN, no error.
 *
 * @throws ShapeError unless A is square and fits B; DTypeError unless both are of one floating dtype.
 */
export function solveTriangular(A: Tensor, B: Tensor, options: TriangularOptions): Tensor {
  checkSquare(NAME, A);
  checkMatrices(NAME, B, 'B');
  checkSameDType(NAME, A, B);
  if (typeof options?.upper !== 'boolean') {
    throw new TypeError(`${NAME}: say which triangle of A to read: { upper: true } or { upper: false }`);
  }
  const { upper, left = true, unitriangular = false } = options;
  if (left) return apply(solveTriangularOp, [A, B], { upper, unitriangular });
  return mT(apply(solveTriangularOp, [mT(A), mT(B)], { upper: !upper, unitriangular }));
}
