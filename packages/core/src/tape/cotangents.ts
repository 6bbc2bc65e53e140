import { kernels } from '@retrograd/kernels';
import { add } from '../ops/arithmetic.ts';
import { binaryLoop } from '../ops/loops.ts';
import type { Tensor } from '../tensor.ts';
import type { Entry } from './entry.ts';

/** The cotangents waiting for one entry, and which of them the walk allocated itself. */
export interface Pending {
  readonly entry: Entry;
  readonly values: (Tensor | null)[];
  /** Whether a value lives in a buffer that nobody but the walk has seen, and may be added to or given away. */
  readonly owned: boolean[];
}

/**
 * The entries that wait for their turn, newest first, each with the sum of the cotangents that have arrived. The
 * first arrival is borrowed, the second allocates the sum, later ones are added in place.
 */
export class CotangentQueue {
  private readonly waiting = new Map<Entry, Pending>();
  /** A binary heap on position, the newest entry at its root. */
  private readonly heap: Entry[] = [];
  private readonly differentiable: boolean;

  /** @param differentiable - Sums are themselves recorded, so nothing is added in place. */
  constructor(differentiable: boolean) {
    this.differentiable = differentiable;
  }

  /** Adds a cotangent for one output of an entry. */
  add(entry: Entry, slot: number, g: Tensor): void {
    let pending = this.waiting.get(entry);
    if (pending === undefined) {
      const n = entry.outputs.length;
      pending = n === 1 ? { entry, values: [null], owned: [false] } : { entry, values: nulls(n), owned: [] };
      this.waiting.set(entry, pending);
      this.push(entry);
    }
    const sum = pending.values[slot];
    if (sum === null) {
      pending.values[slot] = g;
    } else if (this.differentiable || !pending.owned[slot]) {
      pending.values[slot] = add(sum, g);
      pending.owned[slot] = !this.differentiable;
    } else {
      binaryLoop(kernels.add, sum, g, sum);
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

function nulls(n: number): null[] {
  return new Array<null>(n).fill(null);
}
