import { ones, tensor } from '../creation.ts';
import { index, indexPut, maskedScatter, maskedSelect, put, take } from './indexing.ts';
import { indexAddOp, indexCopyOp, indexSelectOp } from './indexSelect.ts';
import { movedReference, type InputSpec, type OpCases } from './op.cases.ts';
import { slice } from './slice.ts';

const any = (...shape: number[]): InputSpec => ({ shape });
const ints = (shape: readonly number[], ...values: number[]): InputSpec => ({
  shape,
  values,
  dtype: 'int32',
});
const mask = (shape: readonly number[], ...values: number[]): InputSpec => ({ shape, values, dtype: 'bool' });
const int = (...values: number[]): ReturnType<typeof tensor> => tensor(values, { dtype: 'int32' });

export const cases: OpCases[] = [
  {
    op: indexSelectOp,
    samples: [
      {
        name: 'integers, ranges, a new dim',
        inputs: [any(2, 5, 3)],
        run: (x) => index(x, [-1, slice(1, null, 2), null]),
        reference: movedReference([2, 1, 3], ([i, , k]) => [1, 1 + 2 * i, k]),
      },
      {
        name: 'an ellipsis',
        inputs: [any(2, 3, 4)],
        run: (x) => index(x, ['...', slice(null, -2), 1]),
        reference: movedReference([2, 1], ([i, j]) => [i, j, 1]),
      },
      {
        name: 'one range',
        inputs: [any(4)],
        run: (x) => index(x, slice(2)),
        reference: movedReference([2], ([i]) => [i + 2]),
      },
      {
        name: 'an index tensor with negative indices',
        inputs: [any(3, 2), ints([2, 2], 0, -1, 2, -3)],
        run: (x, i) => index(x, [i]),
        reference: movedReference([2, 2, 2], ([a, b, j]) => [[0, 2, 2, 0][2 * a + b], j]),
      },
      {
        name: 'an array of integers in the middle',
        inputs: [any(2, 3, 2)],
        run: (x) => index(x, [slice(), [2, 0]]),
        reference: movedReference([2, 2, 2], ([i, j, k]) => [i, [2, 0][j], k]),
      },
      {
        name: 'neighbouring index tensors broadcast in place',
        inputs: [any(2, 3, 4), ints([2, 1], 0, 2), ints([3], 3, 0, 1)],
        run: (x, i, j) => index(x, [slice(), i, j]),
        reference: movedReference([2, 2, 3], ([b, r, c]) => [b, [0, 2][r], [3, 0, 1][c]]),
      },
      {
        name: 'separated index tensors go in front',
        inputs: [any(2, 3, 4), ints([3], 0, 1, 1), ints([3], 3, 0, 1)],
        run: (x, i, j) => index(x, [i, slice(), j]),
        reference: movedReference([3, 3], ([r, j]) => [[0, 1, 1][r], j, [3, 0, 1][r]]),
      },
      {
        name: 'a new dim separates',
        inputs: [any(2, 3, 4)],
        run: (x) => index(x, [slice(), [0, 1], null, [2, 3]]),
        reference: movedReference([2, 2, 1], ([r, b]) => [b, r, r + 2]),
      },
      {
        name: 'an integer does not separate',
        inputs: [any(2, 3, 4)],
        run: (x) => index(x, [slice(), 0, [2, 3]]),
        reference: movedReference([2, 2], ([b, r]) => [b, 0, r + 2]),
      },
      {
        name: 'a 0-d index tensor is an integer',
        inputs: [any(2, 3), ints([], 1)],
        run: (x, i) => index(x, [i]),
        reference: movedReference([3], ([j]) => [1, j]),
      },
      {
        name: 'a mask over one dim',
        inputs: [any(2, 4), mask([4], 1, 0, 1, 1)],
        run: (x, m) => index(x, ['...', m]),
        reference: movedReference([2, 3], ([i, j]) => [i, [0, 2, 3][j]]),
      },
      {
        name: 'a mask over two dims, then a range',
        inputs: [any(2, 2, 3), mask([2, 2], 0, 1, 1, 0)],
        run: (x, m) => index(x, [m, slice(1)]),
        reference: movedReference([2, 2], ([r, k]) => [r, 1 - r, k + 1]),
      },
      {
        name: 'a mask beside an index tensor',
        inputs: [any(3, 4), mask([3], 1, 0, 1)],
        run: (x, m) => index(x, [m, [3, 0]]),
        reference: movedReference([2], ([r]) => [[0, 2][r], [3, 0][r]]),
      },
      {
        name: 'a mask that is false everywhere',
        inputs: [any(3, 2), mask([3], 0, 0, 0)],
        run: (x, m) => index(x, [m]),
        reference: movedReference([0, 2], () => null),
      },
      {
        name: 'true',
        inputs: [any(2)],
        run: (x) => index(x, [true]),
        reference: movedReference([1, 2], ([, j]) => [j]),
      },
      {
        name: 'false',
        inputs: [any(2)],
        run: (x) => index(x, [false]),
        reference: movedReference([0, 2], () => null),
      },
      {
        name: 'nothing',
        inputs: [any()],
        run: (x) => index(x, ['...', null]),
        reference: movedReference([1], () => []),
      },
      {
        name: 'take',
        inputs: [any(2, 3), ints([2, 1], 4, -1)],
        run: (x, i) => take(x, i),
        reference: (x) => ({ shape: [2, 1], data: [x.data[4], x.data[5]] }),
      },
      {
        name: 'maskedSelect',
        inputs: [any(2, 2), mask([2], 0, 1)],
        run: (x, m) => maskedSelect(x, m),
        reference: (x) => ({ shape: [2], data: [x.data[1], x.data[3]] }),
      },
      {
        name: 'maskedSelect that broadcasts x',
        inputs: [any(2), mask([2, 1], 1, 1)],
        run: (x, m) => maskedSelect(x, m),
        reference: (x) => ({ shape: [4], data: [...x.data, ...x.data] }),
      },
    ],
    rejects: [
      {
        name: 'an integer out of bounds',
        run: () => index(ones([3]), [5]),
        error: /index: index 5 is out of bounds for dimension 0 with size 3/,
      },
      {
        name: 'an index tensor out of bounds',
        run: () => index(ones([2, 3]), [slice(), int(0, -4)]),
        error: /index: index -4 is out of bounds for dimension 1 with size 3/,
      },
      {
        name: 'too many indices',
        run: () => index(ones([3]), [0, 0]),
        error: /index: too many indices for tensor of dimension 1/,
      },
      {
        name: 'index tensors that do not broadcast',
        run: () => index(ones([3, 3]), [int(0, 1), int(0, 1, 2)]),
        error:
          /index: shape mismatch: indexing tensors could not be broadcast together with shapes \[2\], \[3\]/,
      },
      {
        name: 'a mask that does not fit',
        run: () => index(ones([3, 4]), [tensor([true, false])]),
        error:
          /The shape of the mask \[2\] at index 0 does not match the shape of the indexed tensor \[3, 4\] at index 0/,
      },
      {
        name: 'a float index tensor',
        run: () => index(ones([3]), [tensor([0])]),
        error: /index: tensors used as indices must be int32, got float32/,
      },
      {
        name: 'a uint8 mask',
        run: () => index(ones([3]), [tensor([0, 1, 1], { dtype: 'uint8' })]),
        error: /index: indexing with dtype uint8 is ambiguous: use .to\('bool'\) for a mask/,
      },
      {
        name: 'two ellipses',
        run: () => index(ones([3]), ['...', '...']),
        error: /can only have a single ellipsis/,
      },
      {
        name: 'a fraction',
        run: () => index(ones([3]), [0.5]),
        error: /only integers, ranges, '...', null and tensors/,
      },
      {
        name: 'a word',
        run: () => index(ones([3]), JSON.parse('[":"]') as []),
        error: /only integers, ranges, .* got :/,
      },
      {
        name: 'a step of 0',
        run: () => index(ones([3]), [slice(0, 1, 0)]),
        error: /slice step must be positive/,
      },
      {
        name: 'a position that take does not find',
        run: () => take(ones([3]), int(3)),
        error: /take: index 3 is out of/,
      },
      {
        name: 'maskedSelect by numbers',
        run: () => maskedSelect(ones([2]), int(0, 1)),
        error: /maskedSelect: expected BoolTensor for mask, got int32/,
      },
    ],
  },
  {
    op: indexCopyOp,
    samples: [
      {
        name: 'indexPut into a range',
        inputs: [any(3, 2), any(2)],
        run: (x, v) => indexPut(x, [slice(1)], v),
        reference: (x, v) => ({ shape: [3, 2], data: [x.data[0], x.data[1], ...v.data, ...v.data] }),
      },
      {
        name: 'indexPut a number under a mask',
        inputs: [any(2, 2), mask([2, 2], 0, 1, 1, 0)],
        run: (x, m) => indexPut(x, [m], 5),
        reference: (x) => ({ shape: [2, 2], data: [x.data[0], 5, 5, x.data[3]] }),
      },
      {
        name: 'indexPut at index tensors',
        inputs: [any(2, 3), ints([2], 1, 0), ints([2], -1, 0), any(2)],
        run: (x, i, j, v) => indexPut(x, [i, j], v),
        reference: (x, _i, _j, v) => ({
          shape: [2, 3],
          data: [v.data[1], ...x.data.slice(1, 5), v.data[0]],
        }),
      },
      {
        name: 'put',
        inputs: [any(2, 2), ints([2], -1, 0), any(1, 2)],
        run: (x, i, v) => put(x, i, v),
        reference: (x, _, v) => ({ shape: [2, 2], data: [v.data[1], x.data[1], x.data[2], v.data[0]] }),
      },
      {
        name: 'maskedScatter',
        inputs: [any(2, 2), mask([2], 0, 1), any(3)],
        run: (x, m, source) => maskedScatter(x, m, source),
        reference: (x, _, s) => ({ shape: [2, 2], data: [x.data[0], s.data[0], x.data[2], s.data[1]] }),
      },
    ],
    rejects: [
      {
        name: 'values that do not broadcast',
        run: () => indexPut(ones([2, 4]), [int(0, 1)], ones([3])),
        error:
          /indexPut: shape mismatch: value tensor of shape \[3\] cannot be broadcast to indexing result of shape \[2, 4\]/,
      },
      {
        name: 'a source with too few elements',
        run: () => maskedScatter(ones([2]), tensor([true, true]), ones([1])),
        error: /Number of elements of source < number of ones in mask/,
      },
    ],
  },
  {
    op: indexAddOp,
    samples: [
      {
        name: 'indexPut that accumulates',
        inputs: [any(3), ints([3], 1, 1, -1), any(3)],
        run: (x, i, v) => indexPut(x, [i], v, { accumulate: true }),
        reference: (x, _, v) => ({
          shape: [3],
          data: [x.data[0], x.data[1] + v.data[0] + v.data[1], x.data[2] + v.data[2]],
        }),
      },
      {
        name: 'put that accumulates',
        inputs: [any(2), ints([2], 1, 1), any(2)],
        run: (x, i, v) => put(x, i, v, { accumulate: true }),
        reference: (x, _, v) => ({ shape: [2], data: [x.data[0], x.data[1] + v.data[0] + v.data[1]] }),
      },
    ],
  },
];
