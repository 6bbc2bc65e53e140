import { inspect } from 'node:util';
import { isGradEnabled, isTensor, ones, tensor, type Tensor } from '@retrograd/core';
import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  ASGD,
  LBFGS,
  NAdam,
  Optimizer,
  RAdam,
  RMSprop,
  Rprop,
  SGD,
  type ParamGroup,
  type Params,
} from '../src/index.ts';

const all = {
  SGD,
  Adam,
  AdamW,
  NAdam,
  RAdam,
  Adamax,
  Adagrad,
  Adadelta,
  RMSprop,
  Rprop,
  ASGD,
};

function leaf(...values: number[]): Tensor {
  return tensor(values, { dtype: 'float64', requiresGrad: true });
}

function withGrad(x: Tensor, ...gradient: number[]): Tensor {
  x.grad = tensor(gradient, { dtype: x.dtype });
  return x;
}

describe('An optimizer', () => {
  it('updates parameters that have a gradient and leaves the others alone', () => {
    const [p, q] = [withGrad(leaf(1, 2), 1, -1), leaf(5)];
    new SGD([p, q], { lr: 0.5 }).step();
    expect(p.toArray()).toEqual([0.5, 2.5]);
    expect(q.toArray()).toEqual([5]);
    expect(q.version).toBe(0);
  });

  it('counts an update as an in-place modification', () => {
    const p = withGrad(leaf(1, 2), 1, 1);
    const y = p.mul(p);
    new SGD([p]).step();
    expect(p.version).toBe(1);
    expect(() => y.backward(ones([2], { dtype: 'float64' }))).toThrow('modified by an inplace operation');
  });

  it.each(Object.entries(all))(
    'keeps its parameters leaves and does not write to gradients: %s',
    (_, Class) => {
      const [p, q] = [withGrad(leaf(1, 2), 3, -4), leaf(7)];
      const optimizer = new Class([{ params: [p, q] }]);
      Object.assign(optimizer.paramGroups[0], { weightDecay: 0.5 });
      for (let i = 0; i < 3; i++) optimizer.step();
      expect([p.requiresGrad, p.isLeaf, p.grad?.version, p.grad?.toArray()]).toEqual([
        true,
        true,
        0,
        [3, -4],
      ]);
      expect(p.toArray()).not.toEqual([1, 2]);
      expect([q.version, optimizer.state.has(q), optimizer.stepCount]).toEqual([0, false, 3]);
      expect(Object.values(optimizer.state.get(p) ?? {}).some((x) => isTensor(x) && x.requiresGrad)).toBe(
        false,
      );
    },
  );

  it.each(Object.entries(all))('descends, and ascends if told to: %s', (_, Class) => {
    const moves = [false, true].map((maximize) => {
      const p = withGrad(leaf(0, 0), 2, -3);
      new Class([p], { maximize }).step();
      return p.toArray() as number[];
    });
    expect(moves[0][0]).toBeLessThan(0);
    expect(moves[0][1]).toBeGreaterThan(0);
    expect(moves[1]).toEqual(moves[0].map((x) => -x));
  });

  it.each(Object.entries(all))('steps over what was accumulated since the last zeroGrad: %s', (_, Class) => {
    const [whole, parts] = [leaf(0.5, -2), leaf(0.5, -2)];
    const optimizers = [new Class([whole]), new Class([parts])];
    for (let step = 1; step <= 3; step++) {
      for (const optimizer of optimizers) optimizer.zeroGrad();
      whole
        .square()
        .mul(3)
        .backward(tensor([1, 0.5], { dtype: 'float64' }));
      for (const share of [1, 2])
        parts
          .square()
          .mul(share)
          .backward(tensor([1, 0.5], { dtype: 'float64' }));
      for (const optimizer of optimizers) optimizer.step();
      expect(parts.toArray()).toEqual(whole.toArray());
    }
  });

  it('runs a closure with recording on and returns what it returns', () => {
    const p = leaf(3);
    const optimizer = new SGD([p], { lr: 0.5 });
    const loss = optimizer.step(() => {
      expect(isGradEnabled()).toBe(true);
      optimizer.zeroGrad();
      const value = p.mul(p);
      value.backward();
      return value.item();
    });
    expect(loss).toBe(9);
    expect(p.item()).toBe(0);
    expect(optimizer.step()).toBeUndefined();
  });

  it('reads the options of its groups at every step', () => {
    const p = withGrad(leaf(1), 1);
    const optimizer = new SGD([p], { lr: 1 });
    optimizer.step();
    optimizer.paramGroups[0].lr = 0.25;
    optimizer.step();
    expect(p.item()).toBe(-0.25);
  });

  it('gives groups the options they leave out', () => {
    const [p, q] = [leaf(1), leaf(2)];
    const optimizer = new SGD([{ params: [p] }, { params: q, lr: 0.5 }], { lr: 0.1, momentum: 0.9 });
    expect(optimizer.paramGroups.map(({ lr, momentum }) => [lr, momentum])).toEqual([
      [0.1, 0.9],
      [0.5, 0.9],
    ]);
    optimizer.addParamGroup({ params: new Set([leaf(3)]), momentum: 0 });
    expect(optimizer.paramGroups[2]).toMatchObject({ lr: 0.1, momentum: 0 });
  });

  it('accepts any iterable of parameters, once', () => {
    function* each(): Generator<Tensor> {
      yield withGrad(leaf(1), 1);
      yield withGrad(leaf(2), 1);
    }
    const optimizer = new SGD(each(), { lr: 1 });
    optimizer.step();
    expect(optimizer.paramGroups[0].params.map((p) => p.item())).toEqual([0, 1]);
  });

  it('forgets gradients, or fills them with zeros', () => {
    const p = withGrad(leaf(1), 1);
    const optimizer = new SGD([p]);
    const { grad } = p;
    optimizer.zeroGrad({ setToNull: false });
    expect(p.grad).toBe(grad);
    expect(p.grad?.toArray()).toEqual([0]);
    optimizer.zeroGrad();
    expect(p.grad).toBeNull();
    optimizer.zeroGrad({ setToNull: false });
    expect(p.grad).toBeNull();
  });

  it('zeroes a gradient that has a history of its own by taking its values off the tape', () => {
    const p = leaf(2);
    p.mul(p).mul(p).backward(undefined, { createGraph: true });
    expect(p.grad?.requiresGrad).toBe(true);
    new SGD([p]).zeroGrad({ setToNull: false });
    expect(p.grad?.requiresGrad).toBe(false);
    expect(p.grad?.toArray()).toEqual([0]);
  });

  it('steps through an expression of its own, written in ops', () => {
    class Sign extends Optimizer<{ lr: number }> {
      constructor(params: Params<{ lr: number }>, { lr = 1e-3 } = {}) {
        super(params, { lr });
      }
      protected update(param: Tensor, grad: Tensor, { lr }: ParamGroup<{ lr: number }>): void {
        param.sub_(grad.sign().mul(lr));
      }
    }
    const p = withGrad(leaf(1, 1, 1), -3, 0, 8);
    new Sign([p], { lr: 0.5 }).step();
    expect(p.toArray()).toEqual([1.5, 1, 0.5]);
  });

  it('steps over tensors without elements and of 0 dims', () => {
    const empty = tensor([], { requiresGrad: true });
    empty.grad = tensor([]);
    const scalar = tensor(2, { requiresGrad: true });
    scalar.grad = tensor(1);
    const optimizer = new Adam([empty, scalar], { lr: 0.5 });
    optimizer.step();
    expect(scalar.item()).toBeCloseTo(1.5);
  });

  it('writes only the elements of a parameter that is a part of a larger storage', () => {
    const whole = tensor([1, 2, 3, 4]);
    const part = whole.slice(0, 1, 3).detach().requiresGrad_();
    part.grad = ones([2]);
    new SGD([part], { lr: 1, momentum: 0.5 }).step();
    expect(whole.toArray()).toEqual([1, 1, 2, 4]);
  });

  it('prints its groups and their options', () => {
    const optimizer = new SGD([{ params: [leaf(1)], lr: 0.5 }, { params: [leaf(1)] }], { lr: 0.1 });
    const text = [
      'SGD (',
      'Parameter Group 0',
      '    dampening: 0',
      '    lr: 0.5',
      '    maximize: false',
      '    momentum: 0',
      '    nesterov: false',
      '    weightDecay: 0',
      '',
      'Parameter Group 1',
      '    dampening: 0',
      '    lr: 0.1',
      '    maximize: false',
      '    momentum: 0',
      '    nesterov: false',
      '    weightDecay: 0',
      ')',
    ].join('\n');
    expect(String(optimizer)).toBe(text);
    expect(inspect(optimizer)).toBe(text);
  });
});

