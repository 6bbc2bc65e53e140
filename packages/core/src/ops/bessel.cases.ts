import { i0, i0e, i0eOp, i0Op, i1, i1e, i1eOp, i1Op } from './bessel.ts';
import { elementwiseCases } from './elementwise.cases.ts';
import type { OpCases } from './op.cases.ts';

/** Iₙ(x) = 1/π ∫₀^π exp(x cos t) cos nt dt; the trapezoidal rule is exact here to roundoff. */
function bessel(n: number, x: number): number {
  const steps = 60;
  let sum = (Math.exp(x) + Math.exp(-x) * Math.cos(n * Math.PI)) / 2;
  for (let k = 1; k < steps; k++) {
    const t = (k * Math.PI) / steps;
    sum += Math.exp(x * Math.cos(t)) * Math.cos(n * t);
  }
  return sum / steps;
}

const scaled = (n: number) => (x: number) => bessel(n, x) * Math.exp(-Math.abs(x));

export const cases: OpCases[] = [
  elementwiseCases(i0Op, i0, (x) => bessel(0, x)),
  elementwiseCases(i1Op, i1, (x) => bessel(1, x)),
  elementwiseCases(i0eOp, i0e, scaled(0), [-2, 2], [0]),
  elementwiseCases(i1eOp, i1e, scaled(1), [-2, 2], [0]),
];
