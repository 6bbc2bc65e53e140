/* Matchers for Jest and Vitest: `expect.extend(matchers)`, or `@retrograd/gradcheck/setup` in the list of setup files. */
import { gradcheck, type GradcheckFunction } from './check.ts';
import type { GradcheckOptions, ModuleLike, Nested } from './options.ts';
import type { GradcheckReport } from './report.ts';

/** What a matcher tells its runner. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * The types of the matchers, for runners whose assertions return R. `@retrograd/gradcheck/setup` declares them for Jest's
 * global `expect` and for Vitest's. The one of `@jest/globals` learns them in any file of the project:
 *
 * ```ts
 * import type { GradientMatchers } from '@retrograd/gradcheck';
 *
 * declare module 'expect' {
 *   interface Matchers<R extends void | Promise<void>, T = unknown> extends GradientMatchers<R> {}
 * }
 * ```
 */
export interface GradientMatchers<R> {
  /**
   * Checks the gradients of a function of tensors, or of a module and its parameters, against finite differences.
   *
   * @param inputs one item per argument; tensors may be nested in arrays and objects.
   */
  toHaveCorrectGradients(inputs: readonly Nested[], options?: GradcheckOptions): R;
  /** Checks the verdict of a report, such as `checkGradient` returns it. */
  toPassGradcheck(options?: Pick<GradcheckOptions, 'allowInconclusive'>): R;
}

/**
 * `expect(f).toHaveCorrectGradients(inputs, options?)`: {@link gradcheck} passes for f, a function of tensors or a module.
 * `expect(report).toPassGradcheck()`: a report, such as `checkGradient` returns it, has the verdict `pass`.
 *
 * What could not be decided satisfies neither of them nor, under `.not`, their opposite, unless `allowInconclusive`.
 */
export const matchers = {
  toHaveCorrectGradients(
    this: unknown,
    received: unknown,
    inputs: readonly Nested[],
    options: GradcheckOptions = {},
  ): MatcherResult {
    if (!isCheckable(received)) {
      throw new TypeError(
        `toHaveCorrectGradients: expect() must be given a function of tensors or a module, got ${describe(received)}`,
      );
    }
    if (!Array.isArray(inputs)) {
      throw new TypeError(
        `toHaveCorrectGradients: inputs must be an array, one item per argument, got ${describe(inputs)}`,
      );
    }
    return judged(gradcheck(received, inputs, options), options, this);
  },

  toPassGradcheck(
    this: unknown,
    received: unknown,
    options: Pick<GradcheckOptions, 'allowInconclusive'> = {},
  ): MatcherResult {
    if (!isReport(received)) {
      throw new TypeError(
        `toPassGradcheck: expect() must be given the report of a check, got ${describe(received)}`,
      );
    }
    return judged(received, options, this);
  },
};

function judged(
  report: GradcheckReport,
  { allowInconclusive = false }: Pick<GradcheckOptions, 'allowInconclusive'>,
  context: unknown,
): MatcherResult {
  const { verdict } = report;
  const undecided = verdict === 'inconclusive';
  // The runner's `this`: an object that says whether the matcher stands after `.not`.
  const isNot = isObject(context) && 'isNot' in context && context.isNot === true;
  const pass = undecided ? allowInconclusive !== isNot : verdict === 'pass';
  if (!isNot) return { pass, message: () => String(report) };
  const what = undecided ? 'could not be shown to be wrong' : 'are correct';
  return { pass, message: () => `expected wrong gradients, but they ${what}\n\n${String(report)}` };
}

function isCheckable(value: unknown): value is GradcheckFunction | ModuleLike {
  return typeof value === 'function' || (isObject(value) && 'forward' in value && 'namedParameters' in value);
}

function isReport(value: unknown): value is GradcheckReport {
  return isObject(value) && 'verdict' in value && 'coverage' in value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return Array.isArray(value) ? 'an array' : `an object of class ${value.constructor?.name ?? 'Object'}`;
}
