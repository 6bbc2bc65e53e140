/* What hand-written gradients of plain functions owe beside the right numbers. */
import type { Findings } from './findings.ts';
import { attempt, contrast } from './trial.ts';
import { pointsAround, PRECISION, PRECISION_CAUSE, precisionError } from './precision.ts';
import type { RandomSource } from './random.ts';
import { elementName, totalOf, type Subject } from './subject.ts';

const { abs, max } = Math;

const UNMODIFIED = 'inputs are not modified';
const REPEATABLE = 'two runs agree bit for bit';
const LINEAR = 'linear in the vector';

/** A plain function, and what its caller's functions did to their arguments. */
export interface PlainConduct {
  readonly subject: Subject;
  /** What wrote to its arguments, if anything did. */
  readonly modified: ReadonlySet<string>;
  /** Whether the caller's function gets the cotangent: it may be no linear function of it. */
  readonly takesVector: boolean;
  /** The same functions given Float32Arrays, where they were checked with Float64Arrays instead. */
  readonly single: Pick<Subject, 'evaluate' | 'linearize'> | null;
}

/** Checks them, after everything else: `modified` is known by then. */
export function checkPlainConduct(conduct: PlainConduct, findings: Findings, source: RandomSource): void {
  const { subject, modified, takesVector, single } = conduct;
  const { point, outputs } = subject;
  const rows = totalOf(outputs);
  // Of one number, the gradient itself.
  const v = rows === 1 ? Float64Array.of(1) : source.cotangent(rows);
  const w = source.cotangent(rows);
  const pull = subject.linearize(point);
  const gradient = pull(v);
  const drift =
    firstChange(subject.evaluate(point), subject.evaluate(point), (k) => elementName(outputs, k)) ??
    firstChange(
      subject.linearize(point)(v),
      gradient,
      (k) => `the derivative by ${elementName(subject.inputs, k)}`,
    );
  settle(findings, REPEATABLE, drift, 'random numbers, or something kept from call to call');
  if (takesVector)
    settle(findings, LINEAR, nonlinearity(subject, pull, v, w), 'v is used other than in products with H');
  const names = [...modified].join(' and ');
  settle(
    findings,
    UNMODIFIED,
    names === '' ? null : `${names} writes to an argument`,
    'copy it first: x.slice()',
  );
  const given =
    single && attempt(() => ({ values: single.evaluate(point), gradient: single.linearize(point)(v) }));
  if (given === null) return;
  const found = precisionError({
    inputs: subject.inputs,
    x: point,
    single: given,
    double: { values: subject.evaluate(point), gradient },
    around: pointsAround(point, source).map((x) => subject.linearize(x)(v)),
  });
  if (found !== undefined) settle(findings, PRECISION, found, PRECISION_CAUSE);
}

function settle(findings: Findings, name: string, message: string | null, cause: string): void {
  if (message === null) findings.holds(name);
  else findings.broken(name, message, cause);
}

function firstChange(got: Float64Array, wanted: Float64Array, nameOf: (k: number) => string): string | null {
  const k = got.findIndex((value, i) => !Object.is(value, wanted[i]));
  return k < 0 ? null : `in a second run ${nameOf(k)} is ${contrast(got[k], wanted[k], 'instead of')}`;
}

function nonlinearity(
  { inputs, unit }: Subject,
  pull: (v: Float64Array) => Float64Array,
  v: Float64Array,
  w: Float64Array,
): string | null {
  const [first, second] = [pull(v), pull(w)];
  const scale = [...first, ...second].reduce((s, value) => max(s, abs(value) || 0), 0);
  const slack = max(unit * 2 ** 14, 2 ** -30) * scale;
  for (const [a, b] of [
    [2, -3],
    [2 ** -12, 0],
    [2 ** 12, 0],
  ]) {
    // prettier-ignore
    const got = pull(v.map((value, i) => a * value + b * w[i]));
    for (let j = 0; j < got.length; j++) {
      const wanted = a * first[j] + b * second[j];
      if (abs(got[j] - wanted) <= max(abs(a), abs(b)) * slack || !Number.isFinite(wanted)) continue;
      const [left, right] = b === 0 ? [`H(${a}v)`, `${a}Hv`] : ['H(2v − 3w)', '2Hv − 3Hw'];
      return `at ${elementName(inputs, j)}, ${left} is ${contrast(got[j], wanted, `but ${right} is`)}`;
    }
  }
  return null;
}
