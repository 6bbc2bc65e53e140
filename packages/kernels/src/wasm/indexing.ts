import type { Kernels } from '../kernels.ts';
import type { IndexingKernels } from '../indexingKernels.ts';
import type { NumericArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { room } from './transfer.ts';

const TAG: typeof Symbol.toStringTag = Symbol.toStringTag;
const { floor, max, min } = Math;

// The side that the index points into is copied into the machine's memory as it lies, and if it is written to out again:
// worth it while it holds but few times as many elements as are picked or put.

/** Elements of a piece. */
const PIECE = 2 ** 16;
/** Elements of the indexed side for each that is picked or put, at most: a loop in JavaScript takes 3-5 ns for one. */
const WASTE = 16;
/** The same for elements that are added in rows of 4 and more: the loop takes 1.4 ns for one. */
const ROW_WASTE = 4;
/** From which length on rows are moved one by one, by `set`. */
const LONG = 128;
/** Elements that may lie in the machine's memory. */
const MOST = 2 ** 25;

type Names = 'gather' | 'scatter' | 'indexSelect' | 'indexAdd';

/** Elements and rows picked and put by an index, on a machine. */
export function indexingOn(
  machine: Machine,
  limits: Limits,
  fallback: Kernels,
): Pick<IndexingKernels, Names> {
  const takes = (n: number, a: NumericArray, b: NumericArray): boolean =>
    n > 0 && n >= limits.plain && a[TAG] === b[TAG] && a.BYTES_PER_ELEMENT >= 4 && machine.ready();

  /** The memory as elements of x's type. */
  const elements = (x: NumericArray): NumericArray =>
    x[TAG] === 'Float32Array' ? machine.f32 : x[TAG] === 'Float64Array' ? machine.f64 : machine.i32;

  /** How a gather or scatter goes; undefined if it is left to the fallback. The strides are those of the indexed side. */
  const plan = (
    shape: readonly number[],
    dim: number,
    strides: readonly number[],
    index: Int32Array,
    indexOffset: number,
  ): Plan | undefined => {
    const lines = linesOf(shape, dim, strides);
    if (lines === undefined) return undefined;
    const { outer, count, inner, outerStride, jump, innerStride } = lines;
    // How far the index reaches is not told; it is found out at a tenth of what following it costs.
    const n = outer * count * inner;
    machine.begin(room(n, 4));
    const address = machine.place(n * 4);
    machine.i32.set(cut(index, indexOffset, n), address / 4);
    const reach = machine.function('greatest_i32')(n, address);
    const span = reach * jump + (inner - 1) * innerStride + 1;
    const within = count * inner;
    const step = max(1, min(outer, floor(PIECE / max(span, within))));
    const held = (step - 1) * outerStride + span;
    return held <= WASTE * step * within && n + held + step * within <= MOST
      ? { ...lines, n, within, span, step, held }
      : undefined;
  };

  const indexSelect: Kernels['indexSelect'] = (
    outer, size, inner, count, x, xOffset, index, indexOffset, out, outOffset,
  ) => {
    const [within, wanted] = [size * inner, count * inner];
    const step = max(1, min(outer, floor(PIECE / max(within, wanted))));
    const fits = inner < LONG && within <= WASTE * wanted && step * (within + wanted) <= MOST;
    if (!fits || !takes(outer * wanted, x, out)) {
      fallback.indexSelect(outer, size, inner, count, x, xOffset, index, indexOffset, out, outOffset);
      return;
    }
    const bytes = x.BYTES_PER_ELEMENT;
    machine.begin(room(count, 4) + room(step * within, bytes) + room(step * wanted, bytes));
    const at = machine.place(count * 4);
    const from = machine.place(step * within * bytes);
    const to = machine.place(step * wanted * bytes);
    const memory = elements(x);
    const run = machine.function(bytes === 4 ? 'takeRows_32' : 'takeRows_64');
    machine.i32.set(cut(index, indexOffset, count), at / 4);
    for (let o = 0; o < outer; o += step) {
      const some = min(step, outer - o);
      memory.set(cut(x, xOffset + o * within, some * within), from / bytes);
      run(some, size, inner, count, from, at, to);
      out.set(cut(memory, to / bytes, some * wanted), outOffset + o * wanted);
    }
  }; // prettier-ignore

  const indexAdd: Kernels['indexAdd'] = (
    outer, size, inner, count, index, indexOffset, src, srcOffset, out, outOffset, accumulate,
  ) => {
    const [within, given] = [size * inner, count * inner];
    const step = max(1, min(outer, floor(PIECE / max(within, given))));
    const fits = (accumulate || inner < LONG) && within <= (inner < 4 ? WASTE : ROW_WASTE) * given && step * (within + given) <= MOST;
    if (!fits || !takes(outer * given, src, out)) {
      fallback.indexAdd(
        outer, size, inner, count, index, indexOffset, src, srcOffset, out, outOffset, accumulate,
      );
      return;
    }
    const bytes = src.BYTES_PER_ELEMENT;
    machine.begin(room(count, 4) + room(step * within, bytes) + room(step * given, bytes));
    const at = machine.place(count * 4);
    const from = machine.place(step * given * bytes);
    const to = machine.place(step * within * bytes);
    const memory = elements(src);
    const run = machine.function(accumulate ? `addRows_${typeOf(src)}` : bytes === 4 ? 'putRows_32' : 'putRows_64');
    machine.i32.set(cut(index, indexOffset, count), at / 4);
    for (let o = 0; o < outer; o += step) {
      const some = min(step, outer - o);
      memory.set(cut(src, srcOffset + o * given, some * given), from / bytes);
      memory.set(cut(out, outOffset + o * within, some * within), to / bytes);
      run(some, size, inner, count, at, from, to);
      out.set(cut(memory, to / bytes, some * within), outOffset + o * within);
    }
  }; // prettier-ignore

  const gather: Kernels['gather'] = (shape, dim, x, xOffset, xStrides, index, indexOffset, out, outOffset) => {
    const way = takes(numel(shape), x, out) ? plan(shape, dim, xStrides, index, indexOffset) : undefined;
    if (way === undefined) {
      fallback.gather(shape, dim, x, xOffset, xStrides, index, indexOffset, out, outOffset);
      return;
    }
    const { outer, count, inner, outerStride, jump, innerStride, n, within, span, step, held } = way;
    const bytes = x.BYTES_PER_ELEMENT;
    machine.begin(room(n, 4) + room(held, bytes) + room(step * within, bytes));
    const at = machine.place(n * 4);
    const from = machine.place(held * bytes);
    const to = machine.place(step * within * bytes);
    const memory = elements(x);
    const run = machine.function(bytes === 4 ? 'gather_32' : 'gather_64');
    machine.i32.set(cut(index, indexOffset, n), at / 4);
    for (let o = 0; o < outer; o += step) {
      const some = min(step, outer - o);
      memory.set(cut(x, xOffset + o * outerStride, (some - 1) * outerStride + span), from / bytes);
      run(
        some, count, inner, from, outerStride * bytes, jump * bytes, innerStride * bytes, at + o * within * 4, to,
      );
      out.set(cut(memory, to / bytes, some * within), outOffset + o * within);
    }
  }; // prettier-ignore

  const scatter: Kernels['scatter'] = (
    shape, dim, index, indexOffset, src, srcOffset, srcStrides, out, outOffset, outStrides, accumulate,
  ) => {
    const way =
      takes(numel(shape), src, out) && isContiguous(shape, srcStrides)
        ? plan(shape, dim, outStrides, index, indexOffset)
        : undefined;
    if (way === undefined) {
      fallback.scatter(
        shape, dim, index, indexOffset, src, srcOffset, srcStrides, out, outOffset, outStrides, accumulate,
      );
      return;
    }
    const { outer, count, inner, outerStride, jump, innerStride, n, within, span, step, held } = way;
    const bytes = src.BYTES_PER_ELEMENT;
    machine.begin(room(n, 4) + room(held, bytes) + room(step * within, bytes));
    const at = machine.place(n * 4);
    const from = machine.place(step * within * bytes);
    const to = machine.place(held * bytes);
    const memory = elements(src);
    const run = machine.function(
      accumulate ? `scatterAdd_${typeOf(src)}` : bytes === 4 ? 'scatter_32' : 'scatter_64',
    );
    machine.i32.set(cut(index, indexOffset, n), at / 4);
    for (let o = 0; o < outer; o += step) {
      const some = min(step, outer - o);
      const length = (some - 1) * outerStride + span;
      memory.set(cut(src, srcOffset + o * within, some * within), from / bytes);
      memory.set(cut(out, outOffset + o * outerStride, length), to / bytes);
      run(
        some, count, inner, at + o * within * 4, from, to, outerStride * bytes, jump * bytes, innerStride * bytes,
      );
      out.set(cut(memory, to / bytes, length), outOffset + o * outerStride);
    }
  }; // prettier-ignore

  return { gather, scatter, indexSelect, indexAdd };
}

function typeOf(x: NumericArray): 'f32' | 'f64' | 'i32' {
  return x[TAG] === 'Float32Array' ? 'f32' : x[TAG] === 'Float64Array' ? 'f64' : 'i32';
}

function cut(x: NumericArray, start: number, length: number): NumericArray {
  return length === x.length ? x : x.subarray(start, start + length);
}

function numel(shape: readonly number[]): number {
  let n = 1;
  for (let d = 0; d < shape.length; d++) n *= shape[d];
  return n;
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] !== 1 && strides[d] !== expected) return false;
    expected *= shape[d];
  }
  return true;
}

