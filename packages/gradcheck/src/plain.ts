/* Hand-written derivatives of plain functions: no tensors needed. */
import { GradcheckUsageError, messageOf } from './errors.ts';
import { Findings } from './findings.ts';
import { makeReport } from './format.ts';
import type { GradcheckOptions } from './options.ts';
import { layoutOf, type Layout } from './plainValues.ts';
import { checkPlainConduct } from './plainConduct.ts';
import { Deadline } from './point.ts';
import { RandomSource, seedFor } from './random.ts';
import type { GradcheckReport } from './report.ts';
import { plainReproducer } from './reproducer.ts';
import { totalOf, type Subject } from './subject.ts';
import { checkSubject } from './tiers.ts';
import { validateOptions } from './validation.ts';

/** A function of one value (a number, an array, an object of these …) with its gradient. */
export interface PlainGradient<At = never> {
  readonly f: (x: At) => number;
  /** The gradient at x, in the structure of x. */
  readonly gradient: (x: At) => unknown;
  readonly at: [At] extends [never] ? unknown : At;
}

/** A function of one value to numbers with its Jacobian. */
export interface PlainJacobian<At = never> {
  readonly f: (x: At) => unknown;
  /** One row for each output, one column for each input: an array of rows, or one flat array in that order. */
  readonly jacobian: (x: At) => unknown;
  readonly at: [At] extends [never] ? unknown : At;
}

/** A gradient with its product of the Hessian and a vector. */
export interface PlainHessianVectorProduct<At = never> {
  readonly gradient: (x: At) => unknown;
  /** The Hessian at x times v, in the structure of x. */
  readonly hessianVectorProduct: (x: At, v: At) => unknown;
  readonly at: [At] extends [never] ? unknown : At;
}

/**
 * Checks a gradient written by hand against finite differences:
 *
 * ```ts
 * checkGradient({ f: (x) => x[0] * x[1], gradient: (x) => [x[1], x[0]], at: [2, 3] });
 * ```
 *
 * A Float32Array in `at` becomes a Float64Array where f allows it.
 *
 * @throws GradcheckUsageError if f or gradient throws at `at`, or `at` holds anything but numbers.
 */
export function checkGradient<At>(
  plain: { readonly f: (x: At) => number; readonly gradient: (x: At) => unknown; readonly at: At },
  options?: GradcheckOptions,
): GradcheckReport;
export function checkGradient(plain: PlainGradient, options?: GradcheckOptions): GradcheckReport;
export function checkGradient(plain: PlainGradient, options: GradcheckOptions = {}): GradcheckReport {
  const { f, gradient, at } = plain;
  requireFunctions('checkGradient', { f, gradient });
  return check({
    kind: 'checkGradient',
    name: options.name ?? (f.name || 'f'),
    at,
    evaluate: (x) => f(x as never),
    linearize: (x, layout) => {
      const g = layout.flatten(gradient(x as never), 'the gradient');
      return ([v]) => g.map((value) => value * v);
    },
    sources: { f, gradient },
    options,
  });
}

/**
 * Checks a Jacobian written by hand against finite differences.
 *
 * @throws GradcheckUsageError if f or jacobian throws at `at`, or `at` holds anything but numbers.
 */
export function checkJacobian<At>(
  plain: { readonly f: (x: At) => unknown; readonly jacobian: (x: At) => unknown; readonly at: At },
  options?: GradcheckOptions,
): GradcheckReport;
export function checkJacobian(plain: PlainJacobian, options?: GradcheckOptions): GradcheckReport;
export function checkJacobian(plain: PlainJacobian, options: GradcheckOptions = {}): GradcheckReport {
  const { f, jacobian, at } = plain;
  requireFunctions('checkJacobian', { f, jacobian });
  return check({
    kind: 'checkJacobian',
    name: options.name ?? (f.name || 'f'),
    at,
    evaluate: (x) => f(x as never),
    linearize: (x, { slots }, rows) => {
      const cols = totalOf(slots);
      const value = jacobian(x as never);
      const found = layoutOf(value, 'the Jacobian');
      const flat = found.flatten(value, 'the Jacobian');
      const [slot] = found.slots;
      const fits =
        found.slots.length === 1 && [`${rows},${cols}`, `${rows * cols}`].includes(slot.shape.join());
      if (!fits) {
        const got = found.slots.map(({ shape }) => `[${shape}]`).join(', ');
        throw new GradcheckUsageError(
          `the Jacobian has the shape ${got}, where [${rows}, ${cols}] is expected: a row for each output`,
        );
      }
      return (v) =>
        Float64Array.from({ length: cols }, (_, j) =>
          v.reduce((s, vi, i) => (vi === 0 ? s : s + vi * flat[i * cols + j]), 0),
        );
    },
    sources: { f, jacobian },
    options,
  });
}

/**
 * Checks a product of the Hessian and a vector written by hand against finite differences of the gradient.
 *
 * @throws GradcheckUsageError if a function throws at `at`, or `at` holds anything but numbers.
 */
