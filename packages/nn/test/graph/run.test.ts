/* Graphs as modules: values, gradients, parameters, state dicts, hooks, copies, errors. */
import { Generator, grad, randn, tensor, zeros, type Tensor } from '@retrograd/core';
import { gradcheck } from '@retrograd/gradcheck';
import { graphModule, node, type GraphModule } from '../../src/graph/index.ts';
import * as nn from '../../src/index.ts';
import * as lw from '../../src/layerwise/index.ts';
import { layer } from '../../src/layerwise/index.ts';
import { testAllUpdate, testIO, testJacobian, testJacobianParameters } from '../../src/layerwise/jacobian.ts';

const generator = new Generator(41);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });

/** Two inputs, of which the first is taken apart; a module in two nodes; fan-out; two outputs, one of them an inner node. */
function rich(): GraphModule<[Tensor, Tensor], [Tensor, Tensor]> {
  const [x, y] = [node(new lw.SplitTable(1)), node(new nn.Identity())];
  const [a, b] = x.split(2);
  const shared = new nn.Linear(3, 3);
  const [left, right] = [node(shared, a), node(shared, b)];
  const product = node(new lw.CMulTable(), left, right, y);
  const out = node(new nn.Linear(3, 2), node(new nn.Tanh(), node(new lw.CAddTable(), product, left)));
  return graphModule([x, y], [out, product]);
}

it('computes what the modules compute, and the gradients of the tape, a shared module and fan-out included', () => {
  const graph = rich();
  const [shared, last] = graph.modules().filter((module) => module instanceof nn.Linear);
  const [x, y] = [normal(4, 2, 3), normal(4, 3)];
  const gradOutputs: [Tensor, Tensor] = [normal(4, 2), normal(4, 3)];
  const model = layer(graph);
  const outputs = model.forward([x, y]);
  const gradInputs = model.backward([x, y], gradOutputs);

  const leaves = [x, y].map((each) => each.clone().requiresGrad_());
  const [left, right] = leaves[0].unbind(1).map((item) => shared.forward(item));
  const product = left.mul(right).mul(leaves[1]);
  const expected = [last.forward(product.add(left).tanh()), product];
  expect(outputs.map((out) => out.toArray())).toEqual(expected.map((out) => out.toArray()));
  const gradients = grad(expected, [...leaves, ...shared.parameters(), ...last.parameters()], {
    gradOutputs,
  });
  const actual = [...gradInputs, ...model.parameters()[1]];
  expect(actual.map((g) => g.toArray())).toEqual(gradients.map((g) => g.toArray()));
});

it('passes gradcheck, and the layerwise tester', () => {
  const input: [Tensor, Tensor] = [normal(2, 2, 3), normal(2, 3)];
  expect(gradcheck(rich(), [input.map((x) => x.clone().requiresGrad_())], { order: 2 })).toMatchObject({
    verdict: 'pass',
  });
  expect(testJacobian(rich(), input)).toMatchObject({ verdict: 'pass' });
  expect(testJacobianParameters(rich(), input)).toMatchObject({ verdict: 'pass' });
  for (const error of Object.values(testAllUpdate(rich(), input))) expect(error).toBeLessThan(1e-12);
  expect(testIO(rich(), input)).toEqual([0, 0]);
});

