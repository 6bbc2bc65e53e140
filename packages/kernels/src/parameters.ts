/* What structured kernels are told besides their arrays. */

/**
 * One two-dimensional sliding window: what convolution, pooling and im2col share. The bottom and right padding
 * are implied by the output size; positions outside the input read as zero (convolution, average pooling) or are
 * skipped (max pooling).
 */
export interface Window2d {
  readonly height: number;
  readonly width: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/** A convolution: a window, batch size, channels and groups. Weight is [outChannels, inChannels / groups, kh, kw]. */
export interface Conv2dGeometry extends Window2d {
  readonly batch: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
}

/** Average pooling's rules for border windows. */
export interface AveragePoolRule {
  /** Count padded positions (within the declared padding) in the divisor. */
  readonly countIncludePad: boolean;
  /** A fixed divisor, or 0 for the window's size. */
  readonly divisorOverride: number;
  /** The declared padding below and to the right: the limit up to which `countIncludePad` counts. */
  readonly padBottom: number;
  readonly padRight: number;
}

/** Hyperparameters of one SGD step, PyTorch's meaning. */
export interface SgdStep {
  readonly lr: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly maximize: boolean;
  /** The momentum buffer holds nothing yet: it becomes the gradient itself. */
  readonly first: boolean;
}

/** Hyperparameters of one Adam step, PyTorch's meaning. */
export interface AdamStep {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  /** Decay the weights directly (AdamW) instead of adding the decay to the gradient (Adam). */
  readonly decoupled: boolean;
  readonly amsgrad: boolean;
  readonly maximize: boolean;
  /** The number of this step, from 1. */
  readonly step: number;
}
