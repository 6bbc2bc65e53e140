import { tensor } from '../creation.ts';
import { mulOp } from './arithmetic.ts';
import { composed, elementwiseCases } from './elementwise.cases.ts';
import { binaryReference, unaryReference, type OpCases } from './op.cases.ts';
import {
  digamma, entr, erfc, erfcOp, erfinv, erfinvOp, ldexp, lgamma, lgammaOp, mvlgamma, polygamma, polygammaOp, sinc,
} from './special.ts'; // prettier-ignore

/** ∫ f from a to b, by Simpson's rule. */
function integral(f: (t: number) => number, a: number, b: number): number {
  const n = 2000;
  const h = (b - a) / n;
  let sum = f(a) + f(b);
  for (let i = 1; i < n; i++) sum += f(a + i * h) * (i % 2 ? 4 : 2);
  return (sum * h) / 3;
}

const erfOf = (x: number): number => (2 / Math.sqrt(Math.PI)) * integral((t) => Math.exp(-t * t), 0, x);

/** The y with erf(y) = x, by bisection. */
function inverse(x: number): number {
  let [low, high] = [-3, 3];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (erfOf(middle) < x) low = middle;
    else high = middle;
  }
  return low;
}

/** ln Γ(x) for x > 0: Stirling's series far to the right, and back by Γ(x + 1) = x·Γ(x). */
function lnGamma(x: number): number {
  if (x < 40) return lnGamma(x + 1) - Math.log(x);
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
} // prettier-ignore

/** Derivatives of lnGamma by their own recurrences. */
function psi(n: number, x: number): number {
  const sign = n % 2 ? 1 : -1;
  const factorial = [1, 1, 2, 6][n];
  if (x < 200) return psi(n, x + 1) + (sign * factorial) / x ** (n + 1);
  if (n === 0) return Math.log(x) - 1 / (2 * x) - 1 / (12 * x * x) + 1 / (120 * x ** 4);
  return (sign * factorial * (x ** -n / n + x ** (-n - 1) / 2 + ((n + 1) * x ** (-n - 2)) / 12));
} // prettier-ignore

export const cases: OpCases[] = [
  elementwiseCases(erfcOp, erfc, (x) => 1 - erfOf(x)),
  elementwiseCases(erfinvOp, erfinv, inverse, [-0.95, 0.95]),
  elementwiseCases(lgammaOp, lgamma, lnGamma, [0.1, 6]),
  {
    op: polygammaOp,
    samples: [
      ...[[2, 3], [], [3, 0]].map((shape) => ({
        inputs: [{ shape, range: [0.3, 4] as const }],
        run: digamma,
        reference: unaryReference((x) => psi(0, x)),
      })),
      ...[1, 2].map((n) => ({
        name: `of order ${n}`,
        inputs: [{ shape: [4], range: [0.5, 4] as const }],
        run: (x: Parameters<typeof digamma>[0]) => polygamma(n, x),
        reference: unaryReference((x) => psi(n, x)),
      })),
    ],
    rejects: [
      { name: 'a number', run: () => digamma(1 as never), error: /digamma: expected a Tensor/ },
      { name: 'a negative order', run: () => polygamma(-1, tensor([1])), error: /does not support negative n/ },
    ],
  },
  {
    op: lgammaOp,
    samples: [
      {
        name: 'mvlgamma',
        inputs: [{ shape: [2, 2], range: [1.2, 4] }],
        run: (x) => mvlgamma(x, 3),
        reference: unaryReference(
          (x) => lnGamma(x) + lnGamma(x - 0.5) + lnGamma(x - 1) + 1.5 * Math.log(Math.PI),
        ),
      },
      {
        name: 'at its poles',
        inputs: [{ shape: [3], values: [0, -1, 3] }],
        run: lgamma,
        noGradientCheck: 'poles',
        subgradients: [[-Infinity, NaN, 1.5 - 0.5772156649015329]],
      },
    ],
    rejects: [
      { name: 'p = 0', run: () => mvlgamma(tensor([1]), 0), error: /mvlgamma: p has to be greater than or equal to 1/ },
      { name: 'elements too small', run: () => mvlgamma(tensor([2, 0.5]), 2), error: /mvlgamma: All elements must be greater than \(p-1\)\/2/ },
    ],
  },
  {
    op: mulOp,
    samples: [
      {
        name: 'entr',
        inputs: [{ shape: [2, 3], range: [0.1, 4] }],
        run: entr,
        reference: unaryReference((x) => -x * Math.log(x)),
      },
      {
        name: 'entr at 0 and below',
        inputs: [{ shape: [3], values: [0, 1, -1] }],
        run: entr,
        reference: () => ({ shape: [3], data: [0, 0, -Infinity] }),
        noGradientCheck: 'not finite',
        subgradients: [[Infinity, -1, NaN]],
      },
      ...composed('sinc', sinc, (x) => Math.sin(Math.PI * x) / (Math.PI * x), [0], [0, Infinity], [0, NaN]),
      {
        name: 'ldexp',
        inputs: [{ shape: [2, 3] }, { shape: [3] }],
        run: ldexp,
        reference: binaryReference((a, b) => a * 2 ** b),
      },
    ],
  },
]; // prettier-ignore
