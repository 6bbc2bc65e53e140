/* Random graphs of modules: their gradients are the tape's own, bit for bit. */
import { Generator, grad, isTensor, randn, type Tensor } from '@retrograd/core';
import fc from 'fast-check';
import { graphModule, node, type GraphNode } from '../../src/graph/index.ts';
import * as nn from '../../src/index.ts';
import { CAddTable, CMulTable, ConcatTable, layer } from '../../src/layerwise/index.ts';

const seed = Number(process.env['RETROGRAD_TEST_SEED'] ?? 20260);
const WIDTH = 3;

/** One node: what it is, and which earlier nodes it takes (numbers modulo how many there are). */
interface Step {
  readonly kind: 'linear' | 'shared' | 'tanh' | 'identity' | 'add' | 'multiply' | 'split';
  readonly from: readonly number[];
}

interface Plan {
  readonly inputs: number;
  readonly steps: readonly Step[];
  readonly seed: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  inputs: fc.integer({ min: 1, max: 3 }),
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom('linear', 'shared', 'tanh', 'identity', 'add', 'multiply', 'split'),
      from: fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 10 },
  ),
  seed: fc.nat(1000),
});

/** The module of a node of one input. */
function moduleOf(kind: Step['kind'], shared: nn.Linear): nn.Linear | nn.Tanh | nn.Identity {
  if (kind === 'linear') return new nn.Linear(WIDTH, WIDTH);
  if (kind === 'shared') return shared;
  return kind === 'identity' ? new nn.Identity() : new nn.Tanh();
}

/** A plan as a graph, and as a program on the tape that uses the same modules. */
function built({ inputs, steps }: Plan): {
  graph: ReturnType<typeof graphModule<readonly Tensor[] | Tensor, readonly Tensor[] | Tensor>>;
  program: (xs: readonly Tensor[]) => Tensor[];
} {
  const shared = new nn.Linear(WIDTH, WIDTH);
  const nodes: GraphNode[] = Array.from({ length: inputs }, () => node(new nn.Identity()));
  const starts = nodes.slice();
  const programs: ((values: Tensor[]) => Tensor[])[] = [];
  const used = new Set<number>();
  for (const { kind, from } of steps) {
    const n = nodes.length;
    const places = [...new Set(from.map((each) => each % n))];
    const several = places.length > 1 && (kind === 'add' || kind === 'multiply');
    const taken = several ? places : places.slice(0, 1);
    taken.forEach((each) => used.add(each));
    const [first] = taken;
    if (kind === 'split') {
      const pair = [new nn.Tanh(), new nn.Linear(WIDTH, WIDTH)];
      nodes.push(...node(new ConcatTable(...pair), nodes[first]).split(2));
      programs.push((values) => pair.map((each) => each.forward(values[first])));
      continue;
    }
    if (several) {
      const module = kind === 'add' ? new CAddTable() : new CMulTable();
      nodes.push(node(module, ...taken.map((each) => nodes[each])));
      programs.push((values) => [module.forward(taken.map((each) => values[each]))]);
      continue;
    }
    const own = moduleOf(kind, shared);
    nodes.push(node(own, nodes[first]));
    programs.push((values) => [own.forward(values[first])]);
  }
  const results = [...nodes.keys()].filter((i) => !used.has(i));
  return {
    graph: graphModule(
      starts,
      results.map((i) => nodes[i]),
    ),
    program: (xs) => {
      const values = [...xs];
      for (const run of programs) values.push(...run(values));
      return results.map((i) => values[i]);
    },
  };
}

test(`the gradient of a random graph is the tape's own (seed ${seed})`, () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const generator = new Generator(plan.seed);
      const normal = (): Tensor => randn([2, WIDTH], { generator });
      const { graph, program } = built(plan);
      const inputs = Array.from({ length: plan.inputs }, normal);
      const leaves = inputs.map((x) => x.clone().requiresGrad_());
      const outputs = program(leaves);
      const gradOutputs = outputs.map(normal);
      const parameters = graph.parameters();
      const wanted = grad(outputs, [...leaves, ...parameters], { gradOutputs, materializeGrads: true });

      const model = layer(graph);
      const input = inputs.length === 1 ? inputs[0] : inputs;
      const gradOutput = gradOutputs.length === 1 ? gradOutputs[0] : gradOutputs;
      const output = model.forward(input);
      const gradInput = model.backward(input, gradOutput);
      const list = (x: Tensor | readonly Tensor[]): readonly Tensor[] => (isTensor(x) ? [x] : x);
      expect(list(output).map((y) => y.toArray())).toEqual(outputs.map((y) => y.toArray()));
      const actual = [...list(gradInput), ...model.parameters()[1]];
      // −0 and 0 are one: accumulation starts from zeros.
      expect(actual.map((g) => g.add(0).toArray())).toEqual(wanted.map((g) => g.add(0).toArray()));
    }),
    { numRuns: 150, seed },
  );
});
