/* Channels as pixels and pixels as channels. */
import { ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { checkTensor } from './promote.ts';
import { permute, reshape } from './view.ts';

/**
 * [..., C·r², H, W] rearranged to [..., C, H·r, W·r] (torch.nn.functional.pixel_shuffle):
 * out[c, h·r + i, w·r + j] = x[c·r² + i·r + j, h, w].
 *
 * @throws ShapeError for fewer than 3 dims, a factor below 1, or channels that r² does not divide.
 */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  const { leading, sizes } = checked('pixelShuffle', x, factor);
  const [channels, height, width] = sizes;
  if (channels % (factor * factor) !== 0) {
    throw new ShapeError(
      `pixelShuffle: expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but ` +
        `input.size(-3)=${channels} is not divisible by ${factor * factor}`,
    );
  }
  const kept = channels / factor ** 2;
  const split = reshape(x, [...leading, kept, factor, factor, height, width]);
  return reshape(permuted(split, leading.length, [0, 3, 1, 4, 2]), [
    ...leading,
    kept,
    height * factor,
    width * factor,
  ]);
}

/**
 * [..., C, H·r, W·r] rearranged to [..., C·r², H, W] (torch.nn.functional.pixel_unshuffle): undoes {@link pixelShuffle}.
 *
 * @throws ShapeError for fewer than 3 dims, a factor below 1, or sizes that r does not divide.
 */
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  const { leading, sizes } = checked('pixelUnshuffle', x, factor);
  const [channels, height, width] = sizes;
  if (height % factor !== 0 || width % factor !== 0) {
    throw new ShapeError(
      `pixelUnshuffle: expects height and width to be divisible by downscale_factor, but ${height} and ${width} are ` +
        `not both divisible by ${factor}`,
    );
  }
  const small = [height / factor, width / factor];
  const split = reshape(x, [...leading, channels, small[0], factor, small[1], factor]);
  return reshape(permuted(split, leading.length, [0, 2, 4, 1, 3]), [
    ...leading,
    channels * factor ** 2,
    ...small,
  ]);
}

/** The last dims in another order. */
function permuted(x: Tensor, leading: number, order: readonly number[]): Tensor {
  return permute(x, [...Array.from({ length: leading }, (_, d) => d), ...order.map((d) => leading + d)]);
}

function checked(op: string, x: Tensor, factor: number): { leading: number[]; sizes: number[] } {
  checkTensor(op, x);
  if (x.ndim < 3) {
    throw new ShapeError(
      `${op}: expects input to have at least 3 dimensions, but got input with ${x.ndim} dimension(s): ` +
        formatShape(x.shape),
    );
  }
  if (!Number.isInteger(factor) || factor < 1) {
    throw new ShapeError(`${op}: expects a positive factor, but got ${factor}`);
  }
  return { leading: x.shape.slice(0, -3), sizes: x.shape.slice(-3) };
}
