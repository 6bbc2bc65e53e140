import type { Kernels, StructuredKernels } from '../kernels.ts';
import type { FloatArray } from '../signatures.ts';
import { LEAST_COLUMNS, columnLayout, copyColumnsIn, copyColumnsOut, padded } from './columns.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { PIECE } from './pointwise.ts';
import { areFloat32, areFloat64, copyIn, copyOut, isFloat32, isFloat64, room, typeOf } from './transfer.ts';

const { floor, max, min } = Math;

/** Cross-entropy and its gradient on a machine, as many lines or columns at a time as fill a piece. */
export function lossesOn(
  machine: Machine,
  limits: Limits,
  fallback: Kernels,
): Pick<Kernels, 'crossEntropy' | 'crossEntropyGrad'> {
  const takes = (outer: number, classes: number, inner: number): boolean => {
    const n = outer * classes * inner;
    return n > 0 && n >= limits.costly && (inner === 1 || inner >= LEAST_COLUMNS);
  };

  /** Targets for `wide` columns; what fills up the last vector has none. */
  function copyTargets(target: Int32Array, offset: number, count: number, wide: number, to: number): void {
    machine.i32.set(target.subarray(offset, offset + count), to / 4);
    machine.i32.fill(-1, to / 4 + count, to / 4 + wide);
  }

  function lines(
    outer: number, classes: number, x: FloatArray, xOffset: number, target: Int32Array, targetOffset: number,
    out: FloatArray, outOffset: number,
  ): void {
    const size = x.BYTES_PER_ELEMENT;
    const most = min(outer, max(1, floor(PIECE / classes)));
    machine.begin(room(most * classes, size) + room(most, size) + room(most, 4));
    const from = machine.place(room(most * classes, size) - 64);
    const to = machine.place(most * size);
    const which = machine.place(most * 4);
    const run = machine.function('crossEntropy' + typeOf(x));
    for (let r = 0; r < outer; r += most) {
      const count = min(most, outer - r);
      copyIn(machine, x, xOffset + r * classes, count * classes, from);
      copyTargets(target, targetOffset + r, count, count, which);
      run(count, classes, from, which, to);
      copyOut(machine, to, out, outOffset + r, count);
    }
  } // prettier-ignore

  function columns(
    outer: number, classes: number, inner: number, x: FloatArray, xOffset: number, target: Int32Array,
    targetOffset: number, out: FloatArray, outOffset: number,
  ): void {
    const size = x.BYTES_PER_ELEMENT;
    const layout = columnLayout(outer, classes, inner, size);
    const { most, together } = layout;
    const bytes = room(together * classes * most, size);
    machine.begin(bytes + room(together * most, size) + room(together * most, 4));
    const from = machine.place(bytes - 64);
    const to = machine.place(together * most * size);
    const which = machine.place(together * most * 4);
    const run = machine.function('crossEntropyColumns' + typeOf(x));
    for (let o = 0; o < outer; o += together) {
      const count = min(together, outer - o);
      for (let c = 0; c < inner; c += most) {
        const columns = min(most, inner - c);
        const wide = padded(columns, size);
        copyColumnsIn(machine, layout, x, xOffset + o * classes * inner + c, count, columns, from);
        copyTargets(target, targetOffset + o * inner + c, count * columns, count * wide, which);
        run(count, classes, wide * size, from, which, to);
        copyOut(machine, to, out, outOffset + o * inner + c, count * columns);
      }
    }
  } // prettier-ignore

  function linesGrad(
    outer: number, classes: number, g: FloatArray, gOffset: number, x: FloatArray, xOffset: number, target: Int32Array,
    targetOffset: number, out: FloatArray, outOffset: number,
  ): void {
    const size = x.BYTES_PER_ELEMENT;
    const most = min(outer, max(1, floor(PIECE / classes)));
    const bytes = room(most * classes, size);
    machine.begin(2 * bytes + room(most, size) + room(most, 4));
    const from = machine.place(bytes - 64);
    const to = machine.place(bytes - 64);
    const rates = machine.place(most * size);
    const which = machine.place(most * 4);
    const run = machine.function('crossEntropyGrad' + typeOf(x));
    for (let r = 0; r < outer; r += most) {
      const count = min(most, outer - r);
      copyIn(machine, g, gOffset + r, count, rates);
      copyIn(machine, x, xOffset + r * classes, count * classes, from);
      copyTargets(target, targetOffset + r, count, count, which);
      run(count, classes, rates, from, which, to);
      copyOut(machine, to, out, outOffset + r * classes, count * classes);
    }
  } // prettier-ignore

  function columnsGrad(
    outer: number, classes: number, inner: number, g: FloatArray, gOffset: number, x: FloatArray, xOffset: number,
    target: Int32Array, targetOffset: number, out: FloatArray, outOffset: number,
  ): void {
    const size = x.BYTES_PER_ELEMENT;
    const layout = columnLayout(outer, classes, inner, size);
    const { most, together } = layout;
    const bytes = room(together * classes * most, size);
    machine.begin(2 * bytes + room(together * most, size) + room(together * most, 4));
    const from = machine.place(bytes - 64);
    const to = machine.place(bytes - 64);
    const rates = machine.place(together * most * size);
    const which = machine.place(together * most * 4);
    const run = machine.function('crossEntropyGradColumns' + typeOf(x));
    for (let o = 0; o < outer; o += together) {
      const count = min(together, outer - o);
      for (let c = 0; c < inner; c += most) {
        const columns = min(most, inner - c);
        const wide = padded(columns, size);
        const start = o * classes * inner + c;
        copyIn(machine, g, gOffset + o * inner + c, count * columns, rates);
        copyColumnsIn(machine, layout, x, xOffset + start, count, columns, from);
        copyTargets(target, targetOffset + o * inner + c, count * columns, count * wide, which);
        run(count, classes, wide * size, rates, from, which, to);
        copyColumnsOut(machine, layout, to, out, outOffset + start, count, columns);
      }
    }
  } // prettier-ignore

  const crossEntropy: StructuredKernels['crossEntropy'] = (
    outer, classes, inner, x, xOffset, target, targetOffset, out, outOffset,
  ) => {
    const float = areFloat32(x, out) || areFloat64(x, out);
    if (!takes(outer, classes, inner) || !float || !machine.ready()) {
      fallback.crossEntropy(outer, classes, inner, x, xOffset, target, targetOffset, out, outOffset);
      return;
    }
    const [scores, losses] = [x as FloatArray, out as FloatArray];
    if (inner === 1) lines(outer, classes, scores, xOffset, target, targetOffset, losses, outOffset);
    else columns(outer, classes, inner, scores, xOffset, target, targetOffset, losses, outOffset);
  }; // prettier-ignore

  const crossEntropyGrad: StructuredKernels['crossEntropyGrad'] = (
    outer, classes, inner, g, gOffset, x, xOffset, target, targetOffset, out, outOffset,
  ) => {
    const float = (areFloat32(x, out) && isFloat32(g)) || (areFloat64(x, out) && isFloat64(g));
    if (!takes(outer, classes, inner) || !float || !machine.ready()) {
      fallback.crossEntropyGrad(outer, classes, inner, g, gOffset, x, xOffset, target, targetOffset, out, outOffset);
      return;
    }
    const [rates, scores, to] = [g, x as FloatArray, out as FloatArray];
    if (inner === 1)
      linesGrad(outer, classes, rates, gOffset, scores, xOffset, target, targetOffset, to, outOffset);
    else columnsGrad(outer, classes, inner, rates, gOffset, scores, xOffset, target, targetOffset, to, outOffset);
  }; // prettier-ignore

  return { crossEntropy, crossEntropyGrad };
}
