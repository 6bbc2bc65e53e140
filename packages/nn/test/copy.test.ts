import { Generator, ones, randn, tensor, zeros, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';
import { elements } from './build.ts';

class Tied extends nn.Module {
  readonly first = new nn.Linear(2, 2);
  readonly second = this.first;
  readonly decoder = new nn.Linear(2, 2, { bias: false });
  readonly table: { rows: Tensor[]; again: nn.Module } = { rows: [ones([2])], again: this.first };
  readonly byName = new Map<string, unknown>([['layer', this.decoder]]);
  readonly known = new Set<unknown>([this.decoder]);
  readonly generator = new Generator(1);
  readonly act = (x: Tensor): Tensor => x.tanh();
  parent: nn.Module | null = null;
  declare shift: Tensor;
  declare cache: Tensor;

  constructor() {
    super();
    this.decoder.weight = this.first.weight;
    this.registerBuffer('shift', tensor([3, 4]));
    this.registerBuffer('cache', zeros([1]), { persistent: false });
    this.registerBuffer('empty', null);
    this.addModule('self', null);
    this.byName.set('shift', this.shift);
  }

  forward(x: Tensor): Tensor {
    return this.act(this.decoder.forward(this.second.forward(x)).add(this.shift));
  }
}

describe('A deep copy of a module', () => {
  it('computes the same and shares no elements', () => {
    const model = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4), new nn.Tanh());
    const copy = nn.deepcopy(model);
    const x = randn([5, 3]);
    expect(elements(copy.forward(x))).toEqual(elements(model.forward(x)));
    expect(String(copy)).toBe(String(model));
    expect(copy).toBeInstanceOf(nn.Sequential);
    const before = elements(model.get(0).weight);
    nn.init.zeros_(copy.get(0).weight);
    copy.get(1).runningMean?.fill_(9);
    expect(elements(model.get(0).weight)).toEqual(before);
    expect(elements(model.get(1).runningMean ?? zeros([1]))).not.toContain(9);
  });

  it('has parameters that are leaves of its own, without gradients, frozen where they were', () => {
    const layer = new nn.Linear(2, 2);
    layer.forward(ones([2])).mul(tensor([1, 2])).sum().backward(); // prettier-ignore
    layer.bias?.requiresGrad_(false);
    const copy = nn.deepcopy(layer);
    expect(copy.weight).toBeInstanceOf(nn.Parameter);
    expect([copy.weight.isLeaf, copy.weight.requiresGrad, copy.weight.grad]).toEqual([true, true, null]);
    expect(copy.bias?.requiresGrad).toBe(false);
    expect(copy.parameters()).not.toContain(layer.weight);
  });

  it('shares within itself what the original shares within itself', () => {
    const model = new Tied();
    model.parent = model;
    const copy = nn.deepcopy(model);
    expect(copy.second).toBe(copy.first);
    expect(copy.decoder.weight).toBe(copy.first.weight);
    expect(copy.table.again).toBe(copy.first);
    expect(copy.byName.get('layer')).toBe(copy.decoder);
    expect(copy.byName.get('shift')).toBe(copy.shift);
    expect([...copy.known]).toEqual([copy.decoder]);
    expect(copy.parent).toBe(copy);
    expect(copy.first).not.toBe(model.first);
    expect(copy.table.rows[0]).not.toBe(model.table.rows[0]);
    expect(copy.namedParameters().map(([key]) => key)).toEqual(model.namedParameters().map(([key]) => key));
  });

  it('shares functions and generators with the original', () => {
    const model = new Tied();
    const copy = nn.deepcopy(model);
    expect([copy.act, copy.generator]).toEqual([model.act, model.generator]);
    expect(copy.generator).toBe(model.generator);
  });

  it('has the buffers, saved or not, empty ones too, and the mode', () => {
    const model = new Tied();
    model.eval();
    model.first.train();
    const copy = nn.deepcopy(model);
    expect(Object.keys(copy.stateDict())).toEqual(Object.keys(model.stateDict()));
    expect(copy.namedBuffers().map(([key]) => key)).toEqual(['shift', 'cache']);
    expect([copy.training, copy.first.training, copy.decoder.training]).toEqual([false, true, false]);
    copy.registerBuffer('empty', ones([1]));
    expect(copy.buffers()).toHaveLength(3);
    expect(model.buffers()).toHaveLength(2);
    expect(copy.double().shift.dtype).toBe('float64');
    expect(model.shift.dtype).toBe('float32');
  });

  it('has the hooks, which are removed from each by itself', () => {
    const layer = new nn.ReLU();
    const doubles = layer.registerForwardHook((_, __, output) => output.mul(2));
    const adds = layer.registerForwardPreHook((_, [x]) => x.add(1));
    const copy = nn.deepcopy(layer);
    expect(copy.forward(ones([1])).item()).toBe(4);
    doubles.remove();
    expect([layer.forward(ones([1])).item(), copy.forward(ones([1])).item()]).toEqual([2, 4]);
    copy.registerForwardHook((_, __, output) => output.neg());
    adds.remove();
    expect([layer.forward(ones([1])).item(), copy.forward(ones([1])).item()]).toEqual([1, -4]);
  });

  it('keeps a forward that the instance had of its own, below its hooks', () => {
    const layer = new nn.ReLU();
    layer.forward = (x) => x.add(10);
    layer.registerForwardHook((_, __, output) => output.mul(2));
    const copy = nn.deepcopy(layer);
    expect(copy.forward(ones([1])).item()).toBe(22);
  });

  it('is not one of anything else', () => {
    expect(() => nn.deepcopy(3 as never)).toThrow('deepcopy: expected a Module, got number');
  });

  it('is refused if a field holds the result of a recorded op', () => {
    const layer = new nn.Linear(2, 2);
    const model = Object.assign(new nn.Sequential(layer), { last: layer.weight.mul(2) });
    expect(() => nn.deepcopy(model)).toThrow('Only Tensors created explicitly by the user');
  });
});
