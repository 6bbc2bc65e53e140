import { ones, tensor, zeros } from '../creation.ts';
import { gather, gatherOp, scatter, scatterAdd, scatterAddOp, scatterOp, takeAlongDim } from './gather.ts';
import { elementAt, positions, type InputSpec, type OpCases, type Plain } from './op.cases.ts';

const any = (...shape: number[]): InputSpec => ({ shape });
const ints = (shape: readonly number[], ...values: number[]): InputSpec => ({
  shape,
  values,
  dtype: 'int32',
});
const int = (...values: number[]): ReturnType<typeof tensor> => tensor(values, { dtype: 'int32' });

const moved = (p: readonly number[], dim: number, to: number): number[] =>
  p.map((n, d) => (d === dim ? to : n));

const gathered =
  (dim: number) =>
  (x: Plain, index: Plain): Plain => ({
    shape: index.shape,
    data: positions(index.shape).map((p) => elementAt(x, moved(p, dim, elementAt(index, p)))),
  });

/** What each position of x becomes, from its element and those of src that point to it, in order. */
const scattered =
  (dim: number, combine: (own: number, arriving: number[]) => number) =>
  (x: Plain, index: Plain, src: Plain): Plain => ({
    shape: x.shape,
    data: positions(x.shape).map((p) => {
      const sources = positions(index.shape).filter(
        (q) => String(moved(q, dim, elementAt(index, q))) === String(p),
      );
      return combine(
        elementAt(x, p),
        sources.map((q) => elementAt(src, q)),
      );
    }),
  });

const sum = (own: number, arriving: number[]): number => arriving.reduce((a, b) => a + b, own);
const last = (own: number, arriving: number[]): number => arriving.at(-1) ?? own;

