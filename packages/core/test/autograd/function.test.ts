import { assertGradients } from '@retrograd/gradcheck';
import { autograd, exp, type FunctionContext, grad, mul, tensor, type Tensor } from '../../src/index.ts';
import { elements } from '../numeric.ts';

const leaf = (data: number[]): Tensor => tensor(data, { requiresGrad: true, dtype: 'float64' });
const float64 = (data: number[]): Tensor => tensor(data, { dtype: 'float64' });

/** x³, with a backward that uses ops and so can be differentiated. */
class Cube extends autograd.Function {
  static override forward(ctx: FunctionContext, x: Tensor): Tensor {
    ctx.saveForBackward(x);
    return mul(mul(x, x), x);
  }
  static override backward(ctx: FunctionContext, g: Tensor): Tensor {
    const [x] = ctx.savedTensors as [Tensor];
    return mul(g, mul(mul(x, x), 3));
  }
}

/** a·scale + b and a·b: two outputs, an argument that is no tensor. */
class Pair extends autograd.Function {
  static override forward(ctx: FunctionContext, a: Tensor, scale: number, b: Tensor): [Tensor, Tensor] {
    ctx.saveForBackward(a, b);
    ctx['scale'] = scale;
    return [a.mul(scale).add(b), a.mul(b)];
  }
  static override backward(ctx: FunctionContext, g1: Tensor, g2: Tensor): (Tensor | null)[] {
    const [a, b] = ctx.savedTensors as [Tensor, Tensor];
    return [g1.mul(ctx['scale'] as number).add(g2.mul(b)), null, g1.add(g2.mul(a))];
  }
}

test('a custom function has the gradients its backward says, of every order', () => {
  const x = leaf([2, -1]);
  const y = Cube.apply(x);
  expect(elements(y)).toEqual([8, -1]);
  expect(y.gradFn?.name).toBe('Cube');
  const first = grad(y, x, { gradOutputs: float64([1, 1]), createGraph: true });
  expect(elements(first)).toEqual([12, 3]);
  expect(elements(grad(first, x, { gradOutputs: float64([1, 10]) }))).toEqual([12, -60]);
  assertGradients((a: Tensor) => Cube.apply(a), [leaf([0.7, -1.3])], { order: 3 });
});

test('several outputs, and arguments that are no tensors', () => {
  const a = leaf([1, 2]);
  const b = leaf([3, 4]);
  const [sum, product] = Pair.apply(a, 5, b);
  expect([elements(sum), elements(product)]).toEqual([[8, 14], [3, 8]]); // prettier-ignore
  assertGradients((x: Tensor, y: Tensor) => Pair.apply(x, 5, y)[0].mul(Pair.apply(x, 2, y)[1]), [a, b], {
    order: 2,
  });
});

test('an output without a gradient gets zeros, or null after setMaterializeGrads(false)', () => {
  const seen: unknown[] = [];
  class Two extends autograd.Function {
    static override forward(ctx: FunctionContext, x: Tensor, materialize: boolean): [Tensor, Tensor] {
      ctx.setMaterializeGrads(materialize);
      return [x.mul(2), x.mul(3)];
    }
    static override backward(_: FunctionContext, g1: Tensor, g2: Tensor | null): (Tensor | null)[] {
      seen.push(g2 && elements(g2));
      return [g1.mul(2), null];
    }
  }
  const x = leaf([1, 2]);
  Two.apply(x, true)[0].backward(float64([1, 1]));
  Two.apply(x, false)[0].backward(float64([1, 1]));
  expect(seen).toEqual([[0, 0], null]);
});

test('needsInputGrad says what is wanted, and unneeded gradients are dropped', () => {
  const asked: (readonly boolean[])[] = [];
  class Both extends autograd.Function {
    static override forward(ctx: FunctionContext, a: Tensor, b: Tensor): Tensor {
      asked.push(ctx.needsInputGrad);
      return a.mul(b);
    }
    static override backward(_: FunctionContext, g: Tensor): Tensor[] {
      return [g, g];
    }
  }
  const x = leaf([1]);
  Both.apply(x, float64([2])).backward(float64([1]));
  expect(asked).toEqual([[true, false]]);
  expect(elements(x.grad as Tensor)).toEqual([1]);
});

test('outputs marked non-differentiable do not require grad', () => {
  class SignAndDouble extends autograd.Function {
    static override forward(ctx: FunctionContext, x: Tensor): [Tensor, Tensor] {
      const sign = x.div(x);
      ctx.markNonDifferentiable(sign);
      return [sign, x.mul(2)];
    }
    static override backward(_: FunctionContext, _sign: Tensor, g: Tensor): Tensor {
      return g.mul(2);
    }
  }
  const [sign, double] = SignAndDouble.apply(leaf([3]));
  expect([sign.requiresGrad, double.requiresGrad]).toEqual([false, true]);
});

