/* The worked examples people learn backpropagation from, with the figures they print. */
import { grad, Generator, noGrad, randn, tensor, type Tensor } from '@retrograd/core';
import { gradcheck } from '@retrograd/gradcheck';
import { graphModule, node } from '../../src/graph/index.ts';
import { Identity, Linear } from '../../src/index.ts';
import { CAddTable, CMulTable, layer, MSECriterion, type Layerwise } from '../../src/layerwise/index.ts';

const generator = new Generator(7);
const normal = (...shape: number[]): Tensor => randn(shape, { generator, dtype: 'float64' });

/** A Linear of given parameters as a layer. */
function linear(weight: number[][], bias: number[]): Layerwise<Linear> {
  const module = new Linear(weight[0].length, weight.length);
  noGrad(() => {
    module.weight.copy_(tensor(weight));
    module.bias?.copy_(tensor(bias));
  });
  return layer(module);
}

/** Expects figures as they are printed: right to one unit of their last digit, for the parameters are rounded as well. */
function expectPrinted(x: Tensor | null, figures: number | readonly number[] | readonly number[][]): void {
  const expected = [figures].flat(2);
  const actual = Array.from(x?.detach().flatten().data ?? []);
  expect(actual).toHaveLength(expected.length);
  expected.forEach((figure, i) =>
    expect(Math.abs(actual[i] - figure)).toBeLessThan(1.01e-4 + 1e-5 * Math.abs(figure)),
  );
}

describe('Example 1: linear regression by the layerwise protocol', () => {
  const x = tensor([[1], [2], [3]]);
  const y = tensor([[3], [5], [7]]);
  const model = linear([[0.2055]], [0.7159]);
  const criterion = new MSECriterion();
  const { weight, bias } = model.module;

  const step = (learningRate: number): number => {
    const output = model.forward(x);
    const loss = criterion.forward(output, y);
    model.zeroGradParameters();
    model.backward(x, criterion.backward(output, y));
    model.updateParameters(learningRate);
    return loss;
  };

  it('prints the figures of the first step', () => {
    expect(step(0.02)).toBeCloseTo(17.1473, 3);
    expectPrinted(model.output, [0.9214, 1.1269, 1.3325]);
    expectPrinted(criterion.gradInput, [-1.3857, -2.582, -3.7784]);
    expectPrinted(weight.grad, -17.8849);
    expectPrinted(bias?.grad ?? null, -7.7461);
    expectPrinted(weight, 0.5632);
    expectPrinted(bias, 0.8708);
  });

  it('and of 500 iterations from there', () => {
    const printed = new Map([
      [50, [0.015879, 1.85434, 1.3311]],
      [500, [0.00020752, 1.98335, 1.03785]],
    ]);
    for (let i = 1; i <= 500; i++) {
      const loss = step(0.02);
      const [expected, ...parameters] = printed.get(i) ?? [];
      if (expected === undefined) continue;
      expect(Math.abs(loss / expected - 1)).toBeLessThan(2e-4);
      expectPrinted(weight, parameters[0]);
      expectPrinted(bias, parameters[1]);
    }
    expect.assertions(2 * (1 + 2 * 2));
  });
});

test('Example 2: one Linear(2, 3), forward, backward and update', () => {
  const model = linear(
    [[0.1453, 0.5062], [0.0635, 0.4911], [-0.108, 0.1747]],
    [0.2063, -0.1635, -0.0883],
  ); // prettier-ignore
  const { weight, bias } = model.module;
  const input = tensor([4, 5]);
  const gradOutput = tensor([1, 2, 3]);
  model.forward(input);
  model.zeroGradParameters();
  expectPrinted(model.backward(input, gradOutput), [-0.0516, 2.0126]);
  expect(weight.grad?.toArray()).toEqual([[4, 5], [8, 10], [12, 15]]); // prettier-ignore
  expect(bias?.grad?.toArray()).toEqual([1, 2, 3]);
  model.updateParameters(0.02);
  expectPrinted(weight, [[0.0653, 0.4062], [-0.0965, 0.2911], [-0.348, -0.1253]]); // prettier-ignore
  expectPrinted(bias, [0.1863, -0.2035, -0.1483]);
  model.zeroGradParameters();
  expect(model.parameters()[1].every((g) => g.eq(0).all().item() === 1)).toBe(true);
});

describe('Example 3: graphs with two paths', () => {
  it('adds two Linear(3, 5) of two inputs', () => {
    const [x1, x2] = [node(new Identity()), node(new Identity())];
    const [first, second] = [new Linear(3, 5), new Linear(3, 5)];
    const graph = graphModule<Tensor[], Tensor>(
      [x1, x2],
      [node(new CAddTable(), node(first, x1), node(second, x2))],
    ).double();
    const inputs = [normal(4, 3), normal(4, 3)];
    const gradOutput = normal(4, 5);
    const model = layer(graph);
    const output = model.forward(inputs);
    const gradInput = model.backward(inputs, gradOutput);

    const leaves = inputs.map((x) => x.clone().requiresGrad_());
    const y = first.forward(leaves[0]).add(second.forward(leaves[1]));
    expect(output.toArray()).toEqual(y.toArray());
    const expected = grad(y, [...leaves, ...graph.parameters()], { gradOutputs: gradOutput });
    const actual = [...gradInput, ...model.parameters()[1]];
    expect(actual.map((g) => g.toArray())).toEqual(expected.map((g) => g.toArray()));
    expect(gradcheck(graph, [leaves])).toMatchObject({ verdict: 'pass' });
    expect(() => model.forward(normal(4, 3) as never)).toThrow('expecting table of 2 inputs');
    expect(() => model.backward(normal(4, 3) as never, gradOutput)).toThrow('expecting table of 2 inputs');
  });

  it('multiplies x with Linear(100, n)(Linear(n, 100)(x)), so that the gradient comes over both paths', () => {
    const n = 6;
    const [down, up] = [new Linear(n, 100), new Linear(100, n)];
    const x = node(new Identity());
    const graph = graphModule<Tensor, Tensor>(
      [x],
      [node(new CMulTable(), x, node(up, node(down, x)))],
    ).double();
    const input = normal(n);
    const gradOutput = normal(n);
    const model = layer(graph);
    model.forward(input);
    const gradInput = model.backward(input, gradOutput);

    const leaf = input.clone().requiresGrad_();
    const y = leaf.mul(up.forward(down.forward(leaf)));
    const [expected] = grad(y, [leaf], { gradOutputs: gradOutput });
    expect(gradInput.toArray()).toEqual(expected.toArray());
    expect(gradcheck((z: Tensor) => graph.forward(z), [leaf])).toMatchObject({ verdict: 'pass' });
    expect(() => new CMulTable().forward(input as never)).toThrow(
      'expecting table, got a tensor of shape [6]',
    );
  });
});
