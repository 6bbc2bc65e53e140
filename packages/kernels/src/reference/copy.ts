import type { StructuredKernels } from '../kernels.ts';
import type { NumericArray } from '../signatures.ts';

const { min } = Math;

/** Side of the squares a transpose is cut into: both sides of one stay in the first-level cache. */
const BLOCK = 32;
/** Elements below which a plain loop beats the fixed cost of `subarray` and `set`. */
const SMALL = 64;

// Assignment to a typed array converts as the interface asks: a float becomes an integer by truncation, wrapping
// modulo 2³² or 2⁸, and NaN and ±inf become 0.

function copyRun(n: number, x: NumericArray, xOffset: number, out: NumericArray, outOffset: number): void {
  if (n < SMALL) for (let i = 0; i < n; i++) out[outOffset + i] = x[xOffset + i];
  else out.set(x.subarray(xOffset, xOffset + n), outOffset);
}

function copyPlane(
  rows: number,
  cols: number,
  x: NumericArray,
  xOffset: number,
  xRow: number,
  xCol: number,
  out: NumericArray,
  outOffset: number,
  outRow: number,
  outCol: number,
): void {
  if (xCol === 1 && outCol === 1) {
    for (let r = 0; r < rows; r++) copyRun(cols, x, xOffset + r * xRow, out, outOffset + r * outRow);
    return;
  }
  if (xCol === 0 && outCol === 1) {
    // One element repeated, as a gradient spread over what a sum has added up.
    for (let r = 0; r < rows; r++) {
      const at = outOffset + r * outRow;
      out[at] = x[xOffset + r * xRow];
      out.fill(out[at], at, at + cols);
    }
    return;
  }
  for (let top = 0; top < rows; top += BLOCK) {
    const bottom = min(rows, top + BLOCK);
    for (let left = 0; left < cols; left += BLOCK) {
      const right = min(cols, left + BLOCK);
      for (let r = top; r < bottom; r++) {
        let p = xOffset + r * xRow + left * xCol;
        let q = outOffset + r * outRow + left * outCol;
        for (let c = left; c < right; c++, p += xCol, q += outCol) out[q] = x[p];
      }
    }
  }
}

export const copy: StructuredKernels['copy'] = (shape, x, xOffset, xStrides, out, outOffset, outStrides) => {
  // Coalesce: extents of 1 vanish, and an axis that continues its outer neighbour on both sides merges into it.
  const extents: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  for (let d = 0; d < shape.length; d++) {
    const extent = shape[d];
    if (extent === 0) return;
    if (extent === 1) continue;
    const last = extents.length - 1;
    if (last >= 0 && from[last] === xStrides[d] * extent && to[last] === outStrides[d] * extent) {
      extents[last] *= extent;
      from[last] = xStrides[d];
      to[last] = outStrides[d];
    } else {
      extents.push(extent);
      from.push(xStrides[d]);
      to.push(outStrides[d]);
    }
  }
  while (extents.length < 2) {
    extents.unshift(1);
    from.unshift(0);
    to.unshift(0);
  }

  // An odometer over the outer axes; the innermost two form a plane.
  const planeRows = extents.length - 2;
  const planeCols = extents.length - 1;
  const counter = new Array<number>(planeRows).fill(0);
  let p = xOffset;
  let q = outOffset;
  for (;;) {
    copyPlane(
      extents[planeRows], extents[planeCols],
      x, p, from[planeRows], from[planeCols],
      out, q, to[planeRows], to[planeCols],
    ); // prettier-ignore
    let d = planeRows - 1;
    for (; d >= 0; d--) {
      p += from[d];
      q += to[d];
      if (++counter[d] < extents[d]) break;
      p -= from[d] * extents[d];
      q -= to[d] * extents[d];
      counter[d] = 0;
    }
    if (d < 0) return;
  }
};
