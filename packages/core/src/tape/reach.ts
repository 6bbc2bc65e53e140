import type { Entry } from './entry.ts';
import type { Root } from './walk.ts';

/**
 * The entries below the roots from which one of the targets can be reached, the targets included: all a walk has to
 * visit. An explicit stack, so that no chain is too long.
 */
export function reachingEntries(roots: readonly Root[], targets: readonly Entry[]): Set<Entry> {
  const reaching = new Set(targets);
  const oldest = targets.reduce((position, entry) => Math.min(position, entry.position), Infinity);
  const seen = new Set<Entry>();
  const stack: Entry[] = [];
  const visited: Entry[] = [];
  const push = (entry: Entry | null): void => {
    // An entry older than every target cannot lead to one.
    if (entry === null || entry.position < oldest || seen.has(entry)) return;
    seen.add(entry);
    stack.push(entry);
  };
  for (const root of roots) push(root.entry);
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    visited.push(entry);
    for (const parent of entry.parents) push(parent);
  }
  visited.sort((a, b) => a.position - b.position);
  for (const entry of visited) {
    if (entry.parents.some((parent) => parent !== null && reaching.has(parent))) reaching.add(entry);
  }
  return reaching;
}
