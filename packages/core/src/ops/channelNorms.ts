/* Norms over batches, groups and instances of channels: batchNorm, groupNorm, instanceNorm, localResponseNorm. */
import { isFloating } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, numelOf } from '../shape.ts';
import { applyAll } from '../tape/record.ts';
import { noGrad } from '../tape/recording.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { clone } from './copy.ts';
import { rsqrt, square } from './elementwise.ts';
import { overwrite } from './inplace.ts';
import { standardizeMomentsOp, standardizeOp } from './normalize.ts';
import { pad } from './pad.ts';
import { pow } from './power.ts';
import { checkTensor } from './promote.ts';
import { mean } from './reduce.ts';
import { select } from './slice.ts';
import { unfold } from './unfold.ts';
import { reshape } from './view.ts';

const { floor } = Math;

/** Running statistics and scales, one number per channel. */
interface ChannelOptions {
  /** Multiplies each channel of the standardised x. Default none. */
  readonly weight?: Tensor | null;
  /** Is added to each channel last. Default none. */
  readonly bias?: Tensor | null;
  /** Is added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/** Options of {@link batchNorm}. */
export interface BatchNormOptions extends ChannelOptions {
  /** Use the batch's statistics, and update the running ones with them. Default false. */
  readonly training?: boolean;
  /** How far the running statistics move towards the batch's. Default 0.1. */
  readonly momentum?: number;
}

/**
 * (x − mean) / √(variance + eps)·weight + bias per channel (torch.nn.functional.batch_norm). x is [N, C, …]. With
 * `training`, mean and (biased) variance are those of the batch, and the running statistics, if given, are updated in
 * place: running ← (1 − momentum)·running + momentum·batch, the variance unbiased. Otherwise the running ones are used.
 *
 * @param runningMean - [C], or null; gets no gradient.
 * @param runningVar - [C], or null; gets no gradient.
 * @throws ShapeError if a parameter is not [C] or a training batch has one value per channel; TypeError without training
 *   and without running statistics; DTypeError unless x is floating.
 */
export function batchNorm(
  x: Tensor,
  runningMean?: Tensor | null,
  runningVar?: Tensor | null,
  options: BatchNormOptions = {},
): Tensor {
  const { weight = null, bias = null, training = false, momentum = 0.1, eps = 1e-5 } = options;
  const [location, scale] = [runningMean ?? null, runningVar ?? null];
  checkChannels('batchNorm', x, 2, { running_mean: location, running_var: scale, weight, bias });
  if (!training && x.numel() > 0) {
    if (location === null || scale === null) {
      throw new TypeError('batchNorm: Expected runningMean and runningVar to be defined when training=false');
    }
    const rate = rsqrt(add(perChannel(scale.detach(), x), eps));
    return scaled(mul(sub(x, perChannel(location.detach(), x)), rate), weight, bias);
  }
  if (x.numel() > 0 && x.numel() === x.shape[1]) {
    throw new ShapeError(
      `batchNorm: Expected more than 1 value per channel when training, got input size ${formatShape(x.shape)}`,
    );
  }
  if (x.numel() === 0) return scaled(clone(x), weight, bias);
  const dims = [...x.shape.keys()].filter((d) => d !== 1);
  if (location === null && scale === null)
    return scaled(applyAll(standardizeOp, [x], { dims, eps })[0], weight, bias);
  const [out, , moments] = applyAll(standardizeMomentsOp, [x], { dims, eps });
  noGrad(() => {
    const batch = reshape(moments.detach(), [2, x.shape[1]]);
    const n = x.numel() / x.shape[1];
    if (location !== null) follow('batchNorm', location, select(batch, 0, 0), momentum);
    if (scale !== null) follow('batchNorm', scale, mul(select(batch, 0, 1), n / (n - 1)), momentum);
  });
  return scaled(out, weight, bias);
}

/** Options of {@link groupNorm}. */
export type GroupNormOptions = ChannelOptions;

/**
 * (x − mean) / √(variance + eps)·weight + bias with the statistics of each sample's groups of channels
 * (torch.nn.functional.group_norm). x is [N, C, …], weight and bias are [C].
 *
 * @throws ShapeError unless numGroups divides C and a group has more than one value; DTypeError unless x is floating.
 */
export function groupNorm(x: Tensor, numGroups: number, options: GroupNormOptions = {}): Tensor {
  const { weight = null, bias = null, eps = 1e-5 } = options;
  checkChannels('groupNorm', x, 2, { weight, bias });
  const [batch, channels, ...spatial] = x.shape;
  if (!(numGroups >= 1) || channels % numGroups !== 0) {
    throw new ShapeError(
      `groupNorm: Expected number of channels in input to be divisible by num_groups, but got input of shape ` +
        `${formatShape(x.shape)} and num_groups=${numGroups}`,
    );
  }
  const size = (channels / numGroups) * numelOf(spatial);
  if (size * batch === 1) {
    throw new ShapeError(
      `groupNorm: Expected more than 1 value per channel when training, got input size ${formatShape(x.shape)}`,
    );
  }
  const [out] = applyAll(standardizeOp, [reshape(x, [batch, numGroups, size])], { dims: [2], eps });
  return scaled(reshape(out, x.shape), weight, bias);
}

/** Options of {@link instanceNorm}. */
export interface InstanceNormOptions extends ChannelOptions {
  /** [C]; updated in place with the mean over the batch of the instances' means. Default none. */
  readonly runningMean?: Tensor | null;
  /** [C]; updated in place with the mean over the batch of the instances' unbiased variances. Default none. */
  readonly runningVar?: Tensor | null;
  /** Use each instance's statistics; otherwise the running ones. Default true. */
  readonly useInputStats?: boolean;
  /** How far the running statistics move towards the instances'. Default 0.1. */
  readonly momentum?: number;
}

/**
 * (x − mean) / √(variance + eps)·weight + bias with the statistics of each channel of each sample
 * (torch.nn.functional.instance_norm). x is [N, C, …], the parameters are [C].
 *
 * @throws ShapeError if a parameter is not [C] or a channel has one value; TypeError without statistics to use.
 */
export function instanceNorm(x: Tensor, options: InstanceNormOptions = {}): Tensor {
  const { runningMean = null, runningVar = null, useInputStats = true, momentum = 0.1, eps = 1e-5 } = options;
  const { weight = null, bias = null } = options;
  if (!useInputStats) return batchNorm(x, runningMean, runningVar, { weight, bias, eps });
  checkChannels('instanceNorm', x, 3, { running_mean: runningMean, running_var: runningVar, weight, bias });
  const dims = [...x.shape.keys()].slice(2);
  if (numelOf(x.shape.slice(2)) === 1) {
    throw new ShapeError(
      `instanceNorm: Expected more than 1 spatial element when training, got input size ${formatShape(x.shape)}`,
    );
  }
  if (x.numel() === 0 || (runningMean === null && runningVar === null))
    return scaled(applyAll(standardizeOp, [x], { dims, eps })[0], weight, bias);
  const [out, , moments] = applyAll(standardizeMomentsOp, [x], { dims, eps });
  noGrad(() => {
    const instances = mean(reshape(moments.detach(), [2, x.shape[0], x.shape[1]]), 1);
    const n = numelOf(x.shape.slice(2));
    if (runningMean !== null) follow('instanceNorm', runningMean, select(instances, 0, 0), momentum);
    if (runningVar !== null)
      follow('instanceNorm', runningVar, mul(select(instances, 0, 1), n / (n - 1)), momentum);
  });
  return scaled(out, weight, bias);
}

/** Options of {@link localResponseNorm}. */
export interface LocalResponseNormOptions {
  /** Multiplies the mean square. Default 1e-4. */
  readonly alpha?: number;
  /** The exponent. Default 0.75. */
  readonly beta?: number;
  /** Is added to the mean square. Default 1. */
  readonly k?: number;
}

/**
 * x / (k + alpha·m)^beta, m being the mean of x² over the `size` channels around each, with zeros outside
 * (torch.nn.functional.local_response_norm). x is [N, C, …] with at least 3 dims.
 *
 * @throws ShapeError for fewer than 3 dims; RangeError unless size is a positive integer.
 */
export function localResponseNorm(
  x: Tensor,
  size: number,
  { alpha = 1e-4, beta = 0.75, k = 1 }: LocalResponseNormOptions = {},
): Tensor {
  checkFloating('localResponseNorm', x);
  if (x.ndim < 3) {
    throw new ShapeError(
      `localResponseNorm: Expected 3D or higher dimensionality input (got ${x.ndim} dimensions)`,
    );
  }
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`localResponseNorm: size must be a positive integer, got ${size}`);
  }
  if (x.numel() === 0) return x;
  const around = new Array<number>(2 * (x.ndim - 2)).fill(0);
  const padded = pad(square(x), [...around, floor(size / 2), floor((size - 1) / 2)]);
  const power = mean(unfold(padded, 1, size, 1), -1);
  return div(x, pow(add(mul(power, alpha), k), beta));
}

