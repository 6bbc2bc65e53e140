/* The generic op test: reads every *.cases.ts and holds every op of ops/all.ts to what every op owes. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DType } from '../src/dtype.ts';
import { add, fromTypedArray, grad, isFloating, noGrad, tensor, type Tensor } from '../src/index.ts';
import { allOps } from '../src/ops/all.ts';
import type { InputSpec, OpCases, Plain, Sample } from '../src/ops/op.cases.ts';
import { elements, gradientMismatch, randomLike, seededSource, sourceOf, type Source } from './numeric.ts';

const folder = join(__dirname, '../src/ops');
const families = readdirSync(folder)
  .filter((file) => file.endsWith('.cases.ts') && file !== 'op.cases.ts')
  .map((file) => ({ file, cases: jest.requireActual<{ cases: OpCases[] }>(join(folder, file)).cases }));

/** Values for an input: in its range, away from what it avoids, distinct if asked. */
function valuesFor(spec: InputSpec, source: Source): number[] {
  if (spec.values) return [...spec.values];
  const [low, high] = spec.range ?? [-2, 2];
  const integers = spec.dtype !== undefined && !isFloating(spec.dtype);
  const values: number[] = [];
  const n = spec.shape.reduce((a, b) => a * b, 1);
  for (let attempts = 0; values.length < n; attempts++) {
    if (attempts > 10_000) throw new Error('cannot find values that satisfy the spec');
    const value = integers ? source.integer(low, high) : source.uniform(low, high);
    if (spec.avoid?.some((kink) => Math.abs(value - kink) < 0.05)) continue;
    if (spec.distinct && values.some((other) => Math.abs(value - other) < 0.02)) continue;
    values.push(value);
  }
  return values;
}

interface Made {
  readonly spec: InputSpec;
  readonly values: readonly number[];
}

/** The inputs as tensors: floating ones in the given dtype and requiring grad where asked. */
function tensorsOf(
  made: readonly Made[],
  dtype: DType,
  wants: (i: number) => boolean,
  strided = false,
): Tensor[] {
  return made.map(({ spec, values }, i) => {
    const own = spec.dtype ?? dtype;
    const x = fromTypedArray(tensor([...values], { dtype: own }).data, spec.shape, { dtype: own });
    const placed = strided ? scattered(x) : x.detach();
    return isFloating(own) && wants(i) ? placed.requiresGrad_() : placed;
  });
}

/** The same elements at strides nobody expects: dims reversed in memory, gaps between, an offset before. */
function scattered(x: Tensor): Tensor {
  const reversed = [...x.shape].reverse();
  const n = x.numel();
  const buffer = tensor(new Array<number>(2 * n + 3).fill(-99), { dtype: x.dtype });
  let stride = 2;
  const strides = reversed.map((extent) => {
    const s = stride;
    stride *= Math.max(extent, 1);
    return s;
  });
  strides.reverse();
  const view = Object.assign(buffer.detach(), { offset: 3, shape: x.shape, strides });
  if (n > 0) view.copy_(x);
  return view;
}

const plain = (x: Tensor): Plain => ({ shape: [...x.shape], data: elements(x) });

function expectClose(actual: Plain, expected: Plain, rtol: number, what: string): void {
  expect({ what, shape: actual.shape }).toEqual({ what, shape: expected.shape });
  const scale = Math.max(1, ...expected.data.filter(Number.isFinite).map(Math.abs));
  actual.data.forEach((value, i) => {
    const want = expected.data[i];
    const same = Object.is(value, want) || value === want || Math.abs(value - want) <= rtol * scale;
    if (!same) throw new Error(`${what}: element ${i} is ${value}, expected ${want}`);
  });
}

/** Which inputs the sample's output has gradients for, given that all floating ones ask. */
function differentiable(sample: Sample, made: readonly Made[]): boolean {
  return sample.run(...tensorsOf(made, 'float64', () => true)).requiresGrad;
}

function gradientsOf(sample: Sample, inputs: readonly Tensor[], seed: number): (number[] | null)[] {
  const y = sample.run(...inputs);
  const wanted = inputs.filter((x) => x.requiresGrad);
  const v = randomLike(y, seededSource(seed)).to(y.dtype);
  const found = grad(y, wanted, { gradOutputs: v, allowUnused: true });
  return inputs.map((x) => {
    const g = x.requiresGrad ? found[wanted.indexOf(x)] : null;
    return g === null ? null : elements(g);
  });
}

describe('every op', () => {
  test('has cases', () => {
    const covered = new Set(families.flatMap(({ cases }) => cases.map(({ op }) => op)));
    expect(allOps.filter((op) => !covered.has(op)).map((op) => op.name)).toEqual([]);
  });

  test('is listed once, and every op with cases is listed', () => {
    expect(new Set(allOps).size).toBe(allOps.length);
    const listed = new Set<unknown>(allOps);
    expect(
      families.flatMap(({ cases }) => cases.filter(({ op }) => !listed.has(op)).map(({ op }) => op.name)),
    ).toEqual([]);
  });
});

for (const { file, cases } of families) {
  for (const { op, samples, rejects = [] } of cases) {
    describe(`${op.name} (${file})`, () => {
      for (const { name, run, error } of rejects) {
        test(`refuses ${name}`, () => {
          expect(run).toThrow(error);
        });
      }

      samples.forEach((sample, index) =>
        describeSample(`sample ${index + 1}${sample.name ? `: ${sample.name}` : ''}`, op.name, sample),
      );
    });
  }
}

