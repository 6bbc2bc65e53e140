/* What a graph may look like, and the words in which it is told otherwise. */
import { Generator, randn, type Tensor } from '@retrograd/core';
import { graphModule, node, type GraphNode } from '../../src/graph/index.ts';
import * as nn from '../../src/index.ts';
import { CAddTable, ConcatTable, layer } from '../../src/layerwise/index.ts';

const generator = new Generator(37);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });
const input = (): GraphNode => node(new nn.Identity());

describe('Nodes', () => {
  it('know their module, inputs, users, name and annotations', () => {
    const x = input();
    const module = new nn.Tanh();
    const y = node(module, x).annotate({ name: 'squash', description: 'into ±1' });
    expect(y).toMatchObject({ module, inputs: [x], users: [], name: 'squash', item: null });
    expect(x.users).toEqual([y]);
    expect(y.annotate({ graphAttributes: { color: 'blue' } }).annotations).toEqual({
      name: 'squash',
      description: 'into ±1',
      graphAttributes: { color: 'blue' },
    });
    expect([x.label, y.label]).toEqual(['Identity', 'squash (Tanh)']);
  });

  it('and the line that made them', () => {
    const line = (): number => Number(/structure\.test\.ts:(\d+)/.exec(new Error().stack ?? '')?.[1]);
    // `line` tells the line it stands in itself.
    const own = line();
    const y = node(new nn.Tanh(), input());
    const lineOf = (declaredAt: string): number => Number(declaredAt.split(':').at(-1));
    expect(y.declaredAt).toMatch(/structure\.test\.ts:\d+$/);
    expect(lineOf(y.declaredAt) - own).toBe(3);
    expect(y.split(2)[1].declaredAt).toBe(y.declaredAt);
  });

  it('are made of modules and nodes only', () => {
    const x = input();
    expect(() => node(new nn.Tanh(), new nn.Linear(1, 1) as never)).toThrow(
      'node: input[0] is a module, specifically a Linear, but the only valid thing to pass is a node. Did you forget node(…)',
    );
    expect(() => node(new nn.Tanh(), x, normal(2) as never)).toThrow(
      'node: input[1] must be a node, got object',
    );
    expect(() => node(new nn.Tanh(), null as never)).toThrow('node: input[0] must be a node, got null');
    expect(() => node(x as never)).toThrow('node: expected a module, got object');
    expect(() => node(new CAddTable(), [x] as never)).toThrow('got an array: give nodes one after the other');
    expect(() => graphModule([x], [new nn.Tanh() as never])).toThrow(
      'graphModule: outputs[0] is a module, specifically a Tanh',
    );
    expect(() => graphModule([new nn.Tanh() as never], [x])).toThrow('graphModule: inputs[0] is a module');
    expect(x.users).toEqual([]);
  });

  it('take no input twice', () => {
    const x = input();
    expect(() => node(new CAddTable(), x, x)).toThrow("Don't pass the same input twice");
    const y = input();
    expect(() => graphModule([y, y], [node(new nn.Tanh(), y)])).toThrow(
      "Don't pass the same input twice: inputs 0 and 1",
    );
  });

  it('split into two items at least', () => {
    expect(() => input().split(1)).toThrow('split: the number of outputs must be an integer from 2, got 1');
  });
});

