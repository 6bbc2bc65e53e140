import { fromTypedArray, isTensor, stack, tensor, type Tensor } from '@retrograd/core';

/** What a list of samples of one kind becomes as a batch. */
export type Collated<T> = T extends Tensor
  ? Tensor
  : T extends number | boolean | bigint | ArrayBufferView
    ? Tensor
    : T extends string
      ? string[]
      : T extends readonly unknown[]
        ? { -readonly [K in keyof T]: Collated<T[K]> }
        : T extends object
          ? { -readonly [K in keyof T]: Collated<T[K]> }
          : T[];

/**
 * Makes one batch of samples, the way torch.utils.data.default_collate does: tensors are stacked along a new first dim,
 * arrays (tuples) and objects are collated entry by entry, numbers become a float32 tensor, booleans a bool tensor, typed
 * arrays a tensor of rows; strings stay a list. A class index that an int32 tensor is wanted of should be one in the
 * sample: `tensor(label, { dtype: 'int32' })`.
 *
 * @throws TypeError for samples that differ in kind, RangeError for arrays of different lengths, ShapeError for tensors
 * of different shapes.
 */
export function defaultCollate<T>(samples: readonly T[]): Collated<T> {
  if (samples.length === 0) throw new RangeError('defaultCollate: a batch needs at least one sample');
  return collated(samples, 'sample') as Collated<T>;
}

function collated(samples: readonly unknown[], where: string): unknown {
  const [first] = samples;
  const kind = kindOf(first);
  samples.forEach((sample, i) => {
    if (kindOf(sample) !== kind) {
      throw new TypeError(
        `defaultCollate: every ${where} must be of one kind: the first is a ${kind}, number ${i} a ${kindOf(sample)}`,
      );
    }
  });
  switch (kind) {
    case 'tensor':
      return stack(samples as Tensor[]);
    case 'number':
    case 'boolean':
      return tensor(samples as number[]);
    case 'typed array':
      return stack((samples as Float32Array[]).map((x) => fromTypedArray(x, [x.length])));
    case 'string':
      return [...samples];
    case 'array':
      return collatedArrays(samples as unknown[][], where);
    case 'object':
      return collatedObjects(samples as Record<string, unknown>[], where);
    default:
      throw new TypeError(
        `defaultCollate: a ${where} must be a tensor, a number, a boolean, a string, or an array or object of them, ` +
          `got ${kind}; give the loader a collate function`,
      );
  }
}

function collatedArrays(samples: readonly (readonly unknown[])[], where: string): unknown[] {
  const [first] = samples;
  samples.forEach((sample, i) => {
    if (sample.length !== first.length) {
      throw new RangeError(
        `defaultCollate: every ${where} must have the same number of entries: the first has ${first.length}, ` +
          `number ${i} ${sample.length}`,
      );
    }
  });
  return first.map((_, k) =>
    collated(
      samples.map((sample) => sample[k]),
      `${where}[${k}]`,
    ),
  );
}

function collatedObjects(
  samples: readonly Readonly<Record<string, unknown>>[],
  where: string,
): Record<string, unknown> {
  const entries = Object.keys(samples[0]).map((key) => {
    const values = samples.map((sample, i) => {
      if (!Object.hasOwn(sample, key)) {
        throw new RangeError(`defaultCollate: number ${i} of the samples has no ${where}.${key}`);
      }
      return sample[key];
    });
    return [key, collated(values, `${where}.${key}`)] as const;
  });
  return Object.fromEntries(entries);
}

function kindOf(value: unknown): string {
  if (isTensor(value)) return 'tensor';
  if (ArrayBuffer.isView(value)) return value instanceof DataView ? 'DataView' : 'typed array';
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}
