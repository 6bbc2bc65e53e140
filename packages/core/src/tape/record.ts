/* The one place where a forward computation meets the tape, and one of the three files that erase types. */

import { isFloating } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import type { Shape } from '../shape.ts';
import { allocateTensor, viewAs, type Tensor } from '../tensor.ts';
import { Entry, entryOf, needsInput, type Cotangents, type Pullback, type TensorSpec } from './entry.ts';
import type { InputNames, Inputs, OpRecord, Rule } from './opRecord.ts';
import { tapeState } from './recording.ts';
import { saveTensor } from './saved.ts';

/** Attributes of an op that has none. */
export type NoAttrs = Record<never, never>;

/**
 * What rules are given. It has a getter for every name that a value of some op has, which fetches the value from what the
 * entry saved: one class for all ops, because a class for each would make every use of a context slow to V8.
 */
class Context {
  readonly cotangents: Cotangents;
  readonly #entry: Entry;
  readonly #op: Op;
  #specs: readonly TensorSpec[] | null;

  constructor(op: Op, entry: Entry, cotangents: Cotangents) {
    this.cotangents = cotangents;
    this.#op = op;
    this.#entry = entry;
    this.#specs = null;
  }

  get attrs(): unknown {
    return this.#entry.attrs;
  }

  get specs(): readonly TensorSpec[] {
    return (this.#specs ??= this.#entry.parentSlots.map((_, i) => this.#entry.inputSpec(i)));
  }

  /** Has contexts give the value of a name. */
  static provide(name: string): void {
    if (name in Context.prototype) return;
    Object.defineProperty(Context.prototype, name, {
      get(this: Context): Tensor {
        return this.#value(name);
      },
    });
  }

  #value(name: string): Tensor {
    const saved = this.#entry.savedAt(this.#op.indexOf(name));
    if (saved !== null) return saved.get(this.#op.name);
    throw new AutogradError(`${this.#op.name}: a rule reads '${name}', which the op does not save for it`);
  }
}

/** An op, ready to {@link apply}. What the record says is copied to fields, so that all ops are of one class to V8. */
export class Op<I extends InputNames = any, A = any, O extends readonly string[] = any> implements Pullback {
  readonly name: string;
  readonly record: OpRecord<I, A, O>;
  readonly broadcasts: boolean;
  /** Whether its output is a view of its first input. */
  readonly isView: boolean;
  readonly discreet = true;
  private readonly shape: any;
  private readonly dtype: any;
  private readonly forward: any;
  private readonly view: any;
  private readonly isDifferentiable: boolean;
  private readonly variadic: boolean;
  private readonly rules: readonly (Rule<any, any, any> | null)[];
  /** For each input, a bit for every value (inputs first, then outputs) that its rule reads. */
  private readonly savedBits: readonly number[];
  /** The names of the values: of the inputs, then of the outputs. */
  private readonly values: readonly string[];

  constructor(record: OpRecord<I, A, O>) {
    const names = record.inputs.map((name) => name.replace(/^\.\.\.|\?$/, ''));
    const values = [...names, ...(record.outputs ?? ['out'])];
    const vjp = record.vjp as Record<string, Rule<any, any, any> | null> | null;
    const saves = (record.saves ?? {}) as Record<string, readonly string[] | undefined>;
    this.name = record.name;
    this.record = record;
    this.broadcasts = record.broadcasts ?? false;
    this.isView = record.view !== undefined;
    this.shape = record.shape;
    this.dtype = record.dtype ?? null;
    this.forward = record.forward ?? null;
    this.view = record.view ?? null;
    this.isDifferentiable = vjp !== null;
    this.variadic = record.inputs.length === 1 && record.inputs[0].startsWith('...');
    this.rules = names.map((name) => vjp?.[name] ?? null);
    this.savedBits = names.map((name) =>
      (saves[name] ?? []).reduce((bits, value) => bits | (1 << values.indexOf(value)), 0),
    );
    this.values = values;
    values.forEach((name) => Context.provide(name));
  }

  private rule(i: number): Rule<any, any, any> | null {
    return this.rules[this.variadic ? 0 : i];
  }

  /** Which of the op's values has a name; −1 if none. */
  indexOf(name: string): number {
    return this.values.indexOf(name);
  }

  private dtypeFor(inputs: readonly (Tensor | undefined)[], attrs: any): any {
    const { dtype } = this;
    if (dtype === null) return inputs[0]?.dtype;
    return typeof dtype === 'function' ? dtype(inputs, attrs) : dtype;
  }

  /** For an op with one output: validates, computes and, if an input needs a gradient, records. */
  run(inputs: readonly (Tensor | undefined)[], attrs: any): Tensor {
    const shape: Shape = this.shape(inputs, attrs);
    let out: Tensor;
    if (this.view !== null) {
      const { offset, strides } = this.view(inputs, attrs, shape);
      out = viewAs(inputs[0] as Tensor, offset, shape, strides);
    } else {
      out = allocateTensor(shape, this.dtypeFor(inputs, attrs));
      this.forward?.(inputs, attrs, out);
    }
    if (tapeState.recording && this.isDifferentiable) this.enter(inputs, attrs, out, NONE);
    return out;
  }

  /** Like {@link run}, for an op with several outputs. */
  runAll(inputs: readonly (Tensor | undefined)[], attrs: any): readonly Tensor[] {
    const shapes: readonly Shape[] = this.shape(inputs, attrs);
    const dtypes = this.dtypeFor(inputs, attrs);
    const outputs = shapes.map((shape, k) => allocateTensor(shape, dtypes[k]));
    this.forward?.(inputs, attrs, ...outputs);
    if (tapeState.recording && this.isDifferentiable) {
      this.enter(inputs, attrs, outputs[0], outputs.slice(1));
    }
    return outputs;
  }

