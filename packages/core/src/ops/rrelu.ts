/* The leaky rectifier with random slopes. */
import { onesLike } from '../creation.ts';
import { fillUniform } from '../random/distributions.ts';
import { defaultGenerator, type Generator } from '../random/generator.ts';
import { allocateTensor, floatArray, type Tensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import { le } from './compare.ts';
import { to } from './copy.ts';
import { maskedScatter } from './indexing.ts';
import { toFloat } from './promote.ts';
import { leakyRelu } from './rectifiers.ts';
import { countNonzero } from './reduce.ts';

/** Options of {@link rrelu}. */
export interface RreluOptions {
  /** The least slope. Default 1/8. */
  readonly lower?: number;
  /** The greatest slope. Default 1/3. */
  readonly upper?: number;
  /** Whether slopes are drawn, or (lower + upper)/2. Default false. */
  readonly training?: boolean;
  /** Where random numbers come from. Default the generator `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * x where x > 0, else x times a slope that is drawn uniformly from [lower, upper) for each element while training
 * (torch.nn.functional.rrelu; Xu et al., 2015).
 *
 * @throws RangeError if lower > upper.
 */
export function rrelu(x: Tensor, options: RreluOptions = {}): Tensor {
  const y = toFloat('rrelu', x);
  const { lower = 1 / 8, upper = 1 / 3, training = false, generator = defaultGenerator } = options;
  if (lower > upper) {
    throw new RangeError(
      `rrelu: Lower bound should be less than or equal to the upper bound, got ${lower} and ${upper}`,
    );
  }
  if (!training) return leakyRelu(y, { negativeSlope: (lower + upper) / 2 });
  // As in PyTorch elements that are not positive draw a double each, in order, and the others none.
  const low = le(y.detach(), 0);
  const drawn = allocateTensor([countNonzero(low).item()], 'float64');
  fillUniform(floatArray(drawn), lower, upper, generator, 'rrelu');
  return mul(y, maskedScatter(onesLike(y.detach()), low, to(drawn, y.dtype)));
}
