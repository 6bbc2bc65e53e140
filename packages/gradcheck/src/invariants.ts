/* What every gradient owes, whatever the function: no differences are needed to see these broken. */
import type { Findings } from './findings.ts';
import type { Deadline } from './point.ts';
import type { Trial } from './trial.ts';

/** A named property; says what is wrong, null if nothing is, undefined where it does not apply. */
export interface Invariant {
  readonly name: string;
  check(trial: Trial): string | null | undefined;
}

/** Checks a list of invariants; what throws is broken. */
export function checkAll(
  list: readonly Invariant[],
  trial: Trial,
  findings: Findings,
  deadline: Deadline,
): void {
  for (const [k, { name, check }] of list.entries()) {
    if (deadline.passed) {
      findings.stop(`${list.length - k} of ${list.length} invariants were not checked`);
      return;
    }

    let message: string | null | undefined;
    try {
      message = check(trial);
      if (message && trial.soften()) message = check(trial);
    } catch (error) {
      message = `it throws: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (message === null) findings.holds(name);
    else if (message !== undefined) findings.broken(name, message);
  }
}
