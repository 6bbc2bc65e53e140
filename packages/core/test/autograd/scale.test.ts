/* Long and wide tapes. Nothing here asserts a time: that an exponential revisiting ends at all is the test. */
import { add, grad, mul, tape, tensor, type Tensor } from '../../src/index.ts';

const leaf = (value: number): Tensor => tensor(value, { requiresGrad: true, dtype: 'float64' });

test('a chain of 1,000,000 ops runs backward', () => {
  const x = leaf(2);
  let y = x;
  for (let i = 0; i < 1_000_000; i++) y = add(y, x);
  y.backward();
  expect(x.grad?.item()).toBe(1_000_001);
});

test('a chain of 200,000 ops that save values can be differentiated with respect to its middle, and printed', () => {
  const x = leaf(1);
  let y = x;
  let middle = x;
  for (let i = 0; i < 200_000; i++) {
    y = mul(y, 1);
    if (i === 100_000) middle = y;
  }
  expect(grad(y, middle, { retainGraph: true }).item()).toBe(1);
  const lines = tape(y).toString().split('\n');
  expect(lines).toHaveLength(200_001 + 1 + 1);
  expect(tape(y).toDot().length).toBeGreaterThan(1_000_000);
});

test('a fan-out of 1,000 adds up', () => {
  const x = leaf(3);
  const branches = Array.from({ length: 1000 }, (_, i) => mul(x, i));
  const y = branches.reduce((a, b) => add(a, b));
  y.backward();
  expect(x.grad?.item()).toBe((999 * 1000) / 2);
});

test('a ladder of 60 diamonds is walked once, not 2^60 times', () => {
  const x = leaf(1);
  let y = x;
  for (let i = 0; i < 60; i++) y = add(mul(y, 0.25), mul(y, 0.75));
  let visits = 0;
  y.registerHook(() => void visits++);
  x.registerHook(() => void visits++);
  y.backward();
  expect(x.grad?.item()).toBe(1);
  expect(visits).toBe(2);
});
