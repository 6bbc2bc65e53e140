import { masked, ones, tensor, where } from '../src/index.ts';
import type { Tensor } from '../src/index.ts';

/* Values and gradients are held to PyTorch's in opinfo/; here is what its samples do not say. */

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const mask = tensor([true, false, true]);
const nothing = tensor([false, false, false]);

test('a reduction of nothing gives what changes nothing', () => {
  expect(masked.sum(x, 1, { mask: nothing }).toArray()).toEqual([0, 0]);
  expect(masked.prod(x, 1, { mask: nothing }).toArray()).toEqual([1, 1]);
  expect(masked.amax(x, 1, { mask: nothing }).toArray()).toEqual([-Infinity, -Infinity]);
  expect(masked.amin(x, 1, { mask: nothing }).toArray()).toEqual([Infinity, Infinity]);
  expect(masked.mean(x, 1, { mask: nothing }).toArray()).toEqual([NaN, NaN]);
  expect(masked.median(x, 1, { mask: nothing }).toArray()).toEqual([NaN, NaN]);
});

test('the extremes of integers left out are the least and greatest numbers of their dtype', () => {
  const n = x.to('int32');
  expect(masked.amax(n, 1, { mask: nothing }).toArray()).toEqual([-(2 ** 31), -(2 ** 31)]);
  expect(masked.amin(n, 1, { mask: nothing }).toArray()).toEqual([2 ** 31 - 1, 2 ** 31 - 1]);
});

test('all options may come in one object, the dim included', () => {
  expect(masked.sum(x, { dim: 0, keepdim: true, mask }).toArray()).toEqual([[5, 0, 9]]);
  expect(masked.var(x, { dim: 1, unbiased: false, mask }).toArray()).toEqual([1, 1]);
});

test('elements left out get no gradient', () => {
  const leaf = ones([2, 3]).requiresGrad_();
  masked.softmax(leaf, 1, { mask }).backward(tensor([[3, 5, -1], [2, 7, 4]])); // prettier-ignore
  const inside = (leaf.grad as Tensor).abs().gt(0);
  expect(where(inside, 1, 0).toArray()).toEqual([[1, 0, 1], [1, 0, 1]]); // prettier-ignore
});

test('a mask that is not bool, or does not broadcast to x, is refused', () => {
  expect(() => masked.sum(x, 1, { mask: ones([3]) })).toThrow(
    /masked.sum: expected mask to be bool, got float32/,
  );
  expect(() => masked.mean(x, 1, { mask: tensor([true, false]) })).toThrow(
    /masked.mean: expected mask to broadcast to the input: \[2\], \[2, 3\]/,
  );
  expect(() => masked.median(x.to('int32'), 1)).toThrow(
    /masked.median: expected a floating dtype, got int32/,
  );
});
