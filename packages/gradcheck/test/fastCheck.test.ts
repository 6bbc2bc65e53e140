import { conv1d, conv2d, matmul, tensor, type Tensor } from '@retrograd/core';
import fc from 'fast-check';
import {
  arbitraryBroadcastableShapes,
  arbitraryBroadcastableTensors,
  arbitraryConvInputs,
  arbitraryShape,
  arbitraryTensor,
  arbitraryTensors,
  assertGradientProperty,
  gradientProperty,
  GradientPropertyError,
  type ConvInputs,
} from '../src/fastCheck.ts';
import { cubeWithFactor, wrongCube } from './wrong.ts';

const seeds = [1, 2, 3, 4, 5];

/** The error that a property ends in. */
function failureOf(run: () => void): GradientPropertyError {
  try {
    run();
  } catch (error) {
    if (error instanceof GradientPropertyError) return error;
    throw error;
  }
  throw new Error('the property holds');
}

const elements = (x: Tensor): number[] => Array.from(x.detach().contiguous().data);
const inputOf = (error: GradientPropertyError): Tensor => error.inputs as Tensor;

describe('a wrong gradient shrinks', () => {
  test.each(seeds)('to one element of 1 where it is wrong everywhere (seed %i)', (seed) => {
    const x = inputOf(failureOf(() => assertGradientProperty(wrongCube, arbitraryTensor(), { seed })));
    expect([x.shape, elements(x)]).toEqual([[], [1]]);
  });

  test.each(seeds)('to the smallest last dim where it is wrong, [2] (seed %i)', (seed) => {
    const f = cubeWithFactor((x) => (x.ndim > 0 && x.shape[x.ndim - 1] > 1 ? 1.5 : 1));
    const x = inputOf(failureOf(() => assertGradientProperty(f, arbitraryTensor(), { seed })));
    expect(x.shape).toEqual([2]);
    expect(elements(x).sort()).toEqual([0, 1]);
  });

  test.each(seeds)('to three rows and two columns where it takes those (seed %i)', (seed) => {
    const f = cubeWithFactor((x) => (x.ndim === 2 && x.shape[0] >= 3 && x.shape[1] >= 2 ? 1.5 : 1));
    const arbitrary = arbitraryTensor({ minDims: 2, maxDims: 2, maxSize: 6 });
    const x = inputOf(failureOf(() => assertGradientProperty(f, arbitrary, { seed })));
    expect(x.shape).toEqual([3, 2]);
    expect(elements(x).sort()).toEqual([0, 0, 0, 0, 0, 1]);
  });

  test('to the value it depends on, as simple as it can be', () => {
    const f = cubeWithFactor((x) => (elements(x).some((value) => value < -1.2) ? 1.5 : 1));
    const x = inputOf(failureOf(() => assertGradientProperty(f, arbitraryTensor(), { seed: 1 })));
    expect([x.shape, elements(x)]).toEqual([[], [-2]]);
  });

  test('to shapes that broadcast no more than they must', () => {
    // Right only where both have the same shape.
    const f = (a: Tensor, b: Tensor): Tensor => (a.ndim === b.ndim ? a.mul(b) : a.mul(wrongCube(b)));
    // Some invariants are checked at points of their own, whatever the values here.
    const options = { seed: 1, invariants: false };
    const error = failureOf(() => assertGradientProperty(f, arbitraryBroadcastableTensors(2), options));
    const [a, b] = error.inputs as Tensor[];
    expect([a.shape, b.shape].map(String).sort()).toEqual(['', '1']);
    expect([elements(a), elements(b)]).toEqual([[1], [1]]);
  });

  test('to a layout in memory only if it matters', () => {
    const strided = arbitraryTensor({ strided: true, minDims: 1, minSize: 2 });
    const always = inputOf(failureOf(() => assertGradientProperty(wrongCube, strided, { seed: 1 })));
    expect([always.shape, always.strides]).toEqual([[2], [1]]);
  });

  test('to the least convolution that shows it', () => {
    const f = (...[x, w, b, options]: ConvInputs): Tensor =>
      options.dilation[1] > 1 ? conv2d(x, wrongCube(w), b, options) : conv2d(x, w, b, options);
    const error = failureOf(() => assertGradientProperty(f, arbitraryConvInputs(), { seed: 1 }));
    const [x, w, b, options] = error.inputs as ConvInputs;
    expect([x.shape, w.shape, b]).toEqual([[1, 1, 1, 1], [1, 1, 1, 1], null]);
    expect(options).toEqual({ stride: [1, 1], padding: [0, 0], dilation: [1, 2], groups: 1 });
  });

  test('and not into an input that f refuses', () => {
    const f = (x: Tensor): Tensor => {
      if (x.numel() < 3) throw new Error('too small');
      return wrongCube(x);
    };
    const arbitrary = arbitraryTensor({ minDims: 1, maxDims: 1, maxSize: 9 });
    const seed = seeds.find((one) => fc.sample(arbitrary, { seed: one, numRuns: 1 })[0].numel() >= 3);
    const x = inputOf(failureOf(() => assertGradientProperty(f, arbitrary, { seed })));
    expect(x.shape).toEqual([3]);
  });
});

