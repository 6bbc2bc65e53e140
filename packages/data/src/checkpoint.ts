/* A training run as one file: a safetensors file whose metadata hold what is no tensor. */
import { defaultGenerator, fromTypedArray, isTensor, type Generator, type Tensor } from '@retrograd/core';
import { FormatError } from './formats/error.ts';
import { parseUnambiguous } from './formats/json.ts';
import { readSafetensors, writeSafetensors } from './formats/safetensors.ts';

/** A model, an optimizer, a scheduler: anything that can say what state it is in, and be put into it again. */
export interface Stateful {
  stateDict(): unknown;
  loadStateDict(state: never): unknown;
}

/**
 * What goes into a checkpoint, by name: models, optimizers, schedulers, generators; and numbers, strings, tensors, or
 * arrays and objects of them, such as the epoch.
 */
export type CheckpointParts = Readonly<Record<string, unknown>>;

/** Options of saving and restoring. */
export interface CheckpointOptions {
  /** Whether the default generator's state goes along, under the name `rng`. Default true. */
  readonly rng?: boolean;
}

const FORMAT = 'retrograd.checkpoint';
const VERSION = '1';
const RNG = 'rng';

/**
 * The bytes of a checkpoint: a safetensors file, in which the model's weights stand as `model.…`, whatever reads it.
 *
 * @throws TypeError for a part that cannot be saved (a function, say), naming where it is.
 */
export function encodeCheckpoint(parts: CheckpointParts, { rng = true }: CheckpointOptions = {}): Uint8Array {
  if (isStateful(parts)) {
    throw new TypeError(
      `encodeCheckpoint: parts go by name: { model }, got ${parts.constructor.name} itself`,
    );
  }
  const tensors: Record<string, Tensor> = {};
  const whole = rng && !Object.hasOwn(parts, RNG) ? { ...parts, [RNG]: defaultGenerator } : parts;
  const tree = Object.entries(whole).map(
    ([name, part]) => [name, flat(stateOf(part), name, tensors)] as const,
  );
  const metadata = { format: FORMAT, version: VERSION, tree: JSON.stringify(Object.fromEntries(tree)) };
  return writeSafetensors(tensors, { metadata });
}

/**
 * What a checkpoint holds, by name: state dicts, and values as they were saved.
 *
 * @throws FormatError for bytes that are no checkpoint.
 */
export function decodeCheckpoint(bytes: Uint8Array): Record<string, unknown> {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.format !== FORMAT || metadata.tree === undefined) {
    throw new FormatError(
      'decodeCheckpoint: a safetensors file, but no checkpoint; readSafetensors reads its tensors',
    );
  }
  if (metadata.version !== VERSION) {
    throw new FormatError(`decodeCheckpoint: unknown version ${metadata.version} of the format`);
  }
  const tree = parseUnambiguous('decodeCheckpoint: tree', metadata.tree);
  return unflat(tree, tensors) as Record<string, unknown>;
}

/**
 * Puts the parts named in `into` into the state a checkpoint holds, and the default generator too. All or nothing: if one
 * of them refuses its state, those before it get back the state they had.
 *
 * @returns The checkpoint's values that are not in `into`: the epoch, say.
 * @throws FormatError for bytes that are no checkpoint; RangeError for a part it does not hold; what a part throws.
 */
