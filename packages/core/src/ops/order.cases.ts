import { ones, tensor, zeros } from '../creation.ts';
import { subOp } from './arithmetic.ts';
import { cov } from './covariance.ts';
import { cumulativeTrapezoid, diff, trapezoid } from './differences.ts';
import { gatherOp } from './gather.ts';
import { alongReference, reduceReference, type OpCases, type Sample } from './op.cases.ts';
import { argsort, argsortOp, kthvalue, median, medianOp, mode, sort, topk } from './order.ts';
import { nanquantile, quantile } from './quantile.ts';

const rising = (line: number[]): number[] => [...line].sort((a, b) => a - b);
const falling = (line: number[]): number[] => rising(line).reverse();
const places =
  (order: (line: number[]) => number[]) =>
  (line: number[]): number[] => order(line).map((v) => line.indexOf(v)); // prettier-ignore
const middle = (line: number[]): number => rising(line)[(line.length - 1) >> 1];

const distinct = (...shape: number[]): Sample['inputs'] => [{ shape, distinct: true }];
const TIES = 'a tie has no derivative';

/** q·(n − 1) as a rank, interpolated. */
const quantileOf =
  (q: number) =>
  (line: number[]): number => {
    const rank = q * (line.length - 1);
    const [a, b] = [rising(line)[Math.floor(rank)], rising(line)[Math.ceil(rank)]];
    return a + (b - a) * (rank - Math.floor(rank));
  };

