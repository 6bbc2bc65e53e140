/* Rows of a table, kept short as they are looked up. */
import { fromTypedArray } from '../creation.ts';
import { isFloating } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { noGrad } from '../tape/recording.ts';
import type { Tensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import { indexSelect } from './indexSelect.ts';
import { overwrite } from './inplace.ts';
import { norm } from './norm.ts';
import { select } from './slice.ts';

const Int32 = Int32Array;

/** How long looked-up rows of a table may be. */
export interface RenormOptions {
  /** Looked-up rows of a greater norm are scaled down to this one, in the table itself. Default null: none are. */
  readonly maxNorm?: number | null;
  /** The p of that norm. Default 2. */
  readonly normType?: number;
}

/**
 * Scales the rows of a weight [rows, columns] that input names and whose p-norm exceeds maxNorm by
 * maxNorm / (norm + 1e-7), in place and unrecorded (torch.embedding_renorm_). Rows short enough stay as they are.
 *
 * @param input - int32 numbers of rows that are there.
 */
export function renormRows(op: string, weight: Tensor, input: Tensor, options: RenormOptions): void {
  const { maxNorm = null, normType = 2 } = options;
  if (maxNorm === null) return;
  if (typeof maxNorm !== 'number' || !(maxNorm >= 0)) {
    throw new RangeError(`${op}: maxNorm must be a number and not negative, got ${String(maxNorm)}`);
  }
  if (typeof normType !== 'number' || Number.isNaN(normType)) {
    throw new RangeError(`${op}: normType must be a number, got ${String(normType)}`);
  }
  if (!isFloating(weight.dtype)) {
    throw new DTypeError(`${op}: maxNorm is for floating point weights, got ${weight.dtype}`);
  }
  const rows = Int32.from(new Set(input.contiguous().data)).sort();
  if (rows.length === 0) return;
  noGrad(() => {
    const found = indexSelect(weight, 0, fromTypedArray(rows, [rows.length]));
    const norms = norm(found, normType, 1).data;
    rows.forEach((row, i) => {
      if (!(norms[i] > maxNorm)) return;
      const scaled = mul(select(found, 0, i), maxNorm / (norms[i] + 1e-7));
      overwrite(op, select(weight, 0, row), scaled);
    });
  });
}