describe('The defaults', () => {
  const betas = [0.9, 0.999];
  const adam = { lr: 1e-3, betas, eps: 1e-8, weightDecay: 0, maximize: false };
  it.each<[string, new (params: Params<{ lr: number }>, options: object) => { defaults: object }, object]>([
    ['SGD', SGD, { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false }],
    ['Adam', Adam, { ...adam, amsgrad: false }],
    ['AdamW', AdamW, { ...adam, weightDecay: 0.01, amsgrad: false }],
    ['NAdam', NAdam, { ...adam, lr: 2e-3, momentumDecay: 4e-3 }],
    ['RAdam', RAdam, adam],
    ['Adamax', Adamax, { ...adam, lr: 2e-3 }],
    [
      'Adagrad',
      Adagrad,
      { lr: 1e-2, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10, maximize: false },
    ],
    ['Adadelta', Adadelta, { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false }],
    [
      'RMSprop',
      RMSprop,
      { lr: 1e-2, alpha: 0.99, eps: 1e-8, weightDecay: 0, momentum: 0, centered: false, maximize: false },
    ],
    ['Rprop', Rprop, { lr: 1e-2, etas: [0.5, 1.2], stepSizes: [1e-6, 50], maximize: false }],
    ['ASGD', ASGD, { lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0, maximize: false }],
    [
      'LBFGS',
      LBFGS,
      {
        lr: 1,
        maxIter: 20,
        maxEval: 25,
        toleranceGrad: 1e-7,
        toleranceChange: 1e-9,
        historySize: 100,
        lineSearchFn: null,
      },
    ],
  ])('of %s are PyTorch’s', (_, Class, defaults) => {
    const optimizer = new Class([leaf(1)], { lr: undefined });
    expect(optimizer.defaults).toEqual(defaults);
    expect(optimizer).toMatchObject({ paramGroups: [defaults] });
  });
});

