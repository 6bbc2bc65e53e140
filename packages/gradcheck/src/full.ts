/* The full tier: every entry of the Jacobian against extrapolated differences, each with a tolerance of its own. */
import { Comparison, type Entry, type KinkEntry } from './comparison.ts';
import type { Neighbourhood } from './kinks.ts';
import type { GradcheckOptions } from './options.ts';
import type { Deadline, Point } from './point.ts';
import type { RandomSource } from './random.ts';
import { totalOf } from './subject.ts';

/** All that was found at one point. */
export interface JacobianResult {
  readonly rows: number;
  readonly cols: number;
  readonly analytic: Float64Array;
  /** NaN where nothing was computed. */
  readonly numeric: Float64Array;
  /** |analytic − numeric| in units of the tolerance. */
  readonly errors: Float64Array;
  readonly wrong: readonly Entry[];
  readonly unresolved: readonly Entry[];
  readonly kinks: readonly KinkEntry[];
  readonly entries: number;
  /** Whether the time was up before all columns were compared. */
  readonly stopped: boolean;
}

/** The Jacobian's rows: one pullback for each element of the outputs. */
export function analyticJacobian(
  pull: (v: Float64Array) => Float64Array,
  rows: number,
  cols: number,
): Float64Array {
  const all = new Float64Array(rows * cols);
  const v = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    v[i] = 1;
    all.set(pull(v), i * cols);
    v[i] = 0;
  }
  return all;
}

/** Compares the whole Jacobian at a point. */
export function compareJacobian(
  point: Point,
  options: Pick<GradcheckOptions, 'subgradient'>,
  source: RandomSource,
  deadline: Deadline,
): JacobianResult {
  const { subject, x, center } = point;
  const rows = totalOf(subject.outputs);
  const cols = x.length;
  const analytic = rows === 0 ? new Float64Array(0) : analyticJacobian(subject.linearize(x), rows, cols);
  const comparison = new Comparison(point, rows, cols, analytic);
  let stopped = false;
  for (let j = 0; j < cols && rows > 0; j++) {
    if (j > 0 && deadline.passed) {
      stopped = true;
      break;
    }
    comparison.column(j, options.subgradient);
  }
  if (!stopped && (options.subgradient ?? 'between') === 'between') comparison.ties();
  const { numeric, errors, unresolved, kinks } = comparison;
  let { wrong } = comparison;
  if (wrong.length > 0 && !stopped && center.every(Number.isFinite)) {
    const bent = comparison.bentRows(source);
    if (bent.size > 0) {
      const near = (entry: Entry): Neighbourhood => ({
        kind: 'kink',
        left: entry.numeric,
        right: entry.numeric,
        slope: NaN,
        error: Infinity,
        within: entry.step,
      });
      kinks.push(
        ...wrong
          .filter(({ i }) => bent.has(i))
          .map((entry) => ({ ...entry, near: near(entry), wrong: null })),
      );
      wrong = wrong.filter(({ i }) => !bent.has(i));
    }
  }
  return {
    rows,
    cols,
    analytic,
    numeric,
    errors,
    wrong,
    unresolved,
    kinks,
    entries: comparison.entries,
    stopped,
  };
}
