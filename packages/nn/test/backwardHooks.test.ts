import { grad, noGrad, ones, tensor, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';
import { elements } from './build.ts';

/** x·y, x + 1 and a number. */
class Mixed extends nn.Module {
  forward(x: Tensor, factor: number, y: Tensor): [Tensor, Tensor, number] {
    return [x.mul(y), x.add(1), factor];
  }
}

const listed = (gradients: nn.Gradients): (number[] | null)[] => gradients.map((g) => g && elements(g));

describe('Full-backward hooks', () => {
  it('are handed one gradient per input and output, null for what is no tensor or needs none', () => {
    const mixed = new Mixed();
    const seen: unknown[] = [];
    mixed.registerFullBackwardHook((module, gradInput, gradOutput) => {
      seen.push(module === mixed, listed(gradInput), listed(gradOutput));
    });
    const x = tensor([2], { requiresGrad: true });
    const [product, , factor] = mixed.forward(x, 5, tensor([3]));
    product.mul(2).backward();
    // PyTorch: hook((tensor([6.]), None, None), (tensor([2.]), tensor([0.]), None))
    expect(seen).toEqual([true, [[6], null, null], [[2], [0], null]]);
    expect([x.grad?.item(), factor]).toEqual([6, 5]);
  });

  it('run in order, and replace the gradients of the inputs', () => {
    const layer = new nn.Tanh();
    layer.registerFullBackwardHook((_, [g]) => [(g as Tensor).mul(0).add(4)]);
    layer.registerFullBackwardHook((_, [g]) => (g as Tensor).mul(10));
    const x = tensor([0.5], { requiresGrad: true });
    layer.forward(x).backward();
    expect(x.grad?.item()).toBe(40);
  });

  it('run before it to replace the gradients of the outputs', () => {
    const layer = new nn.Linear(2, 1);
    layer.weight.setData(tensor([[3, 4]]));
    const seen: unknown[] = [];
    layer.registerFullBackwardPreHook((_, [g]) => (g as Tensor).mul(2));
    layer.registerFullBackwardHook((_, gradInput, gradOutput) => {
      seen.push(listed(gradInput), listed(gradOutput));
    });
    const x = tensor([[1, 5]], { requiresGrad: true });
    layer.forward(x).backward(tensor([[10]]));
    expect(seen).toEqual([[[60, 80]], [[20]]]);
    expect([elements(layer.weight.grad as Tensor), elements(layer.bias?.grad as Tensor)]).toEqual([[20, 100], [20]]); // prettier-ignore
  });

  it('are called with the outputs’ gradients alone if no input needs one', () => {
    const layer = new nn.Linear(1, 1);
    const seen: unknown[] = [];
    layer.registerFullBackwardHook((_, gradInput, gradOutput) => {
      seen.push(listed(gradInput), listed(gradOutput));
    });
    layer.forward(ones([1, 1])).backward(tensor([[7]]));
    expect(seen).toEqual([[null], [[7]]]);
    expect(layer.weight.grad?.item()).toBe(7);
  });

  it('find tensors in a plain object, too', () => {
    const pool = new nn.MaxPool1d(2, { returnIndices: true });
    const seen: unknown[] = [];
    pool.registerFullBackwardHook((_, gradInput, gradOutput) => {
      seen.push(listed(gradInput), listed(gradOutput));
    });
    const { values, indices } = pool.forward(tensor([[1, 2, 4, 3]], { requiresGrad: true }));
    values.backward(tensor([[5, 6]]));
    expect(seen).toEqual([[[0, 5, 6, 0]], [[5, 6], null]]);
    expect(elements(indices)).toEqual([1, 2]);
  });

  it('are called once per call of a module, and for each', () => {
    const layer = new nn.Tanh();
    let calls = 0;
    layer.registerFullBackwardHook(() => void calls++);
    const x = tensor([0.5], { requiresGrad: true });
    layer.forward(layer.forward(x)).backward();
    expect(calls).toBe(2);
  });

  it('leave values, first and second derivatives as they are', () => {
    const [plain, hooked] = [new nn.Sigmoid(), new nn.Sigmoid()];
    hooked.registerFullBackwardHook(() => undefined);
    const derivatives = [plain, hooked].map((layer) => {
      const x = tensor([0.3, -2], { dtype: 'float64', requiresGrad: true });
      const y = layer.forward(x);
      const [first] = grad(y.square().sum(), [x], { createGraph: true });
      const [second] = grad(first.mul(tensor([2, 3], { dtype: 'float64' })).sum(), [x]);
      return [y, first, second].map(elements);
    });
    expect(derivatives[1]).toEqual(derivatives[0]);
  });

  it('do nothing without recording, and nothing once removed', () => {
    const layer = new nn.Tanh();
    let calls = 0;
    const handles = [
      layer.registerFullBackwardHook(() => void calls++),
      layer.registerFullBackwardPreHook(() => void calls++),
    ];
    const x = tensor([0.5], { requiresGrad: true });
    expect(noGrad(() => layer.forward(x)).requiresGrad).toBe(false);
    for (const handle of handles) handle.remove();
    layer.forward(x).backward();
    expect(calls).toBe(0);
  });

  it('see what forward hooks made of the output', () => {
    const layer = new nn.Identity();
    const seen: unknown[] = [];
    layer.registerForwardHook((_, __, y) => y.mul(3));
    layer.registerFullBackwardHook((_, gradInput, gradOutput) => {
      seen.push(listed(gradInput), listed(gradOutput));
    });
    layer.forward(tensor([1], { requiresGrad: true })).backward(tensor([2]));
    expect(seen).toEqual([[[6]], [[2]]]);
  });

  it('that return another number of gradients are an error, which leaves .grad as it was', () => {
    const layer = new nn.Tanh();
    layer.registerFullBackwardHook((_, [g]) => [g, g]);
    const x = tensor([0.5], { requiresGrad: true });
    expect(() => layer.forward(x).backward()).toThrow(
      'Backward hook returned an invalid number of grad_input, got 2, but expected 1',
    );
    expect(x.grad).toBe(null);
  });

  it('are copied with their module', () => {
    const layer = new nn.Tanh();
    let calls = 0;
    layer.registerFullBackwardHook(() => void calls++);
    nn.deepcopy(layer)
      .forward(tensor([0.5], { requiresGrad: true }))
      .backward();
    expect(calls).toBe(1);
  });
});
