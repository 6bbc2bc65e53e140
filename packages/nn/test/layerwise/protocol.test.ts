/* The verbs of `layer(module)`, what they refuse, and in what words. */
import { checkpoint, Generator, grad, noGrad, randn, tensor, zeros, type Tensor } from '@retrograd/core';
import * as nn from '../../src/index.ts';
import {
  CAddTable,
  ConcatTable,
  layer,
  ParallelTable,
  Sequential,
  type Activity,
} from '../../src/layerwise/index.ts';

const generator = new Generator(5);
const normal = (...shape: number[]): Tensor => randn(shape, { generator });

const arrays = (activity: Activity | null): unknown =>
  activity !== null && 'shape' in activity ? activity.toArray() : activity?.map(arrays);

describe('Backward', () => {
  it('gives the gradients of the tape, for single samples and batches', () => {
    const cases: [nn.Module, Tensor][] = [
      [new nn.Linear(3, 4), normal(3)],
      [new nn.Linear(3, 4), normal(2, 3)],
      [new nn.Conv2d(2, 3, 3, { padding: 1 }), normal(2, 5, 5)],
      [new nn.Conv2d(2, 3, 3, { padding: 1 }), normal(2, 2, 5, 5)],
      [new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 2)), normal(5, 3)],
    ];
    for (const [module, x] of cases) {
      const model = layer(module);
      const output = model.forward(x) as Tensor;
      const gradOutput = normal(...output.shape);
      const leaf = x.clone().requiresGrad_();
      const y = module.forward(leaf as never) as Tensor;
      const expected = grad(y, [leaf, ...module.parameters()], { gradOutputs: gradOutput });
      const gradInput = model.backward(x, gradOutput);
      expect(model.output).toBe(output);
      expect(model.gradInput).toBe(gradInput);
      expect(output.toArray()).toEqual(y.toArray());
      expect([gradInput, ...model.parameters()[1]].map((g) => g.toArray())).toEqual(
        expected.map((g) => g.toArray()),
      );
    }
  });

  it('takes and returns what is off the tape, and records under noGrad too', () => {
    const model = layer(new nn.Linear(3, 2));
    const x = normal(3).requiresGrad_();
    const output = noGrad(() => model.forward(x));
    const gradInput = model.backward(x, normal(2));
    expect([output.requiresGrad, gradInput.requiresGrad, x.grad]).toEqual([false, false, null]);
    expect(model.module.weight.grad?.requiresGrad).toBe(false);
  });

  it('adds scale × gradient, as often as it is called', () => {
    const model = layer(new nn.Linear(3, 2));
    const [x, g] = [tensor([1, 2, 3]), tensor([1, -2])];
    model.forward(x);
    model.accGradParameters(x, g, 0.5);
    model.backward(x, g, 2);
    model.backward(x, g);
    expect(model.module.weight.grad?.toArray()).toEqual([[3.5, 7, 10.5], [-7, -14, -21]]); // prettier-ignore
    expect(model.module.bias?.grad?.toArray()).toEqual([3.5, -7]);
    expect(() => model.backward(x, g, NaN)).toThrow('Linear.backward: scale must be a number');
  });

  it('updateGradInput touches no gradient of a parameter', () => {
    const model = layer(new nn.Linear(3, 2));
    const [x, g] = [normal(3), normal(2)];
    model.forward(x);
    const before = model.parameters()[1].map((each) => each.version);
    model.updateGradInput(x, g);
    expect(model.parameters()[1].map((each) => each.version)).toEqual(before);
  });

  it('gives the gradient the structure of nested tables', () => {
    const [a, b, c] = [normal(2), normal(3), normal(2)];
    const input = [[a, b], [[c]]] as const;
    class Nested extends nn.Module {
      forward([[p, q], [[r]]]: readonly [
        readonly [Tensor, Tensor],
        readonly [readonly [Tensor]],
      ]): Tensor[][] {
        return [[p.mul(r)], [q.mul(2), r]];
      }
    }
    const model = layer(new Nested());
    const output = model.forward(input);
    expect(output.map((row) => row.length)).toEqual([1, 2]);
    const gradOutput = [[normal(2)], [normal(3), normal(2)]];
    const gradInput = model.backward(input, gradOutput);
    expect(arrays(gradInput)).toEqual([
      [gradOutput[0][0].mul(c).toArray(), gradOutput[1][0].mul(2).toArray()],
      [[gradOutput[0][0].mul(a).add(gradOutput[1][1]).toArray()]],
    ]);
  });

  it('gives zeros for integers, bools and what the output does not depend on', () => {
    class First extends nn.Module {
      forward([x]: readonly Tensor[]): Tensor {
        return x.mul(2);
      }
    }
    const model = layer(new First());
    const input = [normal(2), normal(3), tensor([1, 2], { dtype: 'int32' }), tensor([true])];
    model.forward(input);
    const gradInput = model.backward(input, tensor([1, -1]));
    expect(gradInput.map(({ dtype }) => dtype)).toEqual(['float32', 'float32', 'int32', 'bool']);
    expect(arrays(gradInput)).toEqual([[2, -2], [0, 0, 0], [0, 0], [false]]);
    const embedding = layer(new nn.Embedding(4, 2));
    const indices = tensor([1, 3, 1], { dtype: 'int32' });
    embedding.forward(indices);
    expect(embedding.backward(indices, tensor([[1, 2], [3, 4], [5, 6]])).toArray()).toEqual([0, 0, 0]); // prettier-ignore
    expect(embedding.module.weight.grad?.toArray()).toEqual([[0, 0], [6, 8], [0, 0], [3, 4]]); // prettier-ignore
  });

  it('reaches parameters by paths that do not come from the input, and those in the output itself', () => {
    class Free extends nn.Module {
      readonly weight = new nn.Parameter(tensor([2, 3]));
      readonly bias = new nn.Parameter(tensor([4, 5]));

      forward(x: Tensor): Tensor[] {
        const product = this.weight.mul(this.bias);
        return [x.mul(product), product.exp(), this.bias];
      }
    }
    const model = layer(new Free());
    const x = normal(2);
    const output = model.forward(x);
    const gradOutput = output.map(() => normal(2));
    const gradInput = model.backward(x, gradOutput);
    const leaf = x.clone().requiresGrad_();
    const expected = grad(model.module.forward(leaf), [leaf, ...model.module.parameters()], {
      gradOutputs: gradOutput,
    });
    expect([gradInput, ...model.parameters()[1]].map((g) => g.toArray())).toEqual(
      expected.map((g) => g.toArray()),
    );
  });

  it('tells the gradients of one tensor given twice apart', () => {
    const model = layer(new ParallelTable(new nn.Tanh(), new nn.Identity()));
    const x = normal(2);
    model.forward([x, x]);
    const g = [normal(2), normal(2)] as const;
    const [first, second] = model.backward([x, x], [g[0], g[1]]);
    expect(second.toArray()).toEqual(g[1].toArray());
    expect(first.toArray()).not.toEqual(second.toArray());
  });

  it('spreads a table over the arguments of a forward that declares several, hooks or not', () => {
    const module = new nn.Bilinear(2, 3, 4);
    const [x, y, g] = [normal(5, 2), normal(5, 3), normal(5, 4)];
    const [plain, hooked] = [layer(module), layer(new nn.Bilinear(2, 3, 4))];
    let calls = 0;
    hooked.module.registerForwardHook(() => void calls++);
    for (const model of [plain, hooked]) {
      model.forward([x, y]);
      expect(model.backward([x, y], g).map(({ shape }) => shape)).toEqual([x.shape, y.shape]);
    }
    expect(calls).toBe(1);
    const loss = layer(new nn.MSELoss());
    expect(loss.forward([x, x.mul(2)]).item()).toBeCloseTo(x.square().mean().item());
  });
});

