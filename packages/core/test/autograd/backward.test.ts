import {
  autograd,
  exp,
  floor,
  grad,
  mul,
  noGrad,
  ones,
  sub,
  tensor,
  zeros,
  type Tensor,
} from '../../src/index.ts';
import { entryOf, type Entry } from '../../src/tape/entry.ts';
import { elements } from '../numeric.ts';

const leaf = (data: number[] | number[][] | number): Tensor =>
  tensor(data, { requiresGrad: true, dtype: 'float64' });
const float64 = (data: number[] | number[][] | number): Tensor => tensor(data, { dtype: 'float64' });

describe('backward fills .grad', () => {
  test('of leaves, and leaves that were never reached keep null', () => {
    const x = leaf([1, 2]);
    const unused = leaf([5, 5]);
    mul(x, x).backward(float64([1, 10]));
    expect(elements(x.grad as Tensor)).toEqual([2, 40]);
    expect(unused.grad).toBeNull();
  });

  test('with zeros where a gradient of zero arrives', () => {
    const x = leaf([1.5, 2.5]);
    floor(x).backward(float64([3, 4]));
    expect(elements(x.grad as Tensor)).toEqual([0, 0]);
  });

  test('adding to what is there, in place', () => {
    const x = leaf([1, 2]);
    mul(x, 3).backward(float64([1, 2]));
    const first = x.grad as Tensor;
    mul(x, 5).backward(float64([10, 20]));
    expect(x.grad).toBe(first);
    expect(elements(first)).toEqual([53, 106]);
    expect(first.version).toBe(1);
  });

  test('out of place under createGraph, so that the earlier gradient stays as it was', () => {
    const x = leaf([1, 2]);
    mul(x, 3).backward(float64([1, 1]));
    const first = x.grad as Tensor;
    mul(x, x).backward(float64([1, 1]), { createGraph: true });
    expect(elements(first)).toEqual([3, 3]);
    expect(elements(x.grad as Tensor)).toEqual([5, 7]);
    expect((x.grad as Tensor).requiresGrad).toBe(true);
  });

  test("without ever sharing the caller's seed", () => {
    const x = leaf([1, 2]);
    const seed = float64([7, 8]);
    x.mul(1).backward(seed);
    x.mul(1).backward(seed);
    x.backward(seed);
    expect(elements(seed)).toEqual([7, 8]);
    expect(elements(x.grad as Tensor)).toEqual([21, 24]);
    expect((x.grad as Tensor).storage).not.toBe(seed.storage);
  });

  test('with an array of its own for each tensor, though one cotangent reaches both', () => {
    const a = leaf([1, 2]);
    const b = leaf([3, 4]);
    a.add(b).backward(float64([1, 2]));
    (a.grad as Tensor).mul_(100);
    expect(elements(b.grad as Tensor)).toEqual([1, 2]);
  });

  test('whose array is used again after it was cleared, if nobody has read it', () => {
    const x = leaf([1, 2]);
    x.mul(2).backward(float64([1, 10]));
    const { array } = (x.accumulated as Tensor).storage;
    x.grad = null;
    const y = x.mul(3);
    expect(y.storage.array).toBe(array);
    y.backward(float64([1, 10]));
    const read = x.grad as unknown as Tensor;
    x.grad = null;
    x.mul(5).backward(float64([1, 10]));
    expect(elements(read)).toEqual([3, 30]);
    expect(elements(x.grad as unknown as Tensor)).toEqual([5, 50]);
  });

  test('without ever using the array of a tensor that was assigned to .grad', () => {
    const x = leaf([1, 2]);
    const mine = float64([7, 8]);
    x.grad = mine;
    x.grad = null;
    x.mul(3).backward(float64([1, 10]));
    expect(elements(mine)).toEqual([7, 8]);
  });

  test('of a contiguous layout, though the cotangent was an expanded view', () => {
    const x = leaf([[1, 2, 3]]);
    x.sumToSize([]).backward();
    expect((x.grad as Tensor).isContiguous()).toBe(true);
    expect(elements(x.grad as Tensor)).toEqual([1, 1, 1]);
  });

  test('of the given inputs only', () => {
    const a = leaf([1, 2]);
    const b = leaf([3, 4]);
    const middle = mul(a, b);
    middle.mul(a).backward(float64([1, 1]), { inputs: [a, middle], retainGraph: true });
    expect(elements(a.grad as Tensor)).toEqual([6, 16]);
    expect(elements(middle.accumulated as Tensor)).toEqual([1, 2]);
    expect(b.grad).toBeNull();
    expect(() => middle.mul(a).backward(float64([1, 1]), { inputs: [] })).toThrow(
      /inputs argument to backward cannot be empty/,
    );
  });

  test('of a leaf that is its own output', () => {
    const x = leaf(3);
    x.backward();
    expect((x.grad as Tensor).item()).toBe(1);
  });

  test('reading it on a non-leaf warns once, and never after retainGrad', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const x = leaf([1, 2]);
    const kept = mul(x, 2);
    kept.retainGrad();
    expect(kept.grad).toBeNull();
    expect(warn).toHaveBeenCalledTimes(0);
    expect(mul(x, 2).grad).toBeNull();
    expect(mul(x, 2).grad).toBeNull();
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0][0]).toMatch(/not a leaf Tensor is being accessed/);
    warn.mockRestore();
  });
});

