/* Containers and table modules: what they compute, their gradients by the tester, and their errors. */
import { cat, Generator, randn, stack, tensor, type Tensor } from '@retrograd/core';
import * as nn from '../../src/index.ts';
import * as lw from '../../src/layerwise/index.ts';
import { layer, type Activity } from '../../src/layerwise/index.ts';
import { testJacobian, testJacobianParameters } from '../../src/layerwise/jacobian.ts';

const generator = new Generator(23);
const normal = (...shape: number[]): Tensor => randn(shape, { generator, dtype: 'float64' });

type Run = (x: never) => Activity;
const linear = (a: number, b: number): nn.Linear => new nn.Linear(a, b, { dtype: 'float64' });
const [la, lb, lc] = [linear(3, 2), linear(3, 2), linear(3, 2)];
const apply = (module: nn.Linear, x: Tensor): Tensor =>
  x.matmul(module.weight.detach().t()).add(module.bias?.detach() ?? 0);
const softmax = (x: Tensor): Tensor => x.softmax(-1);

interface Case {
  readonly module: nn.Module;
  readonly input: Activity;
  /** What it should give, written otherwise. */
  readonly expected: Run;
}

const cases: Record<string, Case> = {
  'Sequential passes on': {
    module: new lw.Sequential(la, new nn.Tanh()),
    input: normal(4, 3),
    expected: (x: Tensor) => apply(la, x).tanh(),
  },
  'Sequential of tables': {
    module: new lw.Sequential(new lw.ConcatTable(la, lb), new lw.CMulTable()),
    input: normal(4, 3),
    expected: (x: Tensor) => apply(la, x).mul(apply(lb, x)),
  },
  'ConcatTable gives one input to all': {
    module: new lw.ConcatTable(la, new nn.Identity(), lb),
    input: normal(4, 3),
    expected: (x: Tensor) => [apply(la, x), x, apply(lb, x)],
  },
  'ParallelTable gives each its own': {
    module: new lw.ParallelTable(la, new nn.Tanh()),
    input: [normal(4, 3), normal(5)],
    expected: ([x, y]: Tensor[]) => [apply(la, x), y.tanh()],
  },
  'Concat joins outputs': {
    module: new lw.Concat(1, la, lb, lc),
    input: normal(4, 3),
    expected: (x: Tensor) => cat([apply(la, x), apply(lb, x), apply(lc, x)], 1),
  },
  'Concat counts dims from the end too': {
    module: new lw.Concat(-1, la, lb),
    input: normal(3),
    expected: (x: Tensor) => cat([apply(la, x), apply(lb, x)]),
  },
  'Parallel slices the input': {
    module: new lw.Parallel(1, 0, la, lb),
    input: normal(4, 2, 3),
    expected: (x: Tensor) => cat([apply(la, x.select(1, 0)), apply(lb, x.select(1, 1))], 0),
  },
  'JoinTable joins': {
    module: new lw.JoinTable(0),
    input: [normal(2, 3), normal(1, 3)],
    expected: (xs: Tensor[]) => cat(xs, 0),
  },
  'JoinTable counts its dim after the batch': {
    module: new lw.JoinTable(0, { nInputDims: 1 }),
    input: [normal(2, 3), normal(2, 1)],
    expected: (xs: Tensor[]) => cat(xs, 1),
  },
  'JoinTable without a batch': {
    module: new lw.JoinTable(0, { nInputDims: 1 }),
    input: [normal(3), normal(1)],
    expected: (xs: Tensor[]) => cat(xs, 0),
  },
  'SplitTable splits': {
    module: new lw.SplitTable(1),
    input: normal(2, 3),
    expected: (x: Tensor) => [0, 1, 2].map((i) => x.select(1, i)),
  },
  'SplitTable counts its dim after the batch': {
    module: new lw.SplitTable(0, { nInputDims: 2 }),
    input: normal(2, 2, 3),
    expected: (x: Tensor) => [0, 1].map((i) => x.select(1, i)),
  },
  'SelectTable selects, a nested table whole': {
    module: new lw.SelectTable(-1),
    input: [normal(2), [normal(3), normal(1)]],
    expected: (xs: Activity[]) => xs[1],
  },
  'NarrowTable narrows': {
    module: new lw.NarrowTable(1, 2),
    input: [normal(2), normal(3), [normal(1)], normal(2)],
    expected: (xs: Activity[]) => xs.slice(1, 3),
  },
  'FlattenTable flattens': {
    module: new lw.FlattenTable(),
    input: [normal(2), [normal(3), [normal(1)]], normal(2)],
    expected: ([a, [b, [c]], d]: [Tensor, [Tensor, [Tensor]], Tensor]) => [a, b, c, d],
  },
  'CAddTable adds': {
    module: new lw.CAddTable(),
    input: [normal(2, 3), normal(3), normal(2, 1)],
    expected: ([a, b, c]: Tensor[]) => a.add(b).add(c),
  },
  'CSubTable subtracts': {
    module: new lw.CSubTable(),
    input: [normal(2, 3), normal(2, 3)],
    expected: ([a, b]: Tensor[]) => a.sub(b),
  },
  'CMulTable multiplies': {
    module: new lw.CMulTable(),
    input: [normal(2, 3), normal(2, 3), normal(3)],
    expected: ([a, b, c]: Tensor[]) => a.mul(b).mul(c),
  },
  'CDivTable divides': {
    module: new lw.CDivTable(),
    input: [normal(2, 3), normal(2, 3).abs().add(1)],
    expected: ([a, b]: Tensor[]) => a.div(b),
  },
  'CMaxTable takes the largest': {
    module: new lw.CMaxTable(),
    input: [normal(2, 3), normal(2, 3), normal(2, 3)],
    expected: ([a, b, c]: Tensor[]) => a.maximum(b).maximum(c),
  },
  'MixtureTable mixes a table of experts': {
    module: new lw.MixtureTable(),
    input: [softmax(normal(4, 2)), [normal(4, 3, 2), normal(4, 3, 2)]],
    expected: ([w, [a, b]]: [Tensor, Tensor[]]) =>
      a.mul(w.narrow(1, 0, 1).unsqueeze(2)).add(b.mul(w.narrow(1, 1, 1).unsqueeze(2))),
  },
  'MixtureTable mixes one sample': {
    module: new lw.MixtureTable(),
    input: [softmax(normal(2)), [normal(3), normal(3)]],
    expected: ([w, experts]: [Tensor, Tensor[]]) => w.matmul(stack(experts)),
  },
  'MixtureTable mixes experts along a dim of a tensor': {
    module: new lw.MixtureTable(-1),
    input: [softmax(normal(4, 2)), normal(4, 3, 2)],
    expected: ([w, x]: Tensor[]) => x.matmul(w.unsqueeze(2)).squeeze(2),
  },
  'Identity passes tables': {
    module: new lw.Identity(),
    input: [normal(2), [normal(3)]],
    expected: (x: Activity) => x,
  },
  'Copy copies': { module: new lw.Copy(), input: normal(3), expected: (x: Tensor) => x },
  'Reshape of a batch': {
    module: new lw.Reshape([3, 2]),
    input: normal(4, 6),
    expected: (x: Tensor) => x.view([4, 3, 2]),
  },
  'Reshape of one sample': {
    module: new lw.Reshape([3, 2]),
    input: normal(6),
    expected: (x: Tensor) => x.view([3, 2]),
  },
  'Reshape of a batch of one': {
    module: new lw.Reshape([3, 2]),
    input: normal(1, 6),
    expected: (x: Tensor) => x.view([1, 3, 2]),
  },
  'Reshape told that there is no batch': {
    module: new lw.Reshape([3, 2], { batchMode: false }),
    input: normal(1, 6),
    expected: (x: Tensor) => x.view([3, 2]),
  },
  'View of what is left': {
    module: new lw.View([-1, 2]),
    input: normal(3, 4),
    expected: (x: Tensor) => x.view([6, 2]),
  },
  'View of a batch': {
    module: new lw.View([2, 2]),
    input: normal(3, 4),
    expected: (x: Tensor) => x.view([3, 2, 2]),
  },
  'View of samples of known dims': {
    module: new lw.View([-1], { numInputDims: 2 }),
    input: normal(3, 4, 2),
    expected: (x: Tensor) => x.view([3, 8]),
  },
  'View of a batch of one sample': {
    module: new lw.View([8], { numInputDims: 2 }),
    input: normal(1, 4, 2),
    expected: (x: Tensor) => x.view([1, 8]),
  },
  'Select selects': {
    module: new lw.Select(1, -1),
    input: normal(3, 4),
    expected: (x: Tensor) => x.select(1, 3),
  },
  'Narrow narrows': {
    module: new lw.Narrow(-1, 1, 2),
    input: normal(3, 4),
    expected: (x: Tensor) => x.narrow(1, 1, 2),
  },
  'MulConstant scales': {
    module: new lw.MulConstant(-2),
    input: normal(3),
    expected: (x: Tensor) => x.mul(-2),
  },
  'AddConstant adds': {
    module: new lw.AddConstant(0.5),
    input: normal(3),
    expected: (x: Tensor) => x.add(0.5),
  },
};