describe('Misuse is refused', () => {
  const make = (): { model: ReturnType<typeof layer<nn.Linear>>; x: Tensor; g: Tensor } => ({
    model: layer(new nn.Linear(3, 2)),
    x: normal(4, 3),
    g: normal(4, 2),
  });

  it('backward before forward, or after clearState', () => {
    const { model, x, g } = make();
    expect(() => model.backward(x, g)).toThrow('Linear.updateGradInput: backward before forward');
    expect(() => model.accGradParameters(x, g)).toThrow('Linear.accGradParameters: backward before forward');
    expect(() => model.accUpdateGradParameters(x, g, 1)).toThrow('backward before forward');
    model.forward(x);
    model.clearState();
    expect([model.output, model.gradInput]).toEqual([null, null]);
    expect(() => model.backward(x, g)).toThrow('backward before forward');
  });

  it('backward with another input than the last forward’s', () => {
    const { model, x, g } = make();
    model.forward(x);
    expect(() => model.backward(x.clone(), g)).toThrow('the input is not the one of the last forward');
    const next = normal(4, 3);
    model.forward(next);
    expect(() => model.backward(x, g)).toThrow('keep one layer for each forward in flight');
    expect(() => model.backward(x.narrow(0, 0, 2), g)).toThrow(
      "input has shape [2, 3] where the last forward's input has [4, 3]",
    );
    expect(model.backward(next.detach(), g).shape).toEqual([4, 3]);
  });

  it('backward with a table that has got other items since', () => {
    const sum = layer(new CAddTable());
    const [table, g] = [[normal(2), normal(2)], normal(2)];
    sum.forward(table);
    table.push(normal(2));
    expect(() => sum.backward(table, g)).toThrow('Got 3 inputs instead of 2');
    table.pop();
    table[1] = normal(2);
    expect(() => sum.backward(table, g)).toThrow('tensor 1 of the input is not the one of the last forward');
  });

  it('backward with an input that was modified since', () => {
    const { model, x, g } = make();
    model.forward(x);
    x.mul_(2);
    expect(() => model.backward(x, g)).toThrow(
      'the input has been modified by an inplace operation since forward',
    );
    model.forward(x);
    expect(() => model.backward(x, g)).not.toThrow();
  });

  it('a gradOutput of another structure, shape or dtype', () => {
    const { model, x, g } = make();
    model.forward(x);
    expect(() => model.backward(x, normal(4, 3))).toThrow(
      'gradOutput has shape [4, 3] where the output has [4, 2]',
    );
    expect(() => model.backward(x, g.to('float64'))).toThrow(
      'gradOutput has dtype float64 where the output has float32',
    );
    expect(() => model.backward(x, [g] as never)).toThrow(
      'Linear.updateGradInput: expecting a tensor as gradOutput, got a table {[4, 2]}; the output is [4, 2]',
    );
    expect(() => model.backward(x, null as never)).toThrow('expecting a tensor as gradOutput, got null');
    const two = layer(new ConcatTable(new nn.Tanh(), new nn.Identity()));
    two.forward(x);
    expect(() => two.backward(x, g as never)).toThrow(
      'ConcatTable.updateGradInput: expecting table of 2 gradOutputs',
    );
    expect(() => two.backward(x, [x] as never)).toThrow('Got 1 gradOutputs instead of 2');
    expect(() => two.backward(x, [x, g] as never)).toThrow('gradOutput[1] has shape [4, 2]');
    expect(() => two.backward([x] as never, [x, x])).toThrow('expecting a tensor as input, got a table');
    expect(model.module.weight.grad).toBeNull();
  });

  it('a table that is none', () => {
    const pair = layer(new ParallelTable(new nn.Tanh(), new nn.Tanh()));
    const x = normal(2);
    expect(() => pair.forward(x as never)).toThrow(
      'ParallelTable: expecting table of 2 inputs, got a tensor of shape [2]',
    );
    expect(() => pair.forward([x] as never)).toThrow('ParallelTable: Got 1 inputs instead of 2');
    pair.forward([x, x]);
    expect(() => pair.backward(x as never, [x, x])).toThrow('expecting table of 2 inputs');
  });

  it('what is no module, no activity and no output', () => {
    expect(() => layer({} as never)).toThrow('layer: expected a module, got object');
    expect(() => layer(null as never)).toThrow('got null');
    expect(() => layer(new nn.Tanh()).forward(3 as never)).toThrow(
      'Tanh.forward: the input must be a tensor or a table',
    );
    class Odd extends nn.Module {
      forward(x: Tensor): unknown {
        return { x };
      }
    }
    expect(() => layer(new Odd()).forward(normal(1))).toThrow(
      'Odd.forward: the output must be a tensor or a table',
    );
  });

  it('a parameter that was updated between forward and backward', () => {
    const { model, x, g } = make();
    model.forward(x);
    model.backward(x, g);
    model.updateParameters(0.1);
    expect(() => model.backward(x, g)).toThrow('modified by an inplace operation');
  });

  it('and a failed forward keeps the last one', () => {
    const { model, x, g } = make();
    model.forward(x);
    expect(() => model.forward(normal(4, 7))).toThrow('linear');
    expect(model.backward(x, g).shape).toEqual([4, 3]);
  });
});

