const { PI, SQRT1_2, abs, exp, floor, log, log1p, sqrt } = Math;

const SQRT_PI = sqrt(PI);
/** The constant of Winitzki's approximation to erf. */
const WINITZKI = 0.147;

// Coefficients in order of falling power.

// erf(x)/x − 1 as a polynomial in x² on |x| ≤ 1: interpolation at Chebyshev nodes, in 60 digits; error 1.3·10⁻¹⁹. The 1
// is left out so that most of the result is x itself, which carries no rounding error.
const SMALL = [
  5.957176147748911e-11, -1.1372848856791674e-9, 1.4659775274047436e-8, -1.6350312701054695e-7,
  1.6461000484121368e-6, -1.4925595266831182e-5, 1.205533111164271e-4, -8.54832698083379e-4, 5.2239776248180145e-3,
  -2.6866170645076792e-2, 0.11283791670954879, -0.3761263890318375, 0.1283791670955126,
]; // prettier-ignore

// erfc(x)·exp(x²) as a quotient of polynomials, made for 0.47 ≤ x ≤ 4 and good enough beyond, where erfc is below 2⁻²⁵:
// W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969), 631–637.
const LARGE_P = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
  2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
  1.23033935479799725e3,
]; // prettier-ignore
const LARGE_Q = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
  3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
]; // prettier-ignore

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + coefficients[i];
  return sum;
}

/** erf(x) = 2/√π ∫₀ˣ exp(−t²) dt, to float64 roundoff. */
export function erf(x: number): number {
  const y = abs(x);
  if (y <= 1) return x + x * polynomial(SMALL, y * y);
  if (y >= 6) return x > 0 ? 1 : -1;
  if (x !== x) return x;
  const tail = (decay(y) * polynomial(LARGE_P, y)) / polynomial(LARGE_Q, y);
  return x > 0 ? 1 - tail : tail - 1;
}

/** exp(−y²), with y² split in an exact part and a small rest: a rounding error of y² would grow by a factor y². */
function decay(y: number): number {
  const head = floor(y * 16) / 16;
  return exp(-head * head) * exp((head - y) * (head + y));
}

/** erfc(x) = 1 − erf(x), to float64 roundoff where it is small, too. */
export function erfc(x: number): number {
  if (!(x > 0.5)) return 1 - erf(x);
  if (x <= 4) return (decay(x) * polynomial(LARGE_P, x)) / polynomial(LARGE_Q, x);
  if (x > 28) return 0;
  return decay(x) / (tailFraction(x) * SQRT_PI);
}

/** exp(−x²)/(√π·erfc(x)) for x > 4: its continued fraction, from the far end. */
function tailFraction(x: number): number {
  let fraction = x;
  for (let k = 40; k >= 1; k--) fraction = x + k / 2 / fraction;
  return fraction;
}

/** exp(x²)·erfc(x), which neither overflows nor vanishes where x is large. */
export function erfcx(x: number): number {
  if (x < -27) return Infinity;
  if (x <= 0.5) return x < 0 ? 2 / decay(-x) - erfcx(-x) : erfc(x) / decay(x);
  if (x <= 4) return polynomial(LARGE_P, x) / polynomial(LARGE_Q, x);
  return 1 / (tailFraction(x) * SQRT_PI);
}

/** The y with (1 + erf(y/√2))/2 = p, to float64 roundoff in both tails. */
export function ndtri(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  if (p > 0.5) return -ndtri(1 - p);
  if (p > 0.25) return erfinv(2 * p - 1) * SQRT1_2 * 2;
  // Newton's method on the logarithm of the lower tail, which is concave: it converges from anywhere.
  let y = -sqrt(-2 * log(2 * p));
  for (let step = 0; step < 6; step++) {
    const mills = erfcx(-y * SQRT1_2);
    y -= (log(mills / 2) - (y * y) / 2 - log(p)) * mills * sqrt(PI / 2);
  }
  return y;
}

/** The y with erf(y) = x: an approximation by Winitzki, made exact by Halley's method. */
export function erfinv(x: number): number {
  const size = abs(x);
  if (size === 0 || !(size < 1)) return size <= 1 ? x / (1 - size) : NaN;
  const l = log1p(-size * size);
  const half = 2 / (PI * WINITZKI) + l / 2;
  let y = sqrt(-l / WINITZKI / (sqrt(half * half - l / WINITZKI) + half));
  for (let step = 0; step < 3; step++) {
    // Near 1 erf has lost the digits that erfc still has.
    const excess = size < 0.5 ? erf(y) - size : 1 - size - erfc(y);
    const newton = (excess * SQRT_PI) / (2 * decay(y));
    y -= newton / (1 + y * newton);
  }
  return x < 0 ? -y : y;
}
