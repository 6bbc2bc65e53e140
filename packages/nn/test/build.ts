import type { Tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';

/** A module as golden files name it: its class, then its arguments; those of a Sequential are modules again. */
export type Build = readonly [name: string, ...args: unknown[]];

interface AnyModule extends nn.Module {
  forward(...inputs: Tensor[]): Tensor;
}
const classes = nn as object as Record<string, new (...args: unknown[]) => AnyModule>;

/** The module a golden file names. */
export function build([name, ...args]: Build): AnyModule {
  if (name !== 'Sequential') return new classes[name](...args);
  return new nn.Sequential(...(args[0] as Build[]).map(build));
}

/** The elements in row-major order. */
export function elements(x: Tensor): number[] {
  return Array.from(x.detach().contiguous().data);
}
