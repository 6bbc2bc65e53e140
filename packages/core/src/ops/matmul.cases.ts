import { full, ones, tensor } from '../creation.ts';
import { apply } from '../tape/record.ts';
import { addmmOp, addedProduct, linear, matmul, matmulOp, product } from './matmul.ts';
import { binaryReference, positions, type OpCases, type Plain, type Sample } from './op.cases.ts';
import { addbmm, addmm, addmv, baddbmm, bmm, dot, inner, mm, mv, outer } from './products.ts';
import { mT, permute, transpose } from './view.ts';

const INT = { dtype: 'int32' } as const;

/** The element at a position, at 0 along dims of extent 1; missing leading dims are ignored. */
const at = (x: Plain, position: readonly number[]): number => {
  const p = position.slice(position.length - x.shape.length);
  return x.data[x.shape.reduce((offset, n, i) => offset * n + (n === 1 ? 0 : p[i]), 0)];
};

/** Σ_k a[…, i, k]·b[…, k, j] by definition, for two or more dims. */
const naive = (a: Plain, b: Plain): Plain => {
  const [m, k] = a.shape.slice(-2);
  const n = b.shape[b.shape.length - 1];
  const blank = (x: Plain): Plain => ({
    shape: x.shape.slice(0, -2),
    data: positions(x.shape.slice(0, -2)).map(() => 0),
  });
  const batch = binaryReference((x) => x)(blank(a), blank(b)).shape;
  const shape = [...batch, m, n];
  return {
    shape,
    data: positions(shape).map((p) => {
      const [i, j] = p.slice(-2);
      const q = p.slice(0, -2);
      let total = 0;
      for (let d = 0; d < k; d++) total += at(a, [...q, i, d]) * at(b, [...q, d, j]);
      return total;
    }),
  };
};

const row = (x: Plain): Plain => ({ shape: [1, ...x.shape], data: x.data });
const column = (x: Plain): Plain => ({ shape: [...x.shape, 1], data: x.data });
const swapped = (x: Plain): Plain => {
  const [m, n] = x.shape.slice(-2);
  const shape = [...x.shape.slice(0, -2), n, m];
  return {
    shape,
    data: positions(shape).map((p) => at(x, [...p.slice(0, -2), p[p.length - 1], p[p.length - 2]])),
  };
};
/** torch.matmul's shape rules over the naive product. */
const reference = (a: Plain, b: Plain): Plain => {
  const { shape, data } = naive(a.shape.length === 1 ? row(a) : a, b.shape.length === 1 ? column(b) : b);
  const m = a.shape.length === 1 ? [] : [shape[shape.length - 2]];
  const n = b.shape.length === 1 ? [] : [shape[shape.length - 1]];
  return { shape: [...shape.slice(0, -2), ...m, ...n], data };
};
const added = (alpha: number, beta: number) => {
  return (x: Plain, a: Plain, b: Plain): Plain =>
    binaryReference((s, t) => beta * s + alpha * t)(x, reference(a, b));
};

const shapes = (a: readonly number[], b: readonly number[]): Sample => ({
  name: `[${a.join()}] @ [${b.join()}]`,
  inputs: [{ shape: a }, { shape: b }],
  run: (x, y) => matmul(x, y),
  reference,
});

const flagged = (
  transposeA: boolean,
  transposeB: boolean,
  a: readonly number[],
  b: readonly number[],
): Sample => ({
  name: `flags ${transposeA}, ${transposeB}`,
  inputs: [{ shape: a }, { shape: b }],
  run: (x, y) => product(x, y, { transposeA, transposeB, alpha: 1.5 }),
  reference: (x, y) => {
    const { shape, data } = naive(transposeA ? swapped(x) : x, transposeB ? swapped(y) : y);
    return { shape, data: data.map((value) => 1.5 * value) };
  },
});

