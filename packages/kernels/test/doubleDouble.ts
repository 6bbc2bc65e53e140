/* Arithmetic on unevaluated sums of two float64 (about 104 bits), to judge float64 functions by: each a pair [high, low]. */

/** high + low, with |low| at most half a unit of high's last place. */
export type Pair = readonly [number, number];

const { abs, exp, log, round } = Math;

function twoSum(a: number, b: number): Pair {
  const s = a + b;
  const t = s - a;
  return [s, a - (s - t) + (b - t)];
}

/** a·b exactly, by Dekker's splitting; the factors stay far from overflow. */
function twoProduct(a: number, b: number): Pair {
  const p = a * b;
  const [u, v] = [134217729 * a, 134217729 * b];
  const [a1, b1] = [u - (u - a), v - (v - b)];
  const [a2, b2] = [a - a1, b - b1];
  return [p, a1 * b1 - p + a1 * b2 + a2 * b1 + a2 * b2];
}

export function plus(a: Pair, b: Pair): Pair {
  const [s, e] = twoSum(a[0], b[0]);
  const [t, f] = twoSum(a[1], b[1]);
  const [h, l] = twoSum(s, e + t);
  return twoSum(h, l + f);
}

export function times(a: Pair, b: Pair): Pair {
  const [p, e] = twoProduct(a[0], b[0]);
  return twoSum(p, e + (a[0] * b[1] + a[1] * b[0]));
}

export const minus = (a: Pair, b: Pair): Pair => plus(a, [-b[0], -b[1]]);

export function over(a: Pair, b: Pair): Pair {
  const q = a[0] / b[0];
  const r = minus(a, times(b, [q, 0]));
  const q2 = r[0] / b[0];
  const rest = minus(r, times(b, [q2, 0]));
  return plus(twoSum(q, q2), [rest[0] / b[0], 0]);
}

const ONE: Pair = [1, 0];
/** ln 2. */
const LN2: Pair = [0.6931471805599453, 2.3190468138462996e-17];

/** eˣ − 1 for |x| ≤ 0.35, by the series of an eighth of x and three steps of (1 + m)² − 1 = m·(m + 2). */
function expm1Near(x: Pair): Pair {
  const y: Pair = [x[0] / 8, x[1] / 8];
  let term: Pair = y;
  let sum: Pair = y;
  for (let k = 2; k < 24; k++) {
    term = over(times(term, y), [k, 0]);
    sum = plus(sum, term);
  }
  for (let i = 0; i < 3; i++) sum = times(sum, plus(sum, [2, 0]));
  return sum;
}

/** eˣ as 2ⁿ·[high, low], for |x| < 10⁴. */
export function expPair(x: Pair): { readonly pair: Pair; readonly n: number } {
  const n = round(x[0] / 0.6931471805599453);
  return { pair: plus(ONE, expm1Near(minus(x, times(LN2, [n, 0])))), n };
}

/** ln x for normal x: one Newton step from the engine's own logarithm, which need only be near. */
export function logPair(x: number): Pair {
  const y = log(x);
  const { pair, n } = expPair([-y, 0]);
  // x·e^−y − 1, which is tiny; x is brought near 1 so that nothing overflows.
  const half = n >> 1;
  const near = x * 2 ** half * 2 ** (n - half);
  const d = minus(times([near, 0], pair), ONE);
  return plus([y, 0], minus(d, over(times(d, d), [2, 0])));
}

/** eˣ − 1 for |x| < 700. */
export function expm1Pair(x: number): Pair {
  if (abs(x) < 0.3) return expm1Near([x, 0]);
  const { pair, n } = expPair([x, 0]);
  return minus(scaled(pair, n), ONE);
}

/** ln(1 + x) for x > −1: of the rounded sum, and what that lost. */
export function log1pPair(x: number): Pair {
  if (abs(x) < 1e-8) {
    const square = times([x, 0], [x, 0]);
    return plus(minus([x, 0], times(square, [0.5, 0])), over(times(square, [x, 0]), [3, 0]));
  }
  if (x > 2 ** 110) return logPair(x);
  const [u, lost] = twoSum(1, x);
  const rest = over([lost, 0], [u, 0]);
  return plus(logPair(u), minus(rest, times(times(rest, rest), [0.5, 0])));
}

