import { isTensor, tensor, type DType, type NestedArray } from '@retrograd/core';

/** A value as JSON; tensors go as lists of numbers. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    isTensor(item) ? { dtype: item.dtype, tensor: item.toArray() } : item,
  );
}

/** What {@link toJson} has written. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_, item: unknown) => {
    const saved = item as { dtype: DType; tensor?: NestedArray } | null;
    return saved?.tensor === undefined ? item : tensor(saved.tensor, { dtype: saved.dtype });
  });
}
