import type { Kernels, StructuredKernels } from '../kernels.ts';
import type { Conv2dGeometry } from '../parameters.ts';
import type { FloatArray, NumericArray } from '../signatures.ts';
import type { Limits } from './limits.ts';
import type { Machine } from './machine.ts';
import { tilesOf, tilingOf, type Strip, type Tiling } from './tiling.ts';
import { areFloat32, copyIn, copyOut, isFloat32, room } from './transfer.ts';

const { ceil, max, min } = Math;

// Winograd's minimal filtering, block by block: assembly/winograd.ts has the formulas and the arithmetic. Its transforms
// add and subtract neighbours, where the definition multiplies each alone: what is infinite becomes NaN, what is nearly
// too great overflows and swallows its neighbours. So a call whose result is not finite, or enormous, is done again by
// patches. Such an operand shows in the result, unless all it meets is zero.

/** Rows of a block of products, as assembly/gemm.ts has them. */
const MC = 96;
/** Tiles of a block: transformed, with some 128 channels, they stay in the second-level cache. */
const BLOCK = 112;
/** From this magnitude on (2⁶⁴, as float32's bits) a result is not trusted. */
const HUGE = 0x5f800000;
/** Tiles whose share in the weights' gradient is added up before it is added to the rest. */
const PART = 200;

/** Bytes of scratch to transform a strip: a plane of the input, and what the first of two steps makes of it. */
const transformRoom = ({ rows, cols }: Tiling): number =>
  4 * (2 * rows + 2) * (2 * cols + 2) + 32 * (rows + 1) * cols + 512;

