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
export { norm } from './norm.ts';
export { cumprod, cumsum } from './scan.ts';
export { addBias } from './bias.ts';
export { conv1d, conv2d } from './conv.ts';
export { col2im, im2col } from './im2col.ts';
export { linear, matmul } from './matmul.ts';
export { avgPool2d, maxPool2d } from './pool.ts';
export { addbmm, addmm, addmv, baddbmm, bmm, dot, inner, mm, mv, outer } from './products.ts';
export { diag, diagEmbed, diagonal, diagonalScatter } from './diagonal.ts';
export { embedding, oneHot } from './embedding.ts';
export { flip, fliplr, flipud, roll } from './flip.ts';
export { index, indexPut, maskedScatter, maskedSelect, put, take } from './indexing.ts';
export { pad } from './pad.ts';
export { meshgrid, repeat, tile } from './repeat.ts';
export { tril, triu } from './triangle.ts';
export { unfold } from './unfold.ts';
export { cosineSimilarity, layerNorm, normalize, pairwiseDistance, rmsNorm } from './normalize.ts';
export { dropout } from './dropout.ts';
export { huberLoss, klDiv, l1Loss, mseLoss, smoothL1Loss, squaredError } from './losses.ts';
export { crossEntropy, nllLoss } from './crossEntropy.ts';
export { binaryCrossEntropy, binaryCrossEntropyWithLogits } from './binaryCrossEntropy.ts';
export type { Index } from './indexing.ts';
export type { SliceRange } from './slice.ts';
