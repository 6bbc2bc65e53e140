const { abs, exp, log, PI, sign, sqrt } = Math;
const TWO_OVER_SQRT_PI = 2 / sqrt(PI);
// Rational guesses at erfinv, lowest power first: in y² for |y| ≤ 0.7, beyond in √(−ln((1 − |y|)/2)).
const CENTRAL_NUMERATOR = [0.886226899, -1.645349621, 0.914624893, -0.140543331];
const CENTRAL_DENOMINATOR = [1, -2.118377725, 1.442710462, -0.329097515, 0.012229801];
const TAIL_NUMERATOR = [-1.970840454, -1.624906493, 3.429567803, 1.641345311];
const TAIL_DENOMINATOR = [1, 3.5438892, 1.6370678];

/**
 * The error function erf(x) = 2/√π ∫₀ˣ exp(−t²) dt, to a few units in the last place of double. Below 2 by
 * the series 2x/√π · exp(−x²) · Σ (2x²)ᵏ / (3·5·…·(2k+1)) (Abramowitz & Stegun 7.1.6), whose terms are all
 * positive; above by the continued fraction of 1 − erf (7.1.14).
 */
export function erf(x: number): number {
  const a = abs(x);
  if (!(a < 6)) return a >= 6 ? sign(x) : NaN;
  if (a < 2) {
    let term = 1;
    let sum = 1;
    for (let k = 1; term > sum * 1e-17; k++) {
      term *= (2 * a * a) / (2 * k + 1);
      sum += term;
    }
    return TWO_OVER_SQRT_PI * x * exp(-a * a) * sum;
  }
  let fraction = a;
  for (let k = 60; k > 0; k--) fraction = a + k / 2 / fraction;
  return sign(x) * (1 - exp(-a * a) / (sqrt(PI) * fraction));
}

/**
 * The inverse error function: a rational first guess and two Newton steps, the coefficients and the steps of
 * ATen's `calc_erfinv`. `round` is `Math.fround` for ATen's float32 result, whose last Newton steps lose
 * digits as |y| nears 1, and the identity for double. ±∞ at ±1, NaN beyond.
 */
export function erfinv(y: number, round: (x: number) => number): number {
  const a = abs(y);
  if (!(a < 1)) return a === 1 ? y / 0 : NaN;
  // a₀ + z(a₁ + z(a₂ + …)), each step rounded once, as ATen's compiled code does it.
  const polynomial = (z: number, coefficients: readonly number[]): number => {
    let sum = 0;
    for (let i = coefficients.length - 1; i >= 0; i--) sum = round(sum * z + round(coefficients[i]));
    return sum;
  };
  let x: number;
  if (a <= 0.7) {
    const z = round(y * y);
    x = round(round(y * polynomial(z, CENTRAL_NUMERATOR)) / polynomial(z, CENTRAL_DENOMINATOR));
  } else {
    const z = round(sqrt(-round(log(round((1 - a) / 2)))));
    x = round((sign(y) * polynomial(z, TAIL_NUMERATOR)) / polynomial(z, TAIL_DENOMINATOR));
  }
  const scale = round(2 / round(sqrt(PI)));
  for (let step = 0; step < 2; step++) {
    const slope = round(scale * round(exp(-round(x * x))));
    x = round(x - round(round(round(erf(x)) - y) / slope));
  }
  return x;
}
