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

const SLAB_BYTES = 64 * 1024;
/** Arrays up to this size are cut from a slab: a fresh typed array of 2 KB costs twenty times a slab's slice. */
const SLAB_LIMIT_BYTES = 4 * 1024;

const Buffer = ArrayBuffer;
let slab = new Buffer(SLAB_BYTES);
let slabUsed = 0;

/** Arrays of one dtype and length that came back. V8 frees an array's elements when its last one is popped: so count. */
interface Returned {
  readonly arrays: (NumericArray | null)[];
  count: number;
}

const returned = new Map<DType, Map<number, Returned>>();
let returnedBytes = 0;
let returns = 0;
/** After so many returns all that waits is let go, so that a program does not keep what only its past needed. */
const RETURNS_REMEMBERED = 4096;
/** What waits for reuse at most; beyond it arrays go to the garbage collector. A waiting slice keeps its whole slab. */
const RETURNED_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * A zeroed array for `length` elements: one of those given back by {@link recycle}, if one fits. Small arrays share a
 * slab (as Node's Buffer pool does): the slab lives as long as any of them.
 */
export function allocate(dtype: DType, length: number): NumericArray {
  const waiting = returnedBytes === 0 ? undefined : returned.get(dtype)?.get(length);
  if (waiting !== undefined && waiting.count > 0) {
    const array = waiting.arrays[--waiting.count] as NumericArray;
    waiting.arrays[waiting.count] = null;
    returnedBytes -= costOf(array);
    return array.fill(0);
  }
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

/** Takes back an array that nothing refers to any more, for {@link allocate} to hand out again. */
export function recycle(dtype: DType, array: NumericArray): void {
  if (++returns === RETURNS_REMEMBERED) {
    returned.clear();
    returnedBytes = 0;
    returns = 0;
  }
  const cost = costOf(array);
  if (returnedBytes + cost > RETURNED_LIMIT_BYTES) return;
  let ofDType = returned.get(dtype);
  if (ofDType === undefined) returned.set(dtype, (ofDType = new Map<number, Returned>()));
  let waiting = ofDType.get(array.length);
  if (waiting === undefined) ofDType.set(array.length, (waiting = { arrays: [], count: 0 }));
  waiting.arrays[waiting.count++] = array;
  returnedBytes += cost;
}

/** The bytes an array that waits may keep from the garbage collector. */
function costOf(array: NumericArray): number {
  return array.byteLength > SLAB_LIMIT_BYTES ? array.byteLength : SLAB_BYTES;
}