function describeSample(title: string, opName: string, sample: Sample): void {
  const source = sourceOf(`${opName} ${title}`);
  const made = sample.inputs.map((spec) => ({ spec, values: valuesFor(spec, source) }));
  const all = (): boolean => true;
  const none = (): boolean => false;
  const smooth = sample.noGradientCheck === undefined;

  describe(`${title} (seed ${source.seed})`, () => {
    if (sample.reference) {
      const { reference } = sample;
      test('computes what its definition says', () => {
        const inputs = tensorsOf(made, 'float64', none);
        expectClose(plain(sample.run(...inputs)), reference(...inputs.map(plain)), 1e-10, 'value');
      });
    }

    test('computes the same recorded and unrecorded, in float32 and on strided inputs, and changes no input', () => {
      const inputs = tensorsOf(made, 'float64', all);
      const before = inputs.map(elements);
      const recorded = sample.run(...inputs);
      expect(elements(noGrad(() => sample.run(...inputs)))).toEqual(elements(recorded));
      expect(inputs.map(elements)).toEqual(before);
      expect(inputs.map((x) => x.version)).toEqual(inputs.map(() => 0));
      expectClose(
        plain(sample.run(...tensorsOf(made, 'float64', none, true))),
        plain(recorded),
        1e-13,
        'strided',
      );
      const single = sample.run(...tensorsOf(made, 'float32', none));
      expectClose(plain(single), plain(recorded), 1e-5, 'float32');
      const follows = made.every(({ spec }) => spec.dtype === undefined) && !sample.ownDtype;
      if (recorded.dtype === 'float64' && follows) expect(single.dtype).toBe('float32');
    });

    if (!differentiable(sample, made)) return;

    if (smooth) {
      test('has first and second derivatives that finite differences confirm', () => {
        const inputs = tensorsOf(made, 'float64', all);
        expect(gradientMismatch(sample.run, inputs, 2, seededSource(source.seed))).toBeNull();
      });
    }

    test('gives the same gradients for strided inputs, one input at a time, twice over and in float32', () => {
      const inputs = tensorsOf(made, 'float64', all);
      const whole = gradientsOf(sample, inputs, source.seed);
      const before = inputs.map(elements);
      expect(gradientsOf(sample, inputs, source.seed)).toEqual(whole);
      expect(inputs.map(elements)).toEqual(before);
      const close = (got: (number[] | null)[], rtol: number, what: string): void =>
        got.forEach((g, i) => {
          const want = whole[i];
          if (g === null || want === null) expect(g).toEqual(want);
          else
            expectClose(
              { shape: [g.length], data: g },
              { shape: [want.length], data: want },
              rtol,
              `${what}, input ${i}`,
            );
        });
      close(gradientsOf(sample, tensorsOf(made, 'float64', all, true), source.seed), 1e-12, 'strided');
      close(gradientsOf(sample, tensorsOf(made, 'float32', all), source.seed), 2e-4, 'float32');
      inputs.forEach((x, i) => {
        if (!x.requiresGrad || whole[i] === null) return;
        const alone = gradientsOf(
          sample,
          tensorsOf(made, 'float64', (k) => k === i),
          source.seed,
        )[i];
        expect(alone).toEqual(whole[i]);
      });
    });

    const [first, second] = made;
    const sameSlots =
      made.length >= 2 && String(first.spec.shape) === String(second.spec.shape) &&
      isFloating(first.spec.dtype ?? 'float64') && isFloating(second.spec.dtype ?? 'float64'); // prettier-ignore
    if (sameSlots && smooth) {
      test('adds up the gradients of one tensor in two slots', () => {
        const [x, , ...rest] = tensorsOf([first, first, ...made.slice(2)], 'float64', (i) => i < 2);
        const [a, b] = tensorsOf([first, first], 'float64', all);
        const v = randomLike(sample.run(x, x, ...rest), seededSource(source.seed));
        const [ga, gb] = grad(sample.run(a, b, ...rest), [a, b], { gradOutputs: v, materializeGrads: true });
        expectClose(
          plain(grad(sample.run(x, x, ...rest), x, { gradOutputs: v })),
          plain(add(ga, gb)),
          1e-12,
          'sum',
        );
      });
    }

    if (sample.subgradients) {
      const expected = sample.subgradients;
      test('takes the documented subgradients', () => {
        const inputs = tensorsOf(made, 'float64', all);
        const y = sample.run(...inputs);
        const ones = fromTypedArray(new Float64Array(y.numel()).fill(1), y.shape);
        const wanted = inputs.filter((x) => x.requiresGrad);
        const found = grad(y, wanted, { gradOutputs: ones, allowUnused: true });
        inputs.forEach((x, i) => {
          const want = expected[i];
          if (!want) return;
          const g = found[wanted.indexOf(x)];
          if (g === null) throw new Error(`input ${i} has no gradient`);
          expectClose(
            { shape: [want.length], data: elements(g) },
            { shape: [want.length], data: want },
            1e-12,
            `input ${i}`,
          );
        });
      });
    }
  });
}