test('a saved input that is modified afterwards is noticed', () => {
  const x = leaf([1, 2]).mul(1);
  const y = Cube.apply(x);
  x.add_(1);
  expect(() => y.backward(float64([1, 1]))).toThrow(/Cube: .*modified by an inplace operation/);
});

test('saved tensors are freed, and a second pass says so', () => {
  const y = Cube.apply(leaf([1, 2]));
  y.backward(float64([1, 1]));
  expect(() => y.backward(float64([1, 1]))).toThrow(
    /Cube: Trying to backward through the graph a second time/,
  );
});

describe('what backward returns is checked, and the error names the function:', () => {
  const returning = (result: unknown): (() => void) => {
    class Wrong extends autograd.Function {
      static override forward(_: FunctionContext, a: Tensor, b: Tensor): Tensor {
        return a.mul(b);
      }
      static override backward(): unknown {
        return result;
      }
    }
    return () => Wrong.apply(leaf([1, 2]), leaf([3, 4])).backward(float64([1, 1]));
  };
  test('the number of gradients', () => {
    expect(returning([float64([1, 1])])).toThrow(
      /Wrong: backward returned an incorrect number of gradients \(expected 2, got 1\)/,
    );
  });
  test('their shape', () => {
    expect(returning([float64([1, 1]), float64([1])])).toThrow(
      /Wrong: the gradient of input 1 has shape \[1\] where \[2\] is expected/,
    );
  });
  test('their dtype', () => {
    expect(returning([tensor([1, 1]), float64([1, 1])])).toThrow(
      /Wrong: the gradient of input 0 has dtype float32 where float64/,
    );
  });
  test('their type', () => {
    expect(returning([5, float64([1, 1])])).toThrow(/Wrong: backward returned number for gradient 0/);
  });
  test('more gradients than arguments are fine only if null', () => {
    expect(returning([float64([1, 1]), float64([1, 1]), null])).not.toThrow();
    expect(returning([float64([1, 1]), float64([1, 1]), float64([1, 1])])).toThrow(/expected 2, got 3/);
  });
});

test('a once-differentiable backward gives first derivatives and refuses second ones', () => {
  class OnceCube extends autograd.Function {
    static override forward(ctx: FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return x.mul(x).mul(x);
    }
    static override backward = autograd.onceDifferentiable((ctx: FunctionContext, g: Tensor) => {
      const [x] = ctx.savedTensors as [Tensor];
      return g.mul(x).mul(x).mul(3);
    });
  }
  const x = leaf([2]);
  expect(grad(OnceCube.apply(x), x).item()).toBe(12);
  const first = grad(OnceCube.apply(x), x, { createGraph: true });
  expect(first.item()).toBe(12);
  expect(() => grad(first, x)).toThrow(/marked with onceDifferentiable/);
});

test('an input passed through untouched keeps its own history', () => {
  class Identity extends autograd.Function {
    static override forward(_: FunctionContext, x: Tensor): Tensor {
      return x;
    }
    static override backward(_: FunctionContext, g: Tensor): Tensor {
      return g.mul(10);
    }
  }
  const x = leaf([1]);
  const y = Identity.apply(x);
  y.backward(float64([1]));
  expect(x.isLeaf).toBe(true);
  expect((x.grad as Tensor).item()).toBe(10);
});

test('without forward or backward, or without a tensor that requires grad', () => {
  class Empty extends autograd.Function {}
  expect(() => Empty.apply()).toThrow(/Empty: a custom Function must implement a static forward method/);
  expect(Cube.apply(float64([2])).requiresGrad).toBe(false);
});

test('saved-tensor hooks see what a custom function and an op save', () => {
  const packed: number[][] = [];
  const x = leaf([0.5, -1]);
  const y = autograd.savedTensorsHooks(
    {
      pack: (t) => {
        packed.push(elements(t));
        return elements(t);
      },
      unpack: (values) => float64(values),
    },
    () => exp(Cube.apply(x)),
  );
  expect(packed).toHaveLength(2);
  expect(packed[0]).toEqual([0.5, -1]);
  const direct = grad(exp(Cube.apply(x)), x, { gradOutputs: float64([1, 2]) });
  const first = grad(y, x, { gradOutputs: float64([1, 2]), createGraph: true });
  expect(elements(first)).toEqual(elements(direct));
  expect(grad(first, x, { gradOutputs: float64([1, 1]) }).requiresGrad).toBe(false);
});

test('an unpack hook that returns no tensor is an error', () => {
  const x = leaf([1]);
  const y = autograd.savedTensorsHooks({ pack: () => 1, unpack: () => 1 as never }, () => exp(x));
  expect(() => y.backward(float64([1]))).toThrow(
    /exp: the unpack hook of a saved tensor did not return a Tensor/,
  );
});
