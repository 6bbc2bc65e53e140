import type { Kernels } from '../kernels.ts';
import type { AlongGradKernel, AlongKernel, FloatArray, ReduceKernel } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { PIECE } from './pointwise.ts';
import { areFloat32, areFloat64, copyIn, copyOut, isFloat32, isFloat64, room, typeOf } from './transfer.ts';

const { floor, max, min } = Math;

type LineKernels = Pick<
  Kernels,
  'sum' | 'logsumexp' | 'softmax' | 'logSoftmax' | 'softmaxGrad' | 'logSoftmaxGrad'
>;

/** Float32 sums, and softmax with its kin along the last axis, float32 and float64, on a machine. */
export function linesOn(machine: Machine, limits: Limits, fallback: Kernels): LineKernels {
  const along = (name: 'softmax' | 'logSoftmax'): AlongKernel => {
    const otherwise = fallback[name];
    return (outer, size, inner, x, xOffset, out, outOffset) => {
      const n = outer * size;
      const float = areFloat32(x, out) || areFloat64(x, out);
      if (inner !== 1 || n === 0 || n < limits.costly || !float || !machine.ready()) {
        otherwise(outer, size, inner, x, xOffset, out, outOffset);
        return;
      }
      const [from, to] = [x as FloatArray, out as FloatArray];
      const rows = min(outer, max(1, floor(PIECE / size)));
      const bytes = room(rows * size, to.BYTES_PER_ELEMENT);
      machine.begin(2 * bytes);
      const source = machine.place(bytes - 64);
      const result = machine.place(bytes - 64);
      const run = machine.function(name + typeOf(to));
      for (let r = 0; r < outer; r += rows) {
        const count = min(rows, outer - r);
        copyIn(machine, from, xOffset + r * size, count * size, source);
        run(count, size, source, result);
        copyOut(machine, result, to, outOffset + r * size, count * size);
      }
    };
  };

  const alongGrad = (name: 'softmaxGrad' | 'logSoftmaxGrad'): AlongGradKernel => {
    const otherwise = fallback[name];
    return (outer, size, inner, g, gOffset, y, yOffset, out, outOffset) => {
      const n = outer * size;
      const float = (areFloat32(g, out) && isFloat32(y)) || (areFloat64(g, out) && isFloat64(y));
      if (inner !== 1 || n === 0 || n < limits.costly || !float || !machine.ready()) {
        otherwise(outer, size, inner, g, gOffset, y, yOffset, out, outOffset);
        return;
      }
      const to = out as FloatArray;
      const rows = min(outer, max(1, floor(PIECE / size)));
      const bytes = room(rows * size, to.BYTES_PER_ELEMENT);
      machine.begin(3 * bytes);
      const pg = machine.place(bytes - 64);
      const py = machine.place(bytes - 64);
      const result = machine.place(bytes - 64);
      const run = machine.function(name + typeOf(to));
      for (let r = 0; r < outer; r += rows) {
        const count = min(rows, outer - r);
        copyIn(machine, g as FloatArray, gOffset + r * size, count * size, pg);
        copyIn(machine, y, yOffset + r * size, count * size, py);
        run(count, size, pg, py, result);
        copyOut(machine, result, to, outOffset + r * size, count * size);
      }
    };
  };

  /** Rows along the last axis. Long rows are summed piece by piece, the pieces' totals in float64. */
  function sumLines(
    outer: number,
    size: number,
    x: FloatArray,
    xOffset: number,
    out: FloatArray,
    outOffset: number,
  ): void {
    const rows = max(1, min(outer, floor(PIECE / size)));
    machine.begin(room(min(size * rows, PIECE), 4) + room(rows, 4));
    const from = machine.place(min(size * rows, PIECE) * 4);
    const to = machine.place(rows * 4);
    if (size <= PIECE) {
      const run = machine.function('sumLines_f32');
      for (let r = 0; r < outer; r += rows) {
        const count = min(rows, outer - r);
        copyIn(machine, x, xOffset + r * size, count * size, from);
        run(count, size, from, to);
        copyOut(machine, to, out, outOffset + r, count);
      }
      return;
    }
    const run = machine.function('sum_f32');
    for (let r = 0; r < outer; r++) {
      let total = 0;
      for (let i = 0; i < size; i += PIECE) {
        const count = min(PIECE, size - i);
        copyIn(machine, x, xOffset + r * size + i, count, from);
        total += run(count, from);
      }
      out[outOffset + r] = total;
    }
  }

  /** Columns: rows are added to accumulators in float64. */
  function sumRows(
    outer: number,
    size: number,
    inner: number,
    x: FloatArray,
    xOffset: number,
    out: FloatArray,
    outOffset: number,
  ): void {
    const rows = max(1, min(size, floor(PIECE / inner)));
    machine.begin(room(rows * inner, 4) + room(inner, 8));
    const from = machine.place(rows * inner * 4);
    const acc = machine.place(inner * 8);
    const run = machine.function('sumRows_f32');
    const { f64 } = machine;
    for (let o = 0; o < outer; o++) {
      f64.fill(0, acc / 8, acc / 8 + inner);
      for (let r = 0; r < size; r += rows) {
        const count = min(rows, size - r);
        copyIn(machine, x, xOffset + (o * size + r) * inner, count * inner, from);
        run(count, inner, from, acc);
      }
      out.set(f64.subarray(acc / 8, acc / 8 + inner), outOffset + o * inner);
    }
  }

  const sum: ReduceKernel = (outer, reduced, inner, x, xOffset, out, outOffset) => {
    const n = outer * reduced * inner;
    const fits = inner === 1 ? reduced >= 8 : inner >= 8 && inner <= PIECE && reduced >= 4;
    if (n === 0 || n < limits.terms || !fits || !areFloat32(x, out) || !machine.ready()) {
      fallback.sum(outer, reduced, inner, x, xOffset, out, outOffset);
    } else if (inner === 1) {
      sumLines(outer, reduced, x as FloatArray, xOffset, out as FloatArray, outOffset);
    } else sumRows(outer, reduced, inner, x as FloatArray, xOffset, out as FloatArray, outOffset);
  };

  const logsumexp: ReduceKernel = (outer, size, inner, x, xOffset, out, outOffset) => {
    const n = outer * size;
    const float = areFloat32(x, out) || areFloat64(x, out);
    if (inner !== 1 || n === 0 || n < limits.costly || !float || !machine.ready()) {
      fallback.logsumexp(outer, size, inner, x, xOffset, out, outOffset);
      return;
    }
    const [from, to] = [x as FloatArray, out as FloatArray];
    const rows = min(outer, max(1, floor(PIECE / size)));
    machine.begin(room(rows * size, to.BYTES_PER_ELEMENT) + room(rows, to.BYTES_PER_ELEMENT));
    const source = machine.place(rows * size * to.BYTES_PER_ELEMENT + 32);
    const result = machine.place(rows * to.BYTES_PER_ELEMENT);
    const run = machine.function(`logsumexp${typeOf(to)}`);
    for (let r = 0; r < outer; r += rows) {
      const count = min(rows, outer - r);
      copyIn(machine, from, xOffset + r * size, count * size, source);
      run(count, size, source, result);
      copyOut(machine, result, to, outOffset + r, count);
    }
  };

  return {
    sum,
    logsumexp,
    softmax: along('softmax'),
    logSoftmax: along('logSoftmax'),
    softmaxGrad: alongGrad('softmaxGrad'),
    logSoftmaxGrad: alongGrad('logSoftmaxGrad'),
  };
}
