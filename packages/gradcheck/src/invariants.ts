/* What every gradient owes, whatever the function: no differences are needed to see these broken. */
import { messageOf } from './errors.ts';
import type { Findings } from './findings.ts';
import type { Deadline } from './point.ts';
import type { Trial } from './trial.ts';

/** A named property. */
export interface Invariant {
  readonly name: string;
  /** What usually breaks it. */
  readonly cause: string;
  readonly check: InvariantCheck;
}

/** Says what is wrong, null if nothing is, undefined where the property does not apply. */
export type InvariantCheck = (trial: Trial) => string | null | undefined;

/** Names a property. */
export function invariant(name: string, cause: string, check: InvariantCheck): Invariant {
  return { name, cause, check };
}

/** Checks a list of invariants; what throws is broken. */
export function checkAll(
  list: readonly Invariant[],
  trial: Trial,
  findings: Findings,
  deadline: Deadline,
): void {
  for (const [k, { name, cause, check }] of list.entries()) {
    if (deadline.passed) {
      findings.stop(`${list.length - k} of ${list.length} invariants were not checked`);
      return;
    }
    let message: string | null | undefined;
    try {
      message = check(trial);
      if (message && trial.soften()) message = check(trial);
    } catch (error) {
      message = `it throws: ${messageOf(error)}`;
    }
    if (message === null) findings.holds(name);
    else if (message !== undefined) findings.broken(name, message, cause);
  }
}
