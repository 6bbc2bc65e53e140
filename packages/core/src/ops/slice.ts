/* Parts of a tensor along one dim: views, and tensors put in their place. */
import { ShapeError } from '../errors.ts';
import { formatShape, normalizeDim } from '../shape.ts';
import { apply } from '../tape/record.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { to } from './copy.ts';
import { defineParts } from './part.ts';
import { checkTensor } from './promote.ts';

const { isInteger } = Number;
const { ceil, max, min } = Math;

interface SliceAttrs {
  readonly dim: number;
  readonly start: number;
  readonly length: number;
  readonly step: number;
}

const sliced = defineParts<SliceAttrs>(
  'slice',
  ({ offset, shape, strides }, { dim, start, length, step }) => ({
    offset: offset + start * strides[dim],
    shape: shape.map((n, i) => (i === dim ? length : n)),
    strides: strides.map((s, i) => (i === dim ? s * step : s)),
  }),
);

export const { take: sliceOp, put: sliceScatterOp } = sliced;

const selected = defineParts<{ dim: number; index: number }>(
  'select',
  ({ offset, shape, strides }, { dim, index }) => ({
    offset: offset + index * strides[dim],
    shape: shape.filter((_, i) => i !== dim),
    strides: strides.filter((_, i) => i !== dim),
  }),
);

export const { take: selectOp, put: selectScatterOp } = selected;

/** A range of indices along one dim, with Python's meaning: what `start:stop:step` is there. */
export interface SliceRange {
  /** The first index; negative ones count from the end. Default 0. */
  readonly start?: number | null;
  /** The index to stop before. Default the extent. */
  readonly stop?: number | null;
  /** The distance between indices, at least 1. Default 1. */
  readonly step?: number | null;
}

/**
 * The elements of x from `start` up to but not including `end` along a dim, every `step`-th of them, as Python slices:
 * negative bounds count from the end, bounds beyond the ends are clamped, null means the end itself. A view.
 *
 * @throws RangeError for a step below 1; ShapeError for a 0-d tensor.
 */
export function slice(
  x: Tensor,
  dim?: number,
  start?: number | null,
  end?: number | null,
  step?: number | null,
): Tensor;
/**
 * A range for {@link index}: `x.index([slice(1, null, 2)])` is PyTorch's `x[1::2]`. As in libtorch (and unlike Python's
 * `slice`) a single number is the start.
 */
export function slice(start?: number | null, stop?: number | null, step?: number | null): SliceRange;
export function slice(
  first?: Tensor | number | null,
  second?: number | null,
  third?: number | null,
  end?: number | null,
  step?: number | null,
): Tensor | SliceRange {
  if (typeof first !== 'object' || first === null) return { start: first, stop: second, step: third };
  checkTensor('slice', first);
  return apply(sliceOp, [first], sliceAttrs('slice', first, second ?? 0, third, end, step));
}

function sliceAttrs(
  op: string,
  x: Tensor,
  dim: number,
  start?: number | null,
  end?: number | null,
  step?: number | null,
): SliceAttrs {
  const at = dimOf(op, x, dim);
  const by = step ?? 1;
  if (!isInteger(by) || by < 1) throw new RangeError(`${op}: slice step must be positive, got ${by}`);
  const size = x.shape[at];
  const from = bound(op, start ?? 0, size);
  const until = bound(op, end ?? size, size);
  return { dim: at, start: from, length: max(0, ceil((until - from) / by)), step: by };
}

/** A slice's bound as Python reads it: from the end if negative, clamped to what there is. */
function bound(op: string, index: number, size: number): number {
  if (!isInteger(index) && index !== Infinity && index !== -Infinity) {
    throw new TypeError(`${op}: slice bounds must be integers or null, got ${index}`);
  }
  return index < 0 ? max(0, index + size) : min(index, size);
}

/**
 * The elements at one index along a dim, without that dim (torch.select). A view.
 *
 * @throws RangeError if there is no such index; ShapeError for a 0-d tensor.
 */
export function select(x: Tensor, dim: number, index: number): Tensor {
  return apply(selectOp, [x], selectAttrs('select', x, dim, index));
}

function selectAttrs(op: string, x: Tensor, dim: number, index: number): { dim: number; index: number } {
  const at = dimOf(op, x, dim);
  const size = x.shape[at];
  if (!isInteger(index)) throw new TypeError(`${op}: the index must be an integer, got ${String(index)}`);
  if (index < -size || index >= size) {
    throw new RangeError(`${op}: index ${index} is out of bounds for dimension ${at} with size ${size}`);
  }
  return { dim: at, index: index < 0 ? index + size : index };
}

/**
 * `length` elements of x from `start` on along a dim (torch.narrow). A view. `start` may be a 0-d int32 tensor.
 *
 * @throws RangeError if they are not all there; ShapeError for a 0-d tensor.
 */
export function narrow(x: Tensor, dim: number, start: number | Tensor, length: number): Tensor {
  if (isTensor(start)) {
    if (start.ndim > 0 || start.dtype !== 'int32')
      throw new TypeError(
        `narrow: start must be a 0-dim int32 tensor, got ${start.dtype} ${formatShape(start.shape)}`,
      );
    return narrow(x, dim, start.item(), length);
  }
  const at = dimOf('narrow', x, dim);
  const size = x.shape[at];
  const from = start < 0 ? start + size : start;
  if (!isInteger(length) || length < 0)
    throw new RangeError(`narrow: length must be non-negative, got ${length}`);
  if (!isInteger(from) || from < 0 || from > size) {
    throw new RangeError(
      `narrow: start out of range (expected to be in range of [${-size}, ${size}], but got ${start})`,
    );
  }
  if (from + length > size) {
    throw new RangeError(`narrow: start (${from}) + length (${length}) exceeds dimension size (${size})`);
  }
  return apply(sliceOp, [x], { dim: at, start: from, length, step: 1 });
}

/**
 * x with src in the place of `slice(x, dim, start, end, step)` (torch.slice_scatter).
 *
 * @throws ShapeError if src has not that slice's shape.
 */
export function sliceScatter(
  x: Tensor,
  src: Tensor,
  dim = 0,
  start?: number | null,
  end?: number | null,
  step?: number | null,
): Tensor {
  checkTensor('sliceScatter', src);
  const attrs = sliceAttrs('sliceScatter', x, dim, start, end, step);
  return apply(sliceScatterOp, [to(src, x.dtype), x], { ...attrs, shape: x.shape });
}

/**
 * x with src in the place of `select(x, dim, index)` (torch.select_scatter).
 *
 * @throws ShapeError if src has not that selection's shape.
 */
export function selectScatter(x: Tensor, src: Tensor, dim: number, index: number): Tensor {
  checkTensor('selectScatter', src);
  const attrs = selectAttrs('selectScatter', x, dim, index);
  return apply(selectScatterOp, [to(src, x.dtype), x], { ...attrs, shape: x.shape });
}

function dimOf(op: string, x: Tensor, dim: number): number {
  checkTensor(op, x);
  if (x.ndim === 0) throw new ShapeError(`${op}: cannot be applied to a 0-dim tensor`);
  if (typeof dim !== 'number') {
    throw new TypeError(`${op}: dim must be a number, got ${String(dim)} for shape ${formatShape(x.shape)}`);
  }
  return normalizeDim(op, dim, x.ndim);
}
