import {
  defaultGenerator,
  Generator,
  isTensor,
  rand,
  randint,
  randperm,
  zeros,
  type Tensor,
} from '@retrograd/core';

/** An order in which samples are read; every iteration is one epoch (torch.utils.data.Sampler). */
export interface Sampler<T = number> extends Iterable<T> {
  /** How many there are in an epoch. */
  readonly length: number;
}

interface Sized {
  readonly length: number;
}

/** From the first to the last (torch.utils.data.SequentialSampler). */
export class SequentialSampler implements Sampler {
  private readonly source: Sized;

  constructor(source: Sized) {
    this.source = source;
  }

  get length(): number {
    return this.source.length;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let i = 0; i < this.source.length; i++) yield i;
  }
}

/** Options of {@link RandomSampler}. */
export interface RandomSamplerOptions {
  /** Whether a sample may be drawn again within an epoch. Default false. */
  readonly replacement?: boolean;
  /** How many are drawn in an epoch. Default: as many as there are. */
  readonly numSamples?: number;
  /** Where the order comes from. Unless given, every epoch has a generator seeded by the default one, as in PyTorch. */
  readonly generator?: Generator;
}

/** In random order, a new one each epoch; PyTorch's order for the same seed (torch.utils.data.RandomSampler). */
export class RandomSampler implements Sampler {
  private readonly source: Sized;
  private readonly options: RandomSamplerOptions;

  /** @throws RangeError for a number of samples that is not a positive integer, or nothing to draw from. */
  constructor(source: Sized, options: RandomSamplerOptions = {}) {
    const { numSamples = source.length } = options;
    if (!Number.isInteger(numSamples) || numSamples <= 0) {
      throw new RangeError(`RandomSampler: numSamples should be a positive integer, got ${numSamples}`);
    }
    this.source = source;
    this.options = options;
  }

  get length(): number {
    return this.options.numSamples ?? this.source.length;
  }

  *[Symbol.iterator](): Iterator<number> {
    const { length: n } = this.source;
    const { replacement = false, generator = seeded() } = this.options;
    const count = this.length;
    if (replacement) {
      for (let i = 0; i < Math.floor(count / 32); i++) yield* randint(0, n, [32], { generator }).data;
      yield* randint(0, n, [count % 32], { generator }).data;
    } else {
      for (let i = 0; i < Math.floor(count / n); i++) yield* randperm(n, { generator }).data;
      // PyTorch draws this one even where nothing of it is needed.
      yield* randperm(n, { generator }).data.subarray(0, count % n);
    }
  }
}

/** Given indices in random order (torch.utils.data.SubsetRandomSampler). */
export class SubsetRandomSampler implements Sampler {
  private readonly indices: readonly number[];
  private readonly generator: Generator;

  constructor(
    indices: Iterable<number>,
    { generator = defaultGenerator }: { readonly generator?: Generator } = {},
  ) {
    this.indices = [...indices];
    this.generator = generator;
  }

  get length(): number {
    return this.indices.length;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (const i of randperm(this.indices.length, { generator: this.generator }).data) yield this.indices[i];
  }
}

/** Options of {@link WeightedRandomSampler}. */
export interface WeightedRandomSamplerOptions {
  /** Whether a sample may be drawn again. Default true. */
  readonly replacement?: boolean;
  /** Where the draws come from. Default: the default generator. */
  readonly generator?: Generator;
}

/**
 * Draws sample i with a probability proportional to `weights[i]`, for instance to balance classes
 * (torch.utils.data.WeightedRandomSampler). Without replacement by exponential races (Efraimidis and Spirakis, 2006).
 */
export class WeightedRandomSampler implements Sampler {
  readonly length: number;
  private readonly weights: Float64Array;
  private readonly replacement: boolean;
  private readonly generator: Generator;

  /** @throws RangeError for weights that are negative, not finite or all zero, or fewer than have to be drawn. */
  constructor(
    weights: Iterable<number> | Tensor,
    numSamples: number,
    { replacement = true, generator = defaultGenerator }: WeightedRandomSamplerOptions = {},
  ) {
    const where = 'WeightedRandomSampler';
    this.weights = Float64Array.from(isTensor(weights) ? weights.detach().contiguous().data : weights);
    if (!Number.isInteger(numSamples) || numSamples <= 0) {
      throw new RangeError(`${where}: numSamples should be a positive integer, got ${numSamples}`);
    }
    const bad = this.weights.findIndex((w) => !(w >= 0 && w < Infinity));
    if (bad !== -1) {
      throw new RangeError(
        `${where}: weights must be finite and not negative, weights[${bad}] is ${this.weights[bad]}`,
      );
    }
    const possible = this.weights.filter((w) => w > 0).length;
    if (possible === 0) throw new RangeError(`${where}: the sum of the weights must be positive`);
    if (!replacement && possible < numSamples) {
      throw new RangeError(
        `${where}: cannot draw ${numSamples} samples without replacement from ${possible} with a positive weight`,
      );
    }
    this.length = numSamples;
    this.replacement = replacement;
    this.generator = generator;
  }

  *[Symbol.iterator](): Iterator<number> {
    const { weights, length, generator } = this;
    if (this.replacement) {
      let total = 0;
      const cumulative = weights.map((w) => (total += w));
      for (const u of rand([length], { dtype: 'float64', generator }).data) {
        yield firstAbove(cumulative, u * total);
      }
      return;
    }
    // Arrivals at rate `weight`, as exponential variables divided by it: the first to arrive are drawn.
    const waits = zeros([weights.length], { dtype: 'float64' }).exponential_(1, { generator }).data;
    const rates = weights.map((w, i) => w / waits[i]);
    const order = Array.from(weights.keys()).sort((a, b) => rates[b] - rates[a]);
    yield* order.slice(0, length);
  }
}

/** The first place in an ascending list whose value is above x. */
function firstAbove(ascending: Float64Array, x: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Groups what another sampler gives into batches (torch.utils.data.BatchSampler). */
export class BatchSampler implements Sampler<number[]> {
  private readonly sampler: Sampler;
  readonly batchSize: number;
  readonly dropLast: boolean;

  /** @throws RangeError for a batch size that is not a positive integer. */
  constructor(sampler: Sampler, batchSize: number, dropLast: boolean) {
    if (!Number.isInteger(batchSize) || batchSize <= 0) {
      throw new RangeError(
        `BatchSampler: batchSize should be a positive integer value, but got batchSize=${batchSize}`,
      );
    }
    this.sampler = sampler;
    this.batchSize = batchSize;
    this.dropLast = dropLast;
  }

  get length(): number {
    const full = this.sampler.length / this.batchSize;
    return this.dropLast ? Math.floor(full) : Math.ceil(full);
  }

  *[Symbol.iterator](): Iterator<number[]> {
    let batch: number[] = [];
    for (const index of this.sampler) {
      batch.push(index);
      if (batch.length < this.batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.dropLast) yield batch;
  }
}

/** A generator seeded by the default one, with the draw PyTorch's sampler makes for it. */
function seeded(): Generator {
  return new Generator(drawSeed(defaultGenerator));
}

/** A seed in [0, 2⁶³): what `torch.empty((), dtype=torch.int64).random_()` draws. */
export function drawSeed(generator: Generator): bigint {
  return BigInt.asUintN(63, generator.random64());
}
