import type { Kernels, StructuredKernels } from '../kernels.ts';
import type { FloatArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { areFloat32, areFloat64, copyIn, copyOut, room } from './transfer.ts';

const { abs, min } = Math;

/** Blocks of the product, as assembly/gemm.ts has them. */
const MC = 96;
const NC = 512;
const KC = 256;

/** Where a strided matrix lies: its lowest element, relative to the first, and how many elements it spans. */
function span(rows: number, cols: number, row: number, col: number): { low: number; length: number } {
  const down = (rows - 1) * row;
  const across = (cols - 1) * col;
  return { low: min(down, 0) + min(across, 0), length: abs(down) + abs(across) + 1 };
}

/** Matrix products on a machine; what is too small, too spread out or not floating point goes to `fallback`. */
export function gemmOn(machine: Machine, limits: Limits, fallback: Kernels): Pick<Kernels, 'gemm'> {
  const gemm: StructuredKernels['gemm'] = (
    m, n, k, alpha, a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, beta, c, cOffset, cRow,
  ) => {
    const products = m * n * k;
    const single = areFloat32(a, c) && b instanceof Float32Array;
    const float = single || (areFloat64(a, c) && b instanceof Float64Array);
    const spanA = span(m, k, aRow, aCol);
    const spanB = span(k, n, bRow, bCol);
    // Copying in what lies between the elements of a spread operand would cost more than the product gains.
    const compact = spanA.length <= 4 * m * k + 64 && spanB.length <= 4 * k * n + 64;
    if (!float || products === 0 || !compact || products < limits.products || cRow < n || !machine.ready()) {
      fallback.gemm(m, n, k, alpha, a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, beta, c, cOffset, cRow);
      return;
    }
    if (n === 1 && cRow === 1) {
      // A column: its transpose, a row, wastes no lanes.
      multiply(
        1, m, k, alpha, b, bOffset + spanB.low, spanB, bCol, bRow, a as FloatArray, aOffset + spanA.low, spanA, aCol,
        aRow, beta, c as FloatArray, cOffset, m,
      );
      return;
    }
    multiply(
      m, n, k, alpha, a as FloatArray, aOffset + spanA.low, spanA, aRow, aCol, b,
      bOffset + spanB.low, spanB, bRow, bCol, beta, c as FloatArray, cOffset, cRow,
    );
  }; // prettier-ignore

  function multiply(
    m: number, n: number, k: number, alpha: number,
    a: FloatArray, aStart: number, spanA: { low: number; length: number }, aRow: number, aCol: number,
    b: FloatArray, bStart: number, spanB: { low: number; length: number }, bRow: number, bCol: number,
    beta: number, c: FloatArray, cOffset: number, cRow: number,
  ): void {
    const size = c.BYTES_PER_ELEMENT;
    const panels = min(m, MC) * min(k, KC) + (min(n, NC) + 8) * min(k, KC);
    machine.begin(
      room(spanA.length, size) + room(spanB.length, size) + room(m * n, size) + room(panels, size),
    );
    const pa = machine.place(spanA.length * size);
    const pb = machine.place(spanB.length * size);
    const pc = machine.place(m * n * size);
    const work = machine.place(panels * size);
    copyIn(machine, a, aStart, spanA.length, pa);
    copyIn(machine, b, bStart, spanB.length, pb);
    const rows = cRow === n ? 1 : m;
    const cols = (m * n) / rows;
    if (beta !== 0)
      for (let i = 0; i < rows; i++) copyIn(machine, c, cOffset + i * cRow, cols, pc + i * cols * size);
    machine.function(size === 4 ? 'gemm_f32' : 'gemm_f64')(
      m, n, k, alpha, pa - spanA.low * size, aRow, aCol, pb - spanB.low * size, bRow, bCol, beta, pc, work,
    );
    for (let i = 0; i < rows; i++) copyOut(machine, pc + i * cols * size, c, cOffset + i * cRow, cols);
  } // prettier-ignore

  return { gemm };
}
