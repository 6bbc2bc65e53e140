/* The public functions. Each is also a method of its first argument (methods.ts), unless methods.ts excepts it. */
export {
  celu,
  elu,
  gelu,
  glu,
  logit,
  logSigmoid,
  mish,
  selu,
  silu,
  softplus,
  softsign,
  tanhshrink,
} from './activations.ts';
export {
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  prelu,
  relu,
  relu6,
  softshrink,
  threshold,
} from './rectifiers.ts';
export { rrelu } from './rrelu.ts';
export { add, div, mul, neg, rsub, sub } from './arithmetic.ts';
export {
  addcdiv,
  addcmul,
  atan2,
  copysign,
  fmod,
  hypot,
  lerp,
  logaddexp,
  logaddexp2,
  remainder,
  xlog1py,
  xlogy,
} from './bivariate.ts';
export { broadcastTensors, broadcastTo, expand, expandAs, sumToSize } from './broadcast.ts';
export { clone, contiguous, to } from './copy.ts';
export {
  allclose,
  eq,
  ge,
  gt,
  isclose,
  isfinite,
  isinf,
  isnan,
  le,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  ne,
} from './compare.ts';
export {
  abs,
  erf,
  exp,
  exp2,
  expm1,
  log,
  log10,
  log1p,
  log2,
  positive,
  reciprocal,
  rsqrt,
  sigmoid,
  sign,
  sqrt,
  square,
  tanh,
} from './elementwise.ts';
export { floatPower, pow } from './power.ts';
export { ceil, floor, frac, round, trunc } from './rounding.ts';
export {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  cos,
  cosh,
  deg2rad,
  rad2deg,
  sin,
  sinh,
  tan,
} from './trigonometry.ts';
export {
  clamp,
  clampMax,
  clampMin,
  fmax,
  fmin,
  maskedFill,
  maximum,
  minimum,
  nanToNum,
  where,
} from './where.ts';
export { cat, chunk, dstack, hstack, split, stack, tensorSplit, unbind, vstack } from './join.ts';
export { narrow, select, selectScatter, slice, sliceScatter } from './slice.ts';
export {
  flatten,
  mT,
  movedim,
  permute,
  ravel,
  reshape,
  reshapeAs,
  squeeze,
  t,
  transpose,
  unflatten,
  unsqueeze,
  view,
  viewAs,
} from './view.ts';
export { all, any, countNonzero, mean, nanmean, nansum, prod, sum } from './reduce.ts';
export { logSoftmax, softmax, softmin } from './softmax.ts';
export { gather, scatter, scatterAdd, takeAlongDim } from './gather.ts';
export { indexAdd, indexCopy, indexFill, indexSelect } from './indexSelect.ts';
export { amax, amin, argmax, argmin, max, min } from './extremum.ts';
export { logsumexp, std, stdMean, var, varMean } from './statistics.ts';
export { dist, norm } from './norm.ts';
export { cummax, cummin, cumprod, cumsum, logcumsumexp } from './scan.ts';
export { argsort, kthvalue, median, mode, msort, nanmedian, sort, topk } from './order.ts';
export { nanquantile, quantile } from './quantile.ts';
export { cumulativeTrapezoid, diff, trapezoid } from './differences.ts';
export { gradient } from './gradient.ts';
export { corrcoef, cov } from './covariance.ts';
export { addBias } from './bias.ts';
export { conv1d, conv2d } from './conv.ts';
export { conv3d, convTranspose3d } from './conv3d.ts';
export { convTranspose1d, convTranspose2d } from './convTranspose.ts';
export { col2im, im2col } from './im2col.ts';
export { linear, matmul } from './matmul.ts';
export { avgPool2d, maxPool2d } from './pool.ts';
export { avgPool1d, avgPool3d, maxPool1d, maxPool3d } from './poolDims.ts';
export { lpPool1d, lpPool2d } from './lpPool.ts';
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
} from './adaptivePool.ts';
export { interpolate } from './interpolate.ts';
export { pixelShuffle, pixelUnshuffle } from './pixelShuffle.ts';
export { affineGrid, gridSample } from './gridSample.ts';
export { maxUnpool1d, maxUnpool2d, maxUnpool3d } from './unpool.ts';
export { addbmm, addmm, addmv, addr, baddbmm, bmm, dot, inner, kron, mm, mv, outer } from './products.ts';
export { bilinear, tensordot } from './contraction.ts';
export { einsum } from './einsum.ts';
export { cdist, cross, pdist, renorm } from './distance.ts';
export { indexReduce, scatterReduce } from './scatterReduce.ts';
export { diag, diagEmbed, diagflat, diagonal, diagonalScatter, trace } from './diagonal.ts';
export { embedding, oneHot } from './embedding.ts';
export { embeddingBag } from './embeddingBag.ts';
export { flip, fliplr, flipud, roll, rot90 } from './flip.ts';
export { index, indexPut, maskedScatter, maskedSelect, put, take } from './indexing.ts';
export { pad } from './pad.ts';
export {
  atleast1d,
  atleast2d,
  atleast3d,
  blockDiag,
  cartesianProd,
  columnStack,
  combinations,
  dsplit,
  hsplit,
  vsplit,
} from './blocks.ts';
export { asStrided } from './strided.ts';
export { meshgrid, repeat, repeatInterleave, tile } from './repeat.ts';
export { tril, triu } from './triangle.ts';
export { unfold } from './unfold.ts';
export { cosineSimilarity, layerNorm, normalize, pairwiseDistance, rmsNorm } from './normalize.ts';
export { batchNorm, groupNorm, instanceNorm, localResponseNorm } from './channelNorms.ts';
export { alphaDropout, dropout, dropout1d, dropout2d, dropout3d, featureAlphaDropout } from './dropout.ts';
export { scaledDotProductAttention } from './attention.ts';
export { huberLoss, klDiv, l1Loss, mseLoss, smoothL1Loss, squaredError } from './losses.ts';
export { crossEntropy, nllLoss } from './crossEntropy.ts';
export { binaryCrossEntropy, binaryCrossEntropyWithLogits } from './binaryCrossEntropy.ts';
export {
  cosineEmbeddingLoss,
  hingeEmbeddingLoss,
  marginRankingLoss,
  multiMarginLoss,
  multilabelMarginLoss,
  multilabelSoftMarginLoss,
  softMarginLoss,
  tripletMarginLoss,
} from './marginLosses.ts';
export { gaussianNllLoss, poissonNllLoss } from './likelihoodLosses.ts';
export { ctcLoss } from './ctcLoss.ts';
export { i0, i0e, i1, i1e } from './bessel.ts';
export { erfcx, logNdtr, ndtr, ndtri } from './gaussian.ts';
export { digamma, entr, erfc, erfinv, ldexp, lgamma, mvlgamma, polygamma, sinc } from './special.ts';
export { choleskyInverse, choleskySolve } from './linalg/cholesky.ts';
export { logdet } from './linalg/determinant.ts';
export { luUnpack } from './linalg/lu.ts';
export type { Index } from './indexing.ts';
export type { SliceRange } from './slice.ts';
