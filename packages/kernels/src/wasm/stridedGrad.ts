import type { Conv2dGeometry } from '../parameters.ts';
import type { FloatArray } from '../signatures.ts';
import type { Machine } from './machine.ts';
import { copyIn, copyOut, memoryLike, room } from './transfer.ts';

const { ceil, max, min } = Math;

// The input's gradient of a convolution with a stride. An input row h meets the cotangent's row oh through the tap kh where
// h = oh·stride + kh·dilation − pad: rows h of one remainder by the stride meet the same taps, as in a convolution of
// stride 1 with those taps alone. So each pair of remainders (of rows and of columns), a phase, is a product of its own,
// over the cotangent as it is, where one product over the cotangent with zeros between would mostly multiply zeros.

/** Blocks of the products, as assembly/conv.ts has them. */
const NC = 256;
const KC = 256;

/** Along one axis: which taps a remainder meets, and how far the cotangent's position is from the phase's. */
interface Remainder {
  readonly first: number;
  readonly count: number;
  readonly taps: readonly number[];
  readonly shifts: readonly number[];
}

/** The remainders of one axis, and how long it is with the zeros that the shifts reach. */
interface Axis {
  readonly remainders: readonly Remainder[];
  readonly before: number;
  readonly extent: number;
}

function axisOf(
  input: number, output: number, kernel: number, stride: number, dilation: number, pad: number,
): Axis {
  const remainders: Remainder[] = [];
  let before = 0;
  let extent = output;
  for (let first = 0; first < min(stride, input); first++) {
    const count = ceil((input - first) / stride);
    const taps = Array.from({ length: kernel }, (_, k) => k).filter((k) => (first + pad - k * dilation) % stride === 0);
    const shifts = taps.map((k) => (first + pad - k * dilation) / stride);
    for (const shift of shifts) {
      before = max(before, -shift);
      extent = max(extent, count + shift);
    }
    remainders.push({ first, count, taps, shifts });
  }
  return { remainders, before, extent: before + extent };
} // prettier-ignore

/** One product: what is needed to run it and to put its result in place. */
interface Phase {
  readonly rows: Remainder;
  readonly cols: Remainder;
  readonly depth: number;
  readonly count: number;
}

/** The input's gradient of a convolution, of any stride; out is overwritten. */
export function stridedInputGrad(
  machine: Machine,
  w: Conv2dGeometry,
  g: FloatArray,
  gOffset: number,
  weight: FloatArray,
  weightOffset: number,
  out: FloatArray,
  outOffset: number,
): void {
  const size = out.BYTES_PER_ELEMENT;
  const suffix = size === 4 ? 'f32' : 'f64';
  const vertical = axisOf(w.height, w.outHeight, w.kernelHeight, w.strideHeight, w.dilationHeight, w.padTop);
  const horizontal = axisOf(w.width, w.outWidth, w.kernelWidth, w.strideWidth, w.dilationWidth, w.padLeft);
  const channels = w.outChannels / w.groups;
  const planes = w.inChannels / w.groups;
  const area = w.kernelHeight * w.kernelWidth;
  const [tall, wide] = [vertical.extent, horizontal.extent];
  const phases: Phase[] = vertical.remainders.flatMap((rows) =>
    horizontal.remainders.map((cols) => ({
      rows,
      cols,
      depth: channels * rows.taps.length * cols.taps.length,
      count: rows.count * cols.count,
    })),
  );
  const input = channels * w.outHeight * w.outWidth;
  const output = planes * w.height * w.width;
  const most = max(...phases.map(({ count }) => count));
  const deepest = max(...phases.map(({ depth }) => depth));
  const weights = planes * channels * area;
  const tables = phases.reduce((sum, { count, depth }) => sum + room(count, 4) + room(depth, 4), 0);
  const panel = (NC + 8) * min(KC, deepest);
  machine.begin(
    (w.groups + 1) * (room(weights, size) + 64 * phases.length) + room(input, size) + room(channels * tall * wide, size) +
      room(planes * most, size) + room(output, size) + room(panel, size) + tables,
  ); // prettier-ignore
  const raw = machine.place(weights * size);
  const source = machine.place(input * size);
  const img = machine.place(channels * tall * wide * size);
  const result = machine.place(planes * most * size);
  const whole = machine.place(output * size);
  const work = machine.place(panel * size);
  const places = phases.map(({ count, depth }) => ({
    positions: machine.place(count * 4),
    taps: machine.place(depth * 4),
    packed: Array.from({ length: w.groups }, () => machine.place(planes * depth * size)),
  }));
  const memory = memoryLike(machine, out);
  const { i32 } = machine;
  const pack = machine.function(`packWeights_${suffix}`);
  phases.forEach(({ rows, cols, depth }, k) => {
    const { positions, taps, packed } = places[k];
    let at = positions / 4;
    for (let i = 0; i < rows.count; i++)
      for (let j = 0; j < cols.count; j++) i32[at++] = (i * wide + j) * size;
    at = taps / 4;
    for (let c = 0; c < channels; c++) {
      for (const shift of rows.shifts) {
        for (const across of cols.shifts)
          i32[at++] = ((c * tall + vertical.before + shift) * wide + horizontal.before + across) * size;
      }
    }
    for (let group = 0; group < w.groups; group++) {
      at = raw / size;
      for (let p = 0; p < planes; p++) {
        for (let c = 0; c < channels; c++) {
          const from = weightOffset + ((group * channels + c) * planes + p) * area;
          for (const kh of rows.taps)
            for (const kw of cols.taps) memory[at++] = weight[from + kh * w.kernelWidth + kw];
        }
      }
      pack(planes, depth, raw, packed[group]);
    }
  });
  machine.function('clear')(img, channels * tall * wide * size);
  const image = machine.function(`image_${suffix}`);
  const run = machine.function(`convolve_${suffix}`);
  const spread = machine.function(`spread_${suffix}`);
  for (let i = 0; i < w.batch * w.groups; i++) {
    copyIn(machine, g, gOffset + i * input, input, source);
    image(
      source, channels, w.outHeight, w.outWidth, vertical.before, horizontal.before, tall, wide, img,
    ); // prettier-ignore
    phases.forEach(({ rows, cols, depth, count }, k) => {
      const { positions, taps, packed } = places[k];
      if (depth === 0) machine.function('clear')(result, planes * count * size);
      else run(planes, depth, count, packed[i % w.groups], img, positions, taps, 0, result, work);
      spread(
        planes, rows.count, cols.count, result, whole + (rows.first * w.width + cols.first) * size,
        w.height * w.width, w.strideHeight * w.width, w.strideWidth,
      ); // prettier-ignore
    });
    copyOut(machine, whole, out, outOffset + i * output, output);
  }
}
