/* Copies of modules that share nothing with the original (copy.deepcopy in PyTorch). */
import { AutogradError, isTensor, noGrad, type Tensor } from '@retrograd/core';
import { copyHooks } from './hooks.ts';
import { blankCopy, isModule, type Module } from './module.ts';
import { isParameter, Parameter } from './parameter.ts';

/**
 * A copy of a module with parameters, buffers and child modules of its own, equal to the original's (Python's
 * `copy.deepcopy(module)`). What the original holds in several places is one thing in the copy too. Hooks are copied,
 * gradients are not; `requiresGrad` and the mode stay.
 *
 * Tensors, modules, and arrays, plain objects, maps and sets of such are copied; anything else a field holds (functions,
 * generators) is shared. Constructors of subclasses do not run, so `#private` fields, which nothing but a constructor can
 * make, do not exist in the copy.
 *
 * @throws AutogradError if a field holds a tensor that an op has recorded: only leaves can be copied; TypeError for
 * anything but a module.
 */
export function deepcopy<M extends Module>(module: M): M {
  if (!isModule(module)) throw new TypeError(`deepcopy: expected a Module, got ${typeof module}`);
  return new Copier().module(module);
}

/** One copying: what has a copy already. */
class Copier {
  private readonly copies = new Map<object, unknown>();

  module<M extends Module>(original: M): M {
    const known = this.copies.get(original);
    if (known !== undefined) return known as M;
    const copy = blankCopy(original);
    this.copies.set(original, copy);
    this.fill(copy, original);
    copyHooks(original, copy);
    return copy;
  }

  private value(original: unknown): unknown {
    if (typeof original !== 'object' || original === null) return original;
    if (isModule(original)) return this.module(original);
    const known = this.copies.get(original);
    if (known !== undefined) return known;
    if (isTensor(original)) return this.kept(original, copyOfTensor(original));
    if (Array.isArray(original)) return this.filled(original, []);
    if (original instanceof Map) {
      const copy = this.kept(original, new Map<unknown, unknown>());
      for (const [key, item] of original) copy.set(this.value(key), this.value(item));
      return copy;
    }
    if (original instanceof Set) {
      const copy = this.kept(original, new Set<unknown>());
      for (const item of original) copy.add(this.value(item));
      return copy;
    }
    return isPlainObject(original) ? this.filled(original, {}) : original;
  }

  private kept<T>(original: object, copy: T): T {
    this.copies.set(original, copy);
    return copy;
  }

  private filled<T extends object>(original: object, copy: T): T {
    this.kept(original, copy);
    this.fill(copy, original);
    return copy;
  }

  private fill(copy: object, original: object): void {
    for (const [field, value] of Object.entries(original))
      Object.assign(copy, { [field]: this.value(value) });
  }
}

function copyOfTensor(x: Tensor): Tensor {
  if (!x.isLeaf) {
    throw new AutogradError(
      `deepcopy: Only Tensors created explicitly by the user (graph leaves) can be copied, got the result of a recorded ` +
        `op, of shape [${x.shape.join(', ')}]; detach() it`,
    );
  }
  const copy = noGrad(() => x.detach().clone());
  return isParameter(x) ? new Parameter(copy, x.requiresGrad) : copy.requiresGrad_(x.requiresGrad);
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
