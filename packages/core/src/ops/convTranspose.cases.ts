import { ones } from '../creation.ts';
import { conv3d, convTranspose3d } from './conv3d.ts';
import { conv2dInputGradOp, conv2dOp } from './conv.ts';
import { convTranspose1d, convTranspose2d } from './convTranspose.ts';
import type { ConvTransposeOptions } from './convTransposeGeometry.ts';
import { positions, type OpCases, type Plain } from './op.cases.ts';

interface Setting {
  readonly stride?: readonly number[];
  readonly pad?: readonly number[];
  readonly dilation?: readonly number[];
  readonly groups?: number;
}

const flat = (shape: readonly number[], p: readonly number[]): number =>
  shape.reduce((at, n, d) => at * n + p[d], 0);

/**
 * Adds every product x·weight of a convolution of [N, C, spatial…] where it belongs: `near` is the side with the windows'
 * numbers, `far` the one with their elements' positions.
 */
function sums(
  far: readonly number[],
  near: readonly number[],
  weight: readonly number[],
  { stride, pad, dilation, groups = 1 }: Setting,
  visit: (far: number, near: number, weight: number) => void,
): void {
  const ndim = far.length - 2;
  const perGroup = weight[0] / groups;
  for (const [n, o, ...rest] of positions([near[0], near[1], ...near.slice(2), ...weight.slice(1)])) {
    const window = rest.slice(0, ndim);
    const [c, ...k] = rest.slice(ndim);
    const at = window.map((w, d) => w * (stride?.[d] ?? 1) + k[d] * (dilation?.[d] ?? 1) - (pad?.[d] ?? 0));
    if (at.some((i, d) => i < 0 || i >= far[d + 2])) continue;
    const channel = Math.floor(o / perGroup) * weight[1] + c;
    visit(flat(far, [n, channel, ...at]), flat(near, [n, o, ...window]), flat(weight, [o, c, ...k]));
  }
}

const zeros = (shape: readonly number[]): number[] => positions(shape).map(() => 0);

const convolved =
  (out: readonly number[], setting: Setting) =>
  (x: Plain, weight: Plain, bias?: Plain): Plain => {
    const data = zeros(out);
    sums(x.shape, out, weight.shape, setting, (i, j, k) => (data[j] += x.data[i] * weight.data[k]));
    return { shape: out, data: data.map((v, i) => v + (bias?.data[channelOf(out, i)] ?? 0)) };
  };

const transposed =
  (out: readonly number[], setting: Setting) =>
  (x: Plain, weight: Plain, bias?: Plain): Plain => {
    const data = zeros(out);
    sums(out, x.shape, weight.shape, setting, (i, j, k) => (data[i] += x.data[j] * weight.data[k]));
    return { shape: out, data: data.map((v, i) => v + (bias?.data[channelOf(out, i)] ?? 0)) };
  };

const channelOf = (shape: readonly number[], i: number): number =>
  Math.floor(i / shape.slice(2).reduce((a, b) => a * b, 1)) % shape[1];

const grouped = { stride: [2, 1], pad: [1, 0], dilation: [1, 2], groups: 2 };
const groupedOptions: ConvTransposeOptions = {
  stride: [2, 1], padding: [1, 0], dilation: [1, 2], groups: 2, outputPadding: [1, 1],
}; // prettier-ignore
const deep = { stride: [2, 1, 1], pad: [1, 0, 1], dilation: [1, 2, 1], groups: 2 };
const deepOptions = { stride: [2, 1, 1], padding: [1, 0, 1], dilation: [1, 2, 1], groups: 2 };

const one = (x: readonly number[], weight: readonly number[], options: ConvTransposeOptions = {}) => {
  return (): unknown => convTranspose2d(ones(x), ones(weight), null, options);
};

