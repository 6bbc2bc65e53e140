import { arange, cat, indexPut, slice, stack, tensor, zeros, type Tensor } from '../src/index.ts';

const matrix = (): Tensor => arange(12).to('float64').reshape([3, 4]);

describe('views', () => {
  const views: [string, (x: Tensor) => Tensor][] = [
    ['view', (x) => x.view([2, 6])],
    ['reshape', (x) => x.reshape([4, 3])],
    ['flatten', (x) => x.flatten()],
    ['unflatten', (x) => x.unflatten(1, [2, 2])],
    ['unsqueeze', (x) => x.unsqueeze(1)],
    ['squeeze', (x) => x.unsqueeze(0).squeeze()],
    ['transpose', (x) => x.transpose(0, 1)],
    ['permute', (x) => x.permute([1, 0])],
    ['movedim', (x) => x.movedim(0, 1)],
    ['t', (x) => x.t()],
    ['mT', (x) => x.mT()],
    ['select', (x) => x.select(0, 1)],
    ['slice', (x) => x.slice(1, 0, null, 2)],
    ['narrow', (x) => x.narrow(0, 1, 2)],
    ['split', (x) => x.split(2)[1]],
    ['chunk', (x) => x.chunk(2, 1)[0]],
    ['tensorSplit', (x) => x.tensorSplit([1])[1]],
    ['unbind', (x) => x.unbind()[2]],
    ['diagonal', (x) => x.diagonal()],
    ['unfold', (x) => x.unfold(1, 2, 1)],
    ['expand', (x) => x.expand([2, 3, 4])],
    ['index with integers and ranges', (x) => x.index([1, slice(1, null, 2), null])],
  ];

  test.each(views)('%s shares the memory of its tensor', (_, take) => {
    const x = matrix();
    const y = take(x);
    expect(y.storage).toBe(x.storage);
    const before = y.contiguous().data.slice();
    x.add_(100);
    expect(Array.from(y.contiguous().data)).toEqual(Array.from(before, (v) => v + 100));
  });

  test('a change through a view is seen by the whole', () => {
    const x = matrix();
    x.index([slice(), 0]).fill_(-1);
    expect(x.toArray()).toEqual([
      [-1, 1, 2, 3],
      [-1, 5, 6, 7],
      [-1, 9, 10, 11],
    ]);
    expect(x.version).toBe(1);
  });

  test('reshape copies where no view exists', () => {
    const x = matrix();
    expect(x.t().reshape([12]).storage).not.toBe(x.storage);
    expect(() => x.t().view([12])).toThrow(/Use reshape/);
  });

  test('shapes given to reshape and view are copied', () => {
    const shape = [2, 6];
    const x = matrix().reshape(shape);
    shape[0] = 9;
    expect(x.shape).toEqual([2, 6]);
  });
});

describe('slice', () => {
  test('with a tensor first slices; with numbers it makes a range for index', () => {
    expect(slice(arange(6), 0, 1, 5, 2).toArray()).toEqual([1, 3]);
    expect(
      arange(6)
        .index([slice(1, 5, 2)])
        .toArray(),
    ).toEqual([1, 3]);
    expect(
      arange(6)
        .index([slice(4)])
        .toArray(),
    ).toEqual([4, 5]);
    expect(
      arange(6)
        .index([{ stop: -4 }])
        .toArray(),
    ).toEqual([0, 1]);
    expect(() => slice([1, 2] as never)).toThrow(/slice: expected a Tensor, got an array/);
  });
});

describe('in-place indexing', () => {
  test('indexPut_ assigns, and keeps the dtype', () => {
    const x = zeros([2, 3], { dtype: 'int32' });
    x.indexPut_([slice(), 1], 2.9).indexPut_([tensor([true, false]), 0], tensor([7]));
    expect(x.toArray()).toEqual([
      [7, 2, 0],
      [0, 2, 0],
    ]);
    expect(x.dtype).toBe('int32');
  });

  test('scatterAdd_, indexAdd_ and tril_ modify their tensor', () => {
    const index = tensor([1, 1], { dtype: 'int32' });
    expect(
      zeros([3])
        .scatterAdd_(0, index, tensor([1, 2]))
        .toArray(),
    ).toEqual([0, 3, 0]);
    expect(
      zeros([3])
        .indexAdd_(0, index, tensor([1, 2]), { alpha: 2 })
        .toArray(),
    ).toEqual([0, 6, 0]);
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(x.tril_()).toBe(x);
    expect(x.toArray()).toEqual([
      [1, 0],
      [3, 4],
    ]);
  });

  test('nothing is changed when an index is out of bounds', () => {
    const x = zeros([3]);
    expect(() => x.indexPut_([[0, 3]], 1)).toThrow(/index 3 is out of bounds for dimension 0 with size 3/);
    expect(x.toArray()).toEqual([0, 0, 0]);
    expect(x.version).toBe(0);
  });

  test('a modified index is noticed at backward', () => {
    const x = zeros([3], { requiresGrad: true });
    const index = tensor([0, 1], { dtype: 'int32' });
    const y = x.indexSelect(0, index).sum();
    index.add_(1);
    expect(() => y.backward()).toThrow(/modified by an inplace operation/);
  });
});

describe('joining', () => {
  test('cat and stack promote dtypes', () => {
    const whole = tensor([1, 2], { dtype: 'int32' });
    expect(cat([whole, tensor([0.5])]).dtype).toBe('float32');
    expect(cat([whole, tensor([true])]).dtype).toBe('int32');
    expect(stack([whole, tensor([0.5, 1], { dtype: 'float64' })]).dtype).toBe('float64');
  });

  test('the gradient of each part has the dtype and shape of the part', () => {
    const a = tensor([1, 2], { requiresGrad: true });
    const b = tensor([3], { dtype: 'float64', requiresGrad: true });
    cat([a, b, tensor([], { requiresGrad: true })])
      .mul(tensor([1, 2, 3]))
      .sum()
      .backward();
    expect([a.grad?.dtype, a.grad?.toArray()]).toEqual(['float32', [1, 2]]);
    expect([b.grad?.dtype, b.grad?.toArray()]).toEqual(['float64', [3]]);
  });

  test('indexPut leaves its tensor as it was', () => {
    const x = zeros([2]);
    expect(indexPut(x, [0], 1).toArray()).toEqual([1, 0]);
    expect(x.toArray()).toEqual([0, 0]);
  });
});
