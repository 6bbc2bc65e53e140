/* The conformance table: a line for every variant, and totals. */
import { outcomeOf, variants, type Outcome, type Variant } from './conformance.ts';
import { reasons } from './reasons.ts';
import type { Stage } from './sample.ts';

const STAGES: readonly Stage[] = ['forward', 'gradient', 'double backward'];

/** A variant passes if all its samples and error inputs do. */
export function passes(outcome: Outcome): boolean {
  return outcome.outOfReach === undefined && !outcome.missing && outcome.failures.length === 0;
}

/** Why a variant does not pass, or null where no reason is given. */
export function reasonOf(variant: Variant): string | null {
  return variant.outOfReach ?? reasons[variant.variant] ?? null;
}

/** The lines of the table in Markdown, in alphabetical order. */
export function conformanceTable(): string[] {
  return [
    '| variant | forward | gradient | double backward | samples | refused | |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...variants.map((variant) => row(outcomeOf(variant))),
  ];
}

function row(outcome: Outcome): string {
  const { variant, samples = 0, errors = 0, failures } = outcome;
  const reason = passes(outcome) ? '' : (reasonOf(outcome) ?? 'FAILS');
  if (outcome.outOfReach !== undefined || outcome.missing) return `| \`${variant}\` | | | | | | ${reason} |`;
  const wrong = failures.filter(({ stage }) => stage !== 'error');
  const stages = STAGES.map((stage, at) => {
    if (stage === 'double backward' && outcome.onceDifferentiable) return '–';
    const failed = wrong.filter((failure) => STAGES.indexOf(failure.stage as Stage) <= at).length;
    return failed === 0 ? '✓' : `${samples - failed}/${samples}`;
  });
  const refused = errors === 0 ? '' : `${errors - (failures.length - wrong.length)}/${errors}`;
  return `| \`${variant}\` | ${stages.join(' | ')} | ${samples - wrong.length}/${samples} | ${refused} | ${reason} |`;
}

/** Sentences that sum the table up. */
export function totals(): string[] {
  const outcomes = variants.map(outcomeOf);
  const passing = outcomes.filter(passes);
  const sum = (list: readonly Outcome[], key: 'samples' | 'errors'): number =>
    list.reduce((n, outcome) => n + (outcome[key] ?? 0), 0);
  const compared = outcomes.filter((outcome) => outcome.outOfReach === undefined && !outcome.missing);
  const failures = compared.flatMap((outcome) => outcome.failures);
  const errors = failures.filter(({ stage }) => stage === 'error').length;
  const samples = sum(compared, 'samples');
  return [
    `${passing.length} of ${variants.length} variants pass in all their samples; ${compared.length} were compared.`,
    `${samples - (failures.length - errors)} of ${samples} samples pass, ` +
      `and ${sum(compared, 'errors') - errors} of ${sum(compared, 'errors')} wrong calls are refused.`,
  ];
}
