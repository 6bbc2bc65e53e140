/* What a module holds: parameters, buffers and modules among its fields, and all that is below it. */
import { isTensor, type Tensor } from '@retrograd/core';
import { distinctEntries, entriesWhere, joined, pathTo, type ListOptions } from './listing.ts';
import { isParameter, type Parameter } from './parameter.ts';
import { checkFieldName, refusal } from './registration.ts';

/** Modules are recognised by this brand, so that two loaded copies of the package understand each other. */
const BRAND = Symbol.for('retrograd.nn.Module');

/** The registered names of a module's buffers, and whether each is saved. */
export type BufferNames = Map<string, { readonly persistent: boolean }>;

/** Looks behind the private field below. */
let namesOf: <M extends ModuleTree<M>>(module: ModuleTree<M>) => BufferNames;

/**
 * The half of `Module` that finds things.
 *
 * @typeParam M - What its child modules are: `Module`.
 */
export abstract class ModuleTree<M extends ModuleTree<M>> {
  /** The names of buffers, and whether each is saved. */
  readonly #buffers: BufferNames = new Map();

  /**
   * The name under which a field's parameter, buffer or module is listed and saved: the field's own. To be overridden
   * by modules whose saved names differ, such as PyTorch's `running_mean` for a field `runningMean`.
   */
  protected keyOf(field: string): string {
    return field;
  }

  /**
   * Makes a tensor that is no parameter part of the module's state, as the field `name`: saved and converted with it
   * (torch.nn.Module.register_buffer). The field may be assigned a new tensor later; null is a buffer left empty.
   *
   * @param options - `persistent: false` keeps it out of `stateDict`.
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
    // A buffer of this name was deleted before, else the name would have been refused.
    this.#buffers.delete(name);
  }

  /**
   * Assigns a child module to the field `name`, for names that are computed (torch.nn.Module.add_module).
   *
   * @throws TypeError for a value or a name that cannot be taken.
   */
  addModule(name: string, module: M | null): void {
    if (module !== null && !isBranded(module))
      throw refusal('addModule', module, `child '${name}' (Module or null required)`);
    this.#register('module', name, module, isBranded(this.#fields[name]));
  }

  /** The modules that are this module's own fields, by name; one that has several names by its first. */
  namedChildren(): [string, M][] {
    const seen = new Set<M>();
    return this.ownModules().filter(([, child]) => !seen.has(child) && seen.add(child));
  }

  /** The modules that are this module's own fields. */
  children(): M[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /**
   * This module and all modules below it, each once, by their paths (`layers.0.norm`; this module's is `''`).
   *
   * @param prefix - The path of this module.
   * @param seen - Modules that are not to be listed (again).
   */
  namedModules(prefix = '', seen: Set<M> = new Set()): [string, M][] {
    const self = this.#self;
    if (seen.has(self)) return [];
    seen.add(self);
    const below = this.namedChildren().flatMap(([key, child]) =>
      child.namedModules(joined(prefix, key), seen),
    );
    return [[prefix, self], ...below];
  }

  /** This module and all modules below it, each once. */
  modules(): M[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** The parameters of this module and those below it, by their paths; a shared one once, by its first. */
  namedParameters({ recurse = true }: ListOptions = {}): [string, Parameter][] {
    if (recurse)
      return distinctEntries(this.namedModules(), (module) => module.namedParameters({ recurse: false }));
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
    if (recurse)
      return distinctEntries(this.namedModules(), (module) => module.namedBuffers({ recurse: false }));
    return this.#ownEntries((value, field): value is Tensor => this.#buffers.has(field) && isTensor(value));
  }

  /** The buffers of this module and those below it, each once. */
  buffers(options: ListOptions = {}): Tensor[] {
    return this.namedBuffers(options).map(([, buffer]) => buffer);
  }

  /**
   * The parameter at a path such as `layers.0.weight`.
   *
   * @throws RangeError if there is none.
   */
  getParameter(path: string): Parameter {
    return this.#found('parameter', path, (module) => module.namedParameters({ recurse: false }));
  }

  /**
   * The buffer at a path such as `norm.running_mean`.
   *
   * @throws RangeError if there is none.
   */
  getBuffer(path: string): Tensor {
    return this.#found('buffer', path, (module) => module.namedBuffers({ recurse: false }));
  }

  /**
   * The module at a path such as `layers.0.norm`.
   *
   * @throws RangeError if there is none.
   */
  getSubmodule(path: string): M {
    const step = (module: M, key: string): M => {
      const child = module.namedChildren().find(([name]) => name === key)?.[1];
      if (child !== undefined) return child;
      throw new RangeError(`getSubmodule: ${module.constructor.name} has no module \`${key}\``);
    };
    return pathTo(path).reduce(step, this.#self);
  }

  get #fields(): Record<string, unknown> {
    return this as object as Record<string, unknown>;
  }

  get #self(): M {
    return this as object as M;
  }

  /** The modules that are this module's own fields, by the keys under which they are saved, repetitions included. */
  protected ownModules(): [string, M][] {
    return this.#ownEntries((value): value is M => isBranded(value));
  }

  /** The fields whose values qualify, in order, by the keys under which they are saved. */
  #ownEntries<T>(qualifies: (value: unknown, field: string) => value is T): [string, T][] {
    return entriesWhere(this, (field) => this.keyOf(field), qualifies);
  }

  #found<T>(kind: string, path: string, ownOf: (module: M) => [string, T][]): T {
    const owner = this.getSubmodule(pathTo(path).slice(0, -1).join('.'));
    const key = pathTo(path).at(-1) ?? '';
    const entry = ownOf(owner).find(([name]) => name === key);
    if (entry !== undefined) return entry[1];
    throw new RangeError(`${kind} at '${path}': ${owner.constructor.name} has no ${kind} \`${key}\``);
  }

  #register(kind: string, name: string, value: unknown, replaces: boolean): void {
    checkFieldName(this, kind, name, replaces);
    this.#fields[name] = value;
  }

  static {
    namesOf = (module) => module.#buffers;
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }
}

/** Whether a value is a module, of this or of another loaded copy of the package. */
export function isBranded(value: unknown): boolean {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** The registered names of a module's buffers, to read and to add to. */
export function buffersOf<M extends ModuleTree<M>>(module: ModuleTree<M>): BufferNames {
  return namesOf(module);
}
