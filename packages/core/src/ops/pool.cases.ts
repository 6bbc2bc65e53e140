import { ones, tensor } from '../creation.ts';
import { apply } from '../tape/record.ts';
import { positions, type OpCases, type Plain, type Reject, type Sample } from './op.cases.ts';
import {
  avgPool2d,
  avgPool2dGradOp,
  avgPool2dOp,
  maxPool2d,
  maxPool2dGradOp,
  maxPool2dOp,
  maxPool2dPickOp,
  type AvgPoolOptions,
} from './pool.ts';

type Pair = readonly [number, number];

interface Setting {
  readonly x: readonly number[];
  readonly kernel: Pair;
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
  readonly ceilMode?: boolean;
  /** How many windows fit down and across. */
  readonly out: Pair;
}

/** The places of each window: as flat indices into x, or −1 for those in the padding or beyond; and their rows, columns. */
function windows(setting: Setting): { index: number; row: number; col: number }[][] {
  const { x, kernel, stride = kernel, padding = [0, 0], dilation = [1, 1], out } = setting;
  const [height, width] = x.slice(-2);
  return positions([...x.slice(0, -2), ...out]).map((p, at) => {
    const plane = Math.floor(at / (out[0] * out[1]));
    const [i, j] = p.slice(-2);
    return positions(kernel).map(([a, b]) => {
      const row = i * stride[0] + a * dilation[0] - padding[0];
      const col = j * stride[1] + b * dilation[1] - padding[1];
      const inside = row >= 0 && row < height && col >= 0 && col < width;
      return { index: inside ? (plane * height + row) * width + col : -1, row, col };
    });
  });
}

const outShape = ({ x, out }: Setting): number[] => [...x.slice(0, -2), ...out];

const maxima = (setting: Setting) => (x: Plain): Plain => ({
  shape: outShape(setting),
  data: windows(setting).map((w) => Math.max(...w.filter(({ index }) => index >= 0).map(({ index }) => x.data[index]))),
}); // prettier-ignore

const maxSample = (name: string, setting: Setting): Sample => {
  const { x, kernel, stride, padding, dilation, ceilMode } = setting;
  const options = { stride, padding, dilation, ceilMode };
  return {
    name,
    inputs: [{ shape: x, range: [-9, 9], distinct: true }],
    run: (input) => maxPool2d(input, kernel, options),
    reference: maxima(setting),
  };
};

const divisors = (
  setting: Setting,
  { countIncludePad = true, divisorOverride }: AvgPoolOptions,
): number[] => {
  const { x, padding = [0, 0] } = setting;
  const [height, width] = x.slice(-2);
  return windows(setting).map((w) => {
    if (divisorOverride) return divisorOverride;
    // Rows and columns beyond the padding (where the output size was rounded up) never count.
    const padded = w.filter(({ row, col }) => row < height + padding[0] && col < width + padding[1]);
    return (countIncludePad ? padded : padded.filter(({ index }) => index >= 0)).length;
  });
};

const averages = (setting: Setting, options: AvgPoolOptions) => (x: Plain): Plain => {
  const counts = divisors(setting, options);
  return {
    shape: outShape(setting),
    data: windows(setting).map((w, i) => w.reduce((s, { index }) => s + (index < 0 ? 0 : x.data[index]), 0) / counts[i]),
  };
}; // prettier-ignore

const averageSample = (name: string, setting: Setting, rule: AvgPoolOptions = {}): Sample => {
  const { x, kernel, stride, padding, ceilMode } = setting;
  return {
    name,
    inputs: [{ shape: x }],
    run: (input) => avgPool2d(input, kernel, { stride, padding, ceilMode, ...rule }),
    reference: averages(setting, rule),
  };
};

const plain: Setting = { x: [2, 1, 4, 6], kernel: [2, 3], out: [2, 2] };
const overlapping: Setting = {
  x: [1, 2, 4, 4],
  kernel: [3, 2],
  stride: [1, 2],
  padding: [1, 1],
  out: [4, 3],
};
const ceiled: Setting = { x: [1, 5, 6], kernel: [2, 3], stride: [2, 2], ceilMode: true, out: [3, 3] };
const dropped: Setting = {
  x: [1, 3, 4],
  kernel: [2, 2],
  stride: [3, 3],
  padding: [1, 1],
  ceilMode: true,
  out: [2, 2],
};
const beyond: Setting = {
  x: [1, 4, 6],
  kernel: [3, 3],
  stride: [2, 2],
  padding: [1, 1],
  ceilMode: true,
  out: [3, 4],
};
const dilated: Setting = {
  x: [1, 1, 5, 7],
  kernel: [2, 3],
  stride: [1, 1],
  padding: [1, 0],
  dilation: [2, 3],
  out: [5, 1],
};
const empty: Setting = { x: [0, 2, 4, 4], kernel: [2, 2], out: [2, 2] };

