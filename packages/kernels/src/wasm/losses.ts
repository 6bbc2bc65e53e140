import type { Kernels, StructuredKernels } from '../kernels.ts';
import type { FloatArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { PIECE } from './pointwise.ts';
import { areFloat32, copyIn, copyOut, isFloat32, room } from './transfer.ts';

const { floor, max, min } = Math;

/** Cross-entropy of float32 and its gradient on a machine, as many lines at a time as fill a piece. */
export function lossesOn(
  machine: Machine,
  limits: Limits,
  fallback: Kernels,
): Pick<Kernels, 'crossEntropy' | 'crossEntropyGrad'> {
  const crossEntropy: StructuredKernels['crossEntropy'] = (
    rows, classes, x, xOffset, target, targetOffset, out, outOffset,
  ) => {
    const n = rows * classes;
    if (n === 0 || n < limits.costly || !areFloat32(x, out) || !machine.ready()) {
      fallback.crossEntropy(rows, classes, x, xOffset, target, targetOffset, out, outOffset);
      return;
    }
    const most = min(rows, max(1, floor(PIECE / classes)));
    machine.begin(room(most * classes, 4) + 2 * room(most, 4));
    const from = machine.place(most * classes * 4);
    const which = machine.place(most * 4);
    const to = machine.place(most * 4);
    const run = machine.function('crossEntropy_f32');
    for (let r = 0; r < rows; r += most) {
      const count = min(most, rows - r);
      copyIn(machine, x as FloatArray, xOffset + r * classes, count * classes, from);
      machine.i32.set(target.subarray(targetOffset + r, targetOffset + r + count), which / 4);
      run(count, classes, from, which, to);
      copyOut(machine, to, out as FloatArray, outOffset + r, count);
    }
  }; // prettier-ignore

  const crossEntropyGrad: StructuredKernels['crossEntropyGrad'] = (
    rows, classes, g, gOffset, x, xOffset, target, targetOffset, out, outOffset,
  ) => {
    const n = rows * classes;
    const float = areFloat32(x, out) && isFloat32(g);
    if (n === 0 || n < limits.costly || !float || !machine.ready()) {
      fallback.crossEntropyGrad(rows, classes, g, gOffset, x, xOffset, target, targetOffset, out, outOffset);
      return;
    }
    const most = min(rows, max(1, floor(PIECE / classes)));
    machine.begin(2 * room(most * classes, 4) + 2 * room(most, 4));
    const from = machine.place(most * classes * 4);
    const to = machine.place(most * classes * 4);
    const which = machine.place(most * 4);
    const rates = machine.place(most * 4);
    const run = machine.function('crossEntropyGrad_f32');
    for (let r = 0; r < rows; r += most) {
      const count = min(most, rows - r);
      copyIn(machine, g, gOffset + r, count, rates);
      copyIn(machine, x as FloatArray, xOffset + r * classes, count * classes, from);
      machine.i32.set(target.subarray(targetOffset + r, targetOffset + r + count), which / 4);
      run(count, classes, rates, from, which, to);
      copyOut(machine, to, out as FloatArray, outOffset + r * classes, count * classes);
    }
  }; // prettier-ignore

  return { crossEntropy, crossEntropyGrad };
}
