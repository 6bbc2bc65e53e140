/* Drawings: DOT text before and after runs, and SVG. */
import { ones, tensor, type Tensor } from '@retrograd/core';
import { graphModule, node, type GraphModule } from '../../src/graph/index.ts';
import * as nn from '../../src/index.ts';
import { CAddTable, ConcatTable, layer } from '../../src/layerwise/index.ts';

const input = (): ReturnType<typeof node> => node(new nn.Identity());

function example(): GraphModule<Tensor, Tensor> {
  const x = input();
  const hidden = node(new nn.Linear(2, 3), x).annotate({ name: 'hidden', description: 'the "first"' });
  const sum = node(new CAddTable(), node(new nn.Tanh(), hidden), hidden);
  sum.annotate({ graphAttributes: { color: 'blue' } });
  return graphModule<Tensor, Tensor>([x], [sum]);
}

/** The text without tooltips, which hold paths. */
const withoutTooltips = (dot: string): string => dot.replace(/, tooltip="[^"]*"/g, '');

/** The label of the node with a name or class. */
const labelOf = (dot: string, name: string): string | undefined =>
  dot.split('\n').find((line) => line.includes(`[label="${name}`));

it('draws nodes and edges before a run', () => {
  expect(withoutTooltips(example().toDot())).toBe(
    [
      'digraph forward {',
      '  node [fontname="sans-serif", shape=box];',
      '  n0 [label="Identity", shape="ellipse"];',
      '  n1 [label="hidden (Linear)\\nthe \\"first\\""];',
      '  n0 -> n1;',
      '  n2 [label="Tanh"];',
      '  n1 -> n2;',
      '  n3 [label="CAddTable", peripheries="2", color="blue"];',
      '  n2 -> n3;',
      '  n1 -> n3;',
      '}',
    ].join('\n'),
  );
  expect(example().toDot()).toMatch(/tooltip="[^"]*dot\.test\.ts:\d+"/);
});

it('turns the arrows for the backward graph, and refuses other directions', () => {
  const dot = example().toDot('backward');
  expect(dot).toContain('digraph backward {');
  expect(dot).toContain('  n3 -> n1;');
  expect(dot).not.toContain('n1 -> n3');
  expect(() => example().toDot('upward' as never)).toThrow("expected 'forward' or 'backward', got upward");
});

it('shows the shapes of outputs after forward, and of gradients after backward', () => {
  const graph = example();
  const model = layer(graph);
  const x = ones([5, 2]);
  model.forward(x);
  expect(labelOf(graph.toDot(), 'hidden')).toContain('\\n[5, 3]"');
  expect(labelOf(graph.toDot('backward'), 'hidden')).toContain('\\n–"');
  model.backward(x, ones([5, 3]));
  expect(labelOf(graph.toDot('backward'), 'hidden')).toContain('\\n[5, 3]"');
  expect(labelOf(graph.toDot('backward'), 'Identity')).toContain('\\n[5, 2]"');
});

it('shows tables in braces', () => {
  const x = input();
  const graph = graphModule<Tensor, Tensor[]>(
    [x],
    [node(new ConcatTable(new nn.Identity(), new ConcatTable(new nn.Tanh())), x)],
  );
  graph.forward(ones([2]));
  expect(labelOf(graph.toDot(), 'ConcatTable')).toContain('{[2], {[2]}}');
});

it.each([
  ['NaN', [NaN, Infinity, -Infinity]],
  ['inf', [1, Infinity, -Infinity]],
  ['-inf', [1, 2, -Infinity]],
])('flags %s in outputs', (flag, values) => {
  const graph = example();
  const [module] = graph.modules().filter((each) => each instanceof nn.Linear);
  module.bias?.detach().copy_(tensor(values));
  graph.forward(ones([1, 2]));
  expect(labelOf(graph.toDot(), 'Identity')).not.toContain('red');
  expect(labelOf(graph.toDot(), 'hidden')).toContain(`\\n[1, 3] ${flag}"`);
  expect(labelOf(graph.toDot(), 'hidden')).toContain('color="red"');
  graph.eval();
  module.bias?.detach().fill_(0);
  graph.forward(ones([1, 2]));
  expect(graph.toDot()).not.toContain(flag);
});

