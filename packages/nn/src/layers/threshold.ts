/* Activations that cut off at thresholds. */
import { hardshrink, hardtanh, softshrink, threshold, type Tensor } from '@retrograd/core';
import { argument, checkNumber, type Argument } from '../checks.ts';
import { Module } from '../module.ts';
import { pythonFloat, pythonNumber } from '../repr.ts';

/** x kept within [minVal, maxVal] (torch.nn.Hardtanh). */
export class Hardtanh extends Module {
  readonly minVal: number;
  readonly maxVal: number;

  /** @throws RangeError unless minVal < maxVal. */
  constructor(minVal = -1, maxVal = 1) {
    super();
    checkNumber('Hardtanh', 'minVal', minVal);
    checkNumber('Hardtanh', 'maxVal', maxVal);
    if (!(minVal < maxVal))
      throw new RangeError(`Hardtanh: minVal must be below maxVal, got ${minVal} and ${maxVal}`);
    this.minVal = minVal;
    this.maxVal = maxVal;
  }

  forward(input: Tensor): Tensor {
    return hardtanh(input, { minVal: this.minVal, maxVal: this.maxVal });
  }

  override extraRepr(): string {
    return `min_val=${pythonFloat(this.minVal)}, max_val=${pythonFloat(this.maxVal)}`;
  }
}

/** x outside of ±λ, 0 within (torch.nn.Hardshrink). */
export class Hardshrink extends Module {
  readonly lambd: number;

  /** @param lambd - Default 0.5. */
  constructor(lambd?: Argument<'lambd'>) {
    super();
    this.lambd = argument(lambd, 'lambd') ?? 0.5;
    checkNumber('Hardshrink', 'lambd', this.lambd);
  }

  forward(input: Tensor): Tensor {
    return hardshrink(input, { lambd: this.lambd });
  }

  override extraRepr(): string {
    return pythonNumber(this.lambd);
  }
}

/** x moved towards 0 by λ, 0 within ±λ (torch.nn.Softshrink). */
export class Softshrink extends Module {
  readonly lambd: number;

  /**
   * @param lambd - Default 0.5.
   * @throws RangeError for a negative one.
   */
  constructor(lambd?: Argument<'lambd'>) {
    super();
    this.lambd = argument(lambd, 'lambd') ?? 0.5;
    checkNumber('Softshrink', 'lambd', this.lambd);
    if (this.lambd < 0)
      throw new RangeError(`Softshrink: lambda must be greater or equal to 0, got ${this.lambd}`);
  }

  forward(input: Tensor): Tensor {
    return softshrink(input, { lambd: this.lambd });
  }

  override extraRepr(): string {
    return pythonNumber(this.lambd);
  }
}

/** x where above the threshold, a value elsewhere (torch.nn.Threshold). */
export class Threshold extends Module {
  readonly threshold: number;
  readonly value: number;

  constructor(limit: number, value: number) {
    super();
    checkNumber('Threshold', 'threshold', limit);
    checkNumber('Threshold', 'value', value);
    this.threshold = limit;
    this.value = value;
  }

  forward(input: Tensor): Tensor {
    return threshold(input, this.threshold, this.value);
  }

  override extraRepr(): string {
    return `threshold=${pythonNumber(this.threshold)}, value=${pythonNumber(this.value)}`;
  }
}
