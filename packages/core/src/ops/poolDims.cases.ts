import { ones, tensor } from '../creation.ts';
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
} from './adaptivePool.ts';
import { add } from './arithmetic.ts';
import { gatherOp, scatterOp } from './gather.ts';
import { indexSelectOp } from './indexSelect.ts';
import { elementAt, positions, type OpCases, type Plain } from './op.cases.ts';
import { lpPool1d, lpPool2d } from './lpPool.ts';
import { avgPool2dOp, maxPool2dOp } from './pool.ts';
import { avgPool1d, avgPool3d, maxPool1d, maxPool3d } from './poolDims.ts';
import { maxUnpool1d, maxUnpool2d, maxUnpool3d } from './unpool.ts';

const { ceil, floor, max } = Math;

type Range = readonly [number, number];

/** What `f` makes of the elements in each window, `windows[d][i]` being what window i along spatial dim d reads. */
const pooled =
  (windows: readonly (readonly Range[])[], f: (line: number[]) => number) =>
  (x: Plain): Plain => {
    const leading = x.shape.slice(0, -windows.length);
    const shape = [...leading, ...windows.map((list) => list.length)];
    const data = positions(shape).map((p) => {
      const ranges = windows.map((list, d) => list[p[leading.length + d]]);
      const inside = positions(ranges.map(([from, to]) => to - from));
      return f(
        inside.map((q) =>
          elementAt(x, [...p.slice(0, leading.length), ...q.map((k, d) => ranges[d][0] + k)]),
        ),
      );
    });
    return { shape, data };
  };

const adaptive = (size: number, count: number): Range[] =>
  Array.from({ length: count }, (_, i) => [floor((i * size) / count), ceil(((i + 1) * size) / count)]);
const average = (line: number[]): number => line.reduce((a, b) => a + b, 0) / line.length;
const norm = (line: number[], p: number): number => line.reduce((sum, x) => sum + x ** p, 0) ** (1 / p);
const greatest = (line: number[]): number => max(...line);

const pairs: readonly Range[] = [
  [0, 2],
  [2, 4],
];
const steps: readonly Range[] = [
  [0, 2],
  [1, 3],
];

