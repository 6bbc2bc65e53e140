import type { NumericArray } from '@retrograd/kernels';
import { DTypeError } from './errors.ts';

/** The element types of a tensor. `float32` is the default; bool is stored as 0 or 1 in a Uint8Array. */
export type DType = 'float32' | 'float64' | 'int32' | 'uint8' | 'bool';

const { isInteger } = Number;
const Float32 = Float32Array;
const Float64 = Float64Array;
const Int32 = Int32Array;
const Uint8 = Uint8Array;

const BYTES: Record<DType, number> = { float32: 4, float64: 8, int32: 4, uint8: 1, bool: 1 };

/** Promotion order within and across PyTorch's categories bool < integer < floating. */
const RANK: Record<DType, number> = { bool: 0, uint8: 1, int32: 2, float32: 3, float64: 4 };
const CATEGORY: Record<DType, number> = { bool: 0, uint8: 1, int32: 1, float32: 2, float64: 2 };

/** Whether values of this dtype can carry gradients. */
export function isFloating(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

/** Where a dtype stands in PyTorch's order of categories: bool 0, integers 1, floats 2. */
export function categoryOf(dtype: DType): number {
  return CATEGORY[dtype];
}

/** Bytes one element takes. */
export function bytesPerElement(dtype: DType): number {
  return BYTES[dtype];
}

/** Whether a name is one of the dtypes. */
export function isDType(name: unknown): name is DType {
  return typeof name === 'string' && name in BYTES;
}

/** A view of `length` elements of a buffer as the array type that stores this dtype. */
export function arrayOver(
  dtype: DType,
  buffer: ArrayBuffer,
  byteOffset: number,
  length: number,
): NumericArray {
  switch (dtype) {
    case 'float32':
      return new Float32(buffer, byteOffset, length);
    case 'float64':
      return new Float64(buffer, byteOffset, length);
    case 'int32':
      return new Int32(buffer, byteOffset, length);
    default:
      return new Uint8(buffer, byteOffset, length);
  }
}

/** A new zeroed array that stores this dtype. */
export function newArray(dtype: DType, length: number): NumericArray {
  switch (dtype) {
    case 'float32':
      return new Float32(length);
    case 'float64':
      return new Float64(length);
    case 'int32':
      return new Int32(length);
    default:
      return new Uint8(length);
  }
}

/** The dtype a typed array holds, by its tag (so that arrays of another realm count too); null if none of ours. */
export function dtypeOfArray(array: ArrayBufferView): DType | null {
  switch (Object.prototype.toString.call(array)) {
    case '[object Float32Array]':
      return 'float32';
    case '[object Float64Array]':
      return 'float64';
    case '[object Int32Array]':
      return 'int32';
    case '[object Uint8Array]':
    case '[object Uint8ClampedArray]':
      return 'uint8';
    default:
      return null;
  }
}

/** The smallest dtype both convert to, of two tensors of equal standing (torch.promote_types). */
export function promoteTypes(a: DType, b: DType): DType {
  return RANK[a] >= RANK[b] ? a : b;
}

/** The dtype a bare number stands for: an integer promotes like int32, anything else like float32. */
function dtypeOfNumber(value: number | boolean): DType {
  if (typeof value === 'boolean') return 'bool';
  return isInteger(value) ? 'int32' : 'float32';
}

/**
 * The dtype of `tensor op number` (torch.result_type): the number counts only when its category is the higher one.
 */
export function promoteWithNumber(dtype: DType, value: number | boolean): DType {
  const other = dtypeOfNumber(value);
  return CATEGORY[other] > CATEGORY[dtype] ? other : dtype;
}

/**
 * The dtype of an operation between tensors (torch.result_type): tensors with dims outrank 0-d tensors of the same
 * or a lower category.
 */
export function resultType(a: DType, aIs0d: boolean, b: DType, bIs0d: boolean): DType {
  if (a === b) return a;
  if (aIs0d === bIs0d) return promoteTypes(a, b);
  const dimmed = aIs0d ? b : a;
  const scalar = aIs0d ? a : b;
  return CATEGORY[scalar] > CATEGORY[dimmed] ? promoteTypes(a, b) : dimmed;
}

/** Throws unless the name is a dtype. */
export function checkDType(where: string, name: unknown): asserts name is DType {
  if (!isDType(name)) {
    throw new DTypeError(`${where}: unknown dtype ${String(name)} (one of ${Object.keys(BYTES).join(', ')})`);
  }
}
