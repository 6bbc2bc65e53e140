import { kernels } from '@retrograd/kernels';
import { add } from '../ops/arithmetic.ts';
import { clone } from '../ops/copy.ts';
import { binaryLoop } from '../ops/loops.ts';
import { SEEN } from '../storage.ts';
import type { Tensor } from '../tensor.ts';
import type { Claims } from './claims.ts';
import type { Entry, Pending } from './entry.ts';
import { withRecording } from './recording.ts';

interface Arrival {
  readonly tensor: Tensor;
  readonly gradient: Tensor;
  /** The gradient's buffer belongs to the walk and may become the tensor's. */
  readonly owned: boolean;
  readonly entry: Entry;
}

/**
 * Collects the gradients that reach tensors during a walk, and writes them to `.grad` when it has succeeded: a walk
 * that throws leaves every `.grad` as it was.
 */
export class GradientStore {
  private readonly arrivals: Arrival[] = [];
  private readonly targets: ReadonlySet<Tensor> | null;
  private readonly targetsByEntry: ReadonlyMap<Entry, readonly Tensor[]> | null;
  /** Whether a leaf that something has arrived at has hooks. */
  private hooked = false;
  private readonly createGraph: boolean;

  /** @param targets - The tensors whose `.grad` is to be filled; null for every leaf. */
  constructor(targets: readonly Tensor[] | null, createGraph: boolean) {
    this.targets = targets && new Set(targets);
    this.createGraph = createGraph;
    this.targetsByEntry = this.targets && byEntry(this.targets);
  }

  /** Notes what has arrived at an entry, if anybody's `.grad` wants it. */
  receive({ entry, values }: Pending, claims: Claims): void {
    if (entry.postAccumulateHooks?.size) this.hooked = true;
    if (this.targetsByEntry !== null) {
      for (const x of this.targetsByEntry.get(entry) ?? []) this.note(x, values[x.slot], claims, entry);
    } else if (entry.leaf !== null) {
      this.note(entry.leaf, values[0], claims, entry);
    }
    entry.hooks?.forEach((hooks, slot) => {
      const retainer = hooks?.retainer ?? null;
      if (retainer !== null && !this.targets?.has(retainer)) this.note(retainer, values[slot], claims, entry);
    });
  }

  private note(tensor: Tensor, gradient: Tensor | null, claims: Claims, entry: Entry): void {
    if (gradient === null) return;
    // A leaf's cotangent is used by nothing else: if the buffer is the walk's own, it becomes `.grad` as it is.
    const owned = entry.leaf !== null && claims.owns(gradient);
    claims.expose(gradient);
    this.arrivals.push({ tensor, gradient, owned, entry });
  }

  /** Accumulates into `.grad`, then calls the post-accumulate hooks; if one throws, every `.grad` is put back. */
  publish(): void {
    const { arrivals, hooked } = this;
    const before = hooked ? arrivals.map(({ tensor }) => snapshot(tensor)) : [];
    try {
      withRecording(this.createGraph, () => {
        for (const arrival of arrivals) this.accumulate(arrival);
      });
      if (hooked) {
        for (const { tensor, entry } of arrivals) {
          for (const hook of [...(entry.postAccumulateHooks ?? [])]) hook(tensor);
        }
      }
    } catch (error) {
      for (const restore of before) restore();
      throw error;
    }
  }

  private accumulate({ tensor, gradient, owned }: Arrival): void {
    const existing = tensor.accumulated;
    if (existing === null) {
      const grad = owned && gradient.isContiguous() ? gradient : clone(gradient);
      tensor.accumulated = grad;
      if (!this.createGraph) grad.storage.claims = 0;
    } else if (this.createGraph || !existing.isContiguous() || existing.requiresGrad) {
      existing.storage.claims = SEEN;
      tensor.grad = add(existing, gradient);
    } else {
      binaryLoop(kernels.add, existing, gradient, existing);
      existing.storage.version++;
    }
  }
}

function byEntry(targets: Iterable<Tensor>): Map<Entry, Tensor[]> {
  const result = new Map<Entry, Tensor[]>();
  for (const x of targets) result.set(x.entry as Entry, [...(result.get(x.entry as Entry) ?? []), x]);
  return result;
}

/** Remembers a tensor's `.grad`, elements included. */
function snapshot(x: Tensor): () => void {
  const existing = x.accumulated;
  if (existing !== null) existing.storage.claims = SEEN;
  const copy = existing && clone(existing.detach());
  return () => {
    x.grad = existing;
    if (existing === null || copy === null) return;
    const { storage } = copy;
    kernels.copy(
      copy.shape,
      storage.array,
      copy.offset,
      copy.strides,
      existing.storage.array,
      existing.offset,
      existing.strides,
    );
  };
}
