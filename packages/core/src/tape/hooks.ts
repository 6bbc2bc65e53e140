import { AutogradError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import { entryOf, type Entry, type OutputHooks, type TensorHook } from './entry.ts';

/** What registering a hook returns. */
export interface HookHandle {
  /** Takes the hook away again. */
  remove(): void;
}

/**
 * Calls `hook` with x's gradient whenever one has been computed: once per backward pass, with the sum of all
 * contributions. What it returns, if anything, takes the gradient's place (torch.Tensor.register_hook).
 *
 * @throws AutogradError if x does not require grad.
 */
export function registerHook(x: Tensor, hook: TensorHook): HookHandle {
  const { tensorHooks } = hooksOf(requireEntry('registerHook', x), x.slot);
  tensorHooks.add(hook);
  return { remove: () => void tensorHooks.delete(hook) };
}

/**
 * Calls `hook` with the leaf x after a backward pass has accumulated into its `.grad`
 * (torch.Tensor.register_post_accumulate_grad_hook).
 *
 * @throws AutogradError if x is not a leaf that requires grad.
 */
export function registerPostAccumulateGradHook(x: Tensor, hook: (leaf: Tensor) => void): HookHandle {
  const entry = requireEntry('registerPostAccumulateGradHook', x);
  if (entry.leaf !== x) {
    throw new AutogradError(
      'registerPostAccumulateGradHook: post accumulate grad hooks cannot be registered on non-leaf tensors',
    );
  }
  const hooks = (entry.postAccumulateHooks ??= new Set());
  hooks.add(hook);
  return { remove: () => void hooks.delete(hook) };
}

/**
 * Makes backward fill the `.grad` of x though x is no leaf; nothing on a leaf (torch.Tensor.retain_grad).
 *
 * @throws AutogradError if x does not require grad.
 */
export function retainGrad(x: Tensor): void {
  const entry = requireEntry('retainGrad', x);
  if (entry.leaf !== null) return;
  hooksOf(entry, x.slot).retainer = x;
  x.retainsGrad = true;
}

/** After an in-place op gave x a new entry: its `.grad` is now that of its new value. */
export function moveRetainer(x: Tensor, oldEntry: Entry, oldSlot: number): void {
  hooksOf(oldEntry, oldSlot).retainer = null;
  retainGrad(x);
}

function requireEntry(name: string, x: Tensor): Entry {
  const entry = entryOf(x);
  if (entry === null)
    throw new AutogradError(`${name}: cannot be used on a tensor that doesn't require gradient`);
  return entry;
}

function hooksOf(entry: Entry, slot: number): OutputHooks {
  const all = (entry.hooks ??= []);
  return (all[slot] ??= { tensorHooks: new Set(), retainer: null });
}
