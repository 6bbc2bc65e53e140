import { inspect } from 'node:util';
import {
  add, arange, autograd, div, DTypeError, eye, fromTypedArray, full, fullLike, isTensor, linspace, mul, noGrad, ones, onesLike,
  promoteTypes, ShapeError, tensor, Tensor, zeros, zerosLike, type DType,
} from '../src/index.ts'; // prettier-ignore
import type * as core from '../src/index.ts';
import { elements } from './numeric.ts';

describe('tensor()', () => {
  test('takes nested arrays, whose nesting is the shape, as float32', () => {
    const x = tensor([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
    expect([x.shape, x.dtype, x.ndim, x.numel(), x.size(-1)]).toEqual([[2, 3], 'float32', 2, 6, 3]);
    expect(x.toArray()).toEqual([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
  });

  test('takes a number as a 0-d tensor, booleans as bool, typed arrays in their own dtype, and copies', () => {
    expect([tensor(3).shape, tensor(3).item()]).toEqual([[], 3]);
    expect(tensor([true, false]).toArray()).toEqual([true, false]);
    const array = new Int32Array([1, 2]);
    const x = tensor(array);
    array[0] = 9;
    expect([x.dtype, x.toArray()]).toEqual(['int32', [1, 2]]);
    expect(tensor(new Float64Array(2)).dtype).toBe('float64');
    expect(tensor(x, { dtype: 'float64' }).toArray()).toEqual([1, 2]);
  });

  test('keeps size-0 shapes', () => {
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect(tensor([[], []]).toArray()).toEqual([[], []]);
  });

  test('refuses ragged arrays and data that are no numbers', () => {
    expect(() => tensor([[1, 2], [3]])).toThrow(ShapeError);
    expect(() => tensor([[1, 2], [3]])).toThrow(/expected sequence of length 2 at dim 1 \(got 1\)/);
    expect(() => tensor([1, [2]])).toThrow(/must not be ragged/);
    expect(() => tensor([[1], 2])).toThrow(/expected a sequence at dim 1/);
    expect(() => tensor(['a'] as never)).toThrow(/expected numbers or booleans, got string/);
    expect(() => tensor([1], { dtype: 'float16' as DType })).toThrow(/unknown dtype float16/);
    expect(() => tensor(new Uint16Array(2) as never)).toThrow(DTypeError);
  });
});

describe('data is exchanged without copies', () => {
  test('fromTypedArray wraps the caller’s array, and .data is that array', () => {
    const array = new Float32Array([1, 2, 3, 4]);
    const x = fromTypedArray(array, [2, 2]);
    expect(x.data).toBe(array);
    array[3] = 40;
    expect(x.toArray()).toEqual([[1, 2], [3, 40]]); // prettier-ignore
    x.data[0] = 10;
    expect(array[0]).toBe(10);
  });

  test('.data of a contiguous view is the live part of the array', () => {
    const x = fromTypedArray(new Float64Array([1, 2, 3, 4]), [2, 2]);
    const row = x.select(0, 1);
    row.data[0] = 30;
    expect(x.toArray()).toEqual([[1, 2], [30, 4]]); // prettier-ignore
    expect(() => x.t().data).toThrow(/is not contiguous; use x\.contiguous\(\)\.data/);
    expect([...x.t().contiguous().data]).toEqual([1, 30, 2, 4]);
  });

  test('an array that does not fit is refused', () => {
    expect(() => fromTypedArray(new Float32Array(3), [2, 2])).toThrow(
      /shape \[2, 2\] is invalid for an array of 3 elements/,
    );
    expect(() => fromTypedArray(new Float32Array(2), [2], { dtype: 'float64' })).toThrow(
      /cannot be read as float64/,
    );
    expect(() => fromTypedArray([1, 2] as never, [2])).toThrow(DTypeError);
    expect(fromTypedArray(new Uint8Array([1, 0]), [2], { dtype: 'bool' }).toArray()).toEqual([true, false]);
  });
});

describe('views share memory', () => {
  const x = (): Tensor => tensor([[0, 1, 2], [3, 4, 5]]); // prettier-ignore
  const views: [string, (x: Tensor) => Tensor, unknown][] = [
    ['transpose', (a) => a.transpose(0, 1), [[0, 3], [1, 4], [2, 5]]],
    ['permute', (a) => a.permute([1, 0]), [[0, 3], [1, 4], [2, 5]]],
    ['expand', (a) => a.select(0, 0).expand([2, 3]), [[0, 1, 2], [0, 1, 2]]],
    ['slice', (a) => a.slice(1, 0, null, 2), [[0, 2], [3, 5]]],
    ['select', (a) => a.select(1, 1), [1, 4]],
    ['reshape', (a) => a.reshape([3, 2]), [[0, 1], [2, 3], [4, 5]]],
    ['reshape of a slice', (a) => a.narrow(1, 0, 2).reshape([2, 1, 2]), [[[0, 1]], [[3, 4]]]],
  ]; // prettier-ignore
  test.each(views)('%s', (_, view, expected) => {
    const base = x();
    const v = view(base);
    expect(v.toArray()).toEqual(expected);
    expect(v.storage).toBe(base.storage);
  });

  test('but reshape copies where no strides fit, and view refuses', () => {
    const base = x();
    expect(base.t().reshape([6]).storage).not.toBe(base.storage);
    expect(base.t().reshape([6]).toArray()).toEqual([0, 3, 1, 4, 2, 5]);
    expect(() => base.t().view([6])).toThrow(
      /view size is not compatible with input tensor's size and stride/,
    );
  });
});

describe('dtypes promote as in PyTorch', () => {
  const dtypes: DType[] = ['bool', 'uint8', 'int32', 'float32', 'float64'];

  test('between tensors with dims: the higher of bool < uint8 < int32 < float32 < float64', () => {
    dtypes.forEach((a, i) =>
      dtypes.forEach((b, j) => {
        const expected = dtypes[Math.max(i, j)];
        expect(add(ones([2], { dtype: a }), ones([2], { dtype: b })).dtype).toBe(expected);
        expect(promoteTypes(a, b)).toBe(expected);
      }),
    );
  });

  test('a 0-d tensor or a number counts only when its category is higher', () => {
    const f32 = ones([2]);
    const i32 = ones([2], { dtype: 'int32' });
    const bool = ones([2], { dtype: 'bool' });
    expect(mul(f32, tensor(2, { dtype: 'float64' })).dtype).toBe('float32');
    expect(mul(i32, tensor(2, { dtype: 'float64' })).dtype).toBe('float64');
    expect(mul(ones([2], { dtype: 'uint8' }), tensor(2, { dtype: 'int32' })).dtype).toBe('uint8');
    expect([mul(i32, 2).dtype, mul(i32, 2.5).dtype, mul(bool, 2).dtype, mul(f32, 2.5).dtype]).toEqual([
      'int32', 'float32', 'int32', 'float32',
    ]); // prettier-ignore
    expect(add(tensor(1), tensor(2, { dtype: 'float64' })).dtype).toBe('float64');
  });

  test('true division of integers is float32; sums and products of bools are or and and', () => {
    const i32 = tensor([1, 2], { dtype: 'int32' });
    expect([div(i32, 2).dtype, div(i32, 2).toArray()]).toEqual(['float32', [0.5, 1]]);
    expect(div(i32, 2, { roundingMode: 'floor' }).dtype).toBe('int32');
    expect(add(tensor([true, false]), tensor([true, false])).toArray()).toEqual([true, false]);
    expect(mul(tensor([true, true]), tensor([true, false])).toArray()).toEqual([true, false]);
  });

  test('int32 wraps around', () => {
    expect(add(tensor([2147483647], { dtype: 'int32' }), 1).item()).toBe(-2147483648);
    expect(mul(tensor([65537], { dtype: 'int32' }), 65537).item()).toBe(131073);
  });
});

describe('tensors are made', () => {
  test('of zeros, ones, one value, and like another', () => {
    const x = zeros([2, 2], { dtype: 'float64' });
    expect(ones([2]).toArray()).toEqual([1, 1]);
    expect([full([2], 7).toArray(), full([1], true).dtype]).toEqual([[7, 7], 'bool']);
    expect([zerosLike(x).dtype, onesLike(x).shape, fullLike(x, 3).toArray()]).toEqual(['float64', [2, 2], [[3, 3], [3, 3]]]); // prettier-ignore
    expect(zeros([2, 0, 3]).numel()).toBe(0);
    expect(() => zeros([2, -1])).toThrow(/non-negative integers/);
  });

  test('by arange and linspace', () => {
    expect([arange(3).dtype, arange(3).toArray()]).toEqual(['int32', [0, 1, 2]]);
    expect(arange(1, 2, 0.25).toArray()).toEqual([1, 1.25, 1.5, 1.75]);
    expect(arange(5, 0, -2).toArray()).toEqual([5, 3, 1]);
    expect(arange(2, 2).shape).toEqual([0]);
    expect(() => arange(0, 3, -1)).toThrow(/inconsistent with step sign/);
    expect(() => arange(0, 3, 0)).toThrow(/step must be nonzero/);
    expect(linspace(0, 1, 5, { dtype: 'float64' }).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linspace(3, 9, 1).toArray()).toEqual([3]);
    expect(eye(2, 3).toArray()).toEqual([[1, 0, 0], [0, 1, 0]]); // prettier-ignore
  });
});

describe('a tensor prints', () => {
  test('as PyTorch prints it, through String, template literals and console.log', () => {
    const x = tensor([[1, 2.5], [3, 4]], { dtype: 'float64', requiresGrad: true }); // prettier-ignore
    const text = 'tensor([[1.0000, 2.5000],\n        [3.0000, 4.0000]], dtype=float64, requiresGrad=true)';
    expect([String(x), `${x.detach().toString()}`, inspect(x)]).toEqual([
      text,
      text.replace(', requiresGrad=true', ''),
      text,
    ]);
    expect(String(mul(x, 2))).toContain('gradFn=<mul>');
  });

  test('abbreviated when it is large', () => {
    expect(String(zeros([1000, 1000])).split('\n').length).toBeLessThan(10);
  });
});

test('item() needs one element, and says what it found', () => {
  expect(() => tensor([1, 2]).item()).toThrow(
    /only one element tensors can be converted to a number, got shape \[2\]/,
  );
  expect(tensor([[5]]).item()).toBe(5);
});

test('a tensor of another loaded copy of the package is recognised by its brand', () => {
  jest.isolateModules(() => {
    const other = jest.requireActual<typeof core>('../src/index.ts');
    const theirs = other.tensor([1, 2], { requiresGrad: true });
    expect(theirs).not.toBeInstanceOf(Tensor);
    expect(isTensor(theirs)).toBe(true);
    mul(theirs, tensor([3, 4])).backward(tensor([1, 10]));
    expect(elements(theirs.grad as Tensor)).toEqual([3, 40]);
  });
});

describe('JavaScript’s operators', () => {
  test('compare tensors of one element as numbers, where their texts would be compared', () => {
    expect([tensor(9) < tensor(10), tensor([9]) > tensor(10)]).toEqual([true, false]);
    expect(() => tensor([1, 2]) < tensor(3)).toThrow('only one element tensors can be converted to a number');
  });

  test('make texts of tensors', () => {
    expect([tensor([1, 2]), tensor(3)].join('|')).toBe('tensor([1., 2.])|tensor(3.)');
  });
});

describe('numbers as operands', () => {
  test('keep the sign of zero, whichever came first', () => {
    const one = tensor([1], { dtype: 'float64' });
    expect(Object.is(one.mul(0).item(), 0)).toBe(true);
    expect(Object.is(one.mul(-0).item(), -0)).toBe(true);
    expect(Object.is(one.mul(0).item(), 0)).toBe(true);
  });

  test('are of the dtype they meet', () => {
    expect(tensor([1], { dtype: 'float32' }).mul(0.1).item()).toBe(Math.fround(0.1));
    expect(tensor([1], { dtype: 'float64' }).mul(0.1).item()).toBe(0.1);
    expect(tensor([1], { dtype: 'float32' }).mul(0.1).item()).toBe(Math.fround(0.1));
  });

  test('are what they are after hundreds of others', () => {
    const one = tensor([1], { dtype: 'float64' });
    for (let round = 0; round < 2; round++) {
      for (let i = 1; i < 200; i++) expect(one.mul(i + 0.5).item()).toBe(i + 0.5);
    }
  });

  test('are not changed by a pack hook that writes to the value it is shown', () => {
    const x = tensor([1], { dtype: 'float64', requiresGrad: true });
    const hooks = {
      pack: (saved: Tensor) => noGrad(() => saved.mul_(100)),
      unpack: (packed: Tensor) => packed,
    };
    autograd.savedTensorsHooks(hooks, () => x.mul(7.25));
    expect(x.mul(7.25).item()).toBe(7.25);
  });
});
