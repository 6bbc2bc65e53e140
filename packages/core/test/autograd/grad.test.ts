import { add, exp, grad, mul, tensor, zeros, type Tensor } from '../../src/index.ts';
import { elements } from '../numeric.ts';

const leaf = (data: number[] | number): Tensor => tensor(data, { requiresGrad: true, dtype: 'float64' });
const float64 = (data: number[] | number): Tensor => tensor(data, { dtype: 'float64' });

test('grad never touches .grad', () => {
  const x = leaf([1, 2]);
  const g = grad(mul(x, x), x, { gradOutputs: float64([1, 1]) });
  expect(elements(g)).toEqual([2, 4]);
  expect(x.grad).toBeNull();
});

test('grad is given for intermediate tensors, and for several inputs at once', () => {
  const x = leaf(3);
  const y = mul(x, x);
  const z = mul(y, x);
  expect(grad(z, [y, x], { retainGraph: true }).map((g) => g.item())).toEqual([3, 27]);
  expect(grad(z, y).item()).toBe(3);
});

test('the same input twice gets its gradient twice, in arrays of their own', () => {
  const x = leaf([3]);
  const [a, b] = grad(mul(x, x), [x, x]);
  a.zero_();
  expect([a.item(), b.item()]).toEqual([0, 6]);
});

test('an output that is an input has the seed as its gradient, in an array of its own', () => {
  const x = leaf([1, 2]);
  const seed = float64([5, 6]);
  const g = grad(x, x, { gradOutputs: seed });
  g.zero_();
  expect(elements(seed)).toEqual([5, 6]);
});

test('several outputs add up', () => {
  const x = leaf(2);
  const y = mul(x, x);
  expect(grad([y, mul(y, 3), x], x).item()).toBe(4 + 12 + 1);
});

test('an unused input is an error, null, or zeros', () => {
  const x = leaf([1, 2]);
  const unused = leaf([1, 2, 3]);
  const y = (): Tensor => mul(x, 2).sumToSize([]);
  expect(() => grad(y(), [x, unused])).toThrow(
    /One of the differentiated Tensors appears to not have been used in the graph.*allowUnused: true/is,
  );
  expect(grad(y(), unused, { allowUnused: true })).toBeNull();
  expect(elements(grad(y(), unused, { materializeGrads: true }))).toEqual([0, 0, 0]);
});

test('an input that does not require grad is an error', () => {
  const x = leaf(1);
  expect(() => grad(mul(x, 2), float64(1))).toThrow(/does not require grad/);
});

test('an empty list of inputs or outputs is an error', () => {
  const x = leaf(1);
  expect(() => grad(mul(x, 2), [])).toThrow(/requires non-empty inputs/);
  expect(() => grad([], [x])).toThrow(/at least one tensor/);
});

test('seeds are matched with outputs', () => {
  const x = leaf([1, 2]);
  const ys = (): Tensor[] => [mul(x, 2), mul(x, 3)];
  expect(() => grad(ys(), x, { gradOutputs: [float64([1, 1])] })).toThrow(/got 2 tensors and 1 gradients/);
  expect(() => grad(ys(), x)).toThrow(/implicitly created only for scalar outputs/);
  expect(() => grad(ys(), x, { gradOutputs: [float64([1, 1]), float64([1, 2, 3])] })).toThrow(
    /grad_output\[1\]/,
  );
  expect(elements(grad(ys(), x, { gradOutputs: [float64([1, 1]), float64([1, 2])] }))).toEqual([5, 8]);
});

test('grad goes only where the inputs are: a hook elsewhere is not called', () => {
  const x = leaf(1);
  const w = leaf(2);
  const branch = exp(x);
  const called = jest.fn();
  branch.registerHook(called);
  expect(grad(add(mul(branch, 2), mul(w, 3)), w).item()).toBe(3);
  expect(called).not.toHaveBeenCalled();
});

test('the gradient of a size-0 tensor has its shape', () => {
  const x = zeros([0, 3], { requiresGrad: true, dtype: 'float64' });
  const g = grad(mul(x, 2), x, { gradOutputs: zeros([0, 3], { dtype: 'float64' }) });
  expect(g.shape).toEqual([0, 3]);
});

test('the two-layer example: gradients of an intermediate value and of the weights', () => {
  const x = tensor([[1, 2, 3], [4, 5, 6]], { dtype: 'float64' }); // prettier-ignore
  const y = float64([1, -1]);
  const w1 = tensor([[1, 0], [2, 1], [-1, 3]], { dtype: 'float64', requiresGrad: true }); // prettier-ignore
  const b1 = leaf([1, 2]);
  const w2 = tensor([[2], [-3]], { dtype: 'float64', requiresGrad: true });
  const b2 = leaf([5]);
  const y1 = x.matmul(w1).add(b1);
  const y2 = y1.matmul(w2).add(b2);
  const loss = y.sub(y2.squeeze()).pow(2).sum();
  const g2 = grad(loss, y2, { retainGraph: true });
  expect(elements(g2)).toEqual(elements(y2.squeeze().sub(y).mul(2)));
  const g1 = grad(loss, y1, { retainGraph: true });
  expect(elements(g1)).toEqual(elements(g2.matmul(w2.t())));
  loss.backward();
  expect(elements(w1.grad as Tensor)).toEqual(elements(x.t().matmul(g1)));
  expect(elements(w2.grad as Tensor)).toEqual(elements(y1.t().matmul(g2)));
  expect(elements(b1.grad as Tensor)).toEqual(elements(g1.sum(0)));
  expect(elements(b2.grad as Tensor)).toEqual(elements(g2.sum(0)));
});
