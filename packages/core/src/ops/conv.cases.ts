import { ones, tensor } from '../creation.ts';
import { apply } from '../tape/record.ts';
import { conv1d, conv2d, conv2dInputGradOp, conv2dOp, conv2dWeightGradOp } from './conv.ts';
import { conv2dGeometry, type ConvOptions } from './convGeometry.ts';
import { positions, type OpCases, type Plain, type Sample } from './op.cases.ts';

type Pair = readonly [number, number];

/** A convolution by its arguments: sizes of input and weight, and what every window does. */
interface Setting {
  readonly x: readonly number[];
  readonly weight: readonly number[];
  readonly stride?: Pair;
  /** Zeros before the first row and the first column. */
  readonly pad?: Pair;
  readonly dilation?: Pair;
  readonly groups?: number;
  /** Output height and width. */
  readonly out: Pair;
}

/** Every product x·weight·out that a convolution contains, as flat indices: all three ops are sums over this list. */
function terms({
  x,
  weight,
  stride = [1, 1],
  pad = [0, 0],
  dilation = [1, 1],
  groups = 1,
  out,
}: Setting): number[][] {
  const [batch, channels, height, width] = x.length === 4 ? x : [1, ...x];
  const [filters, perGroup, kh, kw] = weight;
  const found: number[][] = [];
  for (const [n, o, i, j, c, p, q] of positions([batch, filters, ...out, perGroup, kh, kw])) {
    const row = i * stride[0] + p * dilation[0] - pad[0];
    const col = j * stride[1] + q * dilation[1] - pad[1];
    if (row < 0 || row >= height || col < 0 || col >= width) continue;
    const channel = Math.floor(o / (filters / groups)) * perGroup + c;
    found.push([
      ((n * channels + channel) * height + row) * width + col,
      ((o * perGroup + c) * kh + p) * kw + q,
      ((n * filters + o) * out[0] + i) * out[1] + j,
    ]);
  }
  return found;
}

const zeros = (shape: readonly number[]): { shape: readonly number[]; data: number[] } => ({
  shape,
  data: new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(0),
});

const outShape = ({ x, weight, out }: Setting): number[] => [...x.slice(0, -3), weight[0], ...out];

const reference =
  (setting: Setting) =>
  (x: Plain, weight: Plain, bias?: Plain): Plain => {
    const y = zeros(outShape(setting));
    for (const [a, b, c] of terms(setting)) y.data[c] += x.data[a] * weight.data[b];
    if (bias) positions(y.shape).forEach((p, i) => (y.data[i] += bias.data[p[p.length - 3]]));
    return y;
  };

const sample = (name: string, setting: Setting, options: ConvOptions, withBias = false): Sample => ({
  name,
  inputs: [setting.x, setting.weight, ...(withBias ? [[setting.weight[0]]] : [])].map((shape) => ({ shape })),
  run: (x, weight, bias) => conv2d(x, weight, bias, options),
  reference: reference(setting),
});

const plain: Setting = { x: [2, 2, 3, 4], weight: [2, 2, 2, 2], out: [2, 3] };
const strided: Setting = {
  x: [2, 2, 4, 3],
  weight: [2, 1, 2, 3],
  stride: [2, 1],
  pad: [1, 1],
  groups: 2,
  out: [3, 3],
};
const dilated: Setting = {
  x: [1, 1, 5, 4],
  weight: [2, 1, 2, 2],
  dilation: [3, 2],
  pad: [0, 1],
  out: [2, 4],
};
const unbatched: Setting = { x: [2, 3, 3], weight: [3, 2, 2, 2], out: [2, 2] };
const even: Setting = { x: [1, 1, 3, 4], weight: [1, 1, 2, 4], pad: [0, 1], out: [3, 4] };
const same: Setting = { x: [1, 1, 4, 4], weight: [1, 1, 3, 2], dilation: [2, 3], pad: [2, 1], out: [4, 4] };
const depthwise: Setting = { x: [1, 2, 3, 3], weight: [4, 1, 2, 2], groups: 2, out: [2, 2] };
const pointwise: Setting = { x: [2, 2, 2, 2], weight: [3, 2, 1, 1], out: [2, 2] };
const empty: Setting = { x: [0, 2, 3, 3], weight: [2, 2, 2, 2], out: [2, 2] };