export const cases: OpCases[] = [
  {
    op: argsortOp,
    samples: [
      { inputs: distinct(5), run: (x) => argsort(x), reference: alongReference(places(rising), 0) },
      { inputs: distinct(2, 3, 2), run: (x) => argsort(x, 1), reference: alongReference(places(rising), 1) },
      { inputs: distinct(4, 2), run: (x) => argsort(x, { dim: 0, descending: true }), reference: alongReference(places(falling), 0) },
      { inputs: distinct(), run: (x) => argsort(x, 0), reference: alongReference(places(rising), 0) },
      { inputs: distinct(0, 3), run: (x) => argsort(x, 0), reference: alongReference(places(rising), 0) },
    ],
    rejects: [
      { name: 'a dim out of range', run: () => argsort(tensor([1]), 1), error: /argsort: Dimension out of range/ },
      { name: 'a flag in place of options', run: () => argsort(tensor([1]), 0, true as never), error: /argsort: expected options such as \{ dim: 0 \} after the dim, got a boolean/ },
      { name: 'an array', run: () => argsort([1] as never), error: /argsort: expected a Tensor/ },
    ],
  },
  {
    op: gatherOp,
    samples: [
      { name: 'sort', inputs: distinct(2, 4), run: (x) => sort(x).values, reference: alongReference(rising, 1) },
      { name: 'sort, falling', inputs: distinct(4, 2), run: (x) => sort(x, 0, { descending: true }).values, reference: alongReference(falling, 0) },
      { name: 'topk', inputs: distinct(2, 4), run: (x) => topk(x, 1).values, reference: reduceReference((line) => Math.max(...line), [1], true) },
      { name: 'topk, the least', inputs: distinct(3, 2), run: (x) => topk(x, 1, 0, { largest: false }).values, reference: reduceReference((line) => Math.min(...line), [0], true) },
      { name: 'kthvalue', inputs: distinct(2, 4), run: (x) => kthvalue(x, 2).values, reference: reduceReference((line) => rising(line)[1], [1]) },
      { name: 'median', inputs: distinct(2, 4), run: (x) => median(x, 1).values, reference: reduceReference(middle, [1]) },
      { name: 'mode', inputs: [{ shape: [2, 4], values: [1, 2, 2, 0, 3, 1, 3, 1] }], run: (x) => mode(x).values, reference: reduceReference((line) => (line.includes(0) ? 2 : 1), [1]), noGradientCheck: TIES, subgradients: [[0, 0, 1, 0, 0, 0, 0, 1]] },
      { name: 'quantile', inputs: distinct(5), run: (x) => quantile(x, 0.3), reference: reduceReference(quantileOf(0.3)) },
      { name: 'quantile along a dim', inputs: distinct(3, 4), run: (x) => quantile(x, 0.6, 0), reference: reduceReference(quantileOf(0.6), [0]) },
      { name: 'nanquantile', inputs: distinct(3, 4), run: (x) => nanquantile(x, 0.6, 1, { keepdim: true }), reference: reduceReference(quantileOf(0.6), [1], true) },
      { name: 'quantile by q', inputs: [{ shape: [4], distinct: true }, { shape: [], values: [0.4] }], run: (x, q) => quantile(x, q) },
    ],
    rejects: [
      { name: 'k beyond the extent (topk)', run: () => topk(ones([3]), 4), error: /topk: selected index k out of range: k = 4 for a dim of extent 3/ },
      { name: 'k = 0 (kthvalue)', run: () => kthvalue(ones([3]), 0), error: /kthvalue: selected number k out of range for dimension 0/ },
      { name: 'no elements (median)', run: () => median(zeros([2, 0]), 1), error: /median: Expected reduction dim 1 to have non-zero size/ },
      { name: 'no elements (mode)', run: () => mode(zeros([2, 0])), error: /mode: Expected reduction dim 1 to have non-zero size/ },
      { name: 'q above 1', run: () => quantile(ones([3]), 1.5), error: /quantile: q must be in the range \[0, 1\] but got 1.5/ },
      { name: 'another dtype of q', run: () => quantile(ones([3]), ones([], { dtype: 'float64' })), error: /q tensor must be same dtype/ },
      { name: 'q with two dims', run: () => quantile(ones([3]), ones([1, 1])), error: /q must be a scalar or 1D tensor/ },
      { name: 'quantiles of integers', run: () => quantile(tensor([1], { dtype: 'int32' }), 0), error: /must be either float or double/ },
      { name: 'another interpolation', run: () => quantile(ones([3]), 0, 0, { interpolation: 'cubic' as never }), error: /interpolation must be one of/ },
      { name: 'quantiles of nothing', run: () => quantile(zeros([0]), 0), error: /input tensor must be non-empty/ },
    ],
  },
  {
    op: medianOp,
    samples: [
      { inputs: distinct(5), run: (x) => median(x), reference: reduceReference(middle) },
      { inputs: distinct(2, 3), run: (x) => median(x), reference: reduceReference(middle) },
      { inputs: distinct(), run: (x) => median(x), reference: reduceReference(middle) },
      { name: 'ties', inputs: [{ shape: [4], values: [1, 0, 1, 2] }], run: (x) => median(x), noGradientCheck: TIES, subgradients: [[0.5, 0, 0.5, 0]] },
      { name: 'nothing', inputs: [{ shape: [0] }], run: (x) => median(x), reference: reduceReference(() => NaN), noGradientCheck: 'NaN' },
    ],
  },
  {
    op: subOp,
    samples: [
      { name: 'diff', inputs: [{ shape: [2, 4] }], run: (x) => diff(x, { n: 2 }) },
      { name: 'trapezoid', inputs: [{ shape: [3] }], run: (y) => trapezoid(y, { dx: 2 }), reference: ({ data: [a, b, c] }) => ({ shape: [], data: [a + 2 * b + c] }) },
      { name: 'cov of one variable', inputs: [{ shape: [2] }], run: (x) => cov(x), reference: ({ data: [a, b] }) => ({ shape: [], data: [(a - b) ** 2 / 2] }) },
    ],
    rejects: [
      { name: 'a 0-d tensor (diff)', run: () => diff(tensor(1)), error: /diff: expects input to be at least one-dimensional/ },
      { name: 'a negative order (diff)', run: () => diff(ones([3]), { n: -1 }), error: /diff: order must be non-negative but got -1/ },
      { name: 'other dims to prepend (diff)', run: () => diff(ones([3]), { prepend: ones([1, 1]) }), error: /same dimension as input/ },
      { name: 'bools (trapezoid)', run: () => trapezoid(tensor([true])), error: /trapezoid: received a bool input/ },
      { name: 'other points (cumulativeTrapezoid)', run: () => cumulativeTrapezoid(ones([3]), ones([4])), error: /cumulativeTrapezoid: There must be one `x` value for each sample point/ },
      { name: 'three dims (cov)', run: () => cov(ones([1, 1, 1])), error: /cov: expected input to have two or fewer dimensions/ },
      { name: 'negative counts (cov)', run: () => cov(ones([1, 2]), { fweights: tensor([1, -1], { dtype: 'int32' }) }), error: /cov: fweights cannot be negative/ },
      { name: 'fractional counts (cov)', run: () => cov(ones([1, 2]), { fweights: ones([2]) }), error: /expected fweights to have integral dtype/ },
    ],
  },
]; // prettier-ignore
