import { ones, tensor } from '../creation.ts';
import { scatterAddOp } from './gather.ts';
import { elementAt, positions, type InputSpec, type OpCases, type Plain, type Sample } from './op.cases.ts';
import { scatterReduce, scatterReduceOp, type ScatterReduction } from './scatterReduce.ts';

const ints = (shape: readonly number[], ...values: number[]): InputSpec => ({
  shape,
  values,
  dtype: 'int32',
});
const spread = (...shape: number[]): InputSpec => ({ shape, distinct: true, avoid: [0] });

const COMBINED: Record<ScatterReduction, (line: number[]) => number> = {
  sum: (line) => line.reduce((a, b) => a + b, 0),
  mean: (line) => line.reduce((a, b) => a + b, 0) / line.length,
  prod: (line) => line.reduce((a, b) => a * b, 1),
  amax: (line) => Math.max(...line),
  amin: (line) => Math.min(...line),
};

const combined =
  (dim: number, reduce: ScatterReduction, includeSelf: boolean) =>
  (x: Plain, index: Plain, src: Plain): Plain => ({
    shape: x.shape,
    data: positions(x.shape).map((p) => {
      const arriving = positions(index.shape)
        .filter((q) => String(q.map((n, d) => (d === dim ? elementAt(index, q) : n))) === String(p))
        .map((q) => elementAt(src, q));
      if (arriving.length === 0) return elementAt(x, p);
      return COMBINED[reduce](includeSelf ? [elementAt(x, p), ...arriving] : arriving);
    }),
  });

const samples = (reduce: ScatterReduction): Sample[] =>
  [true, false].flatMap((includeSelf): Sample[] => [
    {
      name: `${reduce}, includeSelf ${includeSelf}`,
      inputs: [spread(3, 2), ints([4, 2], 0, 1, 0, 0, 2, 1, 0, 1), spread(4, 3)],
      run: (x, i, src) => scatterReduce(x, 0, i, src, reduce, { includeSelf }),
      reference: combined(0, reduce, includeSelf),
    },
    {
      name: `${reduce} along dim -1, includeSelf ${includeSelf}`,
      inputs: [spread(2, 3), ints([2, 2], 0, 0, 2, 1), spread(2, 2)],
      run: (x, i, src) => scatterReduce(x, -1, i, src, reduce, { includeSelf }),
      reference: combined(1, reduce, includeSelf),
    },
    {
      name: `${reduce} of nothing, includeSelf ${includeSelf}`,
      inputs: [spread(2), ints([0]), spread(0)],
      run: (x, i, src) => scatterReduce(x, 0, i, src, reduce, { includeSelf }),
      reference: combined(0, reduce, includeSelf),
    },
  ]);

const index = tensor([0, 0], { dtype: 'int32' });

export const cases: OpCases[] = [
  { op: scatterAddOp, samples: [...samples('sum'), ...samples('mean')] },
  {
    op: scatterReduceOp,
    samples: [
      ...samples('prod'),
      ...samples('amax'),
      ...samples('amin'),
      {
        name: 'prod with zeros',
        inputs: [{ shape: [3], values: [0, 2, 3] }, ints([4], 0, 1, 2, 2), { shape: [4], values: [5, 0, 0, 0] }],
        run: (x, i, src) => scatterReduce(x, 0, i, src, 'prod'),
        noGradientCheck: 'zeros',
        subgradients: [[5, 0, 0], null, [0, 2, 0, 0]],
      },
      {
        name: 'amax at ties',
        inputs: [{ shape: [2], values: [1, 2] }, ints([3], 0, 0, 1), { shape: [3], values: [1, 1, 0] }],
        run: (x, i, src) => scatterReduce(x, 0, i, src, 'amax'),
        noGradientCheck: 'ties',
        subgradients: [[1 / 3, 1], null, [1 / 3, 1 / 3, 0]],
      },
    ],
    rejects: [
      { name: 'another reduction', run: () => scatterReduce(ones([2]), 0, index, ones([2]), 'max' as never), error: /scatterReduce: reduce argument must be either sum, prod, mean, amax or amin, got max/ },
      { name: 'another dtype', run: () => scatterReduce(ones([2]), 0, index, index, 'sum'), error: /Expected self.dtype to be equal to src.dtype/ },
      { name: 'a src that is too small', run: () => scatterReduce(ones([2]), 0, index, ones([1]), 'prod'), error: /scatterReduce: Expected index \[2\] to be smaller than src \[1\]/ },
      { name: 'an index out of bounds', run: () => scatterReduce(ones([2]), 0, tensor([2], { dtype: 'int32' }), ones([1]), 'amin'), error: /scatterReduce: index 2 is out of bounds/ },
    ],
  },
]; // prettier-ignore
