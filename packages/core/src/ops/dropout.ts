/* Dropping elements at random while training. */
import { fillBernoulli } from '../random/distributions.ts';
import { defaultGenerator, type Generator } from '../random/generator.ts';
import { allocateTensor, floatArray, type Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { toFloat } from './promote.ts';

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** The probability that an element is dropped. Default 0.5. */
  readonly p?: number;
  /** Whether anything is dropped at all. Default true. */
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
  const { p = 0.5, training = true, generator = defaultGenerator } = options;
  const y = toFloat('dropout', x);
  if (!(p >= 0 && p <= 1)) {
    throw new RangeError(`dropout: dropout probability has to be between 0 and 1, but got ${p}`);
  }
  if (!training || p === 0 || y.numel() === 0) return y;
  if (p === 1) return mul(y, 0);
  const mask = allocateTensor(y.shape, y.dtype);
  fillBernoulli(floatArray(mask), 1 - p, generator, 'dropout');
  return mul(y, div(mask, 1 - p));
}
