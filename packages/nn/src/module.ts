import { isFloating, isTensor, noGrad, type DType, type HookHandle, type Tensor } from '@retrograd/core';
import { addForwardHook, addForwardPreHook, type ForwardHook, type ForwardPreHook } from './hooks.ts';
import { isParameter, type Parameter } from './parameter.ts';
import { formatModule } from './repr.ts';
import { loadInto, type IncompatibleKeys, type StateDict } from './stateDict.ts';

/** Modules are recognised by this brand, so that two loaded copies of the package understand each other. */
const BRAND = Symbol.for('retrograd.nn.Module');

/** Which parameters or buffers to list. */
export interface ListOptions {
  /** Whether those of child modules are listed too. Default true. */
  readonly recurse?: boolean;
}

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
export abstract class Module {
  /** Whether the module is in training mode; see {@link train}. */
  training = true;

  /** The names of buffers, and whether each is saved. */
  readonly #buffers = new Map<string, { readonly persistent: boolean }>();

  /** What the module computes. Subclasses choose its arguments and its result. */
  abstract forward(...inputs: never[]): unknown;

  /**
   * The name under which a field's parameter, buffer or module is listed and saved: the field's own. To be overridden
   * by modules whose saved names differ, such as PyTorch's `running_mean` for a field `runningMean`.
   */
  protected keyOf(field: string): string {
    return field;
  }

  /** What the module says of itself between its parentheses when printed; empty unless overridden. */
  extraRepr(): string {
    return '';
  }

  /**
   * Makes a tensor that is no parameter part of the module's state, as the field `name`: saved and converted with it
   * (torch.nn.Module.register_buffer). The field may be assigned a new tensor later; null is a buffer left empty.
   *
   * @param options - `persistent: false` keeps it out of {@link stateDict}.
   * @throws TypeError for a value or a name that cannot be taken.
   */
  registerBuffer(
    name: string,
    value: Tensor | null,
    { persistent = true }: { readonly persistent?: boolean } = {},
  ): void {
    if (value !== null && !isTensor(value))
      throw refusal('registerBuffer', value, `buffer '${name}' (Tensor or null required)`);
    this.#register('buffer', name, value, this.#buffers.has(name));
    this.#buffers.set(name, { persistent });
  }

  /**
   * Assigns a parameter to the field `name`, for names that are computed (torch.nn.Module.register_parameter).
   *
   * @throws TypeError for a value or a name that cannot be taken.
   */
  registerParameter(name: string, value: Parameter | null): void {
    if (value !== null && !isParameter(value)) {
      throw refusal('registerParameter', value, `parameter '${name}' (Parameter or null required)`);
    }
    this.#register('parameter', name, value, isParameter(this.#fields[name]));
  }

  /**
   * Assigns a child module to the field `name`, for names that are computed (torch.nn.Module.add_module).
   *
   * @throws TypeError for a value or a name that cannot be taken.
   */
  addModule(name: string, module: Module | null): void {
    if (module !== null && !isModule(module))
      throw refusal('addModule', module, `child '${name}' (Module or null required)`);
    this.#register('module', name, module, isModule(this.#fields[name]));
  }

  /** The modules that are this module's own fields, by name; one that has several names by its first. */
  namedChildren(): [string, Module][] {
    const seen = new Set<Module>();
    return this.#ownModules().filter(([, child]) => !seen.has(child) && seen.add(child));
  }

  /** The modules that are this module's own fields. */
  children(): Module[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /**
   * This module and all modules below it, each once, by their paths (`layers.0.norm`; this module's is `''`).
   *
   * @param prefix - The path of this module.
   * @param seen - Modules that are not to be listed (again).
   */
  namedModules(prefix = '', seen: Set<Module> = new Set()): [string, Module][] {
    if (seen.has(this)) return [];
    seen.add(this);
    const below = this.namedChildren().flatMap(([key, child]) =>
      child.namedModules(joined(prefix, key), seen),
    );
    return [[prefix, this], ...below];
  }

  /** This module and all modules below it, each once. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** The parameters of this module and those below it, by their paths; a shared one once, by its first. */
  namedParameters({ recurse = true }: ListOptions = {}): [string, Parameter][] {
    if (recurse) return this.#gathered((module) => module.namedParameters({ recurse: false }));
    return this.#ownEntries(
      (value, field): value is Parameter => isParameter(value) && !this.#buffers.has(field),
    );
  }

