import { assertGradients } from '@retrograd/gradcheck';
import {
  bernoulli,
  checkpoint,
  exp,
  full,
  grad,
  manualSeed,
  mul,
  tape,
  tensor,
  type Tensor,
} from '../../src/index.ts';
import { elements } from '../numeric.ts';

const leaf = (data: number[]): Tensor => tensor(data, { requiresGrad: true, dtype: 'float64' });
const float64 = (data: number[]): Tensor => tensor(data, { dtype: 'float64' });

test('gives the gradients of the function itself, under backward and grad, to captured tensors too', () => {
  const w = leaf([0.3, 0.7]);
  const f = (x: Tensor): Tensor => exp(mul(exp(x), w));
  const results = [(x: Tensor) => f(x), (x: Tensor) => checkpoint(f, [x])].map((run) => {
    const x = leaf([0.1, 0.2]);
    w.grad = null;
    run(x).backward(float64([1, 2]));
    const [gx, gw] = grad(run(x), [x, w], { gradOutputs: float64([1, 2]) });
    return [x.grad, w.grad, gx, gw].map((g) => elements(g as Tensor));
  });
  expect(results[1]).toEqual(results[0]);
});

test('runs the function again in backward, once, and keeps nothing but its inputs', () => {
  let runs = 0;
  const f = (x: Tensor): Tensor => {
    runs++;
    return exp(exp(exp(x)));
  };
  const x = leaf([0.1, 0.2]);
  expect(tape(f(x)).savedBytes).toBeGreaterThan(0);
  const y = checkpoint(f, [x]);
  expect(tape(y).savedBytes).toBe(0);
  runs = 0;
  y.backward(float64([1, 1]));
  expect(runs).toBe(1);
});

test('is differentiable twice', () => {
  const f = (x: Tensor): Tensor => checkpoint((a: Tensor) => exp(mul(a, a)), [x]);
  assertGradients(f, [leaf([0.3, -0.4])], { order: 2 });
});

test('nests', () => {
  const inner = (x: Tensor): Tensor => exp(exp(x));
  const outer = (x: Tensor): Tensor => exp(checkpoint(inner, [mul(x, 0.5)]));
  const x = leaf([0.1, 0.2]);
  const direct = grad(exp(inner(mul(x, 0.5))), x, { gradOutputs: float64([1, 2]) });
  const y = checkpoint(outer, [x]);
  expect(tape(y).savedBytes).toBe(0);
  expect(elements(grad(y, x, { gradOutputs: float64([1, 2]) }))).toEqual(elements(direct));
});

test('may be walked twice under retainGraph', () => {
  const x = leaf([0.5]);
  const y = checkpoint((a: Tensor) => exp(a), [x]);
  y.backward(null, { retainGraph: true });
  y.backward();
  expect((x.grad as Tensor).item()).toBeCloseTo(2 * Math.exp(0.5), 12);
});

test('restores the random stream, so that a mask is the same the second time, and leaves the stream where it was', () => {
  const x = leaf([1, 2, 3, 4, 5, 6, 7, 8]);
  const masked = (a: Tensor): Tensor => mul(exp(a), bernoulli(full([8], 0.5, { dtype: 'float64' })));
  manualSeed(3);
  const plain = masked(x);
  const next = elements(bernoulli(full([20], 0.5)));
  manualSeed(3);
  const y = checkpoint(masked, [x]);
  expect(elements(y)).toEqual(elements(plain));
  const seed = float64([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(elements(grad(y, x, { gradOutputs: seed }))).toEqual(
    elements(grad(plain, x, { gradOutputs: seed })),
  );
  expect(elements(bernoulli(full([20], 0.5)))).toEqual(next);
});

test('notices an input that was modified in between', () => {
  const x = leaf([1, 2]).mul(1);
  const y = checkpoint((a: Tensor) => exp(a), [x]);
  x.add_(1);
  expect(() => y.backward(float64([1, 1]))).toThrow(/checkpoint: .*modified by an inplace operation/);
});

test('notices a function that does not do the same the second time', () => {
  let calls = 0;
  const y = checkpoint((x: Tensor) => (calls++ === 0 ? exp(exp(x)) : exp(x)), [leaf([1])]);
  expect(() => y.backward()).toThrow(/saved 2 tensors when it ran first and 1 when it was computed again/);
});
