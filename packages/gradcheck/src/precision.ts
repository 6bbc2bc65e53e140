/* A gradient that was checked in float64, against what the same code computes from float32. */
import { invariant, type Invariant } from './invariants.ts';
import { short } from './kinks.ts';
import { makeLeaves } from './leaves.ts';
import { joined, valuesOf, type Program } from './program.ts';
import type { RandomSource } from './random.ts';
import { elementName, type Slot } from './subject.ts';
import { pullback } from './tensorSubject.ts';
import { attempt, flat } from './trial.ts';

const { abs, max, min } = Math;

export const PRECISION = 'float32 gives the gradient of float64, but for rounding';
export const PRECISION_CAUSE =
  'a rule that does something else for float32, or whose intermediate values overflow or underflow there';

/** The values of f and its gradient for one cotangent. */
export interface Slope {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
}

/** What is compared. */
export interface Precision {
  readonly inputs: readonly Slot[];
  /** The point, every element of which float32 can hold. */
  readonly x: Float64Array;
  readonly single: Slope;
  readonly double: Slope;
  /** The gradients in float64 at points that float32 hardly tells from x. */
  readonly around: readonly Float64Array[];
}

/**
 * Says where the two gradients differ by more than rounding explains: what moves the values, or what moving the inputs by their
 * last digit does to the gradient. Undefined if not even the values agree, or float32 holds no numbers of their size.
 */
export function precisionError({ inputs, x, single, double, around }: Precision): string | null | undefined {
  const size = largest(double.values);
  const drift = double.values.reduce((s, y, i) => max(s, abs(single.values[i] - y)), 0);
  if (single.values.length !== double.values.length || !(drift <= 1e-4 * size)) return undefined;
  const moderate = (value: number): boolean => value === 0 || (abs(value) > 1e-10 && abs(value) < 1e10);
  if (![...x, ...double.values, ...double.gradient].every(moderate)) return undefined;
  for (const { start, end } of inputs) {
    const scale = largest(double.gradient.subarray(start, end));
    const typical = largest(x.subarray(start, end));
    for (let j = start; j < end; j++) {
      const [got, wanted] = [single.gradient[j], double.gradient[j]];
      const moves = around.reduce((s, g) => max(s, abs(g[j] - wanted)), 0);
      const noise = (drift + 2 ** -24 * size) / (max(abs(x[j]), min(typical, 1) * 1e-3) || 1);
      if (abs(got - wanted) <= 0.02 * abs(wanted) + 1e-4 * scale + 100 * (moves + noise) || !(moves <= scale))
        continue;
      return `the gradient of ${elementName(inputs, j)} is ${short(got)} in float32, but ${short(wanted)} in float64`;
    }
  }
  return null;
}

/** Points around x, each beside one on the other side of x, at about the distance of float32's last digit. */
export function pointsAround(x: Float64Array, source: RandomSource): Float64Array[] {
  return [0, 1].flatMap(() => {
    const steps = x.map((value) => 2 ** -22 * abs(value) * source.sign() * source.uniform(0.5, 1));
    return [1, -1].map((side) => x.map((value, j) => value + side * steps[j]));
  });
}

/** @param own - The function of inputs in their own dtypes, which were cast to float64 for everything else. */
export const precision = (own: Program): Invariant =>
  invariant(PRECISION, PRECISION_CAUSE, (trial) => {
    const { subject, v, values, gradient } = trial;
    if (!own.leaves.some(({ dtype }) => dtype === 'float32')) return undefined;
    const leaves = makeLeaves(own.leaves, subject.point);
    const run = attempt(() => trial.select(own.run(leaves.tensors, true)));
    if (run === null || !run.every(({ requiresGrad }) => requiresGrad)) return undefined;
    const found = joined(run.map(valuesOf));
    if (found.length !== values.length) return undefined;
    const around = pointsAround(subject.point, trial.source).map((at) =>
      attempt(() => trial.pull(trial.run({}, at), v)),
    );
    return precisionError({
      inputs: subject.inputs,
      x: subject.point,
      single: { values: found, gradient: flat(leaves.tensors, pullback(run, leaves.tensors, v)) },
      double: { values, gradient },
      around: around.filter((g) => g !== null),
    });
  });

function largest(values: Float64Array): number {
  return values.reduce((s, value) => max(s, abs(value)), 0);
}
