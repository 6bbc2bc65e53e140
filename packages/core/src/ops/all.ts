/* Every op there is: the generic op test runs over this list, and fails for an op without cases. */

import type { Op } from '../tape/record.ts';
import { geluGradOp, geluOp, geluTanhGradOp, geluTanhOp, siluGradOp, siluOp } from './activations.ts';
import { addOp, divOp, mulOp, negOp, roundedDivOp, subOp } from './arithmetic.ts';
import {
  eqOp,
  geOp,
  gtOp,
  isfiniteOp,
  isinfOp,
  isnanOp,
  leOp,
  logicalAndOp,
  logicalNotOp,
  logicalOrOp,
  logicalXorOp,
  ltOp,
  neOp,
} from './compare.ts';
import {
  absOp,
  erfOp,
  exp2Op,
  expOp,
  expm1Op,
  log10Op,
  log1pOp,
  log2Op,
  logOp,
  reciprocalOp,
  rsqrtOp,
  sigmoidGradOp,
  sigmoidOp,
  signOp,
  sqrtOp,
  squareOp,
  tanhGradOp,
  tanhOp,
} from './elementwise.ts';
import { powNumberOp, powOp } from './power.ts';
import { ceilOp, floorOp, roundOp, truncOp } from './rounding.ts';
import {
  acosOp,
  acoshOp,
  asinOp,
  asinhOp,
  atanOp,
  atanhOp,
  cosOp,
  coshOp,
  sinOp,
  sinhOp,
  tanOp,
} from './trigonometry.ts';
import { clampOp, maximumOp, minimumOp, whereOp } from './where.ts';
import { hardtanhOp, reluGradOp, reluOp } from './rectifiers.ts';
import { atan2Op, copysignOp, fmodOp, hypotOp, logaddexpOp, remainderOp } from './bivariate.ts';
import { expandOp, sumToOp } from './broadcast.ts';
import { castOp, cloneOp, toBoolOp } from './copy.ts';
import { copyOp } from './inplace.ts';
import { catOp, stackOp } from './join.ts';
import { selectOp, selectScatterOp, sliceOp, sliceScatterOp } from './slice.ts';
import { permuteOp, reshapeCopyOp, viewOp } from './view.ts';
import { prodOp, spreadOp, sumOp } from './reduce.ts';
import { logSoftmaxGradOp, logSoftmaxOp, softmaxGradOp, softmaxOp } from './softmax.ts';
import { gatherOp, scatterAddOp, scatterOp } from './gather.ts';
import { indexAddOp, indexCopyOp, indexSelectOp } from './indexSelect.ts';
import { amaxOp, aminOp, argmaxOp, argminOp, maxOp, minOp } from './extremum.ts';
import { logsumexpOp, stdOp, varOp } from './statistics.ts';
import { normOp } from './norm.ts';
import { argsortOp, medianOp } from './order.ts';
import { cumargmaxOp, cumargminOp, cumsumOp } from './scan.ts';
import { i0eOp, i0Op, i1eOp, i1Op } from './bessel.ts';
import { erfcxOp, ndtriOp } from './gaussian.ts';
import { erfcOp, erfinvOp, lgammaOp, polygammaOp } from './special.ts';
import { addBiasOp } from './bias.ts';
import { conv2dInputGradOp, conv2dOp, conv2dWeightGradOp } from './conv.ts';
import { col2imOp, im2colOp } from './im2col.ts';
import { addmmOp, matmulOp } from './matmul.ts';
import { avgPool2dGradOp, avgPool2dOp, maxPool2dGradOp, maxPool2dOp, maxPool2dPickOp } from './pool.ts';
import { diagonalOp, diagonalScatterOp } from './diagonal.ts';
import { embeddingOp } from './embedding.ts';
import { flipOp, rollOp } from './flip.ts';
import { padOp } from './pad.ts';
import { scatterReduceOp } from './scatterReduce.ts';
import { asStridedOp } from './strided.ts';
import { unfoldOp } from './unfold.ts';
import { standardizeGradOp, standardizeMomentsOp, standardizeOp } from './normalize.ts';
import { choleskyOp, choleskySolveOp } from './linalg/cholesky.ts';
import { detOp, slogdetOp } from './linalg/determinant.ts';
import { eighOp } from './linalg/eigh.ts';
import { invOp, solveOp } from './linalg/inverse.ts';
import { luFactorOp } from './linalg/lu.ts';
import { pinvOp } from './linalg/pinv.ts';
import { qrOp } from './linalg/qr.ts';
import { svdOp } from './linalg/svd.ts';
import { solveTriangularOp } from './linalg/triangular.ts';
import { squaredErrorGradOp, squaredErrorOp } from './losses.ts';
import { crossEntropyGradOp, crossEntropyOp } from './crossEntropyRows.ts';
import { binaryCrossEntropyOp, logitsLossOp } from './binaryCrossEntropy.ts';

