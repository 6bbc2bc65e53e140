import { rrelu, type Tensor } from '@retrograd/core';
import { checkNumber } from '../checks.ts';
import { Module } from '../module.ts';
import { pythonNumber } from '../repr.ts';

/**
 * x where positive, a·x elsewhere, with slopes a drawn uniformly from [lower, upper) for each element in training mode,
 * and (lower + upper) / 2 in evaluation mode (torch.nn.RReLU; Xu et al., 2015).
 */
export class RReLU extends Module {
  readonly lower: number;
  readonly upper: number;

  /**
   * @param lower - The least slope. Default 1/8.
   * @param upper - The greatest slope. Default 1/3.
   * @throws RangeError unless lower ≤ upper.
   */
  constructor(lower = 1 / 8, upper = 1 / 3) {
    super();
    checkNumber('RReLU', 'lower', lower);
    checkNumber('RReLU', 'upper', upper);
    if (lower > upper) {
      throw new RangeError(
        `RReLU: Lower bound should be less than or equal to the upper bound, got ${lower} and ${upper}`,
      );
    }
    this.lower = lower;
    this.upper = upper;
  }

  forward(input: Tensor): Tensor {
    const { lower, upper, training } = this;
    return rrelu(input, { lower, upper, training });
  }

  override extraRepr(): string {
    return `lower=${pythonNumber(this.lower)}, upper=${pythonNumber(this.upper)}`;
  }
}
