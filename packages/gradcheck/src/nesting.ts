/* Tensors in nested arrays and objects, and their names. */
import { isTensor, type Tensor } from '@retrograd/core';

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** Every tensor in a nested structure, in order, under names such as `out[1].loss`. */
export function tensorsIn(value: unknown, name: string): NamedTensor[] {
  const found: NamedTensor[] = [];
  mapTensors(value, name, (tensor, where) => {
    found.push({ name: where, tensor });
    return tensor;
  });
  return found;
}

/** A copy of the structure with each tensor replaced; what is no tensor, array or plain object is passed on. */
export function mapTensors(
  value: unknown,
  name: string,
  replace: (x: Tensor, name: string) => Tensor,
): unknown {
  if (isTensor(value)) return replace(value, name);
  if (Array.isArray(value)) return value.map((item, i) => mapTensors(item, `${name}[${i}]`, replace));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapTensors(item, nameOfField(name, key), replace)]),
  );
}

/** The name of a field, as code that reads it. */
export function nameOfField(name: string, key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
    ? `${name}.${key}`
    : `${name}[${JSON.stringify(key)}]`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
