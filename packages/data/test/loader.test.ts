import { arange, Generator, manualSeed, rand, tensor, type Tensor } from '@retrograd/core';
import * as data from '../src/index.ts';
import { golden } from './golden.ts';

const numbers = (n: number): data.TensorDataset<[Tensor]> => new data.TensorDataset(arange(n));
const list = (x: Tensor): number[] => Array.from(x.contiguous().data);

describe('From the same seed as PyTorch', () => {
  const named = golden.loaders.map(
    (c) => [`${JSON.stringify(c.options)} of ${c.n}, seed ${c.seed}`, c] as const,
  );
  it.each(named)('a loader gives the same batches: %s', (_, { seed, own, n, options, epochs, after }) => {
    manualSeed(seed);
    const generator = own ? new Generator(seed + 50) : undefined;
    const loader = new data.DataLoader(numbers(n), { ...options, generator });
    expect(loader).toHaveLength(epochs[0].length);
    for (const epoch of epochs) expect([...loader].map(([batch]) => list(batch))).toEqual(epoch);
    expect(rand([1]).item()).toBe(after);
  });

  it.each(golden.samplers.map((c) => [`${c.kind}(${JSON.stringify(c.args)})`, c] as const))(
    'a sampler draws the same: %s',
    (_, { kind, args, seed, length, drawn }) => {
      manualSeed(seed);
      type Make = new (...args: unknown[]) => data.Sampler;
      const from = kind === 'RandomSampler' ? [{ length: args[0] }, ...args.slice(1)] : args;
      const sampler = new (data as object as Record<string, Make>)[kind](...from);
      expect(sampler).toHaveLength(length);
      for (const epoch of drawn) expect([...sampler]).toEqual(epoch);
    },
  );

  it.each(golden.splits)('randomSplit of $n into $lengths has the same parts', ({ n, lengths, parts }) => {
    manualSeed(n);
    expect(data.randomSplit(numbers(n), lengths).map(({ indices }) => indices)).toEqual(parts);
  });
});

describe('Datasets', () => {
  it('a TensorDataset gives rows, and batches of rows in one copy', () => {
    const dataset = new data.TensorDataset(tensor([[1, 2], [3, 4], [5, 6]]), tensor([7, 8, 9])); // prettier-ignore
    expect(dataset).toHaveLength(3);
    expect(dataset.get(1).map((x) => x.toArray())).toEqual([[3, 4], 8]);
    expect(dataset.batch([2, 0]).map((x) => x.toArray())).toEqual([[[5, 6], [1, 2]], [9, 7]]); // prettier-ignore
    for (const index of [3, -1, 0.5])
      expect(() => dataset.get(index)).toThrow(/index .* is out of range for a dataset of 3/);
    expect(() => new data.TensorDataset(tensor([1, 2]), tensor([1]))).toThrow(
      /size mismatch between tensors/,
    );
    expect(() => new data.TensorDataset(tensor(1))).toThrow(/tensor 0 has no rows/);
  });

  it('subsets of concatenations of mapped datasets find their samples', () => {
    const squares = new data.MapDataset(numbers(4), ([x]) => x.item() ** 2);
    const tens = new data.MapDataset(numbers(3), ([x], i) => 10 * x.item() + i);
    const both = new data.ConcatDataset([squares, tens]);
    expect(both).toHaveLength(7);
    const some = new data.Subset(both, [6, 0, 3, 4]);
    expect([0, 1, 2, 3].map((i) => some.get(i))).toEqual([22, 0, 9, 0]);
    expect(() => new data.Subset(both, [7])).toThrow(/index 7 is out of range/);
    expect(() => some.get(4)).toThrow(/Subset: index 4 is out of range/);
  });

  it('a subset of a TensorDataset still batches in one copy', () => {
    const subset = new data.Subset(numbers(10), [9, 8, 7]);
    expect(subset.batch?.([2, 0])[0].toArray()).toEqual([7, 9]);
    const [[batch]] = new data.DataLoader(subset, { batchSize: 3 });
    expect(list(batch)).toEqual([9, 8, 7]);
  });

  it.each([
    [[3, 3], /3 \+ 3 ≠ 10/],
    [[-1, 11], /must not be negative/],
    [[0.5, 0.4], /0.5 \+ 0.4 ≠ 10/],
  ])('randomSplit refuses %j', (lengths, message) => {
    expect(() => data.randomSplit(numbers(10), lengths)).toThrow(message);
  });
});

