import { defaultGenerator } from '@retrograd/core';
import { GradcheckError, GradcheckUsageError } from './errors.ts';
import { makeReport } from './format.ts';
import type { GradcheckOptions, ModuleLike, Nested } from './options.ts';
import { Deadline } from './point.ts';
import { bufferReset, captureState, castState } from './moduleState.ts';
import { isModule, nameOf, programOf, type Checkable, type Program } from './program.ts';
import { RandomSource, seedFor } from './random.ts';
import type { GradcheckReport } from './report.ts';
import { gradientProgram, subjectOf, type TensorSubject } from './tensorSubject.ts';
import { Findings } from './findings.ts';
import { algebra } from './algebra.ts';
import { conduct } from './conduct.ts';
import { checkAll } from './invariants.ts';
import { Trial } from './trial.ts';
import { perSample } from './batches.ts';
import { precision } from './precision.ts';
import { broadcasting, broadcastInputs, smallDims } from './shapes.ts';
import { reproducerOf } from './reproducer.ts';
import { checkSubject } from './tiers.ts';
import { requireOptions, validateCall } from './validation.ts';

/** A function of tensors that can be checked: any arguments, results that hold tensors. */
export type GradcheckFunction<Inputs extends readonly unknown[] = readonly Nested[]> = (
  ...inputs: Inputs
) => unknown;

/**
 * Checks the gradients of a function of tensors, or of a module with its parameters, against finite differences.
 *
 * Differentiated are the floating inputs with `requiresGrad`, or all floating inputs if none has it, and the module's
 * parameters. Inputs may be nested in arrays and objects, and so may outputs; everything else is passed on as it is.
 * float32 inputs and parameters are cast to float64 where f allows it. Before each call of f the default random stream is
 * started afresh, so that dropout drops the same each time.
 *
 * @param f - The function, or a module.
 * @param inputs - Its arguments.
 * @returns A report. A wrong gradient does not throw: see {@link assertGradients}.
 * @throws GradcheckUsageError if nothing can be checked: nothing is differentiable, f throws, or shapes change between calls.
 */
export function gradcheck<Inputs extends readonly unknown[]>(
  f: GradcheckFunction<Inputs> | ModuleLike,
  inputs: readonly [...Inputs],
  options?: GradcheckOptions,
): GradcheckReport;
export function gradcheck(
  f: Checkable,
  inputs: readonly unknown[],
  options?: GradcheckOptions,
): GradcheckReport;
export function gradcheck(
  f: Checkable,
  inputs: readonly unknown[],
  options: GradcheckOptions = {},
): GradcheckReport {
  const started = performance.now();
  requireOptions(options, 'gradcheck');
  const order = options.order ?? 1;
  const seed = options.seed ?? 0;
  const name = options.name ?? nameOf(f);
  validateCall(f, inputs, options, name);
  const deadline = new Deadline(options.timeBudget ?? 30_000);
  const findings = new Findings();
  const stream = defaultGenerator.getState();
  const restore = captureState(f);
  let first: TensorSubject | null = null;
  // A module's parameters have been cast by the time its invariants are checked.
  const own = (): Program | null =>
    isModule(f) ? null : programOf(f, inputs, { name, seed, precision: 'own', reset: () => {} });
  try {
    let subject = firstSubject(f, inputs, name, seed, restore);
    first = subject;
    for (const output of subject.constantOutputs) {
      findings.leftOut.push(`${output} has no history, so it is taken for a constant`);
    }
    for (let k = 1; ; k++) {
      const smooth = checkSubject(subject, options, findings, deadline);
      if (k === 1 && options.invariants !== false) checkInvariants(subject, options, findings, deadline, own);
      if (k >= order || findings.stopped) break;
      if (smooth === null || !subject.evaluate(smooth).every(Number.isFinite)) {
        findings.leftOut.push(`orders above ${k}: no point was found where order ${k} is finite and smooth`);
        break;
      }
      const program = gradientProgram(
        { ...subject, point: smooth },
        new RandomSource(seedFor(seed, `order ${k}`)),
      );
      subject = subjectOf(program);
    }
  } finally {
    restore();
    defaultGenerator.setState(stream);
  }
  const reproducer = (): string => {
    const leaves = first?.program.leaves ?? [];
    const x = findings.failedAt?.x ?? first?.point ?? new Float64Array(0);
    return reproducerOf({ f, inputs, leaves, x, options });
  };
  return makeReport({ name, seed, order, findings, duration: performance.now() - started, reproducer });
}

