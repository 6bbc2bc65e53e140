/* Gradients as properties of fast-check: what fails shrinks. */
import {
  check,
  property,
  stringify,
  type Arbitrary,
  type IPropertyWithHooks,
  type Parameters,
} from 'fast-check';
import { isTensor, type Tensor } from '@retrograd/core';
import { gradcheck, type GradcheckFunction } from '../check.ts';
import { GradcheckError, GradcheckUsageError } from '../errors.ts';
import type { GradcheckOptions, ModuleLike, Nested } from '../options.ts';
import type { GradcheckReport } from '../report.ts';

/** A function of the inputs that an arbitrary makes: of one tensor, or of a list. */
type FunctionOf<T> = Fixed<T extends readonly unknown[] ? (...inputs: T) => unknown : (input: T) => unknown>;

/** T, where nothing is to be inferred from (NoInfer, which TypeScript has only since 5.4). */
type Fixed<T> = [T][T extends unknown ? 0 : never];

/** Options of {@link assertGradientProperty}. */
export interface GradientPropertyOptions extends GradcheckOptions {
  /** Seeds the examples as well as each check. Default: fast-check's own choice, and 0. */
  readonly seed?: number;
  /** How many examples are tried. Default 100. */
  readonly runs?: number;
  /** Where a failure was found before, as the error said: goes there at once. */
  readonly path?: string;
}

/** What {@link assertGradientProperty} throws; the message shows all of it. */
export class GradientPropertyError extends Error {
  override name = 'GradientPropertyError';
  /** The report of the simplest case found. */
  readonly report: GradcheckReport;
  /** Its inputs. */
  readonly inputs: unknown;
  /** These options lead back to it. */
  readonly replay: { readonly seed: number; readonly path: string };

  constructor(report: GradcheckReport, inputs: unknown, seed: number, path: string, tried: string) {
    const replay = { seed, path };
    super(
      `${report.name}: wrong gradient (${tried})\n` +
        `Simplest inputs that show it: ${shown(inputs)}\n` +
        `Again: assertGradientProperty(f, arbitrary, ${JSON.stringify(replay)})\n\n${String(report)}`,
    );
    this.report = report;
    this.inputs = inputs;
    this.replay = replay;
  }
}

/**
 * The property that f has correct gradients at all inputs that an arbitrary makes, for `fc.assert`:
 *
 * ```ts
 * fc.assert(gradientProperty((a, b) => a.mul(b), arbitraryBroadcastableTensors(2)));
 * ```
 *
 * A failure shrinks; the error of the property is a `GradcheckError` with the report of the simplest case.
 *
 * @param arbitrary makes one tensor, or the list of f's inputs.
 */
export function gradientProperty<T extends Tensor | readonly Nested[]>(
  f: FunctionOf<T> | ModuleLike,
  arbitrary: Arbitrary<T>,
  options: GradcheckOptions = {},
): IPropertyWithHooks<[T]> {
  // A wrong gradient must not shrink to something else: a case that is only undecided, or that f refuses.
  let wrong = false;
  return property(arbitrary, (made) => {
    const inputs: readonly Nested[] = isList(made) ? made : [made];
    let report: GradcheckReport;
    try {
      report = gradcheck(f as GradcheckFunction | ModuleLike, inputs, options);
    } catch (error) {
      if (wrong) return;
      throw error;
    }
    if (report.verdict === 'fail') wrong = true;
    else if (report.verdict === 'pass' || wrong || options.allowInconclusive === true) return;
    throw new GradcheckError(report);
  });
}

/**
 * Checks f's gradients at many inputs that an arbitrary makes.
 *
 * @param arbitrary makes one tensor, or the list of f's inputs.
 * @throws GradientPropertyError for a wrong (or, unless allowed, undecided) gradient: with the smallest shapes and simplest
 * values found that show it, the report of that case, and how to get back to it. GradcheckUsageError for inputs that
 * cannot be checked, because f throws for example.
 */
export function assertGradientProperty<T extends Tensor | readonly Nested[]>(
  f: FunctionOf<T> | ModuleLike,
  arbitrary: Arbitrary<T>,
  options: GradientPropertyOptions = {},
): void {
  const { runs, path, ...checking } = options;
  const parameters: Parameters<[T]> = {
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(runs === undefined ? {} : { numRuns: runs }),
    ...(path === undefined ? {} : { path }),
  };
  const details = check(gradientProperty(f, arbitrary, checking), parameters);
  if (!details.failed) return;
  const { errorInstance: error, counterexample, counterexamplePath, seed, numRuns, numShrinks } = details;
  const inputs = counterexample?.[0];
  if (!(error instanceof GradcheckError)) {
    if (inputs === undefined)
      throw new GradcheckUsageError('assertGradientProperty: no example could be tried');
    const message = error instanceof Error ? error.message : String(error);
    throw new GradcheckUsageError(
      `assertGradientProperty: ${message}\nSimplest inputs for which this happens: ${shown(inputs)}`,
      { cause: error },
    );
  }
  const tried = `example ${numRuns}, made simpler ${numShrinks} times`;
  throw new GradientPropertyError(error.report, inputs, seed, counterexamplePath ?? '', tried);
}

function isList(value: Tensor | readonly Nested[]): value is readonly Nested[] {
  return Array.isArray(value);
}

/** Inputs as a person reads them; of a view also how it lies in memory. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (!isTensor(value)) return stringify(value);
  const { strides, offset } = value;
  return value.isContiguous()
    ? String(value)
    : `${String(value)} with strides [${strides.join(', ')}], offset ${offset}`;
}
