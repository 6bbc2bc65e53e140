import type { Kernels, StructuredKernels } from '../kernels.ts';
import type { Conv2dGeometry } from '../parameters.ts';
import type { FloatArray, NumericArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { stridedInputGrad } from './stridedGrad.ts';
import {
  areFloat32,
  areFloat64,
  copyIn,
  copyOut,
  isFloat32,
  isFloat64,
  memoryLike,
  room,
} from './transfer.ts';

const { ceil, min } = Math;

/** Blocks of the products, as assembly/conv.ts has them. */
const NC = 256;
const KC = 256;
/** Positions, at least, whose share in the weights' gradient is added up before it is added to the rest. */
const PART = 1024;

// Where `rows` channels do not pay for packing patches of `depth` taps, assembly/few.ts packs nothing (float32 only).

const fewForward = (rows: number): boolean => rows <= 3;
/** Short rows hold up dot products. */
const fewBackward = (rows: number, depth: number, width: number): boolean =>
  depth <= 9 || (rows <= 24 && width >= 20);

/**
 * A convolution with stride and dilation over an image that already holds its padding, so that no position is outside:
 * what forward pass and both gradients come down to.
 */
interface Patches {
  /** Of one group. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
  readonly tall: number;
  readonly wide: number;
  readonly depth: number;
  readonly count: number;
  readonly outWidth: number;
  readonly strideRow: number;
  readonly strideCol: number;
  readonly window: Conv2dGeometry;
}

/** The patches of the input: of the forward pass and of the weights' gradient. */
function inputPatches(w: Conv2dGeometry): Patches {
  const channels = w.inChannels / w.groups;
  return {
    channels,
    height: w.height,
    width: w.width,
    top: w.padTop,
    left: w.padLeft,
    tall: (w.outHeight - 1) * w.strideHeight + (w.kernelHeight - 1) * w.dilationHeight + 1,
    wide: (w.outWidth - 1) * w.strideWidth + (w.kernelWidth - 1) * w.dilationWidth + 1,
    depth: channels * w.kernelHeight * w.kernelWidth,
    count: w.outHeight * w.outWidth,
    outWidth: w.outWidth,
    strideRow: w.strideHeight,
    strideCol: w.strideWidth,
    window: w,
  };
}

/** The patches of the cotangent that make the input's gradient of stride 1, with the taps reversed. */
function cotangentPatches(w: Conv2dGeometry): Patches {
  const channels = w.outChannels / w.groups;
  const reachRow = (w.kernelHeight - 1) * w.dilationHeight;
  const reachCol = (w.kernelWidth - 1) * w.dilationWidth;
  return {
    channels,
    height: w.outHeight,
    width: w.outWidth,
    top: reachRow - w.padTop,
    left: reachCol - w.padLeft,
    tall: w.height + reachRow,
    wide: w.width + reachCol,
    depth: channels * w.kernelHeight * w.kernelWidth,
    count: w.height * w.width,
    outWidth: w.width,
    strideRow: 1,
    strideCol: 1,
    window: w,
  };
}

/** Writes the tables of positions and taps, in bytes. */
function writeTables(machine: Machine, p: Patches, size: number, positions: number, taps: number): void {
  const { i32 } = machine;
  let at = positions / 4;
  for (let i = 0; i < p.count; i += p.outWidth) {
    const row = (i / p.outWidth) * p.strideRow * p.wide;
    for (let j = 0; j < p.outWidth; j++) i32[at++] = (row + j * p.strideCol) * size;
  }
  at = taps / 4;
  const { kernelHeight, kernelWidth, dilationHeight, dilationWidth } = p.window;
  for (let c = 0; c < p.channels; c++) {
    for (let kh = 0; kh < kernelHeight; kh++) {
      for (let kw = 0; kw < kernelWidth; kw++)
        i32[at++] = ((c * p.tall + kh * dilationHeight) * p.wide + kw * dilationWidth) * size;
    }
  }
}

/** Writes each bias into all lanes of two vectors, as multiplyBlock of assembly/gemm.ts takes it. */
function spreadBias(
  machine: Machine,
  bias: FloatArray,
  offset: number,
  count: number,
  address: number,
): void {
  const memory = memoryLike(machine, bias);
  const lanes = 32 / bias.BYTES_PER_ELEMENT;
  let at = address / bias.BYTES_PER_ELEMENT;
  for (let i = 0; i < count; i++, at += lanes) memory.fill(bias[offset + i], at, at + lanes);
}

type Conv = Pick<Kernels, 'conv2d' | 'conv2dInputGrad' | 'conv2dWeightGrad'>;

/** Convolutions on a machine, one sample and group at a time. */
export function convOn(machine: Machine, limits: Limits, fallback: Kernels): Conv {
  function takes(w: Conv2dGeometry, a: NumericArray, b: NumericArray, out: NumericArray): boolean {
    const float =
      (areFloat32(a, out) && isFloat32(b)) || (areFloat64(a, out) && isFloat64(b));
    if (!float) return false;
    const products =
      w.batch * w.outChannels * (w.inChannels / w.groups) * w.kernelHeight * w.kernelWidth * w.outHeight * w.outWidth;
    return products > 0 && products >= limits.products && machine.ready();
  } // prettier-ignore

  /** out[sample, group] = bias + weights · patches of x[sample, group]. */
  function convolve(
    p: Patches, reversed: boolean, rows: number, x: FloatArray, xOffset: number, weight: FloatArray,
    weightOffset: number, bias: FloatArray | null, biasOffset: number, out: FloatArray, outOffset: number,
  ): void {
    const { batch, groups } = p.window;
    const size = out.BYTES_PER_ELEMENT;
    const suffix = size === 4 ? 'f32' : 'f64';
    const input = p.channels * p.height * p.width;
    const imageLength = p.channels * p.tall * p.wide;
    const weights = rows * p.depth;
    const few = size === 4 && p.strideRow * p.strideCol === 1 && fewForward(rows);
    const outHeight = p.count / p.outWidth;
    const scratch = few ? rows * (outHeight * p.wide + 24) : (NC + 8) * min(KC, p.depth);
    machine.begin(
      room(groups * weights, size) + 2 * room(weights, size) + room(input, size) + room(imageLength, size) +
        room(groups * rows * 32, 1) + room(rows * p.count, size) + room(scratch, size) + room(p.count, 4) + room(p.depth, 4),
    );
    const packed = machine.place(groups * weights * size);
    const raw = machine.place(weights * size);
    const turned = machine.place(weights * size);
    const source = machine.place(input * size);
    const img = machine.place(imageLength * size);
    const added = machine.place(groups * rows * 32);
    const result = machine.place(rows * p.count * size);
    const work = machine.place(scratch * size);
    const positions = machine.place(p.count * 4);
    const taps = machine.place(p.depth * 4);
    writeTables(machine, p, size, positions, taps);
    const pack = machine.function(`packWeights_${suffix}`);
    for (let group = 0; group < groups; group++) {
      copyIn(machine, weight, weightOffset + group * weights, weights, raw);
      if (reversed) machine.function(`reverse_${suffix}`)(p.channels, rows, p.depth / p.channels, raw, turned);
      const from = reversed ? turned : raw;
      const to = packed + group * weights * size;
      if (few) machine.f32.copyWithin(to / 4, from / 4, from / 4 + weights);
      else pack(rows, p.depth, from, to);
    }
    if (bias !== null) spreadBias(machine, bias, biasOffset, groups * rows, added);
    machine.function('clear')(img, imageLength * size);
    const image = machine.function(`image_${suffix}`);
    const run = machine.function(`convolve_${suffix}`);
    for (let i = 0; i < batch * groups; i++) {
      const group = i % groups;
      copyIn(machine, x, xOffset + i * input, input, source);
      image(source, p.channels, p.height, p.width, p.top, p.left, p.tall, p.wide, img);
      const filters = packed + group * weights * size;
      const start = bias === null ? 0 : added + group * rows * 32;
      if (few)
        machine.function('convolveFew')(
          rows, p.depth, outHeight, p.outWidth, filters, img, p.wide, taps, start, result, work,
        );
      else run(rows, p.depth, p.count, filters, img, positions, taps, start, result, work);
      copyOut(machine, result, out, outOffset + i * rows * p.count, rows * p.count);
    }
  } // prettier-ignore

  const conv2d: StructuredKernels['conv2d'] = (
    geometry, x, xOffset, weight, weightOffset, bias, biasOffset, out, outOffset,
  ) => {
    if (!takes(geometry, x, weight, out)) {
      fallback.conv2d(geometry, x, xOffset, weight, weightOffset, bias, biasOffset, out, outOffset);
      return;
    }
    convolve(
      inputPatches(geometry), false, geometry.outChannels / geometry.groups, x as FloatArray, xOffset,
      weight as FloatArray, weightOffset, bias as FloatArray | null, biasOffset, out as FloatArray, outOffset,
    );
  }; // prettier-ignore

  const conv2dInputGrad: StructuredKernels['conv2dInputGrad'] = (
    geometry, g, gOffset, weight, weightOffset, out, outOffset,
  ) => {
    if (!takes(geometry, g, weight, out)) {
      fallback.conv2dInputGrad(geometry, g, gOffset, weight, weightOffset, out, outOffset);
      return;
    }
    if (geometry.strideHeight > 1 || geometry.strideWidth > 1) {
      stridedInputGrad(
        machine, geometry, g as FloatArray, gOffset, weight as FloatArray, weightOffset, out as FloatArray, outOffset,
      );
      return;
    }
    convolve(
      cotangentPatches(geometry), true, geometry.inChannels / geometry.groups, g as FloatArray, gOffset,
      weight as FloatArray, weightOffset, null, 0, out as FloatArray, outOffset,
    );
  }; // prettier-ignore

  const conv2dWeightGrad: StructuredKernels['conv2dWeightGrad'] = (
    geometry, g, gOffset, x, xOffset, out, outOffset,
  ) => {
    if (!takes(geometry, g, x, out)) {
      fallback.conv2dWeightGrad(geometry, g, gOffset, x, xOffset, out, outOffset);
      return;
    }
    const p = inputPatches(geometry);
    const { batch, groups } = geometry;
    const rows = geometry.outChannels / groups;
    const size = out.BYTES_PER_ELEMENT;
    const suffix = size === 4 ? 'f32' : 'f64';
    const input = p.channels * p.height * p.width;
    const imageLength = p.channels * p.tall * p.wide;
    const weights = rows * p.depth;
    const panels = (rows + min(NC, p.depth) + 8) * KC;
    machine.begin(
      2 * room(groups * weights, size) + room(input, size) + room(imageLength, size) + room(rows * p.count, size) +
        room(panels, size) + room(p.count, 4) + room(p.depth, 4),
    );
    const result = machine.place(groups * weights * size);
    const sums = machine.place(groups * weights * size);
    const source = machine.place(input * size);
    const img = machine.place(imageLength * size);
    const cotangent = machine.place(rows * p.count * size);
    const work = machine.place(panels * size);
    const positions = machine.place(p.count * 4);
    const taps = machine.place(p.depth * 4);
    writeTables(machine, p, size, positions, taps);
    machine.function('clear')(result, groups * weights * size);
    machine.function('clear')(sums, groups * weights * size);
    machine.function('clear')(img, imageLength * size);
    const image = machine.function(`image_${suffix}`);
    const few = size === 4 && p.strideCol === 1 && fewBackward(rows, p.depth, p.outWidth);
    const line = 4 * p.strideRow * p.wide;
    const run = machine.function(few ? 'correlateFew' : `correlate_${suffix}`);
    const inParts = size === 4 && !few;
    const samples = ceil(PART / p.count);
    for (let i = 0; i < batch * groups; i++) {
      copyIn(machine, x as FloatArray, xOffset + i * input, input, source);
      copyIn(machine, g as FloatArray, gOffset + i * rows * p.count, rows * p.count, cotangent);
      image(source, p.channels, p.height, p.width, p.top, p.left, p.tall, p.wide, img);
      const share = (i % groups) * weights * size;
      if (few) {
        run(rows, p.depth, geometry.outHeight, p.outWidth, cotangent, img, line, taps, result + share);
        continue;
      }
      run(rows, p.depth, p.count, cotangent, img, positions, taps, (inParts ? sums : result) + share, work);
      const done = (i - (i % groups)) / groups + 1;
      if (inParts && (done % samples === 0 || done === batch))
        machine.function('settle_f32')(weights, sums + share, result + share);
    }
    copyOut(machine, result, out as FloatArray, outOffset, groups * weights);
  }; // prettier-ignore

  return { conv2d, conv2dInputGrad, conv2dWeightGrad };
}
