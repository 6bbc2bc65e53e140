import { apply } from '../tape/record.ts';
import { crossEntropyGradOp, crossEntropyOp, crossEntropyRows } from './crossEntropyRows.ts';
import type { InputSpec, OpCases, Plain } from './op.cases.ts';

const { exp, log } = Math;

const target = (shape: readonly number[], values: readonly number[]): InputSpec => ({
  shape,
  values,
  dtype: 'int32',
});

function losses(x: Plain, t: Plain): Plain {
  const classes = x.shape[x.shape.length - 1];
  const data = t.data.map((c, r) => {
    if (c < 0) return 0;
    const line = x.data.slice(r * classes, (r + 1) * classes);
    return log(line.reduce((total, v) => total + exp(v - line[c]), 0));
  });
  return { shape: t.shape, data };
}

export const cases: OpCases[] = [
  {
    op: crossEntropyOp,
    samples: [
      { inputs: [{ shape: [3, 4] }, target([3], [2, 0, 3])], run: crossEntropyRows, reference: losses },
      {
        name: 'no target',
        inputs: [{ shape: [3, 4] }, target([3], [2, -1, 3])],
        run: crossEntropyRows,
        reference: losses,
      },
      {
        name: 'one sample',
        inputs: [{ shape: [5] }, target([], [4])],
        run: crossEntropyRows,
        reference: losses,
      },
      {
        name: 'great values',
        inputs: [{ shape: [2, 3], values: [1000, 1001, -1000, 3, 1e4, 1] }, target([2], [0, 1])],
        run: crossEntropyRows,
        reference: losses,
      },
    ],
  },
  {
    op: crossEntropyGradOp,
    samples: [
      {
        inputs: [{ shape: [3] }, { shape: [3, 4] }, target([3], [2, -1, 3])],
        run: (g, x, t) => apply(crossEntropyGradOp, [g, x, t]),
      },
      {
        name: 'one sample',
        inputs: [{ shape: [] }, { shape: [5] }, target([], [0])],
        run: (g, x, t) => apply(crossEntropyGradOp, [g, x, t]),
      },
    ],
  },
];