const arrays = (activity: Activity): unknown =>
  'shape' in activity ? activity.toArray() : activity.map(arrays);
const shapes = (activity: Activity): unknown => ('shape' in activity ? activity.shape : activity.map(shapes));

describe.each(Object.entries(cases))('%s', (_, { module, input, expected }) => {
  it('computes what it should', () => {
    const output = layer(module).forward(input);
    const want = expected(input as never);
    expect(shapes(output)).toEqual(shapes(want));
    const flat = (x: Activity): number[] => (arrays(x) as number[]).flat(Infinity);
    flat(output).forEach((value, i) => expect(value).toBeCloseTo(flat(want)[i], 12));
  });

  it('has the gradients that differences show', () => {
    expect(testJacobian(module, input)).toMatchObject({ verdict: 'pass' });
    if (module.parameters().length > 0) {
      expect(testJacobianParameters(module, input)).toMatchObject({ verdict: 'pass' });
    }
  });

  it('gives the gradient the structure of the input', () => {
    const model = layer(module);
    expect(shapes(model.backward(input, model.forward(input)))).toEqual(shapes(input));
  });
});

test('among equals CMaxTable gives the gradient to the first', () => {
  const model = layer(new lw.CMaxTable());
  const input = [tensor([1, 2]), tensor([1, 3]), tensor([1, 3])];
  model.forward(input);
  expect(model.backward(input, tensor([5, 7])).map((g) => g.toArray())).toEqual([[5, 0], [0, 7], [0, 0]]); // prettier-ignore
});

