import { sumTo } from '../ops/broadcast.ts';
import { AutogradError, DTypeError, ShapeError } from '../errors.ts';
import { formatShape, isBroadcastableTo, sameShape } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { checkForNaN } from './anomaly.ts';
import { Claims } from './claims.ts';
import { CotangentQueue } from './cotangents.ts';
import type { Entry, Pending, TensorSpec } from './entry.ts';
import { tapeState } from './recording.ts';

/** Where a walk begins: one output of an entry, and its cotangent. */
export interface Root {
  readonly entry: Entry;
  readonly slot: number;
  readonly cotangent: Tensor;
}

/** What a walk does on its way. */
export interface WalkOptions {
  /** Keep what entries saved, so that they can be walked again. */
  readonly retainGraph: boolean;
  /** Record the rules, so that the results can be differentiated. */
  readonly createGraph: boolean;
  /** The entries from which something asked for can be reached; null for all. */
  readonly reaching: ReadonlySet<Entry> | null;
  /** Is shown each complete cotangent, after its hooks: the newest entry first. */
  readonly arrive: (pending: Pending, claims: Claims) => void;
}

/**
 * The reverse walk. It reads the tape from the newest entry to the oldest; each entry's rules turn the cotangents of
 * its outputs into those of its inputs, which are added up at the entries that made the inputs.
 */
export function walk(roots: readonly Root[], options: WalkOptions): void {
  const { retainGraph, createGraph, reaching, arrive } = options;
  const claims = new Claims(!createGraph);
  const queue = new CotangentQueue(createGraph, claims);
  const before = tapeState.recording;
  tapeState.recording = createGraph;
  try {
    for (const { entry, slot, cotangent } of roots) queue.add(entry, slot, cotangent);
    for (let pending = queue.takeNewest(); pending !== null; pending = queue.takeNewest()) {
      const { entry, values } = pending;
      if (entry.hooks !== null) runHooks(pending, claims);
      arrive(pending, claims);
      if (entry.inputCount === 0 || (reaching !== null && !reachesOn(entry, reaching))) continue;
      if (entry.released) throw secondTime(entry);
      const { discreet } = entry.op;
      if (!discreet) values.forEach((g) => claims.expose(g));
      const results = entry.op.pullback(entry, values, reaching);
      if (!discreet) results.forEach((g) => claims.expose(g));
      checkForNaN(entry, results);
      if (!retainGraph) release(entry);
      for (let i = 0; i < results.length; i++) {
        const parent = entry.parent(i);
        const g = results[i];
        if (parent !== null && g !== null) queue.add(parent, entry.parentSlots[i], fit(entry, i, g));
      }
      for (const g of values) if (g !== null) claims.release(g);
      claims.settle(values);
      claims.settle(results);
    }
  } finally {
    queue.abandon();
    tapeState.recording = before;
  }
}

function release(entry: Entry): void {
  if (entry.saved === null) return;
  entry.saved = null;
  entry.released = true;
}

/** Whether the walk has anything to look for beyond this entry. */
function reachesOn(entry: Entry, reaching: ReadonlySet<Entry>): boolean {
  return entry.parents.some((parent) => parent !== null && reaching.has(parent));
}

function secondTime(entry: Entry): AutogradError {
  return new AutogradError(
    `${entry.name}: Trying to backward through the graph a second time (or directly access saved tensors after they ` +
      `have already been freed). Saved intermediate values of the graph are freed when you call .backward() or ` +
      `grad(). Specify retainGraph: true if you need to backward through the graph a second time`,
  );
}

/** Calls the hooks of each output with its complete cotangent; what they return takes its place. */
function runHooks(pending: Pending, claims: Claims): void {
  const { entry, values } = pending;
  entry.hooks?.forEach((hooks, slot) => {
    for (const hook of [...(hooks?.tensorHooks ?? [])]) {
      const g = values[slot];
      if (g === null) return;
      claims.expose(g);
      const replacement = hook(g);
      if (replacement === null || replacement === undefined) continue;
      values[slot] = checked(
        `hook of ${entry.name}`,
        'the replacement it returned',
        replacement,
        entry.output(slot),
      );
      claims.expose(values[slot]);
    }
  });
}

/** A rule's result in the shape of the input it belongs to, or an error that names the rule. */
function fit(entry: Entry, i: number, g: Tensor): Tensor {
  const spec = entry.inputSpec(i);
  if (
    entry.op.broadcasts &&
    isTensor(g) &&
    !sameShape(g.shape, spec.shape) &&
    isBroadcastableTo(spec.shape, g.shape)
  ) {
    return sumTo(
      checked(entry.name, `the gradient of input ${i}`, g, { shape: g.shape, dtype: spec.dtype }),
      spec.shape,
    );
  }
  return checked(entry.name, `the gradient of input ${i}`, g, spec);
}

function checked(where: string, what: string, g: unknown, spec: TensorSpec): Tensor {
  if (!isTensor(g)) throw new AutogradError(`${where}: ${what} is not a Tensor but ${typeof g}`);
  if (!sameShape(g.shape, spec.shape)) {
    throw new ShapeError(
      `${where}: ${what} has shape ${formatShape(g.shape)} where ${formatShape(spec.shape)} is expected`,
    );
  }
  if (g.dtype !== spec.dtype) {
    throw new DTypeError(`${where}: ${what} has dtype ${g.dtype} where ${spec.dtype} is expected`);
  }
  return g;
}
