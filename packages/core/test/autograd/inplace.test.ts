import { add, enableGrad, exp, mul, noGrad, tensor, type Tensor } from '../../src/index.ts';
import { elements } from '../numeric.ts';

const leaf = (data: number[] | number[][]): Tensor => tensor(data, { requiresGrad: true, dtype: 'float64' });
const float64 = (data: number[] | number[][]): Tensor => tensor(data, { dtype: 'float64' });

test('the version counter is shared by all views, and by a detached tensor', () => {
  const x = float64([[1, 2], [3, 4]]); // prettier-ignore
  const row = x.select(0, 1);
  const flat = x.detach().reshape([4]);
  x.add_(1);
  row.mul_(10);
  flat.neg_();
  expect([x.version, row.version, flat.version]).toEqual([3, 3, 3]);
  expect(elements(x)).toEqual([-2, -3, -40, -50]);
});

test('a saved value that was modified is an error that names op, shape, version and expected version', () => {
  const x = leaf([1, 2, 3]);
  const y = exp(x);
  y.add_(1);
  expect(() => y.backward(float64([1, 1, 1]))).toThrow(
    /exp: one of the variables needed for gradient computation has been modified by an inplace operation: \[float64 \[3\]\].*is at version 1; expected version 0 instead/,
  );
});

test('in-place on the result of add is fine, and its gradient is that of the whole', () => {
  const x = leaf([1, 2]);
  const y = add(x, 5);
  y.mul_(3);
  y.backward(float64([1, 10]));
  expect(elements(x.grad as Tensor)).toEqual([3, 30]);
  expect(y.gradFn?.name).toBe('mul');
});

test('a modified operand is noticed only if its value was saved', () => {
  const x = leaf([1, 2]);
  const c = float64([3, 4]);
  const product = mul(x, c);
  const sum = add(x, c);
  c.add_(1);
  sum.backward(float64([1, 1]));
  expect(() => product.backward(float64([1, 1]))).toThrow(/modified by an inplace operation/);
});

test('a tensor without history gets that of what is written into it', () => {
  const x = leaf([1, 2]);
  const total = float64([0, 0]);
  total.add_(mul(x, 2)).add_(mul(x, 3));
  total.backward(float64([1, 1]));
  expect(elements(x.grad as Tensor)).toEqual([5, 5]);
});

test('a leaf that requires grad is protected while recording, and may be updated under noGrad', () => {
  const w = leaf([1, 2]);
  expect(() => w.add_(1)).toThrow(
    /add_: a leaf Variable that requires grad is being used in an in-place operation/,
  );
  expect(() => w.zero_()).toThrow(/leaf Variable/);
  expect(elements(w)).toEqual([1, 2]);
  expect(w.version).toBe(0);
  noGrad(() => w.sub_(float64([0.5, 0.5])));
  expect(elements(w)).toEqual([0.5, 1.5]);
  expect([w.isLeaf, w.requiresGrad, w.version]).toEqual([true, true, 1]);
});

test('a view of such a leaf is protected too, however many views deep', () => {
  const w = leaf([[1, 2], [3, 4]]); // prettier-ignore
  expect(() => w.select(0, 0).add_(1)).toThrow(/a view of a leaf Variable that requires grad/);
  expect(() => w.t().select(0, 0).narrow(0, 0, 1).zero_()).toThrow(/a view of a leaf Variable/);
  noGrad(() => w.select(0, 0).add_(1));
  expect(elements(w)).toEqual([2, 3, 3, 4]);
});

test('an update of a parameter between forward and backward is noticed', () => {
  const w = leaf([1, 2]);
  const y = mul(w, w);
  noGrad(() => w.sub_(0.1));
  expect(() => y.backward(float64([1, 1]))).toThrow(/modified by an inplace operation/);
});

test('in-place on a view that would be recorded is refused, with advice', () => {
  const x = leaf([[1, 2], [3, 4]]); // prettier-ignore
  const y = mul(x, 2);
  expect(() => y.select(0, 0).mul_(3)).toThrow(
    /mul_: an inplace operation on a view cannot be recorded.*clone\(\)/,
  );
  expect(() =>
    float64([1, 2])
      .narrow(0, 0, 1)
      .add_(x.select(1, 0).narrow(0, 0, 1)),
  ).toThrow(/cannot be recorded/);
  expect(elements(y)).toEqual([2, 4, 6, 8]);
});

