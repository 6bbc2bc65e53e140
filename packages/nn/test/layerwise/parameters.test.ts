/* Parameters and gradients under the layerwise protocol: flat, shared, cloned, updated, drawn anew. */
import { Generator, manualSeed, randn, ShapeError, tensor, type Tensor } from '@retrograd/core';
import * as nn from '../../src/index.ts';
import { layer } from '../../src/layerwise/index.ts';

const generator = new Generator(17);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });
const numbers = (x: Tensor | null | undefined): number[] => Array.from(x?.detach().flatten().data ?? []);

const stage = (): nn.Sequential => new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 2));
const x = normal(5, 3);
const g = normal(5, 2);

describe('getParameters', () => {
  it('gives two flat tensors over the storage of all parameters and gradients', () => {
    const model = layer(stage());
    const values = model.module.parameters().flatMap(numbers);
    const before = model.forward(x).toArray();
    const [flat, flatGradient] = model.getParameters();
    expect(numbers(flat)).toEqual(values);
    expect(flatGradient.shape).toEqual(flat.shape);
    expect(model.forward(x).toArray()).toEqual(before);
    model.backward(x, g);
    expect(numbers(flatGradient)).toEqual(model.module.parameters().flatMap((p) => numbers(p.grad)));
    expect(flatGradient.ne(0).all().item()).toBe(1);
    flat.fill_(0.5);
    expect(model.module.parameters().flatMap(numbers)).toEqual(values.map(() => 0.5));
    flatGradient.zero_();
    expect(model.module.parameters().every((p) => p.grad?.eq(0).all().item() === 1)).toBe(true);
  });

  it('trains the module by x.add_(-lr, dx), as x.add_(dx.mul(-lr)) and updateParameters do', () => {
    const ways: ((model: ReturnType<typeof layer<nn.Sequential>>) => () => void)[] = [
      (model) => {
        const [flat, flatGradient] = model.getParameters();
        return () => flat.add_(-0.1, flatGradient);
      },
      (model) => {
        const [flat, flatGradient] = model.getParameters();
        return () => flat.add_(flatGradient.mul(-0.1));
      },
      (model) => () => model.updateParameters(0.1),
    ];
    const results = ways.map((way) => {
      manualSeed(3);
      const model = layer(stage());
      const update = way(model);
      for (let i = 0; i < 4; i++) {
        model.zeroGradParameters();
        model.forward(x);
        model.backward(x, g);
        update();
      }
      return numbers(model.forward(x));
    });
    expect(results[1]).toEqual(results[0]);
    results[2].forEach((value, i) => expect(value).toBeCloseTo(results[0][i], 5));
    manualSeed(3);
    expect(results[0]).not.toEqual(numbers(stage().forward(x)));
  });

  it('refuses a step as alpha, where it would be taken for an operand', () => {
    const [flat, flatGradient] = layer(stage()).getParameters();
    expect(() => flat.add_(flatGradient as never, flatGradient)).toThrow('expects a number as alpha');
    expect(flat.add_(0.5, flatGradient)).toBe(flat);
  });

  it('gives the same storage when it is called again', () => {
    const model = layer(stage());
    const [flat, flatGradient] = model.getParameters();
    const again = model.getParameters();
    expect(again.map(({ storage }) => storage)).toEqual([flat.storage, flatGradient.storage]);
    expect(again[0].storage).toBe(flat.storage);
  });

  it('keeps gradients that were there, counts shared parameters once, and leaves out frozen ones', () => {
    const shared = new nn.Linear(3, 3, { bias: false });
    const module = new nn.Sequential(shared, shared, new nn.Linear(3, 1, { bias: false }));
    module.get(-1).requiresGrad_(false);
    const model = layer(module);
    const [input, gradOutput] = [normal(2, 3), normal(2, 1)];
    model.forward(input);
    model.backward(input, gradOutput);
    const before = numbers(shared.weight.grad);
    const [flat, flatGradient] = model.getParameters();
    expect(flat.shape).toEqual([9]);
    expect(numbers(flatGradient)).toEqual(before);
  });

  it('finds its gradients again after an optimizer has let them go', () => {
    const model = layer(stage());
    const [, flatGradient] = model.getParameters();
    model.forward(x);
    model.backward(x, g);
    const once = numbers(flatGradient);
    model.module.zeroGrad();
    model.backward(x, g);
    expect(numbers(flatGradient)).toEqual(once);
  });

  it('notices an update between forward and backward', () => {
    const model = layer(stage());
    const [flat, flatGradient] = model.getParameters();
    model.forward(x);
    flat.add_(0.1, flatGradient);
    expect(() => model.backward(x, g)).toThrow('modified by an inplace operation');
  });

  it('refuses several dtypes', () => {
    const mixed = new nn.Sequential(new nn.Linear(1, 1), new nn.Linear(1, 1, { dtype: 'float64' }));
    expect(() => layer(mixed).getParameters()).toThrow(
      'one flat tensor has one dtype, the parameters have float32, float64',
    );
  });
});

describe('Updates', () => {
  it('accUpdateGradParameters takes the step and leaves the gradients alone', () => {
    const model = layer(new nn.Linear(2, 1));
    const { weight, bias } = model.module;
    const [before, input] = [numbers(weight), tensor([1, 2])];
    model.forward(input);
    model.backward(input, tensor([3]));
    model.accUpdateGradParameters(input, tensor([1]), 0.5);
    expect(numbers(weight.grad)).toEqual([3, 6]);
    expect(numbers(bias?.grad)).toEqual([3]);
    expect(numbers(weight)).toEqual([Math.fround(before[0] - 0.5), Math.fround(before[1] - 1)]);
  });

  it('updateParameters leaves parameters without a gradient', () => {
    const model = layer(new nn.Linear(2, 1));
    const before = numbers(model.module.weight);
    model.updateParameters(1);
    expect(numbers(model.module.weight)).toEqual(before);
    expect(() => model.updateParameters('1' as never)).toThrow('learningRate must be a number');
  });

  it('parameters() gives the tensors themselves', () => {
    const model = layer(stage());
    const [parameters, gradients] = model.parameters();
    expect(parameters).toEqual(model.module.parameters());
    parameters.forEach((p, i) => expect(p.grad).toBe(gradients[i]));
    gradients[0].fill_(2);
    model.zeroGradParameters();
    expect(model.parameters()[1][0]).toBe(gradients[0]);
    expect(gradients[0].eq(0).all().item()).toBe(1);
  });
});

