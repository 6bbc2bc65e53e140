/* Elements drawn or set one like the other. */
import { erf, noGrad, tensor, type SamplingOptions, type Tensor } from '@retrograd/core';
import { checkNumber } from '../checks.ts';

const { sqrt } = Math;

/** Uniform in [a, b) (torch.nn.init.uniform_). */
export function uniform_(x: Tensor, a = 0, b = 1, options: SamplingOptions = {}): Tensor {
  return noGrad(() => x.uniform_(a, b, options));
}

/** Normal with a mean and a standard deviation (torch.nn.init.normal_). */
export function normal_(x: Tensor, mean = 0, std = 1, options: SamplingOptions = {}): Tensor {
  return noGrad(() => x.normal_(mean, std, options));
}

/** One value everywhere (torch.nn.init.constant_). */
export function constant_(x: Tensor, value: number): Tensor {
  return noGrad(() => x.fill_(value));
}

/** Ones (torch.nn.init.ones_). */
export function ones_(x: Tensor): Tensor {
  return constant_(x, 1);
}

/** Zeros (torch.nn.init.zeros_). */
export function zeros_(x: Tensor): Tensor {
  return constant_(x, 0);
}

/** Options of {@link truncNormal_}. */
export interface TruncNormalOptions extends SamplingOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 1. */
  readonly std?: number;
  /** The least value. Default −2. */
  readonly a?: number;
  /** The greatest value. Default 2. */
  readonly b?: number;
}

/**
 * Normal, but within [a, b] (torch.nn.init.trunc_normal_): the inverse of the distribution's function, of numbers that are
 * uniform between its values at a and b. Mean and deviation are those before values outside are ruled out.
 *
 * @throws TypeError for an option that is no number; RangeError unless a ≤ b and std > 0.
 */
export function truncNormal_(x: Tensor, options: TruncNormalOptions = {}): Tensor {
  const { mean = 0, std = 1, a = -2, b = 2, generator } = options;
  for (const [name, value] of Object.entries({ mean, std, a, b })) checkNumber('truncNormal_', name, value);
  if (!(std > 0)) throw new RangeError(`truncNormal_: std must be positive, got ${std}`);
  if (a > b) throw new RangeError(`truncNormal_: a must not exceed b, got a = ${a} and b = ${b}`);
  return noGrad(() => {
    const low = 2 * normalDistribution((a - mean) / std) - 1;
    const high = 2 * normalDistribution((b - mean) / std) - 1;
    x.uniform_(low, high, { generator }).erfinv_();
    return x
      .mul_(std * sqrt(2))
      .add_(mean)
      .clamp_({ min: a, max: b });
  });
}

/** Φ(x): the probability that a standard normal number is at most x. */
function normalDistribution(x: number): number {
  return (1 + erf(tensor(x / sqrt(2), { dtype: 'float64' })).item()) / 2;
}
