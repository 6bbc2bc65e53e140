/* Hooks. They run however a module is called, because they are laid around the instance's `forward` itself. */
import { isGradEnabled, type HookHandle } from '@retrograd/core';
import { WatchedCall, type FullBackwardHook, type FullBackwardPreHook } from './backwardHooks.ts';

/** Anything that has a `forward`. */
export interface HasForward {
  forward(...inputs: never[]): unknown;
}

/** The inputs a module is called with; unknown ones where only that it is a module is known. */
export type InputsOf<M extends HasForward> =
  never[] extends Parameters<M['forward']> ? unknown[] : Parameters<M['forward']>;

/**
 * Is handed a module and the inputs it is called with; may return others in their place (one that is no array stands
 * for a single input).
 */
export type ForwardPreHook<M extends HasForward> = (
  module: M,
  inputs: InputsOf<M>,
) => readonly [...InputsOf<M>] | InputsOf<M>[0] | void;

/** Is handed a module, the inputs it was called with and what it returned; may return something in its place. */
export type ForwardHook<M extends HasForward> = (
  module: M,
  inputs: InputsOf<M>,
  output: ReturnType<M['forward']>,
) => ReturnType<M['forward']> | void;

type Forward = (...inputs: unknown[]) => unknown;
type Before = (module: object, inputs: unknown[]) => unknown;
type After = (module: object, inputs: unknown[], output: unknown) => unknown;

interface Hooks {
  /** The instance's own `forward` before there were hooks, if it had one. */
  readonly own: Forward | undefined;
  readonly before: Set<{ readonly hook: Before }>;
  readonly after: Set<{ readonly hook: After }>;
  readonly beforeBackward: Set<{ readonly hook: FullBackwardPreHook<never> }>;
  readonly afterBackward: Set<{ readonly hook: FullBackwardHook<never> }>;
}

const hooksOf = new WeakMap<object, Hooks>();

/** Calls `hook` before every `forward` of this module, in order of registration. */
export function addForwardPreHook<M extends HasForward>(module: M, hook: ForwardPreHook<M>): HookHandle {
  return added(module, 'before', { hook: hook as Before });
}

/** Removes the first pre-hook that matches, and returns it; null if there is none. */
export function takeForwardPreHook(module: HasForward, matches: (hook: object) => boolean): object | null {
  const before = hooksOf.get(module)?.before ?? [];
  const found = [...before].find(({ hook }) => matches(hook));
  if (found === undefined) return null;
  hooksOf.get(module)?.before.delete(found);
  return found.hook;
}

/** Calls `hook` after every `forward` of this module, in order of registration. */
export function addForwardHook<M extends HasForward>(module: M, hook: ForwardHook<M>): HookHandle {
  return added(module, 'after', { hook: hook as After });
}

/** Calls `hook` whenever a backward pass has computed the gradients of a call's inputs, in order of registration. */
export function addFullBackwardHook<M extends HasForward>(module: M, hook: FullBackwardHook<M>): HookHandle {
  return added(module, 'afterBackward', { hook });
}

/** Calls `hook` whenever a backward pass has computed the gradients of a call's outputs, in order of registration. */
export function addFullBackwardPreHook<M extends HasForward>(
  module: M,
  hook: FullBackwardPreHook<M>,
): HookHandle {
  return added(module, 'beforeBackward', { hook });
}

/** The hook is wrapped in an object of its own, so that one function registered twice is two hooks. */
function added<K extends keyof Hooks>(
  module: HasForward,
  kind: K,
  item: Hooks[K] extends Set<infer T> ? T : never,
): HookHandle {
  const { hook } = item as { readonly hook: unknown };
  if (typeof hook !== 'function') {
    throw new TypeError(`${module.constructor.name}: a hook must be a function, got ${typeof hook}`);
  }
  const hooks = hooksOf.get(module) ?? intercept(module);
  const set = hooks[kind] as Set<typeof item>;
  set.add(item);
  return { remove: () => void set.delete(item) };
}

/**
 * Lays hooks around the module's `forward` by giving the instance one of its own. A module without hooks is called
 * without any detour, and `super.forward(…)` in a subclass does not run them a second time.
 */
function intercept(module: HasForward): Hooks {
  // A `forward` that is a field is kept; one of the class is looked up at each call.
  const own = Object.getOwnPropertyDescriptor(module, 'forward')?.value as Forward | undefined;
  const hooks: Hooks = {
    own,
    before: new Set(),
    after: new Set(),
    beforeBackward: new Set(),
    afterBackward: new Set(),
  };
  const prototype = Object.getPrototypeOf(module) as { forward: Forward };
  const forward = function (this: HasForward, ...given: unknown[]): unknown {
    let inputs = given;
    for (const { hook } of [...hooks.before]) {
      const replaced = hook(this, inputs);
      if (replaced !== undefined) inputs = Array.isArray(replaced) ? replaced : [replaced];
    }
    const watched = watch(this, hooks);
    if (watched !== null) inputs = watched.gateInputs(inputs);
    let output = (own ?? prototype.forward).apply(this, inputs);
    for (const { hook } of [...hooks.after]) {
      const replaced = hook(this, inputs, output);
      if (replaced !== undefined) output = replaced;
    }
    if (watched !== null) output = watched.gateOutput(output);
    return output;
  };
  Object.defineProperty(module, 'forward', { value: forward, writable: true, configurable: true });
  hooksOf.set(module, hooks);
  return hooks;
}

/** Gives a copy of a module the module's hooks, which can be removed from each by itself. */
export function copyHooks(module: HasForward, copy: HasForward): void {
  const hooks = hooksOf.get(module);
  if (hooks === undefined) return;
  if (hooks.own !== undefined) Object.assign(copy, { forward: hooks.own });
  const copied = intercept(copy);
  for (const item of hooks.before) copied.before.add({ ...item });
  for (const item of hooks.after) copied.after.add({ ...item });
  for (const item of hooks.beforeBackward) copied.beforeBackward.add({ ...item });
  for (const item of hooks.afterBackward) copied.afterBackward.add({ ...item });
}

/** The call that begins, if its backward pass is to be watched. */
function watch(module: object, { beforeBackward, afterBackward }: Hooks): WatchedCall | null {
  if (beforeBackward.size + afterBackward.size === 0 || !isGradEnabled()) return null;
  return new WatchedCall(module, { before: beforeBackward, after: afterBackward });
}