describe('clone and share', () => {
  it('clone copies parameters, gradients and mode, and shares nothing unless told to', () => {
    const model = layer(stage()).evaluate();
    model.forward(x);
    model.backward(x, g);
    const copy = model.clone();
    expect(copy.module).not.toBe(model.module);
    expect(copy.module.training).toBe(false);
    expect(copy.output).toBeNull();
    expect(copy.forward(x).toArray()).toEqual(model.output?.toArray());
    expect(copy.module.parameters().map((p) => p.grad?.toArray())).toEqual(
      model.module.parameters().map((p) => p.grad?.toArray()),
    );
    copy.zeroGradParameters();
    copy.module.parameters()[0].detach().fill_(9);
    expect(model.forward(x).toArray()).not.toEqual(copy.forward(x).toArray());
    expect(model.module.parameters()[0].grad?.eq(0).all().item()).toBe(0);
  });

  it('clone(weight, bias) shares the elements, with gradients of its own', () => {
    const model = layer(stage());
    const copy = model.clone('weight', 'bias');
    model.zeroGradParameters();
    copy.forward(x);
    copy.backward(x, g);
    expect(model.module.parameters()[0].grad?.eq(0).all().item()).toBe(1);
    copy.updateParameters(0.1);
    expect(model.forward(x).toArray()).toEqual(copy.forward(x).toArray());
  });

  it('share takes another layer or module, and buffers by name', () => {
    const [a, b] = [layer(new nn.BatchNorm1d(3)), new nn.BatchNorm1d(3)];
    a.share(b, 'weight', 'gradWeight', 'runningMean');
    expect(a.module.weight?.storage).toBe(b.weight?.storage);
    expect(a.module.weight?.grad).toBe(b.weight?.grad);
    expect(a.module.runningMean).toBe(b.runningMean);
    expect(a.module.bias?.storage).not.toBe(b.bias?.storage);
    expect(() => a.share(new nn.Linear(3, 3), 'weight')).toThrow('share: the modules differ in structure');
  });

  it('share refuses fields of other shapes and dtypes, and shares nothing then', () => {
    const mine = layer(new nn.Linear(2, 3));
    const { weight, bias } = mine.module;
    const before = [weight.storage, bias?.storage];
    expect(() => mine.share(new nn.Linear(4, 3), 'bias', 'weight')).toThrow(
      new ShapeError('share: weight has shape [3, 2], and there [3, 4]'),
    );
    expect(() => mine.share(new nn.Linear(4, 3), 'gradWeight')).toThrow('share: gradWeight has shape');
    expect(() => mine.share(new nn.Linear(2, 3, { dtype: 'float64' }), 'weight')).toThrow(
      'share: weight has dtype float32, and there float64',
    );
    expect([weight.storage, bias?.storage]).toEqual(before);
    expect(weight.shape).toEqual([3, 2]);
  });

  it('of a graph of shared modules keeps them shared', () => {
    const shared = new nn.Linear(3, 3);
    const copy = layer(new nn.Sequential(shared, new nn.Tanh(), shared)).clone();
    expect(copy.module.get(0)).toBe(copy.module.get(2));
    expect(copy.module.get(0)).not.toBe(shared);
  });
});

describe('The tree of modules', () => {
  const module = new nn.Sequential(
    new nn.Linear(1, 2),
    new nn.Sequential(new nn.Tanh(), new nn.Linear(2, 2)),
  );
  const model = layer(module);

  it('is listed, searched and walked from outside in', () => {
    const inner = module.get(1) as nn.Sequential;
    expect(model.listModules()).toEqual([module, module.get(0), inner, inner.get(0), inner.get(1)]);
    expect(model.findModules(nn.Linear)).toEqual([[module.get(0), inner.get(1)], [module, inner]]); // prettier-ignore
    expect(model.findModules('Tanh')).toEqual([[inner.get(0)], [inner]]);
    expect(model.findModules(nn.Conv2d)).toEqual([[], []]);
    const names: string[] = [];
    model.apply((each) => names.push(each.constructor.name));
    expect(names).toEqual(['Sequential', 'Linear', 'Sequential', 'Tanh', 'Linear']);
    expect(String(model)).toBe(String(module));
  });

  it('switches modes together', () => {
    expect(model.evaluate()).toBe(model);
    expect(model.listModules().map(({ training }) => training)).toEqual([false, false, false, false, false]);
    expect(model.training().module.training).toBe(true);
  });

  it('is drawn anew by reset, with a given standard deviation', () => {
    manualSeed(1);
    const fresh = new nn.Linear(1, 2);
    manualSeed(1);
    model.reset();
    expect(numbers(module.get(0).weight)).toEqual(numbers(fresh.weight));
    const wide = layer(new nn.Sequential(new nn.Linear(100, 100), new nn.LayerNorm(100)));
    manualSeed(2);
    wide.reset(3);
    expect(wide.module.get(0).weight.std().item()).toBeCloseTo(3, 1);
    expect(numbers(wide.module.get(1).weight)).toEqual(Array(100).fill(1));
  });
});
