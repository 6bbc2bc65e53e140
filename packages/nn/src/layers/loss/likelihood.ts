/* Losses between distributions, and of observations under one. */
import { ctcLoss, gaussianNllLoss, klDiv, poissonNllLoss, type Tensor } from '@retrograd/core';
import { checkFlag, checkNumber, checkSize } from '../../checks.ts';
import { Loss, type LossOptions, type Reduction } from './loss.ts';

/** Options of {@link KLDivLoss}. */
export interface KLDivLossOptions {
  /** As for other losses, or 'batchmean': the sum divided by the first extent. Default 'mean'. */
  readonly reduction?: Reduction | 'batchmean';
  /** Whether targets are logarithms too. Default false. */
  readonly logTarget?: boolean;
}

/** target·(log target − input), the Kullback–Leibler divergence, of an input that is logarithms (torch.nn.KLDivLoss). */
export class KLDivLoss extends Loss<Reduction | 'batchmean'> {
  readonly logTarget: boolean;

  constructor({ reduction, logTarget = false }: KLDivLossOptions = {}) {
    super(reduction, ['mean', 'batchmean', 'sum', 'none']);
    checkFlag('KLDivLoss', 'logTarget', logTarget);
    this.logTarget = logTarget;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, { logTarget: this.logTarget, reduction: this.reduction });
  }
}

/** Options of {@link PoissonNLLLoss}. */
export interface PoissonNLLLossOptions extends LossOptions {
  /** Whether inputs are logarithms of rates. Default true. */
  readonly logInput?: boolean;
  /** Whether Stirling's approximation of log(target!) is added where target exceeds 1. Default false. */
  readonly full?: boolean;
  /** Is added to rates before their logarithm is taken. Default 1e-8. */
  readonly eps?: number;
}

/**
 * exp(input) − target·input, or input − target·log(input + eps) of rates that are no logarithms
 * (torch.nn.PoissonNLLLoss).
 */
export class PoissonNLLLoss extends Loss {
  readonly logInput: boolean;
  readonly full: boolean;
  readonly eps: number;

  constructor({ logInput = true, full = false, eps = 1e-8, reduction }: PoissonNLLLossOptions = {}) {
    super(reduction);
    checkFlag('PoissonNLLLoss', 'logInput', logInput);
    checkFlag('PoissonNLLLoss', 'full', full);
    checkNumber('PoissonNLLLoss', 'eps', eps);
    this.logInput = logInput;
    this.full = full;
    this.eps = eps;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { logInput, full, eps, reduction } = this;
    return poissonNllLoss(input, target, { logInput, full, eps, reduction });
  }
}

/** Options of {@link GaussianNLLLoss}. */
export interface GaussianNLLLossOptions extends LossOptions {
  /** Whether the constant ½·log 2π is added. Default false. */
  readonly full?: boolean;
  /** The least variance. Default 1e-6. */
  readonly eps?: number;
}

/** ½·(log variance + (input − target)² / variance) (torch.nn.GaussianNLLLoss; Nix & Weigend, 1994). */
export class GaussianNLLLoss extends Loss {
  readonly full: boolean;
  readonly eps: number;

  constructor({ full = false, eps = 1e-6, reduction }: GaussianNLLLossOptions = {}) {
    super(reduction);
    checkFlag('GaussianNLLLoss', 'full', full);
    checkNumber('GaussianNLLLoss', 'eps', eps);
    this.full = full;
    this.eps = eps;
  }

  /** @param variance - In input's shape, or that without the last dim, or with a last extent of 1. */
  forward(input: Tensor, target: Tensor, variance: Tensor): Tensor {
    const { full, eps, reduction } = this;
    return gaussianNllLoss(input, target, variance, { full, eps, reduction });
  }
}

/** Options of {@link CTCLoss}. */
export interface CTCLossOptions extends LossOptions {
  /** The class of the blank label. Default 0. */
  readonly blank?: number;
  /** Whether infinite losses and their gradients count as 0. Default false. */
  readonly zeroInfinity?: boolean;
}

/**
 * −log of the probability that frames of labels, with repetitions merged and blanks removed, spell the target
 * (torch.nn.CTCLoss; Graves et al., Connectionist Temporal Classification, 2006).
 */
export class CTCLoss extends Loss {
  readonly blank: number;
  readonly zeroInfinity: boolean;

  /** @throws RangeError for a blank that is no class. */
  constructor({ blank = 0, zeroInfinity = false, reduction }: CTCLossOptions = {}) {
    super(reduction);
    checkSize('CTCLoss', 'blank', blank, 0);
    checkFlag('CTCLoss', 'zeroInfinity', zeroInfinity);
    this.blank = blank;
    this.zeroInfinity = zeroInfinity;
  }

  /**
   * @param logProbs - [T, N, C] or [T, C]: log-probabilities of C classes at T times.
   * @param targets - [N, S], or all targets one after the other.
   * @param inputLengths - How many frames count, for each sample.
   * @param targetLengths - How long the targets are.
   */
  forward(
    logProbs: Tensor,
    targets: Tensor,
    inputLengths: Tensor | number | readonly number[],
    targetLengths: Tensor | number | readonly number[],
  ): Tensor {
    const { blank, zeroInfinity, reduction } = this;
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, { blank, zeroInfinity, reduction });
  }
}
