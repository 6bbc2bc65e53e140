/* The exact tier: small integers, step 1, `===`. */
import type { GradcheckOptions } from './options.ts';
import type { Entry } from './comparison.ts';
import { analyticJacobian } from './full.ts';
import type { Line } from './differences.ts';
import { explore } from './kinks.ts';
import type { Deadline } from './point.ts';
import type { RandomSource } from './random.ts';
import { totalOf, type Slot, type Subject } from './subject.ts';

const { abs } = Math;

/** What the exact tier found. */
export interface ExactResult {
  /** The integer point that was checked. */
  readonly x: Float64Array;
  readonly wrong: readonly Entry[];
  readonly entries: number;
  readonly directions: number;
  /** Inputs in which f is linear, for which ⟨Lu, v⟩ = ⟨u, Lᵀv⟩ was checked. */
  readonly linear: readonly string[];
  /** What is wrong with the adjoint identity; empty if nothing is. */
  readonly adjoint: readonly string[];
}

/** Why the exact tier cannot be used. */
export class Inexact extends Error {}

/**
 * Checks f where it is at most quadratic in each input: central differences with step 1 at integers have no error then.
 *
 * @throws Inexact if f is not such a function, or does not compute with integers exactly.
 */
export function checkExactly(
  subject: Subject,
  options: GradcheckOptions,
  source: RandomSource,
  deadline: Deadline,
): ExactResult {
  const { inputs, outputs } = subject;
  const rows = totalOf(outputs);
  const x = integerPoint(inputs, source);
  const values = (at: Float64Array): Float64Array => exactValues(subject, at);
  values(x);
  const degrees = inputs.map((slot) => degreeIn(slot, x, values, options.degree, source));

  const pull = subject.linearize(x);
  const { linear, adjoint, directions } = checkAdjoints(
    subject,
    x,
    degrees,
    values,
    pull,
    options.directions ?? 8,
    source,
  );
  const wrong: Entry[] = [];
  let entries = 0;
  if (rows * x.length <= (options.maxEntries ?? 10_000)) {
    const analytic = analyticJacobian(pull, rows, x.length);
    for (let j = 0; j < x.length && !deadline.passed; j++) {
      const [up, down] = [1, -1].map((t) => values(moved(x, j, t)));
      for (let i = 0; i < rows; i++) {
        const numeric = (up[i] - down[i]) / 2;
        const value = analytic[i * x.length + j];
        if (value !== numeric)
          wrong.push({ i, j, analytic: value, numeric, error: 0, step: 1, tolerance: 0 });
      }
      entries += rows;
    }
    confirm(wrong, subject, x);
  }
  const complete = entries === rows * x.length && entries > 0;
  if (complete && wrong.length === 0 && adjoint.length > 0)
    throw new Inexact('it is not quadratic between integers');
  if (wrong.length > 0 || adjoint.length > 0) confirmAdditive(subject, x, values, source);
  return { x, wrong, entries, directions, linear, adjoint };
}

/** Small integers that differ from each other, as far as there are enough. */
function integerPoint(inputs: readonly Slot[], source: RandomSource): Float64Array {
  const x = new Float64Array(totalOf(inputs));
  for (const { start, end } of inputs) {
    const n = end - start;
    const distinct = source.permutation(2 * n + 1).map((k) => k - n);
    for (let k = 0; k < n; k++) x[start + k] = n <= 16 ? distinct[k] : source.integer(-8, 9);
  }
  return x;
}

function exactValues(subject: Subject, at: Float64Array): Float64Array {
  let values: Float64Array;
  try {
    values = subject.evaluate(at);
  } catch (error) {
    throw new Inexact(`it throws at small integers: ${String(error)}`);
  }
  const limit = subject.unit > 2 ** -53 ? 2 ** 20 : 2 ** 40;
  const fraction = subject.unit > 2 ** -53 ? 2 ** 4 : 2 ** 12;
  for (const value of values) {
    if (!(abs(value) < limit) || !Number.isInteger(value * fraction))
      throw new Inexact('it does not map small integers to such');
  }
  return values;
}

/** 1 or 2: the degree of f in one input, by differences along random lines through the point and beside it. */
function degreeIn(
  slot: Slot,
  x: Float64Array,
  values: (at: Float64Array) => Float64Array,
  declared: GradcheckOptions['degree'],
  source: RandomSource,
): number {
  if (slot.start === slot.end) return 1;
  if (declared !== undefined) return declared === 'linear' ? 1 : 2;
  let degree = 1;
  // Fractions too, for at integers floor(x) looks like x.
  for (const spacing of [1, 2, 3, 0.25, 0.125]) {
    const u = source.integers(slot.end - slot.start, 3);
    const [a, b, c, d] = [-1, 0, 1, 2].map((t) => values(along(x, slot, u, t * spacing)));
    for (let i = 0; i < a.length; i++) {
      if (d[i] - 3 * c[i] + 3 * b[i] - a[i] !== 0) throw new Inexact(`it is not quadratic in ${slot.name}`);
      if (a[i] - 2 * b[i] + c[i] !== 0) degree = 2;
    }
  }
  return degree;
}

