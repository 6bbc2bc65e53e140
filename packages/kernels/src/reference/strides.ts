/** The loops of a copy, outermost first: how often each runs, and its step in the source and in the result. */
export interface Loops {
  rank: number;
  readonly extents: number[];
  readonly from: number[];
  readonly to: number[];
}

/** Loops to be filled by {@link arrange}, once and for all: a copy makes no arrays. */
export function createLoops(): Loops {
  return { rank: 0, extents: [0, 0, 0, 0], from: [0, 0, 0, 0], to: [0, 0, 0, 0] };
}

/**
 * Arranges the dims of a copy as loops that walk the result in the order in which it lies in memory: dims of extent 1
 * are left out, and dims that both sides walk as one are merged. There is at least one loop.
 */
export function arrange(
  loops: Loops,
  shape: readonly number[],
  xStrides: readonly number[],
  outStrides: readonly number[],
): void {
  const { extents, from, to } = loops;
  let rank = 0;
  for (let d = 0; d < shape.length; d++) {
    if (shape[d] === 1) continue;
    let at = rank++;
    for (; at > 0 && to[at - 1] < outStrides[d]; at--) {
      extents[at] = extents[at - 1];
      from[at] = from[at - 1];
      to[at] = to[at - 1];
    }
    extents[at] = shape[d];
    from[at] = xStrides[d];
    to[at] = outStrides[d];
  }
  if (rank === 0) {
    extents[0] = from[0] = to[0] = 1;
    loops.rank = 1;
    return;
  }
  let last = 0;
  for (let k = 1; k < rank; k++) {
    if (from[last] === from[k] * extents[k] && to[last] === to[k] * extents[k]) extents[last] *= extents[k];
    else extents[++last] = extents[k];
    from[last] = from[k];
    to[last] = to[k];
  }
  loops.rank = last + 1;
}
