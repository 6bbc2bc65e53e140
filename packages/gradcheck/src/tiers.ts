/* Which tier a subject is checked by, and where: its own point, and others where that one has kinks. */
import { checkExactly, Inexact } from './exact.ts';
import { GradcheckUsageError, messageOf } from './errors.ts';
import type { Findings } from './findings.ts';
import { compareJacobian, type JacobianResult } from './full.ts';
import type { GradcheckOptions } from './options.ts';
import { Point, type Deadline } from './point.ts';
import { RandomSource, seedFor } from './random.ts';
import { compareSampled } from './sampled.ts';
import { totalOf, type Subject } from './subject.ts';

const { abs, max } = Math;

/** What all tiers need. */
interface Check {
  readonly subject: Subject;
  readonly options: GradcheckOptions;
  readonly findings: Findings;
  readonly deadline: Deadline;
  readonly source: RandomSource;
  readonly total: number;
}

/**
 * Checks the gradient of a subject, by the tier that was asked for or that fits.
 *
 * @returns The point at which it was found to be smooth, for the next order; null if there is none.
 */
export function checkSubject(
  subject: Subject,
  options: GradcheckOptions,
  findings: Findings,
  deadline: Deadline,
): Float64Array | null {
  const source = new RandomSource(seedFor(options.seed ?? 0, `tier ${subject.order}`));
  const rows = totalOf(subject.outputs);
  const total = rows * subject.point.length;
  const check: Check = { subject, options, findings, deadline, source, total };
  findings.totalEntries += total;
  const { tier = 'auto' } = options;
  if (!pulls(check)) return null;
  if (total === 0) {
    findings.tier ??= tier === 'auto' ? 'full' : tier;
    findings.points++;
    return subject.point;
  }
  if (tier === 'auto' || tier === 'exact') exactly(check);
  const large = total > (options.maxEntries ?? 10_000);
  if (tier === 'full' && large) {
    findings.leftOut.push(
      `a full check of ${total} entries is slow: without tier: 'full' it would be sampled`,
    );
  }
  return tier === 'sampled' || (tier !== 'full' && large) ? bySamples(check) : fully(check);
}

/** Whether the gradient can be computed at all. */
function pulls({ subject, findings, source }: Check): boolean {
  try {
    subject.linearize(subject.point)(source.cotangent(totalOf(subject.outputs)));
    return true;
  } catch (error) {
    if (error instanceof GradcheckUsageError) throw error;
    const message = messageOf(error);
    const which = subject.order === 1 ? 'the gradient' : `the gradient of order ${subject.order}`;
    const hint = /has shape \[.*\] where \[.*\] is expected/.test(message)
      ? ' (not reduced over a broadcast dim?)'
      : '';
    findings.broken('the gradient can be computed', `computing ${which} throws: ${message}${hint}`);
    return false;
  }
}

function exactly({ subject, options, findings, deadline, source }: Check): void {
  try {
    const result = checkExactly(subject, options, source, deadline);
    findings.tier ??= 'exact';
    findings.points++;
    findings.directions += result.directions;
    findings.exactEntries += result.entries;
    findings.gradients(subject, result.wrong, 'failures', null, result.x);
    if (result.linear.length > 0 && result.adjoint.length === 0)
      findings.holds('⟨Lu, v⟩ = ⟨u, Lᵀv⟩ where f is linear');
    for (const message of result.adjoint) {
      if (result.wrong.length === 0)
        findings.broken('⟨Lu, v⟩ = ⟨u, Lᵀv⟩ where f is linear or quadratic', message);
    }
  } catch (error) {
    if (!(error instanceof Inexact)) throw error;
    if (options.tier === 'exact') {
      throw new GradcheckUsageError(
        `${subject.name}: the exact tier does not fit: ${error.message}. Leave out tier: 'exact'`,
      );
    }
    if (options.degree !== undefined && subject.order === 1)
      findings.leftOut.push(`the exact tier, though f is declared to be ${options.degree}: ${error.message}`);
  }
}

