import { dropout, type Tensor } from '@retrograd/core';
import { argument, checkProbability, type Argument } from '../checks.ts';
import { Module } from '../module.ts';
import { pythonNumber } from '../repr.ts';

/**
 * In training mode sets each element to zero with probability p and divides the others by 1 − p; in evaluation mode
 * returns its input (torch.nn.Dropout; Srivastava et al., Dropout, 2014).
 */
export class Dropout extends Module {
  /** The probability of an element to be dropped. */
  p: number;

  /**
   * @param p - Default 0.5.
   * @throws RangeError for a probability outside [0, 1].
   */
  constructor(p?: Argument<'p'>) {
    super();
    this.p = argument(p, 'p') ?? 0.5;
    checkProbability('Dropout', this.p);
  }

  forward(input: Tensor): Tensor {
    return dropout(input, { p: this.p, training: this.training });
  }

  override extraRepr(): string {
    return `p=${pythonNumber(this.p)}, inplace=False`;
  }
}
