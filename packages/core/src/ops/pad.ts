/* Elements added around a tensor, or taken away. */
import { kernels } from '@retrograd/kernels';
import { ShapeError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { viewAs, type Tensor } from '../tensor.ts';
import { copyInto } from './loops.ts';
import { checkTensor } from './promote.ts';

const { isInteger } = Number;
const { max, min } = Math;
const isArray = (x: unknown): boolean => Array.isArray(x);

/** How many elements are added before and after, for each dim; negative ones are taken away. */
interface PadAttrs {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

/** Its own adjoint: what was added is taken away, what was taken away is added as zeros. */
export const padOp = defineOp({
  name: 'pad',
  inputs: ['x'],
  shape: ([x], { before, after }: PadAttrs) =>
    x.shape.map((n, d) => {
      if (n + min(before[d], 0) + min(after[d], 0) < 0) {
        throw new ShapeError(
          `pad: The input size ${n}, plus negative padding ${before[d]} and ${after[d]} resulted in a negative output ` +
            `size, which is invalid. Check dimension ${d} of ${formatShape(x.shape)}`,
        );
      }
      return n + before[d] + after[d];
    }),
  forward: ([x], { before, after, value }, out) => {
    if (value !== 0)
      kernels.fill(out.numel(), out.dtype === 'bool' ? 1 : value, out.storage.array, out.offset);
    const kept = x.shape.map((n, d) => n + min(before[d], 0) + min(after[d], 0));
    const from = before.map((n) => max(-n, 0));
    const to = before.map((n) => max(n, 0));
    copyInto(corner(x, from, kept), corner(out, to, kept));
  },
  vjp: { x: (g, { attrs: { before, after } }) => padded(g, before.map(negated), after.map(negated), 0) },
});

/** The block of the given extents that starts at the given position, not on the tape. */
function corner(x: Tensor, at: readonly number[], extents: Shape): Tensor {
  const offset = at.reduce((sum, n, d) => sum + n * x.strides[d], x.offset);
  return viewAs(x, offset, extents, x.strides);
}

const negated = (n: number): number => (n === 0 ? 0 : -n);

function padded(x: Tensor, before: readonly number[], after: readonly number[], value: number): Tensor {
  return apply(padOp, [x], { before, after, value });
}

/** Options of {@link pad}. */
export interface PadOptions {
  /** What the new elements hold: `'constant'`, which is `value`. */
  readonly mode?: 'constant';
  /** Default 0. */
  readonly value?: number | boolean | null;
}

/**
 * x with elements added at both ends of its last dims (torch.nn.functional.pad): `padding` is
 * [before last, after last, before second to last, after second to last, …]. Negative numbers take elements away.
 *
 * @throws ShapeError for an odd number of paddings, for more than x has dims, or if more is taken away than there is.
 */
export function pad(x: Tensor, padding: readonly number[], options: PadOptions = {}): Tensor {
  checkTensor('pad', x);
  const { mode = 'constant', value } = options;
  if (mode !== 'constant') throw new TypeError(`pad: mode must be 'constant', got '${String(mode)}'`);
  if (!isArray(padding) || !padding.every(isInteger)) {
    throw new TypeError(`pad: padding must be an array of integers, got ${String(padding)}`);
  }
  if (padding.length % 2 !== 0) {
    throw new ShapeError(`pad: Padding length must be divisible by 2, got ${formatShape(padding)}`);
  }
  if (padding.length > 2 * x.ndim) {
    throw new ShapeError(
      `pad: Padding length too large: ${formatShape(padding)} for shape ${formatShape(x.shape)}`,
    );
  }
  const side = (after: 0 | 1): number[] => x.shape.map((_, d) => padding[2 * (x.ndim - 1 - d) + after] ?? 0);
  return padded(x, side(0), side(1), Number(value ?? 0));
}
