import type { Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';

/**
 * A module as golden files name it: its class, then its arguments. Those of a Sequential are modules again, and
 * `{ $module: … }` among others stands for one.
 */
export type Build = readonly [name: string, ...args: unknown[]];

interface AnyModule extends nn.Module {
  forward(...inputs: unknown[]): unknown;
}
const classes = nn as object as Record<string, new (...args: unknown[]) => AnyModule>;

/** The module a golden file names. */
export function build([name, ...args]: Build): AnyModule {
  if (name !== 'Sequential') return new classes[name](...args.map(argumentOf));
  return new nn.Sequential(...(args[0] as Build[]).map((each) => build(each) as nn.Layer)) as AnyModule;
}

function argumentOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && '$module' in value
    ? build(value.$module as Build)
    : value;
}

/** The elements in row-major order. */
export function elements(x: Tensor): number[] {
  return Array.from(x.detach().contiguous().data);
}
