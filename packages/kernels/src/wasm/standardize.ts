import type { Kernels, StructuredKernels } from '../kernels.ts';
import type { FloatArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { PIECE } from './pointwise.ts';
import { areFloat32, areFloat64, copyIn, copyOut, room, typeOf } from './transfer.ts';

const { floor, max, min } = Math;

/** Shortest run of a channel's elements that is worth a copy of its own. */
const LEAST_RUN = 16;

/** Standardisation on a machine: channels are lines there, several to a piece where they are short. */
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
    const line = inner * x.BYTES_PER_ELEMENT;
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < count; i++)
        copy(machine, x, offset + (o * channels + c + i) * inner, inner, address + line * (i * outer + o));
    }
  } // prettier-ignore

  const copyBack: typeof copyIn = (m, x, offset, count, address) => copyOut(m, address, x, offset, count);

  const standardize: StructuredKernels['standardize'] = (
    outer, channels, inner, eps, x, xOffset, out, outOffset, rstd, rstdOffset, moments, momentsOffset,
  ) => {
    const rest = moments ?? x;
    const float = (areFloat32(x, out) && areFloat32(rstd, rest)) || (areFloat64(x, out) && areFloat64(rstd, rest));
    if (!takes(outer, channels, inner) || !float || !machine.ready()) {
      fallback.standardize(
        outer, channels, inner, eps, x, xOffset, out, outOffset, rstd, rstdOffset, moments, momentsOffset,
      );
      return;
    }
    const [source, result] = [x as FloatArray, out as FloatArray];
    const element = result.BYTES_PER_ELEMENT;
    const size = outer * inner;
    const most = min(channels, max(1, floor(PIECE / size)));
    const bytes = room(most * size, element);
    machine.begin(2 * bytes + 3 * room(most, element));
    const from = machine.place(bytes - 64);
    const to = machine.place(bytes - 64);
    const rates = machine.place(most * element);
    const means = machine.place(most * element);
    const variances = machine.place(most * element);
    const run = machine.function('standardize' + typeOf(result));
    for (let c = 0; c < channels; c += most) {
      const count = min(most, channels - c);
      move(copyIn, outer, channels, inner, c, count, source, xOffset, from);
      run(count, size, eps, from, to, rates, means, variances);
      move(copyBack, outer, channels, inner, c, count, result, outOffset, to);
      copyOut(machine, rates, rstd as FloatArray, rstdOffset + c, count);
      if (moments === null) continue;
      copyOut(machine, means, moments as FloatArray, momentsOffset + c, count);
      copyOut(machine, variances, moments as FloatArray, momentsOffset + channels + c, count);
    }
  }; // prettier-ignore

  const standardizeGrad: StructuredKernels['standardizeGrad'] = (
    outer, channels, inner, g, gOffset, y, yOffset, rstd, rstdOffset, out, outOffset,
  ) => {
    const float = (areFloat32(g, out) && areFloat32(y, rstd)) || (areFloat64(g, out) && areFloat64(y, rstd));
    if (!takes(outer, channels, inner) || !float || !machine.ready()) {
      fallback.standardizeGrad(outer, channels, inner, g, gOffset, y, yOffset, rstd, rstdOffset, out, outOffset);
      return;
    }
    const result = out as FloatArray;
    const element = result.BYTES_PER_ELEMENT;
    const size = outer * inner;
    const most = min(channels, max(1, floor(PIECE / size)));
    const bytes = room(most * size, element);
    machine.begin(3 * bytes + room(most, element));
    const pg = machine.place(bytes - 64);
    const py = machine.place(bytes - 64);
    const to = machine.place(bytes - 64);
    const rates = machine.place(most * element);
    const run = machine.function('standardizeGrad' + typeOf(result));
    for (let c = 0; c < channels; c += most) {
      const count = min(most, channels - c);
      move(copyIn, outer, channels, inner, c, count, g as FloatArray, gOffset, pg);
      move(copyIn, outer, channels, inner, c, count, y as FloatArray, yOffset, py);
      copyIn(machine, rstd as FloatArray, rstdOffset + c, count, rates);
      run(count, size, pg, py, rates, to);
      move(copyBack, outer, channels, inner, c, count, result, outOffset, to);
    }
  }; // prettier-ignore

  return { standardize, standardizeGrad };
}
