import type { GradcheckReport } from './report.ts';

/** A check that cannot be made as asked: nothing is known about the gradient. The message says what to change. */
export class GradcheckUsageError extends Error {
  override name = 'GradcheckUsageError';
}

/** What `assertGradients` throws. */
export class GradcheckError extends Error {
  override name = 'GradcheckError';
  /** The whole report. */
  readonly report: GradcheckReport;

  constructor(report: GradcheckReport) {
    super(String(report));
    this.report = report;
  }
}

/** What was thrown, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
