import type { Tensor } from '@retrograd/core';
import { isModule, Module } from '../module.ts';

/** A module from one tensor to one tensor, as most layers are: what a {@link Sequential} is made of. */
export interface Layer extends Module {
  forward(input: Tensor): Tensor;
}

/** Modules in order, under the names `0`, `1`, …: what {@link Sequential} and {@link ModuleList} share. */
export abstract class ListOfModules<M extends Module> extends Module implements Iterable<M> {
  /** The module at an index, as in PyTorch: `model[0]`. See {@link get} for its exact type. */
  [index: number]: M;

  /** The number of modules. */
  get length(): number {
    return this.listed().length;
  }

  /** Adds a module at the end. */
  append(module: M): this {
    this.addModule(String(this.length), module);
    return this;
  }

  /** Adds modules at the end. */
  extend(modules: Iterable<M>): this {
    for (const module of [...modules]) this.append(module);
    return this;
  }

  /** Adds a module before the one at an index, which may count from the end. */
  insert(index: number, module: M): this {
    const modules = this.listed();
    modules.splice(index === modules.length ? index : this.indexOf(index), 0, module);
    modules.forEach((each, i) => (this[i] = each));
    return this;
  }

  [Symbol.iterator](): IterableIterator<M> {
    return this.listed()[Symbol.iterator]();
  }

  /** The modules, in order. */
  protected listed(): M[] {
    const found: M[] = [];
    // Not children(), which leaves out repetitions.
    for (const value of Object.values(this) as unknown[]) if (isModule(value)) found.push(value as M);
    return found;
  }

  /** The module at an index, which may count from the end. */
  protected at(index: number): M {
    return this.listed()[this.indexOf(index)];
  }

  private indexOf(index: number): number {
    const { length } = this;
    if (!Number.isInteger(index) || index < -length || index >= length) {
      throw new RangeError(`${this.constructor.name}: index ${index} is out of range`);
    }
    return index < 0 ? index + length : index;
  }
}

/**
 * Layers one after the other: the output of each is the input of the next (torch.nn.Sequential). They are given in
 * order, or by name:
 *
 *     const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
 *     const named = new nn.Sequential({ hidden: new nn.Linear(2, 8), act: new nn.Tanh(), out: new nn.Linear(8, 1) });
 *
 * @typeParam L - The types of the layers, so that `model.get(0)` is a `Linear`.
 */
export class Sequential<const L extends readonly Layer[] = readonly Layer[]> extends ListOfModules<Layer> {
  constructor(...layers: L);
  constructor(layers: Readonly<Record<string, Layer>>);
  constructor(...layers: readonly Layer[] | readonly [Readonly<Record<string, Layer>>]) {
    super();
    const [first] = layers;
    if (layers.length === 1 && typeof first === 'object' && first !== null && !isModule(first)) {
      for (const [name, layer] of Object.entries(first)) this.addModule(name, layer);
    } else {
      layers.forEach((layer, i) => this.addModule(String(i), layer as Layer));
    }
  }

  /**
   * The layer at an index, which may count from the end.
   *
   * @throws RangeError if there is none.
   */
  get<I extends number>(index: I): L[I] {
    return this.at(index) as L[I];
  }

  /** The output of the last layer. */
  forward(input: Tensor): Tensor {
    let x = input;
    for (const layer of this.listed()) x = layer.forward(x);
    return x;
  }
}

/** Modules in a list, which finds them where an array would hide them (torch.nn.ModuleList). It cannot be called. */
export class ModuleList<M extends Module = Module> extends ListOfModules<M> {
  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  /**
   * The module at an index, which may count from the end.
   *
   * @throws RangeError if there is none.
   */
  get(index: number): M {
    return this.at(index);
  }

  forward(): never {
    throw new TypeError(
      'Module [ModuleList] is missing the required "forward" function: call the modules in it',
    );
  }
}

/** Modules by name (torch.nn.ModuleDict). It cannot be called. */
export class ModuleDict<D extends Readonly<Record<string, Module>> = Record<string, Module>> extends Module {
  constructor(modules: D = {} as D) {
    super();
    for (const [name, module] of Object.entries(modules)) this.addModule(name, module);
  }

  /**
   * The module of a name.
   *
   * @throws RangeError if there is none.
   */
  get<K extends keyof D & string>(name: K): D[K] {
    const found = this.entries().find(([key]) => key === name);
    if (found === undefined) throw new RangeError(`ModuleDict: there is no module '${name}'`);
    return found[1] as D[K];
  }

  /** Whether there is a module of this name. */
  has(name: string): boolean {
    return this.entries().some(([key]) => key === name);
  }

  /** The names and modules, in order. */
  entries(): [string, D[keyof D]][] {
    return Object.entries(this).filter((entry): entry is [string, D[keyof D]] => isModule(entry[1]));
  }

  forward(): never {
    throw new TypeError(
      'Module [ModuleDict] is missing the required "forward" function: call the modules in it',
    );
  }
}
