/* Named cases for the command line: what `*.gradcheck.ts` files export. */
import { isTensor } from '@retrograd/core';
import { gradcheck, type GradcheckFunction } from './check.ts';
import type { GradcheckOptions, ModuleLike } from './options.ts';
import {
  checkGradient,
  checkHessianVectorProduct,
  checkJacobian,
  type PlainGradient,
  type PlainHessianVectorProduct,
  type PlainJacobian,
} from './plain.ts';
import type { GradcheckReport } from './report.ts';

/** Cases are recognised by this brand, so that two loaded copies of the package understand each other. */
const BRAND = Symbol.for('retrograd.gradientCase');

/** A gradient to be checked under a name. */
export interface GradientCase {
  readonly name: string;
  readonly options: GradcheckOptions;
  /** The file (a path or URL) and line of the call that made the case, where the runtime tells. */
  readonly calledFrom: { readonly file: string; readonly line: number } | null;
  /** Checks it, with other options in place of its own. */
  run(overrides?: GradcheckOptions): GradcheckReport;
}

/** Any of the three, in a form from which the type of the functions' arguments can be inferred. */
interface PlainAt<At> {
  readonly at: At;
  readonly f?: (x: At) => unknown;
  readonly gradient?: (x: At) => unknown;
  readonly jacobian?: (x: At) => unknown;
  readonly hessianVectorProduct?: (x: At, v: At) => unknown;
}

/**
 * A case for the `gradcheck` command, which runs all that a file exports, by themselves, in lists or in objects:
 *
 * ```ts
 * export const cases = [gradientCase('softplus', softplus, [tensor([0.5, -1])])];
 * ```
 *
 * @param inputs f's arguments, or a function that makes them from the run's seed.
 */
export function gradientCase<Inputs extends readonly unknown[]>(
  name: string,
  f: GradcheckFunction<Inputs> | ModuleLike,
  inputs: readonly [...Inputs] | ((seed: number) => readonly [...Inputs]),
  options?: GradcheckOptions,
): GradientCase;
/**
 * The same for derivatives of plain functions, written by hand: what {@link checkGradient}, {@link checkJacobian} or
 * {@link checkHessianVectorProduct} takes, at one point.
 */
export function gradientCase<At>(name: string, plain: PlainAt<At>, options?: GradcheckOptions): GradientCase;
export function gradientCase(name: string, plain: Plain, options?: GradcheckOptions): GradientCase;
export function gradientCase(
  name: string,
  f: object,
  ...rest: [Inputs, GradcheckOptions?] | [GradcheckOptions?]
): GradientCase {
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(`gradientCase: a case needs a name, got ${typeof name}`);
  }
  if (isTensor(rest[0])) {
    throw new TypeError(
      `gradientCase: '${name}' needs its inputs in an array, one per argument, got a tensor`,
    );
  }
  const [inputs, last] = isInputs(rest[0]) ? [rest[0], rest[1]] : [undefined, rest[0]];
  const options: GradcheckOptions = { name, ...last };
  const run = (overrides: GradcheckOptions = {}): GradcheckReport => {
    const all = { ...options, ...overrides };
    if ('hessianVectorProduct' in f) return checkHessianVectorProduct(f as PlainHessianVectorProduct, all);
    if ('jacobian' in f) return checkJacobian(f as PlainJacobian, all);
    if ('gradient' in f) return checkGradient(f as PlainGradient, all);
    const args = typeof inputs === 'function' ? inputs(all.seed ?? 0) : (inputs ?? []);
    return gradcheck(f as GradcheckFunction | ModuleLike, args, all);
  };
  return Object.assign({ name, options, calledFrom: caller(), run }, { [BRAND]: true });
}

type Plain = PlainGradient | PlainJacobian | PlainHessianVectorProduct;
type Inputs = readonly unknown[] | ((seed: number) => readonly unknown[]);

/** Whether a value comes from {@link gradientCase}. */
export function isGradientCase(value: unknown): value is GradientCase {
  return typeof value === 'object' && value !== null && BRAND in value;
}

function isInputs(value: Inputs | GradcheckOptions | undefined): value is Inputs {
  return Array.isArray(value) || typeof value === 'function';
}

/** The innermost stack frame that lies in another file than this one. */
function caller(): GradientCase['calledFrom'] {
  const frames = (new Error().stack ?? '').split('\n').flatMap((text) => {
    const [, file, line] = /(?:\(|at (?:async )?)([^()]+):(\d+):\d+\)?$/.exec(text) ?? [];
    return file === undefined ? [] : [{ file, line: Number(line) }];
  });
  return frames.find(({ file }) => file !== frames[0].file) ?? null;
}
