import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manualSeed, ones, tensor, zeros, type Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';
import { build, elements, type Build } from './build.ts';

// What torch.nn.utils does; written by scripts/golden/nn_utils.py.
interface Normalisation {
  kind: 'weightNorm' | 'spectralNorm';
  build: Build;
  options: object;
  shape: number[];
  seed: number;
  keys: string[];
  parameters: string[];
  calls: {
    training: boolean;
    output: number[];
    inputGrad: number[];
    grads: Record<string, number[]>;
    buffers: Record<string, number[]>;
  }[];
  keysAfter: string[];
  weightAfter: number[];
}
interface Clipping {
  maxNorm: number;
  normType: string;
  shapes: number[][];
  seed: number;
  total: number;
  grads: number[][];
}
const golden = JSON.parse(readFileSync(join(__dirname, 'golden/utils.json'), 'utf8')) as {
  normalisations: Normalisation[];
  clippings: Clipping[];
};
const float64 = { dtype: 'float64' } as const;
const removals = { weightNorm: nn.utils.removeWeightNorm, spectralNorm: nn.utils.removeSpectralNorm };

function expectClose(actual: Tensor | null, wanted: number[], what: string): void {
  const values = actual === null ? [] : elements(actual);
  expect([what, values.length]).toEqual([what, wanted.length]);
  values.forEach((value, i) => {
    const limit = 1e-9 * Math.abs(wanted[i]) + 1e-12;
    if (!(Math.abs(value - wanted[i]) <= limit))
      throw new Error(`${what}[${i}] is ${value}, PyTorch has ${wanted[i]}`);
  });
}

describe('A normalised weight', () => {
  const cases = golden.normalisations.map(
    (c) => [c.kind, `${c.build[0]}, ${JSON.stringify(c.options)}`, c] as const,
  );

  it.each(cases)('of %s(%s) is computed, trained and removed as by PyTorch', (_, __, c) => {
    manualSeed(c.seed);
    const module = build(c.build);
    const weight: unknown = (module as object as { weight: unknown }).weight;
    expect(nn.utils[c.kind](module, c.options)).toBe(module);
    expect(Object.keys(module.stateDict())).toEqual(c.keys);
    expect(module.namedParameters().map(([key]) => key)).toEqual(c.parameters);
    if (c.kind === 'spectralNorm') expect(module.parameters()).toContain(weight);
    for (const call of c.calls) {
      module.train(call.training).zeroGrad();
      const x = zeros(c.shape, float64).uniform_(-2, 2).requiresGrad_();
      const y = module.forward(x) as Tensor;
      y.backward(zeros(y.shape, float64).uniform_(-1, 1));
      expectClose(y, call.output, 'output');
      expectClose(x.grad, call.inputGrad, 'gradient of the input');
      for (const [key, p] of module.namedParameters())
        expectClose(p.grad, call.grads[key], `gradient of ${key}`);
      for (const [key, b] of module.namedBuffers()) expectClose(b, call.buffers[key], key);
    }
    removals[c.kind](module);
    expect(Object.keys(module.stateDict())).toEqual(c.keysAfter);
    expectClose(module.stateDict().weight, c.weightAfter, 'weight');
    const x = zeros(c.shape, float64).uniform_(-2, 2);
    expect((module.forward(x) as Tensor).requiresGrad).toBe(true);
    expect(() => removals[c.kind](module)).toThrow(`${c.kind} of 'weight' not found in ${c.build[0]}`);
  });

  it('is loaded from a state dict and takes effect with the next forward', () => {
    manualSeed(0);
    const [from, into] = [0, 1].map(() => nn.utils.weightNorm(new nn.Linear(3, 2)));
    into.loadStateDict(from.stateDict());
    const x = ones([1, 3]);
    expect(elements(into.forward(x))).toEqual(elements(from.forward(x)));
  });

  it('may be one of several of a module, and is no other module’s', () => {
    class Two extends nn.Module {
      first = new nn.Parameter(tensor([[3, 4]]));
      second = new nn.Parameter(tensor([[1, 0]]));
      forward(): Tensor {
        return this.first.add(this.second);
      }
    }
    const two = nn.utils.weightNorm(nn.utils.weightNorm(new Two(), { name: 'first' }), { name: 'second' });
    expect(Object.keys(two.stateDict())).toEqual(['first_g', 'first_v', 'second_g', 'second_v']);
    nn.utils.removeWeightNorm(two, 'first');
    expect(Object.keys(two.stateDict())).toEqual(['second_g', 'second_v', 'first']);
    expect(elements(two.forward())).toEqual([4, 4]);
    expect(Object.keys(new Two().stateDict())).toEqual(['first', 'second']);
  });

  it('may be one of a recurrent layer, saved under PyTorch’s names', () => {
    const lstm = nn.utils.weightNorm(new nn.LSTM(3, 2, { bias: false }), { name: 'weightHhL0' });
    expect(Object.keys(lstm.stateDict())).toEqual(['weight_ih_l0', 'weight_hh_l0_g', 'weight_hh_l0_v']);
    lstm
      .forward(ones([4, 1, 3]))[0]
      .sum()
      .backward();
    expect(elements(lstm.getParameter('weight_hh_l0_g').grad as Tensor).some((g) => g !== 0)).toBe(true);
    nn.utils.removeWeightNorm(lstm, 'weightHhL0');
    expect(Object.keys(lstm.stateDict())).toEqual(['weight_ih_l0', 'weight_hh_l0']);
  });

  it.each([
    ['weightNorm a second time', () => nn.utils.weightNorm(nn.utils.weightNorm(new nn.Linear(1, 1))), 'Cannot register two weightNorm hooks on the same parameter weight'],
    ['spectralNorm a second time', () => nn.utils.spectralNorm(nn.utils.spectralNorm(new nn.Linear(1, 1))), 'Cannot register two spectralNorm hooks on the same parameter weight'],
    ['where there is none', () => nn.utils.weightNorm(new nn.ReLU()), "weightNorm: ReLU has no parameter 'weight'"],
    ['along a dim that there is not', () => nn.utils.weightNorm(new nn.Linear(1, 1), { dim: 2 }), 'dim 2 is out of range'],
    ['with no power iteration', () => nn.utils.spectralNorm(new nn.Linear(1, 1), { nPowerIterations: 0 }), 'nPowerIterations must be a positive integer'],
    ['removed without having been', () => nn.utils.removeSpectralNorm(new nn.Linear(1, 1)), "spectralNorm of 'weight' not found in Linear"],
  ])('is refused %s', (_, act, message) => {
    expect(act).toThrow(message);
  }); // prettier-ignore
});

