/* Convolution over volumes, as convolution over images: the planes that one window reads become channels. */
import { tensor } from '../creation.ts';
import { apply } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';
import { addBias } from './bias.ts';
import { convolution, inputGradient } from './conv.ts';
import { geometryOf, slides, type ConvOptions } from './convGeometry.ts';
import { transposedSlides, type ConvTransposeOptions } from './convTransposeGeometry.ts';
import { indexAddOp, indexSelect } from './indexSelect.ts';
import { checkOperands } from './matmul.ts';
import { pad } from './pad.ts';
import { narrow } from './slice.ts';
import { permute, reshape } from './view.ts';
import type { Slide } from './window.ts';

const { max } = Math;

/**
 * Cross-correlation of volumes (torch.nn.functional.conv3d): x is [N, C, D, H, W] or [C, D, H, W], weight
 * [O, C / groups, kd, kh, kw], bias [O]; out is [N, O, od, oh, ow] or [O, od, oh, ow], as {@link conv2d} with one dim more.
 *
 * @throws ShapeError if shapes or options do not fit; DTypeError for bool tensors and for different dtypes.
 */
export function conv3d(x: Tensor, weight: Tensor, bias?: Tensor | null, options: ConvOptions = {}): Tensor {
  const added = bias ?? undefined;
  checkOperands('conv3d', x, weight, ...(added === undefined ? [] : [added]));
  const windows = slides('conv3d', 3, x.shape, weight.shape, added?.shape, options);
  const [deep, vertical, horizontal] = windows;
  const batch = x.ndim === 5 ? x.shape[0] : 1;
  const [outChannels, perGroup, ...kernel] = weight.shape;
  const channels = x.shape[x.ndim - 4];
  const volume = reshape(x, [batch * channels, ...x.shape.slice(-3)]);
  const planes = planesRead(deep);
  const padded = pad(volume, [0, 0, 0, 0, deep.pad, reachedBy(deep) - deep.pad - deep.size]);
  const read = reshape(indexSelect(padded, 1, planes), [batch, channels, deep.count, deep.kernel, ...x.shape.slice(-2)]); // prettier-ignore
  const images = reshape(permute(read, [0, 2, 1, 3, 4, 5]), [batch * deep.count, channels * deep.kernel, ...x.shape.slice(-2)]); // prettier-ignore
  const filters = reshape(weight, [outChannels, perGroup * deep.kernel, ...kernel.slice(1)]);
  const geometry = geometryOf(
    batch * deep.count, channels * deep.kernel, outChannels, options, vertical, horizontal,
  ); // prettier-ignore
  const out = convolution(images, filters, added, { geometry, batched: true });
  const placed = reshape(out, [batch, deep.count, outChannels, vertical.count, horizontal.count]);
  return reshape(permute(placed, [0, 2, 1, 3, 4]), [
    ...x.shape.slice(0, -4),
    outChannels,
    ...windows.map(({ count }) => count),
  ]);
}

/**
 * The adjoint of {@link conv3d} (torch.nn.functional.conv_transpose3d): x is [N, C, D, H, W] or [C, D, H, W], weight
 * [C, O / groups, kd, kh, kw], bias [O]; sizes as for {@link convTranspose2d}.
 *
 * @throws ShapeError if shapes or options do not fit; DTypeError for bool tensors and for different dtypes.
 */
export function convTranspose3d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvTransposeOptions = {},
): Tensor {
  const added = bias ?? undefined;
  checkOperands('convTranspose3d', x, weight, ...(added === undefined ? [] : [added]));
  const windows = transposedSlides('convTranspose3d', 3, x.shape, weight.shape, added?.shape, options);
  const [deep, vertical, horizontal] = windows;
  const batch = x.ndim === 5 ? x.shape[0] : 1;
  const [inChannels, perGroup, ...kernel] = weight.shape;
  const outChannels = perGroup * (options.groups ?? 1);
  const [height, width] = x.shape.slice(-2);
  const split = permute(reshape(x, [batch, inChannels, deep.count, height, width]), [0, 2, 1, 3, 4]);
  const images = reshape(split, [batch * deep.count, inChannels, height, width]);
  const filters = reshape(weight, [inChannels, perGroup * deep.kernel, ...kernel.slice(1)]);
  const geometry = geometryOf(
    batch * deep.count, outChannels * deep.kernel, inChannels, options, vertical, horizontal,
  ); // prettier-ignore
  const written = inputGradient(images, filters, { geometry, batched: true });
  const sizes = [vertical.size, horizontal.size];
  const placed = reshape(written, [batch, deep.count, outChannels, deep.kernel, ...sizes]);
  const planes = reshape(permute(placed, [0, 2, 1, 3, 4, 5]), [batch * outChannels, deep.count * deep.kernel, ...sizes]); // prettier-ignore
  const extent = max(reachedBy(deep), deep.pad + deep.size);
  const shape = [batch * outChannels, extent, ...sizes];
  const whole = apply(indexAddOp, [planes, planesRead(deep), undefined], { dim: 1, shape });
  const volume = narrow(whole, 1, deep.pad, deep.size);
  const out = reshape(volume, [...x.shape.slice(0, -4), outChannels, ...windows.map(({ size }) => size)]);
  return added === undefined ? out : addBias(out, added, { dim: -4 });
}

/** For each window and each of its elements, the position it reads in the padded dim: window · kernel long. */
function planesRead({ kernel, stride, dilation, count }: Slide): Tensor {
  const read = Array.from(
    { length: count * kernel },
    (_, i) => Math.floor(i / kernel) * stride + (i % kernel) * dilation,
  );
  return tensor(read, { dtype: 'int32' });
}

/** The extent of the padded dim that windows reach. */
function reachedBy({ kernel, stride, dilation, count }: Slide): number {
  return (count - 1) * stride + (kernel - 1) * dilation + 1;
}