export const cases: OpCases[] = [
  {
    op: gatherOp,
    samples: [
      {
        inputs: [any(3, 2), ints([2, 2], 0, 2, 2, 0)],
        run: (x, i) => gather(x, 0, i),
        reference: gathered(0),
      },
      {
        name: 'repeated indices, fewer rows',
        inputs: [any(3, 3), ints([2, 4], 0, 0, 1, 2, 2, 2, 2, 1)],
        run: (x, i) => gather(x, -1, i),
        reference: gathered(1),
      },
      { inputs: [any(3), ints([0])], run: (x, i) => gather(x, 0, i), reference: gathered(0) },
      {
        inputs: [any(), ints([2], 0, 0)],
        run: (x, i) => gather(x, 0, i),
        reference: (x) => ({ shape: [2], data: [x.data[0], x.data[0]] }),
      },
      {
        inputs: [any(3), ints([], 2)],
        run: (x, i) => gather(x, 0, i),
        reference: (x) => ({ shape: [], data: [x.data[2]] }),
      },
      {
        inputs: [any(2, 3), ints([2, 1], 2, 0)],
        run: (x, i) => takeAlongDim(x, i, 1),
        reference: gathered(1),
      },
      {
        inputs: [any(1, 3), ints([2, 1], 2, 0)],
        run: (x, i) => takeAlongDim(x, i, { dim: 1 }),
        reference: (x) => ({ shape: [2, 1], data: [x.data[2], x.data[0]] }),
      },
      {
        inputs: [any(2, 2), ints([2], 3, 0)],
        run: (x, i) => takeAlongDim(x, i),
        reference: (x) => ({ shape: [2], data: [x.data[3], x.data[0]] }),
      },
    ],
    rejects: [
      {
        name: 'an index of another dtype',
        run: () => gather(ones([3]), 0, ones([1], { dtype: 'uint8' })),
        error: /gather: indexing with dtype uint8 is ambiguous/,
      },
      {
        name: 'an index out of bounds',
        run: () => gather(ones([3]), 0, int(5)),
        error: /gather: index 5 is out of bounds for dimension 0 with size 3/,
      },
      {
        name: 'a negative index',
        run: () => gather(ones([3]), 0, int(-1)),
        error: /gather: index -1 is out of bounds for dimension 0 with size 3/,
      },
      {
        name: 'a float index',
        run: () => gather(ones([3]), 0, tensor([1])),
        error: /gather: tensors used as indices must be int32, got float32/,
      },
      {
        name: 'a uint8 index',
        run: () => gather(ones([3]), 0, tensor([1], { dtype: 'uint8' })),
        error: /gather: indexing with dtype uint8 is ambiguous/,
      },
      {
        name: 'an index larger than x',
        run: () => gather(ones([2, 2]), 0, zeros([1, 3], { dtype: 'int32' })),
        error: /gather: Size does not match at dimension 1: expected/,
      },
      {
        name: 'an index of other dims',
        run: () => gather(ones([2, 2]), 0, int(0)),
        error: /gather: Index tensor must have the same number of dimensions as input tensor/,
      },
    ],
  },
  {
    op: scatterAddOp,
    samples: [
      {
        inputs: [any(3, 2), ints([2, 2], 0, 2, 0, 1), any(2, 2)],
        run: (x, i, src) => scatterAdd(x, 0, i, src),
        reference: scattered(0, sum),
      },
      {
        name: 'a src larger than the index',
        inputs: [any(2, 3), ints([1, 4], 1, 1, 2, 1), any(2, 5)],
        run: (x, i, src) => scatterAdd(x, 1, i, src),
        reference: scattered(1, sum),
      },
      {
        inputs: [any(), ints([], 0), any()],
        run: (x, i, src) => scatterAdd(x, 0, i, src),
        reference: (x, _, src) => ({ shape: [], data: [x.data[0] + src.data[0]] }),
      },
      {
        inputs: [any(2), ints([0]), any(0)],
        run: (x, i, src) => scatterAdd(x, 0, i, src),
        reference: (x) => x,
      },
    ],
    rejects: [
      {
        name: 'a src smaller than the index',
        run: () => scatterAdd(ones([3]), 0, int(0, 1), ones([1])),
        error: /scatterAdd: Expected index \[2\] to be smaller than src \[1\]/,
      },
      {
        name: 'a src of another dtype',
        run: () => scatterAdd(ones([3]), 0, int(0), int(1)),
        error: /scatterAdd: Expected self.dtype to be equal to src.dtype, got float32 and int32/,
      },
      {
        name: 'bool tensors',
        run: () => scatterAdd(tensor([true]), 0, int(0), tensor([true])),
        error: /scatterAdd: not supported for bool/,
      },
    ],
  },
  {
    op: scatterOp,
    samples: [
      {
        inputs: [any(3, 2), ints([2, 2], 0, 2, 2, 1), any(2, 2)],
        run: (x, i, src) => scatter(x, 0, i, src),
        reference: scattered(0, last),
      },
      {
        name: 'a number',
        inputs: [any(2, 3), ints([2, 2], 0, 0, 2, 1)],
        run: (x, i) => scatter(x, 1, i, 1.5),
        reference: (x, i) => scattered(1, (own, arriving) => (arriving.length > 0 ? 1.5 : own))(x, i, i),
      },
      {
        name: 'a repeated index: every one gets the gradient',
        inputs: [any(2), ints([2], 1, 1), any(2)],
        run: (x, i, src) => scatter(x, 0, i, src),
        reference: scattered(0, last),
        noGradientCheck: "PyTorch's gradient for repeated indices is not the derivative",
        gradientByDefinition: true,
        subgradients: [[1, 0], null, [1, 1]],
      },
    ],
    rejects: [
      {
        name: 'an index out of bounds',
        run: () => scatter(ones([2, 3]), 1, zeros([2, 1], { dtype: 'int32' }).add(3), 1),
        error: /scatter: index 3 is out of bounds for dimension 1 with size 3/,
      },
    ],
  },
];
