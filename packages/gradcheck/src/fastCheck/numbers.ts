/* Which numbers tensors are filled with, and what is simpler than a number. */
import { constantFrom, integer, oneof, type Arbitrary } from 'fast-check';
import { isFloating, type DType } from '@retrograd/core';

/** Which numbers a tensor is filled with. */
export interface NumberOptions {
  /** Default float64. */
  readonly dtype?: DType;
  /** The least value. Default -2 (integers: 0). */
  readonly min?: number;
  /** The largest value. Default 2 (integers: 9). */
  readonly max?: number;
  /** How many decimals values have. Default 3, or as many as the range needs. */
  readonly decimals?: number;
  /**
   * Values that are mixed in, in or out of the range. `true`: zeros of both signs, ±1, very small and very large numbers,
   * infinities and NaN. Default none.
   */
  readonly special?: boolean | readonly number[];
}

/** What an element may be. */
export interface Domain {
  readonly dtype: DType;
  readonly min: number;
  readonly max: number;
  readonly decimals: number;
  readonly special: readonly number[];
}

const SPECIAL = [0, -0, 1, -1, 1e-30, -1e30, 1e30, Infinity, -Infinity, NaN];

/** @throws RangeError for a range that holds no value. */
export function domainOf(name: string, options: NumberOptions): Domain {
  const { dtype = 'float64', special = false } = options;
  const whole = !isFloating(dtype);
  const { min = whole ? 0 : -2, max = dtype === 'bool' ? 1 : whole ? 9 : 2 } = options;
  if (!(min <= max) || !Number.isFinite(max - min)) {
    throw new RangeError(`${name}: no values between min ${min} and max ${max}`);
  }
  const needed = max > min ? Math.ceil(3 - Math.log10(Math.min(max - min, 1))) : 15;
  const decimals = whole ? 0 : (options.decimals ?? Math.min(needed, 15));
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 15) {
    throw new RangeError(`${name}: decimals must be an integer from 0 to 15, got ${decimals}`);
  }
  const mixedIn = special === true ? SPECIAL : special === false ? [] : special;
  const domain = { dtype, min, max, decimals, special: whole ? mixedIn.filter(Number.isInteger) : mixedIn };
  if (whole && Math.ceil(min) > Math.floor(max)) {
    throw new RangeError(`${name}: no integers between min ${min} and max ${max}`);
  }
  return domain;
}

/** Any number of the domain, evenly spread (special values one time in eight). */
export function arbitraryNumber({ min, max, decimals, special }: Domain): Arbitrary<number> {
  const scale = 10 ** decimals;
  const [low, high] = [Math.ceil(min * scale), Math.floor(max * scale)];
  const wide = high - low > 0xffff_ffff;
  const steps = wide ? 0xffff_ffff : Math.max(high - low, 0);
  const evenly = integer({ min: 0, max: steps }).map((k) => {
    const value = wide ? min + ((max - min) * k) / steps : rounded((low + k) / scale, decimals);
    return Math.min(Math.max(value, min), max);
  });
  if (special.length === 0) return evenly;
  return oneof({ weight: 7, arbitrary: evenly }, { weight: 1, arbitrary: constantFrom(...special) });
}

/** Numbers strictly simpler than x that an element may be, the simplest first. */
export function simplerNumbers(x: number, domain: Domain): number[] {
  const candidates = [0, 1, -1, domain.min, domain.max];
  if (Number.isFinite(x)) {
    if (!Number.isInteger(x)) for (let d = 0; d < domain.decimals; d++) candidates.push(towardsZero(x, d));
    else if (Math.abs(x) > 1) candidates.push(Math.trunc(x / 2), x - Math.sign(x));
    candidates.push(-x);
  }
  return candidates
    .filter((c, i) => candidates.indexOf(c) === i && isIn(c, domain) && isSimpler(c, x))
    .sort((a, b) => (isSimpler(a, b) ? -1 : 1));
}

/** x, or what has been chosen for it, if that is simpler and may be. */
export function simplified(x: number, choice: (x: number) => number, domain: Domain): number {
  const value = choice(x);
  return isIn(value, domain) && isSimpler(value, x) ? value : x;
}

/** x without its decimals from the d-th on. */
export function towardsZero(x: number, d: number): number {
  return Number.isFinite(x) ? rounded(Math.trunc(x * 10 ** d) / 10 ** d, d) : 0;
}

/** A value of the domain for each position, where there is none to keep. */
export function fallback(position: number, { min, max, decimals }: Domain): number {
  return Math.min(Math.max(rounded(position + 1, decimals), min), max);
}

function isIn(x: number, { min, max, special }: Domain): boolean {
  return (x >= min && x <= max) || special.some((value) => Object.is(value, x));
}

/** A strict order in which every descent ends: fewer decimals, then smaller, then positive. */
function isSimpler(a: number, b: number): boolean {
  const [x, y] = [rank(a), rank(b)];
  const at = x.findIndex((value, i) => value !== y[i]);
  return at >= 0 && x[at] < y[at];
}

function rank(x: number): number[] {
  if (!Number.isFinite(x)) return [100, Number.isNaN(x) ? 1 : 0, x < 0 ? 1 : 0];
  return [decimalsOf(x), Math.abs(x), x < 0 || Object.is(x, -0) ? 1 : 0];
}

function decimalsOf(x: number): number {
  for (let d = 0; d < 15; d++) if (rounded(x, d) === x) return d;
  return 99;
}

function rounded(x: number, decimals: number): number {
  return Number(x.toFixed(decimals));
}