/** {@link gradcheck} of the gradients and of the gradients of gradients: `order: 2`. */
export function gradgradcheck<Inputs extends readonly unknown[]>(
  f: GradcheckFunction<Inputs> | ModuleLike,
  inputs: readonly [...Inputs],
  options?: Omit<GradcheckOptions, 'order'>,
): GradcheckReport;
export function gradgradcheck(
  f: Checkable,
  inputs: readonly unknown[],
  options?: Omit<GradcheckOptions, 'order'>,
): GradcheckReport;
export function gradgradcheck(
  f: Checkable,
  inputs: readonly unknown[],
  options: Omit<GradcheckOptions, 'order'> = {},
): GradcheckReport {
  return gradcheck(f, inputs, { ...options, order: 2 });
}

/**
 * Throws what {@link gradcheck} finds.
 *
 * @returns The report, if it is a pass (or inconclusive and `allowInconclusive` is set).
 * @throws GradcheckError, whose message is the report as text and whose `report` is the report.
 */
export function assertGradients<Inputs extends readonly unknown[]>(
  f: GradcheckFunction<Inputs> | ModuleLike,
  inputs: readonly [...Inputs],
  options?: GradcheckOptions,
): GradcheckReport;
export function assertGradients(
  f: Checkable,
  inputs: readonly unknown[],
  options?: GradcheckOptions,
): GradcheckReport;
export function assertGradients(
  f: Checkable,
  inputs: readonly unknown[],
  options: GradcheckOptions = {},
): GradcheckReport {
  return accepted(gradcheck(f, inputs, options), options);
}

/** The report, if its verdict is acceptable. Throws GradcheckError otherwise. */
export function accepted(
  report: GradcheckReport,
  options: Pick<GradcheckOptions, 'allowInconclusive'> = {},
): GradcheckReport {
  if (report.verdict === 'pass' || (report.verdict === 'inconclusive' && options.allowInconclusive))
    return report;
  throw new GradcheckError(report);
}

/** The function in float64 if it runs there, else in its inputs' own dtypes. */
function firstSubject(
  f: Checkable,
  inputs: readonly unknown[],
  name: string,
  seed: number,
  restore: () => void,
): TensorSubject {
  try {
    castState(f);
    return subjectOf(programOf(f, inputs, { name, seed, precision: 'float64', reset: bufferReset(f) }));
  } catch (error) {
    if (error instanceof GradcheckUsageError) throw error;
    restore();
  }
  try {
    return subjectOf(programOf(f, inputs, { name, seed, precision: 'own', reset: bufferReset(f) }));
  } catch (error) {
    if (error instanceof GradcheckUsageError) throw error;
    throw new GradcheckUsageError(`${name}: f threw when it was called with the inputs: ${String(error)}`, {
      cause: error,
    });
  }
}

function checkInvariants(
  subject: TensorSubject,
  { batchDim, seed = 0 }: GradcheckOptions,
  findings: Findings,
  deadline: Deadline,
  own: () => Program | null,
): void {
  const source = new RandomSource(seedFor(seed, 'invariants'));
  let trial: Trial;
  try {
    trial = new Trial(subject, source);
  } catch {
    return; // The gradient cannot be computed: the tiers say so.
  }
  const single = subject.unit > 2 ** -53 ? null : own();
  const list = [
    ...conduct,
    ...algebra,
    broadcastInputs,
    broadcasting,
    smallDims,
    ...(batchDim === undefined ? [] : [perSample(batchDim)]),
    ...(single === null ? [] : [precision(single)]),
  ];
  checkAll(list, trial, findings, deadline);
}
