import { isFloating, isTensor, noGrad, type DType, type HookHandle, type Tensor } from '@retrograd/core';
import type { FullBackwardHook, FullBackwardPreHook } from './backwardHooks.ts';
import {
  addForwardHook, addForwardPreHook, addFullBackwardHook, addFullBackwardPreHook, type ForwardHook, type ForwardPreHook,
} from './hooks.ts'; // prettier-ignore
import { buffersOf, isBranded, ModuleTree } from './moduleTree.ts';
import { formatModule } from './repr.ts';
import { loadInto, type IncompatibleKeys, type StateDict } from './stateDict.ts';

/**
 * The base of all layers and models (torch.nn.Module). A subclass assigns parameters and child modules to its fields
 * and says in `forward` what it computes:
 *
 *     class Net extends nn.Module {
 *       readonly hidden = new nn.Linear(784, 128);
 *       readonly output = new nn.Linear(128, 10);
 *
 *       forward(x: Tensor): Tensor {
 *         return this.output.forward(this.hidden.forward(x).relu());
 *       }
 *     }
 *     const y = new Net().forward(x);
 *
 * **Calling a module.** JavaScript has no `model(x)` for instances of a class, and there is one way to call a module:
 * `model.forward(x)`, with the argument and result types of its class. Unlike in PyTorch it runs the hooks, for it is
 * what everybody calls: registering the first hook gives that instance a `forward` that has the hooks around its
 * class's. (A callable function in the instance's place would lose private fields and cost every call a detour; a
 * second verb beside `forward` would leave two ways to call, of which one forgets the hooks.)
 *
 * **What is found.** Parameters and modules are found by plain assignment, in the order of assignment (of declaration,
 * where the class declares its fields); buffers are named with {@link registerBuffer}. Fields named with `#` and the
 * insides of arrays are not looked at; a list of modules is a `ModuleList`.
 */
export abstract class Module extends ModuleTree<Module> {
  /** Whether the module is in training mode; see {@link train}. */
  training = true;

  /** What the module computes. Subclasses choose its arguments and its result. */
  abstract forward(...inputs: never[]): unknown;

  /** What the module says of itself between its parentheses when printed; empty unless overridden. */
  extraRepr(): string {
    return '';
  }

  /**
   * Switches this module and all below it to training mode, in which for instance dropout drops.
   *
   * @returns The module.
   */
  train(mode = true): this {
    if (typeof mode !== 'boolean') throw new TypeError('train: training mode is expected to be boolean');
    this.training = mode;
    for (const child of this.children()) child.train(mode);
    return this;
  }

  /** Switches this module and all below it to evaluation mode: `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /** Says for all parameters whether their gradients are wanted. */
  requiresGrad_(requiresGrad = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad_(requiresGrad);
    return this;
  }

  /** Forgets the gradients of all parameters, or fills them with zeros. */
  zeroGrad({ setToNull = true }: { readonly setToNull?: boolean } = {}): void {
    for (const parameter of this.parameters()) {
      if (setToNull) {
        parameter.grad = null;
        continue;
      }
      const { grad } = parameter;
      if (grad !== null) parameter.grad = (grad.requiresGrad ? grad.detach() : grad).zero_();
    }
  }

  /** Calls `fn` with every module below this one, children first, and at last with this one: for initialising. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /**
   * Converts all floating parameters and buffers, in place: parameters stay the same objects, so optimizers made
   * before go on working.
   *
   * @throws TypeError for a dtype that is not floating.
   */
  to(dtype: DType): this {
    if (!isFloating(dtype)) {
      throw new TypeError(
        `to: nn.Module.to only accepts floating point dtypes, but got desired dtype=${String(dtype)}`,
      );
    }
    noGrad(() => {
      for (const [, parameter] of this.namedParameters({ recurse: false })) {
        if (isFloating(parameter.dtype) && parameter.dtype !== dtype) parameter.setData(parameter.to(dtype));
      }
      for (const field of buffersOf(this).keys()) {
        const buffer = fieldsOf(this)[field];
        if (isTensor(buffer) && isFloating(buffer.dtype)) fieldsOf(this)[field] = buffer.to(dtype);
      }
    });
    for (const child of this.children()) child.to(dtype);
    return this;
  }

