/* Modified Bessel functions of the first kind, of order 0 and 1. */
const { PI, abs, exp, sqrt } = Math;

/** Beyond, the asymptotic series is exact: its smallest term is about exp(−2x). */
const FAR = 20;

/** exp(−|x|)·Iᵥ(x) for order v = 0 or 1. */
function scaled(order: 0 | 1, x: number): number {
  const y = abs(x);
  const size = y <= FAR ? exp(-y) * powerSeries(order, y) : asymptoticSeries(order, y) / sqrt(2 * PI * y);
  return order === 1 && x < 0 ? -size : size;
}

/** (y/2)ᵛ Σ (y²/4)ᵏ / (k! (k + v)!). */
function powerSeries(order: 0 | 1, y: number): number {
  const quarter = (y * y) / 4;
  let term = order === 0 ? 1 : y / 2;
  let sum = term;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * (k + order));
    sum += term;
  }
  return sum;
}

/** Σ Π over 1 ≤ j ≤ k of ((2j − 1)² − 4v²)/(8jy). */
function asymptoticSeries(order: 0 | 1, y: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; abs(term) > 1e-17 && k <= 2 * FAR; k++) {
    term *= ((2 * k - 1) ** 2 - 4 * order) / (8 * k * y);
    sum += term;
  }
  return sum;
}

/** exp(−|x|)·I₀(x). */
export function i0e(x: number): number {
  return scaled(0, x);
}

/** exp(−|x|)·I₁(x). */
export function i1e(x: number): number {
  return scaled(1, x);
}

/** I₀(x). */
export function i0(x: number): number {
  return unscaled(0, x);
}

/** I₁(x). */
export function i1(x: number): number {
  return unscaled(1, x);
}

function unscaled(order: 0 | 1, x: number): number {
  if (abs(x) === Infinity) return order === 1 ? x : Infinity;
  // exp(|x|) overflows before the function does.
  const half = exp(abs(x) / 2);
  return scaled(order, x) * half * half;
}
