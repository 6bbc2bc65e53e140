import type { Kernels } from '../kernels.ts';
import type { AlongGradKernel, AlongKernel, FloatArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { areFloat32, copyIn, copyOut, isFloat32, room } from './transfer.ts';

const { ceil, floor, max, min } = Math;

/** Least width that fills the vectors well enough. */
const LEAST = 4;
/** Elements of a piece: of more than one row, since many short copies would cost more than the cache saves. */
const PIECE = 2 ** 18;
/** Least width of a piece. */
const NARROWEST = 512;

type ColumnKernels = Pick<Kernels, 'softmax' | 'logSoftmax' | 'softmaxGrad' | 'logSoftmaxGrad'>;

/** softmax and its kin of float32 along an axis that is not the last, on a machine; lines.ts does the last. */
export function columnsOn(machine: Machine, limits: Limits, fallback: Kernels): ColumnKernels {
  const takes = (outer: number, size: number, inner: number): boolean => {
    const n = outer * size * inner;
    return n > 0 && n >= limits.costly && inner >= LEAST;
  };

  /** Runs over pieces [size, wide] of [outer, size, inner], each row padded to whole vectors in the machine's memory. */
  function inPieces(
    name: string, outer: number, size: number, inner: number, inputs: readonly FloatArray[], offsets: readonly number[],
    out: FloatArray, outOffset: number,
  ): void {
    const most = min(inner, max(NARROWEST, 4 * floor(PIECE / size / 4)));
    const stride = 4 * ceil(most / 4);
    const bytes = room(size * stride, 4);
    machine.begin((inputs.length + 1) * bytes);
    const places = inputs.map(() => machine.place(bytes - 64));
    const to = machine.place(bytes - 64);
    const run = machine.function(name);
    for (let o = 0; o < outer; o++) {
      for (let c = 0; c < inner; c += most) {
        const wide = min(most, inner - c);
        const step = 4 * ceil(wide / 4);
        // Rows that lie as they are to lie go in one copy.
        const whole = wide === inner && step === inner;
        const [rows, length] = whole ? [1, size * inner] : [size, wide];
        for (let s = 0; s < rows; s++) {
          const from = (o * size + s) * inner + c;
          inputs.forEach((x, k) => copyIn(machine, x, offsets[k] + from, length, places[k] + s * step * 4));
        }
        run(size, step * 4, ...places, to);
        for (let s = 0; s < rows; s++)
          copyOut(machine, to + s * step * 4, out, outOffset + (o * size + s) * inner + c, length);
      }
    }
  } // prettier-ignore

  const along = (name: 'softmax' | 'logSoftmax'): AlongKernel => {
    const otherwise = fallback[name];
    return (outer, size, inner, x, xOffset, out, outOffset) => {
      if (!takes(outer, size, inner) || !areFloat32(x, out) || !machine.ready()) {
        otherwise(outer, size, inner, x, xOffset, out, outOffset);
        return;
      }
      const to = out as FloatArray;
      inPieces(`${name}Columns_f32`, outer, size, inner, [x as FloatArray], [xOffset], to, outOffset);
    };
  };

  const alongGrad = (name: 'softmaxGrad' | 'logSoftmaxGrad'): AlongGradKernel => {
    const otherwise = fallback[name];
    return (outer, size, inner, g, gOffset, y, yOffset, out, outOffset) => {
      if (!takes(outer, size, inner) || !areFloat32(g, out) || !isFloat32(y) || !machine.ready()) {
        otherwise(outer, size, inner, g, gOffset, y, yOffset, out, outOffset);
        return;
      }
      const operands = [g as FloatArray, y];
      inPieces(
        `${name}Columns_f32`, outer, size, inner, operands, [gOffset, yOffset], out as FloatArray, outOffset,
      ); // prettier-ignore
    };
  };

  return {
    softmax: along('softmax'),
    logSoftmax: along('logSoftmax'),
    softmaxGrad: alongGrad('softmaxGrad'),
    logSoftmaxGrad: alongGrad('logSoftmaxGrad'),
  };
}
