/* The triangles of matrices. */
import { arange } from '../creation.ts';
import { ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { ge, le } from './compare.ts';
import { checkTensor } from './promote.ts';
import { unsqueeze } from './view.ts';
import { maskedFill } from './where.ts';

const { isInteger } = Number;

/**
 * The lower triangle of each matrix in the last two dims, up to and including the given diagonal; zeros elsewhere
 * (torch.tril). Diagonal 0 is the main one, positive ones lie above it.
 *
 * @throws ShapeError for fewer than two dims.
 */
export function tril(x: Tensor, diagonal = 0): Tensor {
  checkMatrices('tril', x, diagonal);
  const [rows, cols] = x.shape.slice(-2);
  return maskedFill(x, ge(arange(cols), unsqueeze(arange(diagonal + 1, diagonal + 1 + rows), 1)), 0);
}

/**
 * The upper triangle of each matrix in the last two dims, from the given diagonal on; zeros elsewhere (torch.triu).
 * Diagonal 0 is the main one, positive ones lie above it.
 *
 * @throws ShapeError for fewer than two dims.
 */
export function triu(x: Tensor, diagonal = 0): Tensor {
  checkMatrices('triu', x, diagonal);
  const [rows, cols] = x.shape.slice(-2);
  return maskedFill(x, le(arange(cols), unsqueeze(arange(diagonal - 1, diagonal - 1 + rows), 1)), 0);
}

function checkMatrices(op: string, x: Tensor, diagonal: number): void {
  checkTensor(op, x);
  if (x.ndim < 2) {
    throw new ShapeError(
      `${op}: input tensor must have at least 2 dimensions, got shape ${formatShape(x.shape)}`,
    );
  }
  if (!isInteger(diagonal))
    throw new TypeError(`${op}: diagonal must be an integer, got ${String(diagonal)}`);
}
