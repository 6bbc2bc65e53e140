import type { Kernels, StructuredKernels } from '../kernels.ts';
import type { FloatArray } from '../signatures.ts';
import {
  LEAST_COLUMNS,
  columnLayout,
  copyColumnsIn,
  copyColumnsOut,
  padded,
  type ColumnLayout,
} from './columns.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { PIECE } from './pointwise.ts';
import { areFloat32, areFloat64, copyIn, copyOut, room, typeOf } from './transfer.ts';

const { ceil, floor, max, min } = Math;

/** Shortest run of a channel's elements that fills vectors well enough. */
const LEAST_RUN = 4;
/** Elements of a piece of several samples: of each sample one copy, and many short copies would cost more than the cache saves. */
const SAMPLES_PIECE = 2 ** 17;
/** Least elements of such a copy. */
const LEAST_COPY = 256;

interface Layout {
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
  /** Channels of a piece. */
  readonly most: number;
  /** Where every channel is a column: how they lie. */
  readonly columns: ColumnLayout | null;
}

/** Standardisation on a machine, as many channels at a time as fill a piece. */
export function standardizeOn(
  machine: Machine,
  limits: Limits,
  fallback: Kernels,
): Pick<Kernels, 'standardize' | 'standardizeGrad'> {
  const takes = (outer: number, channels: number, inner: number): boolean => {
    const n = outer * channels * inner;
    const vectors = outer === 1 || inner >= LEAST_RUN || (inner === 1 && channels >= LEAST_COLUMNS);
    return n > 0 && n >= limits.costly && vectors;
  };

  /** How [outer, channels, inner] goes through the machine's memory. */
  function layoutOf(outer: number, channels: number, inner: number, element: number): Layout {
    if (outer > 1 && inner === 1) {
      const columns = columnLayout(1, outer, channels, element);
      return { outer, channels, inner, most: columns.most, columns };
    }
    const most =
      outer === 1
        ? floor(PIECE / inner)
        : max(ceil(LEAST_COPY / inner), floor(SAMPLES_PIECE / (outer * inner)));
    return { outer, channels, inner, most: min(channels, max(1, most)), columns: null };
  }

  /** Copies `count` channels from c on, as [outer, count, inner]. */
  function moveIn(layout: Layout, c: number, count: number, x: FloatArray, offset: number, address: number): void {
    const { outer, channels, inner, columns } = layout;
    if (columns !== null) copyColumnsIn(machine, columns, x, offset + c, 1, count, address);
    else if (outer === 1 || count === channels)
      copyIn(machine, x, offset + c * inner, outer * count * inner, address);
    else {
      const bytes = count * inner * x.BYTES_PER_ELEMENT;
      for (let o = 0; o < outer; o++)
        copyIn(machine, x, offset + (o * channels + c) * inner, count * inner, address + o * bytes);
    }
  } // prettier-ignore

  /** The reverse of moveIn. */
  function moveOut(layout: Layout, c: number, count: number, out: FloatArray, offset: number, address: number): void {
    const { outer, channels, inner, columns } = layout;
    if (columns !== null) copyColumnsOut(machine, columns, address, out, offset + c, 1, count);
    else if (outer === 1 || count === channels)
      copyOut(machine, address, out, offset + c * inner, outer * count * inner);
    else {
      const bytes = count * inner * out.BYTES_PER_ELEMENT;
      for (let o = 0; o < outer; o++)
        copyOut(machine, address + o * bytes, out, offset + (o * channels + c) * inner, count * inner);
    }
  } // prettier-ignore

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
    const layout = layoutOf(outer, channels, inner, element);
    const { most, columns } = layout;
    const bytes = room(outer * most * inner, element);
    machine.begin(2 * bytes + 3 * room(most, element));
    const from = machine.place(bytes - 64);
    const to = machine.place(bytes - 64);
    const rates = machine.place(most * element);
    const means = machine.place(most * element);
    const variances = machine.place(most * element);
    const run = machine.function((columns === null ? 'standardize' : 'standardizeColumns') + typeOf(result));
    for (let c = 0; c < channels; c += most) {
      const count = min(most, channels - c);
      moveIn(layout, c, count, source, xOffset, from);
      if (columns === null) run(outer, count, inner, eps, from, to, rates, means, variances);
      else run(outer, padded(count, element) * element, eps, from, to, rates, means, variances);
      moveOut(layout, c, count, result, outOffset, to);
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
    const layout = layoutOf(outer, channels, inner, element);
    const { most, columns } = layout;
    const bytes = room(outer * most * inner, element);
    machine.begin(3 * bytes + room(most, element));
    const pg = machine.place(bytes - 64);
    const py = machine.place(bytes - 64);
    const to = machine.place(bytes - 64);
    const rates = machine.place(most * element);
    const run = machine.function((columns === null ? 'standardizeGrad' : 'standardizeGradColumns') + typeOf(result));
    for (let c = 0; c < channels; c += most) {
      const count = min(most, channels - c);
      moveIn(layout, c, count, g as FloatArray, gOffset, pg);
      moveIn(layout, c, count, y as FloatArray, yOffset, py);
      copyIn(machine, rstd as FloatArray, rstdOffset + c, count, rates);
      if (columns === null) run(outer, count, inner, pg, py, rates, to);
      else run(outer, padded(count, element) * element, pg, py, rates, to);
      moveOut(layout, c, count, result, outOffset, to);
    }
  }; // prettier-ignore

  return { standardize, standardizeGrad };
}
