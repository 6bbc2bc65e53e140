import type { AdamStep, FloatArray, Kernels, SgdStep } from '../../src/index.ts';
import { Region, withinRoundoff } from './check.ts';
import type { Check, Random } from './check.ts';
import { ADAM, SGD, START } from './golden.ts';

// PyTorch's own traces in float64; float32 is held to the same traces, its state rounded at each step.

const N = START.length;
const close = (type: typeof Float32Array | typeof Float64Array, random: Random): Region =>
  new Region(type, N, random);

const gradient = (step: number): number[] => START.map((_, i) => (((7 * step + 3 * i) % 5) - 2) / 4);

/** A region's memory as the optimisers' kernels take it. */
function memory(region: Region): FloatArray {
  if (region.array instanceof Float32Array || region.array instanceof Float64Array) return region.array;
  throw new TypeError('an optimiser state is floating point');
}

function state(type: typeof Float32Array | typeof Float64Array, random: Random, zero: boolean): Region {
  return zero ? new Region(type, N, random, new Array<number>(N).fill(0)) : close(type, random);
}

const FLOAT_TYPES = [Float32Array, Float64Array] as const;

function sgdTrace(
  kernels: Kernels,
  random: Random,
  options: (typeof SGD)[number],
  type: (typeof FLOAT_TYPES)[number],
): void {
  const param = new Region(type, N, random, START);
  // Before its first step the buffer holds nothing of meaning (NaN).
  const buffer = options.momentum === 0 ? null : state(type, random, false);
  options.trace.forEach((expected, t) => {
    const grad = new Region(type, N, random, gradient(t + 1));
    const step: SgdStep = { ...options, first: t === 0 };
    kernels.sgdStep(
      N, step, memory(param), param.offset, memory(grad), grad.offset, buffer === null ? null : memory(buffer),
      buffer?.offset ?? 0,
    ); // prettier-ignore
    param.mustHold(expected, withinRoundoff(8 * (t + 1), 4));
    grad.mustBeUntouched();
    buffer?.mustHold(buffer.values);
  });
}

function adamTrace(
  kernels: Kernels,
  random: Random,
  options: (typeof ADAM)[number],
  type: (typeof FLOAT_TYPES)[number],
): void {
  const param = new Region(type, N, random, START);
  const mean = state(type, random, true);
  const sq = state(type, random, true);
  const maxSq = options.amsgrad ? state(type, random, true) : null;
  options.trace.forEach((expected, t) => {
    const grad = new Region(type, N, random, gradient(t + 1));
    const step: AdamStep = { ...options, step: t + 1 };
    kernels.adamStep(
      N, step, memory(param), param.offset, memory(grad), grad.offset, memory(mean), mean.offset, memory(sq),
      sq.offset, maxSq === null ? null : memory(maxSq), maxSq?.offset ?? 0,
    ); // prettier-ignore
    param.mustHold(expected, withinRoundoff(8 * (t + 1), 4));
    grad.mustBeUntouched();
    for (const region of [mean, sq, ...(maxSq === null ? [] : [maxSq])]) region.mustHold(region.values);
  });
}

export const optimizerConformance: readonly Check[] = [
  {
    kernel: 'sgdStep',
    title: "follows torch.optim.SGD's trace",
    run: (kernels, random) => {
      for (const type of FLOAT_TYPES) for (const options of SGD) sgdTrace(kernels, random, options, type);
    },
  },
  {
    kernel: 'adamStep',
    title: "follows torch.optim.Adam's and AdamW's traces",
    run: (kernels, random) => {
      for (const type of FLOAT_TYPES) for (const options of ADAM) adamTrace(kernels, random, options, type);
    },
  },
];
