import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Generator, isGradEnabled, manualSeed, rand, zeros, type DType } from '@retrograd/core';
import * as nn from '../src/index.ts';
import { build, elements, type Build } from './build.ts';

// What PyTorch starts with; written by scripts/golden/nn_init.py.
interface ModuleStep {
  build: Build;
  state: { key: string; shape: number[]; values: number[] }[];
}
interface InitStep {
  init: string;
  shape: number[];
  dtype: DType;
  options: unknown[];
  values: number[];
}
interface Golden {
  gains: [name: nn.Nonlinearity, gain: number, param?: number][];
  cases: { title: string; seed: number; steps: (ModuleStep | InitStep)[] }[];
}
const golden = JSON.parse(readFileSync(join(__dirname, 'golden/init.json'), 'utf8')) as Golden;
const initialisers = nn.init as object as Record<string, (x: object, ...options: unknown[]) => object>;

/** Decimals back to the numbers they were written from. */
function asStored(values: number[], dtype: DType): number[] {
  return dtype === 'float32' ? values.map(Math.fround) : values;
}

describe('With the same seed as PyTorch', () => {
  it.each(golden.cases.map((c) => [c.title, c] as const))(
    '%s: every weight is the same to the bit',
    (_, { seed, steps }) => {
      manualSeed(seed);
      for (const step of steps) {
        if ('build' in step) {
          const state = build(step.build).stateDict();
          expect(Object.keys(state)).toEqual(step.state.map(({ key }) => key));
          for (const { key, shape, values } of step.state) {
            const x = state[key];
            expect([key, x.shape, elements(x)]).toEqual([key, shape, asStored(values, x.dtype)]);
          }
        } else {
          const x = zeros(step.shape, { dtype: step.dtype });
          expect(initialisers[step.init](x, ...step.options)).toBe(x);
          expect([step.init, elements(x)]).toEqual([step.init, asStored(step.values, step.dtype)]);
        }
      }
    },
  );
});

describe('An initialiser', () => {
  it('is not recorded and leaves a parameter a leaf that requires grad', () => {
    const p = new nn.Parameter(zeros([3, 2]));
    for (const init of [nn.init.uniform_, nn.init.xavierNormal_, nn.init.kaimingUniform_, nn.init.ones_])
      init(p);
    expect(p.isLeaf && p.requiresGrad && isGradEnabled()).toBe(true);
    expect(p.version).toBe(4);
  });

  it('draws from the generator it is given', () => {
    const draw = (): number[] =>
      elements(nn.init.kaimingNormal_(zeros([4, 4]), { generator: new Generator(3) }));
    const first = draw();
    rand([5]);
    expect(draw()).toEqual(first);
  });

  it('leaves a tensor without elements as it is', () => {
    expect(nn.init.xavierUniform_(zeros([0, 3])).shape).toEqual([0, 3]);
    expect(nn.init.kaimingNormal_(zeros([0, 0])).shape).toEqual([0, 0]);
  });

  it('writes to views of any strides', () => {
    const x = zeros([3, 2]);
    nn.init.constant_(x.select(1, 0), 7);
    expect(x.toArray()).toEqual([[7, 0], [7, 0], [7, 0]]); // prettier-ignore
  });

  it('makes good for nonlinearities by PyTorch’s gains', () => {
    for (const [name, gain, param] of golden.gains) {
      expect([name, nn.init.calculateGain(name, param)]).toEqual([name, gain]);
    }
  });

  it('understands names in both spellings', () => {
    expect(nn.init.calculateGain('leakyRelu', 0.2)).toBe(nn.init.calculateGain('leaky_relu', 0.2));
    const draw = (mode: 'fanOut' | 'fan_out'): number[] =>
      elements(nn.init.kaimingUniform_(zeros([2, 5]), { mode, generator: new Generator(1) }));
    expect(draw('fan_out')).toEqual(draw('fanOut'));
  });

  it('counts fans with the kernel’s elements', () => {
    expect(nn.init.calculateFans(zeros([8, 3, 5, 5]))).toEqual({ fanIn: 75, fanOut: 200 });
  });

  it.each([
    [
      'fans of a vector',
      (): unknown => nn.init.xavierUniform_(zeros([3])),
      'Fan in and fan out can not be computed for tensor with fewer than 2 dimensions',
    ],
    [
      'an unknown nonlinearity',
      (): unknown => nn.init.calculateGain('foo' as never),
      'Unsupported nonlinearity foo',
    ],
    [
      'an unknown mode',
      (): unknown => nn.init.kaimingUniform_(zeros([2, 2]), { mode: 'x' as never }),
      'Mode x not supported',
    ],
    ['bounds in the wrong order', (): unknown => nn.init.uniform_(zeros([2]), 2, 1), 'from=2 > to=1'],
    ['a negative standard deviation', (): unknown => nn.init.normal_(zeros([2]), 0, -1), 'std >= 0.0'],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe('resetParameters', () => {
  it('draws what a new layer would draw', () => {
    for (const make of [
      () => new nn.Linear(3, 2),
      () => new nn.Conv2d(2, 2, 3),
      () => new nn.Embedding(3, 2, { paddingIdx: 0 }),
    ]) {
      const layer = make();
      const { weight } = layer;
      manualSeed(5);
      layer.resetParameters();
      manualSeed(5);
      expect(layer.weight).toBe(weight);
      expect(elements(weight)).toEqual(elements(make().weight));
    }
  });
});
