/* Dropping elements, or whole channels, at random while training. */
import { ShapeError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';
import { fillBernoulli } from '../random/distributions.ts';
import { defaultGenerator, type Generator } from '../random/generator.ts';
import { allocateTensor, floatArray, type Tensor } from '../tensor.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { toFloat } from './promote.ts';
import { squeeze, unsqueeze } from './view.ts';

const { sqrt } = Math;

/** Options of {@link dropout} and its variants. */
export interface DropoutOptions {
  /** The probability that an element is dropped. Default 0.5. */
  readonly p?: number;
  /** Whether anything is dropped at all. Default true; false for {@link alphaDropout} and {@link featureAlphaDropout}. */
  readonly training?: boolean;
  /** Where random numbers come from. Default the generator `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * x with each element set to 0 with probability p and the others divided by 1 − p, so that the expectation stays
 * (torch.nn.functional.dropout); x itself when not training or for p = 0, which draw no random number.
 *
 * @throws RangeError unless 0 ≤ p ≤ 1.
 */
export function dropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  return dropped('dropout', x, (y) => y.shape, options);
}

/**
 * {@link dropout} of whole channels (torch.nn.functional.dropout1d). x is [N, C, L] or [C, L].
 *
 * @throws ShapeError for another number of dims; RangeError unless 0 ≤ p ≤ 1.
 */
export function dropout1d(x: Tensor, options: DropoutOptions = {}): Tensor {
  const y = toFloat('dropout1d', x);
  checkDims('dropout1d', y, 2, 3);
  if (y.ndim === 3) return dropped('dropout1d', y, channels, options);
  return squeeze(dropped('dropout1d', unsqueeze(y, 0), channels, options), 0);
}

/**
 * {@link dropout} of whole channels (torch.nn.functional.dropout2d). x is [N, C, H, W], or [N, C] or [N, C, L].
 *
 * @throws ShapeError for fewer than 2 dims; RangeError unless 0 ≤ p ≤ 1.
 */
export function dropout2d(x: Tensor, options: DropoutOptions = {}): Tensor {
  return dropped('dropout2d', x, channels, options);
}

/**
 * {@link dropout} of whole channels (torch.nn.functional.dropout3d). x is [N, C, D, H, W], or [C, D, H, W].
 *
 * @throws ShapeError for another number of dims; RangeError unless 0 ≤ p ≤ 1.
 */
export function dropout3d(x: Tensor, options: DropoutOptions = {}): Tensor {
  const y = toFloat('dropout3d', x);
  checkDims('dropout3d', y, 4, 5);
  if (y.ndim === 5) return dropped('dropout3d', y, channels, options);
  return squeeze(dropped('dropout3d', unsqueeze(y, 0), channels, options), 0);
}

/**
 * Dropout that keeps mean 0 and variance 1 of what selu gives: dropped elements become selu's lower bound, then all are
 * scaled and shifted (torch.nn.functional.alpha_dropout). Klambauer et al., 2017.
 *
 * @throws RangeError unless 0 ≤ p ≤ 1.
 */
export function alphaDropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  return alphaDropped('alphaDropout', x, (y) => y.shape, options);
}

/**
 * {@link alphaDropout} of whole channels (torch.nn.functional.feature_alpha_dropout). x is [N, C, …].
 *
 * @throws ShapeError for fewer than 2 dims; RangeError unless 0 ≤ p ≤ 1.
 */
export function featureAlphaDropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  return alphaDropped('featureAlphaDropout', x, channels, options);
}

/** One random number per channel. */
function channels(x: Tensor): Shape {
  if (x.ndim < 2) {
    throw new ShapeError(
      `dropout: Feature dropout requires at least 2 dimensions in the input, got ${formatShape(x.shape)}`,
    );
  }
  return x.shape.map((n, d) => (d < 2 ? n : 1));
}

function dropped(op: string, x: Tensor, maskShape: (x: Tensor) => Shape, options: DropoutOptions): Tensor {
  const { p = 0.5, training = true, generator = defaultGenerator } = options;
  const y = toFloat(op, x);
  checkProbability(op, p);
  if (!training || p === 0 || y.numel() === 0) return y;
  if (p === 1) return mul(y, 0);
  return mul(y, div(kept(op, y, maskShape(y), p, generator), 1 - p));
}

function alphaDropped(
  op: string,
  x: Tensor,
  maskShape: (x: Tensor) => Shape,
  options: DropoutOptions,
): Tensor {
  const { p = 0.5, training = false, generator = defaultGenerator } = options;
  const y = toFloat(op, x);
  checkProbability(op, p);
  if (!training || p === 0 || y.numel() === 0) return y;
  if (p === 1) return mul(y, 0);
  const mask = kept(op, y, maskShape(y), p, generator);
  // selu falls to −alpha.
  const alpha = 1.7580993408473766;
  const scale = 1 / sqrt((alpha * alpha * p + 1) * (1 - p));
  const shift = add(mul(sub(mask, 1), alpha * scale), alpha * scale * p);
  return add(mul(y, mul(mask, scale)), shift);
}

/** 1 where an element is kept, 0 where it is dropped. */
function kept(op: string, { dtype }: Tensor, shape: Shape, p: number, generator: Generator): Tensor {
  const mask = allocateTensor(shape, dtype);
  fillBernoulli(floatArray(mask), 1 - p, generator, op);
  return mask;
}

function checkProbability(op: string, p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new RangeError(`${op}: dropout probability has to be between 0 and 1, but got ${p}`);
}

function checkDims(op: string, { ndim, shape }: Tensor, single: number, batched: number): void {
  if (ndim === single || ndim === batched) return;
  throw new ShapeError(
    `${op}: Expected ${single}D or ${batched}D input, but received a ${ndim}D input: ${formatShape(shape)}`,
  );
}
