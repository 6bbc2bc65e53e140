/* Transposed convolutions along one dim and two: the input gradient of a convolution, run forward. */
import type { Tensor } from '../tensor.ts';
import { addBias } from './bias.ts';
import { inputGradient } from './conv.ts';
import { geometryOf } from './convGeometry.ts';
import { transposedSlides, type ConvTransposeOptions } from './convTransposeGeometry.ts';
import { checkOperands } from './matmul.ts';
import { reshape } from './view.ts';
import { STILL } from './window.ts';

/**
 * The adjoint of {@link conv2d} (torch.nn.functional.conv_transpose2d): each element of x adds a multiple of the weight
 * to the output. x is [N, C, H, W] or [C, H, W], weight [C, O / groups, kh, kw], bias [O]; out is [N, O, oh, ow] or
 * [O, oh, ow] with oh = (H − 1)·stride − 2·padding + dilation·(kh − 1) + outputPadding + 1.
 *
 * @throws ShapeError if shapes or options do not fit; DTypeError for bool tensors and for different dtypes.
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvTransposeOptions = {},
): Tensor {
  return transposed('convTranspose2d', 2, x, weight, bias ?? undefined, options);
}

/**
 * The adjoint of {@link conv1d} (torch.nn.functional.conv_transpose1d): x is [N, C, L] or [C, L], weight
 * [C, O / groups, k], bias [O]; out is [N, O, ol] or [O, ol]. Computed as {@link convTranspose2d} of height 1.
 *
 * @throws As {@link convTranspose2d}.
 */
export function convTranspose1d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvTransposeOptions = {},
): Tensor {
  return transposed('convTranspose1d', 1, x, weight, bias ?? undefined, options);
}

function transposed(
  op: string,
  ndim: 1 | 2,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  options: ConvTransposeOptions,
): Tensor {
  checkOperands(op, x, weight, ...(bias === undefined ? [] : [bias]));
  const slides = transposedSlides(op, ndim, x.shape, weight.shape, bias?.shape, options);
  const [vertical, horizontal] = ndim === 2 ? slides : [STILL, ...slides];
  const batch = x.ndim === ndim + 2 ? x.shape[0] : 1;
  const [inChannels, perGroup] = weight.shape;
  const outChannels = perGroup * (options.groups ?? 1);
  // The roles of the channels are swapped: what comes in here is what the convolution puts out.
  const geometry = geometryOf(batch, outChannels, inChannels, options, vertical, horizontal);
  const images = reshape(x, [batch, inChannels, vertical.count, horizontal.count]);
  const filters = reshape(weight, [inChannels, perGroup, vertical.kernel, horizontal.kernel]);
  const out = inputGradient(images, filters, { geometry, batched: true });
  const spatial = slides.map(({ size }) => size);
  const shaped = reshape(out, [...x.shape.slice(0, -1 - ndim), outChannels, ...spatial]);
  return bias === undefined ? shaped : addBias(shaped, bias, { dim: -1 - ndim });
}
