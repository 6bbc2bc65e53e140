import type { Kernels, StructuredKernels } from '../kernels.ts';
import type { FloatArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { PIECE } from './pointwise.ts';
import { areFloat32, copyIn, copyOut, isFloat32, room } from './transfer.ts';

const { floor, max, min } = Math;

/** Shortest run of a channel's elements that is worth a copy of its own. */
const LEAST_RUN = 16;

/** Standardisation of float32 on a machine: channels are lines there, several to a piece where they are short. */
export function standardizeOn(
  machine: Machine,
  limits: Limits,
  fallback: Kernels,
): Pick<Kernels, 'standardize' | 'standardizeGrad'> {
  const takes = (outer: number, channels: number, inner: number): boolean => {
    const n = outer * channels * inner;
    return n > 0 && n >= limits.costly && (outer === 1 || inner >= LEAST_RUN);
  };

  /** Copies `count` channels from c on to lines, or back. */
  function move(
    copy: typeof copyIn, outer: number, channels: number, inner: number, c: number, count: number, x: FloatArray,
    offset: number, address: number,
  ): void {
    if (outer === 1) {
      copy(machine, x, offset + c * inner, count * inner, address);
      return;
    }
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < count; i++)
        copy(machine, x, offset + (o * channels + c + i) * inner, inner, address + 4 * (i * outer + o) * inner);
    }
  } // prettier-ignore

  const copyBack: typeof copyIn = (m, x, offset, count, address) => copyOut(m, address, x, offset, count);

  const standardize: StructuredKernels['standardize'] = (
    outer, channels, inner, eps, x, xOffset, out, outOffset, rstd, rstdOffset, moments, momentsOffset,
  ) => {
    const single = areFloat32(x, out) && isFloat32(rstd) && (moments === null || isFloat32(moments));
    if (!takes(outer, channels, inner) || !single || !machine.ready()) {
      fallback.standardize(
        outer, channels, inner, eps, x, xOffset, out, outOffset, rstd, rstdOffset, moments, momentsOffset,
      );
      return;
    }
    const size = outer * inner;
    const most = min(channels, max(1, floor(PIECE / size)));
    machine.begin(2 * room(most * size, 4) + 3 * room(most, 4));
    const from = machine.place(most * size * 4);
    const to = machine.place(most * size * 4);
    const rates = machine.place(most * 4);
    const means = machine.place(most * 4);
    const variances = machine.place(most * 4);
    const run = machine.function('standardize_f32');
    for (let c = 0; c < channels; c += most) {
      const count = min(most, channels - c);
      move(copyIn, outer, channels, inner, c, count, x as FloatArray, xOffset, from);
      run(count, size, eps, from, to, rates, means, variances);
      move(copyBack, outer, channels, inner, c, count, out as FloatArray, outOffset, to);
      copyOut(machine, rates, rstd, rstdOffset + c, count);
      if (moments === null) continue;
      copyOut(machine, means, moments, momentsOffset + c, count);
      copyOut(machine, variances, moments, momentsOffset + channels + c, count);
    }
  }; // prettier-ignore

  const standardizeGrad: StructuredKernels['standardizeGrad'] = (
    outer, channels, inner, g, gOffset, y, yOffset, rstd, rstdOffset, out, outOffset,
  ) => {
    if (!takes(outer, channels, inner) || !areFloat32(g, out) || !areFloat32(y, rstd) || !machine.ready()) {
      fallback.standardizeGrad(outer, channels, inner, g, gOffset, y, yOffset, rstd, rstdOffset, out, outOffset);
      return;
    }
    const size = outer * inner;
    const most = min(channels, max(1, floor(PIECE / size)));
    machine.begin(3 * room(most * size, 4) + room(most, 4));
    const pg = machine.place(most * size * 4);
    const py = machine.place(most * size * 4);
    const to = machine.place(most * size * 4);
    const rates = machine.place(most * 4);
    const run = machine.function('standardizeGrad_f32');
    for (let c = 0; c < channels; c += most) {
      const count = min(most, channels - c);
      move(copyIn, outer, channels, inner, c, count, g as FloatArray, gOffset, pg);
      move(copyIn, outer, channels, inner, c, count, y as FloatArray, yOffset, py);
      copyIn(machine, rstd as FloatArray, rstdOffset + c, count, rates);
      run(count, size, pg, py, rates, to);
      move(copyBack, outer, channels, inner, c, count, out as FloatArray, outOffset, to);
    }
  }; // prettier-ignore

  return { standardize, standardizeGrad };
}
