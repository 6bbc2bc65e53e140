import { inspect } from 'node:util';
import { ones, tensor, zeros, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';

class Block extends nn.Module {
  readonly linear: nn.Linear;
  readonly scale: nn.Parameter;

  constructor(size: number) {
    super();
    this.linear = new nn.Linear(size, size);
    this.scale = new nn.Parameter(ones([size]));
    this.registerBuffer('offset', zeros([size]));
  }

  forward(x: Tensor): Tensor {
    return this.linear.forward(x).mul(this.scale);
  }
}

class Net extends nn.Module {
  readonly first = new Block(2);
  readonly act = new nn.ReLU();
  readonly second = new Block(2);
  readonly bias = new nn.Parameter(zeros([2]));
  readonly name = 'no parameter';
  readonly none: nn.Parameter | null = null;
  readonly plain = zeros([2]);
  readonly hidden = [new nn.Linear(1, 1)];
  // Private fields of JavaScript's own kind must survive whatever modules do.
  #calls = 0;

  get calls(): number {
    return this.#calls;
  }

  forward(x: Tensor): Tensor {
    this.#calls++;
    return this.second.forward(this.act.forward(this.first.forward(x))).add(this.bias);
  }

  override extraRepr(): string {
    return `name=${this.name}`;
  }
}

describe('A module', () => {
  it('finds parameters, its own first, then its children’s in order of assignment', () => {
    expect(new Net().namedParameters().map(([key]) => key)).toEqual([
      'bias',
      'first.scale',
      'first.linear.weight',
      'first.linear.bias',
      'second.scale',
      'second.linear.weight',
      'second.linear.bias',
    ]);
    expect(new Net().parameters({ recurse: false })).toHaveLength(1);
  });

  it('finds buffers, children and modules', () => {
    const net = new Net();
    expect(net.namedBuffers().map(([key]) => key)).toEqual(['first.offset', 'second.offset']);
    expect(net.buffers({ recurse: false })).toEqual([]);
    expect(net.namedChildren().map(([key]) => key)).toEqual(['first', 'act', 'second']);
    expect(net.children()).toEqual([net.first, net.act, net.second]);
    expect(net.namedModules().map(([key]) => key)).toEqual([
      '',
      'first',
      'first.linear',
      'act',
      'second',
      'second.linear',
    ]);
    expect(net.modules()[1]).toBe(net.first);
    expect(net.getSubmodule('second.linear')).toBe(net.second.linear);
    expect(net.getSubmodule('')).toBe(net);
    expect(() => net.getSubmodule('second.norm')).toThrow('Block has no module `norm`');
    expect(net.getParameter('second.linear.weight')).toBe(net.second.linear.weight);
    expect(() => net.getParameter('second.linear.scale')).toThrow('Linear has no parameter `scale`');
    expect(() => net.getParameter('')).toThrow('has no parameter ``');
    const norm = new nn.Sequential(new nn.BatchNorm1d(2));
    expect(norm.getBuffer('0.running_mean')).toBe(norm.get(0).runningMean);
    expect(() => norm.getBuffer('0.weight')).toThrow('BatchNorm1d has no buffer `weight`');
  });

  it('lists a shared parameter, buffer or module once, under its first name', () => {
    class Tied extends nn.Module {
      readonly encoder = new Block(3);
      readonly again = this.encoder;
      readonly decoder = new nn.Linear(3, 3);
      constructor() {
        super();
        this.decoder.weight = this.encoder.linear.weight;
        this.registerBuffer('copy', this.encoder.buffers()[0]);
      }
      forward(x: Tensor): Tensor {
        return this.decoder.forward(this.encoder.forward(x));
      }
    }
    const tied = new Tied();
    const keys = ['encoder.scale', 'encoder.linear.weight', 'encoder.linear.bias', 'decoder.bias'];
    expect(tied.namedParameters().map(([key]) => key)).toEqual(keys);
    expect(tied.namedBuffers().map(([key]) => key)).toEqual(['copy']);
    expect(tied.children()).toHaveLength(2);
    expect(tied.modules()).toHaveLength(4);
    expect(Object.keys(tied.stateDict())).toEqual([
      'copy',
      ...['scale', 'offset', 'linear.weight', 'linear.bias'].map((key) => `encoder.${key}`),
      ...['scale', 'offset', 'linear.weight', 'linear.bias'].map((key) => `again.${key}`),
      'decoder.weight',
      'decoder.bias',
    ]);
  });

  it('lets a parameter be replaced or removed by assignment', () => {
    const linear = new nn.Linear(2, 2);
    linear.bias = null;
    linear.weight = new nn.Parameter(ones([1, 2]));
    expect(linear.forward(ones([2])).toArray()).toEqual([2]);
    expect(linear.parameters()).toEqual([linear.weight]);
  });

  it('trains all it consists of', () => {
    const net = new Net();
    net
      .forward(ones([3, 2]))
      .sum()
      .backward();
    for (const parameter of net.parameters()) expect(parameter.grad?.shape).toEqual(parameter.shape);
    const { grad } = net.bias;
    net.zeroGrad({ setToNull: false });
    expect(net.bias.grad).toBe(grad);
    expect(grad?.toArray()).toEqual([0, 0]);
    net.zeroGrad();
    expect(net.parameters().every((p) => p.grad === null)).toBe(true);
  });

  it('switches between training and evaluation with all below it', () => {
    const net = new Net();
    expect(net.eval()).toBe(net);
    expect(net.modules().map((m) => m.training)).toEqual(Array(6).fill(false));
    net.first.train();
    expect(net.modules().map((m) => m.training)).toEqual([false, true, true, false, false, false]);
    expect(
      net
        .train()
        .modules()
        .every((m) => m.training),
    ).toBe(true);
    expect(() => net.train('yes' as never)).toThrow('training mode is expected to be boolean');
  });

  it('freezes its parameters', () => {
    const net = new Net();
    net.first.requiresGrad_(false);
    expect(net.parameters().filter((p) => p.requiresGrad)).toHaveLength(4);
    expect(
      net
        .requiresGrad_()
        .parameters()
        .every((p) => p.requiresGrad),
    ).toBe(true);
  });

  it('applies a function to children first and to itself last', () => {
    const seen: string[] = [];
    const net = new Net();
    expect(net.apply((m) => seen.push(m.constructor.name))).toBe(net);
    expect(seen).toEqual(['Linear', 'Block', 'ReLU', 'Linear', 'Block', 'Net']);
  });

  it('converts parameters, gradients and buffers, and keeps its parameters the same objects', () => {
    const net = new Net();
    net.registerBuffer('count', tensor([1, 2], { dtype: 'int32' }));
    const x = ones([3, 2]);
    net.forward(x).sum().backward();
    const before = net.parameters();
    const values = before.map((p) => p.toArray());
    expect(net.double()).toBe(net);
    expect(net.parameters()).toEqual(before);
    net.parameters().forEach((p, i) => expect(p).toBe(before[i]));
    expect(before.map((p) => p.toArray())).toEqual(values);
    expect(new Set(before.flatMap((p) => [p.dtype, p.grad?.dtype]))).toEqual(new Set(['float64']));
    expect(net.buffers().map((b) => b.dtype)).toEqual(['int32', 'float64', 'float64']);
    net.forward(x.to('float64')).sum().backward();
    expect(net.bias.grad?.toArray()).toEqual([6, 6]);
    net.float();
    expect(before.every((p) => p.dtype === 'float32' && p.isLeaf && p.requiresGrad)).toBe(true);
    expect(() => net.to('int32')).toThrow('only accepts floating point dtypes, but got desired dtype=int32');
  });

  it('tells backward when a conversion came between', () => {
    const linear = new nn.Linear(2, 2);
    const y = linear.forward(ones([2]).requiresGrad_()).sum();
    linear.double();
    expect(() => y.backward()).toThrow('modified by an inplace operation');
  });

  it('prints as PyTorch’s do, through console.log too', () => {
    const text = [
      'Net(',
      '  name=no parameter',
      '  (first): Block(',
      '    (linear): Linear(in_features=2, out_features=2, bias=True)',
      '  )',
      '  (act): ReLU()',
      '  (second): Block(',
      '    (linear): Linear(in_features=2, out_features=2, bias=True)',
      '  )',
      ')',
    ].join('\n');
    expect(String(new Net())).toBe(text);
    expect(inspect(new Net())).toBe(text);
  });

  it('prints several lines of its own on lines of their own', () => {
    class Chatty extends nn.Identity {
      override extraRepr(): string {
        return 'one\ntwo';
      }
    }
    expect(String(new Chatty())).toBe('Chatty(\n  one\n  two\n)');
  });

  it('of another copy of the package is one, too', () => {
    const brand = Symbol.for('retrograd.nn.Module');
    expect(nn.isModule({ [brand]: true })).toBe(true);
    expect([{}, null, undefined, 3, nn.Module].map(nn.isModule)).toEqual(Array(5).fill(false));
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const other = require('../src/index.ts') as typeof nn;
      expect(other.Linear).not.toBe(nn.Linear);
      const model = new nn.Sequential(new nn.Linear(2, 3), new other.Linear(3, 1)).double().eval();
      expect(model.namedParameters().map(([key]) => key)).toEqual([
        '0.weight',
        '0.bias',
        '1.weight',
        '1.bias',
      ]);
      expect(model.get(1).training).toBe(false);
      expect(model.forward(ones([4, 2], { dtype: 'float64' })).shape).toEqual([4, 1]);
      expect(String(model)).toContain('(1): Linear(in_features=3, out_features=1, bias=True)');
      model.loadStateDict(new nn.Sequential(new nn.Linear(2, 3), new nn.Linear(3, 1)).stateDict());
    });
  });
});

