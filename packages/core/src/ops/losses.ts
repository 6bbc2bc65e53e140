/* Losses that measure how far numbers are from numbers. */
import { kernels } from '@retrograd/kernels';
import { broadcastShapes, numelOf } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { allocateTensor, type Tensor } from '../tensor.ts';
import { div, mul, sub } from './arithmetic.ts';
import { eq } from './compare.ts';
import { abs, exp, log } from './elementwise.ts';
import { binaryLoop, unaryLoop } from './loops.ts';
import { promotedFloat, scalar } from './promote.ts';
import { sum } from './reduce.ts';
import { reduceLoss, reductionOf, type LossOptions, type Reduction } from './reduction.ts';
import { clamp, where } from './where.ts';

interface LossAttrs {
  readonly reduction: Reduction;
}

/** (a − b)² with its reduction: nothing of the size of the difference outlives the computation. */
export const squaredErrorOp = defineOp({
  name: 'squaredError',
  inputs: ['a', 'b'],
  shape: ([a, b], { reduction }: LossAttrs) => {
    const shape = broadcastShapes('squaredError', a.shape, b.shape);
    return reduction === 'none' ? shape : [];
  },
  forward: ([a, b], { reduction }, out) => {
    const shape = broadcastShapes('squaredError', a.shape, b.shape);
    const squares = reduction === 'none' ? out : allocateTensor(shape, a.dtype);
    binaryLoop(kernels.sub, a, b, squares);
    unaryLoop(kernels.square, squares, squares);
    if (reduction === 'none') return;
    const n = numelOf(shape);
    kernels.sum(1, n, 1, squares.storage.array, squares.offset, out.storage.array, out.offset);
    if (reduction === 'mean') out.storage.array[out.offset] /= n;
  },
  saves: { a: ['a', 'b'], b: ['a', 'b'] },
  broadcasts: true,
  vjp: {
    a: (g, { a, b, attrs }) => squaredErrorGradient(g, a, b, 2, attrs),
    b: (g, { a, b, attrs }) => squaredErrorGradient(g, a, b, -2, attrs),
  },
});

/** slope·g·(a − b), g being a number or of the difference's shape: the gradient of {@link squaredErrorOp}. */
export const squaredErrorGradOp = defineOp({
  name: 'squaredErrorGrad',
  inputs: ['g', 'a', 'b'],
  shape: ([, a, b], _attrs: { slope: number }) => broadcastShapes('squaredErrorGrad', a.shape, b.shape),
  forward: ([g, a, b], { slope }, out) => {
    const factor = allocateTensor(g.shape, g.dtype);
    binaryLoop(kernels.mul, g, scalar(slope, g.dtype), factor);
    binaryLoop(kernels.sub, a, b, out);
    binaryLoop(kernels.mul, out, factor, out);
  },
  saves: { g: ['a', 'b'], a: ['g'], b: ['g'] },
  broadcasts: true,
  vjp: {
    g: (u, { a, b, attrs }) => mul(mul(u, sub(a, b)), attrs.slope),
    a: (u, { g, attrs }) => mul(u, mul(g, attrs.slope)),
    b: (u, { g, attrs }) => mul(u, mul(g, -attrs.slope)),
  },
});

function squaredErrorGradient(
  g: Tensor,
  a: Tensor,
  b: Tensor,
  factor: number,
  { reduction }: LossAttrs,
): Tensor {
  const n = reduction === 'mean' ? numelOf(broadcastShapes('squaredError', a.shape, b.shape)) : 1;
  return apply(squaredErrorGradOp, [g, a, b], { slope: factor / n });
}

/**
 * (input − target)² elementwise, then reduced (torch.nn.functional.mse_loss, under both names). The shapes broadcast,
 * without the warning PyTorch gives where they differ; integers become float32.
 *
 * @throws ShapeError if the shapes do not broadcast; TypeError for an unknown reduction.
 */