export const cases: OpCases[] = [
  {
    op: matmulOp,
    samples: [
      shapes([2, 3], [3, 4]),
      shapes([1, 1], [1, 1]),
      shapes([3], [3]),
      shapes([2, 3], [3]),
      shapes([3], [3, 2]),
      shapes([2, 3, 4], [4]),
      shapes([3], [2, 3, 2]),
      shapes([2, 2, 3], [2, 3, 2]),
      shapes([2, 2, 3], [3, 2]),
      shapes([2, 1, 2, 3], [3, 2]),
      shapes([2, 3], [2, 3, 2]),
      shapes([2, 1, 2, 3], [1, 3, 3, 2]),
      shapes([1, 2, 3], [2, 3, 2]),
      shapes([0, 3], [3, 2]),
      shapes([2, 0], [0, 3]),
      shapes([2, 3], [3, 0]),
      shapes([0], [0]),
      shapes([0, 2, 3], [3, 2]),
      shapes([0, 2, 3], [1, 3, 2]),
      shapes([5, 9], [9, 7]),
      { name: 'transposed views', inputs: [{ shape: [3, 2] }, { shape: [4, 3] }],
        run: (a, b) => matmul(mT(a), mT(b)), reference: (a, b) => naive(swapped(a), swapped(b)) },
      { name: 'a permuted batch', inputs: [{ shape: [2, 3, 2] }, { shape: [2, 3] }],
        run: (a, b) => matmul(permute(a, [1, 0, 2]), b) },
      { name: 'transposed matrices of a batch', inputs: [{ shape: [2, 3, 2] }, { shape: [2, 3, 4] }],
        run: (a, b) => matmul(transpose(a, 1, 2), b), reference: (a, b) => naive(swapped(a), b) },
      flagged(true, false, [3, 2], [3, 4]),
      flagged(false, true, [2, 3], [4, 3]),
      flagged(true, true, [3, 2], [4, 3]),
      flagged(true, true, [2, 3, 2], [2, 3]),
      { name: 'int32', inputs: [{ shape: [2, 3], dtype: 'int32', range: [-9, 9] }, { shape: [3, 2], dtype: 'int32', range: [-9, 9] }],
        run: (a, b) => matmul(a, b), reference },
      { name: 'mm', inputs: [{ shape: [2, 3] }, { shape: [3, 2] }], run: (a, b) => mm(a, b), reference },
      { name: 'bmm', inputs: [{ shape: [2, 2, 3] }, { shape: [2, 3, 1] }], run: (a, b) => bmm(a, b), reference },
      { name: 'mv', inputs: [{ shape: [2, 3] }, { shape: [3] }], run: (a, b) => mv(a, b), reference },
      { name: 'mv of no columns', inputs: [{ shape: [2, 0] }, { shape: [0] }], run: (a, b) => mv(a, b), reference },
      { name: 'dot', inputs: [{ shape: [4] }, { shape: [4] }], run: (a, b) => dot(a, b), reference },
      { name: 'inner', inputs: [{ shape: [2, 3] }, { shape: [2, 1, 3] }], run: (a, b) => inner(a, b),
        reference: (a, b) => ({
          shape: [2, 2, 1],
          data: naive(a, swapped({ shape: [2, 3], data: b.data })).data,
        }) },
      { name: 'inner of vectors', inputs: [{ shape: [3] }, { shape: [3] }], run: (a, b) => inner(a, b), reference },
      { name: 'inner with a 0-d tensor', inputs: [{ shape: [] }, { shape: [3] }], run: (a, b) => inner(a, b),
        reference: binaryReference((a, b) => a * b) },
      { name: 'outer', inputs: [{ shape: [3] }, { shape: [2] }], run: (a, b) => outer(a, b),
        reference: (a, b) => naive(column(a), row(b)) },
      { name: 'linear', inputs: [{ shape: [2, 3] }, { shape: [4, 3] }], run: (x, w) => linear(x, w),
        reference: (x, w) => naive(x, swapped(w)) },
      { name: 'linear with one row of weights', inputs: [{ shape: [2, 2, 3] }, { shape: [3] }, { shape: [] }],
        run: (x, w, b) => linear(x, w, b), reference: (x, w, b) => binaryReference((s, t) => s + t)(reference(x, w), b) },
    ],
    rejects: [
      { name: 'inner dimensions that differ', run: () => matmul(ones([2, 3]), ones([4, 5])),
        error: /^matmul: inner dimensions differ: \[2, 3\] @ \[4, 5\] \(3 ≠ 4\)$/ },
      { name: 'a vector of another size', run: () => matmul(ones([2, 3]), ones([4])),
        error: /matmul: inner dimensions differ: \[2, 3\] @ \[4\] \(3 ≠ 4\)/ },
      { name: 'batch dims that do not broadcast', run: () => matmul(ones([2, 3, 4]), ones([3, 4, 5])),
        error: /matmul: batch dims: .*tensor a \(2\) must match the size of tensor b \(3\) at non-singleton dimension 0/ },
      { name: '0-d tensors', run: () => matmul(ones([]), ones([4])),
        error: /matmul: both arguments to matmul need to be at least 1D, but they are 0D and 1D/ },
      { name: 'bool tensors', run: () => matmul(tensor([[true]]), tensor([[true]])), error: /matmul: not implemented for bool/ },
      { name: 'two dtypes', run: () => matmul(ones([2, 2]), ones([2, 2], { dtype: 'float64' })),
        error: /matmul: expected all tensors to have the same dtype, but got float32 and float64/ },
      { name: 'an array', run: () => matmul(ones([2, 2]), [1] as never), error: /matmul: expected a Tensor/ },
      { name: 'operands of the op itself that do not fit', error: /matmul: inner dimensions differ: \[2, 3\]ᵀ @ \[4, 5\]ᵀ \(2 ≠ 5\)/,
        run: () => apply(matmulOp, [ones([2, 3]), ones([4, 5])], { transposeA: true, transposeB: true, alpha: 1 }) },
      { name: 'mm of a vector', run: () => mm(ones([2, 3]), ones([3])), error: /mm: both operands must be a matrix, got \[3\]/ },
      { name: 'mm that does not fit', run: () => mm(ones([2, 3]), ones([2, 3])),
        error: /mm: inner dimensions differ: \[2, 3\] @ \[2, 3\] \(3 ≠ 2\)/ },
      { name: 'bmm of matrices', run: () => bmm(ones([2, 3]), ones([3, 2])), error: /bmm: batches must be a 3D tensor/ },
      { name: 'bmm of batches that do not fit', run: () => bmm(ones([2, 3, 4]), ones([1, 4, 4])),
        error: /Expected size for first two dimensions of batch2 tensor to be: \[2, 4\] but got: \[1, 4\]/ },
      { name: 'mv of two matrices', run: () => mv(ones([2, 3]), ones([3, 1])), error: /mv: matrix @ vector expected/ },
      { name: 'dot of matrices', run: () => dot(ones([2, 2]), ones([2])), error: /dot: 1D tensors expected, but got 2D and 1D/ },
      { name: 'dot of two sizes', run: () => dot(ones([3]), ones([2])), error: /dot: inconsistent tensor size/ },
      { name: 'inner of two sizes', run: () => inner(ones([2, 3]), ones([2])), error: /inner: the last dimension must match/ },
      { name: 'outer of a matrix', run: () => outer(ones([2, 3]), ones([2])), error: /outer: Expected 1-D arguments/ },
      { name: 'linear that does not fit', run: () => linear(ones([2, 3]), ones([5, 4])),
        error: /linear: inner dimensions differ: \[2, 3\] @ \[5, 4\]ᵀ \(3 ≠ 4\)/ },
      { name: 'linear with a bias that does not fit', run: () => linear(ones([2, 3]), ones([5, 3]), ones([4])),
        error: /linear: expected bias \[5\] for weight \[5, 3\], but got bias of size \[4\]/ },
      { name: 'linear of a 0-d tensor', run: () => linear(ones([]), ones([5, 3])), error: /linear: expected the input/ },
      { name: 'linear with a 3-d weight', run: () => linear(ones([2, 3]), ones([1, 5, 3])), error: /linear: expected weight/ },
    ],
  },
  {
    op: addmmOp,
    samples: [
      { inputs: [{ shape: [2, 2] }, { shape: [2, 3] }, { shape: [3, 2] }], run: (x, a, b) => addmm(x, a, b),
        reference: added(1, 1) },
      { name: 'with factors, x broadcast', inputs: [{ shape: [4] }, { shape: [2, 3] }, { shape: [3, 4] }],
        run: (x, a, b) => addmm(x, a, b, { alpha: 0.5, beta: -2 }), reference: added(0.5, -2) },
      { name: 'a column', inputs: [{ shape: [2, 1] }, { shape: [2, 3] }, { shape: [3, 4] }], run: (x, a, b) => addmm(x, a, b),
        reference: added(1, 1) },
      { name: 'beta 0', inputs: [{ shape: [] }, { shape: [2, 3] }, { shape: [3, 4] }],
        run: (x, a, b) => addmm(x, a, b, { beta: 0 }), reference: added(1, 0) },
      { name: 'beta 0 ignores NaN', inputs: [{ shape: [2, 3] }, { shape: [3, 4] }],
        run: (a, b) => addmm(full([], NaN, { dtype: a.dtype }), a, b, { beta: 0 }), reference: naive },
      { name: 'no inner dimension', inputs: [{ shape: [2, 4] }, { shape: [2, 0] }, { shape: [0, 4] }],
        run: (x, a, b) => addmm(x, a, b, { beta: 3 }), reference: (x) => ({ shape: x.shape, data: x.data.map((v) => 3 * v) }) },
      { name: 'no rows', inputs: [{ shape: [4] }, { shape: [0, 3] }, { shape: [3, 4] }], run: (x, a, b) => addmm(x, a, b),
        reference: added(1, 1) },
      { name: 'all flags', inputs: [{ shape: [2, 1] }, { shape: [3, 2] }, { shape: [4, 3] }],
        run: (x, a, b) => addedProduct(x, a, b, { transposeA: true, transposeB: true, alpha: 2, beta: 3 }),
        reference: (x, a, b) => added(2, 3)(x, swapped(a), swapped(b)) },
      { name: 'int32', inputs: [[2], [2, 3], [3, 2]].map((shape) => ({ shape, dtype: 'int32' as const, range: [-9, 9] as const })),
        run: (x, a, b) => addmm(x, a, b, { alpha: 2 }), reference: added(2, 1) },
      { name: 'addmv', inputs: [{ shape: [2] }, { shape: [2, 3] }, { shape: [3] }],
        run: (x, a, b) => addmv(x, a, b, { alpha: 2, beta: 0.5 }), reference: added(2, 0.5) },
      { name: 'addmv, x 0-d', inputs: [{ shape: [] }, { shape: [2, 3] }, { shape: [3] }], run: (x, a, b) => addmv(x, a, b),
        reference: added(1, 1) },
      { name: 'addmv, x of one element', inputs: [{ shape: [1] }, { shape: [2, 3] }, { shape: [3] }],
        run: (x, a, b) => addmv(x, a, b), reference: added(1, 1) },
      { name: 'baddbmm', inputs: [{ shape: [2, 1] }, { shape: [3, 2, 2] }, { shape: [3, 2, 2] }],
        run: (x, a, b) => baddbmm(x, a, b, { alpha: 2, beta: 0.5 }), reference: added(2, 0.5) },
      { name: 'addbmm', inputs: [{ shape: [2, 1] }, { shape: [3, 2, 2] }, { shape: [3, 2, 4] }],
        run: (x, a, b) => addbmm(x, a, b, { alpha: 2, beta: 0.5 }),
        reference: (x, a, b) => {
          const each = naive(a, b);
          const total = positions([2, 4]).map((p) => at(each, [0, ...p]) + at(each, [1, ...p]) + at(each, [2, ...p]));
          return binaryReference((s, t) => 0.5 * s + 2 * t)(x, { shape: [2, 4], data: total });
        } },
      { name: 'linear with bias', inputs: [{ shape: [2, 3] }, { shape: [4, 3] }, { shape: [4] }],
        run: (x, w, b) => linear(x, w, b), reference: (x, w, b) => added(1, 1)(b, x, swapped(w)) },
      { name: 'linear over leading dims', inputs: [{ shape: [2, 1, 2, 3] }, { shape: [4, 3] }, { shape: [4] }],
        run: (x, w, b) => linear(x, w, b), reference: (x, w, b) => added(1, 1)(b, x, swapped(w)) },
      { name: 'linear of a vector', inputs: [{ shape: [3] }, { shape: [4, 3] }, { shape: [4] }],
        run: (x, w, b) => linear(x, w, b), reference: (x, w, b) => added(1, 1)(b, x, swapped(w)) },
      { name: 'linear of an empty batch', inputs: [{ shape: [0, 3] }, { shape: [4, 3] }, { shape: [4] }],
        run: (x, w, b) => linear(x, w, b), reference: (x, w, b) => added(1, 1)(b, x, swapped(w)) },
    ],
    rejects: [
      { name: 'what does not broadcast', run: () => addmm(ones([5]), ones([2, 3]), ones([3, 4])),
        error: /addmm: The expanded size of the tensor \[2, 4\] must match the existing size \[5\]/ },
      { name: 'what has more dims', run: () => addmm(ones([1, 2, 4]), ones([2, 3]), ones([3, 4])),
        error: /addmm: The expanded size/ },
      { name: 'matrices that do not fit', run: () => addmm(ones([4]), ones([2, 3]), ones([4, 4])),
        error: /addmm: inner dimensions differ: \[2, 3\] @ \[4, 4\] \(3 ≠ 4\)/ },
      { name: 'two dtypes', run: () => addmm(ones([2, 2], { dtype: 'float64' }), ones([2, 2]), ones([2, 2])),
        error: /addmm: expected all tensors to have the same dtype/ },
      { name: 'a fractional factor with integers', error: /addmm: for integral input tensors, alpha and beta must not be floating/,
        run: () => addmm(ones([1], INT), ones([1, 1], INT), ones([1, 1], INT), { alpha: 0.5 }) },
      { name: 'a factor that is no number', run: () => addmm(ones([1]), ones([1, 1]), ones([1, 1]), { beta: '1' as never }),
        error: /addmm: expected alpha and beta to be numbers/ },
      { name: 'addmv of a column', run: () => addmv(ones([2, 1]), ones([2, 3]), ones([3])), error: /addmv: The expanded size/ },
      { name: 'baddbmm that does not fit', run: () => baddbmm(ones([]), ones([2, 3, 4]), ones([2, 5, 5])),
        error: /baddbmm: Expected size for first two dimensions of batch2 tensor to be: \[2, 4\] but got: \[2, 5\]/ },
      { name: 'an addend of the op itself that does not fit', error: /addmm: The expanded size/,
        run: () => addedProduct(ones([3]), ones([2, 2]), ones([2, 2])) },
    ],
  },
]; // prettier-ignore
