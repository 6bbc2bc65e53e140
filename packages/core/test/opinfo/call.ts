/* How a call of PyTorch is spelled here: one rule, and a table (calls.ts) of what differs from it. */
import * as core from '../../src/index.ts';
import { calls } from './calls.ts';

/** A function of ours, or null where there is none. */
export type Callee = ((args: readonly unknown[], options: Record<string, unknown>) => unknown) | null;

/**
 * Our function for a variant of OpInfo, called with PyTorch's positional arguments and keywords.
 *
 * The rule: the last word of the name in camelCase; positional arguments stay; keywords go into the options object.
 * A signature `name(a, b; c)` in the table says which of them are positional here: what PyTorch calls `a` and `b` is,
 * however it was passed, and `c` and all the rest are options. `x, ...y => name(y, x)` tells PyTorch's order of them too.
 */
export function calleeOf(variant: string): Callee {
  const torchName = variant.split(' ')[0];
  const entry = calls[variant] ?? calls[torchName] ?? named(torchName);
  if (typeof entry !== 'string') {
    const code = entry as (...args: unknown[]) => unknown;
    return (args, options) => code(...args, camelCased(options));
  }
  const { path, order, positional } = parsed(entry);
  const fn = functionAt(path);
  if (fn === null) return null;
  if (positional.length === 0)
    return (args, options) => fn(...args.map(given), ...trailing(camelCased(options)));
  return (args, options) => {
    const all = { ...byName(order, args), ...camelCased(options) };
    const rest = Object.entries(all).filter(([name, x]) => !positional.includes(name) && x !== undefined);
    const placed = positional.map((name) => all[name]);
    while (rest.length === 0 && placed.length > 0 && placed[placed.length - 1] === undefined) placed.pop();
    return fn(...placed, ...trailing(Object.fromEntries(rest)));
  };
}

interface Signature {
  readonly path: string;
  /** PyTorch's order of the arguments, options included. */
  readonly order: readonly string[];
  /** What is positional here. */
  readonly positional: readonly string[];
}

function parsed(entry: string): Signature {
  const [, before, path, listed = ''] = /^(?:(.*) => )?([\w.]+)(?:\((.*)\))?$/.exec(entry) ?? [];
  const split = (names: string): string[] => names.split(/[,;] */).filter((name) => name !== '');
  const [positional] = listed.split(';');
  return { path, order: split(before ?? listed), positional: split(positional) };
}

/** Positional arguments by their names; `...name` takes all that are left. */
function byName(order: readonly string[], args: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(
    order.map((name, i) =>
      name.startsWith('...') ? [name.slice(3), args.slice(i).flat()] : [name, given(args[i])],
    ),
  );
}

/** The name of the function of ours that a variant is about. */
export function nameOf(variant: string): string {
  const torchName = variant.split(' ')[0];
  const entry = calls[variant] ?? calls[torchName];
  return typeof entry === 'string' ? parsed(entry).path : named(torchName);
}

function named(torchName: string): string {
  const words = torchName.split('.');
  const name = camel(words[words.length - 1]);
  return words[0] === 'linalg' || words[0] === 'masked' ? `${words[0]}.${name}` : name;
}

function functionAt(path: string): ((...args: unknown[]) => unknown) | null {
  const found = path
    .split('.')
    .reduce<unknown>(
      (holder, name) =>
        typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined,
      core,
    );
  return typeof found === 'function' ? (found as (...args: unknown[]) => unknown) : null;
}

function trailing(options: Record<string, unknown>): unknown[] {
  return Object.keys(options).length > 0 ? [options] : [];
}

function camelCased(options: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(options).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [camel(key), value]));
}

/** Python's None, where it says that an argument is not given. */
function given(x: unknown): unknown {
  return x === null ? undefined : x;
}

function camel(name: string): string {
  return name.replace(/(?<=\w)_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
