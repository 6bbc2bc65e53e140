import { ones, tensor, zeros } from '../creation.ts';
import { gatherOp } from './gather.ts';
import { affineGrid, gridSample } from './gridSample.ts';
import { matmulOp } from './matmul.ts';
import { elementAt, positions, type InputSpec, type OpCases, type Plain } from './op.cases.ts';

const { abs, max } = Math;

/** Tents of width 1 around each element, zeros outside: multilinear sampling by definition. */
const linear =
  (alignCorners: boolean) =>
  (x: Plain, grid: Plain): Plain => {
    const sizes = x.shape.slice(2);
    const ndim = sizes.length;
    const shape = [...x.shape.slice(0, 2), ...grid.shape.slice(1, -1)];
    const data = positions(shape).map(([n, c, ...p]) => {
      const at = sizes.map((size, d) => {
        const place = elementAt(grid, [n, ...p, ndim - 1 - d]);
        return alignCorners ? ((place + 1) / 2) * (size - 1) : ((place + 1) * size - 1) / 2;
      });
      return positions(sizes).reduce((sum, q) => {
        const weight = q.reduce((w, k, d) => w * max(0, 1 - abs(k - at[d])), 1);
        return sum + weight * elementAt(x, [n, c, ...q]);
      }, 0);
    });
    return { shape, data };
  };

/** No position of an image of this size lies on an element or between cells: there gradients jump. */
const away = (size: number): number[] =>
  Array.from({ length: 8 * size + 1 }, (_, i) => (i - 4 * size) / size).flatMap((v) => [v, v + 1 / size]);

const image: InputSpec = { shape: [1, 2, 3, 3] };
const points: InputSpec = { shape: [1, 2, 2, 2], range: [-1.2, 1.2], avoid: away(3) };
const aligned: InputSpec = { shape: [1, 2, 2, 2], range: [-1.2, 1.2], avoid: [-1, 0, 1] };

export const cases: OpCases[] = [
  {
    op: gatherOp,
    samples: [
      { name: 'gridSample', inputs: [image, points], run: (x, grid) => gridSample(x, grid), reference: linear(false) },
      { name: 'gridSample, alignCorners', inputs: [image, aligned], run: (x, grid) => gridSample(x, grid, { alignCorners: true }), reference: linear(true) },
      { name: 'gridSample of a volume', inputs: [{ shape: [1, 1, 3, 3, 3] }, { ...points, shape: [1, 1, 2, 1, 3] }],
        run: (x, grid) => gridSample(x, grid), reference: linear(false) },
      { name: 'gridSample, border', inputs: [image, points], run: (x, grid) => gridSample(x, grid, { paddingMode: 'border' }) },
      { name: 'gridSample, reflection', inputs: [image, { ...points, range: [-2.5, 2.5] }],
        run: (x, grid) => gridSample(x, grid, { paddingMode: 'reflection' }) },
      { name: 'gridSample, nearest', inputs: [image, points], run: (x, grid) => gridSample(x, grid, { mode: 'nearest' }) },
      { name: 'gridSample, bicubic', inputs: [image, points], run: (x, grid) => gridSample(x, grid, { mode: 'bicubic' }) },
      { name: 'gridSample, bicubic, reflection', inputs: [image, points],
        run: (x, grid) => gridSample(x, grid, { mode: 'bicubic', paddingMode: 'reflection', alignCorners: true }) },
    ],
    rejects: [
      { name: 'another batch size', run: () => gridSample(zeros([1, 1, 2, 2]), zeros([2, 1, 1, 2])), error: /gridSample: expected input \[N, C, H, W\] and grid/ },
      { name: 'bicubic volumes', run: () => gridSample(zeros([1, 1, 2, 2, 2]), zeros([1, 1, 1, 1, 3]), { mode: 'bicubic' }),
        error: /bicubic interpolation only supports 4D input/ },
      { name: 'an unknown mode', run: () => gridSample(zeros([1, 1, 2, 2]), zeros([1, 1, 1, 2]), { mode: 'area' as never }), error: /mode must be 'bilinear'/ },
    ],
  },
  {
    op: matmulOp,
    samples: [
      { name: 'affineGrid', inputs: [{ shape: [1, 2, 3] }], run: (theta) => affineGrid(theta, [1, 1, 1, 2], { alignCorners: true }),
        reference: ({ data: t }) => ({ shape: [1, 1, 2, 2], data: [-t[0] + t[2], -t[3] + t[5], t[0] + t[2], t[3] + t[5]] }) },
      { name: 'affineGrid of volumes', inputs: [{ shape: [2, 3, 4] }], run: (theta) => affineGrid(theta, [2, 1, 2, 1, 3]) },
    ],
    rejects: [
      { name: 'matrices for volumes with images', run: () => affineGrid(ones([1, 3, 4]), [1, 1, 2, 2]), error: /Expected a batch of affine matrices of shape Nx2x3/ },
      { name: 'integers', run: () => affineGrid(tensor([[[1, 0, 0], [0, 1, 0]]], { dtype: 'int32' }), [1, 1, 2, 2]),
        error: /Expected theta to have floating point type/ },
    ],
  },
]; // prettier-ignore