export function restoreCheckpoint<Values extends object = Record<string, unknown>>(
  bytes: Uint8Array,
  into: Readonly<Record<string, Stateful | Generator>> = {},
  { rng = true }: CheckpointOptions = {},
): Values {
  const values = decodeCheckpoint(bytes);
  const targets: Record<string, unknown> = { ...into };
  if (rng && Object.hasOwn(values, RNG) && !Object.hasOwn(targets, RNG)) targets[RNG] = defaultGenerator;
  for (const [name, target] of Object.entries(targets)) {
    if (!Object.hasOwn(values, name)) {
      throw new RangeError(
        `restoreCheckpoint: the checkpoint has no ${name}; it has ${Object.keys(values).join(', ')}`,
      );
    }
    if (!isStateful(target) && !isGenerator(target)) {
      throw new TypeError(`restoreCheckpoint: ${name} must have loadStateDict, or be a generator`);
    }
  }
  const undo: (() => void)[] = [];
  try {
    for (const [name, target] of Object.entries(targets)) {
      const before = copied(stateOf(target));
      undo.push(() => put(target, before));
      put(target, values[name]);
    }
  } catch (error) {
    for (const back of undo.reverse()) {
      try {
        back();
      } catch {
        // A part that takes no state at all keeps the one it has; the others still get theirs back.
      }
    }
    throw error;
  }
  const rest = Object.entries(values).filter(([name]) => !Object.hasOwn(targets, name) && name !== RNG);
  return Object.fromEntries(rest) as Values;
}

function isStateful(value: unknown): value is Stateful {
  return typeof (value as Partial<Stateful> | null)?.stateDict === 'function';
}

/** By what it can do: two copies of core may be loaded. */
function isGenerator(value: unknown): value is Generator {
  return typeof (value as Partial<Generator> | null)?.getState === 'function';
}

function stateOf(part: unknown): unknown {
  if (isStateful(part)) return part.stateDict();
  return isGenerator(part) ? fromTypedArray(part.getState()) : part;
}

function put(target: unknown, state: unknown): void {
  if (isStateful(target)) target.loadStateDict(state as never);
  else if (isGenerator(target)) target.setState((state as Tensor).data as Uint8Array);
}

/** The same tree with tensors of its own. */
function copied(value: unknown): unknown {
  if (isTensor(value)) return value.detach().clone();
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copied(entry)]));
}

// What JSON does not know stands as an object of one key with a $: {"$tensor": name}, {"$number": "NaN"}.
const numbers = new Map([NaN, Infinity, -Infinity, -0].map((x) => [Object.is(x, -0) ? '-0' : String(x), x]));

/** A tree as JSON can hold it; its tensors go to `tensors`, by their paths. */
function flat(value: unknown, path: string, tensors: Record<string, Tensor>): unknown {
  if (isTensor(value)) {
    const name = Object.hasOwn(tensors, path) ? `${path}#${Object.keys(tensors).length}` : path;
    tensors[name] = value;
    return { $tensor: name };
  }
  if (typeof value === 'number') {
    const special = !Number.isFinite(value) || Object.is(value, -0);
    return special ? { $number: Object.is(value, -0) ? '-0' : String(value) } : value;
  }
  if (value === undefined) return { $undefined: true };
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((entry, i) => flat(entry, `${path}.${i}`, tensors));
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== null && (prototype === undefined || Object.getPrototypeOf(prototype) !== null)) {
    const what = typeof value === 'object' ? `a ${value.constructor.name}` : `a ${typeof value}`;
    throw new TypeError(`encodeCheckpoint: ${path} is ${what}, which cannot be saved`);
  }
  const entries = Object.entries(value).map(([key, entry]) => {
    if (key.startsWith('$'))
      throw new TypeError(`encodeCheckpoint: ${path} has the key ${key}: none may begin with $`);
    return [key, flat(entry, `${path}.${key}`, tensors)] as const;
  });
  return Object.fromEntries(entries);
}

function unflat(value: unknown, tensors: Readonly<Record<string, Tensor>>): unknown {
  if (Array.isArray(value)) return value.map((entry) => unflat(entry, tensors));
  if (typeof value !== 'object' || value === null) return value;
  const { $tensor, $number, $undefined } = value as Readonly<Record<string, unknown>>;
  if ($undefined === true) return undefined;
  if (typeof $number === 'string' && numbers.has($number)) return numbers.get($number);
  if (typeof $tensor === 'string') {
    if (!Object.hasOwn(tensors, $tensor))
      throw new FormatError(`decodeCheckpoint: the tensor ${$tensor} is missing`);
    return tensors[$tensor];
  }
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unflat(entry, tensors)]));
}
