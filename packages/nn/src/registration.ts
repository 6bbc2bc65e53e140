/* What may be assigned to a module's fields under a computed name. */
import { isTensor } from '@retrograd/core';

/**
 * Throws unless a name can be given to a parameter, buffer or module: a string without dots that is no other field's.
 *
 * @param replaces - Whether there is one of the same kind already, whose place is taken.
 */
export function checkFieldName(owner: object, kind: string, name: string, replaces: boolean): void {
  const where = `${owner.constructor.name}: ${kind} name`;
  if (typeof name !== 'string') throw new TypeError(`${where} should be a string, got ${typeof name}`);
  if (name === '') throw new TypeError(`${where} can't be empty string ""`);
  if (name.includes('.')) throw new TypeError(`${where} can't contain ".": ${name}`);
  const value = (owner as Record<string, unknown>)[name];
  if (!replaces && name in owner && value !== undefined && value !== null) {
    throw new TypeError(`${where} cannot be used: attribute '${name}' already exists`);
  }
}

/** The error for a value of the wrong kind. */
export function refusal(method: string, value: unknown, as: string): TypeError {
  const what = isTensor(value) ? 'a Tensor' : value === undefined ? 'undefined' : typeof value;
  return new TypeError(`${method}: cannot assign ${what} as ${as}`);
}
