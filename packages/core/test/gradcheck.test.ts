/* No op of core is flagged by the checker that is to find wrong ones: every sample of every *.cases.ts, by many seeds. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gradcheck, type GradcheckReport } from '@retrograd/gradcheck';
import { fromTypedArray, isFloating, tensor, type Tensor } from '../src/index.ts';
import type { InputSpec, OpCases, Sample } from '../src/ops/op.cases.ts';
import { seededSource, type Source } from './numeric.ts';

const folder = join(__dirname, '../src/ops');
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.cases.ts') && file !== 'op.cases.ts')
  .flatMap((file) => jest.requireActual<{ cases: OpCases[] }>(join(folder, file)).cases);

/** How many seeds: `GRADCHECK_SEEDS=200` for the whole check. */
const seeds = Number(process.env['GRADCHECK_SEEDS'] ?? 2);

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

function inputsOf(sample: Sample, seed: number): Tensor[] {
  const source = seededSource(seed);
  return sample.inputs.map((spec) => {
    const dtype = spec.dtype ?? 'float64';
    const x = fromTypedArray(tensor(valuesFor(spec, source), { dtype }).data, spec.shape, { dtype });
    return isFloating(dtype) ? x.requiresGrad_() : x;
  });
}

const undecided: string[] = [];

for (const { op, samples } of cases) {
  const checked = samples.filter((sample) => sample.run(...inputsOf(sample, 1)).requiresGrad);
  if (checked.length === 0) continue;
  test(`${op.name} is not flagged`, () => {
    checked.forEach((sample, index) => {
      const name = `${op.name}, sample ${index + 1}${sample.name ? `: ${sample.name}` : ''}`;
      for (let seed = 1; seed <= seeds; seed++) {
        const report: GradcheckReport = gradcheck(sample.run, inputsOf(sample, seed), { name, seed, order: seed % 2 === 0 ? 2 : 1 });
        if (report.verdict === 'fail') throw new Error(`${name}, seed ${seed}\n${String(report)}`);
        if (report.verdict === 'inconclusive' && sample.noGradientCheck === undefined) undecided.push(`${name}, seed ${seed}`);
      }
    });
  }, 30_000 * (1 + seeds));
}

afterAll(() => {
  if (undecided.length > 0) process.stdout.write(`inconclusive: ${undecided.length}\n${undecided.slice(0, 40).join('\n')}\n`);
});
