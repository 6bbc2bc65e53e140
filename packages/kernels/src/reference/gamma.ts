const { PI, abs, ceil, floor, log, log1p, max, pow, round, sin, tan, trunc } = Math;

const LN_PI = log(PI);
const HALF_LN_2PI = log(2 * PI) / 2;
/** 1 − γ, γ being Euler's constant. */
const ONE_LESS_EULER = 0.42278433509846713;

/** ζ(k) − 1 for k = 2, 3, …, 30. */
const ZETA = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
  0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-05, 3.058823630702049e-05,
  1.528225940865187e-05, 7.637197637899763e-06, 3.81729326499984e-06, 1.908212716553939e-06,
  9.539620338727962e-07, 4.769329867878064e-07, 2.38450502727733e-07, 1.1921992596531106e-07,
  5.960818905125948e-08, 2.980350351465228e-08, 1.4901554828365043e-08, 7.45071178983543e-09,
  3.725334024788457e-09, 1.862659723513049e-09, 9.313274324196682e-10,
]; // prettier-ignore

/** The Bernoulli numbers B₂, B₄, …. */
const BERNOULLI = [
  1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330,
  854513 / 138, -236364091 / 2730,
]; // prettier-ignore

/** ln Γ(2 + z) for |z| ≤ ½: (1 − γ)z + Σ (ζ(k) − 1)(−z)ᵏ/k, whose terms fall like 4⁻ᵏ. Exact near its zero. */
function nearTwo(z: number): number {
  let sum = 0;
  for (let k = ZETA.length + 1; k >= 2; k--) sum = -z * sum + ZETA[k - 2] / k;
  return z * (ONE_LESS_EULER + z * sum);
}

/** ln |Γ(x)|; infinite at 0, −1, −2, …. */
export function lgamma(x: number): number {
  if (x !== x) return x;
  if (abs(x) === Infinity) return Infinity;
  if (x <= 0) {
    if (x === trunc(x)) return Infinity;
    // Γ(x)Γ(1 − x) = π / sin πx
    return x > -0.5 ? lgamma(1 + x) - log(-x) : LN_PI - log(sin(PI * abs(x - round(x)))) - lgamma(1 - x);
  }
  if (x < 0.5) return nearTwo(x) - log1p(x) - log(x);
  if (x < 1.5) return nearTwo(x - 1) - log(x);
  if (x < 10) {
    let product = 1;
    let y = x;
    while (y >= 2.5) product *= --y;
    return nearTwo(y - 2) + log(product);
  }
  // Stirling's series.
  const inverse = 1 / x;
  const square = inverse * inverse;
  let sum = 0;
  for (let k = 8; k >= 1; k--) sum = sum * square + BERNOULLI[k - 1] / (2 * k * (2 * k - 1));
  return (x - 0.5) * log(x) - x + HALF_LN_2PI + sum * inverse;
}

/** ψ(x) = Γ′(x)/Γ(x). */
export function digamma(x: number): number {
  if (x === 0) return -1 / x;
  if (x < 0) {
    if (x === trunc(x)) return NaN;
    return digamma(1 - x) - PI / tan(PI * (x - round(x)));
  }
  let sum = 0;
  let y = x;
  for (; y < 10; y++) sum -= 1 / y;
  const square = 1 / (y * y);
  let series = 0;
  for (let k = 8; k >= 1; k--) series = (series + BERNOULLI[k - 1] / (2 * k)) * square;
  return sum + log(y) - 0.5 / y - series;
}

/** Hurwitz's ζ(s, x) = Σ (x + k)⁻ˢ over k ≥ 0 for x > 0: the first terms, the rest by Euler and Maclaurin. */
function zetaOfPositive(s: number, x: number): number {
  let sum = 0;
  let y = x;
  for (const end = max(10, s); y < end; y++) sum += pow(y, -s);
  const last = pow(y, -s);
  sum += (last * y) / (s - 1) + last / 2;
  let factor = (s * last) / y;
  for (let k = 1; k <= BERNOULLI.length; k++) {
    const [i, j] = [2 * k - 1, 2 * k];
    factor /= i === 1 ? 2 : i * j;
    sum += BERNOULLI[k - 1] * factor;
    factor *= ((s + i) * (s + j)) / (y * y);
  }
  return sum;
}

/** The same for every x and whole s ≥ 2; infinite at 0, −1, −2, …. */
function zeta(s: number, x: number): number {
  if (x === Infinity) return 0;
  if (x > 0 || x !== x) return zetaOfPositive(s, x);
  if (x === trunc(x)) return x === -Infinity ? NaN : Infinity;
  const mirrored = zetaOfPositive(s, ceil(x) - x) - zetaOfPositive(s, 1 - x);
  return zetaOfPositive(s, x - floor(x)) + (s % 2 === 0 ? mirrored : -mirrored);
}

/** The n-th derivative of ψ: (−1)ⁿ⁺¹ n! ζ(n + 1, x). */
export function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x);
  let factorial = 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  return (n % 2 === 1 ? factorial : -factorial) * zeta(n + 1, x);
}
