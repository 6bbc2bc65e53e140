import type { Kernels } from '../kernels.ts';
import type { ReduceKernel } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { isFloat32, room } from './transfer.ts';

const TAG: typeof Symbol.toStringTag = Symbol.toStringTag;
const { floor, max, min } = Math;

/** Elements of a piece, if lines and planes are not longer. */
const PIECE = 2 ** 16;
/** Elements that may lie in the machine's memory. */
const MOST = 2 ** 25;

/** The greatest and least elements of float32 and int32 along an axis, on a machine. */
export function extremesOn(
  machine: Machine,
  limits: Limits,
  fallback: Kernels,
): Pick<Kernels, 'amax' | 'amin'> {
  const extreme = (name: 'amax' | 'amin'): ReduceKernel => {
    const otherwise = fallback[name];
    return (outer, reduced, inner, x, xOffset, out, outOffset) => {
      const plane = reduced * inner;
      const fits = inner === 1 ? reduced >= 4 : inner >= 4 && reduced >= 2;
      const n = outer * plane;
      const type = isFloat32(x) ? 'f32' : x[TAG] === 'Int32Array' ? 'i32' : undefined;
      if (
        !fits || n === 0 || n < limits.plain || plane > MOST || type === undefined || x[TAG] !== out[TAG] ||
        !machine.ready()
      ) {
        otherwise(outer, reduced, inner, x, xOffset, out, outOffset);
        return;
      }
      const step = max(1, min(outer, floor(PIECE / plane)));
      machine.begin(room(step * plane, 4) + room(step * inner, 4));
      const from = machine.place(step * plane * 4);
      const to = machine.place(step * inner * 4);
      const memory = type === 'f32' ? machine.f32 : machine.i32;
      const run = machine.function(`${name}${inner === 1 ? 'Lines' : 'Columns'}_${type}`);
      for (let o = 0; o < outer; o += step) {
        const count = min(step, outer - o);
        const start = xOffset + o * plane;
        memory.set(x.subarray(start, start + count * plane), from / 4);
        if (inner === 1) run(count, reduced, from, to);
        else run(count, reduced, inner, from, to);
        out.set(memory.subarray(to / 4, to / 4 + count * inner), outOffset + o * inner);
      }
    };
  }; // prettier-ignore

  return { amax: extreme('amax'), amin: extreme('amin') };
}
