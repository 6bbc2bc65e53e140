import { ones, tensor } from '../creation.ts';
import {
  cat,
  catOp,
  chunk,
  dstack,
  hstack,
  split,
  stack,
  stackOp,
  tensorSplit,
  unbind,
  vstack,
} from './join.ts';
import {
  elementAt,
  movedReference,
  positions,
  type InputSpec,
  type OpCases,
  type Plain,
} from './op.cases.ts';
import { sliceOp, selectOp } from './slice.ts';

const any = (...shape: number[]): InputSpec => ({ shape });

/** Joined along a dim they all have, in plain numbers. */
const joined =
  (dim: number) =>
  (...parts: Plain[]): Plain => {
    const extent = parts.reduce((n, { shape }) => n + shape[dim], 0);
    const shape = parts[0].shape.map((n, d) => (d === dim ? extent : n));
    return {
      shape,
      data: positions(shape).map((p) => {
        let at = p[dim];
        const part = parts.find((x) => at < x.shape[dim] || ((at -= x.shape[dim]), false)) as Plain;
        return elementAt(
          part,
          p.map((n, d) => (d === dim ? at : n)),
        );
      }),
    };
  };

/** Each part in the shape given, then joined. */
const shapedThenJoined =
  (shape: readonly number[], dim: number) =>
  (...parts: Plain[]): Plain =>
    joined(dim)(...parts.map(({ data }) => ({ shape, data })));

