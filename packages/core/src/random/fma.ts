const { abs } = Math;
/** 2²⁷ + 1: multiplying by it splits a double into two halves whose products are exact (Veltkamp). */
const SPLITTER = 134217729;
const BIG = 2 ** 900;
const SMALL = 2 ** -900;
const double = new Float64Array(1);
// Which half of a double is the low one depends on the machine.
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;
const halves = new Uint32Array(double.buffer);

/**
 * a·b + c rounded once to double, as the machine's fused multiply-add that compilers put into ATen's kernels.
 * After S. Boldo and G. Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using
 * rounding to odd", IEEE Trans. Computers 57(4), 2008. Where the product leaves [2⁻⁹⁰⁰, 2⁹⁰⁰] it rounds
 * twice.
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b;
  if (c === 0 || b === 1 || product === 0) return product + c;
  if (outside(product) || outside(a) || outside(b) || abs(c) >= BIG) return product + c;
  const productError = errorOfProduct(a, b, product);
  const low = c + productError;
  const lowError = errorOfSum(c, productError, low);
  const high = product + low;
  return high + sumRoundedToOdd(lowError, errorOfSum(product, low, high));
}

function outside(x: number): boolean {
  return !(abs(x) > SMALL && abs(x) < BIG);
}

/** a·b − product, exactly (Dekker). */
function errorOfProduct(a: number, b: number, product: number): number {
  const sa = SPLITTER * a;
  const sb = SPLITTER * b;
  const ah = sa - (sa - a);
  const bh = sb - (sb - b);
  const al = a - ah;
  const bl = b - bh;
  return al * bl - (product - ah * bh - al * bh - ah * bl);
}

/** a + b − sum, exactly (Knuth). */
function errorOfSum(a: number, b: number, sum: number): number {
  const bShare = sum - a;
  return a - (sum - bShare) + (b - bShare);
}

/** a + b; when inexact, of the two neighbouring doubles the one whose last bit is 1. */
function sumRoundedToOdd(a: number, b: number): number {
  const sum = a + b;
  const error = errorOfSum(a, b, sum);
  if (error === 0) return sum;
  double[0] = sum;
  const bits = halves[LOW];
  if ((bits & 1) === 1) return sum;
  if (error > 0 === sum > 0) halves[LOW] = bits | 1;
  else {
    if (bits === 0) halves[1 - LOW]--;
    halves[LOW] = bits - 1;
  }
  return double[0];
}
