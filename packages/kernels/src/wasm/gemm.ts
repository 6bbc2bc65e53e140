import type { Kernels, StructuredKernels } from '../kernels.ts';
import type { FloatArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import {
  areFloat32,
  areFloat64,
  copyIn,
  copyOut,
  isFloat32,
  isFloat64,
  memoryLike,
  room,
} from './transfer.ts';

const { abs, min } = Math;

/** Blocks of the product, as assembly/gemm.ts has them. */
const MC = 96;
const NC = 512;
const KC = 256;

/** A strided matrix and where it lies. */
interface Matrix {
  readonly array: FloatArray;
  /** Of the first element. */
  readonly offset: number;
  readonly rows: number;
  readonly cols: number;
  readonly row: number;
  readonly col: number;
  /** How far before the first element the lowest one lies (≤ 0). */
  readonly low: number;
  /** How many elements it spans. */
  readonly length: number;
  /** Not so spread out that copying what lies between its elements would cost more than it saves. */
  readonly isCompact: boolean;
}

function matrix(
  array: FloatArray,
  offset: number,
  rows: number,
  cols: number,
  row: number,
  col: number,
): Matrix {
  const down = (rows - 1) * row;
  const across = (cols - 1) * col;
  const low = min(down, 0) + min(across, 0);
  const length = abs(down) + abs(across) + 1;
  const isCompact = length <= 2 * rows * cols + 64;
  return { array, offset, rows, cols, row, col, low, length, isCompact };
}

/** A matrix in the machine's memory: the address of its first element, strides in elements. */
interface Placed {
  readonly at: number;
  readonly row: number;
  readonly col: number;
}

/** Elements a matrix takes in the machine's memory. */
const footprint = ({ rows, cols, length, isCompact }: Matrix): number => (isCompact ? length : rows * cols);

/** Copies a matrix in: as it lies, or if it is spread out its elements alone. */
function placeMatrix(machine: Machine, x: Matrix): Placed {
  const { array, offset, rows, cols, row, col, low, length, isCompact } = x;
  const size = array.BYTES_PER_ELEMENT;
  if (isCompact) {
    const at = machine.place(length * size);
    copyIn(machine, array, offset + low, length, at);
    return { at: at - low * size, row, col };
  }
  const at = machine.place(rows * cols * size);
  const memory = memoryLike(machine, array);
  // Along the lesser stride, which is where the cache lines lie.
  const byRows = abs(col) <= abs(row);
  const [lines, count, step, stride] = byRows ? [rows, cols, row, col] : [cols, rows, col, row];
  let to = at / size;
  for (let i = 0; i < lines; i++) {
    let from = offset + i * step;
    if (stride === 1 && count >= 64) {
      memory.set(array.subarray(from, from + count), to);
      to += count;
      continue;
    }
    for (const end = to + count; to < end; to++, from += stride) memory[to] = array[from];
  }
  return byRows ? { at, row: cols, col: 1 } : { at, row: 1, col: rows };
}

/** Matrix products on a machine; what is too small or not floating point goes to `fallback`. */
export function gemmOn(machine: Machine, limits: Limits, fallback: Kernels): Pick<Kernels, 'gemm'> {
  const gemm: StructuredKernels['gemm'] = (
    m, n, k, alpha, a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, beta, c, cOffset, cRow, bias, biasOffset = 0,
  ) => {
    const products = m * n * k;
    const float = areFloat32(a, c) ? isFloat32(b) : areFloat64(a, c) && isFloat64(b);
    if (!float || products === 0 || products < limits.products || cRow < n || !machine.ready()) {
      fallback.gemm(
        m, n, k, alpha, a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, beta, c, cOffset, cRow, bias, biasOffset,
      );
      return;
    }
    if (n === 1 && cRow === 1) {
      // A column: its transpose, a row, wastes no lanes.
      if (bias !== undefined && beta !== 0) c.fill(bias[biasOffset], cOffset, cOffset + m);
      const left = matrix(b as FloatArray, bOffset, n, k, bCol, bRow);
      const right = matrix(a as FloatArray, aOffset, k, m, aCol, aRow);
      multiply(alpha, left, right, beta, c as FloatArray, cOffset, m, undefined, 0);
      return;
    }
    const left = matrix(a as FloatArray, aOffset, m, k, aRow, aCol);
    const right = matrix(b as FloatArray, bOffset, k, n, bRow, bCol);
    multiply(alpha, left, right, beta, c as FloatArray, cOffset, cRow, bias as FloatArray | undefined, biasOffset);
  }; // prettier-ignore

  function multiply(
    alpha: number, a: Matrix, b: Matrix, beta: number, c: FloatArray, cOffset: number, cRow: number,
    bias: FloatArray | undefined, biasOffset: number,
  ): void {
    const size = c.BYTES_PER_ELEMENT;
    const { rows: m, cols: k } = a;
    const n = b.cols;
    const panels = min(m, MC) * min(k, KC) + (min(n, NC) + 8) * min(k, KC);
    machine.begin(
      room(footprint(a), size) + room(footprint(b), size) + room(m * n, size) + room(n, size) + room(panels, size),
    );
    const pa = placeMatrix(machine, a);
    const pb = placeMatrix(machine, b);
    const pc = machine.place(m * n * size + 16);
    const row = bias === undefined || beta === 0 ? 0 : machine.place(n * size + 16);
    const work = machine.place(panels * size);
    const rows = cRow === n ? 1 : m;
    const cols = (m * n) / rows;
    if (bias !== undefined && row !== 0) copyIn(machine, bias, biasOffset, n, row);
    else if (beta !== 0)
      for (let i = 0; i < rows; i++) copyIn(machine, c, cOffset + i * cRow, cols, pc + i * cols * size);
    machine.function(size === 4 ? 'gemm_f32' : 'gemm_f64')(
      m, n, k, alpha, pa.at, pa.row, pa.col, pb.at, pb.row, pb.col, beta, pc, row, work,
    );
    for (let i = 0; i < rows; i++) copyOut(machine, pc + i * cols * size, c, cOffset + i * cRow, cols);
  } // prettier-ignore

  return { gemm };
}
