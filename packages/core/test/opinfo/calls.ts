/* Where a function's name or the place of its arguments differs from the rule of call.ts. */
import * as core from '../../src/index.ts';
import type { Tensor } from '../../src/index.ts';
import type { InterpolateOptions } from '../../src/ops/interpolate.ts';

/** A call that a signature cannot describe; it gets PyTorch's positional arguments, then its keywords as one object. */
export type Code = (...args: never[]) => unknown;

const pool = 'x, kernelSize; stride, padding, dilation, ceilMode, returnIndices';
const averagePool = 'x, kernelSize; stride, padding, ceilMode, countIncludePad, divisorOverride';
const unpool = 'x, indices, kernelSize; stride, padding, outputSize';

/**
 * By variant or op: our signature, with PyTorch's order of the arguments before it where that is another, or code. See
 * call.ts.
 */
export const calls: Record<string, string | Code> = {
  // PyTorch's second name of a function, or one that it has given up since
  T: 't',
  H: 't',
  mH: 'mT',
  cholesky: 'linalg.cholesky',
  constant_pad_nd: 'pad(x, padding; value)',
  matrix_exp: 'linalg.matrixExp',
  'nn.functional.logsigmoid': 'logSigmoid',
  'nn.functional.unfold': 'im2col(x, kernelSize; dilation, padding, stride)',
  pinverse: 'linalg.pinv',
  split_with_sizes: 'split',
  trapz: 'trapezoid',
  true_divide: 'div',
  vdot: 'dot',
  qr: (x: Tensor, some?: boolean) => core.linalg.qr(x, { mode: some === false ? 'complete' : 'reduced' }),
  svd: (x: Tensor, { some }: { some: boolean }) => core.linalg.svd(x, { fullMatrices: !some }),
  symeig: (x: Tensor, { upper }: { upper: boolean }) => core.linalg.eigh(x, { UPLO: upper ? 'U' : 'L' }),
  'norm nuc': (x: Tensor, _: string, dim: number[], options: { keepdim?: boolean }) =>
    core.linalg.matrixNorm(x, 'nuc', dim, options),
  'nn.functional.upsample_bilinear': (x: Tensor, options: InterpolateOptions) =>
    core.interpolate(x, { mode: 'bilinear', alignCorners: true, ...options }),
  'nn.functional.upsample_nearest': (x: Tensor, options: InterpolateOptions) =>
    core.interpolate(x, { mode: 'nearest', ...options }),

  // Python's operators
  __radd__: 'x, other => add(other, x)',
  __rdiv__: 'x, other => div(other, x)',
  __rmatmul__: 'x, other => matmul(other, x)',
  __rmod__: 'x, other => remainder(other, x)',
  __rmul__: 'x, other => mul(other, x)',
  __rsub__: 'x, other => sub(other, x)',
  // PyTorch makes a new tensor of the base, so the base gets no gradient.
  __rpow__: (x: Tensor, other: Tensor | number) => core.pow(core.isTensor(other) ? other.detach() : other, x),
  // A list of numbers is one index; JSON does not tell other lists from tuples, nor does PyTorch 1.13.
  __getitem__: (x: Tensor, at: core.Index | core.Index[]) =>
    core.index(x, Array.isArray(at) && !at.every((i) => typeof i === 'number') ? at : [at]),

  // OpInfo's own order of arguments
  einsum: 'tensors, equation => einsum(equation, tensors)',
  lu_solve: 'B, LU, pivots => linalg.luSolve(LU, pivots, B)',
  'nn.functional.embedding': 'weight, input => embedding(input, weight)',
  'nn.functional.embedding_bag': 'weight, input => embeddingBag(input, weight)',
  polygamma: 'x, n => polygamma(n, x)',
  'special.polygamma': 'x, n => polygamma(n, x)',
  where: 'a, condition, b => where(condition, a, b)',

  // Tensors, or numbers, one after another
  block_diag: '...tensors => blockDiag(tensors)',
  broadcast_tensors: '...tensors => broadcastTensors(tensors)',
  cartesian_prod: '...tensors => cartesianProd(tensors)',
  'meshgrid variadic_tensors': '...tensors => meshgrid(tensors)',
  sum_to_size: 'x, ...shape => sumToSize(x, shape)',

  // Copies, changes in place, parts of results
  double: (x: Tensor) => core.to(x, 'float64'),
  float: (x: Tensor) => core.to(x, 'float32'),
  fill: (x: Tensor, { value }: { value: number }) => core.clone(x).fill_(value),
  zero_: (x: Tensor) => core.clone(x).zero_(),
  'linalg.lstsq grad_oriented': (a: Tensor, b: Tensor) => core.linalg.lstsq(a, b).solution,
  'linalg.pinv singular': (a: Tensor, b: Tensor) => core.linalg.pinv(a.matmul(b.mT())),

  // Keywords that are positional here, and the other way round
  as_strided: 'asStrided(x, shape, stride, storageOffset)',
  clamp: 'clamp(x; min, max)',
  combinations: 'combinations(x, r; withReplacement)',
  diagonal_scatter: 'diagonalScatter(x, src; offset, dim1, dim2)',
  diff: 'diff(x; n, dim, prepend, append)',
  flatten: 'flatten(x, startDim, endDim)',
  flip: 'flip(x, dims)',
  index_put: 'indexPut(x, indices, values; accumulate)',
  'linalg.matrix_norm': 'linalg.matrixNorm(x, ord, dim; keepdim)',
  'linalg.norm': 'linalg.norm(x, ord, dim; keepdim)',
  'linalg.vector_norm': 'linalg.vectorNorm(x, ord, dim; keepdim)',
  kthvalue: 'kthvalue(x, k, dim; keepdim)',
  'linalg.vander': 'linalg.vander(x; N)',
  logit: 'logit(x; eps)',
  logsumexp: 'logsumexp(x, dim; keepdim)',
  'max reduction_with_dim': 'max(x, dim; keepdim)',
  'min reduction_with_dim': 'min(x, dim; keepdim)',
  mode: 'mode(x, dim; keepdim)',
  norm: 'norm(x, p, dim; keepdim)',
  put: 'put(x, index, source; accumulate)',
  repeat_interleave: 'repeatInterleave(x, repeats, dim)',
  slice: 'slice(x, dim, start, end, step)',
  sort: 'sort(x, dim; descending, stable)',
  topk: 'topk(x, k, dim; largest, sorted)',
  unbind: 'unbind(x, dim)',

  // nn.functional
  'nn.functional.adaptive_max_pool1d': 'adaptiveMaxPool1d(x, outputSize; returnIndices)',
  'nn.functional.adaptive_max_pool2d': 'adaptiveMaxPool2d(x, outputSize; returnIndices)',
  'nn.functional.adaptive_max_pool3d': 'adaptiveMaxPool3d(x, outputSize; returnIndices)',
  'nn.functional.avg_pool1d': `avgPool1d(${averagePool})`,
  'nn.functional.avg_pool2d': `avgPool2d(${averagePool})`,
  'nn.functional.avg_pool3d': `avgPool3d(${averagePool})`,
  'nn.functional.batch_norm': 'batchNorm(x, runningMean, runningVar; weight, bias, training, momentum, eps)',
  'nn.functional.interpolate': 'interpolate(x; size, scaleFactor, mode, alignCorners)',
  'nn.functional.layer_norm': 'layerNorm(x, normalizedShape; weight, bias, eps)',
  'nn.functional.max_pool1d': `maxPool1d(${pool})`,
  'nn.functional.max_pool2d': `maxPool2d(${pool})`,
  'nn.functional.max_pool3d': `maxPool3d(${pool})`,
  'nn.functional.max_unpool1d': `maxUnpool1d(${unpool})`,
  'nn.functional.max_unpool2d': `maxUnpool2d(${unpool})`,
  'nn.functional.max_unpool3d': `maxUnpool3d(${unpool})`,
  'nn.functional.pad': 'pad(x, padding; mode, value)',
  'nn.functional.pixel_shuffle': 'pixelShuffle(x, upscaleFactor)',
  'nn.functional.pixel_unshuffle': 'pixelUnshuffle(x, downscaleFactor)',
  'nn.functional.prelu': 'prelu(x, weight)',
};