/** The window of pooling 3 × 4 planes by 2 × 2 at stride (1, 2): 2 × 2 results. */
const window = {
  height: 3, width: 4, kernelHeight: 2, kernelWidth: 2, strideHeight: 1, strideWidth: 2,
  padTop: 0, padLeft: 0, dilationHeight: 1, dilationWidth: 1, outHeight: 2, outWidth: 2,
} as const; // prettier-ignore
const chosen = { shape: [2, 2, 2], dtype: 'int32', values: [5, 2, 5, 11, 0, 3, 8, 7] } as const;

const poolRejects = (op: string, pool: typeof avgPool2d | typeof maxPool2d): Reject[] => [
  { name: 'a matrix', run: () => pool(ones([3, 3]), 2), error: new RegExp(`${op}: Expected 3D or 4D \\(batch mode\\) tensor`) },
  { name: 'no channels', run: () => pool(ones([1, 0, 3, 3]), 2), error: /but got: \[1, 0, 3, 3\]/ },
  { name: 'a kernel greater than the input', run: () => pool(ones([2, 3, 3]), 5),
    error: /Given input size: \(2x3x3\)\. Calculated output size: \(2x0x0\)\. Output size is too small/ },
  { name: 'more padding than half the kernel', run: () => pool(ones([1, 3, 3]), 3, { padding: 2 }),
    error: /pad should be at most half of kernel size, but got pad=2 and kernel_size=3/ },
  { name: 'negative padding', run: () => pool(ones([1, 3, 3]), 2, { padding: -1 }), error: /pad must be non-negative, but got pad: -1/ },
  { name: 'stride 0', run: () => pool(ones([1, 3, 3]), 2, { stride: 0 }), error: /stride should be greater than zero/ },
  { name: 'an empty kernel', run: () => pool(ones([1, 3, 3]), [0, 2]), error: /kernel size should be greater than zero/ },
  { name: 'three kernel sizes', run: () => pool(ones([1, 3, 3]), [2, 2, 2]), error: /expected kernelSize to be a single integer value/ },
  { name: 'bool tensors', run: () => pool(tensor([[[true]]]), 1), error: /not implemented for bool/ },
]; // prettier-ignore

