/* Forward hooks. They run however a module is called, because they are laid around the instance's `forward` itself. */
import type { HookHandle } from '@retrograd/core';

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
  readonly before: Set<{ readonly hook: Before }>;
  readonly after: Set<{ readonly hook: After }>;
}

const hooksOf = new WeakMap<object, Hooks>();

/** Calls `hook` before every `forward` of this module, in order of registration. */
export function addForwardPreHook<M extends HasForward>(module: M, hook: ForwardPreHook<M>): HookHandle {
  return added(module, 'before', { hook: hook as Before });
}

/** Calls `hook` after every `forward` of this module, in order of registration. */
export function addForwardHook<M extends HasForward>(module: M, hook: ForwardHook<M>): HookHandle {
  return added(module, 'after', { hook: hook as After });
}

/** The hook is wrapped in an object of its own, so that one function registered twice is two hooks. */
function added<K extends keyof Hooks>(
  module: HasForward,
  kind: K,
  item: Hooks[K] extends Set<infer T> ? T : never,
): HookHandle {
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
  const hooks: Hooks = { before: new Set(), after: new Set() };
  // A `forward` that is a field is kept; one of the class is looked up at each call.
  const own = Object.getOwnPropertyDescriptor(module, 'forward')?.value as Forward | undefined;
  const prototype = Object.getPrototypeOf(module) as { forward: Forward };
  const forward = function (this: HasForward, ...given: unknown[]): unknown {
    let inputs = given;
    for (const { hook } of [...hooks.before]) {
      const replaced = hook(this, inputs);
      if (replaced !== undefined) inputs = Array.isArray(replaced) ? replaced : [replaced];
    }
    let output = (own ?? prototype.forward).apply(this, inputs);
    for (const { hook } of [...hooks.after]) {
      const replaced = hook(this, inputs, output);
      if (replaced !== undefined) output = replaced;
    }
    return output;
  };
  Object.defineProperty(module, 'forward', { value: forward, writable: true, configurable: true });
  hooksOf.set(module, hooks);
  return hooks;
}
