/*
 * One backward pass in two parts, neither of which does the other's work (zero-bubble pipelines: Qi et al., Zero Bubble
 * Pipeline Parallelism, 2023). The entries from which the input can be reached are the input's side of the tape, all
 * others the parameters'. The first part walks the input's side and notes the cotangents of its entries that border on
 * the other side (a Linear's output, for one); the second starts at these, with the way back to the input cut off.
 */
import { grad, noGrad, zeros, type DType, type Shape, type Tensor } from '@retrograd/core';

type History = NonNullable<Tensor['entry']>;

/** What is read here of the tape's entries. */
interface TapeEntry extends History {
  /** Parents have lower positions. */
  readonly position: number;
  /** The entries that made the inputs; null for an input that needs no gradient. */
  readonly parents: readonly (TapeEntry | null)[];
  readonly outputs: readonly { readonly shape: Shape; readonly dtype: DType }[];
}

/** A tensor on the tape with its cotangent. */
interface Seeded {
  readonly tensor: Tensor;
  readonly cotangent: Tensor;
}

/** The outputs of a recorded computation that require grad, each with its cotangent. */
export type Roots = readonly Seeded[];

/** The first part's results. */
export interface InputPart {
  /** One for each input; null for one the roots do not depend on. */
  readonly gradients: readonly (Tensor | null)[];
  /** Where the second part starts. */
  readonly border: Roots;
}

/** The gradients of inputs (leaves) alone. No rule is run for anything else. */
export function inputPart(roots: Roots, inputs: readonly Tensor[]): InputPart {
  if (roots.length === 0 || inputs.length === 0) return { gradients: inputs.map(() => null), border: roots };
  const entries = entriesBelow(roots);
  const inputSide = sideOf(entries, inputs);
  const bordering = entries.filter(
    (entry) =>
      inputSide.has(entry) && entry.parents.some((parent) => parent !== null && !inputSide.has(parent)),
  );
  const noted = bordering.flatMap((entry) => entry.outputs.map((_, slot) => ({ entry, slot })));
  const handles = noted.map(({ entry, slot }) => handle(entry, slot));
  const all = pulledBack(roots, [...inputs, ...handles]);
  const border = noted.flatMap(({ entry, slot }, i): Seeded[] => {
    const cotangent = all[inputs.length + i];
    return cotangent === null ? [] : [{ tensor: handle(cut(entry, inputSide), slot), cotangent }];
  });
  const elsewhere = roots.filter(({ tensor }) => !inputSide.has(tensor.entry as TapeEntry));
  return { gradients: all.slice(0, inputs.length), border: [...elsewhere, ...border] };
}

/** The gradients of tensors the roots were made from; null for one they do not depend on. The tape is kept. */
export function pulledBack(roots: Roots, targets: readonly Tensor[]): (Tensor | null)[] {
  if (roots.length === 0 || targets.length === 0) return targets.map(() => null);
  return grad(
    roots.map(({ tensor }) => tensor),
    targets,
    { gradOutputs: roots.map(({ cotangent }) => cotangent), retainGraph: true, allowUnused: true },
  );
}

/** The entries the roots were made by, oldest first. */
function entriesBelow(roots: Roots): TapeEntry[] {
  const seen = new Set<TapeEntry>();
  const stack: (TapeEntry | null)[] = roots.map(({ tensor }) => tensor.entry as TapeEntry | null);
  while (stack.length > 0) {
    const entry = stack.pop() ?? null;
    if (entry === null || seen.has(entry)) continue;
    seen.add(entry);
    stack.push(...entry.parents);
  }
  return [...seen].sort((a, b) => a.position - b.position);
}

/** The entries from which one of the inputs can be reached. */
function sideOf(entries: readonly TapeEntry[], inputs: readonly Tensor[]): Set<TapeEntry> {
  const side = new Set(inputs.flatMap(({ entry }) => (entry === null ? [] : [entry as TapeEntry])));
  for (const entry of entries) {
    if (entry.parents.some((parent) => parent !== null && side.has(parent))) side.add(entry);
  }
  return side;
}

/** A tensor that stands for an entry's output. It has its shape and dtype but no memory. */
function handle(entry: TapeEntry, slot: number): Tensor {
  const { shape, dtype } = entry.outputs[slot];
  const x = noGrad(() => zeros([], { dtype }).expand(shape));
  x.entry = entry;
  x.slot = slot;
  return x;
}

/** The same entry, saved values included, as if the input's side needed no gradient. Its hooks have run already. */
function cut(entry: TapeEntry, inputSide: ReadonlySet<TapeEntry>): TapeEntry {
  const parents = entry.parents.map((parent) => (parent !== null && inputSide.has(parent) ? null : parent));
  return Object.create(entry, {
    parent: { value: (i: number) => parents[i] },
    parents: { value: parents },
    hooks: { value: null },
  }) as TapeEntry;
}
