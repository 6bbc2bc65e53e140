/* From an op's samples to tensors. */
import type { DType } from '../src/dtype.ts';
import { fromTypedArray, isFloating, tensor, type Tensor } from '../src/index.ts';
import type { InputSpec } from '../src/ops/op.cases.ts';
import type { Source } from './numeric.ts';

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

/** A contiguous tensor of these values; it requires grad if it can. */
export function tensorFor(spec: InputSpec, values: readonly number[], dtype: DType = 'float64'): Tensor {
  const own = spec.dtype ?? dtype;
  const x = fromTypedArray(tensor([...values], { dtype: own }).data, spec.shape, { dtype: own });
  return isFloating(own) ? x.requiresGrad_() : x;
}
