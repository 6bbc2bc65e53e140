import type { Kernels } from '../kernels.ts';
import { arrange, createLoops, type Loops } from '../reference/strides.ts';
import type { NumericArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { isFloat32, room } from './transfer.ts';

const TAG: typeof Symbol.toStringTag = Symbol.toStringTag;
const { abs, floor, max, min } = Math;

// What a copy reads is copied into the machine's memory as it lies, gaps and all, and what it writes is copied out in
// one piece: that costs a tenth of what a loop in JavaScript takes for an element, if few enough lie in the gaps.

/** Elements of a piece. */
const PIECE = 2 ** 16;
/** Rows that a transpose does together (STRIP in assembly/strided.ts). */
const STRIP = 16;
/** From which length on rows without gaps are copied one by one, by `set` or `fill`. */
const LONG = 256;
/** The same where they are few. */
const SHORT = 64;
const FEW = 6;
/** How many elements may be copied to and fro for each that is wanted. */
const WASTE = 4;
/** Elements that may lie in the machine's memory. */
const MOST = 2 ** 25;

/** Copies between any strides on a machine. */
export function stridedOn(machine: Machine, limits: Limits, fallback: Kernels): Pick<Kernels, 'copy'> {
  const loops = createLoops();

  const copy: Kernels['copy'] = (shape, x, xOffset, xStrides, out, outOffset, outStrides) => {
    let n = 1;
    for (let d = 0; d < shape.length; d++) n *= shape[d];
    if (n === 0) return;
    if (n < limits.plain || x.BYTES_PER_ELEMENT < 4 || !machine.ready()) {
      fallback.copy(shape, x, xOffset, xStrides, out, outOffset, outStrides);
      return;
    }
    arrange(loops, shape, xStrides, outStrides);
    const { rank, extents, from, to } = loops;
    // The outermost loop is cut into pieces. What the others span in x, and how far of it lies before where they start:
    let span = 1;
    let before = 0;
    let outSpan = 1;
    for (let d = 1; d < rank; d++) {
      span += abs(from[d]) * (extents[d] - 1);
      before -= min(0, from[d]) * (extents[d] - 1);
      outSpan += to[d] * (extents[d] - 1);
    }
    const extent = extents[0];
    const step = pieceOf(extent, n / extent, from[0]);
    const wanted = step * (n / extent);
    const whole = span + abs(from[0]) * (extent - 1);
    const part = span + abs(from[0]) * (step - 1);
    const outPart = outSpan + to[0] * (step - 1);
    // x goes in piece by piece, unless it is small or its pieces lie scattered.
    const pieced = whole > PIECE && part <= WASTE * wanted;
    const held = pieced ? part : whole;
    const wasted = held > WASTE * (pieced ? wanted : n) || outPart > WASTE * wanted;
    // `set` converts between dtypes, which it does not for what lies in gaps.
    const converts = x[TAG] !== out[TAG];
    if (wasted || held + outPart > MOST || (converts && outPart > wanted) || hasLongRows(loops, n)) {
      fallback.copy(shape, x, xOffset, xStrides, out, outOffset, outStrides);
      return;
    }
    const size = x.BYTES_PER_ELEMENT;
    machine.begin(room(held, size) + room(outPart, size) + room(4 * rank + 4, 4));
    const source = machine.place(held * size);
    const result = machine.place(outPart * size);
    const table = machine.place(16 * rank + 16);
    const outermost = writeTable(machine.i32, table / 4, loops, size);
    const memory = size === 8 ? machine.f64 : isFloat32(x) ? machine.f32 : machine.i32;
    const run = machine.function(size === 4 ? 'strided_32' : 'strided_64');
    const back = min(0, from[0]);
    const first = back * (extent - 1) - before;
    if (!pieced) memory.set(cut(x, xOffset + first, whole), source / size);
    for (let i = 0; i < extent; i += step) {
      const count = min(step, extent - i);
      machine.i32[outermost] = count;
      let start = source + (i * from[0] - first) * size;
      if (pieced) {
        const low = back * (count - 1) - before;
        memory.set(cut(x, xOffset + i * from[0] + low, span + abs(from[0]) * (count - 1)), source / size);
        start = source - low * size;
      }
      const at = outOffset + i * to[0];
      const length = outSpan + to[0] * (count - 1);
      // What lies between the elements of the result stays as it is.
      if (length > count * (n / extent)) memory.set(cut(out, at, length), result / size);
      run(max(2, rank), table, start, result);
      out.set(cut(memory, result / size, length), at);
    }
  };

  return { copy };
}

function cut(x: NumericArray, start: number, length: number): NumericArray {
  return length === x.length ? x : x.subarray(start, start + length);
}

/** How many turns of the outermost loop are a piece, one turn being `within` elements. */
function pieceOf(extent: number, within: number, step: number): number {
  const fitting = floor(PIECE / within);
  // Along rows of a transpose, whole strips.
  return min(extent, step === 1 ? max(STRIP, fitting & -STRIP) : max(1, fitting));
}

/** Whether it is best done row by row, because rows are long or few. */
function hasLongRows({ rank, extents, from, to }: Loops, n: number): boolean {
  const extent = extents[rank - 1];
  const isLong = extent >= (n <= FEW * extent ? SHORT : LONG);
  return (isLong || rank === 1) && to[rank - 1] === 1 && (from[rank - 1] === 0 || from[rank - 1] === 1);
}

/**
 * Writes the loops as assembly/strided.ts reads them, from position `at` on; returns where the outermost loop's extent
 * is. Where columns of the result are rows of x, they become the innermost two loops.
 */
function writeTable(i32: Int32Array, at: number, { rank, extents, from, to }: Loops, size: number): number {
  if (rank === 1) at = writeLoop(i32, at, 1, 0, 0);
  const cols = rank - 1;
  const rows = rank - 2;
  let swapped = rows;
  if (abs(from[cols]) > 1) for (let d = 0; d < rows; d++) if (from[d] === 1) swapped = d;
  const outermost = swapped === 0 && rows > 0 ? at + 4 * rows : at;
  for (let d = 0; d < rank; d++) {
    const k = d === rows ? swapped : d === swapped ? rows : d;
    at = writeLoop(i32, at, extents[k], from[k] * size, to[k] * size);
  }
  return outermost;
}

function writeLoop(i32: Int32Array, at: number, extent: number, from: number, to: number): number {
  i32[at] = extent;
  i32[at + 1] = from;
  i32[at + 2] = to;
  i32[at + 3] = 0;
  return at + 4;
}
