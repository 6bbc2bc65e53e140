import { tensor, type Tensor } from '@retrograd/core';
import { ExponentialMovingAverage, type ExponentialMovingAverageState } from '../src/index.ts';
import { fromJson, toJson } from './json.ts';

function weights(dtype: 'float32' | 'float64' = 'float64'): Tensor[] {
  return [
    tensor([1, -2, 0.5], { dtype, requiresGrad: true }),
    tensor([[3], [0.25]], { dtype, requiresGrad: true }),
  ];
}

/** Any change of the weights, different at every step. */
function train(params: readonly Tensor[], step: number): void {
  for (const p of params) {
    const moved = p.detach();
    moved.copy_(moved.mul(0.9).add(1 / (1 + step)));
  }
}

const numbers = (tensors: readonly Tensor[]): number[] => tensors.flatMap((x) => Array.from(x.detach().data));

describe('An exponential moving average', () => {
  it.each([true, false])('follows its recursion, useNumUpdates being %s', (useNumUpdates) => {
    const params = weights();
    const ema = new ExponentialMovingAverage(params, { decay: 0.4, useNumUpdates });
    let wanted = numbers(params);
    for (let n = 1; n <= 12; n++) {
      train(params, n);
      ema.update();
      const d = useNumUpdates ? Math.min(0.4, (1 + n) / (10 + n)) : 0.4;
      const now = numbers(params);
      wanted = wanted.map((x, i) => d * x + (1 - d) * now[i]);
    }
    numbers(ema.averages).forEach((x, i) => expect(x).toBeCloseTo(wanted[i], 13));
    expect(ema.numUpdates).toBe(12);
  });

  it('leaves the weights alone until told otherwise, and is no part of the tape', () => {
    const params = weights();
    const ema = new ExponentialMovingAverage(params);
    ema.update();
    expect(params.map((p) => p.version)).toEqual([0, 0]);
    expect(ema.averages.some((x) => x.requiresGrad)).toBe(false);
    ema.copyTo();
    expect(params.every((p) => p.requiresGrad && p.isLeaf)).toBe(true);
  });

  it('lends its weights to a function and takes them back, even if that throws', () => {
    const params = weights();
    const ema = new ExponentialMovingAverage(params, { decay: 0.5 });
    train(params, 1);
    ema.update();
    const [own, averaged] = [numbers(params), numbers(ema.averages)];
    expect(averaged).not.toEqual(own);
    expect(ema.average(() => numbers(params))).toEqual(averaged);
    expect(numbers(params)).toEqual(own);
    expect(() =>
      ema.average(() => {
        throw new Error('bad data');
      }),
    ).toThrow('bad data');
    expect(numbers(params)).toEqual(own);
    expect(() => ema.average(() => Promise.resolve(1))).toThrow('the function is asynchronous');
  });

  it('stores weights, overwrites them and restores them, once', () => {
    const params = weights();
    const ema = new ExponentialMovingAverage(params);
    train(params, 1);
    const own = numbers(params);
    ema.store();
    ema.copyTo();
    expect(numbers(params)).toEqual(numbers(weights()));
    ema.restore();
    expect(numbers(params)).toEqual(own);
    expect(() => ema.restore()).toThrow('nothing has been put aside');
  });

  it('copies its averages to another model', () => {
    const ema = new ExponentialMovingAverage(weights());
    const other = weights('float32');
    train(other, 1);
    ema.copyTo(other);
    expect(numbers(other)).toEqual(numbers(weights()));
    expect(() => ema.copyTo(other.slice(1))).toThrow('2 averages do not fit 1 parameters');
  });

  it('resumed from text goes on as if it had not stopped, bit for bit, in float32 too', () => {
    for (const dtype of ['float64', 'float32'] as const) {
      const params = weights(dtype);
      const ema = new ExponentialMovingAverage(params, { decay: 0.7 });
      for (let n = 1; n <= 5; n++) {
        train(params, n);
        ema.update();
      }
      const resumed = new ExponentialMovingAverage(params);
      resumed.loadStateDict(fromJson(toJson(ema.stateDict())) as ExponentialMovingAverageState);
      for (let n = 6; n <= 9; n++) {
        train(params, n);
        ema.update();
        resumed.update();
      }
      expect(toJson(resumed.stateDict())).toBe(toJson(ema.stateDict()));
    }
  });

  it('refuses what does not fit, and stays as it was', () => {
    const ema = new ExponentialMovingAverage(weights());
    const state = ema.stateDict();
    const before = toJson(state);
    const swapped = { ...state, decay: 0.1, averages: [...state.averages].reverse() };
    expect(() => ema.loadStateDict(swapped)).toThrow('parameter 0 has shape [3], its average [2, 1]');
    expect(() => ema.loadStateDict({ ...state, decay: 2 })).toThrow('Invalid decay: 2');
    expect(() => ema.loadStateDict({ ...state, numUpdates: -1 })).toThrow('Invalid numUpdates: -1');
    expect(toJson(ema.stateDict())).toBe(before);
    expect(() => new ExponentialMovingAverage(weights(), { decay: 1.5 })).toThrow('Invalid decay: 1.5');
    expect(() => new ExponentialMovingAverage([])).toThrow('no parameters to average');
    expect(() => new ExponentialMovingAverage([3] as never)).toThrow('an iterable of Tensors');
    expect(() => new ExponentialMovingAverage({} as never)).toThrow('an iterable of Tensors');
  });
});