describe('A saved state', () => {
  it('numbers parameters through all groups and holds the live state', () => {
    const [p, q, r] = [withGrad(leaf(1), 2), leaf(2), withGrad(leaf(3), 4)];
    const optimizer = new SGD([{ params: [p, q] }, { params: [r] }], { momentum: 0.5 });
    optimizer.step();
    const { state, paramGroups } = optimizer.stateDict();
    expect(paramGroups.map(({ params }) => params)).toEqual([[0, 1], [2]]);
    expect(Object.keys(state)).toEqual(['0', '2']);
    expect(state[2].momentumBuffer).toBe(optimizer.state.get(r)?.momentumBuffer);
  });

  it('is copied when loaded', () => {
    const p = withGrad(leaf(1), 2);
    const optimizer = new Adam([p]);
    optimizer.step();
    const other = new Adam([leaf(1)]);
    other.loadStateDict(optimizer.stateDict());
    optimizer.step();
    const [state] = [...other.state.values()];
    expect(state.step).toBe(1);
    expect(state.expAvg.item()).toBeCloseTo(0.2);
  });

  it('takes on the dtype of the parameters it is loaded for', () => {
    const optimizer = new Adam([withGrad(leaf(1), 2)], { amsgrad: true });
    optimizer.step();
    const other = new Adam([tensor([1], { requiresGrad: true })]);
    other.loadStateDict(optimizer.stateDict());
    const [state] = [...other.state.values()];
    expect([state.expAvg, state.expAvgSq, state.maxExpAvgSq].map((x) => x?.dtype)).toEqual(
      Array(3).fill('float32'),
    );
    expect(other.paramGroups[0].amsgrad).toBe(true);
  });

  it.each([
    [
      'of more groups',
      (): SGD => new SGD([{ params: leaf(1) }, { params: leaf(2) }]),
      'different number of parameter groups',
    ],
    [
      'of larger groups',
      (): SGD => new SGD([leaf(1), leaf(2)]),
      "doesn't match the size of optimizer's group",
    ],
    [
      'of other shapes',
      (): SGD => new SGD([withGrad(leaf(1, 2), 1, 1)], { momentum: 0.5 }),
      'momentumBuffer of parameter 0 has shape [2], the parameter [1]',
    ],
  ])('%s is refused and changes nothing', (_, make, message) => {
    const source = make();
    source.step();
    const optimizer = new SGD([withGrad(leaf(1), 1)], { lr: 7, momentum: 0.5 });
    optimizer.step();
    const buffer = [...optimizer.state.values()][0].momentumBuffer;
    expect(() => optimizer.loadStateDict(source.stateDict())).toThrow(message);
    expect(optimizer.paramGroups[0].lr).toBe(7);
    expect([...optimizer.state.values()][0].momentumBuffer).toBe(buffer);
  });

  it('of another class, or what is no state, is refused and changes nothing', () => {
    const saved = new SGD([leaf(1)], { lr: 7, momentum: 0.5 }).stateDict();
    const adam = new Adam([leaf(1)]);
    expect(() => adam.loadStateDict(saved as never)).toThrow(
      'Adam: loaded state dict is not of this class: group 0 has no betas, eps, amsgrad',
    );
    expect(() => adam.loadStateDict({} as never)).toThrow('Adam: a state dict has state and paramGroups');
    expect(adam.paramGroups[0].lr).toBe(0.001);
  });
});