describe('backward refuses', () => {
  test('an output of several elements without a seed', () => {
    expect(() => mul(leaf([1, 2]), 2).backward()).toThrow(
      /grad can be implicitly created only for scalar outputs/,
    );
  });

  test('an empty output without a seed', () => {
    expect(() => zeros([0], { requiresGrad: true }).mul(2).backward()).toThrow(
      /implicitly created only for scalar/,
    );
  });

  test('a seed of another shape or dtype', () => {
    const y = mul(leaf([1, 2]), 2);
    expect(() => y.backward(float64([1, 2, 3]))).toThrow(
      /Mismatch in shape: grad_output\[0\] has a shape of \[3\]/,
    );
    expect(() => y.backward(tensor([1, 2]))).toThrow(/grad_output\[0\] has dtype float32/);
  });

  test('a tensor without history', () => {
    expect(() => float64(1).backward()).toThrow(/does not require grad and does not have a grad_fn/);
    expect(() => noGrad(() => mul(leaf(1), 2)).backward()).toThrow(/does not require grad/);
  });

  test('integer tensors that would require grad', () => {
    expect(() => tensor([1], { dtype: 'int32' }).requiresGrad_()).toThrow(
      /only Tensors of floating point dtype can require gradients/,
    );
    expect(() => tensor([true], { requiresGrad: true })).toThrow(/floating point/);
    expect(leaf([1.5]).to('int32').requiresGrad).toBe(false);
  });

  test('a change of requiresGrad on a non-leaf', () => {
    const y = mul(leaf([1]), 2);
    expect(() => y.requiresGrad_(false)).toThrow(/only change requiresGrad flags of leaf variables/);
    expect(y.requiresGrad_(true)).toBe(y);
    expect(y.detach().requiresGrad_().isLeaf).toBe(true);
  });

  test('a grad that does not fit its tensor', () => {
    const x = leaf([1, 2]);
    expect(() => (x.grad = float64([1]))).toThrow(/assigned grad has data of a different size/);
    expect(() => (x.grad = tensor([1, 2]))).toThrow(/different type/);
    expect(() => (x.grad = x)).toThrow(/own grad/);
    x.grad = float64([1, 1]);
    x.grad = null;
    expect(x.grad).toBeNull();
  });
});

