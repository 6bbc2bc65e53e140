/* Numbers as files hold them: their types, byte orders and what they become here. */
import { fromTypedArray, type DType, type Shape, type Tensor } from '@retrograd/core';
import { FormatError } from './error.ts';

/** A type of number in a file. */
export type ElementType =
  | 'bool'
  | 'uint8'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64';

interface Element {
  readonly bytes: number;
  /** What it is read into. */
  readonly dtype: DType;
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
}

const elements: Readonly<Record<ElementType, Element>> = {
  bool: { bytes: 1, dtype: 'bool', read: (v, at) => (v.getUint8(at) === 0 ? 0 : 1) },
  uint8: { bytes: 1, dtype: 'uint8', read: (v, at) => v.getUint8(at) },
  int8: { bytes: 1, dtype: 'int32', read: (v, at) => v.getInt8(at) },
  int16: { bytes: 2, dtype: 'int32', read: (v, at, le) => v.getInt16(at, le) },
  uint16: { bytes: 2, dtype: 'int32', read: (v, at, le) => v.getUint16(at, le) },
  int32: { bytes: 4, dtype: 'int32', read: (v, at, le) => v.getInt32(at, le) },
  uint32: { bytes: 4, dtype: 'int32', read: (v, at, le) => v.getUint32(at, le) },
  int64: { bytes: 8, dtype: 'int32', read: (v, at, le) => Number(v.getBigInt64(at, le)) },
  uint64: { bytes: 8, dtype: 'int32', read: (v, at, le) => Number(v.getBigUint64(at, le)) },
  float16: { bytes: 2, dtype: 'float32', read: (v, at, le) => half(v.getUint16(at, le)) },
  bfloat16: { bytes: 2, dtype: 'float32', read: (v, at, le) => brainFloat(v.getUint16(at, le)) },
  float32: { bytes: 4, dtype: 'float32', read: (v, at, le) => v.getFloat32(at, le) },
  float64: { bytes: 8, dtype: 'float64', read: (v, at, le) => v.getFloat64(at, le) },
};

const arrays = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The size of one element in bytes. */
export function bytesOf(type: ElementType): number {
  return elements[type].bytes;
}

/**
 * The number of elements of a shape.
 *
 * @throws FormatError unless all extents are non-negative integers with a product below 2⁵³.
 */
export function countOf(where: string, shape: readonly unknown[]): number {
  let count = 1;
  for (const extent of shape) {
    if (typeof extent !== 'number' || !Number.isSafeInteger(extent) || extent < 0) {
      throw new FormatError(
        `${where}: an extent must be a non-negative integer, the shape is [${shape.join(', ')}]`,
      );
    }
    count *= extent;
    if (!Number.isSafeInteger(count) && !shape.includes(0)) {
      throw new FormatError(`${where}: the shape [${shape.join(', ')}] has more elements than any file`);
    }
  }
  return shape.includes(0) ? 0 : count;
}

/**
 * A tensor of `bytes`, which must be just as many as its shape needs. float16 and bfloat16 become float32, integers other
 * than uint8 int32.
 *
 * @throws FormatError for another number of bytes, or for integers that int32 does not hold.
 */
export function decode(
  where: string,
  type: ElementType,
  shape: Shape,
  bytes: Uint8Array,
  { littleEndian = true }: { readonly littleEndian?: boolean } = {},
): Tensor {
  const { bytes: size, dtype, read } = elements[type];
  const count = countOf(where, shape);
  if (bytes.length !== count * size) {
    throw new FormatError(
      `${where}: ${type} [${shape.join(', ')}] takes ${count * size} bytes, but there are ${bytes.length}`,
    );
  }
  const array = new arrays[dtype](count);
  const same = type === dtype && type !== 'bool' && (size === 1 || littleEndian === hostIsLittleEndian);
  if (same) new Uint8Array(array.buffer).set(bytes);
  else {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const wide = type === 'int64' || type === 'uint64' || type === 'uint32';
    for (let i = 0; i < count; i++) {
      const value = read(view, i * size, littleEndian);
      if (wide && (value > 0x7fffffff || value < -0x80000000)) {
        throw new FormatError(`${where}: element ${i} of type ${type} is ${value}, more than int32 holds`);
      }
      array[i] = value;
    }
  }
  return fromTypedArray(array, shape, { dtype });
}

/** The elements of a tensor in row-major order, little-endian. */
export function encode(x: Tensor): Uint8Array {
  const { data } = x.detach().contiguous();
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (hostIsLittleEndian || data.BYTES_PER_ELEMENT === 1) return bytes;
  return reversed(bytes, data.BYTES_PER_ELEMENT);
}

function reversed(bytes: Uint8Array, size: number): Uint8Array {
  const swapped = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) swapped[i] = bytes[i - (i % size) + (size - 1 - (i % size))];
  return swapped;
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const bits32 = new Uint32Array(1);
const float32 = new Float32Array(bits32.buffer);

/** The upper half of an IEEE 754 binary32. */
function brainFloat(bits: number): number {
  bits32[0] = bits << 16;
  return float32[0];
}
