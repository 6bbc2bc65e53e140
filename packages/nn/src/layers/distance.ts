/* How alike two tensors are. */
import { cosineSimilarity, pairwiseDistance, type Tensor } from '@retrograd/core';
import { checkFlag, checkInteger, checkNumber } from '../checks.ts';
import { Module } from '../module.ts';

/** Options of {@link CosineSimilarity}. */
export interface CosineSimilarityOptions {
  /** Along which dim the vectors lie. Default 1. */
  readonly dim?: number;
  /** The least length of a vector. Default 1e-8. */
  readonly eps?: number;
}

/** a·b / (‖a‖·‖b‖) along a dim (torch.nn.CosineSimilarity). */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;

  /**
   * @param dimOrOptions - The options; the dim may stand alone or before them.
   * @throws RangeError for a dim that is no integer; TypeError for an eps that is no number.
   */
  constructor(dimOrOptions: number | CosineSimilarityOptions = {}, options: CosineSimilarityOptions = {}) {
    super();
    const given = typeof dimOrOptions === 'object' ? dimOrOptions : { ...options, dim: dimOrOptions };
    const { dim = 1, eps = 1e-8 } = given;
    checkInteger('CosineSimilarity', 'dim', dim);
    checkNumber('CosineSimilarity', 'eps', eps);
    this.dim = dim;
    this.eps = eps;
  }

  forward(a: Tensor, b: Tensor): Tensor {
    return cosineSimilarity(a, b, { dim: this.dim, eps: this.eps });
  }
}

/** Options of {@link PairwiseDistance}. */
export interface PairwiseDistanceOptions {
  /** The exponent of the norm. Default 2. */
  readonly p?: number;
  /** Is added to every difference. Default 1e-6. */
  readonly eps?: number;
  /** Whether the last dim stays, with extent 1. Default false. */
  readonly keepdim?: boolean;
}

/** ‖a − b + eps‖ₚ along the last dim (torch.nn.PairwiseDistance). */
export class PairwiseDistance extends Module {
  readonly norm: number;
  readonly eps: number;
  readonly keepdim: boolean;

  /**
   * @param pOrOptions - The options; the exponent may stand alone or before them.
   * @throws TypeError for an argument of the wrong type.
   */
  constructor(pOrOptions: number | PairwiseDistanceOptions = {}, options: PairwiseDistanceOptions = {}) {
    super();
    const given = typeof pOrOptions === 'object' ? pOrOptions : { ...options, p: pOrOptions };
    const { p = 2, eps = 1e-6, keepdim = false } = given;
    checkNumber('PairwiseDistance', 'p', p);
    checkNumber('PairwiseDistance', 'eps', eps);
    checkFlag('PairwiseDistance', 'keepdim', keepdim);
    this.norm = p;
    this.eps = eps;
    this.keepdim = keepdim;
  }

  forward(a: Tensor, b: Tensor): Tensor {
    return pairwiseDistance(a, b, { p: this.norm, eps: this.eps, keepdim: this.keepdim });
  }
}