export const cases: OpCases[] = [
  {
    op: maxPool2dOp,
    samples: [
      { name: 'maxPool1d', inputs: [{ shape: [2, 2, 4], distinct: true }], run: (x) => maxPool1d(x, 2), reference: pooled([pairs], greatest) },
      { name: 'maxPool1d, padded', inputs: [{ shape: [2, 4], distinct: true }], run: (x) => maxPool1d(x, 3, { stride: 2, padding: 1 }),
        reference: pooled([[[0, 2], [1, 4]]], greatest) },
      { name: 'maxPool3d', inputs: [{ shape: [1, 2, 4, 3, 3], distinct: true }], run: (x) => maxPool3d(x, 2, { stride: [2, 1, 1] }),
        reference: pooled([pairs, steps, steps], greatest) },
      { name: 'maxPool3d, dilated, ceilMode', inputs: [{ shape: [1, 4, 3, 4], distinct: true }],
        run: (x) => maxPool3d(x, 2, { dilation: [2, 1, 1], ceilMode: true }) },
    ],
    rejects: [
      { name: 'planes in maxPool1d', run: () => maxPool1d(ones([1, 1, 2, 2]), 2), error: /maxPool1d: Expected 2D or 3D \(batch mode\) tensor/ },
      { name: 'wide padding in maxPool3d', run: () => maxPool3d(ones([1, 2, 2, 2]), 2, { padding: 2 }),
        error: /maxPool3d: pad should be at most half of kernel size/ },
      { name: 'bool volumes', run: () => maxPool3d(ones([1, 2, 2, 2], { dtype: 'bool' }), 2), error: /maxPool3d: not implemented for bool/ },
    ],
  },
  {
    op: avgPool2dOp,
    samples: [
      { name: 'avgPool1d, lists of one number and none', inputs: [{ shape: [2, 4] }],
        run: (x) => avgPool1d(x, [2], { stride: [], padding: [0] }), reference: pooled([pairs], average) },
      { name: 'avgPool1d', inputs: [{ shape: [2, 2, 4] }], run: (x) => avgPool1d(x, 2), reference: pooled([pairs], average) },
      { name: 'avgPool1d, padded, not counted', inputs: [{ shape: [2, 4] }],
        run: (x) => avgPool1d(x, 3, { stride: 2, padding: 1, countIncludePad: false }), reference: pooled([[[0, 2], [1, 4]]], average) },
      { name: 'avgPool3d', inputs: [{ shape: [1, 2, 4, 3, 3] }], run: (x) => avgPool3d(x, 2, { stride: [2, 1, 1] }),
        reference: pooled([pairs, steps, steps], average) },
      { name: 'avgPool3d, divisorOverride', inputs: [{ shape: [1, 2, 4, 2] }], run: (x) => avgPool3d(x, 2, { divisorOverride: 3 }),
        reference: pooled([[[0, 2]], pairs, [[0, 2]]], (line) => average(line) * 8 / 3) },
      { name: 'lpPool1d', inputs: [{ shape: [2, 4], range: [0.5, 2] }], run: (x) => lpPool1d(x, 3, 2), reference: pooled([pairs], (line) => norm(line, 3)) },
      { name: 'lpPool2d', inputs: [{ shape: [1, 2, 4, 3], range: [0.5, 2] }], run: (x) => lpPool2d(x, 2, 2, { stride: [2, 1] }),
        reference: pooled([pairs, steps], (line) => norm(line, 2)) },
      { name: 'lpPool2d where all is 0', inputs: [{ shape: [1, 2, 2], values: [0, 0, 0, 0] }], run: (x) => lpPool2d(x, 2, 2),
        noGradientCheck: 'a kink', subgradients: [[0, 0, 0, 0]], reference: pooled([[[0, 2]], [[0, 2]]], () => 0) },
    ],
    rejects: [
      { name: 'integers in lpPool2d', run: () => lpPool2d(ones([1, 2, 2], { dtype: 'int32' }), 2, 2), error: /lpPool2d: not implemented for int32/ },
      { name: 'lines in lpPool2d', run: () => lpPool2d(ones([2, 2]), 2, 2), error: /lpPool2d: Expected 3D or 4D/ },
      { name: 'p = 0 in lpPool1d', run: () => lpPool1d(ones([1, 2]), 0, 2), error: /lpPool1d: normType must be a number other than 0, got 0/ },
      { name: 'a kernel of 0 in lpPool1d', run: () => lpPool1d(ones([1, 2]), 2, 0), error: /lpPool1d: kernel size should be greater than zero/ },
      { name: 'integers in avgPool3d', run: () => avgPool3d(ones([1, 2, 2, 2], { dtype: 'int32' }), 2), error: /avgPool3d: not implemented for int32/ },
      { name: 'a divisor of 0 in avgPool1d', run: () => avgPool1d(ones([1, 2]), 2, { divisorOverride: 0 }), error: /avgPool1d: divisor must be not zero/ },
    ],
  },
  {
    op: indexSelectOp,
    samples: [
      { name: 'adaptiveAvgPool1d', inputs: [{ shape: [2, 1, 5] }], run: (x) => adaptiveAvgPool1d(x, 3), reference: pooled([adaptive(5, 3)], average) },
      { name: 'adaptiveAvgPool1d to more', inputs: [{ shape: [1, 3] }], run: (x) => adaptiveAvgPool1d(x, [5]), reference: pooled([adaptive(3, 5)], average) },
      { name: 'adaptiveAvgPool2d', inputs: [{ shape: [1, 2, 4, 5] }], run: (x) => adaptiveAvgPool2d(x, [3, 2]),
        reference: pooled([adaptive(4, 3), adaptive(5, 2)], average) },
      { name: 'adaptiveAvgPool2d in equal blocks', inputs: [{ shape: [2, 4, 6] }], run: (x) => adaptiveAvgPool2d(x, [2, null]),
        reference: pooled([adaptive(4, 2), adaptive(6, 6)], average) },
      { name: 'adaptiveAvgPool3d', inputs: [{ shape: [1, 2, 3, 4] }], run: (x) => adaptiveAvgPool3d(x, 2),
        reference: pooled([adaptive(2, 2), adaptive(3, 2), adaptive(4, 2)], average) },
    ],
    rejects: [
      { name: 'a size of 0', run: () => adaptiveAvgPool2d(ones([1, 2, 2]), 0), error: /elements of output_size must be greater than 0, got 0/ },
      { name: 'a size for three dims', run: () => adaptiveAvgPool2d(ones([1, 2, 2]), [1, 1, 1]), error: /output_size must be 2, got 3/ },
    ],
  },
  {
    op: gatherOp,
    samples: [
      { name: 'adaptiveMaxPool1d', inputs: [{ shape: [2, 1, 5], distinct: true }], run: (x) => adaptiveMaxPool1d(x, 3),
        reference: pooled([adaptive(5, 3)], greatest) },
      { name: 'adaptiveMaxPool2d', inputs: [{ shape: [1, 2, 4, 5], distinct: true }], run: (x) => adaptiveMaxPool2d(x, [3, 2]),
        reference: pooled([adaptive(4, 3), adaptive(5, 2)], greatest) },
      { name: 'adaptiveMaxPool3d', inputs: [{ shape: [1, 2, 3, 4], distinct: true }], run: (x) => adaptiveMaxPool3d(x, [null, 2, 1]),
        reference: pooled([adaptive(2, 2), adaptive(3, 2), adaptive(4, 1)], greatest) },
      { name: 'adaptiveMaxPool2d, its indices', inputs: [{ shape: [1, 2, 3], values: [1, 5, 5, 5, 2, 0] }], ownDtype: true,
        run: (x) => adaptiveMaxPool2d(x, [1, 2], { returnIndices: true }).indices, reference: () => ({ shape: [1, 1, 2], data: [1, 1] }) },
    ],
  },
  {
    op: scatterOp,
    samples: [
      { name: 'maxUnpool1d', inputs: [{ shape: [1, 2] }], run: (x) => maxUnpool1d(x, tensor([[1, 2]], { dtype: 'int32' }), 2),
        reference: (x) => ({ shape: [1, 4], data: [0, x.data[0], x.data[1], 0] }) },
      { name: 'maxUnpool2d', inputs: [{ shape: [1, 1, 1, 2] }],
        run: (x) => maxUnpool2d(x, tensor([[[[6, 3]]]], { dtype: 'int32' }), 2, { outputSize: [2, 5] }),
        reference: (x) => ({ shape: [1, 1, 2, 5], data: [0, 0, 0, x.data[1], 0, 0, x.data[0], 0, 0, 0] }) },
      { name: 'maxUnpool3d after maxPool3d', inputs: [{ shape: [1, 2, 2, 4], distinct: true }],
        run: (x) => {
          const { values, indices } = maxPool3d(x, 2, { returnIndices: true });
          return add(maxUnpool3d(values, indices, 2), x);
        } },
    ],
    rejects: [
      { name: 'indices of another shape', run: () => maxUnpool1d(ones([1, 2]), tensor([[1]], { dtype: 'int32' }), 2),
        error: /maxUnpool1d: Expected shape of indices to be: \[1, 2\] but got: \[1, 1\]/ },
      { name: 'a position outside', run: () => maxUnpool1d(ones([1, 2]), tensor([[1, 4]], { dtype: 'int32' }), 2), error: /index 4 is out of bounds/ },
      { name: 'a size too far away', run: () => maxUnpool1d(ones([1, 2]), tensor([[1, 2]], { dtype: 'int32' }), 2, { outputSize: [6] }),
        error: /invalid output_size "\[6\]" \(dim 0 must be between 2 and 6\)/ },
    ],
  },
]; // prettier-ignore
