/* Losses that compare probabilities, or logits, of yes with yes and no. */
import { kernels } from '@retrograd/kernels';
import { ShapeError } from '../errors.ts';
import { broadcastShapes, formatShape, sameShape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { allocateTensor, type Tensor } from '../tensor.ts';
import { add, div, mul, neg, sub } from './arithmetic.ts';
import { log, log1p, sigmoid } from './elementwise.ts';
import { amax, amin } from './extremum.ts';
import { binaryLoop, unaryLoop } from './loops.ts';
import { promotedFloat, scalar } from './promote.ts';
import { reduceLoss, reductionOf, type LossOptions } from './reduction.ts';
import { clampMin } from './where.ts';

/** PyTorch's bounds: of the logarithms from below, and of the gradient's divisor. */
const LEAST_LOG = -100;
const LEAST_DIVISOR = 1e-12;

/** −(t·log x + (1 − t)·log(1 − x)). The bound on the logarithms does not bound the gradient. */
export const binaryCrossEntropyOp = defineOp({
  name: 'binaryCrossEntropy',
  inputs: ['x', 't'],
  shape: ([x, t]) => broadcastShapes('binaryCrossEntropy', x.shape, t.shape),
  forward: ([x, t], _, out) => {
    const yes = boundedLog(x, false);
    const no = boundedLog(x, true);
    const ofYes = allocateTensor(out.shape, x.dtype);
    const minusNo = allocateTensor(t.shape, x.dtype);
    binaryLoop(kernels.mul, t, yes, ofYes);
    binaryLoop(kernels.sub, t, scalar(1, x.dtype), minusNo);
    binaryLoop(kernels.mul, minusNo, no, out);
    binaryLoop(kernels.sub, out, ofYes, out);
  },
  saves: { x: ['x', 't'], t: ['x'] },
  broadcasts: true,
  vjp: {
    x: (g, { x, t }) => div(mul(g, sub(x, t)), clampMin(mul(sub(1, x), x), LEAST_DIVISOR)),
    t: (g, { x }) => mul(g, sub(log1p(neg(x)), log(x))),
  },
});

/** log x, or log(1 − x) of the complement, at least −100. */
function boundedLog(x: Tensor, complement: boolean): Tensor {
  const out = allocateTensor(x.shape, x.dtype);
  if (complement) {
    unaryLoop(kernels.neg, x, out);
    unaryLoop(kernels.log1p, out, out);
  } else unaryLoop(kernels.log, x, out);
  kernels.clamp(
    out.numel(),
    LEAST_LOG,
    Infinity,
    out.storage.array,
    out.offset,
    out.storage.array,
    out.offset,
  );
  return out;
}

/** max(x, 0) − x·t + log(1 + exp(−|x|)), which overflows nowhere. */
export const logitsLossOp = defineOp({
  name: 'binaryCrossEntropyWithLogits',
  inputs: ['x', 't'],
  shape: ([x, t]) => broadcastShapes('binaryCrossEntropyWithLogits', x.shape, t.shape),
  forward: ([x, t], _, out) => {
    const soft = allocateTensor(x.shape, x.dtype);
    const hard = allocateTensor(x.shape, x.dtype);
    unaryLoop(kernels.abs, x, soft);
    unaryLoop(kernels.neg, soft, soft);
    unaryLoop(kernels.exp, soft, soft);
    unaryLoop(kernels.log1p, soft, soft);
    binaryLoop(kernels.maximum, x, scalar(0, x.dtype), hard);
    binaryLoop(kernels.mul, x, t, out);
    binaryLoop(kernels.sub, hard, out, out);
    binaryLoop(kernels.add, out, soft, out);
  },
  saves: { x: ['x', 't'], t: ['x'] },
  broadcasts: true,
  vjp: { x: (g, { x, t }) => mul(g, sub(sigmoid(x), t)), t: (g, { x }) => neg(mul(g, x)) },
});

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** Multiplies each element's loss; broadcasts. Default none. */
  readonly weight?: Tensor | null;
}

/** Options of {@link binaryCrossEntropyWithLogits}. */
export interface BinaryCrossEntropyWithLogitsOptions extends BinaryCrossEntropyOptions {
  /** Multiplies the loss of positive targets; broadcasts. Default none. */
  readonly posWeight?: Tensor | null;
}

/**
 * −(t·log x + (1 − t)·log(1 − x)), then reduced (torch.nn.functional.binary_cross_entropy). Logarithms count as at least
 * −100.
 *
 * @throws ShapeError unless input and target have the same shape; RangeError for an input outside [0, 1].
 */
export function binaryCrossEntropy(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  const { weight = null } = options;
  const reduction = reductionOf('binaryCrossEntropy', options.reduction);
  const [x, t] = promotedFloat('binaryCrossEntropy', input, target);
  if (!sameShape(x.shape, t.shape)) {
    throw new ShapeError(
      `binaryCrossEntropy: Using a target size (${formatShape(t.shape)}) that is different to the input size ` +
        `(${formatShape(x.shape)}) is not supported. Please ensure they have the same size`,
    );
  }
  if (x.numel() > 0) {
    const values = x.detach();
    const [least, greatest] = [amin(values).item(), amax(values).item()];
    if (!(least >= 0 && greatest <= 1)) {
      throw new RangeError(
        `binaryCrossEntropy: all elements of input should be between 0 and 1, got ${least} to ${greatest}; ` +
          `use binaryCrossEntropyWithLogits for scores`,
      );
    }
  }
  const losses = apply(binaryCrossEntropyOp, [x, t]);
  return reduceLoss(weight === null ? losses : mul(losses, weight), reduction);
}

/**
 * The cross-entropy of sigmoid(x) and t, log(1 + exp(−x)) for t = 1 and log(1 + exp(x)) for t = 0, computed without
 * overflow, then reduced (torch.nn.functional.binary_cross_entropy_with_logits).
 *
 * @throws ShapeError unless input and target have the same shape.
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyWithLogitsOptions = {},
): Tensor {
  const { weight = null, posWeight = null } = options;
  const reduction = reductionOf('binaryCrossEntropyWithLogits', options.reduction);
  const [x, t] = promotedFloat('binaryCrossEntropyWithLogits', input, target);
  if (!sameShape(x.shape, t.shape)) {
    throw new ShapeError(
      `binaryCrossEntropyWithLogits: Target size (${formatShape(t.shape)}) must be the same as input size ` +
        `(${formatShape(x.shape)})`,
    );
  }
  const losses = posWeight === null ? apply(logitsLossOp, [x, t]) : weighted(x, t, posWeight);
  return reduceLoss(weight === null ? losses : mul(losses, weight), reduction);
}

/** posWeight·t·(the loss for t = 1) + (1 − t)·(the loss for t = 0). */
function weighted(x: Tensor, t: Tensor, posWeight: Tensor): Tensor {
  const yes = apply(logitsLossOp, [x, scalar(1, x.dtype)]);
  const no = apply(logitsLossOp, [x, scalar(0, x.dtype)]);
  return add(mul(mul(posWeight, t), yes), mul(sub(1, t), no));
}
