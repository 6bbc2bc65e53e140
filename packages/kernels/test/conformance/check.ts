import type { Kernels, NumericArray } from '../../src/index.ts';

/** One check of one kernel: `run` throws where an implementation departs from the interface. */
export interface Check {
  readonly kernel: keyof Kernels;
  /** A sentence that continues the kernel's name: "gemm" "multiplies matrices at any strides". */
  readonly title: string;
  readonly run: (kernels: Kernels, random: Random) => void;
}

export type ArrayType =
  Float32ArrayConstructor | Float64ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor;

export const FLOATS: readonly ArrayType[] = [Float32Array, Float64Array];
export const INTEGERS: readonly ArrayType[] = [Int32Array, Uint8Array];
export const ALL: readonly ArrayType[] = [...FLOATS, ...INTEGERS];
export const isFloat = (type: ArrayType): boolean => type === Float32Array || type === Float64Array;

/** A seeded stream of test data (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number from low to high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)];
  }

  /** `length` whole numbers from low to high: sums and products of a few are exact in every dtype. */
  integers(length: number, low: number, high: number): number[] {
    return Array.from({ length }, () => this.integer(low, high));
  }

  uniforms(length: number, low: number, high: number): number[] {
    return Array.from({ length }, () => this.uniform(low, high));
  }

  permutation(length: number): number[] {
    const order = Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}

/** Whether a computed element is near enough to the expected one, both already of `type`. */
export type Closeness = (actual: number, expected: number, type: ArrayType, index: number) => boolean;

/** Equal, NaN equal to NaN, zeros equal whatever their sign. */
export const same: Closeness = (a, b) => a === b || (a !== a && b !== b);

/** Equal to the last bit, the sign of zero included. */
export const identical: Closeness = (a, b) => Object.is(a, b);

const scratch = new DataView(new ArrayBuffer(8));
function ulp(x: number, type: ArrayType): number {
  if (!isFloat(type)) return 1;
  if (type === Float32Array) {
    scratch.setFloat32(0, Math.abs(x));
    scratch.setInt32(0, scratch.getInt32(0) + 1);
    return scratch.getFloat32(0) - Math.abs(x);
  }
  scratch.setFloat64(0, Math.abs(x));
  scratch.setBigInt64(0, scratch.getBigInt64(0) + 1n);
  return scratch.getFloat64(0) - Math.abs(x);
}

/** Within `count` units in the last place of the expected value; integers must be equal. */
export const withinUlps =
  (count: number): Closeness =>
  (a, b, type) =>
    same(a, b, type, 0) || (isFloat(type) && Math.abs(a - b) <= count * ulp(b, type));

/** Within `count` roundoffs of a magnitude: that of the terms which were added up. */
export const withinRoundoff =
  (count: number, magnitude: number | ArrayLike<number>): Closeness =>
  (a, b, type, i) => {
    const scale = typeof magnitude === 'number' ? magnitude : magnitude[i];
    return (
      same(a, b, type, i) || Math.abs(a - b) <= count * (type === Float32Array ? 2 ** -24 : 2 ** -53) * scale
    );
  };

/**
 * An operand or output inside a larger array, at an odd place, with guards on both sides. An operand's guards are NaN
 * (77 in integers), so that a stray read spoils a result. An output holds the same until it is written, between
 * guards of another value, so that a stray write is found whatever it writes.
 */
export class Region {
  readonly array: NumericArray;
  readonly offset: number;
  readonly length: number;
  readonly type: ArrayType;
  readonly #before: NumericArray;

  constructor(type: ArrayType, length: number, random: Random, values?: ArrayLike<number>) {
    this.type = type;
    this.offset = random.integer(1, 6);
    this.length = length;
    const junk = isFloat(type) ? NaN : 77;
    this.array = new type(this.offset + length + random.integer(1, 6)).fill(values === undefined ? 99 : junk);
    if (values === undefined) this.array.fill(junk, this.offset, this.offset + length);
    else this.array.set(values, this.offset);
    this.#before = this.array.slice();
  }

  get values(): NumericArray {
    return this.array.slice(this.offset, this.offset + this.length);
  }

  /** Throws unless the region holds `expected` (rounded to its type) and nothing around it has changed. */
  mustHold(expected: ArrayLike<number>, close: Closeness = same): void {
    const wanted = this.type.from(expected);
    if (wanted.length !== this.length)
      throw new Error(`the test expects ${wanted.length} of ${this.length} elements`);
    for (let i = 0; i < this.length; i++) {
      const actual = this.array[this.offset + i];
      if (!close(actual, wanted[i], this.type, i)) {
        throw new Error(
          `element ${i} of ${this.length} is ${show(actual)}, not ${show(wanted[i])} (${this.type.name})`,
        );
      }
    }
    for (let i = 0; i < this.array.length; i++) {
      const inside = i >= this.offset && i < this.offset + this.length;
      if (!inside && !Object.is(this.array[i], this.#before[i])) {
        throw new Error(`wrote ${show(this.array[i])} at ${i - this.offset}, outside 0…${this.length - 1}`);
      }
    }
  }

  /** Throws if anything in or around the region has changed. */
  mustBeUntouched(): void {
    for (let i = 0; i < this.array.length; i++) {
      if (!Object.is(this.array[i], this.#before[i]))
        throw new Error(`wrote to an operand at ${i - this.offset}`);
    }
  }
}

const show = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));

/** Throws unless ⟨a, b⟩ = ⟨c, d⟩ exactly: L and its adjoint on whole numbers. */
export function mustBeAdjoint(a: NumericArray, b: NumericArray, c: NumericArray, d: NumericArray): void {
  const left = dot(a, b);
  const right = dot(c, d);
  if (left !== right) throw new Error(`not adjoint: ⟨Lu, v⟩ = ${left}, ⟨u, Lᵀv⟩ = ${right}`);
}

function dot(a: NumericArray, b: NumericArray): number {
  if (a.length !== b.length) throw new Error(`the test pairs ${a.length} with ${b.length} elements`);
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}

/** All positions of a shape, last axis fastest; one empty position for []. */
export function positions(shape: readonly number[]): number[][] {
  let list: number[][] = [[]];
  for (const extent of shape) list = list.flatMap((p) => Array.from({ length: extent }, (_, i) => [...p, i]));
  return list;
}

/** Σ position·stride. */
export const at = (position: readonly number[], strides: readonly number[]): number =>
  position.reduce((sum, p, d) => sum + p * strides[d], 0);

/** Row-major strides of a shape. */
export function contiguous(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}