describe('Several forwards in flight', () => {
  const inputs = [normal(2, 3), normal(2, 3), normal(2, 3)];
  const gradOutputs = inputs.map(() => normal(2, 4));
  const stage = (): nn.Sequential =>
    new nn.Sequential(new nn.Linear(3, 5), new nn.Tanh(), new nn.Linear(5, 4));

  const expected = (module: nn.Module & { forward(x: Tensor): Tensor }): unknown[] => {
    module.zeroGrad();
    inputs.forEach((x, i) => module.forward(x).backward(gradOutputs[i]));
    return module.parameters().map((p) => p.grad?.toArray());
  };

  it('are as many layers of one module, whose halves of backward may come in any order', () => {
    const module = stage();
    const want = expected(module);
    module.zeroGrad();
    const flights = inputs.map(() => layer(module));
    flights.forEach((flight, i) => flight.forward(inputs[i]));
    const gradInputs = flights.map((flight, i) => flight.updateGradInput(inputs[i], gradOutputs[i]));
    flights.forEach((flight, i) => flight.accGradParameters(inputs[i], gradOutputs[i]));
    expect(module.parameters().map((p) => p.grad?.toArray())).toEqual(want);
    gradInputs.forEach((g, i) => {
      const leaf = inputs[i].clone().requiresGrad_();
      const [own] = grad(module.forward(leaf), [leaf], { gradOutputs: gradOutputs[i] });
      expect(g.toArray()).toEqual(own.toArray());
    });
  });

  it('or clones that share parameters and gradients', () => {
    const first = layer(stage());
    const want = expected(first.module);
    first.zeroGradParameters();
    const flights = [
      first,
      ...inputs.slice(1).map(() => first.clone('weight', 'bias', 'gradWeight', 'gradBias')),
    ];
    flights.forEach((flight, i) => flight.forward(inputs[i]));
    flights.forEach((flight, i) => flight.backward(inputs[i], gradOutputs[i]));
    expect(first.module.parameters().map((p) => p.grad?.toArray())).toEqual(want);
  });
});

