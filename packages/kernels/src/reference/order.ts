import type { StructuredKernels } from '../kernels.ts';
import type { AlongKernel } from '../signatures.ts';
import { createWorkspace } from './workspace.ts';

const line = createWorkspace();

/** Below zero if key u comes before v, in rising order with NaN last. */
function compare(u: number, v: number): number {
  if (u < v) return -1;
  if (u > v) return 1;
  return +(u !== u) - +(v !== v);
}

export const argsort: StructuredKernels['argsort'] = (
  outer,
  size,
  inner,
  descending,
  x,
  xOffset,
  out,
  outOffset,
) => {
  const keys = line(size);
  const order = new Int32Array(size);
  // Equal keys are ordered by position, so the sort is stable whatever the platform's is.
  const before = descending
    ? (a: number, b: number): number => compare(keys[b], keys[a]) || a - b
    : (a: number, b: number): number => compare(keys[a], keys[b]) || a - b;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * size * inner + i;
      for (let s = 0, p = xOffset + start; s < size; s++, p += inner) {
        keys[s] = x[p];
        order[s] = s;
      }
      order.sort(before);
      for (let s = 0, p = outOffset + start; s < size; s++, p += inner) out[p] = order[s];
    }
  }
};

/** Where the best element so far lies, `wins` deciding between a new one and the best; NaN wins from then on. */
function running(wins: (v: number, best: number) => boolean): AlongKernel {
  return (outer, size, inner, x, xOffset, out, outOffset) => {
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let p = o * size * inner + i;
        let best = NaN;
        let where = 0;
        for (let s = 0; s < size; s++, p += inner) {
          const v = x[xOffset + p];
          if (s === 0 || v !== v || wins(v, best)) {
            best = v;
            where = s;
          }
          out[outOffset + p] = where;
        }
      }
    }
  };
}

export const cumargmax = running((v, best) => v >= best);
export const cumargmin = running((v, best) => v <= best);