  /** Appends an entry to the tape, unless no input needs a gradient. */
  private enter(
    inputs: readonly (Tensor | undefined)[],
    attrs: unknown,
    out: Tensor,
    further: readonly Tensor[],
  ): void {
    const n = inputs.length;
    const first = n > 0 ? this.parentOf(inputs[0], 0) : null;
    const second = n > 1 ? this.parentOf(inputs[1], 1) : null;
    const rest = n > 2 ? inputs.slice(2).map((x, i) => this.parentOf(x, i + 2)) : NONE;
    if (first === null && second === null && rest.every((parent) => parent === null)) return;
    const specs = further.length === 0 ? NONE : further.map(specOf);
    const entry = new Entry(this, attrs, first, second, rest, slotsOf(inputs), out, specs);
    if (isFloating(out.dtype)) out.entry = entry;
    for (let k = 0; k < further.length; k++) {
      if (!isFloating(further[k].dtype)) continue;
      further[k].entry = entry;
      further[k].slot = k + 1;
    }
    if (tapeState.anomaly) entry.recordedAt = new Error(`${this.name} was recorded`).stack ?? null;
    let bits = (first === null ? 0 : this.bitsOf(0)) | (second === null ? 0 : this.bitsOf(1));
    for (let i = 0; i < rest.length; i++) if (rest[i] !== null) bits |= this.bitsOf(i + 2);
    if (bits !== 0) this.save(entry, bits, inputs, out, further);
  }

  /** The entry an edge to x points at, if its gradient is wanted and has a rule. */
  private parentOf(x: Tensor | undefined, i: number): Entry | null {
    return x === undefined || this.rule(i) === null ? null : entryOf(x);
  }

  private bitsOf(i: number): number {
    return this.savedBits[this.variadic ? 0 : i];
  }

  /** Has the tape keep the values whose bits are set. */
  private save(
    entry: Entry,
    bits: number,
    inputs: readonly (Tensor | undefined)[],
    out: Tensor,
    further: readonly Tensor[],
  ): void {
    const named = this.rules.length;
    for (let index = 0; bits >> index !== 0; index++) {
      if ((bits & (1 << index)) === 0) continue;
      const k = index - named;
      const x = k < 0 ? inputs[index] : k === 0 ? out : further[k - 1];
      if (x !== undefined) entry.saved = saveTensor(x, index, entry.saved);
    }
  }

  pullback(entry: Entry, cotangents: Cotangents, reaching: ReadonlySet<Entry> | null): Cotangents {
    const context: any = new Context(this, entry, cotangents);
    const g = cotangents[0] ?? (cotangents.find((c) => c !== null) as Tensor);
    const n = entry.inputCount;
    const results = new Array<Tensor | null>(n);
    for (let i = 0; i < n; i++) {
      const rule = needsInput(entry, i, reaching) ? this.rule(i) : null;
      results[i] = rule === null ? null : rule(g, context, i);
    }
    return results;
  }
}

const NO_ATTRS: NoAttrs = Object.freeze({});
const NONE: readonly never[] = Object.freeze([]);

/** Nearly all inputs are the first output of their entry: these need no array of their own, up to three. */
const FIRST_SLOTS: readonly (readonly number[])[] = [[], [0], [0, 0], [0, 0, 0]];

/** Which output of its entry each input is. */
function slotsOf(inputs: readonly (Tensor | undefined)[]): readonly number[] {
  const n = inputs.length;
  let i = 0;
  while (i < n && (inputs[i]?.slot ?? 0) === 0) i++;
  return i === n && n < FIRST_SLOTS.length ? FIRST_SLOTS[n] : inputs.map((x) => x?.slot ?? 0);
}

function specOf(x: Tensor): TensorSpec {
  return { shape: x.shape, dtype: x.dtype };
}

/**
 * Makes an op from its record: name, shape rule, forward computation, the values it saves and one
 * vector-Jacobian rule per input. Rules are written in ops, so every higher order follows from the first.
 */
export function defineOp<const I extends InputNames, A = NoAttrs>(
  record: OpRecord<I, A, readonly ['out']>,
): Op<I, A, readonly ['out']> {
  return new Op(record);
}

/** Like {@link defineOp}, for an op with several outputs: performed by {@link applyAll}. */
export function defineMultiOp<const I extends InputNames, A, const O extends readonly string[]>(
  record: OpRecord<I, A, O> & { readonly outputs: O },
): Op<I, A, O> {
  return new Op(record);
}

/** Performs an op on its inputs: computes the output and, if an input needs a gradient, records an entry. */
export function apply<I extends InputNames>(op: Op<I, NoAttrs, readonly ['out']>, inputs: Inputs<I>): Tensor;
export function apply<I extends InputNames, A>(
  op: Op<I, A, readonly ['out']>,
  inputs: Inputs<I>,
  attrs: A,
): Tensor;
export function apply(op: Op, inputs: readonly (Tensor | undefined)[], attrs: unknown = NO_ATTRS): Tensor {
  return op.run(inputs, attrs);
}

/** Like {@link apply}, for an op with several outputs. */
export function applyAll<I extends InputNames, A, O extends readonly string[]>(
  op: Op<I, A, O>,
  inputs: Inputs<I>,
  attrs: A,
): { [K in keyof O]: Tensor } {
  return op.runAll(inputs, attrs) as { [K in keyof O]: Tensor };
}
