import { kernels } from '@retrograd/kernels';
import { add } from '../ops/arithmetic.ts';
import { binaryLoop } from '../ops/loops.ts';
import type { Tensor } from '../tensor.ts';
import type { Claims } from './claims.ts';
import type { Entry, Pending } from './entry.ts';

/**
 * The entries that wait for their turn, newest first, each with the sum of the cotangents that have arrived. The
 * first arrival is borrowed, and later ones are added in place if it is the walk's own; else the sum is allocated.
 */
export class CotangentQueue {
  /** A binary heap on position, what waits for the newest entry at its root, and how much of it is in use. */
  private readonly heap: (Pending | null)[] = [];
  private size = 0;
  private readonly differentiable: boolean;
  private readonly claims: Claims;

  /** @param differentiable - Sums are themselves recorded, so nothing is added in place. */
  constructor(differentiable: boolean, claims: Claims) {
    this.differentiable = differentiable;
    this.claims = claims;
  }

  /** Adds a cotangent for one output of an entry. */
  add(entry: Entry, slot: number, g: Tensor): void {
    const { claims } = this;
    const values = this.valuesFor(entry);
    const sum = values[slot];
    if (sum === null) {
      values[slot] = g;
      claims.claim(g);
    } else if (!this.differentiable && claims.owns(sum) && sum.isContiguous()) {
      binaryLoop(kernels.add, sum, g, sum);
    } else {
      const total = add(sum, g);
      values[slot] = total;
      claims.claim(total);
      claims.release(sum);
    }
  }

  /** Takes out the newest waiting entry: all its cotangents have arrived, since its users are newer. */
  takeNewest(): Pending | null {
    const newest = this.pop();
    if (newest === null) return null;
    newest.entry.pending = newest.outer;
    return newest;
  }

  /** Gives up what still waits, after an error. */
  abandon(): void {
    while (this.takeNewest() !== null);
  }

  /** The cotangents that wait for an entry in this walk. */
  private valuesFor(entry: Entry): (Tensor | null)[] {
    const outer = entry.pending;
    if (outer !== null && outer.queue === this) return outer.values;
    const n = 1 + entry.furtherOutputs.length;
    const values = n === 1 ? [null] : new Array<null>(n).fill(null);
    entry.pending = { entry, values, queue: this, outer };
    this.push(entry.pending);
    return values;
  }

  private push(pending: Pending): void {
    const heap = this.heap as Pending[];
    const { position } = pending.entry;
    let i = this.size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent].entry.position >= position) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = pending;
  }

  private pop(): Pending | null {
    if (this.size === 0) return null;
    const heap = this.heap as Pending[];
    const size = --this.size;
    const newest = heap[0];
    const last = heap[size];
    const { position } = last.entry;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && heap[child + 1].entry.position > heap[child].entry.position) child++;
      if (heap[child].entry.position <= position) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    this.heap[size] = null;
    return newest;
  }
}