export const cases: OpCases[] = [
  {
    op: catOp,
    samples: [
      { inputs: [any(2, 3), any(1, 3)], run: (a, b) => cat([a, b]), reference: joined(0) },
      {
        inputs: [any(2, 1), any(2, 2), any(2, 0)],
        run: (a, b, c) => cat([a, b, c], -1),
        reference: joined(1),
      },
      { inputs: [any(2, 2), any(2, 2)], run: (a, b) => cat([a, b], { dim: 1 }), reference: joined(1) },
      { inputs: [any(2)], run: (a) => cat([a]), reference: joined(0) },
      { inputs: [any(3), any(0)], run: (a, b) => cat([a, b]), reference: joined(0) },
      {
        name: 'an empty list among matrices',
        inputs: [any(0), any(2, 2)],
        run: (a, b) => cat([a, b], 1),
        reference: (_, b) => b,
      },
      { inputs: [any(0), any(0)], run: (a, b) => cat([a, b]), reference: joined(0) },
      { inputs: [any(2), any(3)], run: (a, b) => hstack([a, b]), reference: joined(0) },
      { inputs: [any(2, 2), any(2, 1)], run: (a, b) => hstack([a, b]), reference: joined(1) },
      { inputs: [any(), any()], run: (a, b) => hstack([a, b]), reference: shapedThenJoined([1], 0) },
      { inputs: [any(2), any(2)], run: (a, b) => vstack([a, b]), reference: shapedThenJoined([1, 2], 0) },
      { inputs: [any(2), any(2)], run: (a, b) => dstack([a, b]), reference: shapedThenJoined([1, 2, 1], 2) },
      {
        inputs: [any(2, 2), any(2, 2)],
        run: (a, b) => dstack([a, b]),
        reference: shapedThenJoined([2, 2, 1], 2),
      },
    ],
    rejects: [
      { name: 'an empty list', run: () => cat([]), error: /cat: expected a non-empty list of Tensors/ },
      {
        name: 'a tensor alone',
        run: () => cat(ones([2]) as never),
        error: /cat: expected an array of Tensors/,
      },
      { name: 'numbers', run: () => cat([1, 2] as never), error: /cat: expected a Tensor, got number/ },
      {
        name: '0-d tensors',
        run: () => cat([tensor(1)]),
        error: /cat: zero-dimensional tensor \(at position 0\) cannot be concatenated/,
      },
      {
        name: 'other extents',
        run: () => cat([ones([2, 3]), ones([2, 2])]),
        error: /cat: Sizes of tensors must match except in dimension 0: \[2, 3\] and \[2, 2\] at position 1/,
      },
      {
        name: 'another number of dims',
        run: () => cat([ones([2, 3]), ones([2])]),
        error: /cat: Tensors must have same number of dimensions: got 2 and 1/,
      },
    ],
  },
  {
    op: stackOp,
    samples: [
      {
        inputs: [any(2, 3), any(2, 3)],
        run: (a, b) => stack([a, b]),
        reference: shapedThenJoined([1, 2, 3], 0),
      },
      {
        inputs: [any(2, 3), any(2, 3)],
        run: (a, b) => stack([a, b], 1),
        reference: shapedThenJoined([2, 1, 3], 1),
      },
      {
        inputs: [any(2), any(2)],
        run: (a, b) => stack([a, b], { dim: -1 }),
        reference: shapedThenJoined([2, 1], 1),
      },
      {
        inputs: [any(), any(), any()],
        run: (a, b, c) => stack([a, b, c]),
        reference: shapedThenJoined([1], 0),
      },
      { inputs: [any(0), any(0)], run: (a, b) => stack([a, b]), reference: shapedThenJoined([1, 0], 0) },
    ],
    rejects: [
      {
        name: 'shapes that differ',
        run: () => stack([ones([2]), ones([3])]),
        error:
          /stack: stack expects each tensor to be equal size, but got \[2\] at entry 0 and \[3\] at entry 1/,
      },
      {
        name: 'a dim that is not there',
        run: () => stack([ones([2])], 2),
        error: /stack: Dimension out of range/,
      },
    ],
  },
  {
    op: sliceOp,
    samples: [
      { inputs: [any(5)], run: (x) => split(x, 2)[2], reference: movedReference([1], () => [4]) },
      {
        inputs: [any(2, 5)],
        run: (x) => split(x, [1, 4], -1)[1],
        reference: movedReference([2, 4], ([i, j]) => [i, j + 1]),
      },
      { inputs: [any(5)], run: (x) => chunk(x, 4)[1], reference: movedReference([2], ([i]) => [i + 2]) },
      { inputs: [any(0)], run: (x) => chunk(x, 2)[1], reference: movedReference([0], () => null) },
      {
        name: 'at indices in a tensor',
        inputs: [any(5)],
        run: (x) => tensorSplit(x, tensor([1, 3], { dtype: 'int32' }))[1],
        reference: movedReference([2], ([i]) => [i + 1]),
      },
      { inputs: [any(5)], run: (x) => tensorSplit(x, 3)[2], reference: movedReference([1], () => [4]) },
      {
        inputs: [any(5)],
        run: (x) => tensorSplit(x, [1, -1])[1],
        reference: movedReference([3], ([i]) => [i + 1]),
      },
    ],
    rejects: [
      {
        name: 'sizes that do not add up',
        run: () => split(ones([3]), [1, 1]),
        error: /split_with_sizes expects split_sizes to sum exactly to 3/,
      },
      {
        name: 'pieces of size 0',
        run: () => split(ones([3]), 0),
        error: /split: split expects split_size be positive/,
      },
      {
        name: 'no chunks',
        run: () => chunk(ones([3]), 0),
        error: /chunk expects chunks to be greater than 0, got: 0/,
      },
      {
        name: 'no sections',
        run: () => tensorSplit(ones([3]), 0),
        error: /tensorSplit: number of sections must be larger than 0, got 0/,
      },
      {
        name: 'indices that are no integers',
        run: () => tensorSplit(ones([3]), [0.5]),
        error: /tensorSplit: expected a number of sections or a list of indices, got 0.5/,
      },
      {
        name: 'indices in a floating tensor',
        run: () => tensorSplit(ones([3]), ones([1])),
        error: /tensorSplit: expected the sections or indices as .* int32 tensor, but got float32 \[1\]/,
      },
      {
        name: 'a 0-d tensor',
        run: () => split(tensor(1), 1),
        error: /split: expects at least a 1-dimensional tensor/,
      },
    ],
  },
  {
    op: selectOp,
    samples: [
      { inputs: [any(2, 3)], run: (x) => unbind(x, 1)[2], reference: movedReference([2], ([i]) => [i, 2]) },
      { inputs: [any(2)], run: (x) => unbind(x)[1], reference: movedReference([], () => [1]) },
    ],
  },
];
