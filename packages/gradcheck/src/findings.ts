/* What a check has found so far, in the words of its report. */
import type { Entry, KinkEntry } from './comparison.ts';
import type { JacobianResult } from './full.ts';
import { kinkMessage } from './kinks.ts';
import { diagnose } from './diagnosis.ts';
import type { EntryPlace, ErrorMap, Finding, GradientFinding, KinkFinding, Tier, Verdict } from './report.ts';
import { positionIn, slotOf, type Slot, type Subject } from './subject.ts';

const { abs } = Math;

/** Invariants without which no comparison means anything, the most basic one first. */
const BASIC: readonly string[] = [
  'the gradient can be computed',
  'two runs agree bit for bit',
  'inputs are not modified',
  'cotangents and outputs are not modified',
  'retainGraph: a second pass agrees',
];

/** Invariants that compare gradients with differences, and so are broken by any gradient that is wrong. */
const BY_DIFFERENCES: ReadonlySet<string> = new Set(['dims of size 0 and 1 work', 'broadcasting works']);

/** How many kinks are listed. */
const LISTED = 20;

/** Collects findings over points, tiers and orders. */
export class Findings {
  readonly failures: Finding[] = [];
  readonly undecided: Finding[] = [];
  readonly kinks: KinkFinding[] = [];
  readonly invariants: string[] = [];
  readonly leftOut: string[] = [];
  tier: Tier | null = null;
  entries = 0;
  /** Entries compared with `===`, at integers. */
  exactEntries = 0;
  totalEntries = 0;
  directions = 0;
  points = 0;
  errorMap: ErrorMap | null = null;
  /** The first point at which a gradient is wrong: the values of the subject's inputs. */
  failedAt: { readonly x: Float64Array; readonly order: number } | null = null;
  /** Whether the time budget ran out. */
  stopped = false;

  /** The likeliest cause first: basic invariants, wrong gradients (the worst of them first of all), other invariants. */
  get sortedFailures(): Finding[] {
    const rank = (finding: Finding): number => {
      if (finding.kind === 'gradient') return BASIC.length + finding.order;
      if (finding.kind === 'kink') return BASIC.length + 100;
      const basic = BASIC.indexOf(finding.invariant);
      if (basic >= 0) return basic;
      return BASIC.length + (BY_DIFFERENCES.has(finding.invariant) ? 300 : 200);
    };
    const size = (finding: Finding): number => (finding.kind === 'gradient' ? badness(finding) : 0);
    const sorted = [...this.failures].sort((a, b) => rank(a) - rank(b) || size(b) - size(a));
    const follows = (finding: Finding, k: number): boolean =>
      k > 0 && (rank(sorted[0]) < BASIC.length || rank(finding) === BASIC.length + 300);
    const marked = sorted.map((finding, k) =>
      finding.kind === 'invariant' ? { ...finding, consequence: follows(finding, k) } : finding,
    );
    const isConsequence = (finding: Finding): boolean => finding.kind === 'invariant' && finding.consequence;
    return [...marked.filter((one) => !isConsequence(one)), ...marked.filter(isConsequence)];
  }

  get verdict(): Verdict {
    if (this.failures.length > 0) return 'fail';
    return this.undecided.length > 0 || this.stopped ? 'inconclusive' : 'pass';
  }

  stop(what: string): void {
    this.stopped = true;
    this.leftOut.push(`the time budget ran out: ${what}`);
  }

  /** A broken invariant. */
  broken(invariant: string, message: string, cause: string | null = null): void {
    this.failures.push({ kind: 'invariant', invariant, message, cause, consequence: false });
  }

