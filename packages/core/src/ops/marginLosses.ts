/* Losses that want one number to exceed another by a margin. */
import { arange, zeros } from '../creation.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { broadcastShapes, formatShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { logSigmoid } from './activations.ts';
import { add, div, mul, neg, sub } from './arithmetic.ts';
import { eq, lt, ne } from './compare.ts';
import { to } from './copy.ts';
import { sqrt, square } from './elementwise.ts';
import { gather, scatterAdd } from './gather.ts';
import { checkIndices } from './indices.ts';
import { pairwiseDistance } from './normalize.ts';
import { checkTensor, promotedFloat, toFloat } from './promote.ts';
import { relu } from './rectifiers.ts';
import { mean, sum } from './reduce.ts';
import { reduceLoss, reductionOf, type LossOptions } from './reduction.ts';
import { cumsum } from './scan.ts';
import { reshape, squeeze, unsqueeze } from './view.ts';
import { clampMin, minimum, where } from './where.ts';

/** Options of losses with a margin. */
export interface MarginLossOptions extends LossOptions {
  /** The margin. Default 1 for {@link hingeEmbeddingLoss}, 0 for the others. */
  readonly margin?: number;
}

/**
 * input where target is 1, max(0, margin − input) where it is −1, then reduced
 * (torch.nn.functional.hinge_embedding_loss). The shapes broadcast.
 *
 * @throws ShapeError if the shapes do not broadcast; TypeError for an unknown reduction.
 */
export function hingeEmbeddingLoss(input: Tensor, target: Tensor, options: MarginLossOptions = {}): Tensor {
  const { margin = 1 } = options;
  const reduction = reductionOf('hingeEmbeddingLoss', options.reduction);
  const [x, t] = promotedFloat('hingeEmbeddingLoss', input, target);
  broadcastShapes('hingeEmbeddingLoss', x.shape, t.shape);
  const far = where(eq(t, 1), 0, clampMin(sub(margin, x), 0));
  return reduceLoss(add(far, where(eq(t, -1), 0, x)), reduction);
}

/**
 * max(0, margin − target·(a − b)), then reduced (torch.nn.functional.margin_ranking_loss): target is 1 where a should
 * exceed b, −1 where b should exceed a.
 *
 * @throws ShapeError unless the three have the same number of dims and broadcast.
 */
export function marginRankingLoss(
  a: Tensor,
  b: Tensor,
  target: Tensor,
  options: MarginLossOptions = {},
): Tensor {
  const { margin = 0 } = options;
  const reduction = reductionOf('marginRankingLoss', options.reduction);
  const [x, y] = promotedFloat('marginRankingLoss', a, b);
  checkTensor('marginRankingLoss', target);
  if (x.ndim !== y.ndim || x.ndim !== target.ndim) {
    throw new ShapeError(
      `marginRankingLoss: All input tensors should have same dimension but got sizes: ${formatShape(x.shape)}, ` +
        `${formatShape(y.shape)}, ${formatShape(target.shape)}`,
    );
  }
  return reduceLoss(clampMin(add(mul(neg(target), sub(x, y)), margin), 0), reduction);
}

/**
 * log(1 + exp(−target·input)), computed without overflow, then reduced (torch.nn.functional.soft_margin_loss).
 *
 * @throws ShapeError if the shapes do not broadcast.
 */
export function softMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = reductionOf('softMarginLoss', options.reduction);
  const [x, t] = promotedFloat('softMarginLoss', input, target);
  broadcastShapes('softMarginLoss', x.shape, t.shape);
  return reduceLoss(neg(logSigmoid(mul(x, t))), reduction);
}

/** Options of {@link tripletMarginLoss}. */
export interface TripletMarginLossOptions extends LossOptions {
  /** Default 1. */
  readonly margin?: number;
  /** The exponent of the distance. Default 2. */
  readonly p?: number;
  /** Is added to every difference. Default 1e-6. */
  readonly eps?: number;
  /** Let the negative's distance be to the nearer of anchor and positive. Default false. */
  readonly swap?: boolean;
}

