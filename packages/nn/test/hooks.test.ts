import { ones, tensor, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';

class Pair extends nn.Module {
  readonly linear = new nn.Linear(2, 2);
  readonly #secret = 1;

  forward(x: Tensor, factor: number): { y: Tensor; factor: number } {
    return { y: this.linear.forward(x).mul(factor), factor: factor * this.#secret };
  }
}

class Child extends Pair {
  override forward(x: Tensor, factor: number): { y: Tensor; factor: number } {
    return super.forward(x, factor + 1);
  }
}

describe('Forward hooks', () => {
  it('run in order, before and after, with the module, its inputs and its output', () => {
    const pair = new Pair();
    const seen: unknown[] = [];
    pair.registerForwardHook(
      (module, [, factor], output) => void seen.push(['after', module === pair, factor, output.factor]),
    );
    pair.registerForwardPreHook(
      (module, [x, factor]) => void seen.push(['before', module === pair, x.shape, factor]),
    );
    pair.registerForwardHook(() => void seen.push('after that'));
    pair.forward(ones([1, 2]), 3);
    expect(seen).toEqual([['before', true, [1, 2], 3], ['after', true, 3, 3], 'after that']);
  });

  it('run in whatever way a module is called', () => {
    const model = new nn.Sequential(new nn.Identity(), new nn.Sequential(new nn.Identity()));
    let calls = 0;
    for (const module of model.modules()) module.registerForwardHook(() => void calls++);
    model.forward(ones([1]));
    expect(calls).toBe(4);
    model
      .get(1)
      .get(0)
      .forward(ones([1]));
    expect(calls).toBe(5);
  });

  it('run once where a subclass calls its parent', () => {
    const child = new Child();
    let calls = 0;
    child.registerForwardHook(() => void calls++);
    expect(child.forward(ones([1, 2]), 1).factor).toBe(2);
    expect(calls).toBe(1);
  });

  it('belong to one instance', () => {
    const [hooked, other] = [new nn.Identity(), new nn.Identity()];
    hooked.registerForwardHook((_, __, output) => output.mul(2));
    const x = ones([1]);
    expect(hooked.forward(x).item()).toBe(2);
    expect(other.forward(x)).toBe(x);
  });

  it('replace inputs and outputs by what they return', () => {
    const pair = new Pair();
    pair.linear.weight.setData(tensor([[1, 0], [0, 1]])); // prettier-ignore
    pair.linear.bias = null;
    pair.registerForwardPreHook((_, [x, factor]) => [x.add(1), factor * 10]);
    pair.registerForwardHook((_, __, { y, factor }) => ({ y: y.neg(), factor }));
    const { y, factor } = pair.forward(ones([2]), 1);
    expect([y.toArray(), factor]).toEqual([[-20, -20], 10]);
    const identity = new nn.Identity();
    identity.registerForwardPreHook((_, [x]) => x.mul(3));
    expect(identity.forward(ones([1])).item()).toBe(3);
  });

  it('are differentiated through', () => {
    const identity = new nn.Identity();
    identity.registerForwardHook((_, __, output) => output.square());
    const x = tensor([3], { requiresGrad: true });
    identity.forward(x).backward();
    expect(x.grad?.toArray()).toEqual([6]);
  });

  it('are removed by their handles, each for itself', () => {
    const identity = new nn.Identity();
    const double = (_: nn.Identity, __: unknown, output: Tensor): Tensor => output.mul(2);
    const handles = [identity.registerForwardHook(double), identity.registerForwardHook(double)];
    expect(identity.forward(ones([1])).item()).toBe(4);
    handles[0].remove();
    handles[0].remove();
    expect(identity.forward(ones([1])).item()).toBe(2);
    handles[1].remove();
    expect(identity.forward(ones([1])).item()).toBe(1);
  });

  it('may remove themselves while they run', () => {
    const identity = new nn.Identity();
    let calls = 0;
    const handle = identity.registerForwardHook(() => {
      calls++;
      handle.remove();
    });
    identity.registerForwardHook(() => void calls++);
    identity.forward(ones([1]));
    identity.forward(ones([1]));
    expect(calls).toBe(3);
  });

  it('run around a forward that is a field', () => {
    class Arrow extends nn.Module {
      readonly factor = 3;
      forward = (x: Tensor): Tensor => x.mul(this.factor);
    }
    const arrow = new Arrow();
    const handle = arrow.registerForwardHook((_, __, output) => output.add(1));
    expect(arrow.forward(ones([1])).item()).toBe(4);
    handle.remove();
    expect(arrow.forward(ones([1])).item()).toBe(3);
  });

  it('leave printing, fields and saving alone', () => {
    const linear = new nn.Linear(1, 1);
    const before = [String(linear), Object.keys(linear), Object.keys(linear.stateDict())];
    linear.registerForwardHook(() => undefined);
    expect([String(linear), Object.keys(linear), Object.keys(linear.stateDict())]).toEqual(before);
  });

  it('are functions', () => {
    const layer = new nn.Linear(1, 1);
    for (const register of [
      'registerForwardHook',
      'registerForwardPreHook',
      'registerFullBackwardHook',
    ] as const) {
      expect(() => layer[register](3 as never)).toThrow('Linear: a hook must be a function, got number');
    }
    expect(Object.hasOwn(layer, 'forward')).toBe(false);
  });

  it('that throw are heard', () => {
    const identity = new nn.Identity();
    identity.registerForwardPreHook(() => {
      throw new Error('no');
    });
    expect(() => identity.forward(ones([1]))).toThrow('no');
  });

  it('know the types of their module', () => {
    const pair = new Pair();
    pair.registerForwardPreHook((module, inputs) => {
      const exact: [Tensor, number] = inputs;
      const linear: nn.Linear = module.linear;
      return [exact[0], linear.inFeatures];
    });
    // @ts-expect-error: a Pair's output is no number
    pair.registerForwardHook(() => 3).remove();
    // @ts-expect-error: a Pair takes a number, too
    expect(() => pair.forward()).toThrow();
    const module: nn.Module = pair;
    module.registerForwardHook((m, inputs: unknown[], output: unknown) => void [m.training, inputs, output]);
  });
});
