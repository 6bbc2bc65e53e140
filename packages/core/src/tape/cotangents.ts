import { kernels } from '@retrograd/kernels';
import { add } from '../ops/arithmetic.ts';
import { binaryLoop } from '../ops/loops.ts';
import type { Tensor } from '../tensor.ts';
import type { Claims } from './claims.ts';
import type { Entry } from './entry.ts';

/** The cotangents waiting for one entry, by output; null where none has arrived. */
export interface Pending {
  readonly entry: Entry;
  readonly values: (Tensor | null)[];
}

/**
 * The entries that wait for their turn, newest first, each with the sum of the cotangents that have arrived. The
 * first arrival is borrowed, and later ones are added in place if it is the walk's own; else the sum is allocated.
 */
export class CotangentQueue {
  private readonly waiting = new Map<Entry, Pending>();
  /** A binary heap on position, the newest entry at its root. */
  private readonly heap: Entry[] = [];
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
    let pending = this.waiting.get(entry);
    if (pending === undefined) {
      const n = entry.outputs.length;
      pending = { entry, values: n === 1 ? [null] : new Array<null>(n).fill(null) };
      this.waiting.set(entry, pending);
      this.push(entry);
    }
    const sum = pending.values[slot];
    if (sum === null) {
      pending.values[slot] = g;
      claims.claim(g);
    } else if (!this.differentiable && claims.owns(sum) && sum.isContiguous()) {
      binaryLoop(kernels.add, sum, g, sum);
    } else {
      const total = add(sum, g);
      pending.values[slot] = total;
      claims.claim(total);
      claims.release(sum);
    }
  }

  /** Takes out the newest waiting entry: all its cotangents have arrived, since its users are newer. */
  takeNewest(): Pending | null {
    const entry = this.pop();
    if (entry === undefined) return null;
    const pending = this.waiting.get(entry) as Pending;
    this.waiting.delete(entry);
    return pending;
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent].position >= entry.position) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = entry;
  }

  private pop(): Entry | undefined {
    const { heap } = this;
    const newest = heap[0] as Entry | undefined;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return newest;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1].position > heap[child].position) child++;
      if (heap[child].position <= last.position) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return newest;
  }
}