  /** The parameters of this module and those below it, each once: what an optimizer trains. */
  parameters(options: ListOptions = {}): Parameter[] {
    return this.namedParameters(options).map(([, parameter]) => parameter);
  }

  /** The buffers of this module and those below it, by their paths; a shared one once, by its first. */
  namedBuffers({ recurse = true }: ListOptions = {}): [string, Tensor][] {
    if (recurse) return this.#gathered((module) => module.namedBuffers({ recurse: false }));
    return this.#ownEntries((value, field): value is Tensor => this.#buffers.has(field) && isTensor(value));
  }

  /** The buffers of this module and those below it, each once. */
  buffers(options: ListOptions = {}): Tensor[] {
    return this.namedBuffers(options).map(([, buffer]) => buffer);
  }

  /**
   * The module at a path such as `layers.0.norm`.
   *
   * @throws RangeError if there is none.
   */
  getSubmodule(path: string): Module {
    const dot = path.indexOf('.');
    const key = dot === -1 ? path : path.slice(0, dot);
    if (path === '') return this;
    const child = this.namedChildren().find(([name]) => name === key)?.[1];
    if (child === undefined) {
      throw new RangeError(`getSubmodule: ${this.constructor.name} has no module \`${key}\``);
    }
    return dot === -1 ? child : child.getSubmodule(path.slice(dot + 1));
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
      const { grad } = parameter;
      if (grad !== null)
        parameter.grad = setToNull ? null : (grad.requiresGrad ? grad.detach() : grad).zero_();
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
      for (const field of this.#buffers.keys()) {
        const buffer = this.#fields[field];
        if (isTensor(buffer) && isFloating(buffer.dtype)) this.#fields[field] = buffer.to(dtype);
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
    for (const [field, { persistent }] of this.#buffers) {
      const buffer = this.#fields[field];
      if (persistent && isTensor(buffer)) own(this.keyOf(field), buffer);
    }
    for (const [key, child] of this.#ownModules()) child.stateDict(`${prefix}${key}.`, into);
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

  /** The module and those below it, as PyTorch prints them. */
  toString(): string {
    const children = this.#ownModules().map(([key, child]) => [key, child.toString()] as const);
    return formatModule(this.constructor.name, this.extraRepr(), children);
  }

  get #fields(): Record<string, unknown> {
    return this as object as Record<string, unknown>;
  }

  #ownModules(): [string, Module][] {
    return this.#ownEntries(isModule);
  }

  /** The fields whose values qualify, in order, by the keys under which they are saved. */
  #ownEntries<T>(qualifies: (value: unknown, field: string) => value is T): [string, T][] {
    const found: [string, T][] = [];
    for (const field of Object.keys(this)) {
      const value = this.#fields[field];
      if (qualifies(value, field)) found.push([this.keyOf(field), value]);
    }
    return found;
  }

  /** What the modules of this tree hold themselves, each value once. */
  #gathered<T>(ownOf: (module: Module) => [string, T][]): [string, T][] {
    const seen = new Set<T>();
    const found: [string, T][] = [];
    for (const [path, module] of this.namedModules()) {
      for (const [key, value] of ownOf(module)) {
        if (!seen.has(value)) found.push([joined(path, key), value]);
        seen.add(value);
      }
    }
    return found;
  }

  #register(kind: string, name: string, value: unknown, replaces: boolean): void {
    const where = `${this.constructor.name}: ${kind} name`;
    if (typeof name !== 'string') throw new TypeError(`${where} should be a string, got ${typeof name}`);
    if (name === '') throw new TypeError(`${where} can't be empty string ""`);
    if (name.includes('.')) throw new TypeError(`${where} can't contain ".": ${name}`);
    if (!replaces && name in this && (this.#fields[name] ?? undefined) !== undefined) {
      throw new TypeError(`${where} cannot be used: attribute '${name}' already exists`);
    }
    this.#fields[name] = value;
  }

  static {
    Object.defineProperty(this.prototype, BRAND, { value: true });
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: Module) {
        return this.toString();
      },
    });
  }
}

function joined(prefix: string, key: string): string {
  return prefix === '' ? key : `${prefix}.${key}`;
}

function refusal(method: string, value: unknown, as: string): TypeError {
  const what = isTensor(value) ? 'a Tensor' : value === undefined ? 'undefined' : typeof value;
  return new TypeError(`${method}: cannot assign ${what} as ${as}`);
}

/** Whether a value is a module, of this or of another loaded copy of the package. */
export function isModule(value: unknown): value is Module {
  return typeof value === 'object' && value !== null && BRAND in value;
}