test('a view taken before a recorded modification is refused afterwards instead of giving a stale gradient', () => {
  const x = leaf([1, 2]);
  const y = add(x, 1);
  const view = y.narrow(0, 0, 1);
  y.mul_(3);
  expect(() => mul(view, 2)).toThrow(/a view of shape \[1\] is used after the tensor it views was modified/);
  y.narrow(0, 0, 1).backward(float64([1]));
  expect(elements(x.grad as Tensor)).toEqual([3, 0]);
});

test('a view of a parameter stays usable after an update under noGrad', () => {
  const w = leaf([1, 2]);
  const view = w.narrow(0, 1, 1);
  noGrad(() => w.mul_(10));
  mul(view, 3).backward(float64([1]));
  expect(view.item()).toBe(20);
  expect(elements(w.grad as Tensor)).toEqual([0, 3]);
});

test('overwriting with zero_, fill_ or copy_ cuts off the history of what was there', () => {
  const x = leaf([1, 2]);
  const c = leaf([7, 8]);
  const y = mul(x, 2);
  y.copy_(c);
  y.backward(float64([1, 10]));
  expect(elements(x.grad as Tensor)).toEqual([0, 0]);
  expect(elements(c.grad as Tensor)).toEqual([1, 10]);
  const z = mul(x, 2).fill_(4);
  z.backward(float64([1, 1]));
  expect(elements(x.grad as Tensor)).toEqual([0, 0]);
});

test('shapes and dtypes that the target cannot take are refused and change nothing', () => {
  const x = float64([1, 2]);
  expect(() => x.add_(float64([[1, 2], [3, 4]]))).toThrow(/output with shape \[2\] doesn't match the broadcast shape \[2, 2\]/); // prettier-ignore
  const integers = tensor([1, 2], { dtype: 'int32' });
  expect(() => integers.add_(1.5)).toThrow(
    /result type float32 can't be cast to the desired output type int32/,
  );
  expect(() => integers.div_(2)).toThrow(/can't be cast/);
  expect([x.version, integers.version]).toEqual([0, 0]);
  expect(elements(integers)).toEqual([1, 2]);
  expect(tensor([1, 2]).add_(float64([1, 1])).dtype).toBe('float32');
});

test('in-place ops return the tensor itself and work on strided ones', () => {
  const x = float64([[1, 2], [3, 4]]); // prettier-ignore
  expect(x.add_(1)).toBe(x);
  x.t().sub_(float64([[1, 1], [2, 2]])); // prettier-ignore
  expect(x.toArray()).toEqual([[1, 1], [3, 3]]); // prettier-ignore
});

test('a tensor may be combined with itself in place', () => {
  const x = leaf([3, 4]);
  const y = x.clone();
  y.add_(y);
  y.backward(float64([1, 2]));
  expect(elements(x.grad as Tensor)).toEqual([2, 4]);
  const z = x.clone();
  z.mul_(z);
  expect(() => z.backward(float64([1, 1]))).toThrow(/modified by an inplace operation/);
});

test('recording switched on inside noGrad protects leaves again', () => {
  const w = leaf([1]);
  expect(() => noGrad(() => enableGrad(() => w.add_(1)))).toThrow(/leaf Variable/);
});

test('an op that needs what it overwrites keeps a copy, as PyTorch does', () => {
  const x = leaf([0.3, -1.2]);
  const y = x.clone().mul_(2).sin_().mul_(x).square_();
  y.backward(float64([1, 10]));
  const expected = [0.3, -1.2].map((v, i) => {
    const u = Math.sin(2 * v) * v;
    return [1, 10][i] * 2 * u * (2 * Math.cos(2 * v) * v + Math.sin(2 * v));
  });
  elements(x.grad as Tensor).forEach((g, i) => expect(g).toBeCloseTo(expected[i], 12));
});

test('a factor that is overwritten by its product is kept for the gradient of the other', () => {
  const [w, total] = [leaf([2, 3]), float64([5, 7])];
  total.mul_(w);
  expect(elements(total)).toEqual([10, 21]);
  total.backward(float64([1, 10]));
  expect(elements(w.grad as Tensor)).toEqual([5, 70]);
});

test('only its own slot is kept: y.mul_(y) is an error at backward, as in PyTorch', () => {
  const x = leaf([2, 3]);
  const y = x.clone();
  y.mul_(y);
  expect(() => y.backward(float64([1, 1]))).toThrow(/modified by an inplace operation/);
});
