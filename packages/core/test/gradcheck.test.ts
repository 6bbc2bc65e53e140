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
const seeds = Number(process.env['GRADCHECK_SEEDS'] ?? 4);

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

/** Whether a sample's documented gradient is not the derivative, and a checker right to say so. */
const deviates = ({ name, noGradientCheck = '' }: Sample): boolean =>
  /by definition|not the derivative|lets its gradient through/.test(noGradientCheck) ||
  // The value's logarithms are clamped, PyTorch's gradient of the target is not.
  (name === 'at 0 and 1' && noGradientCheck === 'it has poles');

/**
 * Ops that users do not call with shapes of their own: they trust the shapes they get, so that the checker's variations
 * make no sense. And asStrided reads memory as it lies: a strided input is another input.
 */
const trusting: ReadonlySet<string> = new Set([
  ...['asStrided', 'conv2dInputGrad', 'conv2dWeightGrad', 'softmaxGrad', 'logSoftmaxGrad'],
]);

const undecided: string[] = [];

for (const { op, samples } of cases) {
  const differentiable = samples.filter((sample) => sample.run(...inputsOf(sample, 1)).requiresGrad);
  if (differentiable.length === 0) continue;
  test(
    `${op.name} is not flagged`,
    () => {
      for (const sample of differentiable) {
        const { noGradientCheck, run } = sample;
        if (deviates(sample)) continue;
        const name = `${op.name}, sample ${samples.indexOf(sample) + 1}${sample.name ? `: ${sample.name}` : ''}`;
        // At kinks and poles no more can be asked than that gradients are not called wrong.
        const runs = noGradientCheck === undefined ? seeds : 1;
        for (let seed = 1; seed <= runs; seed++) {
          const order = noGradientCheck === undefined && seed % 2 === 0 ? 2 : 1;
          const report: GradcheckReport = gradcheck(run, inputsOf(sample, seed), {
            name,
            seed,
            order,
            invariants: !trusting.has(op.name) && !/flags/.test(sample.name ?? ''),
          });
          if (report.verdict === 'fail') throw new Error(`${name}, seed ${seed}\n${String(report)}`);
          if (report.verdict === 'inconclusive' && noGradientCheck === undefined)
            undecided.push(`${name}, seed ${seed}: ${String(report).split('\n')[1]}`);
        }
      }
    },
    30_000 * (1 + seeds),
  );
}

test('and nearly everything smooth is decided', () => {
  expect(undecided).toEqual([]);
});
