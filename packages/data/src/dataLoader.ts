import { defaultGenerator, type Generator } from '@retrograd/core';
import { defaultCollate, type Collated } from './collate.ts';
import type { Dataset } from './dataset.ts';
import { BatchSampler, drawSeed, RandomSampler, SequentialSampler, type Sampler } from './sampler.ts';

/** Options of {@link DataLoader}. */
export interface DataLoaderOptions<T, B> {
  /** Samples to a batch. Default 1. */
  readonly batchSize?: number;
  /** Whether each epoch has a new random order. Default false. */
  readonly shuffle?: boolean;
  /** The order of samples, instead of `shuffle`. */
  readonly sampler?: Sampler;
  /** The batches of indices, instead of `batchSize`, `shuffle`, `sampler` and `dropLast`. */
  readonly batchSampler?: Sampler<readonly number[]>;
  /** Whether a last batch that is not full is left out. Default false. */
  readonly dropLast?: boolean;
  /** Makes a batch of samples. Default: {@link defaultCollate}. */
  readonly collate?: (samples: Awaited<T>[]) => B;
  /** Where the order comes from. Default: a generator seeded each epoch by the default one. */
  readonly generator?: Generator;
  /** With `for await`: how many batches are being made ahead of the one in use. Default 1. */
  readonly prefetch?: number;
}

/**
 * Reads a dataset in batches; every iteration is an epoch (torch.utils.data.DataLoader). From the same seed it draws from
 * the generators what PyTorch's loader draws, and gives the same batches.
 *
 *     const loader = new DataLoader(new TensorDataset(images, labels), { batchSize: 64, shuffle: true });
 *     for (const [x, y] of loader) …
 *
 * A dataset whose `get` returns promises is read with `for await`, which also makes the next batches while one is used.
 */
export class DataLoader<T, B = Collated<Awaited<T>>> implements Iterable<B>, AsyncIterable<B> {
  readonly dataset: Dataset<T>;
  readonly batchSampler: Sampler<readonly number[]>;
  private readonly collate: ((samples: Awaited<T>[]) => B) | null;
  private readonly generator: Generator;
  private readonly prefetch: number;

  /** @throws RangeError or TypeError for options that are out of range or exclude each other. */
  constructor(dataset: Dataset<T>, options: DataLoaderOptions<T, B> = {}) {
    checkDataset(dataset);
    checkOptions(options);
    const { collate, generator, prefetch = 1 } = options;
    if (!Number.isInteger(prefetch) || prefetch < 0) {
      throw new RangeError(`DataLoader: prefetch must be a non-negative integer, got ${prefetch}`);
    }
    if (collate !== undefined && typeof collate !== 'function') {
      throw new TypeError(`DataLoader: collate must be a function, got ${typeof collate}`);
    }
    this.dataset = dataset;
    this.batchSampler = options.batchSampler ?? new BatchSampler(...batching(dataset, options));
    if (options.batchSampler !== undefined) refuseBeside('batchSampler', options, besideBatchSampler);
    this.collate = collate ?? null;
    this.generator = generator ?? defaultGenerator;
    this.prefetch = prefetch;
  }

  /** The number of batches of an epoch. */
  get length(): number {
    return this.batchSampler.length;
  }

  *[Symbol.iterator](): Iterator<B> {
    this.spendSeed();
    for (const indices of this.batchSampler) {
      const samples = this.samples(indices);
      if (isBatch<B>(samples)) yield samples.batch;
      else {
        if (samples.some(isPromise)) {
          throw new TypeError('DataLoader: the dataset gives promises; read the loader with `for await`');
        }
        yield this.collated(samples as Awaited<T>[]);
      }
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<B> {
    this.spendSeed();
    const waiting: Promise<B>[] = [];
    for (const indices of this.batchSampler) {
      const next = this.made(indices);
      // An error belongs to whoever takes the batch, not to the process.
      next.catch(() => undefined);
      waiting.push(next);
      if (waiting.length > this.prefetch) yield await (waiting.shift() as Promise<B>);
    }
    for (const batch of waiting) yield await batch;
  }

  private async made(indices: readonly number[]): Promise<B> {
    const samples = this.samples(indices);
    return isBatch<B>(samples) ? samples.batch : this.collated(await Promise.all(samples));
  }

  /** The samples; or their batch, where the dataset makes one itself. */
  private samples(indices: readonly number[]): T[] | { batch: B } {
    const { dataset } = this;
    if (this.collate === null && dataset.batch !== undefined) {
      return { batch: dataset.batch(indices) as object as B };
    }
    return indices.map((i) => dataset.get(i));
  }

  private collated(samples: Awaited<T>[]): B {
    return this.collate === null ? (defaultCollate(samples) as object as B) : this.collate(samples);
  }

  /** PyTorch's loader draws a seed for its workers at the start of each epoch, workers or not. */
  private spendSeed(): void {
    drawSeed(this.generator);
  }
}

const known: readonly string[] = [
  'batchSize', 'shuffle', 'sampler', 'batchSampler', 'dropLast', 'collate', 'generator', 'prefetch',
] satisfies readonly (keyof DataLoaderOptions<unknown, unknown>)[]; // prettier-ignore

function checkDataset(dataset: unknown): void {
  const given = typeof dataset === 'object' && dataset !== null ? dataset : null;
  if (given === null || typeof (given as { get?: unknown }).get !== 'function') {
    throw new TypeError(
      `DataLoader: a dataset has a length and get(index), got ${given === null ? String(dataset) : given.constructor.name}`,
    );
  }
}

function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`DataLoader: options must be an object, { batchSize: … }, got ${String(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`DataLoader: unexpected option '${unknown}' (there are ${known.join(', ')})`);
  }
  const { generator } = options as { generator?: unknown };
  if (generator !== undefined && typeof generator !== 'object') {
    throw new TypeError(
      `DataLoader: generator must be a Generator, new Generator().manualSeed(seed), got a ${typeof generator}`,
    );
  }
}

const besideBatchSampler = ['batchSize', 'shuffle', 'sampler', 'dropLast'] as const;

function batching<T, B>(
  dataset: Dataset<T>,
  options: DataLoaderOptions<T, B>,
): [sampler: Sampler, batchSize: number, dropLast: boolean] {
  const { batchSize = 1, shuffle = false, dropLast = false, generator, sampler } = options;
  if (sampler !== undefined && shuffle) refuseBeside('sampler', options, ['shuffle']);
  const order =
    sampler ?? (shuffle ? new RandomSampler(dataset, { generator }) : new SequentialSampler(dataset));
  return [order, batchSize, dropLast];
}

function refuseBeside(what: string, options: object, others: readonly string[]): void {
  const given = others.filter((name) => (options as Readonly<Record<string, unknown>>)[name] !== undefined);
  if (given.length > 0) {
    throw new TypeError(
      `DataLoader: ${what} option is mutually exclusive with ${given.join(', ')}: leave out one or the other`,
    );
  }
}

function isBatch<B>(samples: unknown): samples is { batch: B } {
  return !Array.isArray(samples);
}

function isPromise(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
