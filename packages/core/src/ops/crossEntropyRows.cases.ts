import { apply } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { crossEntropyGradOp, crossEntropyOp, crossEntropyRows } from './crossEntropyRows.ts';
import type { InputSpec, OpCases, Plain } from './op.cases.ts';

const { exp, floor, log } = Math;

const target = (shape: readonly number[], values: readonly number[]): InputSpec => ({
  shape,
  values,
  dtype: 'int32',
});

/** The losses of scores [N, C, …] or [C]. */
function losses(x: Plain, t: Plain): Plain {
  const dim = x.shape.length === 1 ? 0 : 1;
  const classes = x.shape[dim];
  const inner = x.shape.slice(dim + 1).reduce((a, b) => a * b, 1);
  const data = t.data.map((c, at) => {
    if (c < 0) return 0;
    const start = floor(at / inner) * classes * inner + (at % inner);
    const line = Array.from({ length: classes }, (_, s) => x.data[start + s * inner]);
    return log(line.reduce((total, v) => total + exp(v - line[c]), 0));
  });
  return { shape: t.shape, data };
}

const along = (dim: number) => (x: Tensor, t: Tensor): Tensor => crossEntropyRows(x, t, dim); // prettier-ignore
const gradientAlong = (dim: number) => (g: Tensor, x: Tensor, t: Tensor): Tensor =>
  apply(crossEntropyGradOp, [g, x, t], { dim }); // prettier-ignore

const pixels = target([2, 2, 2], [2, 0, -1, 1, 0, 0, 2, 1]);

export const cases: OpCases[] = [
  {
    op: crossEntropyOp,
    samples: [
      { inputs: [{ shape: [3, 4] }, target([3], [2, 0, 3])], run: along(1), reference: losses },
      {
        name: 'no target',
        inputs: [{ shape: [3, 4] }, target([3], [2, -1, 3])],
        run: along(1),
        reference: losses,
      },
      { name: 'one sample', inputs: [{ shape: [5] }, target([], [4])], run: along(0), reference: losses },
      { name: 'pixels', inputs: [{ shape: [2, 3, 2, 2] }, pixels], run: along(1), reference: losses },
      {
        name: 'great values',
        inputs: [{ shape: [2, 3], values: [1000, 1001, -1000, 3, 1e4, 1] }, target([2], [0, 1])],
        run: along(1),
        reference: losses,
      },
    ],
  },
  {
    op: crossEntropyGradOp,
    samples: [
      { inputs: [{ shape: [3] }, { shape: [3, 4] }, target([3], [2, -1, 3])], run: gradientAlong(1) },
      { name: 'one sample', inputs: [{ shape: [] }, { shape: [5] }, target([], [0])], run: gradientAlong(0) },
      {
        name: 'pixels',
        inputs: [{ shape: [2, 2, 2] }, { shape: [2, 3, 2, 2] }, pixels],
        run: gradientAlong(1),
      },
    ],
  },
];
