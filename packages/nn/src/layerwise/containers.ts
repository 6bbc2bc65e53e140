/* Modules made of modules, for tables. Dims are counted from 0, or from the end if negative. */
import { cat, ShapeError, type Tensor } from '@retrograd/core';
import { ListOfModules } from '../layers/containers.ts';
import { checkInteger } from '../checks.ts';
import type { Module } from '../module.ts';
import type { Activity } from './activity.ts';
import { call, type InputOf, type OutputOf } from './call.ts';
import { within } from './errorPath.ts';
import { requireTable } from './tables.ts';

type Modules = readonly Module[];

/** What the first of several modules takes. */
export type FirstInput<L extends Modules> = L extends readonly [infer F extends Module, ...Modules]
  ? InputOf<F>
  : Activity;
/** What the last of several modules returns. */
export type LastOutput<L extends Modules> = L extends readonly [...Modules, infer F extends Module]
  ? OutputOf<F>
  : Activity;
/** What each of several modules takes, as a table. */
export type InputsOf<L extends Modules> = { readonly [K in keyof L]: InputOf<L[K]> };
/** What each of several modules returns, as a table. */
export type OutputsOf<L extends Modules> = { -readonly [K in keyof L]: OutputOf<L[K]> };

/**
 * Modules in order, under the names `0`, `1`, …, as in `nn.Sequential`. An error in one of them says where it arose, in
 * Torch7's words and with Torch7's counting from 1: `In 2 module of Sequential: In 1 module of ParallelTable: …`.
 */
export abstract class Container extends ListOfModules<Module> {
  constructor(...modules: Modules) {
    super();
    this.extend(modules);
  }

  /** Adds a module at the end (Torch7's name for `append`). */
  add(module: Module): this {
    return this.append(module);
  }

  /**
   * The module at an index (from 0), which may count from the end.
   *
   * @throws RangeError if there is none.
   */
  get(index: number): Module {
    return this.at(index);
  }

  /** Calls the module at an index. */
  protected run(index: number, module: Module, input: Activity): Activity {
    const place = `In ${index + 1} module of ${this.constructor.name}`;
    return within(place, () => call(module, input) as Activity);
  }
}

/**
 * Modules one after the other: the output of each is the input of the next (torch.nn.Sequential, nn.Sequential of Torch7).
 * It differs from nn's own in that tables may pass between the modules, and in the path of its errors; its state dict is the
 * same.
 */
export class Sequential<const L extends Modules = Modules> extends Container {
  constructor(...modules: L) {
    super(...modules);
  }

  forward(input: FirstInput<L>): LastOutput<L> {
    let x: Activity = input;
    this.listed().forEach((module, i) => (x = this.run(i, module, x)));
    return x as LastOutput<L>;
  }
}

/** Gives each module the same input; the outputs are a table (nn.ConcatTable of Torch7). */
export class ConcatTable<const L extends Modules = Modules> extends Container {
  constructor(...modules: L) {
    super(...modules);
  }

  forward(input: FirstInput<L>): OutputsOf<L> {
    return this.listed().map((module, i) => this.run(i, module, input)) as OutputsOf<L>;
  }
}

/** Gives each module its own item of the input table; the outputs are a table (nn.ParallelTable of Torch7). */
export class ParallelTable<const L extends Modules = Modules> extends Container {
  constructor(...modules: L) {
    super(...modules);
  }

  /** @throws TypeError unless the input is a table with one item for each module. */
  forward(input: InputsOf<L>): OutputsOf<L> {
    const modules = this.listed();
    const items = requireTable('ParallelTable', input, modules.length);
    return modules.map((module, i) => this.run(i, module, items[i])) as OutputsOf<L>;
  }
}

/** Gives each module the same input and joins the outputs along a dim (nn.Concat of Torch7). */
export class Concat extends Container {
  readonly dim: number;

  constructor(dim: number, ...modules: Modules) {
    checkInteger('Concat', 'dim', dim);
    super(...modules);
    this.dim = dim;
  }

  forward(input: Activity): Tensor {
    const outputs = this.listed().map((module, i) => this.run(i, module, input) as Tensor);
    return cat(outputs, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/** Gives each module one slice of the input along a dim, and joins the outputs along another (nn.Parallel of Torch7). */
export class Parallel extends Container {
  readonly inputDim: number;
  readonly outputDim: number;

  constructor(inputDim: number, outputDim: number, ...modules: Modules) {
    checkInteger('Parallel', 'inputDim', inputDim);
    checkInteger('Parallel', 'outputDim', outputDim);
    super(...modules);
    this.inputDim = inputDim;
    this.outputDim = outputDim;
  }

  /** @throws ShapeError unless the input's extent along inputDim is the number of modules. */
  forward(input: Tensor): Tensor {
    const modules = this.listed();
    const slices = input.unbind(this.inputDim);
    if (slices.length !== modules.length) {
      throw new ShapeError(
        `Parallel: the extent along dim ${this.inputDim} must be the number of modules: ${slices.length} for ` +
          `${modules.length} modules (input [${input.shape.join(', ')}])`,
      );
    }
    const outputs = modules.map((module, i) => this.run(i, module, slices[i]) as Tensor);
    return cat(outputs, this.outputDim);
  }

  override extraRepr(): string {
    return `input_dim=${this.inputDim}, output_dim=${this.outputDim}`;
  }
}