export const cases: OpCases[] = [
  {
    op: conv2dInputGradOp,
    samples: [
      {
        name: 'convTranspose2d',
        inputs: [{ shape: [2, 2, 2, 3] }, { shape: [2, 3, 2, 2] }, { shape: [3] }],
        run: (x, weight, bias) => convTranspose2d(x, weight, bias),
        reference: transposed([2, 3, 3, 4], {}),
      },
      {
        name: 'convTranspose2d with all options',
        inputs: [{ shape: [1, 4, 2, 2] }, { shape: [4, 1, 3, 2] }],
        run: (x, weight) => convTranspose2d(x, weight, null, groupedOptions),
        reference: transposed([1, 2, 4, 5], grouped),
      },
      {
        name: 'convTranspose2d without a batch dim',
        inputs: [{ shape: [2, 2, 2] }, { shape: [2, 1, 2, 1] }, { shape: [1] }],
        run: (x, weight, bias) => convTranspose2d(x, weight, bias, { stride: 2 }),
      },
      {
        name: 'convTranspose1d',
        inputs: [{ shape: [2, 2, 3] }, { shape: [2, 2, 2] }, { shape: [2] }],
        run: (x, weight, bias) => convTranspose1d(x, weight, bias, { stride: 2, outputPadding: 1, padding: 1 }),
        reference: transposed([2, 2, 5], { stride: [2], pad: [1] }),
      },
      {
        name: 'convTranspose3d',
        inputs: [{ shape: [1, 2, 2, 2, 1] }, { shape: [2, 1, 2, 2, 2] }, { shape: [1] }],
        run: (x, weight, bias) => convTranspose3d(x, weight, bias),
        reference: transposed([1, 1, 3, 3, 2], {}),
      },
      {
        name: 'convTranspose3d with all options',
        inputs: [{ shape: [1, 2, 2, 2, 2] }, { shape: [2, 1, 2, 2, 2] }],
        run: (x, weight) => convTranspose3d(x, weight, null, { ...groupedOptions, ...deepOptions, outputPadding: [1, 1, 0] }),
        reference: transposed([1, 2, 3, 5, 1], deep),
      },
    ],
    rejects: [
      { name: 'another number of channels', run: one([1, 3, 2, 2], [2, 1, 2, 2]),
        error: /Given transposed=1, weight of size \[2, 1, 2, 2\], expected input\[1, 3, 2, 2\] to have 2 channels, but got 3/ },
      { name: 'an output padding as great as the stride', run: one([1, 2, 2, 2], [2, 1, 2, 2], { outputPadding: 1 }),
        error: /output padding must be smaller than either stride or dilation/ },
      { name: 'padding that leaves nothing', run: one([1, 2, 1, 1], [2, 1, 2, 2], { padding: 1 }),
        error: /Calculated output size per channel: \(0 x 0\)\. Output size is too small/ },
      { name: 'a bias of another size', run: () => convTranspose2d(ones([1, 2, 2, 2]), ones([2, 1, 2, 2]), ones([2])),
        error: /expected bias to be 1-dimensional with 1 elements, but got bias of size \[2\]/ },
    ],
  },
  {
    op: conv2dOp,
    samples: [
      {
        name: 'conv3d',
        inputs: [{ shape: [2, 1, 3, 2, 2] }, { shape: [2, 1, 2, 2, 1] }, { shape: [2] }],
        run: (x, weight, bias) => conv3d(x, weight, bias),
        reference: convolved([2, 2, 2, 1, 2], {}),
      },
      {
        name: 'conv3d with all options',
        inputs: [{ shape: [1, 2, 4, 3, 2] }, { shape: [2, 1, 2, 2, 2] }],
        run: (x, weight) => conv3d(x, weight, null, deepOptions),
        reference: convolved([1, 2, 3, 1, 3], deep),
      },
      {
        name: 'conv3d, same, without a batch dim',
        inputs: [{ shape: [1, 3, 2, 2] }, { shape: [1, 1, 2, 3, 2] }],
        run: (x, weight) => conv3d(x, weight, null, { padding: 'same' }),
      },
      { name: 'conv3d of an empty batch', inputs: [{ shape: [0, 1, 2, 2, 2] }, { shape: [1, 1, 1, 2, 1] }],
        run: (x, weight) => conv3d(x, weight) },
    ],
    rejects: [
      { name: 'images in conv3d', run: () => conv3d(ones([2, 3, 3]), ones([1, 2, 2, 2, 2])),
        error: /Expected 4D \(unbatched\) or 5D \(batched\) input to conv3d/ },
    ],
  },
]; // prettier-ignore
