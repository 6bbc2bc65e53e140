/* The ops' cases, and tensors for their samples. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DType } from '../src/dtype.ts';
import { fromTypedArray, isFloating, tensor, type Tensor } from '../src/index.ts';
import type { InputSpec, OpCases, Sample } from '../src/ops/op.cases.ts';
import { seededSource, type Source } from './numeric.ts';

/** What one *.cases.ts says of its ops. */
export interface Family {
  readonly file: string;
  readonly cases: readonly OpCases[];
}

/** Reads every *.cases.ts beside the ops. */
export function loadFamilies(): Family[] {
  const folder = join(__dirname, '../src/ops');
  const load = createRequire(__filename);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.cases.ts') && file !== 'op.cases.ts')
    .sort()
    .map((file) => ({ file, cases: (load(join(folder, file)) as { cases: OpCases[] }).cases }));
}

/** Values for an input: in its range, away from what it avoids, distinct if asked. */
export function valuesFor(spec: InputSpec, source: Source): number[] {
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

/** A contiguous tensor of these values, which does not require grad; `dtype` for a spec that names none. */
export function tensorFor(spec: InputSpec, values: readonly number[], dtype: DType = 'float64'): Tensor {
  const own = spec.dtype ?? dtype;
  return fromTypedArray(tensor([...values], { dtype: own }).data, spec.shape, { dtype: own });
}

/** A sample's inputs in float64, drawn from a seed; floating ones require grad. */
export function inputsFor(sample: Sample, seed: number): Tensor[] {
  const source = seededSource(seed);
  return sample.inputs.map((spec) => {
    const x = tensorFor(spec, valuesFor(spec, source));
    return isFloating(x.dtype) ? x.requiresGrad_() : x;
  });
}