describe('Registering', () => {
  it('makes computed names fields', () => {
    const module = new nn.Identity();
    module.registerParameter('w1', new nn.Parameter(ones([1])));
    module.registerParameter('w2', null);
    module.addModule('child', new nn.ReLU());
    module.registerBuffer('mean', null);
    expect(Object.keys(module.stateDict())).toEqual(['w1']);
    expect(module.namedChildren().map(([key]) => key)).toEqual(['child']);
    module.registerBuffer('mean', zeros([2]));
    (module as nn.Identity & { mean: Tensor }).mean = ones([3]);
    expect(module.buffers()[0].shape).toEqual([3]);
  });

  it('keeps a parameter that is registered as a buffer out of the parameters', () => {
    const module = new nn.Identity();
    module.registerBuffer('mean', new nn.Parameter(ones([1])));
    expect(module.parameters()).toEqual([]);
    expect(module.buffers()).toHaveLength(1);
  });

  it.each([
    [
      'a name with a dot',
      (m: nn.Module): void => m.registerBuffer('a.b', null),
      'buffer name can\'t contain ".": a.b',
    ],
    [
      'an empty name',
      (m: nn.Module): void => m.registerParameter('', null),
      'parameter name can\'t be empty string ""',
    ],
    [
      'a name that is no string',
      (m: nn.Module): void => m.addModule(1 as never, null),
      'module name should be a string, got number',
    ],
    [
      'the name of a parameter for a buffer',
      (m: nn.Module): void => m.registerBuffer('weight', zeros([1])),
      "attribute 'weight' already exists",
    ],
    [
      'the name of a method',
      (m: nn.Module): void => m.addModule('forward', new nn.ReLU()),
      "attribute 'forward' already exists",
    ],
    [
      'a tensor as a parameter',
      (m: nn.Module): void => m.registerParameter('q', zeros([1]) as never),
      "cannot assign a Tensor as parameter 'q' (Parameter or null required)",
    ],
    [
      'a number as a module',
      (m: nn.Module): void => m.addModule('q', 3 as never),
      "cannot assign number as child 'q' (Module or null required)",
    ],
    [
      'an array as a buffer',
      (m: nn.Module): void => m.registerBuffer('q', [1] as never),
      "cannot assign object as buffer 'q' (Tensor or null required)",
    ],
  ])('refuses %s', (_, act, message) => {
    const module = new nn.Linear(1, 1);
    const before = Object.keys(module);
    expect(() => act(module)).toThrow(message);
    expect(Object.keys(module)).toEqual(before);
  });
});