describe('graphModule refuses', () => {
  it('nodes that do not connect to an output', () => {
    const x = input();
    const hidden = node(new nn.Linear(2, 2), x);
    const dangling = node(new nn.Sigmoid(), hidden);
    const output = node(new nn.Tanh(), hidden);
    expect(() => graphModule([x], [output])).toThrow(
      `graphModule: node declared on ${dangling.declaredAt} does not connect to gmodule output (Sigmoid)`,
    );
    expect(() => graphModule([x], [output, dangling])).not.toThrow();
  });

  it('inputs that are not used', () => {
    const [x, y] = [input(), input()];
    expect(() => graphModule([x, y], [node(new nn.Tanh(), x)])).toThrow(
      `input 1: node declared on ${y.declaredAt} does not connect to gmodule output`,
    );
  });

  it('nodes without inputs that are not inputs of the graph', () => {
    const [x, y] = [input(), input()];
    expect(() => graphModule([x], [node(new CAddTable(), x, y)])).toThrow(
      `the node declared on ${y.declaredAt} (Identity) has none and is not among them`,
    );
  });

  it('inputs that have inputs', () => {
    const x = input();
    const y = node(new nn.Tanh(), x);
    expect(() => graphModule([y], [node(new nn.Tanh(), y)])).toThrow('an input should have no inputs');
  });

  it('nodes that are not in an array', () => {
    expect(() => graphModule(input() as never, [input()])).toThrow('inputs must be an array of nodes');
    expect(() => graphModule([input()], input() as never)).toThrow('outputs must be an array of nodes');
  });

  it('no inputs and no outputs', () => {
    expect(() => graphModule([], [input()])).toThrow('no inputs are not supported');
    expect(() => graphModule([input()], [])).toThrow('no outputs are not supported');
  });

  it('unused items of a split', () => {
    const x = input();
    const pair = node(new ConcatTable(new nn.Tanh(), new nn.Tanh(), new nn.Tanh()), x);
    const [first, second, third] = pair.split(3);
    expect(() => graphModule([x], [first])).toThrow(
      `2 of split(3) outputs from the node declared at ${pair.declaredAt} are unused`,
    );
    expect(() => graphModule([x], [first, third])).toThrow('1 of split(3) outputs');
    expect(() => graphModule([x], [node(new CAddTable(), first, second, third)])).not.toThrow();
  });

  it('cycles, however long', () => {
    const x = input();
    const first = node(new CAddTable(), x);
    let last = first;
    for (let i = 0; i < 5; i++) last = node(new nn.Tanh(), last);
    first.addInput(last);
    expect(() => graphModule([x], [last])).toThrow(
      `graphModule: Graph has cycles: one goes through the node declared on`,
    );
    const self = node(new CAddTable(), x);
    self.addInput(self);
    expect(() => graphModule([x], [self])).toThrow('Graph has cycles');
  });
});

it('runs nodes whose inputs were added later, in an order of its own', () => {
  const x = input();
  const sum = node(new CAddTable(), x);
  const later = node(new nn.Tanh(), x);
  sum.addInput(later);
  const graph = graphModule<Tensor, Tensor>([x], [sum]);
  const value = normal(3);
  expect(graph.forward(value).toArray()).toEqual(value.add(value.tanh()).toArray());
  expect(() => sum.addInput(later)).toThrow("Don't pass the same input twice");
});

it('takes chains of ten thousand nodes', () => {
  const x = input();
  let last = x;
  const module = new nn.Identity();
  for (let i = 0; i < 10_000; i++) last = node(module, last);
  const graph = graphModule<Tensor, Tensor>([x], [last], { observe: false });
  const value = normal(2);
  expect(graph.forward(value)).toBe(value);
});

describe('A graph of two inputs or outputs', () => {
  const [x, y] = [input(), input()];
  const sum = node(new CAddTable(), x, y);
  const graph = graphModule<Tensor[], Tensor[]>([x, y], [sum, node(new nn.Tanh(), x)]);
  const [a, b] = [normal(2), normal(2)];

  it('refuses a tensor and other numbers of inputs, forward', () => {
    expect(() => graph.forward(a as never)).toThrow(
      'GraphModule: expecting table of 2 inputs, got a tensor of shape [2]',
    );
    expect(() => graph.forward([a])).toThrow('GraphModule: Got 1 inputs instead of 2');
    expect(() => layer(graph).forward(a as never)).toThrow('expecting table of 2 inputs');
  });

  it('and backward', () => {
    const model = layer(graph);
    model.forward([a, b]);
    expect(() => model.backward(a as never, [a, b])).toThrow(
      'expecting table of 2 inputs, got a tensor of shape [2]',
    );
    expect(() => model.backward([a, b], a as never)).toThrow(
      'expecting table of 2 gradOutputs, got a tensor of shape [2]',
    );
    expect(() => model.backward([a, b], [a])).toThrow('Got 1 gradOutputs instead of 2');
    expect(model.backward([a, b], [a, b])).toHaveLength(2);
  });
});
