/* Numbers in arrays, typed arrays and objects, as flat vectors and back. */
import { isTensor } from '@retrograd/core';
import { GradcheckUsageError } from './errors.ts';
import { layOut, type Slot } from './subject.ts';

/** A number, an array or typed array of numbers (rectangular if nested), or an object of such. */
export type PlainValue =
  number | Float32Array | Float64Array | readonly PlainValue[] | { readonly [name: string]: PlainValue };

/** How a value is laid out in a flat vector. */
export interface Layout {
  readonly slots: readonly Slot[];
  /** Whether any part of it is a Float32Array. */
  readonly single: boolean;
  /** The elements, in order. */
  flatten(value: unknown, what: string): Float64Array;
  /** A new value of the same structure; with `double`, Float64Arrays take the place of Float32Arrays. */
  build(flat: Float64Array, double: boolean): PlainValue;
}

interface Part {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

type TypedArray = Float32Array | Float64Array;

const isTyped = (value: unknown): value is TypedArray =>
  value instanceof Float32Array || value instanceof Float64Array;

/**
 * The layout of values like this one.
 *
 * @param name - What the value is called in reports.
 * @throws GradcheckUsageError for what is no number, array of numbers or object of such.
 */
export function layoutOf(example: unknown, name: string): Layout {
  const parts = partsOf(example, name);
  const slots = layOut(parts);
  const shapeNames = parts.map((part) => `${part.name.slice(name.length)} [${part.shape}]`).join(', ');
  return {
    slots,
    single: holdsSingle(example),
    flatten(value, what) {
      const found = partsOf(value, name);
      const got = found.map((part) => `${part.name.slice(name.length)} [${part.shape}]`).join(', ');
      if (got !== shapeNames) {
        throw new GradcheckUsageError(
          `${what} has the shape ${got}, where ${shapeNames} is expected, that of ${name}`,
        );
      }
      return Float64Array.from(found.flatMap(({ values }) => Array.from(values)));
    },
    build(flat, double) {
      let next = 0;
      const like = (value: unknown): PlainValue => {
        if (typeof value === 'number') return flat[next++];
        if (isTyped(value)) {
          const copy =
            value instanceof Float32Array && !double
              ? new Float32Array(value.length)
              : new Float64Array(value.length);
          for (let k = 0; k < copy.length; k++) copy[k] = flat[next++];
          return copy;
        }
        if (Array.isArray(value)) return value.map(like);
        return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, like(item)]));
      };
      return like(example);
    },
  };
}

function partsOf(value: unknown, name: string): Part[] {
  if (typeof value === 'number') return [{ name, shape: [], values: [value] }];
  if (isTyped(value)) return [{ name, shape: [value.length], values: value }];
  if (Array.isArray(value)) {
    const block = rectangle(value);
    return block ? [{ name, ...block }] : value.flatMap((item, i) => partsOf(item, `${name}[${i}]`));
  }
  if (ArrayBuffer.isView(value)) {
    throw new GradcheckUsageError(
      `${name}: expected a Float64Array or Float32Array, got ${value.constructor.name}: there is no derivative by integers`,
    );
  }
  if (isTensor(value)) {
    throw new GradcheckUsageError(
      `${name}: expected plain numbers, got a tensor: functions of tensors are checked by gradcheck(f, [x])`,
    );
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => partsOf(item, `${name}.${key}`));
  }
  throw new GradcheckUsageError(
    `${name}: expected a number, an array or typed array of numbers or an object of these, got ${value === null ? 'null' : typeof value}`,
  );
}

/** Nested arrays of numbers of one size; null for anything else. */
function rectangle(value: readonly unknown[]): { shape: number[]; values: number[] } | null {
  if (value.every((item) => typeof item === 'number')) return { shape: [value.length], values: [...value] };
  const rows = value.map((item) =>
    isTyped(item) ? rectangle(Array.from(item)) : Array.isArray(item) ? rectangle(item) : null,
  );
  const [first] = rows;
  if (!first || rows.some((row) => row === null || String(row.shape) !== String(first.shape))) return null;
  return { shape: [value.length, ...first.shape], values: rows.flatMap((row) => row?.values ?? []) };
}

function holdsSingle(value: unknown): boolean {
  if (value instanceof Float32Array) return true;
  if (isTyped(value) || typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(holdsSingle);
}