describe('A parameter', () => {
  it('is a leaf that requires grad and shares the elements it is made from', () => {
    const x = zeros([2, 2]);
    const p = new nn.Parameter(x.transpose(0, 1));
    expect(p.isLeaf && p.requiresGrad && nn.isParameter(p)).toBe(true);
    x.fill_(3);
    expect(p.toArray()).toEqual([[3, 3], [3, 3]]); // prettier-ignore
    expect(nn.isParameter(x)).toBe(false);
  });

  it('leaves the history of what it is made from behind', () => {
    const x = ones([2]).requiresGrad_();
    expect(new nn.Parameter(x.mul(2)).isLeaf).toBe(true);
    expect(new nn.Parameter(ones([2]), false).requiresGrad).toBe(false);
  });

  it('takes over other elements, shape and dtype, and what of its gradient fits', () => {
    const p = new nn.Parameter(ones([2]));
    p.mul(3).sum().backward();
    const data = tensor([5, 6], { dtype: 'float64' });
    expect(p.setData(data)).toBe(p);
    expect([p.dtype, p.grad?.dtype, p.grad?.toArray()]).toEqual(['float64', 'float64', [3, 3]]);
    data.fill_(7);
    expect(p.toArray()).toEqual([7, 7]);
    p.setData(zeros([3]));
    expect([p.shape, p.grad]).toEqual([[3], null]);
    p.sum().backward();
    expect(p.grad?.toArray()).toEqual([1, 1, 1]);
  });

  it('prints under a heading', () => {
    const text = 'Parameter containing:\ntensor([1., 1.], requiresGrad=true)';
    expect(inspect(new nn.Parameter(ones([2])))).toBe(text);
  });

  it.each([
    ['an array', (): unknown => new nn.Parameter([1] as never), 'Parameter: expected a Tensor, got object'],
    [
      'integers that would require grad',
      (): unknown => new nn.Parameter(zeros([1], { dtype: 'int32' })),
      'only Tensors of floating point dtype can require gradients',
    ],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(message);
    expect(new nn.Parameter(zeros([1], { dtype: 'int32' }), false).dtype).toBe('int32');
  });
});