/** A convolution of one group: of the input, or of the cotangent with the taps reversed and the channels exchanged. */
interface Filtering {
  readonly adjoint: boolean;
  readonly rows: number;
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

const forward = (w: Conv2dGeometry): Filtering => ({
  adjoint: false,
  rows: w.outChannels / w.groups,
  depth: w.inChannels / w.groups,
  height: w.height,
  width: w.width,
  top: w.padTop,
  left: w.padLeft,
  outHeight: w.outHeight,
  outWidth: w.outWidth,
});

const adjoint = (w: Conv2dGeometry): Filtering => ({
  adjoint: true,
  rows: w.inChannels / w.groups,
  depth: w.outChannels / w.groups,
  height: w.outHeight,
  width: w.outWidth,
  top: 2 - w.padTop,
  left: 2 - w.padLeft,
  outHeight: w.height,
  outWidth: w.width,
});

type Conv = Pick<Kernels, 'conv2d' | 'conv2dInputGrad' | 'conv2dWeightGrad'>;

/** Convolutions of 3 × 3 taps side by side, at every position, where fewer products pay; others go to `direct`. */
export function winogradOn(machine: Machine, limits: Limits, direct: Conv): Conv {
  /** Whether it applies and pays: what is made of one of `depth` channels is used for `rows`. */
  function takes(
    w: Conv2dGeometry, depth: number, rows: number, a: NumericArray, b: NumericArray, out: NumericArray,
  ): boolean {
    const { kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = w;
    if (kernelHeight !== 3 || kernelWidth !== 3 || strideHeight * strideWidth * dilationHeight * dilationWidth !== 1)
      return false;
    const tiles = w.batch * ceil(w.outHeight / 2) * ceil(w.outWidth / 2);
    if (depth * rows * tiles * w.height * w.width === 0 || tiles < limits.filteredTiles) return false;
    const enough = limits.filteredChannels;
    const pays = rows >= enough ? depth >= enough : 2 * rows >= enough && depth >= 2 * enough;
    return pays && areFloat32(a, out) && isFloat32(b) && machine.ready();
  } // prettier-ignore

  /** Calls `run` for each load of samples of each group: with the places of its samples, and the blocks of strips. */
  function forEachLoad(
    { batch, groups }: Conv2dGeometry,
    { samples, blocks }: Tiling,
    run: (group: number, places: readonly number[], blocks: readonly (readonly Strip[])[]) => boolean,
  ): boolean {
    for (let first = 0; first < batch; first += samples) {
      const count = min(samples, batch - first);
      const there = blocks.map((block) => block.filter(({ sample }) => sample < count));
      for (let group = 0; group < groups; group++) {
        const places = Array.from({ length: count }, (_, i) => (first + i) * groups + group);
        if (!run(group, places, there)) return false;
      }
    }
    return true;
  }

  /** out = bias + weights · x; false if the result is not to be trusted. */
  function convolve(
    w: Conv2dGeometry, c: Filtering, x: FloatArray, xOffset: number, weight: FloatArray, weightOffset: number,
    bias: NumericArray | null, biasOffset: number, out: FloatArray, outOffset: number,
  ): boolean {
    const { rows, depth } = c;
    const tiling = tilingOf(c.outHeight, c.outWidth, w.batch, BLOCK);
    const { samples, step } = tiling;
    const input = depth * c.height * c.width;
    const output = rows * c.outHeight * c.outWidth;
    const taps = rows * depth * 9 + 32;
    const plane = 4 * rows * depth + 64;
    const filters = 64 * rows * depth;
    // Not a multiple of 4 KiB, which would put all channels' lines into the same few places of the first-level cache.
    const pitch = 64 * step + 64;
    const scratch = max(4 * depth * step, transformRoom(tiling));
    machine.begin(
      room(taps, 4) + room(16, plane) + room(w.groups, filters) + room(w.groups * rows, 32) + room(samples * input, 4) +
        room(samples * output, 4) + room(depth, pitch) + room(rows, pitch) + room(scratch, 1),
    );
    const raw = machine.place(4 * taps);
    const transformed = machine.place(16 * plane);
    const packed = machine.place(w.groups * filters);
    const added = machine.place(w.groups * rows * 32);
    const source = machine.place(4 * samples * input);
    const result = machine.place(4 * samples * output);
    const tiles = machine.place(depth * pitch);
    const products = machine.place(rows * pitch);
    const work = machine.place(scratch);
    for (let group = 0; group < w.groups; group++) {
      const [high, deep] = c.adjoint ? [depth, rows] : [rows, depth];
      copyIn(machine, weight, weightOffset + group * rows * depth * 9, rows * depth * 9, raw);
      machine.function('winogradFilters')(high, deep, raw, transformed, plane);
      machine.function('winogradPack')(rows, depth, transformed, plane, Number(c.adjoint), packed + group * filters);
    }
    if (bias !== null) {
      for (let i = 0; i < w.groups * rows; i++)
        machine.f32.fill(bias[biasOffset + i], added / 4 + 8 * i, added / 4 + 8 * i + 8);
    }
    machine.function('clear')(tiles, depth * pitch);
    const transform = machine.function('winogradInputs');
    const multiply = machine.function('winogradProducts');
    const collect = machine.function('winogradOutputs');
    return forEachLoad(w, tiling, (group, places, blocks) => {
      places.forEach((place, i) => copyIn(machine, x, xOffset + place * input, input, source + 4 * i * input));
      for (const block of blocks) {
        for (const s of block) {
          transform(
            depth, c.height, c.width, source + 4 * s.sample * input, c.top - 2 * s.row, c.left - 2 * s.col, s.rows,
            s.cols, tiles + 4 * s.at, pitch, 4 * step, work,
          );
        }
        multiply(
          rows, depth, 8 * ceil(tilesOf(block) / 8), packed + group * filters, tiles, products, pitch, 4 * step,
          bias === null ? 0 : added + group * rows * 32, work,
        );
        for (const s of block) {
          const greatest = collect(
            rows, products + 4 * s.at, pitch, 4 * step, s.rows, s.cols,
            result + 4 * (s.sample * output + 2 * s.row * c.outWidth + 2 * s.col), 4 * c.outHeight * c.outWidth,
            4 * c.outWidth, min(2 * s.rows, c.outHeight - 2 * s.row), min(2 * s.cols, c.outWidth - 2 * s.col), work,
          );
          if (greatest >= HUGE) return false;
        }
      }
      places.forEach((place, i) => copyOut(machine, result + 4 * i * output, out, outOffset + place * output, output));
      return true;
    });
  } // prettier-ignore

  /** The weights' gradient; false if it is not to be trusted. */
  function correlate(
    w: Conv2dGeometry, g: FloatArray, gOffset: number, x: FloatArray, xOffset: number, out: FloatArray, outOffset: number,
  ): boolean {
    const rows = w.outChannels / w.groups;
    const depth = w.inChannels / w.groups;
    const tiling = tilingOf(w.outHeight, w.outWidth, w.batch, BLOCK);
    const { samples, step } = tiling;
    const input = depth * w.height * w.width;
    const output = rows * w.outHeight * w.outWidth;
    const taps = rows * depth * 9;
    const plane = 4 * rows * depth + 64;
    const pitch = 64 * step + 64;
    const scratch = max(4 * (min(MC, rows) + depth + 8) * step, transformRoom(tiling));
    machine.begin(
      2 * room(16 * w.groups, plane) + room(samples * input, 4) + room(samples * output, 4) + room(depth, pitch) +
        room(rows, pitch) + room(w.groups * taps + 32, 4) + room(scratch, 1),
    );
    const sums = machine.place(16 * w.groups * plane);
    const totals = machine.place(16 * w.groups * plane);
    const source = machine.place(4 * samples * input);
    const cotangent = machine.place(4 * samples * output);
    const tiles = machine.place(depth * pitch);
    const cotangents = machine.place(rows * pitch);
    const result = machine.place(4 * (w.groups * taps + 32));
    const work = machine.place(scratch);
    machine.function('clear')(sums, 16 * w.groups * plane);
    machine.function('clear')(totals, 16 * w.groups * plane);
    const pending = new Int32Array(w.groups);
    const settle = (group: number): void => {
      machine.function('settle_f32')(4 * plane, sums + 16 * group * plane, totals + 16 * group * plane);
      pending[group] = 0;
    };
    const transform = machine.function('winogradInputs');
    const spread = machine.function('winogradCotangents');
    const add = machine.function('winogradCorrelations');
    forEachLoad(w, tiling, (group, places, blocks) => {
      places.forEach((place, i) => {
        copyIn(machine, x, xOffset + place * input, input, source + 4 * i * input);
        copyIn(machine, g, gOffset + place * output, output, cotangent + 4 * i * output);
      });
      for (const block of blocks) {
        for (const s of block) {
          transform(
            depth, w.height, w.width, source + 4 * s.sample * input, w.padTop - 2 * s.row, w.padLeft - 2 * s.col, s.rows,
            s.cols, tiles + 4 * s.at, pitch, 4 * step, work,
          );
          spread(
            rows, w.outHeight, w.outWidth, cotangent + 4 * s.sample * output, -2 * s.row, -2 * s.col, s.rows, s.cols,
            cotangents + 4 * s.at, pitch, 4 * step, work,
          );
        }
        const count = tilesOf(block);
        add(rows, depth, count, cotangents, tiles, pitch, 4 * step, sums + 16 * group * plane, plane, work);
        pending[group] += count;
        if (pending[group] >= PART) settle(group);
      }
      return true;
    });
    const finish = machine.function('winogradWeights');
    for (let group = 0; group < w.groups; group++) {
      settle(group);
      const greatest = finish(rows, depth, totals + 16 * group * plane, plane, result + 4 * group * taps);
      if (greatest >= HUGE) return false;
    }
    copyOut(machine, result, out, outOffset, w.groups * taps);
    return true;
  } // prettier-ignore

  const conv2d: StructuredKernels['conv2d'] = (
    geometry, x, xOffset, weight, weightOffset, bias, biasOffset, out, outOffset,
  ) => {
    const filtering = forward(geometry);
    const done =
      takes(geometry, filtering.depth, filtering.rows, x, weight, out) &&
      convolve(
        geometry, filtering, x as FloatArray, xOffset, weight as FloatArray, weightOffset, bias, biasOffset,
        out as FloatArray, outOffset,
      );
    if (!done) direct.conv2d(geometry, x, xOffset, weight, weightOffset, bias, biasOffset, out, outOffset);
  }; // prettier-ignore

  const conv2dInputGrad: StructuredKernels['conv2dInputGrad'] = (
    geometry, g, gOffset, weight, weightOffset, out, outOffset,
  ) => {
    const filtering = adjoint(geometry);
    const done =
      takes(geometry, filtering.depth, filtering.rows, g, weight, out) &&
      convolve(
        geometry, filtering, g as FloatArray, gOffset, weight as FloatArray, weightOffset, null, 0,
        out as FloatArray, outOffset,
      );
    if (!done) direct.conv2dInputGrad(geometry, g, gOffset, weight, weightOffset, out, outOffset);
  }; // prettier-ignore

  const conv2dWeightGrad: StructuredKernels['conv2dWeightGrad'] = (
    geometry, g, gOffset, x, xOffset, out, outOffset,
  ) => {
    const channels = min(geometry.inChannels, geometry.outChannels) / geometry.groups;
    const done =
      takes(geometry, channels, channels, g, x, out) &&
      correlate(geometry, g as FloatArray, gOffset, x as FloatArray, xOffset, out as FloatArray, outOffset);
    if (!done) direct.conv2dWeightGrad(geometry, g, gOffset, x, xOffset, out, outOffset);
  }; // prettier-ignore

  return { conv2d, conv2dInputGrad, conv2dWeightGrad };
}