describe('Gradients', () => {
  function withGradients(shapes: number[][], seed: number): nn.Parameter[] {
    manualSeed(seed);
    return shapes.map((shape) => {
      const p = new nn.Parameter(zeros(shape, float64));
      p.grad = zeros(shape, float64).uniform_(-2, 2);
      return p;
    });
  }

  it.each(golden.clippings)('are clipped to norm $maxNorm of order $normType as by PyTorch', (c) => {
    const parameters = withGradients(c.shapes, c.seed);
    const normType = c.normType === 'inf' ? Infinity : Number(c.normType);
    const buffers = parameters.map(({ grad }) => grad);
    const total = nn.utils.clipGradNorm_(parameters, c.maxNorm, { normType });
    expectClose(total, [c.total], 'total norm');
    parameters.forEach((p, i) => expectClose(p.grad, c.grads[i], `gradient ${i}`));
    parameters.forEach((p, i) => expect(p.grad).toBe(buffers[i]));
  });

  it('that are not there are passed over', () => {
    const p = new nn.Parameter(ones([2]));
    expect(nn.utils.clipGradNorm_(p, 1).item()).toBe(0);
    nn.utils.clipGradValue_([p], 1);
    expect(p.grad).toBe(null);
  });

  it('of a norm that is not finite are an error if asked for, which scales nothing', () => {
    const p = new nn.Parameter(ones([2]));
    p.grad = tensor([Infinity, 1]);
    expect(() => nn.utils.clipGradNorm_([p], 1, { errorIfNonfinite: true })).toThrow(
      'The total norm of order 2 for gradients from `parameters` is non-finite',
    );
    expect(elements(p.grad)).toEqual([Infinity, 1]);
    expect(nn.utils.clipGradNorm_([p], 1).item()).toBe(Infinity);
    expect(elements(p.grad)).toEqual([NaN, 0]);
  });

  it('are clipped by value, each for itself', () => {
    const p = new nn.Parameter(ones([3]));
    p.grad = tensor([-3, 0.25, 2]);
    nn.utils.clipGradValue_(p, 0.5);
    expect(elements(p.grad)).toEqual([-0.5, 0.25, 0.5]);
  });

  it('are those of parameters, not of a module', () => {
    const layer = new nn.Linear(1, 1);
    const message = 'expected parameters, got the module Linear; pass its parameters()';
    expect(() => nn.utils.clipGradNorm_(layer as never, 1)).toThrow(`clipGradNorm_: ${message}`);
    expect(() => nn.utils.clipGradValue_(layer as never, 1)).toThrow(`clipGradValue_: ${message}`);
  });
});

describe('Parameters as a vector', () => {
  it('go there and back in order, and the vector is differentiable', () => {
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.Linear(3, 1));
    const vector = nn.utils.parametersToVector(model.parameters());
    expect(elements(vector)).toEqual(model.parameters().flatMap(elements));
    vector.square().sum().backward();
    for (const p of model.parameters()) expect(elements(p.grad as Tensor)).toEqual(elements(p.mul(2)));
    const other = zeros(vector.shape).uniform_(-1, 1);
    const parameters = model.parameters();
    nn.utils.vectorToParameters(other, parameters);
    expect(parameters.flatMap(elements)).toEqual(elements(other));
    expect(model.parameters()).toEqual(parameters);
    expect(parameters.every((p) => p.isLeaf && p.requiresGrad)).toBe(true);
  });

  it.each([[[3]], [[5]], [[2, 2]]])('refuse a vector of shape %p, and stay as they are', (shape) => {
    const parameters = [new nn.Parameter(ones([2])), new nn.Parameter(ones([2]))];
    expect(() => nn.utils.vectorToParameters(zeros(shape), parameters)).toThrow(
      'expected a vector of 4 elements',
    );
    expect(parameters.flatMap(elements)).toEqual([1, 1, 1, 1]);
  });
});
