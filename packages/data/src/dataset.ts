import { defaultGenerator, isTensor, randperm, tensor, type Generator, type Tensor } from '@retrograd/core';

/**
 * A list of samples that are made when asked for (torch.utils.data.Dataset). Anything with a length and a `get` is one;
 * `get` may return a promise, in which case a loader is read with `for await`.
 */
export interface Dataset<T> {
  /** The number of samples. */
  readonly length: number;
  /** Sample `index`, from 0 up to `length` − 1. */
  get(index: number): T;
  /** Several samples, already collated into one batch, where that is faster than one by one. */
  batch?(indices: readonly number[]): T;
}

/** Throws unless `index` is that of a sample. */
export function checkIndex(where: string, index: number, length: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= length) {
    throw new RangeError(
      `${where}: index ${String(index)} is out of range for a dataset of ${length} samples`,
    );
  }
}

/**
 * Samples that are the rows of tensors: sample i is `[a[i], b[i], …]` (torch.utils.data.TensorDataset).
 *
 *     const dataset = new TensorDataset(images, labels);
 *     const [image, label] = dataset.get(0);
 */
export class TensorDataset<Tensors extends readonly Tensor[]> implements Dataset<{
  -readonly [K in keyof Tensors]: Tensor;
}> {
  readonly tensors: Tensors;
  readonly length: number;

  /** @throws RangeError unless all tensors have a first dim, and of the same extent. */
  constructor(...tensors: Tensors) {
    if (tensors.length === 0) throw new RangeError('TensorDataset: at least one tensor is needed');
    tensors.forEach((x, i) => {
      if (!isTensor(x)) {
        throw new TypeError(
          `TensorDataset: entry ${i} must be a Tensor, got ${Array.isArray(x) ? 'an array: make it one with tensor(…)' : typeof x}`,
        );
      }
      if (x.ndim === 0) throw new RangeError(`TensorDataset: tensor ${i} has no rows: it is 0-d`);
      if (x.shape[0] !== tensors[0].shape[0]) {
        throw new RangeError(
          `TensorDataset: size mismatch between tensors: ${tensors[0].shape[0]} rows in the first, ${x.shape[0]} in tensor ${i}`,
        );
      }
    });
    this.tensors = tensors;
    this.length = tensors[0].shape[0];
  }

  get(index: number): { -readonly [K in keyof Tensors]: Tensor } {
    checkIndex('TensorDataset', index, this.length);
    return this.tensors.map((x) => x.select(0, index)) as { -readonly [K in keyof Tensors]: Tensor };
  }

  batch(indices: readonly number[]): { -readonly [K in keyof Tensors]: Tensor } {
    for (const index of indices) checkIndex('TensorDataset', index, this.length);
    const rows = tensor([...indices], { dtype: 'int32' });
    return this.tensors.map((x) => x.indexSelect(0, rows)) as { -readonly [K in keyof Tensors]: Tensor };
  }
}

/** Some samples of a dataset, in an order of their own (torch.utils.data.Subset). */
export class Subset<T> implements Dataset<T> {
  readonly dataset: Dataset<T>;
  readonly indices: readonly number[];
  batch?: (indices: readonly number[]) => T;

  /** @throws RangeError for an index the dataset does not have. */
  constructor(dataset: Dataset<T>, indices: Iterable<number>) {
    this.dataset = dataset;
    this.indices = [...indices];
    for (const index of this.indices) checkIndex('Subset', index, dataset.length);
    if (dataset.batch !== undefined) {
      this.batch = (wanted) => (dataset.batch as (of: readonly number[]) => T)(wanted.map((i) => this.at(i)));
    }
  }

  get length(): number {
    return this.indices.length;
  }

  get(index: number): T {
    return this.dataset.get(this.at(index));
  }

  private at(index: number): number {
    checkIndex('Subset', index, this.length);
    return this.indices[index];
  }
}

/** Datasets one after the other (torch.utils.data.ConcatDataset). */
export class ConcatDataset<T> implements Dataset<T> {
  readonly datasets: readonly Dataset<T>[];
  /** For each dataset, how many samples it and those before it have. */
  readonly cumulativeSizes: readonly number[];

  /** @throws RangeError for no datasets. */
  constructor(datasets: Iterable<Dataset<T>>) {
    this.datasets = [...datasets];
    if (this.datasets.length === 0)
      throw new RangeError('ConcatDataset: datasets should not be an empty iterable');
    let total = 0;
    this.cumulativeSizes = this.datasets.map(({ length }) => (total += length));
  }

  get length(): number {
    return this.cumulativeSizes[this.cumulativeSizes.length - 1];
  }

  get(index: number): T {
    checkIndex('ConcatDataset', index, this.length);
    const which = this.cumulativeSizes.findIndex((end) => index < end);
    const before = which === 0 ? 0 : this.cumulativeSizes[which - 1];
    return this.datasets[which].get(index - before);
  }
}

/** A dataset whose samples are another's, each passed through a function when it is asked for (augmentation, say). */
export class MapDataset<T, U> implements Dataset<U> {
  readonly dataset: Dataset<T>;
  readonly fn: (sample: T, index: number) => U;

  constructor(dataset: Dataset<T>, fn: (sample: T, index: number) => U) {
    this.dataset = dataset;
    this.fn = fn;
  }

  get length(): number {
    return this.dataset.length;
  }

  get(index: number): U {
    return this.fn(this.dataset.get(index), index);
  }
}

/**
 * Splits a dataset at random into parts that do not overlap (torch.utils.data.random_split; the same seed gives
 * PyTorch's parts).
 *
 * @param lengths - The number of samples of each part; or fractions that sum to 1, of which each is rounded down and what
 * is left goes to the parts in turn.
 * @throws RangeError unless the lengths sum to the dataset's, or the fractions to 1.
 */
export function randomSplit<T>(
  dataset: Dataset<T>,
  lengths: readonly number[],
  { generator = defaultGenerator }: { readonly generator?: Generator } = {},
): Subset<T>[] {
  const sizes = partSizes(dataset.length, lengths);
  const order = Array.from(randperm(dataset.length, { generator }).data);
  let start = 0;
  return sizes.map((size) => new Subset(dataset, order.slice(start, (start += size))));
}

function partSizes(total: number, lengths: readonly number[]): readonly number[] {
  const sum = lengths.reduce((a, b) => a + b, 0);
  for (const length of lengths) {
    if (!(length >= 0)) throw new RangeError(`randomSplit: lengths must not be negative, got ${length}`);
  }
  if (sum <= 1 && 1 - sum < 1e-9 && !(lengths.every(Number.isInteger) && total === 1)) {
    const sizes = lengths.map((fraction) => Math.floor(total * fraction));
    const left = total - sizes.reduce((a, b) => a + b, 0);
    for (let i = 0; i < left; i++) sizes[i % sizes.length]++;
    return sizes;
  }
  if (sum !== total || !lengths.every(Number.isInteger)) {
    throw new RangeError(
      `randomSplit: sum of input lengths does not equal the length of the input dataset: ${lengths.join(' + ')} ≠ ${total}`,
    );
  }
  return lengths;
}
