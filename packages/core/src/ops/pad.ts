/* Elements added around a tensor, or taken away. */
import { kernels } from '@retrograd/kernels';
import { fromTypedArray } from '../creation.ts';
import { ShapeError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';
import { apply, defineOp } from '../tape/record.ts';
import { viewAs, type Tensor } from '../tensor.ts';
import { indexSelect } from './indexSelect.ts';
import { copyInto } from './loops.ts';
import { checkTensor } from './promote.ts';
import { narrow } from './slice.ts';

const { isInteger } = Number;
const { max, min } = Math;
const Int32 = Int32Array;
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

/** What new elements hold: a value, the elements mirrored at the border, the border, or those of the other end. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Options of {@link pad}. */
export interface PadOptions {
  /** Default `'constant'`. */
  readonly mode?: PadMode;
  /** What new elements hold in mode `'constant'`. Default 0. */
  readonly value?: number | boolean | null;
}

/**
 * x with elements added at both ends of its last dims (torch.nn.functional.pad): `padding` is
 * [before last, after last, before second to last, after second to last, …]. Negative numbers take elements away.
 *
 * In the modes `'reflect'`, `'replicate'` and `'circular'` one, two or three dims are padded, and x has one or two more.
 *
 * @throws ShapeError for an odd number of paddings, for more than x has dims, if more is taken away than there is, or
 * for more new elements than the mode can make of those there are.
 */
export function pad(x: Tensor, padding: readonly number[], options: PadOptions = {}): Tensor {
  checkTensor('pad', x);
  const { mode = 'constant', value } = options;
  if (mode !== 'constant' && !(mode in SOURCES))
    throw new TypeError(`pad: mode must be 'constant', 'reflect', 'replicate' or 'circular', got '${mode}'`);
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
  if (mode === 'constant') return padded(x, side(0), side(1), Number(value ?? 0));
  const dims = padding.length / 2;
  if (dims < 1 || dims > 3 || x.ndim < dims + 1 || x.ndim > dims + 2) {
    throw new ShapeError(
      `pad: Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now: mode '${mode}', padding ` +
        `${formatShape(padding)}, shape ${formatShape(x.shape)}`,
    );
  }
  const [before, after] = [side(0), side(1)];
  return x.shape.reduce((y, _, d) => filledFrom(y, d, before[d], after[d], mode), x);
}

/** Where along a dim of n elements the one at position i, which may lie outside, comes from. */
const SOURCES = {
  reflect: (i: number, n: number): number => (i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i),
  replicate: (i: number, n: number): number => min(max(i, 0), n - 1),
  circular: (i: number, n: number): number => (i < 0 ? i + n : i >= n ? i - n : i),
};

/** How many elements a mode can add at one end of a dim of n. */
const REACH = {
  reflect: (n: number) => n - 1,
  replicate: (n: number) => n && Infinity,
  circular: (n: number) => n,
};

function filledFrom(
  x: Tensor,
  dim: number,
  before: number,
  after: number,
  mode: Exclude<PadMode, 'constant'>,
): Tensor {
  if (before === 0 && after === 0) return x;
  const n = x.shape[dim];
  const [most, length] = [max(before, after), n + before + after];
  if (most > max(REACH[mode](n), 0) || length < 1) {
    throw new ShapeError(
      `pad: Padding size should be less than the corresponding input dimension: padding (${before}, ${after}) in mode ` +
        `'${mode}' at dimension ${dim} of input ${formatShape(x.shape)}`,
    );
  }
  if (mode === 'circular' && min(before, after) < 0) {
    const kept = narrow(x, dim, max(-before, 0), n + min(before, 0) + min(after, 0));
    return filledFrom(kept, dim, max(before, 0), max(after, 0), mode);
  }
  const index = Int32.from({ length }, (_, i) => SOURCES[mode](i - before, n));
  return indexSelect(x, dim, fromTypedArray(index, [length]));
}