describe('saved tensors', () => {
  test('are freed, and a second pass says so', () => {
    const x = leaf(2);
    const y = exp(x);
    y.backward();
    expect(() => y.backward()).toThrow(/Trying to backward through the graph a second time/);
    expect(() => grad(y, x)).toThrow(/second time/);
  });

  test('survive with retainGraph', () => {
    const x = leaf(0);
    const y = exp(x);
    y.backward(null, { retainGraph: true });
    y.backward();
    expect((x.grad as Tensor).item()).toBe(2);
  });

  test('do not matter to entries that saved nothing: those can be walked again', () => {
    const x = leaf(1);
    const y = x.add(2).neg();
    y.backward();
    y.backward();
    expect((x.grad as Tensor).item()).toBe(-2);
  });

  test('are freed by grad(y, w) only where it went', () => {
    const x = leaf(1);
    const w = exp(x);
    const y = exp(w);
    grad(y, w);
    expect(() => grad(y, w)).toThrow(/second time/);
    expect(grad(w, x).item()).toBeCloseTo(Math.E);
  });

  test('are dropped entry by entry, the newest first', () => {
    const x = leaf(1);
    const a = exp(x);
    const b = exp(a);
    const entry = (t: Tensor): Entry => entryOf(t) as Entry;
    const seen: boolean[][] = [];
    a.registerHook(() => void seen.push([entry(b).released, entry(a).released]));
    x.registerHook(() => void seen.push([entry(b).released, entry(a).released]));
    b.backward();
    expect(seen).toEqual([
      [true, false],
      [true, true],
    ]);
    expect(entry(a).saved).toBeNull();
  });

  test('are only those that the needed gradients read', () => {
    const x = leaf([1, 2]);
    const c = float64([3, 4]);
    const indices = (y: Tensor): number[] =>
      [0, 1, 2].filter((i) => (entryOf(y) as Entry).savedAt(i) !== null);
    expect(indices(mul(x, c))).toEqual([1]);
    expect(indices(mul(c, x))).toEqual([0]);
    expect(indices(mul(x, x))).toEqual([0, 1]);
    expect(indices(exp(x))).toEqual([1]);
    expect((entryOf(sub(x, c)) as Entry).saved).toBeNull();
  });
});

describe('a pass that fails', () => {
  test('leaves every .grad as it was, when a hook throws', () => {
    const a = leaf([1, 2]);
    const b = leaf([3, 4]);
    a.grad = float64([9, 9]);
    a.registerHook(() => {
      throw new Error('from the hook');
    });
    expect(() => mul(a, b).backward(float64([1, 1]))).toThrow('from the hook');
    expect(elements(a.grad)).toEqual([9, 9]);
    expect(b.grad).toBeNull();
  });

  test('leaves every .grad as it was, when a post-accumulate hook throws', () => {
    const a = leaf([1, 2]);
    const b = leaf([3, 4]);
    const before = float64([9, 9]);
    a.grad = before;
    b.registerPostAccumulateGradHook(() => {
      throw new Error('from the hook');
    });
    expect(() => mul(a, b).backward(float64([1, 1]))).toThrow('from the hook');
    expect(a.grad).toBe(before);
    expect(elements(before)).toEqual([9, 9]);
    expect(b.grad).toBeNull();
  });

  test('leaves recording switched on', () => {
    const x = leaf(1);
    x.registerHook(() => {
      throw new Error('from the hook');
    });
    expect(() => mul(x, 2).backward()).toThrow('from the hook');
    expect(mul(x, 2).requiresGrad).toBe(true);
  });
});

test('gradients of gradients: the third derivative of x⁴ at 2 is 48', () => {
  const x = leaf(2);
  const y = x.mul(x).mul(x).mul(x);
  const first = grad(y, x, { createGraph: true });
  const second = grad(first, x, { createGraph: true });
  const third = grad(second, x);
  expect([first.item(), second.item(), third.item()]).toEqual([32, 48, 48]);
});

test('rules run unrecorded unless createGraph asks for it', () => {
  const x = leaf(2);
  const y = x.mul(x);
  expect(grad(y, x, { retainGraph: true }).requiresGrad).toBe(false);
  expect(grad(y, x, { createGraph: true }).requiresGrad).toBe(true);
});

test('several tensors may be the start of one pass', () => {
  const x = leaf([1, 2]);
  const { backward } = autograd;
  backward([mul(x, 2), exp(mul(x, 0))], [float64([1, 10]), float64([5, 5])]);
  expect(elements(x.grad as Tensor)).toEqual([2, 20]);
  expect(() => backward([mul(x, 2)], [ones([2]), ones([2])])).toThrow(/got 1 tensors and 2 gradients/);
});
