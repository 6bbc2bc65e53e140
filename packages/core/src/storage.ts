import type { NumericArray } from '@retrograd/kernels';
import { arrayOver, bytesPerElement, newArray, type DType } from './dtype.ts';

/**
 * One typed array and the number of times it was modified in place. All views of a tensor share one storage, so a
 * modification through any of them is seen by all.
 */
export class Storage {
  readonly array: NumericArray;
  /** Increases with every in-place modification; saved tensors compare it (PyTorch's version counter). */
  version = 0;
  /** Increases when a recorded in-place op gives the storage a new history; older views' histories are stale then. */
  epoch = 0;

  constructor(array: NumericArray) {
    this.array = array;
  }
}

const SLAB_BYTES = 16 * 1024;
/** Arrays up to this size are cut from a slab; a fresh typed array of 2 KB costs twenty times a slab's slice. */
const SLAB_LIMIT_BYTES = 2 * 1024;

const Buffer = ArrayBuffer;
let slab = new Buffer(SLAB_BYTES);
let slabUsed = 0;

/**
 * A zeroed array for `length` elements. Small arrays share a slab (as Node's Buffer pool does): the slab lives as
 * long as any of them.
 */
export function allocate(dtype: DType, length: number): NumericArray {
  const bytes = length * bytesPerElement(dtype);
  if (bytes > SLAB_LIMIT_BYTES) return newArray(dtype, length);
  if (slabUsed + bytes > SLAB_BYTES) {
    slab = new Buffer(SLAB_BYTES);
    slabUsed = 0;
  }
  const array = arrayOver(dtype, slab, slabUsed, length);
  slabUsed = (slabUsed + bytes + 7) & ~7;
  return array;
}