describe('A loader', () => {
  const samples = [
    {
      x: tensor([1, 2]),
      label: 3,
      name: 'a',
      pair: [1, true] as [number, boolean],
      raw: Float32Array.of(1, 2),
    },
    {
      x: tensor([3, 4]),
      label: 4,
      name: 'b',
      pair: [2, false] as [number, boolean],
      raw: Float32Array.of(3, 4),
    },
  ];
  const dataset = { length: 2, get: (i: number) => samples[i] };

  it('collates nested samples entry by entry', () => {
    const [batch] = new data.DataLoader(dataset, { batchSize: 2 });
    expect(batch.x.toArray()).toEqual([[1, 2], [3, 4]]); // prettier-ignore
    expect([batch.label.dtype, batch.label.toArray()]).toEqual(['float32', [3, 4]]);
    expect(batch.name).toEqual(['a', 'b']);
    expect(batch.pair.map((x) => [x.dtype, x.toArray()])).toEqual([['float32', [1, 2]], ['bool', [true, false]]]); // prettier-ignore
    expect(batch.raw.shape).toEqual([2, 2]);
  });

  it('takes a collate function, samplers and batch samplers', () => {
    const names = (list: { name: string }[]): string => list.map(({ name }) => name).join('');
    expect([...new data.DataLoader(dataset, { collate: names, sampler: [1, 1, 0] as never })]).toEqual(['b', 'b', 'a']); // prettier-ignore
    const batchSampler = new data.BatchSampler(new data.SequentialSampler(dataset), 2, false);
    expect([...new data.DataLoader(dataset, { collate: names, batchSampler })]).toEqual(['ab']);
  });

  it('reads asynchronously, in order, ahead by as much as asked for', async () => {
    let [running, most] = [0, 0];
    const slow = {
      length: 8,
      get: async (i: number): Promise<Tensor> => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 8 - i));
        running--;
        return tensor([i]);
      },
    };
    const seen: number[] = [];
    for await (const batch of new data.DataLoader(slow, { batchSize: 2, prefetch: 2 }))
      seen.push(...list(batch));
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBeGreaterThanOrEqual(4);
    expect(() => [...new data.DataLoader(slow)]).toThrow(
      /the dataset gives promises; read the loader with `for await`/,
    );
  });

  it('an error of the dataset reaches who reads, asynchronously too', async () => {
    const broken = {
      length: 3,
      get: (i: number): Tensor => {
        if (i === 1) throw new Error('disk on fire');
        return tensor([i]);
      },
    };
    expect(() => [...new data.DataLoader(broken)]).toThrow('disk on fire');
    const read = async (): Promise<void> => {
      for await (const _ of new data.DataLoader(broken, { prefetch: 3 }));
    };
    await expect(read()).rejects.toThrow('disk on fire');
  });

  it.each<[string, () => unknown, RegExp]>([
    ['an option it does not have', () => new data.DataLoader(dataset, { batch_size: 2 } as object), /unexpected option 'batch_size' \(there are batchSize/],
    ['an array for a dataset', () => new data.DataLoader([1, 2] as never), /a dataset has a length and get\(index\), got Array/],
    ['no dataset', () => new data.DataLoader(undefined as never), /a dataset has a length and get\(index\), got undefined/],
    ['a batch size in place of options', () => new data.DataLoader(dataset, 32 as never), /options must be an object, \{ batchSize: … \}, got 32/],
    ['a seed for a generator', () => new data.DataLoader(dataset, { generator: 42 as never }), /new Generator\(\)\.manualSeed\(seed\), got a number/],
    ['arrays for tensors', () => new data.TensorDataset(tensor([1]), [1] as never), /entry 1 must be a Tensor, got an array/],
    ['batch size 0', () => new data.DataLoader(dataset, { batchSize: 0 }), /batchSize should be a positive integer/],
    ['shuffle beside sampler', () => new data.DataLoader(dataset, { shuffle: true, sampler: new data.SequentialSampler(dataset) }), /mutually exclusive with shuffle/],
    ['batchSampler beside batchSize', () => new data.DataLoader(dataset, { batchSize: 2, batchSampler: new data.BatchSampler(new data.SequentialSampler(dataset), 2, false) }), /mutually exclusive with batchSize/],
    ['samples of two kinds', () => data.defaultCollate([tensor(1), 2] as unknown[]), /the first is a tensor, number 1 a number/],
    ['tensors of two shapes', () => data.defaultCollate([tensor([1]), tensor([1, 2])]), /stack/],
    ['missing keys', () => data.defaultCollate([{ a: 1 }, { b: 1 }] as object[]), /number 1 of the samples has no sample\.a/],
    ['tuples of two lengths', () => data.defaultCollate([[1], [1, 2]]), /the first has 1, number 1 2/],
    ['functions', () => data.defaultCollate([() => 1]), /give the loader a collate function/],
    ['no samples', () => data.defaultCollate([]), /at least one sample/],
    ['an empty dataset, shuffled', () => new data.DataLoader({ length: 0, get: () => 1 }, { shuffle: true }), /numSamples should be a positive integer, got 0/],
    ['weights that are all zero', () => new data.WeightedRandomSampler([0, 0], 1), /sum of the weights must be positive/],
    ['a negative weight', () => new data.WeightedRandomSampler([1, -1], 1), /weights\[1\] is -1/],
    ['more without replacement than there are', () => new data.WeightedRandomSampler([1, 0], 2, { replacement: false }), /cannot draw 2 samples/],
  ])('refuses %s', (_, make, message) => expect(make).toThrow(message)); // prettier-ignore
});
