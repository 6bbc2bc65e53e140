import { ones } from '../creation.ts';
import { col2im, col2imOp, im2col, im2colOp, type Im2colOptions } from './im2col.ts';
import { positions, type OpCases, type Plain, type Sample } from './op.cases.ts';

type Pair = readonly [number, number];

interface Setting {
  /** [N, C, H, W] or [C, H, W]. */
  readonly image: readonly number[];
  readonly kernel: Pair;
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
  /** How many windows fit down and across. */
  readonly out: Pair;
}

const columnsShape = ({ image, kernel, out }: Setting): number[] => {
  const channels = image[image.length - 3];
  return [...image.slice(0, -3), channels * kernel[0] * kernel[1], out[0] * out[1]];
};

/** For each element of the columns the element of the image it is a copy of, or −1 in the padding. */
function sources(setting: Setting): number[] {
  const { image, kernel, stride = [1, 1], padding = [0, 0], dilation = [1, 1], out } = setting;
  const [batch, channels, height, width] = image.length === 4 ? image : [1, ...image];
  return positions([batch, channels, ...kernel, ...out]).map(([n, c, p, q, i, j]) => {
    const row = i * stride[0] + p * dilation[0] - padding[0];
    const col = j * stride[1] + q * dilation[1] - padding[1];
    const inside = row >= 0 && row < height && col >= 0 && col < width;
    return inside ? ((n * channels + c) * height + row) * width + col : -1;
  });
}

const options = ({ stride, padding, dilation }: Setting): Im2colOptions => ({ stride, padding, dilation });

const taken = (name: string, setting: Setting): Sample => ({
  name,
  inputs: [{ shape: setting.image }],
  run: (x) => im2col(x, setting.kernel, options(setting)),
  reference: (x: Plain) => ({
    shape: columnsShape(setting),
    data: sources(setting).map((from) => (from < 0 ? 0 : x.data[from])),
  }),
});

const put = (name: string, setting: Setting): Sample => ({
  name,
  inputs: [{ shape: columnsShape(setting) }],
  run: (x) => col2im(x, setting.image.slice(-2), setting.kernel, options(setting)),
  reference: (x: Plain) => {
    const data = new Array<number>(setting.image.reduce((a, b) => a * b, 1)).fill(0);
    sources(setting).forEach((to, i) => {
      if (to >= 0) data[to] += x.data[i];
    });
    return { shape: setting.image, data };
  },
});

const settings: readonly (readonly [string, Setting])[] = [
  ['plain', { image: [2, 2, 3, 4], kernel: [2, 3], out: [2, 2] }],
  ['without a batch dim', { image: [2, 3, 3], kernel: [2, 2], out: [2, 2] }],
  [
    'every option',
    { image: [1, 2, 5, 4], kernel: [2, 2], stride: [2, 1], padding: [1, 2], dilation: [2, 3], out: [3, 5] },
  ],
  ['windows that leave gaps', { image: [1, 1, 5, 5], kernel: [1, 2], stride: [3, 3], out: [2, 2] }],
  ['an empty batch', { image: [0, 2, 3, 3], kernel: [2, 2], out: [2, 2] }],
];

export const cases: OpCases[] = [
  {
    op: im2colOp,
    samples: settings.map(([name, setting]) => taken(name, setting)),
    rejects: [
      {
        name: 'a matrix',
        run: () => im2col(ones([3, 3]), 2),
        error: /im2col: Expected 3D or 4D \(batch mode\) tensor/,
      },
      { name: 'no channels', run: () => im2col(ones([1, 0, 3, 3]), 2), error: /but got: \[1, 0, 3, 3\]/ },
      {
        name: 'a kernel greater than the input',
        run: () => im2col(ones([1, 2, 2, 2]), 3),
        error:
          /Given input with spatial size \(2, 2\), kernel_size=\(3, 3\), dilation=\(1, 1\), padding=\(0, 0\), calculated shape of the array of sliding blocks as \(0, 0\)/,
      },
      {
        name: 'stride 0',
        run: () => im2col(ones([1, 2, 2]), 1, { stride: 0 }),
        error: /stride should be greater than zero/,
      },
      {
        name: 'dilation 0',
        run: () => im2col(ones([1, 2, 2]), 1, { dilation: 0 }),
        error: /dilation should be greater than zero/,
      },
      {
        name: 'an empty kernel',
        run: () => im2col(ones([1, 2, 2]), 0),
        error: /kernel size should be greater than zero/,
      },
      {
        name: 'negative padding',
        run: () => im2col(ones([1, 2, 2]), 1, { padding: -1 }),
        error: /padding should be non-negative, but got \(-1, -1\)/,
      },
      {
        name: 'integers',
        run: () => im2col(ones([1, 2, 2], { dtype: 'int32' }), 1),
        error: /not implemented for int32/,
      },
    ],
  },
  {
    op: col2imOp,
    samples: settings.map(([name, setting]) => put(name, setting)),
    rejects: [
      {
        name: 'rows that the kernel does not divide',
        run: () => col2im(ones([1, 5, 12]), [4, 5], 2),
        error:
          /Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got 5/,
      },
      {
        name: 'another number of windows',
        run: () => col2im(ones([1, 8, 10]), [4, 5], 2),
        error: /to match the calculated number of sliding blocks 3 \* 4 = 12, but got 10/,
      },
      { name: 'a vector', run: () => col2im(ones([8]), [4, 5], 2), error: /col2im: Expected 2D or 3D/ },
      {
        name: 'an empty image',
        run: () => col2im(ones([4, 1]), [0, 2], 2),
        error: /outputSize should be greater than zero/,
      },
    ],
  },
];
