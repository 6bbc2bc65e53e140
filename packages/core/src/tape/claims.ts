import { nextBirth, recycle, SEEN } from '../storage.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Who may still look at the buffers a walk makes. Every cotangent that waits or is being used claims its storage; a
 * storage that was made during the walk, that nobody claims any more and that no caller's code has seen goes back to be
 * allocated again, and one with a single claim may become a leaf's `.grad` without a copy.
 *
 * A walk that is itself recorded gives nothing back: its rules' results are saved by the entries they record.
 */
export class Claims {
  private readonly since = nextBirth();
  private readonly enabled: boolean;

  constructor(enabled: boolean) {
    this.enabled = enabled;
  }

  /** A cotangent begins to be waited for. */
  claim(x: Tensor): void {
    x.storage.claims++;
  }

  /** A cotangent is no longer waited for; {@link settle} decides what becomes of its storage. */
  release(x: Tensor): void {
    x.storage.claims--;
  }

  /** A caller's code has seen this tensor: its storage is never reused. */
  expose(x: Tensor | null): void {
    if (x !== null) x.storage.claims = SEEN;
  }

  /** Whether the tensor is alone in a storage that only this walk knows. */
  owns(x: Tensor): boolean {
    const { storage } = x;
    return (
      this.enabled &&
      storage.birth >= this.since &&
      storage.claims === 1 &&
      storage.array.length === x.numel()
    );
  }

  /** Gives back the storages of tensors that nobody claims, after the entry they belong to is done with. */
  settle(tensors: readonly (Tensor | null)[]): void {
    if (!this.enabled) return;
    for (const x of tensors) {
      if (x === null || x.storage.claims !== 0 || x.storage.birth < this.since) continue;
      x.storage.claims = SEEN;
      recycle(x.dtype, x.storage.array);
    }
  }
}
