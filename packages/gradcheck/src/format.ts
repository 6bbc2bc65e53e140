/* A report as text. */
import type { Findings } from './findings.ts';
import { formatMap } from './heatMap.ts';
import { short } from './kinks.ts';
import type { EntryPlace, Finding, GradcheckReport } from './report.ts';

/** What a report is made of. */
export interface ReportParts {
  readonly name: string;
  readonly seed: number;
  readonly order: number;
  readonly findings: Findings;
  readonly duration: number;
  /** Code that shows the failure. */
  readonly reproducer: () => string | null;
}

/** How a report is written. */
export interface FormatOptions {
  /** Whether to use a terminal's colours. Default false. */
  readonly color?: boolean;
}

/** How many findings of each kind are written out. */
const WRITTEN = 5;

export function makeReport({
  name,
  seed,
  order,
  findings,
  duration,
  reproducer,
}: ReportParts): GradcheckReport {
  const { undecided, kinks, invariants, errorMap, leftOut } = findings;
  const { entries, exactEntries, totalEntries, directions, points } = findings;
  const coverage = { entries, exactEntries, totalEntries, directions, points, leftOut };
  const failed = findings.failures.length > 0;
  const report: GradcheckReport = {
    verdict: findings.verdict,
    name,
    seed,
    order,
    tier: findings.tier ?? 'full',
    coverage,
    failures: findings.sortedFailures,
    undecided,
    kinks,
    invariants,
    errorMap: errorMap && { ...errorMap, title: `${errorMap.title} of ${name}` },
    reproducer: failed ? reproducer() : null,
    duration,
    toString: () => formatReport(report),
  };
  return report;
}

/**
 * The report as a person reads it: one line for a pass, all there is to know for a failure.
 *
 * @param options - `color` for a terminal.
 */
export function formatReport(report: GradcheckReport, { color = false }: FormatOptions = {}): string {
  const paint = (code: number, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { verdict, name, seed, failures, undecided, kinks, coverage, errorMap, reproducer } = report;
  const covered = coverageWords(report);
  if (verdict === 'pass') return `${paint(32, '✓')} ${name}: gradients agree (${covered})`;
  const { headline, colour } = headlineOf(report);
  const lines = [paint(colour, headline), ''];
  const list = (title: string, findings: readonly Finding[]): void => {
    if (findings.length === 0) return;
    if (title !== '') lines.push(`  ${title}:`);
    for (const finding of findings.slice(0, WRITTEN))
      lines.push(...formatFinding(finding).map((line) => `  ${line}`), '');
    if (findings.length > WRITTEN) lines.push(`  … and ${findings.length - WRITTEN} more`, '');
  };
  const consequences = failures.flatMap((one) =>
    one.kind === 'invariant' && one.consequence ? [one.invariant] : [],
  );
  list(
    '',
    failures.filter((one) => one.kind !== 'invariant' || !one.consequence),
  );
  if (consequences.length > 0)
    lines.push(`  also broken, perhaps only because of that: ${consequences.join('; ')}`, '');
  // Of a function that is not the same twice nothing else can be said.
  const basic = failures.length > 0 && failures[0].kind === 'invariant' && consequences.length > 0;
  if (!basic) list(failures.length > 0 ? 'not decided' : '', undecided);
  if (errorMap !== null) lines.push(...formatMap(errorMap, color).map((line) => `  ${line}`), '');
  const known = new Set(
    [...failures, ...undecided].map((one) => (one.kind === 'kink' ? placeName(one.place) : '')),
  );
  const [kink, ...others] = kinks.filter(({ place }) => !known.has(placeName(place)));
  if (kink !== undefined) {
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    lines.push(`  not smooth: ${placeName(kink.place)}: ${kink.message}${more}`);
  }
  for (const what of coverage.leftOut) lines.push(`  left out: ${what}`);
  lines.push(`  checked: ${covered}`, `  seed: ${seed}`);
  if (reproducer !== null)
    lines.push('', '  to reproduce:', '', ...reproducer.split('\n').map((line) => `    ${line}`.trimEnd()));
  return lines.join('\n');
}

function headlineOf({ verdict, name, failures }: GradcheckReport): { headline: string; colour: number } {
  if (verdict === 'inconclusive') return { headline: `? ${name}: inconclusive`, colour: 33 };
  const wrong = failures.some((one) => one.kind !== 'invariant');
  return { headline: `✗ ${name}: ${wrong ? 'wrong gradient' : 'an invariant is broken'}`, colour: 31 };
}

function coverageWords({ tier, order, coverage, invariants, duration }: GradcheckReport): string {
  const { entries, totalEntries, exactEntries, directions, points } = coverage;
  const words = [`${tier} tier`];
  if (order > 1) words.push(`orders 1 to ${order}`);
  words.push(`${entries} of ${totalEntries} entries`);
  if (exactEntries > 0) words.push(`${exactEntries} exactly`);
  if (directions > 0) words.push(`${directions} random directions`);
  words.push(`${points} point${points === 1 ? '' : 's'}`);
  if (invariants.length > 0) words.push(`${invariants.length} invariants`);
  words.push(`${duration < 10 ? duration.toFixed(1) : duration.toFixed(0)} ms`);
  return words.join(', ');
}

function formatFinding(finding: Finding): string[] {
  if (finding.kind === 'invariant') {
    const { invariant, message, cause } = finding;
    return [`broken: ${invariant}`, `  ${message}`, ...(cause === null ? [] : [`  usual cause: ${cause}`])];
  }
  if (finding.kind === 'kink')
    return [placeName(finding.place), ...finding.message.split('; ').map((part) => `  ${part}`)];
  const { order, place, analytic, numeric, numericError, step, ratio, count, total, diagnosis } = finding;
  const which = order === 1 ? '' : ` (order ${order})`;
  const many = total > 1 ? `; ${count} of ${total} entries, this is the worst` : '';
  const lines = [
    `${placeName(place)}${which}${many}`,
    `  analytic  ${digits(analytic)}`,
    `  numeric   ${digits(numeric)} ± ${numericError.toExponential(1)}  (step ${short(step)})`,
    `  ratio     ${short(ratio)}`,
  ];
  if (diagnosis.length > 0) lines.push(`  diagnosis: ${diagnosis.join('; ')}`);
  return lines;
}

/** `d out[0, 1] / d inputs[0][2]`. */
export function placeName({ output, outputIndex, input, inputIndex }: EntryPlace): string {
  const at = (index: readonly number[] | null): string =>
    index === null || index.length === 0 ? '' : `[${index.join(', ')}]`;
  return `d ${output}${at(outputIndex)} / d ${input}${at(inputIndex)}`;
}

function digits(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(12))) : String(value);
}
