/* Losses that compare scores of classes with the right classes. */
import { isFloating } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, neg } from './arithmetic.ts';
import { eq, logicalNot } from './compare.ts';
import { to } from './copy.ts';
import { crossEntropyRows } from './crossEntropyRows.ts';
import { amax, amin } from './extremum.ts';
import { gather } from './gather.ts';
import { checkTensor, toFloat } from './promote.ts';
import { sum } from './reduce.ts';
import { reduceLoss, reductionOf, type LossOptions, type Reduction } from './reduction.ts';
import { logSoftmax } from './softmax.ts';
import { reshape, squeeze, unsqueeze } from './view.ts';
import { where } from './where.ts';

/** Options of {@link nllLoss}. */
export interface NllLossOptions extends LossOptions {
  /** A weight for each class, shape [C]. Default all 1. */
  readonly weight?: Tensor | null;
  /** Targets of this value are left out, of the mean's divisor too. Default −100. */
  readonly ignoreIndex?: number;
}

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends NllLossOptions {
  /** How much of each target is spread evenly over all classes, from 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

/** Class indices, checked against the scores they belong to. */
interface Targets {
  /** The indices, with 0 in the place of those left out. */
  readonly classes: Tensor;
  /** Which of them are left out; null if none. */
  readonly ignored: Tensor | null;
  /** The weight of each element, where there are weights; 0 where it is left out. */
  readonly weights: Tensor | null;
}

/**
 * −weight[t]·input[t] for the class t each target names, then reduced: the negative log-likelihood of scores that are
 * log-probabilities (torch.nn.functional.nll_loss). input is [N, C], [C] or [N, C, d₁, …], target int32 of the same
 * shape without C. The mean divides by the sum of the weights.
 *
 * @throws ShapeError if shapes do not fit; DTypeError for targets that are no integers; RangeError for a class that is
 * out of bounds; TypeError for an unknown reduction. Nothing is computed then.
 */
export function nllLoss(input: Tensor, target: Tensor, options: NllLossOptions = {}): Tensor {
  const reduction = reductionOf('nllLoss', options.reduction);
  const scores = toFloat('nllLoss', input);
  const targets = checkedTargets('nllLoss', scores, target, options);
  return reduced(likelihoods(scores, targets), targets, reduction);
}

/**
 * The cross-entropy of softmax(input) and the target, then reduced (torch.nn.functional.cross_entropy). The target holds
 * class indices, as for {@link nllLoss}, or probabilities of all classes in input's shape.
 *
 * @throws As nllLoss; RangeError unless labelSmoothing is from 0 to 1; TypeError for ignoreIndex with probabilities.
 */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { labelSmoothing = 0 } = options;
  const reduction = reductionOf('crossEntropy', options.reduction);
  const scores = toFloat('crossEntropy', input);
  checkTensor('crossEntropy', target);
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RangeError(`crossEntropy: label_smoothing must be between 0.0 and 1.0. Got: ${labelSmoothing}`);
  }
  if (sameShape(scores.shape, target.shape) && scores.ndim > 0) {
    return fromProbabilities(scores, target, labelSmoothing, reduction, options);
  }
  const targets = checkedTargets('crossEntropy', scores, target, options);
  const dim = classDim(scores);
  if (labelSmoothing === 0) {
    const { classes, ignored, weights } = targets;
    const losses = crossEntropyRows(scores, ignored === null ? classes : where(ignored, -1, classes), dim);
    return reduced(weights === null ? losses : mul(losses, weights), targets, reduction);
  }
  const logs = logSoftmax(scores, dim);
  const losses = likelihoods(logs, targets);
  const { weight = null } = options;
  const even = neg(sum(weight === null ? logs : mul(logs, perClass(weight, logs)), dim));
  const kept = targets.ignored === null ? even : where(targets.ignored, 0, even);
  const mixed = add(mul(losses, 1 - labelSmoothing), mul(kept, labelSmoothing / logs.shape[dim]));
  return reduced(mixed, targets, reduction);
}