test('Copy converts, and the gradient comes back in the input’s dtype', () => {
  const model = layer(new lw.Copy('float64'));
  const x = tensor([1, 2]);
  expect(model.forward(x).dtype).toBe('float64');
  expect(model.backward(x, tensor([3, 4], { dtype: 'float64' }))).toMatchObject({ dtype: 'float32' });
});

describe('Errors inside containers', () => {
  it('carry the path, counted from 1 as in Torch7, and keep their class', () => {
    const inner = new lw.ParallelTable(new nn.Linear(3, 2), new nn.Tanh());
    const model = new lw.Sequential(new lw.ConcatTable(new nn.Identity(), new nn.Identity()), inner);
    const run = (): unknown => model.forward(normal(4, 5).to('float32'));
    expect(run).toThrow(/^In 2 module of Sequential: In 1 module of ParallelTable: linear: /);
    try {
      run();
    } catch (error) {
      expect((error as Error).name).toBe('ShapeError');
      expect((error as Error).stack).toContain('In 2 module of Sequential: In 1 module of ParallelTable');
    }
  });

  it.each([
    ['ConcatTable', (bad: nn.Module) => new lw.ConcatTable(new nn.Identity(), bad)],
    ['Concat', (bad: nn.Module) => new lw.Concat(0, new nn.Identity(), bad)],
    ['Parallel', (bad: nn.Module) => new lw.Parallel(0, 0, new nn.Identity(), bad)],
    ['Sequential', (bad: nn.Module) => new lw.Sequential(new nn.Identity(), bad)],
  ])('in %s', (name, make) => {
    class Bad extends nn.Module {
      forward(): never {
        throw new RangeError('too bad');
      }
    }
    expect(() => layer(make(new Bad()) as nn.Module).forward(normal(2, 2))).toThrow(
      new RangeError(`In 2 module of ${name}: too bad`),
    );
  });

  it('leave what is no Error as it is', () => {
    class Bad extends nn.Module {
      forward(): never {
        throw 'a string'; // eslint-disable-line @typescript-eslint/only-throw-error
      }
    }
    const model = new lw.Sequential(new Bad());
    let thrown: unknown;
    try {
      model.forward(normal(1));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe('a string');
  });
});

test.each([
  ['CSubTable', () => new lw.CSubTable().forward([normal(1)]), 'CSubTable: Got 1 inputs instead of 2'],
  ['CAddTable', () => new lw.CAddTable().forward([]), 'expecting a table of at least one tensor'],
  [
    'CAddTable',
    () => new lw.CAddTable().forward([[normal(1)]] as never),
    'expecting a table of tensors, got {{[1]}}',
  ],
  [
    'JoinTable',
    () => new lw.JoinTable(0).forward(normal(1) as never),
    'JoinTable: expecting table, got a tensor',
  ],
  [
    'SelectTable',
    () => new lw.SelectTable(2).forward([normal(1)]),
    'index 2 is out of range for a table of 1',
  ],
  [
    'NarrowTable',
    () => new lw.NarrowTable(1, 2).forward([normal(1)]),
    'items 1 to 2 are out of range for a table of 1',
  ],
  ['NarrowTable', () => new lw.NarrowTable(-1), 'NarrowTable: offset must be a non-negative integer'],
  ['Parallel', () => new lw.Parallel(0, 0, la).forward(normal(2, 3)), '2 for 1 modules'],
  [
    'MixtureTable',
    () => new lw.MixtureTable().forward([normal(3), [normal(2)]]),
    'the gater [3] must have one weight',
  ],
  [
    'MixtureTable',
    () => new lw.MixtureTable().forward([normal(2, 2, 2), [normal(2)]]),
    'must be a tensor [n] or [batch, n]',
  ],
  ['Reshape', () => new lw.Reshape([-1]), 'Reshape: extents must be a non-negative integer'],
  ['Reshape', () => new lw.Reshape([4]).forward(normal(2, 3)), 'reshape'],
  ['View', () => new lw.View([-1, -1]), 'one of them may be −1'],
  [
    'View',
    () => new lw.View([4]).forward(normal(2, 3)),
    'input view ([2, 3]) and desired view ([4]) do not match',
  ],
  ['MulConstant', () => new lw.MulConstant('2' as never), 'constant must be a number'],
  ['Concat', () => new lw.Concat(la as never), 'Concat: dim must be an integer'],
  ['Parallel', () => new lw.Parallel(0, la as never), 'Parallel: outputDim must be an integer'],
  ['SelectTable', () => new lw.SelectTable(0.5), 'SelectTable: index must be an integer, got 0.5'],
  ['JoinTable', () => new lw.JoinTable(0, 1 as never), 'JoinTable: expected an object of options, got 1'],
  ['Select', () => new lw.Select(0, undefined as never), 'Select: index must be an integer, got undefined'],
  ['Narrow', () => new lw.Narrow(0, 1, -1), 'Narrow: length must be a non-negative integer, got -1'],
  ['SplitTable', () => new lw.SplitTable('0' as never), 'SplitTable: dim must be an integer'],
  ['Reshape', () => new lw.Reshape(3 as never, 2 as never), 'expected a shape as an array, got 3'],
  ['View', () => new lw.View(-1 as never), 'View: expected a shape as an array, got -1'],
  ['View', () => new lw.View([-1], 2 as never), 'View: expected an object of options, got 2'],
])('%s refuses what it cannot take', (_, run, message) => {
  expect(run).toThrow(message);
});

test('modules are added one after the other', () => {
  const model = new lw.Sequential().add(new nn.Linear(2, 3)).add(new lw.ConcatTable().add(new nn.Tanh()));
  expect(Object.keys(model.stateDict())).toEqual(['0.weight', '0.bias']);
  expect(layer(model).forward(normal(4, 2).to('float32'))).toMatchObject([{ shape: [4, 3] }]);
});

test('containers print as modules do', () => {
  const model = new lw.Sequential(
    new lw.ConcatTable(new lw.MulConstant(2), new lw.Narrow(0, 1)),
    new lw.JoinTable(0, { nInputDims: 1 }),
    new lw.View([-1, 2]),
  );
  expect(String(model)).toBe(
    [
      'Sequential(',
      '  (0): ConcatTable(',
      '    (0): MulConstant(2)',
      '    (1): Narrow(dim=0, offset=1, length=1)',
      '  )',
      '  (1): JoinTable(dim=0, n_input_dims=1)',
      '  (2): View(-1x2)',
      ')',
    ].join('\n'),
  );
  expect(model.get(-1)).toBe(model[2]);
  expect(() => model.get(3)).toThrow('Sequential: index 3 is out of range');
});