export function checkHessianVectorProduct<At>(
  plain: {
    readonly gradient: (x: At) => unknown;
    readonly hessianVectorProduct: (x: At, v: At) => unknown;
    readonly at: At;
  },
  options?: GradcheckOptions,
): GradcheckReport;
export function checkHessianVectorProduct(
  plain: PlainHessianVectorProduct,
  options?: GradcheckOptions,
): GradcheckReport;
export function checkHessianVectorProduct(
  plain: PlainHessianVectorProduct,
  options: GradcheckOptions = {},
): GradcheckReport {
  const { gradient, hessianVectorProduct, at } = plain;
  requireFunctions('checkHessianVectorProduct', { gradient, hessianVectorProduct });
  return check({
    kind: 'checkHessianVectorProduct',
    name: options.name ?? (gradient.name || 'gradient'),
    at,
    evaluate: (x) => gradient(x as never),
    // The Hessian is symmetric: pulling v back through the gradient is the same as multiplying by it.
    linearize: (x, layout, _, double) => (v) =>
      layout.flatten(hessianVectorProduct(x as never, layout.build(v, double) as never), 'the product'),
    sources: { gradient, hessianVectorProduct },
    options,
  });
}

interface PlainCheck {
  readonly kind: string;
  readonly name: string;
  readonly at: unknown;
  readonly evaluate: (x: unknown) => unknown;
  readonly linearize: (
    x: unknown,
    layout: Layout,
    rows: number,
    double: boolean,
  ) => (v: Float64Array) => Float64Array;
  readonly sources: { readonly [name: string]: (...x: never[]) => unknown };
  readonly options: GradcheckOptions;
}

function check({ kind, name, at, evaluate, linearize, sources, options }: PlainCheck): GradcheckReport {
  const started = performance.now();
  validateOptions(options, name);
  const seed = options.seed ?? 0;
  const layout = layoutOf(at, 'x');
  const point = layout.flatten(at, 'x');
  if (point.length === 0)
    throw new GradcheckUsageError(`${kind}: there is nothing to differentiate: \`at\` holds no number`);
  const { double, outputs } = attempt(kind, () => {
    try {
      return { double: true, outputs: layoutOf(evaluate(layout.build(point, true)), 'f(x)') };
    } catch (error) {
      if (!layout.single) throw error;
      return { double: false, outputs: layoutOf(evaluate(layout.build(point, false)), 'f(x)') };
    }
  });
  const rows = totalOf(outputs.slots);
  if (kind === 'checkGradient' && rows !== 1) {
    throw new GradcheckUsageError(
      `checkGradient: f returns ${rows} numbers, where one is expected: checkJacobian is for functions with many`,
    );
  }
  const findings = new Findings();
  const modified = new Set<string>();
  const [valueName, gradientName] = Object.keys(sources);
  /** Calls one of the caller's functions with x, and sees whether it writes to it. */
  const watch = <T>(x: Float64Array, inDouble: boolean, name: string, body: (value: unknown) => T): T => {
    const value = layout.build(x, inDouble);
    const before = layout.flatten(value, 'x');
    const result = body(value);
    if (!layout.flatten(value, 'x').every((after, j) => Object.is(after, before[j]))) modified.add(name);
    return result;
  };
  const subjectIn = (inDouble: boolean): Pick<Subject, 'evaluate' | 'linearize'> => ({
    evaluate: (x) => watch(x, inDouble, valueName, (value) => outputs.flatten(evaluate(value), 'f(x)')),
    linearize: (x) => {
      // A copy that stays as it is for each later product.
      const pull = watch(x, inDouble, gradientName, (value) => linearize(value, layout, rows, inDouble));
      if (kind !== 'checkHessianVectorProduct') return pull;
      return (v) => watch(x, inDouble, gradientName, (value) => linearize(value, layout, rows, inDouble)(v));
    },
  });
  const subject: Subject = {
    name,
    order: 1,
    floor: 0,
    inputs: layout.slots,
    outputs: outputs.slots,
    point,
    unit: outputs.single || !double ? 2 ** -24 : 2 ** -53,
    ...subjectIn(double),
  };
  attempt(kind, () => subject.linearize(point)(new Float64Array(rows)));
  checkSubject(subject, { ...options, order: 1 }, findings, new Deadline(options.timeBudget ?? 30_000));
  if (options.invariants !== false) {
    const takesVector = kind === 'checkHessianVectorProduct';
    const single = layout.single && double ? subjectIn(false) : null;
    const source = new RandomSource(seedFor(seed, 'invariants'));
    checkPlainConduct({ subject, modified, takesVector, single }, findings, source);
  }
  return makeReport({
    name,
    seed,
    order: 1,
    findings,
    duration: performance.now() - started,
    reproducer: () => plainReproducer(kind, sources, at, seed),
  });
}

/** What a caller's function throws at the point itself is not a finding but a check that cannot be made. */
function attempt<T>(kind: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    const message = messageOf(error);
    throw new GradcheckUsageError(`${kind}: ${message}`, { cause: error });
  }
}

function requireFunctions(kind: string, functions: { readonly [name: string]: unknown }): void {
  for (const [name, f] of Object.entries(functions)) {
    if (typeof f !== 'function')
      throw new GradcheckUsageError(`${kind}: expected ${name} to be a function, got ${typeof f}`);
  }
}
