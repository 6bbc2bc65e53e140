import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cat, isGradEnabled, tensor, type Tensor } from '@retrograd/core';
import { LBFGS, type LBFGSOptions, type LBFGSState, type OptimizerStateDict } from '../src/index.ts';
import { fromJson, toJson } from './json.ts';

// What PyTorch's LBFGS does on a Rosenbrock function; written by scripts/golden/optim.py.
interface Case {
  options: Partial<LBFGSOptions>;
  values: { loss: number; evaluations: number; params: number[][] }[];
}
const golden = JSON.parse(readFileSync(join(__dirname, 'golden/traces.json'), 'utf8')) as {
  start: number[][];
  lbfgs: Case[];
};

function parameters(dtype: 'float32' | 'float64' = 'float64'): Tensor[] {
  return golden.start.map((x) => tensor(x, { dtype: 'float64' }).mul(0.3).to(dtype).requiresGrad_());
}

function rosenbrock([x, y]: readonly Tensor[]): Tensor {
  const z = cat([x.flatten(), y]);
  const n = z.numel();
  const [left, right] = [z.slice(0, 0, n - 1), z.slice(0, 1, n)];
  return left.neg().add(1).square().add(right.sub(left.square()).square().mul(10)).sum();
}

function closureOf(optimizer: LBFGS, params: readonly Tensor[], count?: () => void): () => Tensor {
  return () => {
    count?.();
    optimizer.zeroGrad();
    const loss = rosenbrock(params);
    loss.backward();
    return loss;
  };
}

const titled = golden.lbfgs.map((c) => [JSON.stringify(c.options), c] as const);

describe('Steps of LBFGS equal PyTorch’s', () => {
  it.each(titled)('with %s', (_, { options, values }) => {
    const params = parameters();
    const optimizer = new LBFGS(params, options);
    let evaluations = 0;
    const closure = closureOf(optimizer, params, () => evaluations++);
    for (const wanted of values) {
      const loss = optimizer.step(closure).item();
      expect(evaluations).toBe(wanted.evaluations);
      expect([...optimizer.state.values()][0].funcEvals).toBe(evaluations);
      // A little of the last bits is lost in every difference of gradients.
      expect(Math.abs(loss - wanted.loss)).toBeLessThan(1e-9 * wanted.loss);
      params.forEach((p, i) => {
        const found = p.detach().flatten().toArray() as number[];
        found.forEach((x, k) => expect(Math.abs(x - wanted.params[i][k])).toBeLessThan(1e-9));
      });
    }
  });

  it.each(titled)(
    'and resumed from a state that was text, continue bit for bit, with %s',
    (_, { options }) => {
      for (const dtype of ['float64', 'float32'] as const) {
        const params = parameters(dtype);
        const optimizer = new LBFGS(params, options);
        for (let step = 0; step < 2; step++) optimizer.step(closureOf(optimizer, params));
        const resumed = params.map((p) => tensor(p, { requiresGrad: true }));
        const other = new LBFGS(resumed);
        other.loadStateDict(
          fromJson(toJson(optimizer.stateDict())) as OptimizerStateDict<LBFGSOptions, LBFGSState>,
        );
        for (let step = 0; step < 3; step++) {
          optimizer.step(closureOf(optimizer, params));
          other.step(closureOf(other, resumed));
        }
        expect(resumed.map((p) => p.toArray())).toEqual(params.map((p) => p.toArray()));
        expect(toJson(other.stateDict())).toBe(toJson(optimizer.stateDict()));
      }
    },
  );
});

describe('LBFGS', () => {
  it('finds the minimum of a Rosenbrock function by a line search', () => {
    const params = [
      tensor([-1.2, 1], { dtype: 'float64', requiresGrad: true }),
      tensor([1.4], { dtype: 'float64', requiresGrad: true }),
    ];
    const optimizer = new LBFGS(params, {
      lineSearchFn: 'strong_wolfe',
      maxIter: 200,
      toleranceChange: 1e-14,
    });
    const first = optimizer.step(closureOf(optimizer, params)).item();
    expect(first).toBeGreaterThan(1);
    for (const x of params.flatMap((p) => p.toArray() as number[])) expect(x).toBeCloseTo(1, 6);
  });

  it('stops where the gradient vanishes, without a step', () => {
    const p = tensor([0, 0], { dtype: 'float64', requiresGrad: true });
    const optimizer = new LBFGS([p]);
    const loss = optimizer.step(() => {
      optimizer.zeroGrad();
      const value = p.square().sum();
      value.backward();
      return value.item();
    });
    expect(loss).toBe(0);
    expect([p.version, optimizer.state.size, optimizer.stepCount]).toEqual([0, 0, 1]);
  });

  it('counts parameters without a gradient as flat, and leaves them where they are', () => {
    const [p, q] = [tensor([3], { requiresGrad: true }), tensor([5, 6], { requiresGrad: true })];
    const optimizer = new LBFGS([q, p], { lineSearchFn: 'strong_wolfe' });
    optimizer.step(() => {
      expect(isGradEnabled()).toBe(true);
      optimizer.zeroGrad();
      const loss = p.sub(1).square().sum();
      loss.backward();
      return loss;
    });
    expect(p.item()).toBeCloseTo(1, 5);
    expect(q.toArray()).toEqual([5, 6]);
  });

  const p = tensor([1], { requiresGrad: true });
  const q = tensor([1], { requiresGrad: true });
  it.each([
    ['a step without a closure', (): unknown => new LBFGS([p]).step(), 'LBFGS: step needs a closure'],
    [
      'a closure without a loss',
      (): unknown => new LBFGS([p]).step(() => undefined),
      'the closure must return the loss, but returned undefined',
    ],
    [
      'several groups',
      (): unknown => new LBFGS([{ params: p }, { params: q }]),
      "LBFGS doesn't support per-parameter options (parameter groups)",
    ],
    [
      'a group more',
      (): unknown => new LBFGS([p]).addParamGroup({ params: q }),
      "LBFGS doesn't support per-parameter options (parameter groups)",
    ],
    [
      'another line search',
      (): unknown => new LBFGS([p], { lineSearchFn: 'armijo' as never }),
      "LBFGS: only 'strong_wolfe' is supported as a line search, but got armijo",
    ],
    ['a negative rate', (): unknown => new LBFGS([p], { lr: -1 }), 'LBFGS: Invalid learning rate: -1'],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(message);
  });

  it('refuses the state of other parameters', () => {
    const params = parameters();
    const optimizer = new LBFGS(params);
    optimizer.step(closureOf(optimizer, params));
    const other = new LBFGS([p, q]);
    expect(() => other.loadStateDict(optimizer.stateDict())).toThrow('d of parameter 0 has shape [8]');
    expect(other.state.size).toBe(0);
  });
});
