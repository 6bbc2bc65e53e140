/* Between JavaScript's arrays and a machine's memory. */
import type { FloatArray, NumericArray } from '../signatures.ts';
import type { Machine } from './machine.ts';

const TAG: typeof Symbol.toStringTag = Symbol.toStringTag;

/**
 * Whether x is a Float32Array. Asked by its tag, because an array of another realm (Jest's, an iframe's) is no instance
 * of this realm's class.
 */
export const isFloat32 = (x: NumericArray): x is Float32Array => x[TAG] === 'Float32Array';
/** Whether x is a Float64Array, of any realm. */
export const isFloat64 = (x: NumericArray): x is Float64Array => x[TAG] === 'Float64Array';

/** Both are the same kind of float array, which is what the machine computes on. */
export const areFloat32 = (a: NumericArray, b: NumericArray): boolean => isFloat32(a) && isFloat32(b);
export const areFloat64 = (a: NumericArray, b: NumericArray): boolean => isFloat64(a) && isFloat64(b);

/** How the names of functions on x's type end. */
export const typeOf = (x: FloatArray): '_f32' | '_f64' => (x.BYTES_PER_ELEMENT === 4 ? '_f32' : '_f64');

/** Bytes for `count` elements of `size` bytes as {@link Machine.place} rounds them, with a vector to spare. */
export const room = (count: number, size: number): number => count * size + 96;

/** The memory as elements of x's type. */
export function memoryLike(machine: Machine, x: FloatArray | Uint8Array): FloatArray | Uint8Array {
  const size = x.BYTES_PER_ELEMENT;
  return size === 4 ? machine.f32 : size === 8 ? machine.f64 : machine.u8;
}

/** Copies x[offset, offset + count) to an address. */
export function copyIn(
  machine: Machine,
  x: FloatArray | Uint8Array,
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
  out: FloatArray | Uint8Array,
  offset: number,
  count: number,
): void {
  const from = address / out.BYTES_PER_ELEMENT;
  out.set(memoryLike(machine, out).subarray(from, from + count), offset);
}