it('is a module among others: parameters, names, state dict, mode, conversion, printing', () => {
  const x = node(new nn.Identity());
  const hidden = node(new nn.Linear(2, 3), x).annotate({ name: 'hidden' });
  const dropped = node(new nn.Dropout(), hidden).annotate({ name: 'forward' });
  const out = node(new nn.Linear(3, 1), dropped).annotate({ name: 'out.put' });
  const graph = graphModule<Tensor, Tensor>([x], [out]);
  expect(Object.keys(graph.stateDict())).toEqual(['3.weight', '3.bias', 'hidden.weight', 'hidden.bias']);
  expect(graph.parameters()).toHaveLength(4);
  expect(
    graph
      .eval()
      .modules()
      .every(({ training }) => !training),
  ).toBe(true);
  const model = new nn.Sequential(graph, new nn.Tanh());
  expect(model.double().forward(zeros([5, 2], { dtype: 'float64' })).shape).toEqual([5, 1]);
  expect(String(graph)).toMatch(/^GraphModule\(\n {2}inputs=1, outputs=1, nodes=4\n {2}\(0\): Identity\(\)/);
  const other = graphModule([x], [out]);
  expect(other.parameters()).toEqual(graph.parameters());
});

it('runs hooks, of its own and of its modules', () => {
  const x = node(new nn.Identity());
  const inner = new nn.Linear(2, 2);
  const graph = graphModule<Tensor, Tensor>([x], [node(inner, x)]);
  const calls: string[] = [];
  inner.registerForwardHook(() => void calls.push('inner'));
  graph.registerForwardPreHook(() => void calls.push('before'));
  graph.registerForwardHook(() => void calls.push('after'));
  layer(graph).forward(normal(2));
  expect(calls).toEqual(['before', 'inner', 'after']);
});

it('takes one input as it is, a table too, and gives one output as it is', () => {
  const x = node(new lw.ParallelTable(new nn.Tanh(), new nn.Identity()));
  const graph = graphModule<Tensor[], Tensor[]>([x], [x]);
  const table = [normal(2), normal(3)];
  expect(graph.forward(table).map((t) => t.toArray())).toEqual([
    table[0].tanh().toArray(),
    table[1].toArray(),
  ]);
  const identity = node(new nn.Identity());
  const pass = graphModule<Tensor[], Tensor[]>([identity], [identity]);
  expect(pass.forward(table).map((t) => t.toArray())).toEqual(table.map((t) => t.toArray()));
});

it('hands several inputs to a forward of several arguments', () => {
  const [x, y] = [node(new nn.Identity()), node(new nn.Identity())];
  const bilinear = new nn.Bilinear(2, 3, 4);
  const graph = graphModule<Tensor[], Tensor>([x, y], [node(bilinear, x, y)]);
  const [a, b] = [normal(5, 2), normal(5, 3)];
  expect(graph.forward([a, b]).toArray()).toEqual(bilinear.forward(a, b).toArray());
});

it('can be copied: the copy runs modules of its own', () => {
  const model = layer(rich());
  const input: [Tensor, Tensor] = [normal(2, 2, 3), normal(2, 3)];
  const before = model.forward(input).map((y) => y.toArray());
  const copy = model.clone();
  copy.module.parameters().forEach((p) => p.detach().fill_(0));
  expect(model.forward(input).map((y) => y.toArray())).toEqual(before);
  expect(copy.forward(input)[0].eq(0).all().item()).toBe(1);
  expect(copy.module.parameters()).toHaveLength(4);
});

it('runs a module that was put in the place of another', () => {
  const x = node(new nn.Identity());
  const graph = graphModule<Tensor, Tensor>([x], [node(new nn.Tanh(), x).annotate({ name: 'act' })]);
  const value = normal(3);
  Object.assign(graph, { act: new nn.ReLU() });
  expect(graph.forward(value).toArray()).toEqual(value.relu().toArray());
});

it('may contain a graph', () => {
  const x = node(new nn.Identity());
  const inner = graphModule<Tensor, Tensor>([x], [node(new nn.Linear(2, 2), x)]);
  const y = node(inner).annotate({ name: 'inner' });
  const outer = graphModule<Tensor, Tensor>([y], [node(new nn.Tanh(), y)]);
  expect(outer.forward(normal(3, 2)).shape).toEqual([3, 2]);
  expect(Object.keys(outer.stateDict())).toEqual(['inner.1.weight', 'inner.1.bias']);
});

it('takes the gradient of each use of a tensor that a module passes on as it is', () => {
  const x = node(new nn.Identity());
  const [a, b] = [node(new nn.Identity(), x), node(new nn.Identity(), x)];
  const graph = graphModule<Tensor, Tensor[]>([x], [a, b]);
  const model = layer(graph);
  const value = tensor([1]);
  model.forward(value);
  expect(model.backward(value, [tensor([-2]), tensor([-3])]).toArray()).toEqual([-5]);
});

describe('An error in a node', () => {
  const x = node(new nn.Identity());
  const bad = node(new lw.Sequential(new nn.Linear(3, 2)), x).annotate({ name: 'bad' });
  const graph = graphModule<Tensor, Tensor>([x], [node(new nn.Tanh(), bad)]);

  it('says in which, and where it was made', () => {
    expect(() => graph.forward(normal(4))).toThrow(
      `In 2 module of GraphModule (bad (Sequential), declared on ${bad.declaredAt}): In 1 module of Sequential: linear`,
    );
  });

  it('says so of a split that does not fit too', () => {
    const table = node(new nn.Identity());
    const split = graphModule<Tensor[], Tensor>([table], [node(new lw.CAddTable(), ...table.split(2))]);
    expect(split.forward([normal(2), normal(2)]).shape).toEqual([2]);
    expect(() => split.forward([normal(2)])).toThrow('split(2) cannot split 1 outputs');
    expect(() => split.forward(normal(2) as never)).toThrow('split(2) cannot split a tensor outputs');
  });
});
