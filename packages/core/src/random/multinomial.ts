import type { FloatArray } from '@retrograd/kernels';
import type { Generator } from './generator.ts';

/**
 * Throws unless `rows` distributions over `categories` each, given one after the other, are finite, not negative, and
 * not zero throughout.
 */
export function checkDistributions(p: FloatArray, rows: number, categories: number): void {
  for (let row = 0; row < rows; row++) {
    let possible = false;
    for (let i = row * categories; i < (row + 1) * categories; i++) {
      if (!(p[i] >= 0 && p[i] < Infinity)) {
        throw new RangeError(
          `multinomial: probability tensor contains either inf, nan or element < 0: got ${p[i]}`,
        );
      }
      if (p[i] > 0) possible = true;
    }
    if (!possible) {
      throw new RangeError(
        `multinomial: invalid multinomial distribution (sum of probabilities <= 0), got zeros only in row ${row}`,
      );
    }
  }
}

/**
 * Categories drawn independently of each other, as many from each of the distributions in p as there is room for in
 * `out`: the first whose cumulative share is not below a uniform number of 53 bits. Sums and shares are rounded to p's
 * precision, as PyTorch's are.
 */
export function fillWithReplacement(
  out: Int32Array,
  p: FloatArray,
  rows: number,
  generator: Generator,
): void {
  const categories = p.length / rows;
  const samples = out.length / rows;
  const shares = p.slice(0, categories);
  for (let row = 0; row < rows; row++) {
    shares.set(p.subarray(row * categories, (row + 1) * categories));
    for (let i = 1; i < categories; i++) shares[i] += shares[i - 1];
    const total = shares[categories - 1];
    for (let i = 0; i < categories; i++) shares[i] /= total;
    shares[categories - 1] = 1;
    for (let i = row * samples; i < (row + 1) * samples; i++) {
      out[i] = firstNotBelow(shares, generator.random53());
    }
  }
}

/** The index of the first of some rising numbers that is not below x. */
function firstNotBelow(rising: FloatArray, x: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
