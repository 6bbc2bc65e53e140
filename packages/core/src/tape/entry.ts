import type { DType } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';
import { NOT_A_VIEW, type History, type Tensor } from '../tensor.ts';
import type { Saved } from './saved.ts';
import { tapeState } from './recording.ts';

/** The cotangents of an entry's outputs, by slot; null where none has arrived. */
export type Cotangents = readonly (Tensor | null)[];

/** How an entry's operation passes cotangents back. */
export interface Pullback {
  readonly name: string;
  /** Its inputs broadcast: the walk sums what a rule returns back to the input's shape. */
  readonly broadcasts: boolean;
  /** Its output is a view of its first input. */
  readonly isView: boolean;
  /** Its rules are the engine's own: what they are given and what they return is kept by nobody. */
  readonly discreet: boolean;
  /**
   * The cotangents of the entry's inputs from those of its outputs, at least one of which is present; null for an
   * input that needs none ({@link needsInput}) or whose gradient is zero.
   */
  pullback(entry: Entry, cotangents: Cotangents, reaching: ReadonlySet<Entry> | null): Cotangents;
}

/** What the tape remembers of a tensor that went into or came out of an operation. */
export interface TensorSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The cotangents waiting for one entry in one walk, by output; null where none has arrived. */
export interface Pending {
  readonly entry: Entry;
  readonly values: (Tensor | null)[];
  /** The walk's queue. */
  readonly queue: object;
  /** What waits for the same entry in a walk around this one: a hook or a custom rule may begin another. */
  readonly outer: Pending | null;
}

/** Is handed the summed cotangent of a tensor; may return another of the same shape in its place. */
export type TensorHook = (grad: Tensor) => Tensor | null | undefined | void;

/** What happens at one output of an entry when its cotangent is complete. */
export interface OutputHooks {
  /** In order of registration. */
  readonly tensorHooks: Set<TensorHook>;
  /** The tensor whose `.grad` is filled too, though it is no leaf. */
  retainer: Tensor | null;
}

/**
 * One line of the tape: an operation that was performed. Edges point to entries, never to tensors, so that `saved`
 * alone decides which memory the tape keeps alive. A long tape costs what the garbage collector needs to keep it, so
 * an entry is few objects: it is itself the spec of its first output.
 */
export class Entry implements History, TensorSpec {
  readonly op: Pullback;
  readonly attrs: unknown;
  /** Creation order, which is a topological order: parents have lower positions. */
  readonly position: number;
  /** The entries that made the first two inputs: null for one that needs no gradient, as for one there is not. */
  readonly first: Entry | null;
  readonly second: Entry | null;
  /** Those of the inputs after these. */
  readonly furtherParents: readonly (Entry | null)[];
  /** Which output of its parent each input is. */
  readonly parentSlots: readonly number[];
  /** Of the first output, which for most ops is the only one. */
  readonly shape: Shape;
  readonly dtype: DType;
  /** The outputs after the first. */
  readonly furtherOutputs: readonly TensorSpec[];
  /** The first of the values kept for the rules; null when nothing is saved. */
  saved: Saved | null = null;
  /** Whether the saved values were dropped after the rules had run. */
  released = false;
  /** The tensor a leaf entry stands for. */
  readonly leaf: Tensor | null;
  /** By output slot; null while there are none. */
  hooks: (OutputHooks | undefined)[] | null = null;
  /** Run after a leaf's `.grad` has been filled. */
  postAccumulateHooks: Set<(leaf: Tensor) => void> | null = null;
  /** Where it was recorded, while anomalies are being detected. */
  recordedAt: string | null = null;
  /** The cotangents that have arrived in the walk that is on its way (tape/cotangents.ts). */
  pending: Pending | null = null;

  constructor(
    op: Pullback,
    attrs: unknown,
    first: Entry | null,
    second: Entry | null,
    furtherParents: readonly (Entry | null)[],
    parentSlots: readonly number[],
    output: TensorSpec,
    furtherOutputs: readonly TensorSpec[],
    leaf: Tensor | null = null,
  ) {
    this.op = op;
    this.attrs = attrs;
    this.position = tapeState.nextPosition++;
    this.first = first;
    this.second = second;
    this.furtherParents = furtherParents;
    this.parentSlots = parentSlots;
    this.shape = output.shape;
    this.dtype = output.dtype;
    this.furtherOutputs = furtherOutputs;
    this.leaf = leaf;
  }