function fromProbabilities(
  scores: Tensor,
  target: Tensor,
  labelSmoothing: number,
  reduction: Reduction,
  { weight = null, ignoreIndex = -100 }: NllLossOptions,
): Tensor {
  if (!isFloating(target.dtype)) {
    throw new DTypeError(
      `crossEntropy: Expected floating point type for target with class probabilities, got ${target.dtype} of shape ` +
        `${formatShape(target.shape)}; class indices have input's shape without the class dim`,
    );
  }
  if (ignoreIndex >= 0)
    throw new TypeError('crossEntropy: ignore_index is not supported for floating point target');
  const dim = classDim(scores);
  const classes = scores.shape[dim];
  checkWeight('crossEntropy', weight, classes);
  const given = to(target, scores.dtype);
  const smoothed =
    labelSmoothing === 0 ? given : add(mul(given, 1 - labelSmoothing), labelSmoothing / classes);
  const logs = logSoftmax(scores, dim);
  const weighted = mul(logs, weight === null ? smoothed : mul(smoothed, perClass(weight, logs)));
  if (reduction === 'none') return neg(sum(weighted, dim));
  const total = neg(sum(weighted));
  return reduction === 'sum' ? total : div(total, scores.numel() / classes);
}

/** −weight·score of each target's class, 0 where it is left out. */
function likelihoods(scores: Tensor, { classes, ignored, weights }: Targets): Tensor {
  const dim = classDim(scores);
  const chosen = neg(squeeze(gather(scores, dim, unsqueeze(classes, dim)), dim));
  const weighted = weights === null ? chosen : mul(chosen, weights);
  return ignored === null ? weighted : where(ignored, 0, weighted);
}

function reduced(losses: Tensor, { ignored, weights }: Targets, reduction: Reduction): Tensor {
  if (reduction !== 'mean' || (ignored === null && weights === null)) return reduceLoss(losses, reduction);
  return div(sum(losses), sum(weights ?? logicalNot(ignored as Tensor)));
}

function classDim(scores: Tensor): number {
  return scores.ndim === 1 ? 0 : 1;
}

/** [C] as a shape that broadcasts along the class dim of x. */
function perClass(weight: Tensor, x: Tensor): Tensor {
  const dim = classDim(x);
  return reshape(to(weight, x.dtype), x.shape.map((n, d) => (d === dim ? n : 1))); // prettier-ignore
}

function checkedTargets(op: string, scores: Tensor, target: Tensor, options: NllLossOptions): Targets {
  const { weight = null, ignoreIndex = -100 } = options;
  checkTensor(op, target);
  checkTargetShape(op, scores, target);
  if (target.dtype !== 'int32' && target.dtype !== 'uint8') {
    throw new DTypeError(
      `${op}: expected scalar type int32 for class indices but found ${target.dtype}; use .to('int32')`,
    );
  }
  const count = scores.shape[classDim(scores)];
  checkWeight(op, weight, count);
  const given = to(target, 'int32');
  const anyIgnored = !within(given, 0, count) || (ignoreIndex >= 0 && ignoreIndex < count);
  const ignored = anyIgnored ? eq(given, ignoreIndex) : null;
  const classes = ignored === null ? given : where(ignored, 0, given);
  if (ignored !== null && !within(classes, 0, count)) {
    const [least, greatest] = [amin(classes).item(), amax(classes).item()];
    throw new RangeError(
      `${op}: Target ${greatest >= count ? greatest : least} is out of bounds. There are ${count} classes`,
    );
  }
  if (weight === null) return { classes, ignored, weights: null };
  const chosen = reshape(gather(to(weight, scores.dtype), 0, reshape(classes, [-1])), classes.shape);
  return { classes, ignored, weights: ignored === null ? chosen : where(ignored, 0, chosen) };
}

function within(x: Tensor, low: number, end: number): boolean {
  return x.numel() === 0 || (amin(x).item() >= low && amax(x).item() < end);
}

function checkWeight(op: string, weight: Tensor | null, classes: number): void {
  if (weight === null) return;
  checkTensor(op, weight);
  if (weight.ndim !== 1 || weight.shape[0] !== classes) {
    throw new ShapeError(
      `${op}: weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor ` +
        `of shape: ${formatShape(weight.shape)}`,
    );
  }
}

function checkTargetShape(op: string, { shape }: Tensor, target: Tensor): void {
  const got = target.shape;
  if (shape.length === 0) throw new ShapeError(`${op}: Expected 1 or more dimensions (got 0)`);
  const expected = shape.filter((_, d) => d !== (shape.length === 1 ? 0 : 1));
  if (sameShape(got, expected)) return;
  if (shape.length > 1 && got.length > 0 && shape[0] !== got[0]) {
    throw new ShapeError(
      `${op}: Expected input batch_size (${shape[0]}) to match target batch_size (${got[0]}): input ` +
        `${formatShape(shape)}, target ${formatShape(got)}`,
    );
  }
  throw new ShapeError(
    `${op}: Expected target size ${formatShape(expected)}, got ${formatShape(got)} (input ${formatShape(shape)})`,
  );
}
