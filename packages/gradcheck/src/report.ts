/* What a check returns. Plain data, so that reporters, tests and CI read the same thing. */

/**
 * `pass`: everything that was checked agrees. `fail`: something is wrong. `inconclusive`: nothing is known to be wrong,
 * but something could not be decided (differences that do not resolve an entry, kinks everywhere, a budget run out).
 */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** How gradients were compared with differences. */
export type Tier =
  /** Differences without truncation or rounding error, compared with `===`. */
  | 'exact'
  /** Every entry of the Jacobian, by extrapolated differences with an error estimate of its own. */
  | 'full'
  /** Random directions and a sampled set of entries. */
  | 'sampled';

/** Where an entry of a Jacobian stands: which output and input of f, and which element of each. */
export interface EntryPlace {
  /** The output's name: `out`, `out[1]`, `out.loss` … */
  readonly output: string;
  /** The element of the output; null where a whole cotangent was pulled back. */
  readonly outputIndex: readonly number[] | null;
  /** The input's name: `inputs[0]`, `inputs[1].weight` …, or `cotangent` at higher orders. */
  readonly input: string;
  readonly inputIndex: readonly number[] | null;
}

/** One gradient that disagrees with the differences, or could not be decided. */
export interface GradientFinding {
  readonly kind: 'gradient';
  /** 1 for gradients, 2 for gradients of gradients, … */
  readonly order: number;
  readonly place: EntryPlace;
  readonly analytic: number;
  readonly numeric: number;
  /** The estimated error of `numeric`. */
  readonly numericError: number;
  /** The step of the differences. */
  readonly step: number;
  /** analytic / numeric. */
  readonly ratio: number;
  /** How many entries of this output and input are wrong (or undecided), of how many that were compared; this is the worst. */
  readonly count: number;
  readonly total: number;
  /** In words: "twice too large", "sign flipped", "looks transposed" … the likeliest first; empty if none fits. */
  readonly diagnosis: readonly string[];
}

/** A broken invariant, such as an input that was modified or a rule that overwrites instead of accumulating. */
export interface InvariantFinding {
  readonly kind: 'invariant';
  readonly invariant: string;
  readonly message: string;
  /** What usually breaks it, in words; null where the message says it all. */
  readonly cause: string | null;
  /** Whether it need be no more than a consequence of the other failures. Such findings come last. */
  readonly consequence: boolean;
}

/** A point where f is not smooth. */
export interface KinkFinding {
  readonly kind: 'kink';
  readonly place: EntryPlace;
  /** One-sided slopes, and the analytic value. */
  readonly left: number;
  readonly right: number;
  readonly analytic: number;
  readonly message: string;
}

export type Finding = GradientFinding | InvariantFinding | KinkFinding;

/** How much of the Jacobian was looked at. */
export interface Coverage {
  /** Entries compared one by one, and all there are, over all orders. */
  readonly entries: number;
  readonly totalEntries: number;
  /** Entries that were compared with `===` at integers too (the exact tier). */
  readonly exactEntries: number;
  /** Random directions compared. */
  readonly directions: number;
  /** Points at which f was checked (resampled points included). */
  readonly points: number;
  /** What was left out and why, in words; empty when all was covered. */
  readonly leftOut: readonly string[];
}

/** A Jacobian's error for the heat map: rows are output elements, columns input elements. */
export interface ErrorMap {
  readonly title: string;
  readonly rows: number;
  readonly cols: number;
  /** The outputs' and inputs' names, and the row or column at which each begins. */
  readonly outputs: readonly { readonly name: string; readonly start: number }[];
  readonly inputs: readonly { readonly name: string; readonly start: number }[];
  /** |analytic − numeric| in units of what is tolerated, row-major. */
  readonly errors: readonly number[];
}

/** The result of a check. `String(report)` is what a person reads. */
export interface GradcheckReport {
  readonly verdict: Verdict;
  /** The function's name. */
  readonly name: string;
  readonly seed: number;
  readonly order: number;
  readonly tier: Tier;
  readonly coverage: Coverage;
  /** What is wrong, the worst first. */
  readonly failures: readonly Finding[];
  /** What could not be decided. */
  readonly undecided: readonly Finding[];
  /** Points that were found not to be smooth (and resampled, or judged by the documented subgradient). */
  readonly kinks: readonly KinkFinding[];
  /** The names of the invariants that were checked and hold. */
  readonly invariants: readonly string[];
  readonly errorMap: ErrorMap | null;
  /** Code that shows the failure when pasted; null when nothing failed. */
  readonly reproducer: string | null;
  /** Milliseconds. */
  readonly duration: number;
  toString(): string;
}
