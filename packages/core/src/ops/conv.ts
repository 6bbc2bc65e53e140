/* The convolution trio. y = conv2d(x, w) is linear in x and in w, so ⟨g, conv2d(x, w)⟩ is linear in g, x and w alike,
 * and its derivatives by them are conv2d(x, w), conv2dInputGrad(g, w) and conv2dWeightGrad(g, x). Each rule of each
 * of the three is one of the other two, with the incoming cotangent in the place of what was differentiated by. */
import { kernels, type Conv2dGeometry } from '@retrograd/kernels';
import type { Shape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { sumToDim } from './bias.ts';
import { conv1dGeometry, conv2dGeometry, type ConvOptions } from './convGeometry.ts';
import { packed } from './loops.ts';
import { checkOperands } from './matmul.ts';
import { reshape } from './view.ts';

/** What the three ops share. */
export interface Convolution {
  readonly geometry: Conv2dGeometry;
  /** Input and output have a batch dim. */
  readonly batched: boolean;
}

export const conv2dOp = defineOp({
  name: 'conv2d',
  inputs: ['x', 'weight', 'bias?'],
  shape: (_, attrs: Convolution) => outputShape(attrs),
  forward: ([x, weight, bias], { geometry }, out) => {
    const input = packed(x);
    const filter = packed(weight);
    const added = bias === undefined ? null : packed(bias);
    kernels.conv2d(
      geometry, input.storage.array, input.offset, filter.storage.array, filter.offset,
      added === null ? null : added.storage.array, added === null ? 0 : added.offset, out.storage.array, out.offset,
    ); // prettier-ignore
  },
  saves: { x: ['weight'], weight: ['x'] },
  vjp: {
    x: (g, { weight, attrs }) => inputGradient(g, weight, attrs),
    weight: (g, { x, attrs }) => weightGradient(g, x, attrs),
    bias: (g) => sumToDim(g, g.ndim - 3),
  },
});

export const conv2dInputGradOp = defineOp({
  name: 'conv2dInputGrad',
  inputs: ['g', 'weight'],
  shape: (_, attrs: Convolution) => inputShape(attrs),
  forward: ([g, weight], { geometry }, out) => {
    const cotangent = packed(g);
    const filter = packed(weight);
    kernels.conv2dInputGrad(
      geometry, cotangent.storage.array, cotangent.offset, filter.storage.array, filter.offset,
      out.storage.array, out.offset,
    ); // prettier-ignore
  },
  saves: { g: ['weight'], weight: ['g'] },
  vjp: {
    g: (u, { weight, attrs }) => convolution(u, weight, undefined, attrs),
    weight: (u, { g, attrs }) => weightGradient(g, u, attrs),
  },
});

export const conv2dWeightGradOp = defineOp({
  name: 'conv2dWeightGrad',
  inputs: ['g', 'x'],
  shape: (_, attrs: Convolution) => weightShape(attrs),
  forward: ([g, x], { geometry }, out) => {
    const cotangent = packed(g);
    const input = packed(x);
    kernels.conv2dWeightGrad(
      geometry, cotangent.storage.array, cotangent.offset, input.storage.array, input.offset,
      out.storage.array, out.offset,
    ); // prettier-ignore
  },
  saves: { g: ['x'], x: ['g'] },
  vjp: {
    g: (v, { x, attrs }) => convolution(x, v, undefined, attrs),
    x: (v, { g, attrs }) => inputGradient(g, v, attrs),
  },
});

export function convolution(x: Tensor, weight: Tensor, bias: Tensor | undefined, attrs: Convolution): Tensor {
  return apply(conv2dOp, [x, weight, bias], attrs);
}

export function inputGradient(g: Tensor, weight: Tensor, attrs: Convolution): Tensor {
  return apply(conv2dInputGradOp, [g, weight], attrs);
}

function weightGradient(g: Tensor, x: Tensor, attrs: Convolution): Tensor {
  return apply(conv2dWeightGradOp, [g, x], attrs);
}

function inputShape({ geometry, batched }: Convolution): Shape {
  const { batch, inChannels, height, width } = geometry;
  return batched ? [batch, inChannels, height, width] : [inChannels, height, width];
}

function outputShape({ geometry, batched }: Convolution): Shape {
  const { batch, outChannels, outHeight, outWidth } = geometry;
  return batched ? [batch, outChannels, outHeight, outWidth] : [outChannels, outHeight, outWidth];
}

function weightShape({ geometry }: Convolution): Shape {
  const { outChannels, inChannels, groups, kernelHeight, kernelWidth } = geometry;
  return [outChannels, inChannels / groups, kernelHeight, kernelWidth];
}

/**
 * Cross-correlation (torch.nn.functional.conv2d): out[n, o, i, j] = bias[o] + Σ weight[o, c, p, q] ·
 * x[n, group(o) + c, i·stride + p·dilation − padding, j·stride + q·dilation − padding], x reading as 0 outside.
 * x is [N, C, H, W] or [C, H, W], weight [O, C / groups, kh, kw], bias [O]; out is [N, O, oh, ow] or [O, oh, ow] with
 * oh = ⌊(H + 2·padding − dilation·(kh − 1) − 1) / stride⌋ + 1.
 *
 * @throws ShapeError if shapes or options do not fit; DTypeError for bool tensors and for different dtypes.
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor | null, options: ConvOptions = {}): Tensor {
  const added = bias ?? undefined;
  checkOperands('conv2d', x, weight, ...(added === undefined ? [] : [added]));
  const geometry = conv2dGeometry(x.shape, weight.shape, added?.shape, options);
  return convolution(x, weight, added, { geometry, batched: x.ndim === 4 });
}

/**
 * Cross-correlation along one dim (torch.nn.functional.conv1d): x is [N, C, L] or [C, L], weight [O, C / groups, k],
 * bias [O]; out is [N, O, ol] or [O, ol]. Computed as {@link conv2d} of height 1.
 *
 * @throws As {@link conv2d}.
 */
export function conv1d(x: Tensor, weight: Tensor, bias?: Tensor | null, options: ConvOptions = {}): Tensor {
  const added = bias ?? undefined;
  checkOperands('conv1d', x, weight, ...(added === undefined ? [] : [added]));
  const geometry = conv1dGeometry(x.shape, weight.shape, added?.shape, options);
  const attrs = { geometry, batched: x.ndim === 3 };
  const out = convolution(reshape(x, inputShape(attrs)), reshape(weight, weightShape(attrs)), added, attrs);
  return reshape(out, [...out.shape.slice(0, -2), geometry.outWidth]);
}
