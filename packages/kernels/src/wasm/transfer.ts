/* Between JavaScript's arrays and a machine's memory. */
import type { FloatArray } from '../signatures.ts';
import type { Machine } from './machine.ts';

/** Both are the same kind of float array, which is what the machine computes on. */
export const areFloat32 = (a: unknown, b: unknown): boolean =>
  a instanceof Float32Array && b instanceof Float32Array;
export const areFloat64 = (a: unknown, b: unknown): boolean =>
  a instanceof Float64Array && b instanceof Float64Array;

/** Bytes for `count` elements of `size` bytes as {@link Machine.place} rounds them, with a vector to spare. */
export const room = (count: number, size: number): number => count * size + 96;

/** The memory as elements of x's type. */
export function memoryLike(machine: Machine, x: FloatArray): FloatArray {
  return x.BYTES_PER_ELEMENT === 4 ? machine.f32 : machine.f64;
}

/** Copies x[offset, offset + count) to an address. */
export function copyIn(
  machine: Machine,
  x: FloatArray,
  offset: number,
  count: number,
  address: number,
): void {
  const whole = offset === 0 && count === x.length;
  memoryLike(machine, x).set(whole ? x : x.subarray(offset, offset + count), address / x.BYTES_PER_ELEMENT);
}

/** Copies `count` elements from an address to out[offset…). */
export function copyOut(
  machine: Machine,
  address: number,
  out: FloatArray,
  offset: number,
  count: number,
): void {
  const from = address / out.BYTES_PER_ELEMENT;
  out.set(memoryLike(machine, out).subarray(from, from + count), offset);
}
