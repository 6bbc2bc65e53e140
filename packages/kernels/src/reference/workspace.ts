/**
 * Recycled scratch memory. Each kernel that needs some owns a workspace, made once at module level; kernels are
 * synchronous and never re-entered, so one caller at a time is guaranteed. Float64Array whatever the operands' dtype:
 * the loops over it see one array type, and sums are exact to float64.
 */

const { max, min } = Math;

/** Elements a workspace keeps alive between calls: 8 MiB. A larger request is granted and then forgotten. */
const KEEP = 1 << 20;

/** Returns scratch memory of at least `length` elements, its contents undefined, valid until the next call. */
export type Workspace = (length: number) => Float64Array;

export function createWorkspace(): Workspace {
  let kept = new Float64Array(0);
  return (length) => {
    if (length <= kept.length) return kept;
    // Doubling makes a slowly growing series of requests cost a constant number of allocations.
    const granted = new Float64Array(max(length, min(2 * kept.length, KEEP)));
    if (granted.length <= KEEP) kept = granted;
    return granted;
  };
}
