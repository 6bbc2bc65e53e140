import type { Kernels } from '../kernels.ts';
import type { AlongGradKernel, AlongKernel, FloatArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { areFloat32, areFloat64, copyIn, copyOut, isFloat32, isFloat64, room, typeOf } from './transfer.ts';

const { ceil, floor, max, min } = Math;

/** Least width that fills the vectors well enough. */
export const LEAST_COLUMNS = 4;
/** Elements of a piece: of more than one row, since many short copies would cost more than the cache saves. */
const PIECE = 2 ** 17;
/** Elements of a piece of several [rows, inner]. */
const TOGETHER = 2 ** 14;
/** Least width of a piece. */
const NARROWEST = 512;
/**
 * From this width on a row is an odd number of the cache's lines, so that a column of them lies in all sets of the cache:
 * where rows are a power of two apart, a few of them fill a set, and push each other out.
 */
const SPREAD = 256;

type ColumnKernels = Pick<Kernels, 'softmax' | 'logSoftmax' | 'softmaxGrad' | 'logSoftmaxGrad'>;

/**
 * How [outer, rows, inner] goes through a machine's memory: some columns of one [rows, inner] at a time, each row of them
 * padded to whole vectors; or, where nothing is to be padded, some [rows, inner] in one copy.
 */
export interface ColumnLayout {
  readonly rows: number;
  readonly inner: number;
  readonly bytesPerElement: number;
  /** Columns of the widest piece, padded. */
  readonly most: number;
  /** How many [rows, inner] are one piece. */
  readonly together: number;
  readonly contiguous: boolean;
}

export function columnLayout(
  outer: number,
  rows: number,
  inner: number,
  bytesPerElement: number,
): ColumnLayout {
  const widest = min(inner, max(NARROWEST, floor(PIECE / rows)));
  const most = padded(widest, bytesPerElement);
  const contiguous = most === inner;
  const together = contiguous ? min(outer, max(1, floor(TOGETHER / (rows * inner)))) : 1;
  return { rows, inner, bytesPerElement, most, together, contiguous };
}

/** So many columns and what they are padded with. */
export function padded(columns: number, bytesPerElement: number): number {
  const vector = 16 / bytesPerElement;
  const line = 64 / bytesPerElement;
  return columns < SPREAD ? vector * ceil(columns / vector) : line * (ceil(columns / line) | 1);
}

/** Copies the columns [offset, offset + columns) of `outer` times [rows, inner] to an address. */
export function copyColumnsIn(
  machine: Machine, layout: ColumnLayout, x: FloatArray, offset: number, outer: number, columns: number,
  address: number,
): void {
  const { rows, inner, bytesPerElement } = layout;
  if (layout.contiguous) {
    copyIn(machine, x, offset, outer * rows * inner, address);
    return;
  }
  const step = padded(columns, bytesPerElement) * bytesPerElement;
  for (let r = 0; r < rows; r++) copyIn(machine, x, offset + r * inner, columns, address + r * step);
} // prettier-ignore

/** The reverse of {@link copyColumnsIn}. */
export function copyColumnsOut(
  machine: Machine, layout: ColumnLayout, address: number, out: FloatArray, offset: number, outer: number,
  columns: number,
): void {
  const { rows, inner, bytesPerElement } = layout;
  if (layout.contiguous) {
    copyOut(machine, address, out, offset, outer * rows * inner);
    return;
  }
  const step = padded(columns, bytesPerElement) * bytesPerElement;
  for (let r = 0; r < rows; r++) copyOut(machine, address + r * step, out, offset + r * inner, columns);
} // prettier-ignore

/** softmax and its kin along an axis that is not the last, on a machine; lines.ts does the last. */
export function columnsOn(machine: Machine, limits: Limits, fallback: Kernels): ColumnKernels {
  const takes = (outer: number, size: number, inner: number): boolean => {
    const n = outer * size * inner;
    return n > 0 && n >= limits.costly && inner >= LEAST_COLUMNS;
  };

  /** Runs over pieces of [outer, size, inner]. */
  function inPieces(
    name: string, outer: number, size: number, inner: number, inputs: readonly FloatArray[], offsets: readonly number[],
    out: FloatArray, outOffset: number,
  ): void {
    const element = out.BYTES_PER_ELEMENT;
    const layout = columnLayout(outer, size, inner, element);
    const { most, together } = layout;
    const bytes = room(together * size * most, element);
    machine.begin((inputs.length + 1) * bytes);
    const places = inputs.map(() => machine.place(bytes - 64));
    const to = machine.place(bytes - 64);
    const run = machine.function(`${name}Columns${typeOf(out)}`);
    for (let o = 0; o < outer; o += together) {
      const count = min(together, outer - o);
      for (let c = 0; c < inner; c += most) {
        const columns = min(most, inner - c);
        const start = o * size * inner + c;
        inputs.forEach((x, k) => copyColumnsIn(machine, layout, x, offsets[k] + start, count, columns, places[k]));
        run(count, size, padded(columns, element) * element, ...places, to);
        copyColumnsOut(machine, layout, to, out, outOffset + start, count, columns);
      }
    }
  } // prettier-ignore

  const along = (name: 'softmax' | 'logSoftmax'): AlongKernel => {
    const otherwise = fallback[name];
    return (outer, size, inner, x, xOffset, out, outOffset) => {
      const float = areFloat32(x, out) || areFloat64(x, out);
      if (!takes(outer, size, inner) || !float || !machine.ready()) {
        otherwise(outer, size, inner, x, xOffset, out, outOffset);
        return;
      }
      inPieces(name, outer, size, inner, [x as FloatArray], [xOffset], out as FloatArray, outOffset);
    };
  };

  const alongGrad = (name: 'softmaxGrad' | 'logSoftmaxGrad'): AlongGradKernel => {
    const otherwise = fallback[name];
    return (outer, size, inner, g, gOffset, y, yOffset, out, outOffset) => {
      const float = (areFloat32(g, out) && isFloat32(y)) || (areFloat64(g, out) && isFloat64(y));
      if (!takes(outer, size, inner) || !float || !machine.ready()) {
        otherwise(outer, size, inner, g, gOffset, y, yOffset, out, outOffset);
        return;
      }
      const operands = [g as FloatArray, y];
      inPieces(name, outer, size, inner, operands, [gOffset, yOffset], out as FloatArray, outOffset);
    };
  };

  return {
    softmax: along('softmax'),
    logSoftmax: along('logSoftmax'),
    softmaxGrad: alongGrad('softmaxGrad'),
    logSoftmaxGrad: alongGrad('logSoftmaxGrad'),
  };
}
