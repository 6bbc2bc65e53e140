/* Arbitrary parameters of convolutions, and the tensors that go with them. */
import { boolean, integer, tuple, type Arbitrary } from 'fast-check';
import type { Tensor } from '@retrograd/core';
import { framedTensors, type FillOptions } from './tensors.ts';

/** Everything about a convolution but its numbers. All of it fits together: the output has at least one element. */
export interface ConvParameters {
  /** [batch, channels, …]. */
  readonly inputShape: readonly number[];
  /** [output channels, channels / groups, …kernel]. */
  readonly weightShape: readonly number[];
  /** [output channels], or null for no bias. */
  readonly biasShape: readonly [number] | null;
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** Limits of {@link arbitraryConvParameters}. */
export interface ConvLimits {
  /** The number of spatial dims: 2 for `conv2d` (the default), 1 for `conv1d`. */
  readonly dims?: 1 | 2;
  /** The largest batch. Default 2. */
  readonly maxBatch?: number;
  /** The largest number of groups. Default 2. */
  readonly maxGroups?: number;
  /** The most input, and output, channels in each group. Default 2. */
  readonly maxChannelsPerGroup?: number;
  /** The largest kernel. Default 3. */
  readonly maxKernel?: number;
  /** The largest stride. Default 2. */
  readonly maxStride?: number;
  /** The largest padding. Default 2. */
  readonly maxPadding?: number;
  /** The largest dilation. Default 2. */
  readonly maxDilation?: number;
  /** How many elements a spatial dim may have beyond those that the kernel needs. Default 2. */
  readonly maxSlack?: number;
}

/** A convolution's arguments: `conv2d(input, weight, bias, options)`. */
export type ConvInputs = [
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: {
    stride: readonly number[];
    padding: readonly number[];
    dilation: readonly number[];
    groups: number;
  },
];

/** Any parameters of a convolution. They shrink to one output of a 1×1 kernel with stride and dilation 1 and no padding. */
export function arbitraryConvParameters(limits: ConvLimits = {}): Arbitrary<ConvParameters> {
  const { dims = 2, maxBatch = 2, maxGroups = 2, maxChannelsPerGroup = 2 } = limits;
  const { maxKernel = 3, maxStride = 2, maxPadding = 2, maxDilation = 2, maxSlack = 2 } = limits;
  const upTo = (max: number, min = 1): Arbitrary<number> => integer({ min, max });
  const spatial = tuple(
    upTo(maxKernel),
    upTo(maxStride),
    upTo(maxPadding, 0),
    upTo(maxDilation),
    upTo(maxSlack, 0),
  ).map(([kernel, stride, padding, dilation, slack]) => ({
    kernel,
    stride,
    padding,
    dilation,
    extent: Math.max(dilation * (kernel - 1) + 1 - 2 * padding, 1) + slack,
  }));
  const channels = tuple(upTo(maxGroups), upTo(maxChannelsPerGroup), upTo(maxChannelsPerGroup));
  const dimensions = dims === 1 ? tuple(spatial) : tuple(spatial, spatial);
  return tuple(upTo(maxBatch), channels, dimensions, boolean()).map(
    ([batch, [groups, input, output], along, bias]) => ({
      inputShape: [batch, groups * input, ...along.map(({ extent }) => extent)],
      weightShape: [groups * output, input, ...along.map(({ kernel }) => kernel)],
      biasShape: bias ? [groups * output] : null,
      stride: along.map(({ stride }) => stride),
      padding: along.map(({ padding }) => padding),
      dilation: along.map(({ dilation }) => dilation),
      groups,
    }),
  );
}

/**
 * The arguments of a convolution, ready to be passed to `conv2d` (or `conv1d`, with `dims: 1`).
 *
 * @throws RangeError for limits that leave nothing to choose from.
 */
export function arbitraryConvInputs(limits: ConvLimits & FillOptions = {}): Arbitrary<ConvInputs> {
  const shapesOf = ({ inputShape, weightShape, biasShape }: ConvParameters): (readonly number[])[] =>
    biasShape === null ? [inputShape, weightShape] : [inputShape, weightShape, biasShape];
  return framedTensors('arbitraryConvInputs', arbitraryConvParameters(limits), shapesOf, [limits]).map(
    ([{ stride, padding, dilation, groups }, [input, weight, bias = null]]) => [
      input,
      weight,
      bias,
      { stride, padding, dilation, groups },
    ],
  );
}