export const cases: OpCases[] = [
  {
    op: maxPool2dOp,
    samples: [
      maxSample('plain', plain),
      maxSample('overlapping, padded', overlapping),
      maxSample('rounded up', ceiled),
      maxSample('rounded up, but no window that begins beyond the input', dropped),
      maxSample('rounded up and padded', beyond),
      maxSample('dilated', dilated),
      maxSample('an empty batch', empty),
      {
        name: 'the first of equal maxima gets the gradient',
        inputs: [{ shape: [1, 2, 4], values: [3, 3, 1, 2, 3, 3, 2, 2] }],
        run: (x) => maxPool2d(x, 2),
        reference: maxima({ x: [1, 2, 4], kernel: [2, 2], out: [1, 2] }),
        noGradientCheck: 'ties',
        subgradients: [[1, 0, 0, 1, 0, 0, 0, 0]],
      },
      {
        name: 'NaN is the maximum',
        inputs: [{ shape: [1, 2, 4], values: [3, NaN, 1, 2, 4, 3, 2, 5] }],
        run: (x) => maxPool2d(x, 2),
        reference: () => ({ shape: [1, 1, 2], data: [NaN, 5] }),
        noGradientCheck: 'NaN',
        subgradients: [[0, 1, 0, 0, 0, 0, 0, 1]],
      },
      {
        name: 'all −∞',
        inputs: [{ shape: [1, 1, 2], values: [-Infinity, -Infinity] }],
        run: (x) => maxPool2d(x, [1, 2]),
        reference: () => ({ shape: [1, 1, 1], data: [-Infinity] }),
        noGradientCheck: 'infinite',
        subgradients: [[1, 0]],
      },
      {
        name: 'indices',
        inputs: [{ shape: [1, 2, 2, 4], values: [3, 3, 1, 2, 3, 3, 2, 2, 0, 1, 2, 3, 4, 5, 6, 7] }],
        run: (x) => maxPool2d(x, 2, { returnIndices: true }).indices,
        reference: () => ({ shape: [1, 2, 1, 2], data: [0, 3, 5, 7] }),
        ownDtype: true,
      },
      {
        name: 'int32',
        inputs: [{ shape: [1, 2, 4], dtype: 'int32', values: [3, 3, 1, 2, 3, 3, 2, 2] }],
        run: (x) => maxPool2d(x, 2),
        reference: () => ({ shape: [1, 1, 2], data: [3, 2] }),
      },
    ],
    rejects: [
      ...poolRejects('maxPool2d', maxPool2d),
      {
        name: 'dilation 0',
        run: () => maxPool2d(ones([1, 3, 3]), 2, { dilation: 0 }),
        error: /dilation should be greater than zero/,
      },
      {
        name: 'a window that steps over the whole input',
        run: () => maxPool2d(ones([1, 1, 1]), 2, { padding: 1, dilation: 2 }),
        error: /maxPool2d: a window that begins at -1 reads no element of an input of size 1/,
      },
    ],
  },
  {
    op: maxPool2dGradOp,
    samples: [
      {
        inputs: [{ shape: [2, 2, 2] }, chosen],
        run: (g, indices) => apply(maxPool2dGradOp, [g, indices], { window }),
        reference: (g, indices) => {
          const data = new Array<number>(24).fill(0);
          indices.data.forEach((to, i) => (data[Math.floor(i / 4) * 12 + to] += g.data[i]));
          return { shape: [2, 3, 4], data };
        },
      },
    ],
  },
  {
    op: maxPool2dPickOp,
    samples: [
      {
        inputs: [{ shape: [2, 3, 4] }, chosen],
        run: (x, indices) => apply(maxPool2dPickOp, [x, indices], { window }),
        reference: (x, indices) => ({
          shape: [2, 2, 2],
          data: indices.data.map((from, i) => x.data[Math.floor(i / 4) * 12 + from]),
        }),
      },
    ],
  },
  {
    op: avgPool2dOp,
    samples: [
      averageSample('plain', plain),
      averageSample('overlapping, padded', overlapping),
      averageSample('padding not counted', overlapping, { countIncludePad: false }),
      averageSample('rounded up', ceiled),
      averageSample('rounded up, but no window that begins beyond the input', dropped),
      averageSample('rounded up and padded', beyond),
      averageSample('rounded up, padding not counted', beyond, { countIncludePad: false }),
      averageSample('a fixed divisor', beyond, { divisorOverride: 7 }),
      averageSample('a negative divisor', plain, { divisorOverride: -2 }),
      averageSample('an empty batch', empty),
    ],
    rejects: [
      ...poolRejects('avgPool2d', avgPool2d),
      {
        name: 'divisor 0',
        run: () => avgPool2d(ones([1, 3, 3]), 2, { divisorOverride: 0 }),
        error: /avgPool2d: divisor must be not zero/,
      },
      {
        name: 'integers',
        run: () => avgPool2d(ones([1, 3, 3], { dtype: 'int32' }), 2),
        error: /not implemented for int32/,
      },
    ],
  },
  {
    op: avgPool2dGradOp,
    samples: [
      {
        inputs: [{ shape: [1, 3, 4] }],
        run: (g) =>
          apply(avgPool2dGradOp, [g], {
            window: { ...window, height: 4, width: 6, kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 2, padTop: 1, padLeft: 1, outHeight: 3, outWidth: 4 }, // prettier-ignore
            rule: { countIncludePad: true, divisorOverride: 0, padBottom: 1, padRight: 1 },
          }),
        reference: (g) => {
          const data = new Array<number>(24).fill(0);
          const counts = divisors(beyond, {});
          windows(beyond).forEach((w, i) => {
            for (const { index } of w) if (index >= 0) data[index] += g.data[i] / counts[i];
          });
          return { shape: [1, 4, 6], data };
        },
      },
    ],
  },
];