function fully({ subject, options, findings, deadline, source, total }: Check): Float64Array | null {
  findings.tier ??= 'full';
  let x = subject.point;
  for (let attempt = 0; ; attempt++) {
    const point = new Point(subject, x, source);
    const result = compareJacobian(point, options, source, deadline);
    findings.points++;
    if (attempt === 0) findings.entries += result.entries;
    record(subject, result, findings, x);
    if (result.stopped) {
      findings.stop(`${result.entries} of ${total} entries of order ${subject.order} were compared`);
      return x;
    }
    if (result.kinks.length === 0) return x;
    if (attempt >= (options.resamples ?? 5)) {
      findings.unsmooth(subject, result.kinks[result.kinks.length - 1]);
      return null;
    }
    x = nearby(subject, x, new Set(result.kinks.map(({ j }) => j)), source);
  }
}

function bySamples({ subject, options, findings, deadline, source, total }: Check): Float64Array | null {
  findings.tier ??= 'sampled';
  let x = subject.point;
  for (let attempt = 0; ; attempt++) {
    const point = new Point(subject, x, source);
    const result = compareSampled(point, options, source, deadline);
    findings.points++;
    findings.directions += result.directions;
    if (attempt === 0) {
      findings.entries += result.entries;
      findings.leftOut.push(
        `${total} entries of order ${subject.order} are too many to compare each: ${result.directions} random directions on ` +
          `each side cover all of them, and ${result.entries} entries were compared one by one`,
      );
    }
    findings.gradients(subject, result.wrong, 'failures', null, x);
    findings.gradients(subject, result.unresolved, 'undecided', null, x);
    findings.kinksOf(subject, result.kinks);
    if (result.stopped) {
      findings.stop(
        `${result.directions} directions and ${result.entries} of ${total} entries of order ${subject.order} were compared`,
      );
      return x;
    }
    if (!result.bent && result.kinks.length === 0) return x;
    if (attempt >= (options.resamples ?? 5)) {
      // Others of the directions were smooth unless all were undecided, which has been said.
      return x;
    }
    x = subject.point.map((value) => value + 0.05 * max(abs(value), 0.5) * source.normal());
  }
}

function record(subject: Subject, result: JacobianResult, findings: Findings, x: Float64Array): void {
  findings.gradients(subject, result.wrong, 'failures', result, x);
  findings.gradients(subject, result.unresolved, 'undecided', result, x);
  findings.kinksOf(subject, result.kinks);
  if (result.wrong.length > 0 && findings.errorMap === null) {
    const { rows, cols, errors } = result;
    const title = subject.order === 1 ? 'Jacobian' : `Jacobian of order ${subject.order}`;
    const [outputs, inputs] = [subject.outputs, subject.inputs].map((slots) =>
      slots.filter(({ start, end }) => end > start).map(({ name, start }) => ({ name, start })),
    );
    findings.errorMap = { title, rows, cols, outputs, inputs, errors: Array.from(errors) };
  }
}

/**
 * Another point: the elements at kinks moved by about a tenth of their size, one after the other, to the side on which
 * values are as finite as they were.
 */
function nearby(
  subject: Subject,
  x: Float64Array,
  kinked: ReadonlySet<number>,
  source: RandomSource,
): Float64Array {
  const finite = (at: Float64Array): number => {
    try {
      return subject.evaluate(at).filter(Number.isFinite).length;
    } catch {
      return -1;
    }
  };
  const moved = x.slice();
  let best = finite(moved);
  for (const j of kinked) {
    const original = Number.isFinite(moved[j]) ? moved[j] : 0;
    const step = 0.1 * max(abs(original), 0.5) * source.sign() * source.uniform(0.5, 1.5);
    moved[j] = original + step;
    const there = finite(moved);
    if (there < best) moved[j] = original - step;
    best = max(best, there < best ? finite(moved) : there);
  }
  return moved;
}