const stridedOptions: ConvOptions = { stride: [2, 1], padding: 1, groups: 2 };

const attrsOf = (
  setting: Setting,
  options: ConvOptions,
): { geometry: ReturnType<typeof conv2dGeometry>; batched: boolean } => ({
  geometry: conv2dGeometry(setting.x, setting.weight, undefined, options),
  batched: setting.x.length === 4,
});

const inputGradient = (name: string, setting: Setting, options: ConvOptions): Sample => ({
  name,
  inputs: [{ shape: outShape(setting) }, { shape: setting.weight }],
  run: (g, weight) => apply(conv2dInputGradOp, [g, weight], attrsOf(setting, options)),
  reference: (g, weight) => {
    const dx = zeros(setting.x);
    for (const [a, b, c] of terms(setting)) dx.data[a] += g.data[c] * weight.data[b];
    return dx;
  },
});

const weightGradient = (name: string, setting: Setting, options: ConvOptions): Sample => ({
  name,
  inputs: [{ shape: outShape(setting) }, { shape: setting.x }],
  run: (g, x) => apply(conv2dWeightGradOp, [g, x], attrsOf(setting, options)),
  reference: (g, x) => {
    const dw = zeros(setting.weight);
    for (const [a, b, c] of terms(setting)) dw.data[b] += g.data[c] * x.data[a];
    return dw;
  },
});

const one = (x: readonly number[], weight: readonly number[], options: ConvOptions = {}) => {
  return (): unknown => conv2d(ones(x), ones(weight), null, options);
};

