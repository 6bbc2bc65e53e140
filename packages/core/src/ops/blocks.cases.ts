import { ones, tensor } from '../creation.ts';
import { blockDiag, cartesianProd, combinations, hsplit } from './blocks.ts';
import { diagflat, trace } from './diagonal.ts';
import { rot90 } from './flip.ts';
import { indexSelectOp } from './indexSelect.ts';
import { catOp } from './join.ts';
import { movedReference, type InputSpec, type OpCases } from './op.cases.ts';
import { pad } from './pad.ts';
import { repeatInterleave } from './repeat.ts';

const any = (...shape: number[]): InputSpec => ({ shape });
const int = (...values: number[]): ReturnType<typeof tensor> => tensor(values, { dtype: 'int32' });

export const cases: OpCases[] = [
  {
    op: catOp,
    samples: [
      { name: 'blockDiag', inputs: [any(2, 1), any(2)], run: (a, b) => blockDiag([a, b]), reference: ({ data: [a, b] }, { data: [c, d] }) => ({ shape: [3, 3], data: [a, 0, 0, b, 0, 0, 0, c, d] }) },
      { name: 'cartesianProd', inputs: [any(2), any(1)], run: (a, b) => cartesianProd([a, b]), reference: ({ data: [a, b] }, { data: [c] }) => ({ shape: [2, 2], data: [a, c, b, c] }) },
      { name: 'trace', inputs: [any(2, 3)], run: trace, reference: ({ data }) => ({ shape: [], data: [data[0] + data[4]] }) },
      { name: 'diagflat', inputs: [any(2, 1)], run: (x) => diagflat(x, { offset: 1 }), reference: ({ data: [a, b] }) => ({ shape: [3, 3], data: [0, a, 0, 0, 0, b, 0, 0, 0] }) },
      { name: 'rot90', inputs: [any(2, 3)], run: (x) => rot90(x), reference: movedReference([3, 2], ([i, j]) => [j, 2 - i]) },
      { name: 'rot90 back', inputs: [any(2, 3)], run: (x) => rot90(x, -1), reference: movedReference([3, 2], ([i, j]) => [1 - j, i]) },
    ],
    rejects: [
      { name: 'unequal sections (hsplit)', run: () => hsplit(ones([2, 3]), 2), error: /hsplit: attempted to split along dimension 1, but the size of the dimension 3 is not divisible by the split_size 2/ },
      { name: 'a 0-d tensor (hsplit)', run: () => hsplit(tensor(1), 1), error: /requires a tensor with at least 1 dimension, but got a tensor with 0/ },
      { name: 'three dims (blockDiag)', run: () => blockDiag([ones([1, 1, 1])]), error: /blockDiag: Input tensors must have 2 or fewer dimensions/ },
      { name: 'no tensors (blockDiag)', run: () => blockDiag([]), error: /blockDiag: expected a non-empty list/ },
      { name: 'a matrix (cartesianProd)', run: () => cartesianProd([ones([1, 1])]), error: /cartesianProd: Expect a 1D vector/ },
      { name: 'a vector (trace)', run: () => trace(ones([2])), error: /trace: expected a matrix/ },
      { name: 'one dim twice (rot90)', run: () => rot90(ones([2, 2]), 1, [0, -2]), error: /rot90: expected rotation dims to be different/ },
      { name: 'three dims (rot90)', run: () => rot90(ones([2, 2]), 1, [0, 1, 0]), error: /rot90: expected total rotation dims == 2/ },
      { name: 'a vector (rot90)', run: () => rot90(ones([2])), error: /rot90: expected total dims >= 2/ },
    ],
  },
  {
    op: indexSelectOp,
    samples: [
      { name: 'pad by reflection', inputs: [any(1, 3)], run: (x) => pad(x, [2, 1], { mode: 'reflect' }), reference: movedReference([1, 6], ([i, j]) => [i, [2, 1, 0, 1, 2, 1][j]]) },
      { name: 'pad by replication', inputs: [any(1, 3)], run: (x) => pad(x, [2, 1], { mode: 'replicate' }), reference: movedReference([1, 6], ([i, j]) => [i, [0, 0, 0, 1, 2, 2][j]]) },
      { name: 'pad in a circle', inputs: [any(1, 3)], run: (x) => pad(x, [2, 1], { mode: 'circular' }), reference: movedReference([1, 6], ([i, j]) => [i, [1, 2, 0, 1, 2, 0][j]]) },
      { name: 'repeatInterleave', inputs: [any(3)], run: (x) => repeatInterleave(x, int(2, 0, 1), 0), reference: movedReference([3], ([i]) => [[0, 0, 2][i]]) },
      { name: 'combinations', inputs: [any(3)], run: (x) => combinations(x), reference: movedReference([3, 2], ([i, j]) => [[[0, 1], [0, 2], [1, 2]][i][j]]) },
    ],
    rejects: [
      { name: 'more reflected than there is', run: () => pad(ones([1, 3]), [3, 0], { mode: 'reflect' }), error: /pad: Padding size should be less than the corresponding input dimension/ },
      { name: 'too many dims padded by replication', run: () => pad(ones([3]), [1, 1], { mode: 'replicate' }), error: /Only 2D, 3D, 4D, 5D padding with non-constant padding/ },
      { name: 'too few repeats', run: () => repeatInterleave(ones([3]), int(1, 2), 0), error: /repeats must have the same size as input along dim/ },
      { name: 'negative repeats', run: () => repeatInterleave(ones([3]), -1), error: /repeats can not be negative, got -1/ },
      { name: 'fractional repeats', run: () => repeatInterleave(ones([3]), ones([3])), error: /expected repeats to be int32/ },
      { name: 'combinations of a matrix', run: () => combinations(ones([2, 2])), error: /combinations: Expect a 1D vector/ },
      { name: 'a negative number of elements', run: () => combinations(ones([2]), -1), error: /Expect a non-negative number/ },
    ],
  },
]; // prettier-ignore
