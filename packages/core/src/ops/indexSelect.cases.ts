import { ones, tensor, zeros } from '../creation.ts';
import {
  indexAdd,
  indexAddOp,
  indexCopy,
  indexCopyOp,
  indexFill,
  indexSelect,
  indexSelectOp,
} from './indexSelect.ts';
import { elementAt, positions, type InputSpec, type OpCases, type Plain } from './op.cases.ts';

const any = (...shape: number[]): InputSpec => ({ shape });
const ints = (...values: number[]): InputSpec => ({ shape: [values.length], values, dtype: 'int32' });
const int = (...values: number[]): ReturnType<typeof tensor> => tensor(values, { dtype: 'int32' });

const moved = (p: readonly number[], dim: number, to: number): number[] =>
  p.map((n, d) => (d === dim ? to : n));

const picked =
  (dim: number) =>
  (x: Plain, index: Plain): Plain => {
    const shape = moved(x.shape, dim, index.data.length);
    return { shape, data: positions(shape).map((p) => elementAt(x, moved(p, dim, index.data[p[dim]]))) };
  };

/** What each position of x becomes, from its element and those of source that belong there, in order. */
const put =
  (dim: number, combine: (own: number, arriving: number[]) => number) =>
  (x: Plain, index: Plain, source: Plain): Plain => ({
    shape: x.shape,
    data: positions(x.shape).map((p) => {
      const rows = index.data.map((_, j) => j).filter((j) => index.data[j] === p[dim]);
      return combine(
        elementAt(x, p),
        rows.map((j) => elementAt(source, moved(p, dim, j))),
      );
    }),
  });

const sum = (own: number, arriving: number[]): number => arriving.reduce((a, b) => a + b, own);
const last = (own: number, arriving: number[]): number => arriving.at(-1) ?? own;

export const cases: OpCases[] = [
  {
    op: indexSelectOp,
    samples: [
      { inputs: [any(3, 2), ints(2, 0, 2)], run: (x, i) => indexSelect(x, 0, i), reference: picked(0) },
      { inputs: [any(2, 3, 2), ints(1)], run: (x, i) => indexSelect(x, -2, i), reference: picked(1) },
      { inputs: [any(2, 3), ints()], run: (x, i) => indexSelect(x, 1, i), reference: picked(1) },
      { inputs: [any(3, 0), ints(1, 1)], run: (x, i) => indexSelect(x, 0, i), reference: picked(0) },
      { inputs: [any(), ints(0)], run: (x, i) => indexSelect(x, 0, i), reference: (x) => x },
      {
        name: 'a 0-d index',
        inputs: [any(3), { shape: [], values: [1], dtype: 'int32' }],
        run: (x, i) => indexSelect(x, 0, i),
        reference: picked(0),
      },
    ],
    rejects: [
      {
        name: 'an index out of bounds',
        run: () => indexSelect(ones([3]), 0, int(0, 5)),
        error: /indexSelect: index 5 is out of bounds for dimension 0 with size 3/,
      },
      {
        name: 'a negative index',
        run: () => indexSelect(ones([3]), 0, int(-1)),
        error: /indexSelect: index -1 is out of bounds/,
      },
      {
        name: 'a matrix of indices',
        run: () => indexSelect(ones([3]), 0, zeros([1, 1], { dtype: 'int32' })),
        error: /indexSelect: Index is supposed to be a vector/,
      },
      {
        name: 'a float index',
        run: () => indexSelect(ones([3]), 0, tensor([1])),
        error: /indexSelect: tensors used as indices must be int32, got float32/,
      },
      {
        name: 'two elements of a number',
        run: () => indexSelect(tensor(1), 0, int(0, 0)),
        error: /indexSelect: Index to scalar can have only 1 value/,
      },
    ],
  },
  {
    op: indexAddOp,
    samples: [
      {
        inputs: [any(3, 2), ints(2, 0, 2), any(3, 2)],
        run: (x, i, source) => indexAdd(x, 0, i, source),
        reference: put(0, sum),
      },
      {
        inputs: [any(2, 3), ints(1, 1), any(2, 2)],
        run: (x, i, source) => indexAdd(x, -1, i, source, { alpha: -2 }),
        reference: put(1, (own, arriving) => arriving.reduce((a, b) => a - 2 * b, own)),
      },
      {
        inputs: [any(2), ints(), any(0)],
        run: (x, i, source) => indexAdd(x, 0, i, source),
        reference: (x) => x,
      },
    ],
    rejects: [
      {
        name: 'a source of another size',
        run: () => indexAdd(ones([3, 2]), 0, int(0, 1), ones([3, 2])),
        error: /indexAdd: .*Number of indices \(2\).*expected source \[2, 2\], got \[3, 2\]/,
      },
      {
        name: 'a source of another dtype',
        run: () => indexAdd(ones([3]), 0, int(0), int(0)),
        error: /indexAdd: self and source must have the same dtype, got float32 and int32/,
      },
    ],
  },
  {
    op: indexCopyOp,
    samples: [
      {
        inputs: [any(3, 2), ints(2, 0), any(2, 2)],
        run: (x, i, source) => indexCopy(x, 0, i, source),
        reference: put(0, last),
      },
      {
        inputs: [any(2, 3), ints(2)],
        run: (x, i) => indexFill(x, 1, i, 7),
        reference: (x) => ({ shape: x.shape, data: x.data.map((v, k) => (k % 3 === 2 ? 7 : v)) }),
      },
      {
        inputs: [any(3), ints(0, 2), any()],
        run: (x, i, value) => indexFill(x, 0, i, value),
        reference: (x, _, value) => ({ shape: [3], data: [value.data[0], x.data[1], value.data[0]] }),
      },
    ],
    rejects: [
      {
        name: 'a value with dims',
        run: () => indexFill(ones([3]), 0, int(0), ones([1])),
        error: /indexFill: only supports a 0-dimensional value tensor/,
      },
    ],
  },
];
