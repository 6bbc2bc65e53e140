import {
  allclose,
  eye,
  Generator,
  isGradEnabled,
  manualSeed,
  rand,
  zeros,
  type DType,
} from '@retrograd/core';
import * as nn from '../src/index.ts';
import { build, elements, type Build } from './build.ts';
import { goldenFiles } from './goldenModules.ts';

// What PyTorch starts with; written by scripts/golden/nn_init.py and others.
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
  /** Whether values may differ by roundings: erfinv and QR are not PyTorch's to the last bit. */
  close?: boolean;
}
interface Golden {
  gains?: [name: nn.Nonlinearity, gain: number, param?: number][];
  cases: { title: string; seed: number; steps: (ModuleStep | InitStep)[] }[];
}
const golden = goldenFiles<Golden>('init');
const initialisers = nn.init as object as Record<string, (x: object, ...options: unknown[]) => object>;

/** Decimals back to the numbers they were written from. */
function asStored(values: number[], dtype: DType): number[] {
  return dtype === 'float32' ? values.map(Math.fround) : values;
}

function expectClose(actual: number[], wanted: number[], tolerance: number): void {
  expect(actual.length).toBe(wanted.length);
  actual.forEach((value, i) => expect(Math.abs(value - wanted[i])).toBeLessThanOrEqual(tolerance * 2));
}

describe('With the same seed as PyTorch', () => {
  it.each(golden.flatMap(({ cases }) => cases).map((c) => [c.title, c] as const))(
    '%s: every weight is the same, to the bit or (of erfinv and QR) to roundings',
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
          if (step.close === true)
            expectClose(elements(x), step.values, step.dtype === 'float32' ? 5e-7 : 1e-14);
          else expect([step.init, elements(x)]).toEqual([step.init, asStored(step.values, step.dtype)]);
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
    for (const [name, gain, param] of golden.flatMap(({ gains = [] }) => gains)) {
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
    [
      'an identity of three dims',
      (): unknown => nn.init.eye_(zeros([2, 2, 2])),
      'eye_: Only tensors with 2 dimensions are supported, got [2, 2, 2]',
    ],
    [
      'a kernel’s identity of two dims',
      (): unknown => nn.init.dirac_(zeros([2, 2])),
      'dirac_: Only tensors with 3, 4, or 5 dimensions are supported',
    ],
    [
      'groups that do not divide',
      (): unknown => nn.init.dirac_(zeros([3, 2, 1]), { groups: 2 }),
      'dim 0 must be divisible by groups',
    ],
    [
      'an orthogonal vector',
      (): unknown => nn.init.orthogonal_(zeros([2])),
      'Only tensors with 2 or more dimensions are supported',
    ],
    [
      'a sparse vector',
      (): unknown => nn.init.sparse_(zeros([2]), 0.5),
      'sparse_: Only tensors with 2 dimensions are supported',
    ],
    [
      'a sparsity above 1',
      (): unknown => nn.init.sparse_(zeros([2, 2]), 1.5),
      'sparsity must be between 0 and 1, got 1.5',
    ],
    [
      'an empty interval',
      (): unknown => nn.init.truncNormal_(zeros([2]), { a: 2, b: 1 }),
      'a must not exceed b, got a = 2 and b = 1',
    ],
    [
      'a deviation of 0',
      (): unknown => nn.init.truncNormal_(zeros([2]), { std: 0 }),
      'std must be positive, got 0',
    ],
    ['bounds in the wrong order', (): unknown => nn.init.uniform_(zeros([2]), 2, 1), 'from=2 > to=1'],
    ['a negative standard deviation', (): unknown => nn.init.normal_(zeros([2]), 0, -1), 'std >= 0.0'],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe('What is drawn', () => {
  it('is orthonormal in rows or columns, whichever are fewer', () => {
    manualSeed(3);
    for (const shape of [[3, 5], [5, 3], [4, 2, 3]]) {
      const x = nn.init.orthogonal_(zeros(shape, { dtype: 'float64' }), { gain: 3 });
      const matrix = x.reshape([shape[0], -1]);
      const [rows, columns] = matrix.shape;
      const size = Math.min(rows, columns);
      const product = rows < columns ? matrix.matmul(matrix.t()) : matrix.t().matmul(matrix);
      expect(allclose(product, eye(size, size, { dtype: 'float64' }).mul(9))).toBe(true);
    }
  }); // prettier-ignore

  it('passes channels through a convolution as they are, after dirac_', () => {
    const conv = new nn.Conv2d(3, 3, 3, { padding: 1, bias: false });
    nn.init.dirac_(conv.weight);
    const x = rand([2, 3, 4, 5]);
    expect(elements(conv.forward(x))).toEqual(elements(x));
  });

  it('is zero in the same number of places of every column, after sparse_', () => {
    const x = nn.init.sparse_(zeros([10, 4]), 0.25);
    const counts = [0, 1, 2, 3].map((column) => x.select(1, column).eq(0).sum().item());
    expect(counts).toEqual([3, 3, 3, 3]);
  });

  it('lies between the bounds, after truncNormal_', () => {
    const values = elements(nn.init.truncNormal_(zeros([500]), { mean: 1, a: 0.5, b: 1.25 }));
    expect(values.every((v) => v >= 0.5 && v <= 1.25)).toBe(true);
    expect(new Set(values).size).toBeGreaterThan(400);
  });
});

describe('resetParameters', () => {
  it('draws what a new layer would draw', () => {
    for (const make of [
      () => new nn.Linear(3, 2),
      () => new nn.Conv2d(2, 2, 3),
      () => new nn.ConvTranspose1d(2, 2, 3),
      () => new nn.Bilinear(2, 3, 2),
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