/** tanh x, from e²ˣ − 1. */
export function tanhPair(x: number): Pair {
  if (abs(x) > 22) return [x > 0 ? 1 : -1, 0];
  if (abs(x) < 0.17) {
    const m = expm1Near([2 * x, 0]);
    return over(m, plus(m, [2, 0]));
  }
  const { pair, n } = expPair([2 * x, 0]);
  const e: Pair = [pair[0] * 2 ** n, pair[1] * 2 ** n];
  return over(minus(e, ONE), plus(e, ONE));
}

/** σ(x) as m·2ⁿ. */
export function sigmoidPair(x: Pair): { readonly pair: Pair; readonly n: number } {
  const { pair, n } = expPair(x[0] < 0 ? x : [-x[0], -x[1]]);
  const small: Pair = exp(-abs(x[0])) === 0 ? [0, 0] : scaled(pair, n);
  const divisor = plus(ONE, small);
  return x[0] < 0 ? { pair: over(pair, divisor), n } : { pair: over(ONE, divisor), n: 0 };
}

/** m·2ⁿ as one pair, where that is no denormal. */
export const scaled = (pair: Pair, n: number): Pair => [pair[0] * 2 ** n, pair[1] * 2 ** n];

const TWO_OVER_SQRT_PI: Pair = [1.1283791670955126, 1.533545961316588e-17];
const SQRT1_2: Pair = [0.7071067811865476, -4.833646656726457e-17];
const DENSITY_AT_0: Pair = [0.3989422804014327, -2.49232720227773e-17];

/** erf x for |x| ≤ 7, by the series 2/√π·exp(−x²)·Σ 2ⁿx²ⁿ⁺¹/(2n+1)!!, all of whose terms have one sign. */
export function erfPair(x: Pair): Pair {
  const square = times(x, x);
  let term = x;
  let sum = x;
  for (let n = 1; abs(term[0]) > 1e-34 * abs(sum[0]); n++) {
    term = over(times(term, [2 * square[0], 2 * square[1]]), [2 * n + 1, 0]);
    sum = plus(sum, term);
  }
  const { pair, n } = expPair([-square[0], -square[1]]);
  return times(times(TWO_OVER_SQRT_PI, scaled(pair, n)), sum);
}

/** Φ(x), the normal distribution function, to 10⁻³². */
export function normalPair(x: number): Pair {
  if (abs(x) > 9.5) return [x > 0 ? 1 : 0, 0];
  return times([0.5, 0], plus(ONE, erfPair(times([x, 0], SQRT1_2))));
}

/** The derivative of x·Φ(x). */
export function geluSlopePair(x: number): Pair {
  const { pair, n } = expPair(times([x, 0], [-x / 2, 0]));
  if (abs(x) > 30) return normalPair(x);
  return plus(normalPair(x), times(times([x, 0], DENSITY_AT_0), scaled(pair, n)));
}

/** σ(v) + c·σ′(v). */
export function sigmoidPlusPair(v: Pair, c: Pair): Pair {
  if (abs(v[0]) > 600) return [v[0] > 0 ? 1 : 0, 0];
  const [s, rest] = [v, [-v[0], -v[1]] as const].map((x) => {
    const { pair, n } = sigmoidPair(x);
    return scaled(pair, n);
  });
  return plus(s, times(c, times(s, rest)));
}

const SCALE: Pair = [1.5957691216057308, -9.96930880911092e-17];
const CUBE: Pair = times(SCALE, [0.044715, 2.1960211427085595e-18]);

/** 2·√(2/π)·(x + 0.044715x³), and x times its derivative. */
export function geluTanhPairs(x: number): { readonly v: Pair; readonly slope: Pair } {
  const square = times([x, 0], [x, 0]);
  const cube = times(CUBE, square);
  return {
    v: times([x, 0], plus(SCALE, cube)),
    slope: times([x, 0], plus(SCALE, times([3, 0], cube))),
  };
}

/** ln(1 + eˣ) for |x| ≤ 700, where it is no denormal. */
export function softplusPair(x: number): Pair {
  const { pair, n } = expPair([-abs(x), 0]);
  const e = scaled(pair, n);
  // 2 artanh(e / (2 + e)), by its series.
  const s = over(e, plus([2, 0], e));
  const square = times(s, s);
  let power = s;
  let sum = s;
  for (let k = 3; abs(power[0]) > 1e-34 * abs(s[0]); k += 2) {
    power = times(power, square);
    sum = plus(sum, over(power, [k, 0]));
  }
  return plus([x > 0 ? x : 0, 0], [2 * sum[0], 2 * sum[1]]);
}
