import type { Kernels, StructuredKernels } from '../kernels.ts';
import type { AveragePoolRule, Window2d } from '../parameters.ts';
import type { FloatArray, NumericArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { PIECE } from './pointwise.ts';
import { areFloat32, copyIn, copyOut, room } from './transfer.ts';

const { floor, max, min } = Math;

/** Largest window whose elements are added in float32. */
const LARGEST = 1024;

/** Pooling of float32 on a machine, as many planes at a time as fill a piece. */
export function poolOn(
  machine: Machine,
  limits: Limits,
  fallback: Kernels,
): Pick<Kernels, 'maxPool2d' | 'avgPool2d' | 'avgPool2dGrad'> {
  const maxPool2d: StructuredKernels['maxPool2d'] = (
    w, planes, x, xOffset, out, outOffset, indices, indicesOffset,
  ) => {
    const input = w.height * w.width;
    const output = w.outHeight * w.outWidth;
    const n = planes * output;
    if (n === 0 || n < limits.plain || !areFloat32(x, out) || !machine.ready()) {
      fallback.maxPool2d(w, planes, x, xOffset, out, outOffset, indices, indicesOffset);
      return;
    }
    const most = min(planes, max(1, floor(PIECE / input)));
    machine.begin(room(most * input, 4) + 2 * room(most * output, 4));
    const from = machine.place(most * input * 4);
    const to = machine.place(most * output * 4);
    const where = machine.place(most * output * 4);
    const run = machine.function('maxPool_f32');
    for (let plane = 0; plane < planes; plane += most) {
      const count = min(most, planes - plane);
      copyIn(machine, x as FloatArray, xOffset + plane * input, count * input, from);
      run(
        count, w.height, w.width, w.kernelHeight, w.kernelWidth, w.strideHeight, w.strideWidth, w.padTop, w.padLeft,
        w.dilationHeight, w.dilationWidth, w.outHeight, w.outWidth, from, to, where,
      );
      copyOut(machine, to, out as FloatArray, outOffset + plane * output, count * output);
      indices.set(machine.i32.subarray(where / 4, where / 4 + count * output), indicesOffset + plane * output);
    }
  }; // prettier-ignore

  const averages = (w: Window2d, planes: number, from: NumericArray, out: NumericArray): boolean => {
    const n = planes * w.outHeight * w.outWidth;
    return n > 0 && n >= limits.plain && w.kernelHeight * w.kernelWidth <= LARGEST && areFloat32(from, out) && machine.ready();
  }; // prettier-ignore

  /** Runs over planes of `input` elements that become planes of `output` elements. */
  function average(
    name: string, w: Window2d, rule: AveragePoolRule, planes: number, input: number, output: number, x: FloatArray,
    xOffset: number, out: FloatArray, outOffset: number,
  ): void {
    const most = min(planes, max(1, floor(PIECE / max(input, output))));
    machine.begin(room(most * input, 4) + room(most * output, 4) + room(w.width, 4));
    const from = machine.place(room(most * input, 4) - 64);
    const to = machine.place(room(most * output, 4) - 64);
    const sums = machine.place(room(w.width, 4) - 64);
    const run = machine.function(name);
    for (let plane = 0; plane < planes; plane += most) {
      const count = min(most, planes - plane);
      copyIn(machine, x, xOffset + plane * input, count * input, from);
      run(
        count, w.height, w.width, w.kernelHeight, w.kernelWidth, w.strideHeight, w.strideWidth, w.padTop, w.padLeft,
        w.outHeight, w.outWidth, rule.countIncludePad ? 1 : 0, rule.divisorOverride, rule.padBottom, rule.padRight,
        from, to, sums,
      );
      copyOut(machine, to, out, outOffset + plane * output, count * output);
    }
  } // prettier-ignore

  const avgPool2d: StructuredKernels['avgPool2d'] = (w, rule, planes, x, xOffset, out, outOffset) => {
    if (!averages(w, planes, x, out)) {
      fallback.avgPool2d(w, rule, planes, x, xOffset, out, outOffset);
      return;
    }
    const [input, output] = [w.height * w.width, w.outHeight * w.outWidth];
    average(
      'avgPool_f32', w, rule, planes, input, output, x as FloatArray, xOffset, out as FloatArray, outOffset,
    ); // prettier-ignore
  };

  const avgPool2dGrad: StructuredKernels['avgPool2dGrad'] = (w, rule, planes, g, gOffset, out, outOffset) => {
    if (!averages(w, planes, g, out)) {
      fallback.avgPool2dGrad(w, rule, planes, g, gOffset, out, outOffset);
      return;
    }
    const [input, output] = [w.outHeight * w.outWidth, w.height * w.width];
    average(
      'avgPoolGrad_f32', w, rule, planes, input, output, g as FloatArray, gOffset, out as FloatArray, outOffset,
    ); // prettier-ignore
  };

  return { maxPool2d, avgPool2d, avgPool2dGrad };
}
