import { autograd, exp, grad, mul, tensor, type Tensor } from '../../src/index.ts';
import { elements } from '../numeric.ts';

const { hessian, hvp, jacobian, jvp, vhp, vjp } = autograd.functional;
const float64 = (data: number[] | number[][] | number): Tensor => tensor(data, { dtype: 'float64' });

const x = float64([1, 2]);
const w = float64([[1, 2], [3, 4], [5, 6]]); // prettier-ignore
/** [3]: W·(x∘x), whose Jacobian is 2·W·diag(x). */
const f = (a: Tensor): Tensor => w.mul(a).mul(a).sumToSize([3, 1]).reshape([3]);
/** (x0·x1)·x0 as a scalar. */
const s = (a: Tensor): Tensor => a.select(0, 0).mul(a.select(0, 1)).mul(a.select(0, 0));

test('jacobian has the shape of the output, then that of the input', () => {
  expect(jacobian(f, x).toArray()).toEqual([[2, 8], [6, 16], [10, 24]]); // prettier-ignore
});

test('jacobian of several inputs and outputs is an array of arrays, zero where there is no dependence', () => {
  const both = jacobian((a: Tensor, b: Tensor) => [mul(a, b), mul(b, 3)], [float64([1, 2]), float64([5, 6])]);
  expect(both.map((row) => row.map((block) => block.toArray()))).toEqual([
    [[[5, 0], [0, 6]], [[1, 0], [0, 2]]],
    [[[0, 0], [0, 0]], [[3, 0], [0, 3]]],
  ]); // prettier-ignore
});

test('hessian is the matrix of second derivatives', () => {
  expect(hessian(s, float64([3, 5])).toArray()).toEqual([[10, 6], [6, 0]]); // prettier-ignore
  const blocks = hessian((a: Tensor, b: Tensor) => mul(mul(a, a), b), [float64(2), float64(7)]);
  expect(blocks.map((row) => row.map((h) => h.item()))).toEqual([[14, 4], [4, 0]]); // prettier-ignore
});

test('vjp and jvp are the products from the left and from the right', () => {
  const left = vjp(f, x, float64([1, 10, 100]));
  expect(elements(left.vjp)).toEqual([2 + 60 + 1000, 8 + 160 + 2400]);
  const right = jvp(f, x, float64([1, 10]));
  expect(elements(right.jvp)).toEqual([82, 166, 250]);
  expect(elements(left.output)).toEqual(elements(f(x)));
  expect(left.output.requiresGrad).toBe(false);
});

test('hvp and vhp agree with the hessian', () => {
  const at = float64([3, 5]);
  const v = float64([1, 10]);
  expect(elements(hvp(s, at, v).hvp)).toEqual([70, 6]);
  expect(elements(vhp(s, at, v).vhp)).toEqual([70, 6]);
});

test('createGraph makes the result differentiable', () => {
  const at = float64([0.5, -1]).requiresGrad_();
  const j = jacobian((a: Tensor) => exp(a), at, { createGraph: true });
  const g = grad(j.sumToSize([]), at);
  expect(elements(g).map((v) => v.toFixed(12))).toEqual([0.5, -1].map((v) => Math.exp(v).toFixed(12)));
});

test('nothing is left behind: the inputs stay what they were', () => {
  const at = float64([1, 2]);
  jacobian(f, at);
  expect([at.requiresGrad, at.grad]).toEqual([false, null]);
});

test('bad use is a named error', () => {
  expect(() => hessian(f, x)).toThrow(/hessian: the function should return a single value, got shape \[3\]/);
  expect(() => jvp(f, x, float64([1, 2, 3]))).toThrow(
    /jvp: v has invalid size: \[3\] for input 0 of shape \[2\]/,
  );
  expect(() => vjp(f, x)).toThrow(/implicitly created only for scalar outputs/);
});