it('flags NaN in gradients, of the node where they arise', () => {
  class Root extends nn.Module {
    forward(x: Tensor): Tensor {
      return x.sqrt().mul(0);
    }
  }
  const x = input();
  const hidden = node(new nn.Tanh(), x);
  const graph = graphModule<Tensor, Tensor>([x], [node(new Root(), hidden)]);
  const leaf = tensor([0, 1]).requiresGrad_();
  graph.forward(leaf).sum().backward();
  expect(labelOf(graph.toDot(), 'Root')).not.toContain('NaN');
  expect(labelOf(graph.toDot('backward'), 'Root')).not.toContain('NaN');
  expect(labelOf(graph.toDot('backward'), 'Tanh')).toContain('NaN');
  expect(labelOf(graph.toDot('backward'), 'Identity')).toContain('NaN');
});

it('marks the node that failed, until the next run', () => {
  const graph = example();
  expect(() => graph.forward(ones([4]))).toThrow('linear');
  const failed = labelOf(graph.toDot(), 'hidden');
  expect(failed).toContain('In 2 module of GraphModule');
  expect(failed).toContain('fillcolor="mistyrose"');
  expect(labelOf(graph.toDot(), 'Identity')).toContain('[4]');
  expect(labelOf(graph.toDot(), 'Tanh')).not.toContain('\\n[');
  expect(labelOf(graph.toDot('backward'), 'hidden')).toContain('fillcolor');
  graph.forward(ones([4, 2]));
  expect(graph.toDot()).not.toContain('mistyrose');
});

it('leaves no hooks behind on tensors of the caller', () => {
  const graph = example();
  const leaf = ones([1, 2]).requiresGrad_();
  const hooks = (): number | undefined =>
    (leaf.entry as { hooks?: { tensorHooks: Set<unknown> }[] } | null)?.hooks?.[0].tensorHooks.size;
  for (let i = 0; i < 3; i++) graph.forward(leaf).mul(2).sum().backward();
  expect(hooks()).toBe(1);
  expect(labelOf(graph.toDot('backward'), 'Identity')).toContain('[1, 2]');
  graph.forward(ones([1, 2]));
  expect(hooks()).toBe(0);
});

it('observes nothing if it is told so', () => {
  const x = input();
  const graph = graphModule<Tensor, Tensor>([x], [node(new nn.Tanh(), x)], { observe: false });
  graph.forward(ones([2]));
  expect(graph.toDot()).not.toContain('[2]');
  graph.observe = true;
  graph.forward(ones([2]));
  expect(graph.toDot()).toContain('[2]');
});

describe('SVG', () => {
  afterEach(() => void jest.resetModules());

  it('is drawn by the optional package', async () => {
    const graph = example();
    graph.forward(ones([1, 2]));
    const svg = await graph.toSvg('backward');
    expect(svg).toMatch(/^<\?xml[\s\S]*<svg[\s\S]*hidden \(Linear\)[\s\S]*<\/svg>\s*$/);
  });

  it('says what to install if it is missing, and nothing else of other errors', async () => {
    for (const [code, message] of [
      ['MODULE_NOT_FOUND', 'npm install @viz-js/viz'],
      ['ERR_MODULE_NOT_FOUND', 'npm install @viz-js/viz'],
      ['EACCES', 'cannot be read'],
    ]) {
      jest.resetModules();
      jest.doMock('@viz-js/viz', () => {
        throw Object.assign(new Error('cannot be read'), { code });
      });
      const { toSvg } = await import('../../src/graph/index.ts');
      await expect(toSvg('digraph {}')).rejects.toThrow(message);
    }
    jest.dontMock('@viz-js/viz');
  });
});
