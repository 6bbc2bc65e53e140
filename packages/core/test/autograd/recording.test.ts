import { enableGrad, isGradEnabled, mul, noGrad, tensor, type Tensor } from '../../src/index.ts';

const leaf = (): Tensor => tensor([1, 2], { requiresGrad: true });

test('noGrad switches recording off, enableGrad on again inside it, and both restore what was', () => {
  const x = leaf();
  expect(isGradEnabled()).toBe(true);
  const [off, on] = noGrad(() => {
    expect(isGradEnabled()).toBe(false);
    return [mul(x, 2), enableGrad(() => mul(x, 2))];
  });
  expect([off.requiresGrad, on.requiresGrad, isGradEnabled()]).toEqual([false, true, true]);
  expect(off.isLeaf).toBe(true);
});

test('an exception restores recording', () => {
  const fail = (): never => {
    throw new Error('inside');
  };
  expect(() => noGrad(fail)).toThrow('inside');
  expect(isGradEnabled()).toBe(true);
  noGrad(() => {
    expect(() => enableGrad(fail)).toThrow('inside');
    expect(isGradEnabled()).toBe(false);
  });
});

test('an async callback is refused, and recording is restored', async () => {
  const later = async (): Promise<number> => Promise.resolve(1);
  expect(() => noGrad(later)).toThrow(/noGrad: the callback is async/);
  expect(() => enableGrad(later)).toThrow(/enableGrad: the callback is async/);
  expect(isGradEnabled()).toBe(true);
  await Promise.resolve();
});

test('a result without an input that requires grad is not recorded', () => {
  const y = mul(tensor([1, 2]), tensor([3, 4]));
  expect([y.requiresGrad, y.isLeaf, y.gradFn]).toEqual([false, true, null]);
});

test('detach shares storage and version counter, and leaves the tape', () => {
  const x = leaf();
  const y = mul(x, 2);
  const d = y.detach();
  expect(d.storage).toBe(y.storage);
  expect([d.requiresGrad, d.isLeaf]).toEqual([false, true]);
  d.mul_(5);
  expect(y.version).toBe(1);
});

test('clone copies, and its gradient passes through', () => {
  const x = leaf();
  const y = x.clone();
  expect(y.storage).not.toBe(x.storage);
  y.backward(tensor([3, 4]));
  expect((x.grad as Tensor).toArray()).toEqual([3, 4]);
});
