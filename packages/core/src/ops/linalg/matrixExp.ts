/* The matrix exponential. */
import type { Tensor } from '../../tensor.ts';
import { add, mul, sub } from '../arithmetic.ts';
import { le } from '../compare.ts';
import { abs } from '../elementwise.ts';
import { amax } from '../extremum.ts';
import { product } from '../matmul.ts';
import { sum } from '../reduce.ts';
import { where } from '../where.ts';
import { solve } from './inverse.ts';
import { checkSquare, constantOf, identityLike, perMatrix } from './matrices.ts';

const { ceil, log2, max } = Math;

/** The coefficients of the Padé approximant [13/13] of exp, over that of the highest power. */
const PADE = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
] as const; // prettier-ignore

/** Up to this 1-norm the approximant is exact to float64 (Higham, "The scaling and squaring method", 2005). */
const LIMIT = 5.37;

/**
 * exp(A) = Σ Aᵏ/k! of each square matrix of A [batch…, n, n] (torch.matrix_exp), by Padé approximation, scaling and
 * squaring.
 *
 * @throws ShapeError unless square; DTypeError unless floating.
 */
export function matrixExp(A: Tensor): Tensor {
  checkSquare('linalg.matrixExp', A);
  if (A.numel() === 0) return constantOf(A, A.detach());
  const norms = amax(sum(abs(A.detach()), -2), -1);
  const greatest = amax(norms).item();
  const rounds = greatest < Infinity ? max(0, ceil(log2(greatest / LIMIT))) : 0;
  // Each matrix is halved, and squared again, only as often as its own norm asks.
  const settled = Array.from({ length: rounds }, (_, i) => le(perMatrix(norms), LIMIT * 2 ** i));
  const scaled = settled.reduce((x, done) => where(done, x, mul(x, 0.5)), A);
  return settled.reduceRight((y, done) => where(done, y, product(y, y)), approximant(scaled));
}

/** (V − U)⁻¹·(V + U), U and V being the odd and even terms of the approximant's numerator. */
function approximant(A: Tensor): Tensor {
  const one = identityLike(A);
  const A2 = product(A, A);
  const A4 = product(A2, A2);
  const A6 = product(A2, A4);
  const terms = (...c: readonly number[]): Tensor =>
    [A2, A4, A6].reduce((total, power, i) => add(total, mul(power, c[i + 1])), mul(one, c[0]));
  const high = (...c: readonly number[]): Tensor =>
    product(A6, add(add(mul(A2, c[0]), mul(A4, c[1])), mul(A6, c[2])));
  const odd = add(high(PADE[9], PADE[11], PADE[13]), terms(PADE[1], PADE[3], PADE[5], PADE[7]));
  const U = product(A, odd);
  const V = add(high(PADE[8], PADE[10], PADE[12]), terms(PADE[0], PADE[2], PADE[4], PADE[6]));
  return solve(sub(V, U), add(V, U));
}
