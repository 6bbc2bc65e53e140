import { mulOp } from './arithmetic.ts';
import { composed, elementwiseCases } from './elementwise.cases.ts';
import { erfcx, erfcxOp, logNdtr, ndtr, ndtri, ndtriOp } from './gaussian.ts';
import type { OpCases } from './op.cases.ts';

/** ∫ exp(−t²) from 0 to x, by Simpson's rule. */
function integral(x: number): number {
  const n = 2000;
  const h = x / n;
  let sum = 1 + Math.exp(-x * x);
  for (let i = 1; i < n; i++) sum += Math.exp(-((i * h) ** 2)) * (i % 2 ? 4 : 2);
  return (sum * h) / 3;
}

const phi = (x: number): number => 0.5 + integral(x / Math.SQRT2) / Math.sqrt(Math.PI);

/** The x with phi(x) = p, by bisection. */
function quantile(p: number): number {
  let [low, high] = [-4, 4];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (phi(middle) < p) low = middle;
    else high = middle;
  }
  return low;
}

export const cases: OpCases[] = [
  elementwiseCases(erfcxOp, erfcx, (x) => Math.exp(x * x) * 2 * (1 - phi(x * Math.SQRT2))),
  elementwiseCases(ndtriOp, ndtri, quantile, [0.05, 0.95]),
  {
    op: mulOp,
    samples: [
      ...composed(
        'ndtr',
        ndtr,
        phi,
        [],
        [-Infinity, 0, Infinity, NaN],
        [0, 1 / Math.sqrt(2 * Math.PI), 0, NaN],
      ),
      ...composed('logNdtr', logNdtr, (x) => Math.log(phi(x)), [], [0, 40], [Math.sqrt(2 / Math.PI), 0]),
    ],
    rejects: [{ name: 'a number', run: () => ndtr(1 as never), error: /ndtr: expected a Tensor/ }],
  },
];