/** running ← (1 − momentum)·running + momentum·value, in place. */
function follow(op: string, running: Tensor, value: Tensor, momentum: number): void {
  overwrite(op, running, add(mul(running, 1 - momentum), mul(value, momentum)));
}

function scaled(x: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  const y = weight === null ? x : mul(x, perChannel(weight, x));
  return bias === null ? y : add(y, perChannel(bias, x));
}

/** [C] as a shape that broadcasts along the channels of x. */
function perChannel(parameter: Tensor, x: Tensor): Tensor {
  return reshape(parameter, x.shape.map((n, d) => (d === 1 ? n : 1))); // prettier-ignore
}

function checkChannels(
  op: string,
  x: Tensor,
  least: number,
  parameters: Readonly<Record<string, Tensor | null>>,
): void {
  checkFloating(op, x);
  if (x.ndim < least && x.numel() > 0) {
    throw new ShapeError(
      `${op}: Expected at least ${least} dims [N, C, …], got input of shape ${formatShape(x.shape)}`,
    );
  }
  const channels = x.ndim > 1 ? x.shape[1] : 0;
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter === null) continue;
    checkTensor(op, parameter);
    if (parameter.ndim !== 1 || parameter.shape[0] !== channels) {
      throw new ShapeError(
        `${op}: ${name} should contain ${channels} elements not ${parameter.numel()}: shape ${formatShape(parameter.shape)}`,
      );
    }
  }
}

function checkFloating(op: string, x: Tensor): void {
  checkTensor(op, x);
  if (!isFloating(x.dtype)) throw new DTypeError(`${op}: expected a floating point tensor, got ${x.dtype}`);
}