  /** An entry for any number of inputs and (at least one) outputs. */
  static of(
    op: Pullback,
    attrs: unknown,
    parents: readonly (Entry | null)[],
    parentSlots: readonly number[],
    [output, ...furtherOutputs]: readonly TensorSpec[],
  ): Entry {
    const [first = null, second = null, ...furtherParents] = parents;
    return new Entry(op, attrs, first, second, furtherParents, parentSlots, output, furtherOutputs);
  }

  /** The number of inputs. */
  get inputCount(): number {
    return this.parentSlots.length;
  }

  /** The entry that made input i; null if that needs no gradient. */
  parent(i: number): Entry | null {
    return i === 0 ? this.first : i === 1 ? this.second : this.furtherParents[i - 2];
  }

  /** The entry that made each input. */
  get parents(): readonly (Entry | null)[] {
    return this.parentSlots.map((_, i) => this.parent(i));
  }

  /** The saved value of an index: inputs first, then outputs. */
  savedAt(index: number): Saved | null {
    let saved = this.saved;
    while (saved !== null && saved.index !== index) saved = saved.next;
    return saved;
  }

  /**
   * Shape and dtype of input i: those of the output it was. Of an input that needs no gradient the tape knows neither,
   * and reading them throws.
   */
  inputSpec(i: number): TensorSpec {
    return this.parent(i)?.output(this.parentSlots[i]) ?? UNKNOWN;
  }

  /** Shape and dtype of one output; of a leaf those it has now, for it may be given other data. */
  output(slot: number): TensorSpec {
    return slot === 0 ? (this.leaf ?? this) : this.furtherOutputs[slot - 1];
  }

  /** Shape and dtype of every output. */
  get outputs(): readonly TensorSpec[] {
    return [this.output(0), ...this.furtherOutputs];
  }

  /** The op's name. */
  get name(): string {
    return this.op.name;
  }

  /** The op's name in angle brackets, as a tensor prints its gradFn. */
  toString(): string {
    return `<${this.name}>`;
  }
}

const UNKNOWN: TensorSpec = {
  get shape(): never {
    throw unknownSpec();
  },
  get dtype(): never {
    throw unknownSpec();
  },
};

function unknownSpec(): AutogradError {
  return new AutogradError(
    'a rule reads the shape or dtype of an input that needs no gradient: not on the tape',
  );
}

function staleView(x: Tensor): AutogradError {
  return new AutogradError(
    `a view of shape ${formatShape(x.shape)} is used after the tensor it views was modified by a recorded inplace ` +
      `operation, which its own history does not contain: take the view again after the modification`,
  );
}

const NONE: readonly never[] = Object.freeze([]);

/** Leaf entries have no rule: the walk collects what arrives at them. */
const leafOp: Pullback = {
  name: 'leaf',
  broadcasts: false,
  isView: false,
  discreet: true,
  pullback: () => NONE,
};

/** The entry edges to x point at: the op that made it, or x's own leaf entry; null if x does not require grad. */
export function entryOf(x: Tensor): Entry | null {
  if (x.viewEpoch !== NOT_A_VIEW && x.viewEpoch !== x.storage.epoch) throw staleView(x);
  if (x.entry !== null) return x.entry as Entry;
  if (!x.requiresGrad) return null;
  const entry = new Entry(leafOp, null, null, null, NONE, NONE, x, NONE, x);
  x.entry = entry;
  return entry;
}

/**
 * Whether input i of an entry needs a cotangent: it has history, and that history reaches what was asked for.
 * `reaching` holds the entries from which a target can be reached; null when every leaf is a target.
 */
export function needsInput(entry: Entry, i: number, reaching: ReadonlySet<Entry> | null): boolean {
  const parent = entry.parent(i);
  return parent !== null && (reaching === null || reaching.has(parent));
}
