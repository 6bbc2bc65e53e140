import { isTensor, noGrad, type Tensor } from '@retrograd/core';

/** A module's parameters and persistent buffers by their names (torch.nn.Module.state_dict). */
export type StateDict = Record<string, Tensor>;

/** Names that were in the module but not in the dict, and the other way round. */
export interface IncompatibleKeys {
  readonly missingKeys: string[];
  readonly unexpectedKeys: string[];
}

/**
 * Copies the tensors of one dict into those of another, by name, converting dtypes.
 *
 * @param name - The module's class, for the error.
 * @throws Error that names all missing, unexpected and mis-shaped keys; nothing is changed then. Unless `strict`, only
 * mis-shaped ones are an error. TypeError for what is no dict, such as the module that has it.
 */
export function loadInto(
  name: string,
  own: StateDict,
  given: Readonly<StateDict>,
  strict: boolean,
): IncompatibleKeys {
  if (typeof given !== 'object' || given === null || typeof given.stateDict === 'function') {
    const what = typeof given === 'object' && given !== null ? given.constructor.name : String(given);
    throw new TypeError(`loadStateDict: expected a state dict, as stateDict() returns it, got ${what}`);
  }
  const missingKeys = Object.keys(own).filter((key) => !Object.hasOwn(given, key));
  const unexpectedKeys = Object.keys(given).filter((key) => !Object.hasOwn(own, key));
  const shared = Object.keys(own).filter((key) => Object.hasOwn(given, key));
  const problems: string[] = [];
  if (strict && missingKeys.length > 0)
    problems.push(`Missing key(s) in state_dict: ${quoted(missingKeys)}. `);
  if (strict && unexpectedKeys.length > 0)
    problems.push(`Unexpected key(s) in state_dict: ${quoted(unexpectedKeys)}. `);
  for (const key of shared) {
    const value: unknown = given[key];
    if (!isTensor(value)) {
      problems.push(`expected a Tensor for ${key}, got ${value === null ? 'null' : typeof value}.`);
    } else if (value.shape.join() !== own[key].shape.join()) {
      problems.push(
        `size mismatch for ${key}: copying a param with shape ${bracketed(value)} from checkpoint, the shape in ` +
          `current model is ${bracketed(own[key])}.`,
      );
    }
  }
  if (problems.length > 0) {
    throw new Error(`loadStateDict: Error(s) in loading state_dict for ${name}:\n\t${problems.join('\n\t')}`);
  }
  noGrad(() => {
    for (const key of shared) own[key].copy_(given[key]);
  });
  return { missingKeys, unexpectedKeys };
}

function quoted(keys: readonly string[]): string {
  return keys.map((key) => `"${key}"`).join(', ');
}

function bracketed(x: Tensor): string {
  return `[${x.shape.join(', ')}]`;
}