describe('An optimizer refuses', () => {
  const p = leaf(1);
  it.each([
    ['a negative learning rate', (): unknown => new SGD([p], { lr: -1 }), 'SGD: Invalid learning rate: -1'],
    [
      'a learning rate that is no number',
      (): unknown => new Adam([p], { lr: NaN }),
      'Invalid learning rate: NaN',
    ],
    ['a negative momentum', (): unknown => new SGD([p], { momentum: -0.5 }), 'Invalid momentum value: -0.5'],
    [
      'a negative weight decay',
      (): unknown => new SGD([p], { weightDecay: -1 }),
      'Invalid weight_decay value: -1',
    ],
    [
      'a negative weight decay of AdamW',
      (): unknown => new AdamW([p], { weightDecay: -1 }),
      'Invalid weight_decay value: -1',
    ],
    [
      'Nesterov without momentum',
      (): unknown => new SGD([p], { nesterov: true }),
      'Nesterov momentum requires a momentum and zero dampening',
    ],
    [
      'Nesterov with dampening',
      (): unknown => new SGD([p], { nesterov: true, momentum: 0.9, dampening: 0.1 }),
      'Nesterov momentum requires a momentum and zero dampening',
    ],
    [
      'a beta of 1',
      (): unknown => new Adam([p], { betas: [1, 0.9] }),
      'Adam: Invalid beta parameter at index 0: 1',
    ],
    [
      'a negative beta',
      (): unknown => new AdamW([p], { betas: [0.9, -0.1] }),
      'AdamW: Invalid beta parameter at index 1: -0.1',
    ],
    ['a negative epsilon', (): unknown => new Adam([p], { eps: -1 }), 'Invalid epsilon value: -1'],
    [
      'a negative decay of the momentum',
      (): unknown => new NAdam([p], { momentumDecay: -1 }),
      'NAdam: Invalid momentum_decay value: -1',
    ],
    [
      'a beta of 1 of RAdam',
      (): unknown => new RAdam([p], { betas: [0.9, 1] }),
      'RAdam: Invalid beta parameter at index 1: 1',
    ],
    [
      'a negative epsilon of Adamax',
      (): unknown => new Adamax([p], { eps: -1 }),
      'Adamax: Invalid epsilon value: -1',
    ],
    [
      'a negative decay of the rate',
      (): unknown => new Adagrad([p], { lrDecay: -1 }),
      'Adagrad: Invalid lr_decay value: -1',
    ],
    [
      'a sum of squares below 0',
      (): unknown => new Adagrad([p], { initialAccumulatorValue: -1 }),
      'Adagrad: Invalid initial_accumulator_value value: -1',
    ],
    [
      'a decay rate over 1',
      (): unknown => new Adadelta([p], { rho: 1.5 }),
      'Adadelta: Invalid rho value: 1.5',
    ],
    [
      'a negative decay rate',
      (): unknown => new RMSprop([p], { alpha: -1 }),
      'RMSprop: Invalid alpha value: -1',
    ],
    [
      'step sizes that do not shrink',
      (): unknown => new Rprop([p], { etas: [1.1, 1.2] }),
      'Rprop: Invalid eta values: 1.1, 1.2',
    ],
    [
      'a smallest step over the largest',
      (): unknown => new Rprop([p], { stepSizes: [2, 1] }),
      'Rprop: Invalid step sizes: 2, 1',
    ],
    [
      'a negative weight decay of ASGD',
      (): unknown => new ASGD([p], { weightDecay: -1 }),
      'ASGD: Invalid weight_decay value: -1',
    ],
    ['bad options of a group', (): unknown => new SGD([{ params: p, lr: -2 }]), 'Invalid learning rate: -2'],
    ['no parameters', (): unknown => new SGD([]), 'SGD: optimizer got an empty parameter list'],
    [
      'a bare tensor',
      (): unknown => new SGD(p as never),
      'should be an iterable of Tensors or groups, but got Tensor',
    ],
    [
      'no iterable',
      (): unknown => new SGD(undefined as never),
      'should be an iterable of Tensors or groups, but got undefined',
    ],
    [
      'what is no tensor',
      (): unknown => new SGD([3] as never),
      'optimizer can only optimize Tensors, but one of the params is number',
    ],
    [
      'what is no group',
      (): unknown => new SGD([{ params: p }, p] as never),
      'param group must be an object with params, but got Tensor',
    ],
    ['a tensor that an op has made', (): unknown => new SGD([p.mul(2)]), "can't optimize a non-leaf Tensor"],
    [
      'a parameter in two groups',
      (): unknown => new SGD([{ params: p }, { params: p }]),
      'some parameters appear in more than one parameter group',
    ],
    ['a parameter twice in a group', (): unknown => new SGD([p, p]), 'duplicate parameters'],
    [
      'an unknown option',
      (): unknown => new SGD([p], { weight_decay: 1 } as never),
      "unexpected option 'weight_decay' (there are lr, momentum",
    ],
    [
      'a rate in place of options',
      (): unknown => new SGD([p], 0.1 as never),
      'SGD: options must be an object, { lr: … }, got 0.1',
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  it('a group it cannot take, and stays as it was', () => {
    const optimizer = new SGD([leaf(1)]);
    expect(() => optimizer.addParamGroup({ params: [leaf(2), p.mul(2)] })).toThrow('non-leaf');
    expect(() => optimizer.addParamGroup({ params: leaf(2), lr: -1 })).toThrow('Invalid learning rate: -1');
    expect(optimizer.paramGroups).toHaveLength(1);
  });
});
