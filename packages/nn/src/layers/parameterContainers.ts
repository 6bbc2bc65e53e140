/* Parameters in lists and by name, found where a plain array or object would hide them. */
import { isTensor, type Tensor } from '@retrograd/core';
import { Module } from '../module.ts';
import { isParameter, Parameter } from '../parameter.ts';

/** A tensor as an item: a tensor that is no parameter becomes one. */
function asParameter(where: string, value: unknown): Parameter {
  if (isParameter(value)) return value;
  if (isTensor(value)) return new Parameter(value);
  throw new TypeError(
    `${where}: expected a Parameter or a Tensor, got ${value === null ? 'null' : typeof value}`,
  );
}

/** `(name): Parameter containing: [float32 of size 2x3]`, a line for each. */
function listing(entries: readonly (readonly [string, Parameter])[]): string {
  return entries
    .map(
      ([name, { dtype, shape }]) =>
        `  (${name}): Parameter containing: [${dtype} of size ${shape.join('x')}]`,
    )
    .join('\n');
}

/** Parameters in order, under the names `0`, `1`, … (torch.nn.ParameterList). It cannot be called. */
export class ParameterList extends Module implements Iterable<Parameter> {
  /** The parameter at an index, as in PyTorch: `list[0]`. */
  [index: number]: Parameter;

  /** @param parameters - Tensors that are no parameters become parameters, which share their elements. */
  constructor(parameters: Iterable<Tensor> = []) {
    super();
    this.extend(parameters);
  }

  /** The number of parameters. */
  get length(): number {
    return this.parameters({ recurse: false }).length;
  }

  /**
   * The parameter at an index, which may count from the end.
   *
   * @throws RangeError if there is none.
   */
  get(index: number): Parameter {
    const { length } = this;
    if (!Number.isInteger(index) || index < -length || index >= length) {
      throw new RangeError(`ParameterList: index ${index} is out of range`);
    }
    return this[index < 0 ? index + length : index];
  }

  /** Adds a parameter at the end. */
  append(parameter: Tensor): this {
    this.registerParameter(String(this.length), asParameter('ParameterList', parameter));
    return this;
  }

  /** Adds parameters at the end. */
  extend(parameters: Iterable<Tensor>): this {
    for (const parameter of [...parameters]) this.append(parameter);
    return this;
  }

  [Symbol.iterator](): IterableIterator<Parameter> {
    return Array.from({ length: this.length }, (_, i) => this[i])[Symbol.iterator]();
  }

  forward(): never {
    throw new TypeError(
      'Module [ParameterList] is missing the required "forward" function: use its parameters',
    );
  }

  override extraRepr(): string {
    return listing([...this].map((parameter, i) => [String(i), parameter]));
  }
}

/** Parameters by name (torch.nn.ParameterDict). It cannot be called. */
export class ParameterDict extends Module {
  /** @param parameters - Tensors that are no parameters become parameters, which share their elements. */
  constructor(parameters: Readonly<Record<string, Tensor>> = {}) {
    super();
    for (const [name, parameter] of Object.entries(parameters)) this.set(name, parameter);
  }

  /** The number of parameters. */
  get size(): number {
    return this.entries().length;
  }

  /**
   * The parameter of a name.
   *
   * @throws RangeError if there is none.
   */
  get(name: string): Parameter {
    const found = this.entries().find(([key]) => key === name);
    if (found === undefined) throw new RangeError(`ParameterDict: there is no parameter '${name}'`);
    return found[1];
  }

  /** Adds a parameter, or puts it in the place of the one of this name. */
  set(name: string, parameter: Tensor): this {
    this.registerParameter(name, asParameter('ParameterDict', parameter));
    return this;
  }

  /** Whether there is a parameter of this name. */
  has(name: string): boolean {
    return this.entries().some(([key]) => key === name);
  }

  /** The names and parameters, in order. */
  entries(): [string, Parameter][] {
    return Object.entries(this).filter((entry): entry is [string, Parameter] => isParameter(entry[1]));
  }

  forward(): never {
    throw new TypeError(
      'Module [ParameterDict] is missing the required "forward" function: use its parameters',
    );
  }

  override extraRepr(): string {
    return listing(this.entries());
  }
}