export const cases: OpCases[] = [
  {
    op: conv2dOp,
    samples: [
      sample('plain', plain, {}),
      sample('with bias', plain, {}, true),
      sample('stride, padding, groups, bias', strided, stridedOptions, true),
      sample('dilation and padding per dim', dilated, { dilation: [3, 2], padding: [0, 1] }, true),
      sample('without a batch dim', unbatched, { padding: 'valid' }, true),
      sample('same with even kernels: the odd zeros to the right and the bottom', even, { padding: 'same' }),
      sample('same with dilation', same, { padding: 'same', dilation: [2, 3] }),
      sample('depthwise', depthwise, { groups: 2 }),
      sample('1 × 1', pointwise, {}, true),
      sample('an empty batch', empty, {}, true),
      sample('no channels', { x: [1, 0, 3, 3], weight: [2, 0, 2, 2], out: [2, 2] }, {}, true),
      { name: 'int32', inputs: [plain.x, plain.weight].map((shape) => ({ shape, dtype: 'int32', range: [-9, 9] })),
        run: (x, weight) => conv2d(x, weight), reference: reference(plain) },
      { name: 'conv1d', inputs: [{ shape: [2, 2, 5] }, { shape: [2, 1, 3] }, { shape: [2] }],
        run: (x, weight, bias) => conv1d(x, weight, bias, { stride: 2, padding: 1, groups: 2 }),
        reference: (x, weight, bias) => {
          const flat: Setting = { x: [2, 2, 1, 5], weight: [2, 1, 1, 3], stride: [1, 2], pad: [0, 1], groups: 2, out: [1, 3] };
          return { shape: [2, 2, 3], data: reference(flat)(x, weight, bias).data };
        } },
      { name: 'conv1d, same, without a batch dim', inputs: [{ shape: [2, 4] }, { shape: [1, 2, 2] }],
        run: (x, weight) => conv1d(x, weight, null, { padding: 'same' }),
        reference: (x, weight) => ({
          shape: [1, 4],
          data: reference({ x: [2, 1, 4], weight: [1, 2, 1, 2], out: [1, 4] })(x, weight).data,
        }) },
    ],
    rejects: [
      { name: 'another number of channels', run: one([1, 4, 3, 3], [1, 3, 2, 2]),
        error: /Given groups=1, weight of size \[1, 3, 2, 2\], expected input\[1, 4, 3, 3\] to have 3 channels, but got 4 channels instead/ },
      { name: 'a kernel greater than the input', run: one([1, 1, 2, 2], [1, 1, 3, 3]),
        error: /Calculated padded input size per channel: \(2 x 2\)\. Kernel size: \(3 x 3\)\. Kernel size can't be greater than actual input size/ },
      { name: 'same with a stride', run: one([1, 1, 3, 3], [1, 1, 2, 2], { padding: 'same', stride: 2 }),
        error: /padding='same' is not supported for strided convolutions/ },
      { name: 'an unknown padding', run: one([1, 1, 3, 3], [1, 1, 2, 2], { padding: 'full' as never }),
        error: /Invalid padding string: 'full'/ },
      { name: 'negative padding', run: one([1, 1, 3, 3], [1, 1, 2, 2], { padding: [0, -1] }), error: /negative padding/ },
      { name: 'stride 0', run: one([1, 1, 3, 3], [1, 1, 2, 2], { stride: 0 }), error: /non-positive stride is not supported/ },
      { name: 'dilation 0', run: one([1, 1, 3, 3], [1, 1, 2, 2], { dilation: 0 }), error: /dilation should be greater than zero/ },
      { name: 'groups 0', run: one([1, 1, 3, 3], [1, 1, 2, 2], { groups: 0 }), error: /non-positive groups is not supported/ },
      { name: 'filters that groups do not divide', run: one([1, 2, 3, 3], [3, 1, 2, 2], { groups: 2 }),
        error: /Given groups=2, expected weight to be divisible by 2 at dimension 0, but got weight of size \[3, 1, 2, 2\]/ },
      { name: 'no filters', run: one([1, 2, 3, 3], [0, 2, 2, 2]), error: /expected weight to be at least 1 at dimension 0/ },
      { name: 'an empty kernel', run: one([1, 2, 3, 3], [1, 2, 0, 2]), error: /kernel size should be greater than zero/ },
      { name: 'three strides', run: one([1, 1, 3, 3], [1, 1, 2, 2], { stride: [1, 1, 1] }),
        error: /expected stride to be a single integer value or a list of 2 values/ },
      { name: 'a fractional stride', run: one([1, 1, 3, 3], [1, 1, 2, 2], { stride: 1.5 }), error: /stride to hold integers/ },
      { name: 'a matrix', run: one([3, 3], [1, 1, 2, 2]),
        error: /Expected 3D \(unbatched\) or 4D \(batched\) input to conv2d, but got input of size: \[3, 3\]/ },
      { name: 'a 3-d weight', run: one([1, 1, 3, 3], [1, 2, 2]), error: /Expected 4-dimensional weight/ },
      { name: 'a bias of another size', run: () => conv2d(ones([1, 1, 3, 3]), ones([1, 1, 2, 2]), ones([2])),
        error: /Given weight of size \[1, 1, 2, 2\], expected bias to be 1-dimensional with 1 elements, but got bias of size \[2\]/ },
      { name: 'two dtypes', run: () => conv2d(ones([1, 1, 3, 3]), ones([1, 1, 2, 2], { dtype: 'float64' })),
        error: /conv2d: expected all tensors to have the same dtype/ },
      { name: 'bool tensors', run: () => conv2d(tensor([[[true]]]), tensor([[[[true]]]])), error: /conv2d: not implemented for bool/ },
      { name: 'images in conv1d', run: () => conv1d(ones([1, 2, 3, 3]), ones([1, 2, 2])),
        error: /Expected 2D \(unbatched\) or 3D \(batched\) input to conv1d/ },
      { name: 'a long kernel in conv1d', run: () => conv1d(ones([1, 2, 3]), ones([1, 2, 4])),
        error: /conv1d: Calculated padded input size per channel: \(3\)\. Kernel size: \(4\)/ },
    ],
  },
  {
    op: conv2dInputGradOp,
    samples: [
      inputGradient('plain', plain, {}),
      inputGradient('stride, padding, groups', strided, stridedOptions),
      inputGradient('dilation, without a batch dim', { ...unbatched, dilation: [2, 1], out: [1, 2] }, { dilation: [2, 1] }),
      inputGradient('1 × 1', pointwise, {}),
      inputGradient('an empty batch', empty, {}),
    ],
  },
  {
    op: conv2dWeightGradOp,
    samples: [
      weightGradient('plain', plain, {}),
      weightGradient('stride, padding, groups', strided, stridedOptions),
      weightGradient('dilation, without a batch dim', { ...unbatched, dilation: [2, 1], out: [1, 2] }, { dilation: [2, 1] }),
      weightGradient('1 × 1', pointwise, {}),
      weightGradient('an empty batch', empty, {}),
    ],
  },
]; // prettier-ignore
