/* Arguments that make no sense, refused before anything runs. */
import { isTensor } from '@retrograd/core';
import { GradcheckUsageError } from './errors.ts';
import { tensorsIn } from './nesting.ts';
import type { GradcheckOptions } from './options.ts';

/** @throws GradcheckUsageError if f cannot be called with the inputs, or an option has a value that it cannot have. */
export function validateCall(f: unknown, inputs: unknown, options: GradcheckOptions, name: string): void {
  const callable =
    typeof f === 'function' ||
    (typeof f === 'object' && f !== null && 'forward' in f && 'namedParameters' in f);
  if (!callable)
    throw new GradcheckUsageError(
      `gradcheck: expected a function of tensors or a module, got ${typeof f} (plain functions are checked by { f, gradient, at })`,
    );
  if (!Array.isArray(inputs)) {
    throw new GradcheckUsageError(
      `${name}: expected the inputs as an array of arguments, gradcheck(f, [x, y]), got ` +
        (isTensor(inputs) ? 'a tensor' : typeof inputs),
    );
  }
  validateOptions(options, name);
  const { batchDim } = options;
  if (batchDim === undefined) return;
  for (const { name: where, tensor: x } of tensorsIn(inputs, 'inputs')) {
    if (batchDim >= -x.ndim && batchDim < x.ndim) return;
    throw new GradcheckUsageError(
      `${name}: expected batchDim to be a dim of the first input, got ${batchDim} where ${where} has the shape [${x.shape}]`,
    );
  }
}

/** All options, by name. */
const KNOWN: Readonly<Record<keyof GradcheckOptions, true>> = {
  name: true,
  order: true,
  seed: true,
  tier: true,
  degree: true,
  maxEntries: true,
  directions: true,
  samples: true,
  timeBudget: true,
  resamples: true,
  subgradient: true,
  batchDim: true,
  invariants: true,
  allowInconclusive: true,
};

/** @throws GradcheckUsageError if an option has a value that it cannot have. */
export function validateOptions(options: GradcheckOptions, name: string): void {
  requireOptions(options, name);
  const unknown = Object.keys(options).find((option) => !Object.hasOwn(KNOWN, option));
  if (unknown !== undefined) {
    const why = /^(eps|[ar]tol|tol(erance)?|epsilon|step|h)$/i.test(unknown)
      ? ': steps and tolerances follow from the differences themselves'
      : '';
    throw new GradcheckUsageError(
      `${name}: there is no option ${unknown}${why}. There are ${Object.keys(KNOWN).join(', ')}`,
    );
  }
  const refuse = (option: keyof GradcheckOptions, wanted: string): void => {
    throw new GradcheckUsageError(
      `${name}: expected ${option} to be ${wanted}, got ${String(options[option])}`,
    );
  };
  const integers = { order: 1, seed: 0, maxEntries: 0, directions: 1, samples: 0, resamples: 0 };
  for (const [option, least] of Object.entries(integers) as [keyof typeof integers, number][]) {
    const { [option]: value = least } = options;
    if (!(Number.isInteger(value) || value === Infinity) || value < least)
      refuse(option, `an integer of at least ${least}`);
  }
  const { tier = 'auto', degree = 'linear', subgradient = 'left', timeBudget = 1, batchDim = 0 } = options;
  if (!(timeBudget > 0)) refuse('timeBudget', 'a number of milliseconds');
  if (!Number.isInteger(batchDim)) refuse('batchDim', 'a dim');
  if (!['auto', 'exact', 'full', 'sampled'].includes(tier))
    refuse('tier', "'auto', 'exact', 'full' or 'sampled'");
  if (!['linear', 'quadratic'].includes(degree)) refuse('degree', "'linear' or 'quadratic'");
  if (typeof subgradient !== 'function' && !['between', 'left', 'right', 'mean'].includes(subgradient))
    refuse('subgradient', "'between', 'left', 'right', 'mean' or a function of the two slopes");
}

/** @throws GradcheckUsageError if the options are no object. */
export function requireOptions(options: GradcheckOptions, name: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new GradcheckUsageError(
      `${name}: expected the options as an object, such as { order: 2 }, got ${String(options)}`,
    );
  }
}
