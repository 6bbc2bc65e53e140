/* Rows of a table by number, and numbers as rows. */
import { arange } from '../creation.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { allocateTensor, type Tensor } from '../tensor.ts';
import { eq } from './compare.ts';
import { to } from './copy.ts';
import { renormRows, type RenormOptions } from './embeddingRenorm.ts';
import { indexAddOp, selectInto } from './indexSelect.ts';
import { checkIndices, extremes } from './indices.ts';
import { checkTensor } from './promote.ts';
import { reshape, unsqueeze } from './view.ts';
import { maskedFill } from './where.ts';

const { isInteger } = Number;

interface EmbeddingAttrs {
  /** The row that gets no gradient, or null. */
  readonly paddingIdx: number | null;
}

export const embeddingOp = defineOp({
  name: 'embedding',
  inputs: ['weight', 'input'],
  shape: ([weight, input], _attrs: EmbeddingAttrs) => {
    if (weight.ndim !== 2) {
      throw new ShapeError(`embedding: 'weight' must be 2-D, got shape ${formatShape(weight.shape)}`);
    }
    return [...input.shape, weight.shape[1]];
  },
  forward: ([weight, input], _, out) => selectInto(weight, 0, input, out),
  saves: { weight: ['input'] },
  vjp: {
    weight: (g, { input, attrs: { paddingIdx }, specs }) => {
      const { shape } = specs[0];
      const kept = paddingIdx === null ? g : maskedFill(g, unsqueeze(eq(input, paddingIdx), -1), 0);
      const rows = reshape(kept, [input.numel(), shape[1]]);
      return apply(indexAddOp, [rows, reshape(input, [-1]), undefined], { dim: 0, shape });
    },
    input: null,
  },
});

/** Options of {@link embedding}. */
export interface EmbeddingOptions extends RenormOptions {
  /** A row whose gradient is zero; negative ones count from the end. Default none. */
  readonly paddingIdx?: number | null;
}

/**
 * Rows of a table: out[…, :] = weight[input[…], :] (torch.nn.functional.embedding).
 *
 * @param input - int32, any shape.
 * With `maxNorm` each row looked up whose `normType`-norm exceeds it is first scaled down to it, in weight itself and
 * unrecorded: gradients are those of the scaled rows. Whoever uses weight in another differentiable computation before
 * gives that a clone.
 *
 * @param weight - [rows, columns].
 * @throws DTypeError unless input is int32 (and weight floating, for `maxNorm`); RangeError for a row that is not there or
 * a negative maxNorm; ShapeError unless weight is 2-d.
 */
export function embedding(input: Tensor, weight: Tensor, options: EmbeddingOptions = {}): Tensor {
  checkTensor('embedding', weight);
  const rows = weight.ndim === 0 ? 1 : weight.shape[0];
  checkIndices('embedding', input, 0, rows);
  const { paddingIdx = null } = options;
  if (paddingIdx !== null && (!isInteger(paddingIdx) || paddingIdx < -rows || paddingIdx >= rows)) {
    throw new RangeError(
      `embedding: paddingIdx must be within the ${rows} rows of weight, got ${paddingIdx}`,
    );
  }
  if (weight.ndim === 2) renormRows('embedding', weight, input, options);
  return apply(embeddingOp, [weight, input], {
    paddingIdx: paddingIdx !== null && paddingIdx < 0 ? paddingIdx + rows : paddingIdx,
  });
}

/**
 * A new last dim that is 1 at the place each number names and 0 elsewhere; int32 (torch.nn.functional.one_hot).
 *
 * @param x - int32 (or uint8) class numbers, any shape.
 * @param numClasses - The new dim's extent; one more than the greatest number unless given (or −1).
 * @throws DTypeError for other dtypes; RangeError for a number that is negative or not below numClasses.
 */
export function oneHot(x: Tensor, numClasses = -1): Tensor {
  checkTensor('oneHot', x);
  if (x.dtype !== 'int32' && x.dtype !== 'uint8') {
    throw new DTypeError(`oneHot: one_hot is only applicable to index tensors (int32), got ${x.dtype}`);
  }
  if (!isInteger(numClasses) || numClasses < -1) {
    throw new RangeError(`oneHot: numClasses should be positive, or -1 to infer it, got ${numClasses}`);
  }
  const numbers = to(x, 'int32');
  if (x.numel() === 0) {
    if (numClasses < 1)
      throw new RangeError('oneHot: Can not infer total number of classes from empty tensor');
    return allocateTensor([...x.shape, numClasses], 'int32');
  }
  const [least, greatest] = extremes(numbers);
  if (least < 0) throw new RangeError(`oneHot: Class values must be non-negative, got ${least}`);
  const classes = numClasses === -1 ? greatest + 1 : numClasses;
  if (greatest >= classes) {
    throw new RangeError(
      `oneHot: Class values must be smaller than numClasses (${classes}), got ${greatest}`,
    );
  }
  return to(eq(unsqueeze(numbers, -1), arange(classes)), 'int32');
}