describe('the error', () => {
  const error = failureOf(() =>
    assertGradientProperty(wrongCube, arbitraryTensor(), { seed: 7, name: 'square' }),
  );

  test('shows the simplest inputs and their report', () => {
    expect(error.message).toContain('square: wrong gradient');
    expect(error.message).toContain(
      'Simplest inputs that show it: tensor(1., dtype=float64, requiresGrad=true)',
    );
    expect(error.message).toContain(String(error.report));
    expect(error.report.verdict).toBe('fail');
    expect(error.report.failures[0]).toMatchObject({ kind: 'gradient', analytic: 6 });
  });

  test('leads back to them', () => {
    const again = failureOf(() =>
      assertGradientProperty(wrongCube, arbitraryTensor(), { ...error.replay, runs: 1 }),
    );
    expect(elements(inputOf(again))).toEqual([1]);
    expect(again.report.seed).toBe(7);
  });

  test('is fast-check’s own, with the report as its cause, under fc.assert', () => {
    const run = (): void => fc.assert(gradientProperty(wrongCube, arbitraryTensor()), { seed: 7 });
    expect(run).toThrow(/Counterexample: \[tensor\(1\., dtype=float64/);
    try {
      run();
    } catch (thrown) {
      expect((thrown as Error).cause).toMatchObject({ name: 'GradcheckError', report: { verdict: 'fail' } });
    }
  });

  test('names the inputs where f throws', () => {
    const f = (x: Tensor): Tensor => x.matmul(tensor([1, 2, 3], { dtype: 'float64' }));
    expect(() => assertGradientProperty(f, arbitraryTensor({ shape: [2] }), { seed: 1 })).toThrow(
      /assertGradientProperty: .*matmul.*\nSimplest inputs for which this happens: tensor\(\[0\., 0\.\]/s,
    );
  });
});

describe('right gradients hold', () => {
  test('of broadcast and strided operands', () => {
    assertGradientProperty(
      (a, b) => a.mul(b),
      arbitraryBroadcastableTensors(2, { strided: true, minSize: 0 }),
      { seed: 1, runs: 50 },
    );
  });

  test('of matrix products, by shapes that belong together', () => {
    const size = fc.integer({ min: 0, max: 3 });
    const shapes = fc.tuple(size, size, size).map(([m, k, n]) => [[m, k], [k, n]]); // prettier-ignore
    const property = gradientProperty((a, b) => matmul(a, b), arbitraryTensors(shapes), { order: 2 });
    fc.assert(property, { seed: 1, numRuns: 30 });
  });

  test('of convolutions over one and two dims', () => {
    assertGradientProperty((x, w, b, options) => conv2d(x, w, b, options), arbitraryConvInputs(), {
      seed: 1,
      runs: 25,
    });
    assertGradientProperty((x, w, b, options) => conv1d(x, w, b, options), arbitraryConvInputs({ dims: 1 }), {
      seed: 1,
      runs: 25,
    });
  });
});

describe('the arbitraries', () => {
  const all = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void): void =>
    fc.assert(fc.property(arbitrary, check), { seed: 1, numRuns: 200 });

  test('keep to the limits of shapes', () => {
    all(arbitraryShape({ minDims: 1, maxDims: 2, minSize: 0, maxSize: 3 }), (shape) => {
      expect([1, 2]).toContain(shape.length);
      for (const extent of shape) expect([0, 1, 2, 3]).toContain(extent);
    });
  });

  test('make groups of shapes that broadcast', () => {
    all(arbitraryBroadcastableShapes(3, { minSize: 0, minDims: 1 }), (shapes) => {
      const ndim = Math.max(...shapes.map(({ length }) => length));
      for (let dim = 1; dim <= ndim; dim++) {
        const extents = new Set(shapes.map((shape) => shape.at(-dim) ?? 1));
        extents.delete(1);
        expect(extents.size).toBeLessThan(2);
      }
      expect(Math.min(...shapes.map(({ length }) => length))).toBeGreaterThan(0);
    });
  });

  test('keep to a dtype, a range and its decimals', () => {
    all(arbitraryTensor({ dtype: 'float32', min: 0.5, max: 0.75, decimals: 2 }), (x) => {
      expect([x.dtype, x.requiresGrad]).toEqual(['float32', true]);
      for (const value of elements(x)) {
        expect(value).toBeGreaterThanOrEqual(0.5);
        expect(value).toBeLessThanOrEqual(0.75);
        expect(Math.fround(Math.round(value * 100) / 100)).toBe(value);
      }
    });
    all(arbitraryTensor({ dtype: 'int32', min: -3, max: 3 }), (x) => {
      expect(x.requiresGrad).toBe(false);
      for (const value of elements(x)) expect([-3, -2, -1, 0, 1, 2, 3]).toContain(value);
    });
  });

  test('mix in special values on request, and lay tensors out in memory in every way', () => {
    const values = fc
      .sample(arbitraryTensor({ special: [NaN, Infinity, -0] }), { seed: 1, numRuns: 200 })
      .flatMap(elements);
    for (const special of [NaN, Infinity, -0])
      expect(values.some((value) => Object.is(value, special))).toBe(true);
    expect(values.filter((value) => value > -2 && value < 2).length).toBeGreaterThan(values.length / 2);
    const layouts = fc.sample(arbitraryTensor({ shape: [2, 3], strided: true }), { seed: 1, numRuns: 200 });
    expect(new Set(layouts.map(({ strides, offset }) => `${strides}+${offset}`)).size).toBeGreaterThan(10);
    expect(layouts.every((x) => elements(x).every((value) => Math.abs(value) <= 2))).toBe(true);
  });

  test('refuse limits that leave nothing', () => {
    expect(() => arbitraryShape({ minDims: 3, maxDims: 2 })).toThrow(
      'arbitraryShape: minDims 3 is above maxDims 2',
    );
    expect(() => arbitraryShape({ maxSize: 1.5 })).toThrow('maxSize must be a non-negative integer, got 1.5');
    expect(() => arbitraryBroadcastableShapes(0)).toThrow('count must be a positive integer, got 0');
    expect(() => arbitraryTensor({ min: 2, max: 1 })).toThrow(
      'arbitraryTensor: no values between min 2 and max 1',
    );
    expect(() => arbitraryTensor({ dtype: 'int32', min: 0.2, max: 0.8 })).toThrow('no integers between');
  });
});
