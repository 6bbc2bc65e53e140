/* The tester itself: it passes what is right, and finds what is not. */
import {
  autograd,
  defaultGenerator,
  Generator,
  randn,
  tensor,
  type FunctionContext,
  type Tensor,
} from '@retrograd/core';
import * as nn from '../../src/index.ts';
import { CMulTable, ConcatTable, layer, Sequential } from '../../src/layerwise/index.ts';
import {
  testAllUpdate, testIO, testJacobian, testJacobianParameters, testJacobianUpdateParameters,
} from '../../src/layerwise/jacobian.ts'; // prettier-ignore

const generator = new Generator(31);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });

const right: [string, nn.Module, Tensor | Tensor[]][] = [
  ['a Linear of one sample', new nn.Linear(3, 2), normal(3)],
  ['a Linear of a batch', new nn.Linear(3, 2), normal(2, 3)],
  ['a Conv2d', new nn.Conv2d(1, 2, 2), normal(1, 3, 3)],
  [
    'two paths',
    new Sequential(new ConcatTable(new nn.Linear(3, 2), new nn.Linear(3, 2)), new CMulTable()),
    normal(2, 3),
  ],
  ['a Bilinear', new nn.Bilinear(2, 2, 2), [normal(2, 2), normal(2, 2)]],
  ['a dropout', new nn.Sequential(new nn.Linear(3, 2), new nn.Dropout(0.5)), normal(2, 3)],
];

describe.each(right)('For %s', (_, module, input) => {
  it('all functions find nothing', () => {
    const before = module.parameters().map((p) => [p.dtype, p.toArray(), p.grad]);
    const stream = defaultGenerator.getState();
    expect(testJacobian(module, input)).toMatchObject({ verdict: 'pass' });
    expect(testJacobianParameters(module, input)).toMatchObject({ verdict: 'pass' });
    expect(testJacobianUpdateParameters(layer(module), input as never)).toMatchObject({ verdict: 'pass' });
    const errors = testAllUpdate(module, input);
    expect(Object.keys(errors)).toEqual([
      'accGradParameters', 'backward', 'zeroGradParameters', 'updateParameters', 'accUpdateGradParameters', 'shared clone',
    ]); // prettier-ignore
    for (const error of Object.values(errors)) expect(error).toBeLessThan(1e-12);
    expect(testIO(module, input)).toEqual([0, 0]);
    expect(module.parameters().map((p) => [p.dtype, p.toArray(), p.grad])).toEqual(before);
    expect(defaultGenerator.getState()).toEqual(stream);
  });
});

class WrongScale extends autograd.Function {
  static override forward(_: FunctionContext, x: Tensor, factor: Tensor): Tensor {
    return x.mul(factor);
  }
  static override backward(_: FunctionContext, g: Tensor): Tensor[] {
    return [g.mul(3), g.mul(2)];
  }
}

/** Both gradients wrong, unless the factor is 3. */
class Wrong extends nn.Module {
  readonly factor = new nn.Parameter(tensor([1.5, 1.5]));

  forward(x: Tensor): Tensor {
    return WrongScale.apply(x, this.factor);
  }
}

test('wrong gradients are found, each by its function', () => {
  const x = tensor([1, 2]);
  const input = testJacobian(new Wrong(), x);
  expect(input).toMatchObject({ verdict: 'fail', name: 'Wrong.updateGradInput' });
  expect(input.failures[0]).toMatchObject({
    kind: 'gradient',
    analytic: 3,
    numeric: expect.closeTo(1.5, 6) as number,
  });
  expect(testJacobianParameters(new Wrong(), x)).toMatchObject({
    verdict: 'fail',
    name: 'Wrong.accGradParameters',
  });
  expect(testJacobianUpdateParameters(new Wrong(), x)).toMatchObject({
    verdict: 'fail',
    name: 'Wrong.updateParameters',
  });
});

test('state that is not saved is found by testIO', () => {
  class Unsaved extends nn.Module {
    declare scale: Tensor;
    readonly linear = new nn.Linear(2, 2);

    constructor() {
      super();
      this.registerBuffer('scale', tensor([1]));
    }

    forward(x: Tensor): Tensor {
      // A second copy is told from the first by its parameters, which are not loaded yet.
      return this.linear.forward(x).mul(this.scale);
    }

    override stateDict(prefix = '', into: nn.StateDict = {}): nn.StateDict {
      const dict = super.stateDict(prefix, into);
      delete dict[`${prefix}linear.weight`];
      return dict;
    }
  }
  const [forward, backward] = testIO(new Unsaved(), normal(2));
  expect(forward).toBeGreaterThan(0);
  expect(backward).toBeGreaterThan(0);
});

test('a module without parameters is refused where parameters are tested', () => {
  expect(() => testJacobianParameters(new nn.Tanh(), normal(2))).toThrow(
    'Tanh: the module has no parameters to test',
  );
  expect(() => testAllUpdate(new nn.Tanh(), normal(2))).toThrow('no parameters to test');
  expect(testIO(new nn.Tanh(), normal(2))).toEqual([0, 0]);
});
