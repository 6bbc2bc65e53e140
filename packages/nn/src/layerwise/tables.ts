/* Modules that make, take apart and combine tables. Dims and indices are counted from 0, or from the end if negative. */
import { cat, isTensor, ShapeError, stack, type Tensor } from '@retrograd/core';
import { checkInteger, checkOptions, checkSize } from '../checks.ts';
import { Module } from '../module.ts';
import { describe, isTable, tensorsOf, type Activity, type Table } from './activity.ts';

/**
 * The items of a table.
 *
 * @param n - How many there must be; any number if it is left out.
 * @throws TypeError for a tensor, or another number of items.
 */
export function requireTable(where: string, input: unknown, n?: number): Table {
  const of = n === undefined ? '' : ` of ${n} inputs`;
  if (!isTable(input)) {
    const got = isTensor(input) ? `a tensor of shape ${describe(input)}` : describe(input);
    throw new TypeError(`${where}: expecting table${of}, got ${got}`);
  }
  if (n !== undefined && input.length !== n) {
    throw new TypeError(`${where}: Got ${input.length} inputs instead of ${n}: ${describe(input)}`);
  }
  return input;
}

/** The items of a table of tensors. */
function requireTensors(where: string, input: unknown, n?: number): readonly Tensor[] {
  const items = requireTable(where, input, n);
  if (items.length === 0) throw new TypeError(`${where}: expecting a table of at least one tensor, got {}`);
  if (items.every(isTensor)) return items;
  throw new TypeError(`${where}: expecting a table of tensors, got ${describe(input)}`);
}

/** Options of {@link JoinTable} and {@link SplitTable}. */
export interface TableDimOptions {
  /** How many dims a single sample has: with one dim more the first is the batch, and `dim` is counted after it. */
  readonly nInputDims?: number;
}

/** What {@link JoinTable} and {@link SplitTable} share: a dim of a sample or of a batch. */
abstract class AlongDim extends Module {
  readonly dim: number;
  readonly nInputDims: number | null;

  constructor(dim: number, options: TableDimOptions = {}) {
    super();
    checkInteger(this.constructor.name, 'dim', dim);
    checkOptions(this.constructor.name, options);
    this.dim = dim;
    this.nInputDims = options.nInputDims ?? null;
  }

  override extraRepr(): string {
    return `dim=${this.dim}${this.nInputDims === null ? '' : `, n_input_dims=${this.nInputDims}`}`;
  }

  protected dimOf(x: Tensor): number {
    return this.dim >= 0 && this.nInputDims !== null && x.ndim === this.nInputDims + 1
      ? this.dim + 1
      : this.dim;
  }
}

/** Joins a table of tensors along a dim: `cat` (nn.JoinTable of Torch7). */
export class JoinTable extends AlongDim {
  forward(input: readonly Tensor[]): Tensor {
    const tensors = requireTensors('JoinTable', input);
    return cat(tensors, this.dimOf(tensors[0]));
  }
}

/** Splits a tensor along a dim into a table of its slices, without that dim: `unbind` (nn.SplitTable of Torch7). */
export class SplitTable extends AlongDim {
  forward(input: Tensor): Tensor[] {
    return input.unbind(this.dimOf(input));
  }
}

/** One item of a table (nn.SelectTable of Torch7). */
export class SelectTable extends Module {
  readonly index: number;

  /** @param index - From 0; −1 is the last. */
  constructor(index: number) {
    super();
    checkInteger('SelectTable', 'index', index);
    this.index = index;
  }

  /** @throws RangeError if there is no such item. */
  forward(input: Table): Activity {
    const items = requireTable('SelectTable', input);
    const item = items.at(this.index);
    if (item !== undefined) return item;
    throw new RangeError(`SelectTable: index ${this.index} is out of range for a table of ${items.length}`);
  }

  override extraRepr(): string {
    return String(this.index);
  }
}

/** Some of a table's items, in a row (nn.NarrowTable of Torch7). */
export class NarrowTable extends Module {
  readonly offset: number;
  readonly length: number;