/** v·(f(x + u) − f(x − u)) / 2 = g·u for integer u in one input and v: for a linear f the adjoint identity. */
function checkAdjoints(
  subject: Subject,
  x: Float64Array,
  degrees: readonly number[],
  values: (at: Float64Array) => Float64Array,
  pull: (v: Float64Array) => Float64Array,
  count: number,
  source: RandomSource,
): Pick<ExactResult, 'linear' | 'adjoint' | 'directions'> {
  const linear: string[] = [];
  const adjoint: string[] = [];
  const rows = totalOf(subject.outputs);
  const cotangents = Array.from({ length: 2 }, () => source.integers(rows, 2));
  const pulled = cotangents.map(pull);
  subject.inputs.forEach((slot, k) => {
    const n = slot.end - slot.start;
    if (n === 0 || rows === 0) return;
    if (degrees[k] === 1) linear.push(slot.name);
    for (let d = 0; d < count; d++) {
      const u = source.integers(n, 2);
      const [up, down] = [1, -1].map((t) => values(along(x, slot, u, t)));
      cotangents.forEach((v, c) => {
        const left = v.reduce((s, vi, i) => s + (vi * (up[i] - down[i])) / 2, 0);
        const right = u.reduce((s, uj, j) => s + uj * pulled[c][slot.start + j], 0);
        if (left === right) return;
        if (rounds(left, right)) throw new Inexact('its gradient rounds');
        const slopes = Array.from(up, (value, i) => ({ i, slope: (value - down[i]) / 2 }));
        confirmSlopes(subject, (t) => along(x, slot, u, t), subject.evaluate(x), slopes);
        if (adjoint.length < 3) adjoint.push(`${slot.name}: ⟨Lu, v⟩ = ${left}, but ⟨u, Lᵀv⟩ = ${right}`);
      });
    }
  });
  return { linear, adjoint, directions: count * subject.inputs.length };
}

/** Makes sure that f is what it seems to be around each entry that seems wrong, between the integers too. */
function confirm(wrong: readonly Entry[], subject: Subject, x: Float64Array): void {
  const center = subject.evaluate(x);
  for (const j of new Set(wrong.map((entry) => entry.j))) {
    const column = wrong.filter((entry) => entry.j === j);
    confirmSlopes(
      subject,
      (t) => moved(x, j, t),
      center,
      column.map(({ i, numeric }) => ({ i, slope: numeric })),
    );
    for (const { analytic, numeric } of column) {
      if (rounds(analytic, numeric)) throw new Inexact('its gradient rounds');
    }
  }
}

/**
 * Whether two values that differ look like the same, rounded: a right rule may divide where f multiplies. Those are left to
 * the full tier, which allows for rounding and for nothing else.
 */
function rounds(a: number, b: number): boolean {
  return abs(a - b) <= 1e-9 * (1 + abs(a) + abs(b));
}

/** Makes sure that small steps give the slopes that the step 1 gave. */
function confirmSlopes(
  subject: Subject,
  at: (t: number) => Float64Array,
  center: Float64Array,
  expected: readonly { readonly i: number; readonly slope: number }[],
): void {
  const line: Line = (t) => {
    try {
      return subject.evaluate(at(t));
    } catch (error) {
      throw new Inexact(`it throws between integers: ${String(error)}`);
    }
  };
  const noise = center.map((value) => 4 * subject.unit * (abs(value) + 1));
  const near = explore(line, center, noise, 0.4, expected.map(({ i }) => i)); // prettier-ignore
  expected.forEach(({ slope }, k) => {
    const { kind, slope: other, error } = near[k];
    if (kind !== 'smooth' || abs(slope - other) > 10 * error + 1e-3 * abs(slope))
      throw new Inexact('it is not quadratic between integers');
  });
}

/** Makes sure that slopes add up, which they do not where several pieces meet (the median of equals). */
function confirmAdditive(
  subject: Subject,
  x: Float64Array,
  values: (at: Float64Array) => Float64Array,
  source: RandomSource,
): void {
  for (const slot of subject.inputs) {
    const n = slot.end - slot.start;
    if (n === 0 || n > 1000) continue;
    const u = source.integers(n, 2);
    const [up, down] = [1, -1].map((t) => values(along(x, slot, u, t)));
    const total = new Float64Array(up.length);
    for (let j = 0; j < n; j++) {
      const [right, left] = [1, -1].map((t) => values(moved(x, slot.start + j, t)));
      for (let i = 0; i < total.length; i++) total[i] += u[j] * (right[i] - left[i]);
    }
    if (total.some((value, i) => value !== up[i] - down[i])) throw new Inexact('its slopes do not add up');
  }
}

function moved(x: Float64Array, j: number, t: number): Float64Array {
  const at = x.slice();
  at[j] += t;
  return at;
}

function along(x: Float64Array, slot: Slot, u: Float64Array, t: number): Float64Array {
  const at = x.slice();
  u.forEach((value, k) => {
    at[slot.start + k] += t * value;
  });
  return at;
}
