import { ones, tensor } from '../creation.ts';
import {
  elementAt,
  movedReference,
  positions,
  type InputSpec,
  type OpCases,
  type Plain,
} from './op.cases.ts';
import {
  narrow,
  select,
  selectOp,
  selectScatter,
  selectScatterOp,
  slice,
  sliceOp,
  sliceScatter,
  sliceScatterOp,
} from './slice.ts';

const any = (...shape: number[]): InputSpec => ({ shape });

/** The first input with the second's elements where `inside` gives a position there. */
const patched =
  (inside: (position: readonly number[]) => readonly number[] | null) =>
  (x: Plain, src: Plain): Plain => ({
    shape: x.shape,
    data: positions(x.shape).map((p) => {
      const at = inside(p);
      return at === null ? elementAt(x, p) : elementAt(src, at);
    }),
  });

export const cases: OpCases[] = [
  {
    op: sliceOp,
    samples: [
      {
        inputs: [any(5, 2)],
        run: (x) => slice(x, 0, 1, 4),
        reference: movedReference([3, 2], ([i, j]) => [i + 1, j]),
      },
      {
        inputs: [any(2, 5)],
        run: (x) => slice(x, -1, 0, null, 2),
        reference: movedReference([2, 3], ([i, j]) => [i, 2 * j]),
      },
      {
        inputs: [any(5)],
        run: (x) => slice(x, 0, -4, -1, 2),
        reference: movedReference([2], ([i]) => [1 + 2 * i]),
      },
      { inputs: [any(5)], run: (x) => slice(x, 0, -9, 9), reference: movedReference([5], ([i]) => [i]) },
      { inputs: [any(5)], run: (x) => slice(x, 0, 3, 1), reference: movedReference([0], () => null) },
      { inputs: [any(0, 2)], run: (x) => slice(x, 0, 0, 1), reference: movedReference([0, 2], () => null) },
      { inputs: [any(3, 2)], run: (x) => slice(x), reference: movedReference([3, 2], (p) => p) },
      {
        inputs: [any(2, 4)],
        run: (x) => narrow(x, 1, 1, 2),
        reference: movedReference([2, 2], ([i, j]) => [i, j + 1]),
      },
      {
        inputs: [any(4)],
        run: (x) => narrow(x, -1, -2, 2),
        reference: movedReference([2], ([i]) => [i + 2]),
      },
      {
        name: 'from a start in a tensor',
        inputs: [any(4)],
        run: (x) => narrow(x, 0, tensor(1, { dtype: 'int32' }), 2),
        reference: movedReference([2], ([i]) => [i + 1]),
      },
      { inputs: [any(4)], run: (x) => narrow(x, 0, 4, 0), reference: movedReference([0], () => null) },
    ],
    rejects: [
      {
        name: 'a step of 0',
        run: () => slice(ones([3]), 0, 0, 3, 0),
        error: /slice: slice step must be positive, got 0/,
      },
      {
        name: 'a negative step',
        run: () => slice(ones([3]), 0, 2, 0, -1),
        error: /slice step must be positive/,
      },
      {
        name: 'a fractional bound',
        run: () => slice(ones([3]), 0, 0.5),
        error: /slice bounds must be integers/,
      },
      {
        name: 'a 0-d tensor',
        run: () => slice(tensor(1)),
        error: /slice: cannot be applied to a 0-dim tensor/,
      },
      {
        name: 'more than there is',
        run: () => narrow(ones([3]), 0, 2, 2),
        error: /narrow: start \(2\) \+ length \(2\) exceeds dimension size \(3\)/,
      },
      {
        name: 'a negative length',
        run: () => narrow(ones([3]), 0, 1, -1),
        error: /length must be non-negative/,
      },
      {
        name: 'a start in a floating tensor',
        run: () => narrow(ones([3]), 0, ones([]), 1),
        error: /narrow: start must be a 0-dim int32 tensor, got float32/,
      },
      {
        name: 'a start that is not there',
        run: () => narrow(ones([3]), 0, 4, 0),
        error: /start out of range/,
      },
    ],
  },
  {
    op: sliceScatterOp,
    samples: [
      {
        inputs: [any(5, 2), any(2, 2)],
        run: (x, src) => sliceScatter(x, src, 0, 1, 4, 2),
        reference: patched(([i, j]) => (i === 1 || i === 3 ? [(i - 1) / 2, j] : null)),
      },
      {
        inputs: [any(2, 3), any(2, 1)],
        run: (x, src) => sliceScatter(x, src, 1, -1),
        reference: patched(([i, j]) => (j === 2 ? [i, 0] : null)),
      },
      {
        inputs: [any(2, 3), any(2, 0)],
        run: (x, src) => sliceScatter(x, src, 1, 2, 1),
        reference: patched(() => null),
      },
    ],
    rejects: [
      {
        name: 'a src of another shape',
        run: () => sliceScatter(ones([3]), ones([3]), 0, 1),
        error:
          /sliceScatter: expected src to have a size equal to the slice of x. src size = \[3\], slice size = \[2\]/,
      },
    ],
  },
  {
    op: selectOp,
    samples: [
      { inputs: [any(3, 2)], run: (x) => select(x, 0, 1), reference: movedReference([2], ([j]) => [1, j]) },
      { inputs: [any(3, 2)], run: (x) => select(x, -1, -1), reference: movedReference([3], ([i]) => [i, 1]) },
      { inputs: [any(3)], run: (x) => select(x, 0, 2), reference: movedReference([], () => [2]) },
      { inputs: [any(2, 0)], run: (x) => select(x, 0, 1), reference: movedReference([0], () => null) },
    ],
    rejects: [
      {
        name: 'an index that is not there',
        run: () => select(ones([3]), 0, 5),
        error: /select: index 5 is out of bounds for dimension 0 with size 3/,
      },
      {
        name: 'a fractional index',
        run: () => select(ones([3]), 0, 0.5),
        error: /the index must be an integer/,
      },
      {
        name: 'a 0-d tensor',
        run: () => select(tensor(1), 0, 0),
        error: /select: cannot be applied to a 0-dim tensor/,
      },
    ],
  },
  {
    op: selectScatterOp,
    samples: [
      {
        inputs: [any(3, 2), any(2)],
        run: (x, src) => selectScatter(x, src, 0, -1),
        reference: patched(([i, j]) => (i === 2 ? [j] : null)),
      },
      {
        inputs: [any(3), any()],
        run: (x, src) => selectScatter(x, src, 0, 1),
        reference: patched(([i]) => (i === 1 ? [] : null)),
      },
    ],
    rejects: [
      {
        name: 'a src of another shape',
        run: () => selectScatter(ones([3, 2]), ones([3]), 0, 1),
        error: /selectScatter: expected src to have a size equal to the select of x/,
      },
    ],
  },
];
