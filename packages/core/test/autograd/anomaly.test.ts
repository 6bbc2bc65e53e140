import { autograd, mul, sqrt, tensor } from '../../src/index.ts';

test('detectAnomaly names the op whose rule returned NaN and shows where it was recorded', () => {
  const x = tensor([0, 4], { requiresGrad: true });
  const run = (): void =>
    autograd.detectAnomaly(() => {
      const y = mul(sqrt(mul(x, 0)), 0);
      y.backward(tensor([1, 1]));
    });
  expect(run).toThrow(/sqrt: the rule returned nan values for the gradient of input 0/);
  expect(run).toThrow(/anomaly\.test\.ts/);
  expect(x.grad).toBeNull();
});

test('outside detectAnomaly a NaN passes', () => {
  const x = tensor([0], { requiresGrad: true });
  mul(sqrt(mul(x, 0)), 0).backward();
  expect(x.grad?.item()).toBeNaN();
});

test('detectAnomaly is over when its callback ends, also by an exception', () => {
  expect(() =>
    autograd.detectAnomaly(() => {
      throw new Error('inside');
    }),
  ).toThrow('inside');
  const x = tensor([0], { requiresGrad: true });
  expect(() => mul(sqrt(mul(x, 0)), 0).backward()).not.toThrow();
  expect(() => autograd.detectAnomaly(async () => Promise.resolve())).toThrow(/async/);
});
