import type { NumericArray } from '@retrograd/kernels';
import { arrayOver, bytesPerElement, newArray, type DType } from './dtype.ts';

/**
 * One typed array and the number of times it was modified in place. All views of a tensor share one storage, so a
 * modification through any of them is seen by all.
 */
export class Storage {
  array: NumericArray;
  /** Whether a rule may want to read it: some tensor in it was saved. */
  saved = false;
  /** Increases with every in-place modification; saved tensors compare it (PyTorch's version counter). */
  version = 0;
  /** Increases when a recorded in-place op gives the storage a new history; older views' histories are stale then. */
  epoch = 0;
  /** Its number among all storages made: one that is higher than another was made later. */
  readonly birth = births++;
  /** How many cotangents of a running walk live in it; {@link SEEN} or nearly so once others may know it (tape/claims.ts). */
  claims = 0;

  constructor(array: NumericArray) {
    this.array = array;
  }
}

let births = 0;

/** More claims than there can be: small enough for V8 to keep the count in the object itself, which Infinity is not. */
export const SEEN = 2 ** 29;

/** The birth number the next storage will get. */
export function nextBirth(): number {
  return births;
}

const SLAB_BYTES = 16 * 1024;
/** Arrays up to this size are cut from a slab; a fresh typed array of 2 KB costs twenty times a slab's slice. */
const SLAB_LIMIT_BYTES = 2 * 1024;

const Buffer = ArrayBuffer;
let slab = new Buffer(SLAB_BYTES);
let slabUsed = 0;

/** Arrays that came back, by dtype and length; small ones are not worth it. */
const returned = new Map<string, NumericArray[]>();
let returnedBytes = 0;
/** What waits for reuse at most; beyond it arrays go to the garbage collector. */
const RETURNED_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * A zeroed array for `length` elements. Small arrays share a slab (as Node's Buffer pool does): the slab lives as
 * long as any of them. Larger ones are taken from those given back by {@link recycle}, if one fits.
 */
export function allocate(dtype: DType, length: number): NumericArray {
  const bytes = length * bytesPerElement(dtype);
  if (bytes > SLAB_LIMIT_BYTES) {
    const waiting = returnedBytes === 0 ? undefined : returned.get(bucket(dtype, length))?.pop();
    if (waiting === undefined) return newArray(dtype, length);
    returnedBytes -= bytes;
    return waiting.fill(0);
  }
  if (slabUsed + bytes > SLAB_BYTES) {
    slab = new Buffer(SLAB_BYTES);
    slabUsed = 0;
  }
  const array = arrayOver(dtype, slab, slabUsed, length);
  slabUsed = (slabUsed + bytes + 7) & ~7;
  return array;
}

/** Takes back an array that nothing refers to any more, for {@link allocate} to hand out again. */
export function recycle(dtype: DType, array: NumericArray): void {
  const bytes = array.byteLength;
  if (bytes <= SLAB_LIMIT_BYTES || returnedBytes + bytes > RETURNED_LIMIT_BYTES) return;
  const key = bucket(dtype, array.length);
  const waiting = returned.get(key);
  if (waiting === undefined) returned.set(key, [array]);
  else waiting.push(array);
  returnedBytes += bytes;
}

function bucket(dtype: DType, length: number): string {
  return `${dtype} ${length}`;
}