  /** Converts to float32; see {@link to}. */
  float(): this {
    return this.to('float32');
  }

  /** Converts to float64; see {@link to}. */
  double(): this {
    return this.to('float64');
  }

  /**
   * All parameters and persistent buffers by their paths, PyTorch's keys: a shared one under each of its paths. The
   * tensors share their elements with the module and are off the tape.
   *
   * @param prefix - Goes before each key.
   * @param into - Where they are put; a new object unless given.
   */
  stateDict(prefix = '', into: StateDict = {}): StateDict {
    const own = (key: string, value: Tensor): void => void (into[prefix + key] = value.detach());
    for (const [key, parameter] of this.namedParameters({ recurse: false })) own(key, parameter);
    for (const [field, { persistent }] of buffersOf(this)) {
      const buffer = fieldsOf(this)[field];
      if (persistent && isTensor(buffer)) own(this.keyOf(field), buffer);
    }
    for (const [key, child] of this.ownModules()) child.stateDict(`${prefix}${key}.`, into);
    return into;
  }

  /**
   * Copies tensors into the parameters and persistent buffers of the same names, converting dtypes.
   *
   * @param options - `strict: false` allows keys to be missing or unexpected.
   * @returns The keys that were missing or unexpected.
   * @throws Error that names all missing, unexpected and mis-shaped keys; nothing is changed then.
   */
  loadStateDict(
    dict: Readonly<StateDict>,
    { strict = true }: { readonly strict?: boolean } = {},
  ): IncompatibleKeys {
    return loadInto(this.constructor.name, this.stateDict(), dict, strict);
  }

  /**
   * Calls `hook` with this module and its inputs before every `forward`; what it returns, if anything, takes the
   * inputs' place (torch.nn.Module.register_forward_pre_hook).
   */
  registerForwardPreHook<M extends Module>(this: M, hook: ForwardPreHook<M>): HookHandle {
    return addForwardPreHook(this, hook);
  }

  /**
   * Calls `hook` with this module, its inputs and its output after every `forward`; what it returns, if anything,
   * takes the output's place (torch.nn.Module.register_forward_hook).
   */
  registerForwardHook<M extends Module>(this: M, hook: ForwardHook<M>): HookHandle {
    return addForwardHook(this, hook);
  }

  /**
   * Calls `hook` with this module and the gradients of its inputs and outputs, one each in order, whenever a backward
   * pass has computed them; what it returns, if anything, takes the place of the inputs' gradients
   * (torch.nn.Module.register_full_backward_hook). Outputs may be a tensor, or tensors in an array or a plain object.
   * If no input needs a gradient, the hook is called with the outputs' gradients alone.
   */
  registerFullBackwardHook<M extends Module>(this: M, hook: FullBackwardHook<M>): HookHandle {
    return addFullBackwardHook(this, hook);
  }

  /**
   * Calls `hook` with this module and the gradients of its outputs before a backward pass goes through it; what it
   * returns, if anything, takes their place (torch.nn.Module.register_full_backward_pre_hook).
   */
  registerFullBackwardPreHook<M extends Module>(this: M, hook: FullBackwardPreHook<M>): HookHandle {
    return addFullBackwardPreHook(this, hook);
  }

  /** The module and those below it, as PyTorch prints them. */
  override toString(): string {
    const children = this.ownModules().map(([key, child]) => [key, child.toString()] as const);
    return formatModule(this.constructor.name, this.extraRepr(), children);
  }

  static {
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: Module) {
        return this.toString();
      },
    });
  }
}

/** Whether a value is a module, of this or of another loaded copy of the package. */
export function isModule(value: unknown): value is Module {
  return isBranded(value);
}

/**
 * A module of the same class, with buffers of the same names registered, none of whose fields is assigned yet: only this
 * class's constructor has run.
 */
export function blankCopy<M extends Module>(module: M): M {
  const copy = Reflect.construct(Module, [], module.constructor) as M;
  for (const [field, options] of buffersOf(module)) buffersOf(copy).set(field, options);
  return copy;
}

function fieldsOf(module: Module): Record<string, unknown> {
  return module as object as Record<string, unknown>;
}