/** An index [outer, count, inner] and the strides of what it points into, the middle one being the indexed dim's. */
interface Lines {
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
  readonly outerStride: number;
  readonly jump: number;
  readonly innerStride: number;
}

/** Lines with what they come to. */
interface Plan extends Lines {
  /** Elements of the index, and of it within one turn of the outer loop. */
  readonly n: number;
  readonly within: number;
  /** What one turn spans in the indexed side. */
  readonly span: number;
  /** Turns of the outer loop that are a piece, and what they span. */
  readonly step: number;
  readonly held: number;
}

/** The dims before `dim` as one and those after it as one, if the strides allow it and none is negative. */
function linesOf(shape: readonly number[], dim: number, strides: readonly number[]): Lines | undefined {
  let [outer, outerStride, inner, innerStride] = [1, 0, 1, 0];
  for (let d = 0; d < shape.length; d++) {
    const extent = shape[d];
    const stride = strides[d];
    if (stride < 0) return undefined;
    if (d === dim || extent === 1) continue;
    if (d < dim) {
      if (outer > 1 && outerStride !== stride * extent) return undefined;
      outer *= extent;
      outerStride = stride;
    } else {
      if (inner > 1 && innerStride !== stride * extent) return undefined;
      inner *= extent;
      innerStride = stride;
    }
  }
  return { outer, count: shape[dim], inner, outerStride, jump: strides[dim], innerStride };
}
