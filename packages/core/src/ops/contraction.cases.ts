import { ones, tensor } from '../creation.ts';
import { mulOp } from './arithmetic.ts';
import { bilinear, tensordot } from './contraction.ts';
import { cdist, cross, pdist, renorm } from './distance.ts';
import { einsum } from './einsum.ts';
import { matmulOp } from './matmul.ts';
import { normOp } from './norm.ts';
import { elementAt, positions, type InputSpec, type OpCases, type Plain } from './op.cases.ts';
import { addr, kron } from './products.ts';

const any = (...shape: number[]): InputSpec => ({ shape });

/** Sums over all extents of `inner` the product of elements of a and b, at every position of `shape`. */
const contracted =
  (shape: number[], inner: number[], ofA: (p: number[], k: number[]) => number[], ofB: (p: number[], k: number[]) => number[]) =>
  (a: Plain, b: Plain): Plain => ({
    shape,
    data: positions(shape).map((p) =>
      positions(inner).reduce((sum, k) => sum + elementAt(a, ofA(p, k)) * elementAt(b, ofB(p, k)), 0),
    ),
  }); // prettier-ignore

export const cases: OpCases[] = [
  {
    op: matmulOp,
    samples: [
      { name: 'einsum of two matrices', inputs: [any(2, 3), any(3, 4)], run: (a, b) => einsum('ij,jk->ki', [a, b]), reference: contracted([4, 2], [3], ([, i], [j]) => [i, j], ([k], [j]) => [j, k]) },
      { name: 'einsum with a batch', inputs: [any(2, 3, 2), any(2, 2)], run: (a, b) => einsum('bij,bj->bi', [a, b]), reference: contracted([2, 3], [2], ([b, i], [j]) => [b, i, j], ([b], [j]) => [b, j]) },
      { name: 'einsum of three', inputs: [any(2), any(2, 3), any(3)], run: (a, b, c) => einsum('i,ij,j', [a, b, c]) },
      { name: 'einsum with an ellipsis', inputs: [any(2, 1, 2), any(2, 3)], run: (a, b) => einsum('i...j,jk->...ik', [a, b]) },
      { name: 'einsum of a diagonal', inputs: [any(3, 3), any(3)], run: (a, b) => einsum('ii,i->i', [a, b]), reference: contracted([3], [], ([i]) => [i, i], ([i]) => [i]) },
      { name: 'tensordot', inputs: [any(2, 3, 2), any(3, 2)], run: (a, b) => tensordot(a, b), reference: contracted([2], [3, 2], ([i], [j, k]) => [i, j, k], (_, [j, k]) => [j, k]) },
      { name: 'tensordot over listed dims', inputs: [any(2, 3), any(4, 2)], run: (a, b) => tensordot(a, b, { dims: [0, -1] }), reference: contracted([3, 4], [2], ([i], [k]) => [k, i], ([, j], [k]) => [j, k]) },
      { name: 'bilinear', inputs: [any(2, 2), any(2, 3), any(2, 2, 3), any(2)], run: (a, b, w, c) => bilinear(a, b, w, c) },
    ],
    rejects: [
      { name: 'too few operands (einsum)', run: () => einsum('i,i', [ones([2])]), error: /einsum: fewer operands were provided/ },
      { name: 'subscripts that do not fit (einsum)', run: () => einsum('ij', [ones([2])]), error: /number of subscripts in the equation \(2\) does not match the number of dimensions \(1\) for operand 0/ },
      { name: 'different sizes (einsum)', run: () => einsum('i,i', [ones([2]), ones([3])]), error: /subscript i has size 3 for operand 1 which does not broadcast with previously seen size 2/ },
      { name: 'an unknown output (einsum)', run: () => einsum('i->j', [ones([2])]), error: /output subscript j does not appear/ },
      { name: 'a repeated output (einsum)', run: () => einsum('i->ii', [ones([2])]), error: /output subscript i appears more than once/ },
      { name: 'a digit (einsum)', run: () => einsum('1', [ones([2])]), error: /einsum: invalid subscript/ },
      { name: 'an unequal diagonal (einsum)', run: () => einsum('ii', [ones([2, 3])]), error: /subscript i is repeated for operand 0 but the sizes don't match, 3 != 2/ },
      { name: 'a list of operands (einsum)', run: () => einsum('i', ones([2]) as never), error: /einsum: expected a non-empty array of Tensors/ },
      { name: 'different extents (tensordot)', run: () => tensordot(ones([2, 3]), ones([2, 3]), 1), error: /tensordot: contracted dimensions need to match, but first has size 3 in dim 1 and second has size 2 in dim 0/ },
      { name: 'too many dims (tensordot)', run: () => tensordot(ones([2]), ones([2])), error: /tensordot: expects dims >= 0 and at most 1, but got dims=2/ },
      { name: 'lists of different lengths (tensordot)', run: () => tensordot(ones([2]), ones([2, 2]), [[0], [0, 1]]), error: /both dimension lists should have same length/ },
      { name: 'a weight that does not fit (bilinear)', run: () => bilinear(ones([2]), ones([2]), ones([1, 2, 3])), error: /bilinear: expected weight \[out, 2, 2\]/ },
      { name: 'a bias that does not fit (bilinear)', run: () => bilinear(ones([2]), ones([2]), ones([1, 2, 2]), ones([2])), error: /bilinear: expected bias \[1\], got \[2\]/ },
    ],
  },
  {
    op: mulOp,
    samples: [
      { name: 'kron', inputs: [any(2, 1), any(2)], run: kron, reference: ({ data: [a, b] }, { data: [c, d] }) => ({ shape: [2, 2], data: [a * c, a * d, b * c, b * d] }) },
      { name: 'addr', inputs: [any(2), any(1), any(2)], run: (x, a, b) => addr(x, a, b, { beta: 2, alpha: 3 }), reference: ({ data: [x, y] }, { data: [a] }, { data: [b, c] }) => ({ shape: [1, 2], data: [2 * x + 3 * a * b, 2 * y + 3 * a * c] }) },
      { name: 'cross', inputs: [any(3), any(3)], run: (a, b) => cross(a, b), reference: ({ data: [a, b, c] }, { data: [d, e, f] }) => ({ shape: [3], data: [b * f - c * e, c * d - a * f, a * e - b * d] }) },
      { name: 'cross along a dim', inputs: [any(2, 3), any(1, 3)], run: (a, b) => cross(a, b, { dim: -1 }) },
    ],
    rejects: [
      { name: 'a matrix (addr)', run: () => addr(ones([2]), ones([1, 1]), ones([2])), error: /addr: Expected 1-D arguments/ },
      { name: 'no dim of three (cross)', run: () => cross(ones([2]), ones([2])), error: /cross: no dimension of size 3 in input/ },
      { name: 'a dim of two (cross)', run: () => cross(ones([3, 2]), ones([3, 2]), { dim: 1 }), error: /cross: inputs dimension 1 must have length 3/ },
    ],
  },
  {
    op: normOp,
    samples: [
      { name: 'cdist', inputs: [any(2, 3), any(4, 3)], run: (a, b) => cdist(a, b) },
      { name: 'cdist with a batch', inputs: [any(2, 1, 3), any(2, 3)], run: (a, b) => cdist(a, b, { p: 3 }) },
      { name: 'cdist at 0', inputs: [{ shape: [1, 2], values: [1, 2] }], run: (a) => cdist(a, a), noGradientCheck: 'kink', subgradients: [[0, 0]] },
      { name: 'pdist', inputs: [any(4, 2)], run: (x) => pdist(x) },
      { name: 'pdist of one row', inputs: [any(1, 2)], run: (x) => pdist(x) },
      { name: 'renorm', inputs: [{ shape: [2, 2], values: [3, 4, 0.3, 0.4] }], run: (x) => renorm(x, 2, 0, 1), reference: () => ({ shape: [2, 2], data: [3 / 5.0000001, 4 / 5.0000001, 0.3, 0.4] }) },
    ],
    rejects: [
      { name: 'rows of different lengths (cdist)', run: () => cdist(ones([2, 3]), ones([2, 2])), error: /X1 and X2 must have the same number of columns. X1: 3 X2: 2/ },
      { name: 'a vector (cdist)', run: () => cdist(ones([2]), ones([2])), error: /cdist: only supports at least 2D tensors/ },
      { name: 'a negative p (cdist)', run: () => cdist(ones([2, 2]), ones([2, 2]), { p: -1 }), error: /cdist: only supports non-negative p values, got -1/ },
      { name: 'a vector (pdist)', run: () => pdist(ones([2])), error: /pdist: only supports 2D tensors, got: 1D/ },
      { name: 'integers (pdist)', run: () => pdist(tensor([[1], [2]], { dtype: 'int32' })), error: /pdist: only supports floating-point dtypes, got: int32/ },
      { name: 'p = 0 (renorm)', run: () => renorm(ones([2, 2]), 0, 0, 1), error: /renorm: non-positive norm not supported/ },
      { name: 'a negative norm (renorm)', run: () => renorm(ones([2, 2]), 1, 0, -1), error: /renorm: expected maxnorm to be >= 0 but got -1/ },
      { name: 'a vector (renorm)', run: () => renorm(ones([2]), 1, 0, 1), error: /renorm: input needs at least 2 dimensions/ },
    ],
  },
]; // prettier-ignore
