/* What weight and spectral normalisation share: a parameter that is computed anew before every forward. */
import type { Tensor } from '@retrograd/core';
import { addForwardPreHook, takeForwardPreHook } from '../hooks.ts';
import type { Module } from '../module.ts';
import { isParameter, Parameter } from '../parameter.ts';

/** How a parameter is computed from what has taken its place. */
export interface Reparametrisation {
  /** `weightNorm` or `spectralNorm`. */
  readonly kind: string;
  /** The field of the parameter. */
  readonly name: string;
  /** The value of the parameter, of what the module holds in its place; `training` overrides the module's mode. */
  readonly compute: (module: Module, training?: boolean) => Tensor;
}

/** The hooks that compute parameters; copies of a module have the same. */
const hooks = new WeakMap<object, Reparametrisation>();

/** A module's field. */
export function fieldOf(module: Module, name: string): unknown {
  return (module as object as Record<string, unknown>)[name];
}

/** Assigns a module's field, or takes it away. */
export function setField(module: Module, name: string, value: Tensor | undefined): void {
  const fields = module as object as Record<string, unknown>;
  if (value === undefined) delete fields[name];
  else fields[name] = value;
}

/**
 * The parameter to be replaced.
 *
 * @throws RangeError if the module has none of this name, or it is computed already.
 */
export function parameterToReplace(kind: string, module: Module, name: string): Parameter {
  const value = fieldOf(module, name);
  if (isParameter(value)) return value;
  if (fieldOf(module, `${name}_g`) !== undefined || fieldOf(module, `${name}_orig`) !== undefined) {
    throw new RangeError(`${kind}: Cannot register two ${kind} hooks on the same parameter ${name}`);
  }
  throw new RangeError(`${kind}: ${module.constructor.name} has no parameter '${name}'`);
}

/** Has a parameter's field computed before every forward from now on. */
export function reparametrise(module: Module, how: Reparametrisation): void {
  const hook = (called: Module): void => setField(called, how.name, how.compute(called));
  hooks.set(hook, how);
  addForwardPreHook(module, hook);
}

/**
 * Ends it.
 *
 * @returns How the parameter was computed.
 * @throws RangeError if it was not.
 */
export function endReparametrisation(kind: string, module: Module, name: string): Reparametrisation {
  const hook = takeForwardPreHook(module, (each) => {
    const how = hooks.get(each);
    return how?.kind === kind && how.name === name;
  });
  const how = hook === null ? undefined : hooks.get(hook);
  if (how === undefined) {
    throw new RangeError(`${kind} of '${name}' not found in ${module.constructor.name}`);
  }
  return how;
}

/** Puts a parameter with this value in the place of others. */
export function restoreParameter(
  module: Module,
  name: string,
  value: Tensor,
  others: readonly string[],
): void {
  for (const field of [name, ...others]) setField(module, field, undefined);
  module.registerParameter(name, new Parameter(value.detach()));
}
