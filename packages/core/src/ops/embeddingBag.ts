/* Sums, means and maxima of bags of rows of a table. */
import { fromTypedArray, ones, zeros } from '../creation.ts';
import { ShapeError } from '../errors.ts';
import { formatShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { ne } from './compare.ts';
import { embedding } from './embedding.ts';
import { renormRows, type RenormOptions } from './embeddingRenorm.ts';
import { indexAdd } from './indexSelect.ts';
import { maskedSelect } from './indexing.ts';
import { checkIndices } from './indices.ts';
import { checkTensor, checkTensorDType } from './promote.ts';
import { indexReduce } from './scatterReduce.ts';
import { narrow } from './slice.ts';
import { reshape, unsqueeze } from './view.ts';
import { clampMin } from './where.ts';

const { floor } = Math;
const { isInteger } = Number;
const Int32 = Int32Array;

/** Options of {@link embeddingBag}. */
export interface EmbeddingBagOptions extends RenormOptions {
  /** Where each bag begins in a 1-d input: int32, rising from 0. */
  readonly offsets?: Tensor | null;
  /** Whether offsets end with the end of the last bag. Default false. */
  readonly includeLastOffset?: boolean;
  /** What is made of the rows of a bag: 0 of none. Default 'mean'. */
  readonly mode?: 'sum' | 'mean' | 'max';
  /** What each row is multiplied by, in mode 'sum': of input's shape. */
  readonly perSampleWeights?: Tensor | null;
  /** A row that does not count. */
  readonly paddingIdx?: number | null;
}

/**
 * The sum, mean or maximum of each bag of rows of a table (torch.nn.functional.embedding_bag): [bags, columns].
 * `maxNorm` and `normType` as for {@link embedding}.
 *
 * @param input - int32: [bags, rows of each], or 1-d with `offsets`.
 * @param weight - [rows, columns].
 * @throws ShapeError unless offsets begin at 0, rise and fit a 1-d input, and unless weight is 2-d; DTypeError and
 * RangeError as `embedding`; TypeError for another mode, or weights in a mode other than 'sum'.
 */
export function embeddingBag(input: Tensor, weight: Tensor, options: EmbeddingBagOptions = {}): Tensor {
  checkTensor('embeddingBag', input);
  checkTensor('embeddingBag', weight);
  const { mode = 'mean', perSampleWeights = null, paddingIdx = null } = options;
  if (!['sum', 'mean', 'max'].includes(mode)) {
    throw new TypeError(`embeddingBag: mode has to be one of sum, mean or max, got ${String(mode)}`);
  }
  if (perSampleWeights !== null && mode !== 'sum') {
    throw new TypeError(
      `embeddingBag: perSampleWeights was not null, but mode is '${mode}': it goes with 'sum'`,
    );
  }
  const { dtype } = weight;
  const padding = paddingRow(paddingIdx, weight);
  const { bags, count } = bagsOf(input, options);
  checkIndices('embeddingBag', input, 0, weight.shape[0]);
  renormRows('embeddingBag', weight, input, options);
  const flat = narrow(reshape(input, [-1]), 0, 0, bags.numel());
  const kept = (x: Tensor): Tensor => (padding === null ? x : maskedSelect(x, ne(flat, padding)));
  const rows = embedding(kept(flat), weight);
  const places = kept(bags);
  const none = zeros([count, weight.shape[1]], { dtype });
  if (mode === 'max') return indexReduce(none, 0, places, rows, 'amax', { includeSelf: false });
  const total = indexAdd(
    none,
    0,
    places,
    perSampleWeights === null
      ? rows
      : mul(rows, unsqueeze(kept(narrow(reshape(perSampleWeights, [-1]), 0, 0, bags.numel())), -1)),
  );
  if (mode === 'sum') return total;
  const sizes = indexAdd(zeros([count], { dtype }), 0, places, ones([places.numel()], { dtype }));
  return div(total, unsqueeze(clampMin(sizes, 1), -1));
}

/** The row that does not count, from 0, or null. */
function paddingRow(paddingIdx: number | null, weight: Tensor): number | null {
  if (weight.ndim !== 2) {
    throw new ShapeError(`embeddingBag: 'weight' must be 2-D, got shape ${formatShape(weight.shape)}`);
  }
  if (paddingIdx === null) return null;
  const rows = weight.shape[0];
  if (!isInteger(paddingIdx) || paddingIdx < -rows || paddingIdx >= rows) {
    throw new RangeError(
      `embeddingBag: paddingIdx must be within the ${rows} rows of weight, got ${paddingIdx}`,
    );
  }
  return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
}

/** For each element of the flattened input the number of its bag, and how many bags there are. */
function bagsOf(
  input: Tensor,
  options: EmbeddingBagOptions,
): { readonly bags: Tensor; readonly count: number } {
  const { offsets = null, includeLastOffset = false, perSampleWeights = null } = options;
  if (perSampleWeights !== null && !sameShape(perSampleWeights.shape, input.shape)) {
    throw new ShapeError(
      `embeddingBag: expected perSampleWeights to have the same shape as input: ` +
        `${formatShape(perSampleWeights.shape)}, ${formatShape(input.shape)}`,
    );
  }
  const n = input.numel();
  if (input.ndim === 2 && offsets === null) {
    const bags = Int32.from({ length: n }, (_, i) => floor(i / input.shape[1]));
    return { bags: fromTypedArray(bags, [n]), count: input.shape[0] };
  }
  if (input.ndim !== 1 || offsets === null || offsets.ndim !== 1) {
    throw new ShapeError(
      `embeddingBag: expected a 2-d input, or a 1-d one with 1-d offsets, got input ${formatShape(input.shape)} and ` +
        `offsets ${offsets === null ? 'null' : formatShape(offsets.shape)}`,
    );
  }
  checkTensorDType('embeddingBag', 'offsets', offsets, 'int32');
  const starts = offsets.toArray() as number[];
  const ends = includeLastOffset ? starts : [...starts, n];
  if (ends[0] !== 0 || ends.some((end, i) => end > n || (i > 0 && end < ends[i - 1]))) {
    throw new ShapeError(
      `embeddingBag: offsets must begin at 0 and rise to at most input's length ${n}, got ${starts.join(', ')}`,
    );
  }
  const count = ends.length - 1;
  // What lies behind the last offset given belongs to no bag.
  const bags = new Int32(ends[count]);
  for (let bag = 0; bag < count; bag++) bags.fill(bag, ends[bag], ends[bag + 1]);
  return { bags: fromTypedArray(bags, [bags.length]), count };
}
