/* Arguments of constructors: how they may be given, and what they must be. */

/** An argument given by position or, as its readers may prefer, by name: `new Dropout(0.2)`, `new Dropout({ p: 0.2 })`. */
export type Argument<K extends string, T = number> = T | { readonly [P in K]?: T };

/** The value of an argument given by position or by name; undefined if not given. */
export function argument<K extends string>(given: Argument<K> | undefined, name: K): number | undefined {
  return typeof given === 'object' ? given[name] : given;
}

/** A size given once for all dims or once for each of two. */
export type Pair = number | readonly [number, number];

/** The two sizes a {@link Pair} stands for. */
export function pair(where: string, name: string, value: Pair, least: number): [number, number] {
  const list: readonly number[] = typeof value === 'object' ? value : [value, value];
  if (list.length !== 2) {
    throw new RangeError(
      `${where}: expected ${name} to be a number or a pair of numbers, got ${String(value)}`,
    );
  }
  for (const each of list) checkSize(where, name, each, least);
  return [list[0], list[1]];
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

/** Throws unless a value is a number, and no NaN. */
export function checkNumber(where: string, name: string, value: number): void {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new TypeError(`${where}: ${name} must be a number, got ${String(value)}`);
  }
}

/** Throws unless a probability is one. */
export function checkProbability(where: string, p: number): void {
  if (typeof p !== 'number' || !(p >= 0 && p <= 1)) {
    throw new RangeError(`${where}: dropout probability has to be between 0 and 1, but got ${String(p)}`);
  }
}
