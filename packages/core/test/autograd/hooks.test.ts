import { add, exp, grad, mul, tensor, type Tensor } from '../../src/index.ts';
import { elements } from '../numeric.ts';

const leaf = (data: number[]): Tensor => tensor(data, { requiresGrad: true, dtype: 'float64' });
const float64 = (data: number[]): Tensor => tensor(data, { dtype: 'float64' });

test('a hook is called once, with the sum of all contributions', () => {
  const x = leaf([1, 2]);
  const seen: number[][] = [];
  x.registerHook((g) => void seen.push(elements(g)));
  add(mul(x, 2), mul(x, 3)).backward(float64([1, 10]));
  expect(seen).toEqual([[5, 50]]);
});

test('a hook on an intermediate tensor may replace its gradient', () => {
  const x = leaf([1, 2]);
  const y = mul(x, 2);
  y.registerHook((g) => mul(g, 10));
  y.mul(1).backward(float64([1, 1]));
  expect(elements(x.grad as Tensor)).toEqual([20, 20]);
});

test('hooks run in the order of registration, each on what the one before returned', () => {
  const x = leaf([1]);
  x.registerHook((g) => add(g, 1));
  x.registerHook((g) => mul(g, 10));
  mul(x, 1).backward(float64([1]));
  expect((x.grad as Tensor).item()).toBe(20);
});

test('a removed hook is not called, also when it removes itself', () => {
  const x = leaf([1]);
  const calls: string[] = [];
  const handle = x.registerHook(() => {
    calls.push('first');
    handle.remove();
  });
  x.registerHook(() => void calls.push('second'));
  mul(x, 1).backward(float64([1]));
  mul(x, 1).backward(float64([1]));
  expect(calls).toEqual(['first', 'second', 'second']);
});

test('a replacement of another shape or dtype is an error', () => {
  const x = leaf([1, 2]);
  const handle = x.registerHook(() => float64([1]));
  expect(() => mul(x, 1).backward(float64([1, 1]))).toThrow(
    /hook of leaf: the replacement.*\[1\] where \[2\] is expected/,
  );
  handle.remove();
  x.registerHook(() => tensor([1, 1]));
  expect(() => mul(x, 1).backward(float64([1, 1]))).toThrow(/dtype float32 where float64/);
  expect(x.grad).toBeNull();
});

test('hooks run under grad() too, on the way and at the inputs', () => {
  const x = leaf([1]);
  const y = mul(x, 3);
  y.registerHook((g) => mul(g, 2));
  x.registerHook((g) => mul(g, 5));
  expect(grad(y.mul(1), x).item()).toBe(30);
});

test('retainGrad fills the .grad of a non-leaf, after its hooks, and accumulates', () => {
  const x = leaf([1, 2]);
  const y = exp(mul(x, 0));
  y.retainGrad();
  y.registerHook((g) => mul(g, 2));
  const z = mul(y, 3);
  z.backward(float64([1, 10]), { retainGraph: true });
  expect(elements(y.grad as Tensor)).toEqual([6, 60]);
  z.backward(float64([1, 10]));
  expect(elements(y.grad as Tensor)).toEqual([12, 120]);
});

test('retainGrad follows a tensor through an in-place modification', () => {
  const x = leaf([1]);
  const y = mul(x, 2);
  y.retainGrad();
  y.mul_(5);
  y.mul(7).backward(float64([1]));
  expect((y.grad as Tensor).item()).toBe(7);
  expect((x.grad as Tensor).item()).toBe(70);
});

test('hooks and retainGrad need a tensor that requires grad', () => {
  expect(() => float64([1]).registerHook(() => undefined)).toThrow(/doesn't require gradient/);
  expect(() => float64([1]).retainGrad()).toThrow(/doesn't require gradient/);
});

test('a post-accumulate hook sees the leaf with its new .grad, and may clear it', () => {
  const x = leaf([1, 2]);
  const seen: number[][] = [];
  const handle = x.registerPostAccumulateGradHook((w) => {
    seen.push(elements(w.grad as Tensor));
    w.grad = null;
  });
  mul(x, 2).backward(float64([1, 1]));
  mul(x, 3).backward(float64([1, 1]));
  expect(seen).toEqual([[2, 2], [3, 3]]); // prettier-ignore
  expect(x.grad).toBeNull();
  handle.remove();
  mul(x, 3).backward(float64([1, 1]));
  expect(seen).toHaveLength(2);
  expect(() => mul(x, 3).registerPostAccumulateGradHook(() => undefined)).toThrow(/non-leaf/);
});

test('a hook that modifies its gradient in place does not reach the seed', () => {
  const x = leaf([1, 2]);
  const seed = float64([1, 1]);
  x.registerHook((g) => void g.mul_(10));
  expect(() => mul(x, 1).backward(seed)).not.toThrow();
  expect(elements(seed)).toEqual([1, 1]);
});

test('a hook may walk the same entries while cotangents of the outer pass wait at them', () => {
  const x = leaf([2, 3]);
  const y = x.mul(x);
  const inner: number[][] = [];
  const z = y.mul(10);
  z.registerHook(() => {
    // y waits with the cotangent 1 of the outer pass, from the sum below.
    const [g] = grad([y], [x], { gradOutputs: [float64([1, 1])], retainGraph: true });
    inner.push(elements(g));
  });
  add(z, y).backward(float64([1, 1]));
  expect(inner).toEqual([[4, 6]]);
  expect(elements(x.grad as Tensor)).toEqual([44, 66]);
});

test('a pass that a hook has broken off leaves nothing behind for the next one', () => {
  const x = leaf([2, 3]);
  const y = x.mul(x);
  const z = y.mul(10);
  const handle = z.registerHook(() => {
    throw new Error('enough');
  });
  const sum = add(z, y);
  expect(() => sum.backward(float64([1, 1]))).toThrow('enough');
  handle.remove();
  sum.backward(float64([1, 1]), { retainGraph: true });
  expect(elements(x.grad as Tensor)).toEqual([44, 66]);
});