test('recurrent layers take their state as a second item, or none', () => {
  const [x, h, c] = [normal(4, 1, 2), normal(1, 1, 3), normal(1, 1, 3)];
  const lstm = layer(new nn.LSTM(2, 3));
  const input: [Tensor, [Tensor, Tensor]] = [x, [h, c]];
  const [output] = lstm.forward(input);
  expect(output.toArray()).toEqual(lstm.module.forward(x, [h, c])[0].toArray());
  const [gx, [gh, gc]] = lstm.backward(input, lstm.forward(input));
  expect([gx, gh, gc].map(({ shape }) => shape)).toEqual([x, h, c].map(({ shape }) => shape));
  expect(gh.abs().sum().item()).toBeGreaterThan(0);
  expect(lstm.backward(x, lstm.forward(x)).shape).toEqual(x.shape);
  const cell = layer(new nn.GRUCell(2, 3));
  const step: [Tensor, Tensor] = [x.select(1, 0), h.select(0, 0).expand([4, 3])];
  expect(cell.backward(step, cell.forward(step)).map(({ shape }) => shape)).toEqual([[4, 2], [4, 3]]); // prettier-ignore
});

test('full-backward hooks run once per backward, with the gradients of their module', () => {
  const inner = new nn.Linear(3, 4);
  const model = layer(new nn.Sequential(new nn.Tanh(), inner, new nn.Tanh()));
  const seen: number[][] = [];
  inner.registerFullBackwardHook((_, gradInput, gradOutput) => {
    seen.push(...[...gradInput, ...gradOutput].map((each) => [...(each?.shape ?? [])]));
  });
  const x = normal(2, 3);
  model.forward(x);
  model.backward(x, normal(2, 4));
  expect(seen).toEqual([[2, 3], [2, 4]]); // prettier-ignore
});

test('checkpoints inside the module are computed again for each half', () => {
  const inner = new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh());
  class Checkpointed extends nn.Module {
    readonly inner = inner;

    forward(x: Tensor): Tensor {
      return checkpoint((y: Tensor) => this.inner.forward(y), [x.mul(2)]).sin();
    }
  }
  const model = layer(new Checkpointed());
  const [x, g] = [normal(2, 3), normal(2, 4)];
  model.forward(x);
  const gradInput = model.backward(x, g);
  const leaf = x.clone().requiresGrad_();
  const expected = grad(inner.forward(leaf.mul(2)).sin(), [leaf, ...inner.parameters()], { gradOutputs: g });
  const actual = [gradInput, ...model.parameters()[1]];
  expect(actual.map((each) => each.toArray())).toEqual(expected.map((each) => each.toArray()));
});

test('hooks of the module run, and containers are modules among others', () => {
  const module = new Sequential(new ConcatTable(new nn.Linear(2, 3), new nn.Linear(2, 3)), new CAddTable());
  let calls = 0;
  module.registerForwardHook(() => void calls++);
  const outer = new nn.Sequential(module, new nn.Linear(3, 1));
  expect(Object.keys(outer.stateDict())).toEqual([
    '0.0.0.weight', '0.0.0.bias', '0.0.1.weight', '0.0.1.bias', '1.weight', '1.bias',
  ]); // prettier-ignore
  expect(layer(outer).forward(zeros([4, 2])).shape).toEqual([4, 1]);
  expect(calls).toBe(1);
});