/**
 * max(0, d(anchor, positive) − d(anchor, negative) + margin) with {@link pairwiseDistance} as d, then reduced
 * (torch.nn.functional.triplet_margin_loss).
 *
 * @throws ShapeError unless the three have the same number of dims and broadcast.
 */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginLossOptions = {},
): Tensor {
  const { margin = 1, p = 2, eps = 1e-6, swap = false } = options;
  const reduction = reductionOf('tripletMarginLoss', options.reduction);
  for (const x of [anchor, positive, negative]) checkTensor('tripletMarginLoss', x);
  if (anchor.ndim !== positive.ndim || anchor.ndim !== negative.ndim) {
    throw new ShapeError(
      `tripletMarginLoss: The anchor, positive, and negative tensors are expected to have the same number of ` +
        `dimensions, but got: anchor ${anchor.ndim}D, positive ${positive.ndim}D, and negative ${negative.ndim}D inputs`,
    );
  }
  const near = pairwiseDistance(anchor, positive, { p, eps });
  const away = pairwiseDistance(anchor, negative, { p, eps });
  const far = swap ? minimum(away, pairwiseDistance(positive, negative, { p, eps })) : away;
  return reduceLoss(clampMin(add(sub(near, far), margin), 0), reduction);
}

/**
 * 1 − cos(a, b) where target is 1, max(0, cos(a, b) − margin) where it is −1, then reduced
 * (torch.nn.functional.cosine_embedding_loss). a and b are [N, D] with target [N], or [D] with a 0-d target.
 *
 * @throws ShapeError if the numbers of dims do not fit or the shapes do not broadcast.
 */
export function cosineEmbeddingLoss(
  a: Tensor,
  b: Tensor,
  target: Tensor,
  options: MarginLossOptions = {},
): Tensor {
  const { margin = 0 } = options;
  const reduction = reductionOf('cosineEmbeddingLoss', options.reduction);
  const [x, y] = promotedFloat('cosineEmbeddingLoss', a, b);
  checkTensor('cosineEmbeddingLoss', target);
  const dim = target.ndim;
  if (dim > 1) {
    throw new ShapeError(
      `cosineEmbeddingLoss: 0D or 1D target tensor expected, multi-target not supported: ${formatShape(target.shape)}`,
    );
  }
  if (x.ndim !== dim + 1 || y.ndim !== dim + 1) {
    throw new ShapeError(
      `cosineEmbeddingLoss: ${dim}D target tensor expects ${dim + 1}D input tensors, but found inputs with sizes ` +
        `${formatShape(x.shape)} and ${formatShape(y.shape)}`,
    );
  }
  const size = (v: Tensor): Tensor => add(sum(square(v), dim), 1e-12);
  const cos = div(sum(mul(x, y), dim), sqrt(mul(size(x), size(y))));
  const alike = where(eq(target, 1), sub(1, cos), 0);
  return reduceLoss(add(alike, where(eq(target, -1), clampMin(sub(cos, margin), 0), 0)), reduction);
}

/** Options of {@link multiMarginLoss}. */
export interface MultiMarginLossOptions extends LossOptions {
  /** The exponent, 1 or 2. Default 1. */
  readonly p?: number;
  /** Default 1. */
  readonly margin?: number;
  /** Multiplies the losses of samples by their class: [C]. Default none. */
  readonly weight?: Tensor | null;
}

/**
 * weight[y]·Σ max(0, margin − x[y] + x[j])ᵖ / C over the classes j ≠ y, then reduced
 * (torch.nn.functional.multi_margin_loss). input is [N, C] with target [N], or [C] with a 0-d target: classes y, int32.
 *
 * @throws ShapeError if the shapes do not fit; RangeError for a p other than 1 and 2 and for a class that is not there.
 */
