import type { Kernels, StructuredKernels } from '../kernels.ts';
import type { AveragePoolRule, Window2d } from '../parameters.ts';
import type { FloatArray, NumericArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { PIECE } from './pointwise.ts';
import { areFloat32, areFloat64, copyIn, copyOut, room, typeOf } from './transfer.ts';

const { ceil, floor, max, min } = Math;

/** Largest window whose elements are added in float32, where that is their type. */
const LARGEST = 1024;

/** Windows of 2 × 2, next to each other and in the plane. */
function isPaired(w: Window2d): boolean {
  const square = w.kernelHeight === 2 && w.kernelWidth === 2 && w.strideHeight === 2 && w.strideWidth === 2;
  const plain = w.padTop === 0 && w.padLeft === 0 && w.dilationHeight === 1 && w.dilationWidth === 1;
  return square && plain && 2 * w.outHeight <= w.height && 2 * w.outWidth <= w.width;
}

/** Pooling on a machine, as many planes at a time as fill a piece. */
export function poolOn(
  machine: Machine,
  limits: Limits,
  fallback: Kernels,
): Pick<Kernels, 'maxPool2d' | 'maxPool2dGrad' | 'avgPool2d' | 'avgPool2dGrad'> {
  const isFloat = (a: NumericArray, b: NumericArray): boolean => areFloat32(a, b) || areFloat64(a, b);
  const takes = (n: number, a: NumericArray, b: NumericArray): boolean =>
    n > 0 && n >= limits.plain && isFloat(a, b) && machine.ready();

  const maxPool2d: StructuredKernels['maxPool2d'] = (
    w, planes, x, xOffset, out, outOffset, indices, indicesOffset,
  ) => {
    const input = w.height * w.width;
    const output = w.outHeight * w.outWidth;
    if (!takes(planes * output, x, out)) {
      fallback.maxPool2d(w, planes, x, xOffset, out, outOffset, indices, indicesOffset);
      return;
    }
    const [source, result] = [x as FloatArray, out as FloatArray];
    const size = result.BYTES_PER_ELEMENT;
    const most = min(planes, max(1, floor(PIECE / input)));
    // What windows reach before the first plane and after the last is read, but does not count.
    const before = 64 * ceil((w.padLeft * size) / 64);
    const after = (4 * w.strideWidth + w.kernelWidth * w.dilationWidth) * size;
    const bytes = before + room(most * input, size) + after;
    machine.begin(bytes + room(most * output, size) + room(most * output, 4));
    const from = machine.place(bytes - 64) + before;
    const to = machine.place(room(most * output, size) - 64);
    const where = machine.place(room(most * output, 4) - 64);
    const run = machine.function('maxPool' + typeOf(result));
    for (let plane = 0; plane < planes; plane += most) {
      const count = min(most, planes - plane);
      copyIn(machine, source, xOffset + plane * input, count * input, from);
      run(
        count, w.height, w.width, w.kernelHeight, w.kernelWidth, w.strideHeight, w.strideWidth, w.padTop, w.padLeft,
        w.dilationHeight, w.dilationWidth, w.outHeight, w.outWidth, from, to, where,
      );
      copyOut(machine, to, result, outOffset + plane * output, count * output);
      indices.set(machine.i32.subarray(where / 4, where / 4 + count * output), indicesOffset + plane * output);
    }
  }; // prettier-ignore

  const maxPool2dGrad: StructuredKernels['maxPool2dGrad'] = (
    w, planes, g, gOffset, indices, indicesOffset, out, outOffset,
  ) => {
    const input = w.outHeight * w.outWidth;
    const output = w.height * w.width;
    if (!takes(planes * input, g, out)) {
      fallback.maxPool2dGrad(w, planes, g, gOffset, indices, indicesOffset, out, outOffset);
      return;
    }
    const [source, result] = [g as FloatArray, out as FloatArray];
    const size = result.BYTES_PER_ELEMENT;
    const most = min(planes, max(1, floor(PIECE / max(input, output))));
    machine.begin(room(most * input, size) + room(most * input, 4) + room(most * output, size));
    const from = machine.place(room(most * input, size) - 64);
    const where = machine.place(room(most * input, 4) - 64);
    const to = machine.place(room(most * output, size) - 64);
    const run = machine.function('maxPoolGrad' + typeOf(result));
    const paired = isPaired(w) ? 1 : 0;
    for (let plane = 0; plane < planes; plane += most) {
      const count = min(most, planes - plane);
      copyIn(machine, source, gOffset + plane * input, count * input, from);
      const at = indicesOffset + plane * input;
      machine.i32.set(indices.subarray(at, at + count * input), where / 4);
      run(count, w.height, w.width, w.outHeight, w.outWidth, paired, from, where, to);
      copyOut(machine, to, result, outOffset + plane * output, count * output);
    }
  }; // prettier-ignore

  const averages = (w: Window2d, planes: number, from: NumericArray, out: NumericArray): boolean => {
    const small = w.kernelHeight * w.kernelWidth <= LARGEST || areFloat64(from, out);
    return small && takes(planes * w.outHeight * w.outWidth, from, out);
  };

  /** Runs over planes of `input` elements that become planes of `output` elements. */
  function average(
    name: string, w: Window2d, rule: AveragePoolRule, planes: number, input: number, output: number, x: FloatArray,
    xOffset: number, out: FloatArray, outOffset: number,
  ): void {
    const size = out.BYTES_PER_ELEMENT;
    const most = min(planes, max(1, floor(PIECE / max(input, output))));
    const columns = w.width + 4 * w.strideWidth + w.kernelWidth;
    machine.begin(room(most * input, size) + room(most * output, size) + room(columns, size));
    const from = machine.place(room(most * input, size) - 64);
    const to = machine.place(room(most * output, size) - 64);
    const sums = machine.place(room(columns, size) - 64);
    const run = machine.function(name + typeOf(out));
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
      'avgPool', w, rule, planes, input, output, x as FloatArray, xOffset, out as FloatArray, outOffset,
    ); // prettier-ignore
  };

  const avgPool2dGrad: StructuredKernels['avgPool2dGrad'] = (w, rule, planes, g, gOffset, out, outOffset) => {
    if (!averages(w, planes, g, out)) {
      fallback.avgPool2dGrad(w, rule, planes, g, gOffset, out, outOffset);
      return;
    }
    const [input, output] = [w.outHeight * w.outWidth, w.height * w.width];
    average(
      'avgPoolGrad', w, rule, planes, input, output, g as FloatArray, gOffset, out as FloatArray, outOffset,
    ); // prettier-ignore
  };

  return { maxPool2d, maxPool2dGrad, avgPool2d, avgPool2dGrad };
}
