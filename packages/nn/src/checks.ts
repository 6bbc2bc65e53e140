/* Arguments of constructors: how they may be given, and what they must be. */
import { isTensor } from '@retrograd/core';

/** An argument given by position or, as its readers may prefer, by name: `new Dropout(0.2)`, `new Dropout({ p: 0.2 })`. */
export type Argument<K extends string, T = number> = T | { readonly [P in K]?: T };

/** The value of an argument given by position or by name; undefined if not given. */
export function argument<K extends string>(given: Argument<K> | undefined, name: K): number | undefined {
  return typeof given === 'object' && given !== null ? given[name] : given;
}

/** How many spatial dims a layer has. */
export type SpatialDims = 1 | 2 | 3;

/** One number for each of N spatial dims. */
export type Sizes<N extends SpatialDims> = {
  1: readonly [number];
  2: readonly [number, number];
  3: readonly [number, number, number];
}[N];

/** A size given once for all of N spatial dims or once for each. */
export type PerDim<N extends SpatialDims> = number | Sizes<N>;

/** A size given once for both dims or once for each of two. */
export type Pair = PerDim<2>;

const SIZE_WORDS = ['', 'one number', 'a pair of numbers', 'three numbers'];

/**
 * The sizes a {@link PerDim} stands for.
 *
 * @throws RangeError unless each is an integer from `least` up, and there are as many as dims.
 */
export function perDim<N extends SpatialDims>(
  where: string,
  name: string,
  value: PerDim<N>,
  dims: N,
  least: number,
): Sizes<N> {
  const list: readonly number[] = Array.isArray(value) ? value : Array<number>(dims).fill(value as number);
  if (list.length !== dims) {
    throw new RangeError(
      `${where}: expected ${name} to be a number or ${SIZE_WORDS[dims]}, got [${list.join(', ')}]`,
    );
  }
  for (const each of list) checkSize(where, name, each, least);
  return [...list] as readonly number[] as Sizes<N>;
}

function isPerDim<N extends SpatialDims>(value: PerDim<N> | object): value is PerDim<N> {
  return typeof value === 'number' || Array.isArray(value);
}

/** Options after a stride that may stand alone before them, as in PyTorch: `new MaxPool2d(3, 2, { padding: 1 })`. */
export function withStride<N extends SpatialDims, O extends object>(
  strideOrOptions: PerDim<N> | O,
  options: O,
): O & { readonly stride?: PerDim<N> } {
  return isPerDim<N>(strideOrOptions) ? { ...options, stride: strideOrOptions } : strideOrOptions;
}

/** Throws unless a size is an integer, from `least` up. */
export function checkSize(where: string, name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    const what =
      least === 1
        ? 'a positive integer'
        : least === 0
          ? 'a non-negative integer'
          : `an integer from ${least}`;
    throw new RangeError(`${where}: ${name} must be ${what}, got ${String(value)}`);
  }
}

/** Throws unless a value is an integer. */
export function checkInteger(where: string, name: string, value: unknown): void {
  if (!Number.isInteger(value)) {
    throw new RangeError(`${where}: ${name} must be an integer, got ${String(value)}`);
  }
}

/** Throws unless a value is a number, and no NaN. */
export function checkNumber(where: string, name: string, value: number): void {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new TypeError(`${where}: ${name} must be a number, got ${String(value)}`);
  }
}

/** Throws unless a value is true or false. */
export function checkFlag(where: string, name: string, value: boolean): void {
  if (typeof value !== 'boolean') {
    throw new TypeError(`${where}: ${name} must be a boolean, got ${String(value)}`);
  }
}

/** Throws unless options are an object: Torch7's positional arguments would be passed over in silence. */
export function checkOptions(where: string, options: unknown): void {
  if (typeof options !== 'object' || options === null || ArrayBuffer.isView(options) || isTensor(options)) {
    const got = isTensor(options) ? 'a tensor' : String(options);
    throw new TypeError(`${where}: expected an object of options, got ${got}`);
  }
}

/** Throws unless a value is one of those known. */
export function checkChoice(where: string, name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) {
    throw new RangeError(`${where}: ${name} must be one of ${known.join(', ')}, got ${String(value)}`);
  }
}

/** Throws unless a probability is one. */
export function checkProbability(where: string, p: number): void {
  if (typeof p !== 'number' || !(p >= 0 && p <= 1)) {
    throw new RangeError(`${where}: dropout probability has to be between 0 and 1, but got ${String(p)}`);
  }
}