  /** The worst of the wrong (or undecided) entries of each output and input. */
  gradients(
    subject: Subject,
    entries: readonly Entry[],
    into: 'failures' | 'undecided',
    result: JacobianResult | null,
    x: Float64Array,
  ): void {
    if (into === 'failures' && entries.length > 0) this.failedAt ??= { x, order: subject.order };
    const blocks = new Map<string, Entry[]>();
    for (const entry of entries) {
      const { output, input } = placeOf(subject, entry);
      const key = `${output} ${input}`;
      blocks.set(key, [...(blocks.get(key) ?? []), entry]);
    }
    for (const block of blocks.values()) {
      const worst = block.reduce((a, b) => (badness(b) > badness(a) ? b : a));
      const diagnosis = into === 'failures' ? diagnose(subject, worst, result) : [];
      const total = result === null ? block.length : sizeOfBlock(subject, worst);
      const finding = findingOf(subject, worst, diagnosis, block.length, total);
      const known = this[into].findIndex((other) => isSameBlock(other, finding));
      // A whole Jacobian says more than a point of the exact tier or a sample.
      if (known < 0) this[into].push(finding);
      else if (result !== null) this[into][known] = finding;
    }
  }

  /** A checked invariant. */
  holds(invariant: string): void {
    if (!this.invariants.includes(invariant)) this.invariants.push(invariant);
  }

  /** Kinks, of which those whose analytic value cannot be a subgradient are failures. */
  kinksOf(subject: Subject, kinks: readonly KinkEntry[]): void {
    for (const kink of kinks) {
      const found = kinkFinding(subject, kink);
      if (kink.wrong !== null) {
        this.failures.push({ ...found, message: `${found.message}; the analytic value ${kink.wrong}` });
      }
      if (this.kinks.length < LISTED) this.kinks.push(found);
    }
  }

  /** No point was found that has no kink. */
  unsmooth(subject: Subject, last: KinkEntry): void {
    const found = kinkFinding(subject, last);
    this.undecided.push({
      ...found,
      message: `not smooth at any of the points tried; at the last: ${found.message}`,
    });
  }
}

function kinkFinding(subject: Subject, kink: KinkEntry): KinkFinding {
  const { near, analytic } = kink;
  const place = placeOf(subject, kink);
  return {
    kind: 'kink',
    place,
    left: near.left,
    right: near.right,
    analytic,
    message: kinkMessage(near, analytic),
  };
}

function findingOf(
  subject: Subject,
  entry: Entry,
  diagnosis: readonly string[],
  count: number,
  total: number,
): GradientFinding {
  const { analytic, numeric, error: numericError, step } = entry;
  const place = placeOf(subject, entry);
  return {
    kind: 'gradient',
    order: subject.order,
    place,
    analytic,
    numeric,
    numericError,
    step,
    ratio: analytic / numeric,
    count,
    total,
    diagnosis,
  };
}

export function placeOf(subject: Subject, { i, j }: Pick<Entry, 'i' | 'j'>): EntryPlace {
  const input = slotOf(subject.inputs, j);
  const output = i < 0 ? null : slotOf(subject.outputs, i);
  return {
    output: output?.name ?? namesOf(subject.outputs),
    outputIndex: output === null || subject.order > 1 ? null : positionIn(output, i),
    input: j < 0 ? namesOf(subject.inputs) : input.name,
    inputIndex: j < 0 ? null : positionIn(input, j),
  };
}

function namesOf(slots: readonly Slot[]): string {
  return slots.map(({ name }) => name).join(', ');
}

function sizeOfBlock(subject: Subject, { i, j }: Entry): number {
  const input = slotOf(subject.inputs, j);
  const output = slotOf(subject.outputs, i);
  return (input.end - input.start) * (output.end - output.start);
}

function isSameBlock(a: Finding, b: GradientFinding): boolean {
  const sameOutput = a.kind === 'gradient' && a.order === b.order && a.place.output === b.place.output;
  return sameOutput && a.place.input === b.place.input;
}

function badness({ analytic, numeric }: Pick<Entry, 'analytic' | 'numeric'>): number {
  const difference = abs(analytic - numeric);
  return Number.isNaN(difference) ? Infinity : difference;
}