  /** @param offset - The first of them, from 0. */
  constructor(offset: number, length = 1) {
    super();
    checkSize('NarrowTable', 'offset', offset, 0);
    checkSize('NarrowTable', 'length', length, 1);
    this.offset = offset;
    this.length = length;
  }

  /** @throws RangeError if the table has too few. */
  forward(input: Table): Activity[] {
    const { offset, length } = this;
    const items = requireTable('NarrowTable', input);
    if (offset + length <= items.length) return items.slice(offset, offset + length);
    throw new RangeError(
      `NarrowTable: items ${offset} to ${offset + length - 1} are out of range for a table of ${items.length}`,
    );
  }

  override extraRepr(): string {
    return `offset=${this.offset}, length=${this.length}`;
  }
}

/** All tensors of a nested table in one table (nn.FlattenTable of Torch7). */
export class FlattenTable extends Module {
  forward(input: Activity): Tensor[] {
    return tensorsOf('FlattenTable', 'the input', input);
  }
}

/** The sum of a table of tensors, which broadcast (nn.CAddTable of Torch7). */
export class CAddTable extends Module {
  forward(input: readonly Tensor[]): Tensor {
    return requireTensors('CAddTable', input).reduce((sum, x) => sum.add(x));
  }
}

/** The difference of two tensors, which broadcast (nn.CSubTable of Torch7). */
export class CSubTable extends Module {
  forward(input: readonly Tensor[]): Tensor {
    const [a, b] = requireTensors('CSubTable', input, 2);
    return a.sub(b);
  }
}

/** The product of a table of tensors elementwise, which broadcast (nn.CMulTable of Torch7). */
export class CMulTable extends Module {
  forward(input: readonly Tensor[]): Tensor {
    return requireTensors('CMulTable', input).reduce((product, x) => product.mul(x));
  }
}

/** The quotient of two tensors elementwise, which broadcast (nn.CDivTable of Torch7). */
export class CDivTable extends Module {
  forward(input: readonly Tensor[]): Tensor {
    const [a, b] = requireTensors('CDivTable', input, 2);
    return a.div(b);
  }
}

/** The largest of a table of tensors of one shape, elementwise; among equals the first has the gradient (nn.CMaxTable of Torch7). */
export class CMaxTable extends Module {
  forward(input: readonly Tensor[]): Tensor {
    return stack(requireTensors('CMaxTable', input)).max(0).values;
  }
}

/**
 * A mixture of experts: Σᵢ gaterᵢ · expertᵢ, for an input {gater, experts} with gater [n] or [batch, n]. Experts are a table
 * of n tensors, each [...] or [batch, ...], or one tensor that has them along `dim` (nn.MixtureTable of Torch7).
 */
export class MixtureTable extends Module {
  readonly dim: number | null;

  /** @param dim - Along which a tensor holds its experts. Default: the first after the batch. */
  constructor(dim: number | null = null) {
    super();
    this.dim = dim;
  }

  /** @throws ShapeError if the gater does not weight each expert. */
  forward(input: readonly [Tensor, Tensor | readonly Tensor[]]): Tensor {
    const [gater, experts] = requireTable('MixtureTable', input, 2);
    if (!isTensor(gater) || gater.ndim < 1 || gater.ndim > 2) {
      throw new ShapeError(
        `MixtureTable: the gater must be a tensor [n] or [batch, n], got ${describe(gater)}`,
      );
    }
    const batchDims = gater.ndim - 1;
    const all = isTable(experts) ? stack(requireTensors('MixtureTable', experts), batchDims) : experts;
    const given = isTable(experts) ? batchDims : (this.dim ?? batchDims);
    const dim = given < 0 ? given + all.ndim : given;
    const n = gater.size(-1);
    if (all.shape[dim] !== n || (batchDims === 1 && (dim === 0 || all.shape[0] !== gater.shape[0]))) {
      throw new ShapeError(
        `MixtureTable: the gater ${describe(gater)} must have one weight for each of the experts ${describe(experts)}` +
          (isTable(experts) ? '' : `, along dim ${dim}`),
      );
    }
    const shape = all.shape.map((_, d) => (d === dim ? n : d < batchDims ? gater.shape[0] : 1));
    return all.mul(gater.reshape(shape)).sum(dim);
  }
}
