/* The generic op test: reads every *.cases.ts and holds every op of ops/all.ts to what every op owes. */
import { gradcheck } from '@retrograd/gradcheck';
import type { DType } from '../src/dtype.ts';
import { fromTypedArray, grad, isFloating, noGrad, tensor, type Tensor } from '../src/index.ts';
import { allOps } from '../src/ops/all.ts';
import type { InputSpec, Plain, Sample } from '../src/ops/op.cases.ts';
import { elements, randomLike, seededSource, sourceOf } from './numeric.ts';
import { inputsFor, loadFamilies, tensorFor, valuesFor } from './samples.ts';

const families = loadFamilies();

/** By how many seeds gradients are checked: inputs, cotangents and directions. `GRADCHECK_SEEDS=200` for the whole check. */
const seeds = Number(process.env['GRADCHECK_SEEDS'] ?? 1);

interface Made {
  readonly spec: InputSpec;
  readonly values: readonly number[];
}

/** The inputs as tensors: floating ones in the given dtype and requiring grad where asked. */
function tensorsOf(made: readonly Made[], dtype: DType, wants: boolean, strided = false): Tensor[] {
  return made.map(({ spec, values }) => {
    const x = tensorFor(spec, values, dtype);
    const placed = strided ? scattered(x) : x;
    return isFloating(x.dtype) && wants ? placed.requiresGrad_() : placed;
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

/** The gradients of the inputs that ask, for a cotangent drawn from the seed. */
function gradientsOf(sample: Sample, inputs: readonly Tensor[], seed: number): number[][] {
  const y = sample.run(...inputs);
  const gradOutputs = randomLike(y, seededSource(seed)).to(y.dtype);
  const wanted = inputs.filter((x) => x.requiresGrad);
  return grad(y, wanted, { gradOutputs, materializeGrads: true }).map(elements);
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
  const { seed } = sourceOf(`${opName} ${title}`);
  const source = seededSource(seed);
  const made = sample.inputs.map((spec) => ({ spec, values: valuesFor(spec, source) }));
  const smooth = sample.noGradientCheck === undefined;

  describe(`${title} (seed ${seed})`, () => {
    if (sample.reference) {
      const { reference } = sample;
      test('computes what its definition says', () => {
        const inputs = tensorsOf(made, 'float64', false);
        expectClose(plain(sample.run(...inputs)), reference(...inputs.map(plain)), 1e-10, 'value');
      });
    }

    test('computes the same recorded and unrecorded, in float32 and on strided inputs, and changes no input', () => {
      const inputs = tensorsOf(made, 'float64', true);
      const before = inputs.map(elements);
      const recorded = sample.run(...inputs);
      expect(elements(noGrad(() => sample.run(...inputs)))).toEqual(elements(recorded));
      expect(inputs.map(elements)).toEqual(before);
      expect(inputs.map((x) => x.version)).toEqual(inputs.map(() => 0));
      const strided = sample.run(...tensorsOf(made, 'float64', false, true));
      expectClose(plain(strided), plain(recorded), 1e-13, 'strided');
      const single = sample.run(...tensorsOf(made, 'float32', false));
      expectClose(plain(single), plain(recorded), 1e-5, 'float32');
      const follows = made.every(({ spec }) => spec.dtype === undefined) && !sample.ownDtype;
      if (recorded.dtype === 'float64' && follows) expect(single.dtype).toBe('float32');
    });

    if (!sample.run(...tensorsOf(made, 'float64', true)).requiresGrad) return;

    if (smooth) {
      test('has right first and second derivatives, and keeps what every gradient owes', () => {
        for (let k = 0; k < seeds; k++) {
          const inputs = inputsFor(sample, seed + k);
          const report = gradcheck(sample.run, inputs, { name: opName, seed: seed + k, order: 2 });
          if (report.verdict !== 'pass') throw new Error(String(report));
        }
      }, 30_000 + 10_000 * seeds); // prettier-ignore
    } else if (!sample.gradientByDefinition) {
      test('has no gradient at its kinks and poles that no derivative near them could be', () => {
        const report = gradcheck(sample.run, inputsFor(sample, seed), { name: opName, seed });
        if (report.verdict === 'fail') throw new Error(String(report));
      });
    }

    test('has the same gradients in float32', () => {
      const whole = gradientsOf(sample, tensorsOf(made, 'float64', true), seed);
      gradientsOf(sample, tensorsOf(made, 'float32', true), seed).forEach((data, i) => {
        expectClose({ shape: [data.length], data }, { shape: [whole[i].length], data: whole[i] }, 2e-4, `input ${i}`); // prettier-ignore
      });
    });

    if (sample.subgradients) {
      const expected = sample.subgradients;
      test('takes the documented subgradients', () => {
        const inputs = tensorsOf(made, 'float64', true);
        const y = sample.run(...inputs);
        const ones = fromTypedArray(new Float64Array(y.numel()).fill(1), y.shape);
        const wanted = inputs.filter((x) => x.requiresGrad);
        const found = grad(y, wanted, { gradOutputs: ones, allowUnused: true });
        inputs.forEach((x, i) => {
          const want = expected[i];
          if (!want) return;
          const g = found[wanted.indexOf(x)];
          if (g === null) throw new Error(`input ${i} has no gradient`);
          expectClose({ shape: [want.length], data: elements(g) }, { shape: [want.length], data: want }, 1e-12, `input ${i}`); // prettier-ignore
        });
      });
    }
  });
}