export function multiMarginLoss(input: Tensor, target: Tensor, options: MultiMarginLossOptions = {}): Tensor {
  const op = 'multiMarginLoss';
  const { p = 1, margin = 1, weight = null } = options;
  const reduction = reductionOf(op, options.reduction);
  const x = toFloat(op, input);
  checkTensor(op, target);
  if (p !== 1 && p !== 2) throw new RangeError(`${op}: only p == 1 and p == 2 supported, got ${p}`);
  const classes = x.shape[x.ndim - 1] ?? 1;
  if (x.ndim > 2 || classes === 0) {
    throw new ShapeError(
      `${op}: Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${formatShape(x.shape)}`,
    );
  }
  const rows = x.ndim === 2 ? x.shape[0] : 1;
  if (target.ndim > 1 || target.numel() !== rows) {
    throw new ShapeError(`${op}: inconsistent target size, got: ${formatShape(target.shape)}`);
  }
  if (weight !== null && (weight.ndim !== 1 || weight.numel() !== classes)) {
    throw new ShapeError(`${op}: inconsistent weight size, got: ${formatShape(weight.shape)}`);
  }
  checkIndices(op, target, 0, classes);
  const scores = reshape(x, [rows, classes]);
  const chosen = reshape(target, [rows, 1]);
  const hinges = relu(add(sub(scores, gather(scores, 1, chosen)), margin));
  const powers = p === 1 ? hinges : square(hinges);
  const others = ne(chosen, arange(classes));
  const losses = div(sum(where(others, powers, 0), 1), classes);
  const weighted =
    weight === null ? losses : mul(losses, gather(to(weight, x.dtype), 0, reshape(target, [-1])));
  return reduceLoss(reshape(weighted, target.shape), reduction);
}

/**
 * Σ max(0, 1 − x[k] + x[j]) / C over the classes k that target lists and j that it does not, then reduced
 * (torch.nn.functional.multilabel_margin_loss). input is [N, C] or [C]; target, int32 of the same shape, lists classes up
 * to its first −1.
 *
 * @throws ShapeError if the shapes do not fit; RangeError for a class that is not there.
 */
export function multilabelMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const op = 'multilabelMarginLoss';
  const reduction = reductionOf(op, options.reduction);
  const x = toFloat(op, input);
  checkTensor(op, target);
  const classes = x.shape[x.ndim - 1] ?? 1;
  if (x.ndim > 2 || classes === 0) {
    throw new ShapeError(
      `${op}: Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${formatShape(x.shape)}`,
    );
  }
  if (!sameShape(target.shape, x.shape)) {
    throw new ShapeError(
      `${op}: inconsistent target size: ${formatShape(target.shape)} for input of size: ${formatShape(x.shape)}`,
    );
  }
  if (target.dtype !== 'int32') {
    throw new DTypeError(`${op}: expected an int32 target but found ${target.dtype}; use .to('int32')`);
  }
  const rows = x.ndim === 2 ? x.shape[0] : 1;
  const scores = reshape(x, [rows, classes]);
  const given = reshape(target, [rows, classes]);
  const listed = eq(cumsum(to(lt(given, 0), 'int32'), 1), 0);
  const labels = where(listed, given, 0);
  checkIndices(op, labels, 1, classes);
  const uses = scatterAdd(zeros([rows, classes], { dtype: 'int32' }), 1, labels, to(listed, 'int32'));
  const gaps = relu(add(sub(unsqueeze(scores, 1), unsqueeze(gather(scores, 1, labels), 2)), 1));
  const counted = mul(unsqueeze(to(listed, x.dtype), 2), unsqueeze(to(eq(uses, 0), x.dtype), 1));
  const losses = div(sum(mul(gaps, counted), [1, 2]), classes);
  return reduceLoss(x.ndim === 2 ? losses : squeeze(losses, 0), reduction);
}

/** Options of {@link multilabelSoftMarginLoss}. */
export interface MultilabelSoftMarginLossOptions extends LossOptions {
  /** Multiplies the losses by class; broadcasts. Default none. */
  readonly weight?: Tensor | null;
}

/**
 * −mean over the last dim of t·log σ(x) + (1 − t)·log σ(−x), then reduced
 * (torch.nn.functional.multilabel_soft_margin_loss).
 *
 * @throws ShapeError if the shapes do not broadcast.
 */
export function multilabelSoftMarginLoss(
  input: Tensor,
  target: Tensor,
  options: MultilabelSoftMarginLossOptions = {},
): Tensor {
  const { weight = null } = options;
  const reduction = reductionOf('multilabelSoftMarginLoss', options.reduction);
  const [x, t] = promotedFloat('multilabelSoftMarginLoss', input, target);
  broadcastShapes('multilabelSoftMarginLoss', x.shape, t.shape);
  const losses = neg(add(mul(t, logSigmoid(x)), mul(sub(1, t), logSigmoid(neg(x)))));
  return reduceLoss(mean(weight === null ? losses : mul(losses, weight), -1), reduction);
}