export function squaredError(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = reductionOf('squaredError', options.reduction);
  return apply(squaredErrorOp, promotedFloat('squaredError', input, target), { reduction });
}
export { squaredError as mseLoss };

/** |input − target| elementwise, then reduced (torch.nn.functional.l1_loss). Shapes as for {@link squaredError}. */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = reductionOf('l1Loss', options.reduction);
  const [x, t] = promotedFloat('l1Loss', input, target);
  return reduceLoss(abs(sub(x, t)), reduction);
}

/** Options of {@link huberLoss}. */
export interface HuberLossOptions extends LossOptions {
  /** The distance at which the loss turns from quadratic to linear. Default 1. */
  readonly delta?: number;
}

/**
 * ½d² where |d| = |input − target| ≤ delta, delta·(|d| − ½delta) beyond, then reduced
 * (torch.nn.functional.huber_loss). Shapes as for {@link squaredError}.
 *
 * @throws RangeError unless delta > 0.
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  const { delta = 1 } = options;
  const reduction = reductionOf('huberLoss', options.reduction);
  if (!(delta > 0))
    throw new RangeError(`huberLoss: does not support non-positive values for delta, got ${delta}`);
  return reduceLoss(huber('huberLoss', input, target, delta), reduction);
}

/** Options of {@link smoothL1Loss}. */
export interface SmoothL1LossOptions extends LossOptions {
  /** The distance at which the loss turns from quadratic to linear. Default 1. */
  readonly beta?: number;
}

/**
 * ½d²/beta where |d| = |input − target| < beta, |d| − ½beta beyond, then reduced (torch.nn.functional.smooth_l1_loss);
 * beta = 0 is {@link l1Loss}. Shapes as for {@link squaredError}.
 *
 * @throws RangeError for a negative beta.
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  const { beta = 1 } = options;
  const reduction = reductionOf('smoothL1Loss', options.reduction);
  if (!(beta >= 0))
    throw new RangeError(`smoothL1Loss: does not support negative values for beta, got ${beta}`);
  if (beta === 0) return l1Loss(input, target, { reduction });
  return div(reduceLoss(huber('smoothL1Loss', input, target, beta), reduction), beta);
}

/** With c = d clamped to ±delta both branches are c·(d − ½c), whose derivative is c. */
function huber(op: string, input: Tensor, target: Tensor, delta: number): Tensor {
  const [x, t] = promotedFloat(op, input, target);
  const d = sub(x, t);
  const c = clamp(d, { min: -delta, max: delta });
  return mul(c, sub(d, mul(c, 0.5)));
}

/** Options of {@link klDiv}. */
export interface KlDivOptions {
  /** As for other losses, or 'batchmean': the sum divided by the first extent. Default 'mean'. */
  readonly reduction?: Reduction | 'batchmean';
  /** Whether target holds logarithms of probabilities. Default false. */
  readonly logTarget?: boolean;
}

/**
 * The Kullback–Leibler divergence target·(log target − input), where input holds logarithms and target probabilities
 * (0·log 0 is 0), or exp(target)·(target − input) with `logTarget`; then reduced (torch.nn.functional.kl_div). The
 * mean is over all elements: 'batchmean' gives the divergence as mathematics defines it.
 *
 * @throws ShapeError if the shapes do not broadcast; TypeError for an unknown reduction.
 */
export function klDiv(input: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  const { logTarget = false } = options;
  const reduction = reductionOf('klDiv', options.reduction, ['mean', 'batchmean', 'sum', 'none']);
  const [x, t] = promotedFloat('klDiv', input, target);
  // The 1 in the place of 0 keeps 0·(−inf) out of value and gradient.
  const elements = logTarget ? mul(exp(t), sub(t, x)) : mul(t, sub(log(where(eq(t, 0), 1, t)), x));
  if (reduction !== 'batchmean') return reduceLoss(elements, reduction);
  return div(sum(elements), x.ndim === 0 ? 1 : x.shape[0]);
}