export const allOps: readonly Op<any, any, any>[] = [
  // arithmetic
  addOp, subOp, mulOp, divOp, roundedDivOp, negOp,
  // broadcast
  expandOp, sumToOp,
  // copy
  castOp, cloneOp, toBoolOp,
  // inplace
  copyOp,
  // view, slice, join
  viewOp, reshapeCopyOp, permuteOp, sliceOp, sliceScatterOp, selectOp, selectScatterOp, catOp, stackOp,
  // elementwise, trigonometry, rounding
  geluOp, geluGradOp, geluTanhOp, geluTanhGradOp, siluOp, siluGradOp,
  absOp, signOp, squareOp, sqrtOp, rsqrtOp, reciprocalOp, expOp, exp2Op, expm1Op, logOp, log2Op, log10Op, log1pOp,
  sigmoidOp, sigmoidGradOp, tanhOp, tanhGradOp, erfOp,
  sinOp, cosOp, tanOp, asinOp, acosOp, atanOp, sinhOp, coshOp, asinhOp, acoshOp, atanhOp,
  floorOp, ceilOp, roundOp, truncOp,
  // special
  erfcOp, erfinvOp, lgammaOp, polygammaOp, erfcxOp, ndtriOp, i0Op, i0eOp, i1Op, i1eOp,
  // compare, where, power, activations
  eqOp, neOp, ltOp, leOp, gtOp, geOp, logicalAndOp, logicalOrOp, logicalXorOp, logicalNotOp, isnanOp, isinfOp, isfiniteOp,
  whereOp, clampOp, maximumOp, minimumOp, powNumberOp, powOp,
  atan2Op, hypotOp, copysignOp, logaddexpOp, fmodOp, remainderOp, reluOp, reluGradOp, hardtanhOp,
  // reduce, softmax
  sumOp, spreadOp, prodOp, softmaxOp, softmaxGradOp, logSoftmaxOp, logSoftmaxGradOp,
  // extremum, statistics, norm, scan
  amaxOp, aminOp, maxOp, minOp, argmaxOp, argminOp, varOp, stdOp, logsumexpOp, normOp, cumsumOp,
  cumargmaxOp, cumargminOp, argsortOp, medianOp,
  // normalize, losses, binaryCrossEntropy
  standardizeOp, standardizeMomentsOp, standardizeGradOp, squaredErrorOp, squaredErrorGradOp, binaryCrossEntropyOp, logitsLossOp, crossEntropyOp,
  crossEntropyGradOp,
  // gather, indexSelect
  gatherOp, scatterAddOp, scatterOp, scatterReduceOp, indexSelectOp, indexAddOp, indexCopyOp,
  // matmul, bias, conv, im2col, pool
  matmulOp, addmmOp, addBiasOp, conv2dOp, conv2dInputGradOp, conv2dWeightGradOp, im2colOp, col2imOp,
  maxPool2dOp, maxPool2dGradOp, maxPool2dPickOp, avgPool2dOp, avgPool2dGradOp,
  // pad, flip, diagonal, unfold, embedding
  padOp, asStridedOp, flipOp, rollOp, diagonalOp, diagonalScatterOp, unfoldOp, embeddingOp,
  // linalg
  detOp, slogdetOp, invOp, solveOp, solveTriangularOp, luFactorOp, choleskyOp, choleskySolveOp, qrOp, eighOp, svdOp, pinvOp,
]; // prettier-ignore
