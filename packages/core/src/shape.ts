import { ShapeError } from './errors.ts';

/** The extent of each dim. 0-d tensors have the empty shape. */
export type Shape = readonly number[];

const { isInteger, isSafeInteger } = Number;

/** A shape as errors print it: `[2, 3]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** The number of elements: the product of the extents (1 for a 0-d shape). */
export function numelOf(shape: Shape): number {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i];
  return n;
}

/** Throws unless every extent is a non-negative integer and the element count is representable. */
export function checkShape(where: string, shape: Shape): void {
  for (const extent of shape) {
    if (!isInteger(extent) || extent < 0) {
      throw new ShapeError(`${where}: a shape holds non-negative integers, got ${formatShape(shape)}`);
    }
  }
  if (!isSafeInteger(numelOf(shape))) throw new ShapeError(`${where}: ${formatShape(shape)} is too large`);
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const NO_STRIDES: readonly number[] = Object.freeze([]);
const UNIT_STRIDES: readonly number[] = Object.freeze([1]);

/** Row-major strides, in elements. */
export function contiguousStrides(shape: Shape): readonly number[] {
  if (shape.length < 2) return shape.length === 0 ? NO_STRIDES : UNIT_STRIDES;
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= Math.max(shape[i], 1);
  }
  return strides;
}

/** Whether elements lie in row-major order without gaps (the strides of extents 0 and 1 do not matter). */
export function isContiguousLayout(shape: Shape, strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const extent = shape[i];
    if (extent === 0) return true;
    if (extent !== 1 && strides[i] !== expected) {
      return numelOf(shape) === 0;
    }
    expected *= extent;
  }
  return true;
}

/**
 * The dim as a number from 0; negative dims count from the end. A 0-d tensor accepts 0 and −1, as in PyTorch.
 */
export function normalizeDim(op: string, dim: number, ndim: number): number {
  const limit = Math.max(ndim, 1);
  if (!isInteger(dim) || dim < -limit || dim >= limit) {
    throw new ShapeError(
      `${op}: Dimension out of range (expected to be in range of [${-limit}, ${limit - 1}], but got ${dim})`,
    );
  }
  return dim < 0 ? dim + limit : dim;
}

/**
 * Several dims, each from 0, in the given order; a repeated dim is an error. `undefined` (or, as PyTorch's
 * reductions have it, an empty list) means all.
 */
export function normalizeDims(
  op: string,
  dims: number | readonly number[] | undefined,
  ndim: number,
): number[] {
  if (dims === undefined || (typeof dims !== 'number' && dims.length === 0)) {
    return Array.from({ length: ndim }, (_, i) => i);
  }
  const list = typeof dims === 'number' ? [dims] : dims;
  const result = list.map((d) => normalizeDim(op, d, ndim));
  if (new Set(result).size !== result.length) {
    throw new ShapeError(`${op}: dim ${formatShape(list)} appears more than once in the list of dims`);
  }
  return ndim === 0 ? [] : result;
}

/** The shape two or more shapes broadcast to, or an error that shows the dim at which they do not fit. */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const ndim = Math.max(a.length, b.length);
  const out = new Array<number>(ndim);
  for (let i = 1; i <= ndim; i++) {
    const m = i <= a.length ? a[a.length - i] : 1;
    const n = i <= b.length ? b[b.length - i] : 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new ShapeError(
        `${op}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: ` +
          `The size of tensor a (${m}) must match the size of tensor b (${n}) at non-singleton dimension ${ndim - i}`,
      );
    }
    out[ndim - i] = m === 1 ? n : m;
  }
  return out;
}

/** Whether `shape` broadcasts to `target` (every extent equal, 1 or missing). */
export function isBroadcastableTo(shape: Shape, target: Shape): boolean {
  const lead = target.length - shape.length;
  if (lead < 0) return false;
  for (let i = 0; i < shape.length; i++) {
    if (shape[i] !== 1 && shape[i] !== target[lead + i]) return false;
  }
  return true;
}

/** The strides that read a tensor as if expanded to `target`: 0 along every broadcast dim. */
export function broadcastStrides(shape: Shape, strides: readonly number[], target: Shape): number[] {
  const lead = target.length - shape.length;
  return target.map((extent, i) =>
    i < lead || (shape[i - lead] === 1 && extent !== 1) ? 0 : strides[i - lead],
  );
}

/**
 * The strides of a view of the same elements in another shape, or null if there is none (torch's computeStride):
 * each run of old dims that is contiguous among itself may be cut up anew.
 */
export function viewStrides(
  shape: Shape,
  strides: readonly number[],
  target: Shape,
): readonly number[] | null {
  if (numelOf(shape) === 0) return sameShape(shape, target) ? [...strides] : contiguousStrides(target);
  if (shape.length === 0) return target.map(() => 1);
  const result = new Array<number>(target.length);
  let viewDim = target.length - 1;
  let chunkStride = strides[shape.length - 1];
  let tensorNumel = 1;
  let viewNumel = 1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    tensorNumel *= shape[dim];
    const ends = dim === 0 || (shape[dim - 1] !== 1 && strides[dim - 1] !== tensorNumel * chunkStride);
    if (!ends) continue;
    while (viewDim >= 0 && (viewNumel < tensorNumel || target[viewDim] === 1)) {
      result[viewDim] = viewNumel * chunkStride;
      viewNumel *= target[viewDim];
      viewDim--;
    }
    if (viewNumel !== tensorNumel) return null;
    if (dim > 0) {
      chunkStride = strides[dim - 1];
      tensorNumel = 1;
      viewNumel = 1;
    }
  }
  return viewDim === -1 ? result : null;
}

/** A target shape with its one −1 replaced by the extent that makes the element counts equal (torch.reshape). */
export function inferShape(op: string, shape: Shape, target: Shape): Shape {
  const total = numelOf(shape);
  let known = 1;
  let hole = -1;
  for (let i = 0; i < target.length; i++) {
    const extent = target[i];
    if (extent === -1) {
      if (hole !== -1)
        throw new ShapeError(`${op}: only one dimension can be inferred, got ${formatShape(target)}`);
      hole = i;
    } else if (!isInteger(extent) || extent < 0) {
      throw new ShapeError(`${op}: invalid shape dimension ${extent} in ${formatShape(target)}`);
    } else known *= extent;
  }
  const invalid = (): ShapeError =>
    new ShapeError(`${op}: shape '${formatShape(target)}' is invalid for input of size ${total}`);
  if (hole === -1) {
    if (known !== total) throw invalid();
    return target;
  }
  if (known === 0) {
    throw new ShapeError(
      `${op}: cannot reshape tensor of 0 elements into shape ${formatShape(target)} because the unspecified ` +
        `dimension size -1 can be any value and is ambiguous`,
    );
  }
  if (total % known !== 0) throw invalid();
  return target.map((extent, i) => (i === hole ? total / known : extent));
}

/** The shape without the reduced dims, or with 1 in their place. `dims` are normalised. */
export function reducedShape(shape: Shape, dims: readonly number[], keepdim: boolean): number[] {
  if (keepdim) return shape.map((extent, i) => (dims.includes(i) ? 1 : extent));
  return shape.filter((_, i) => !dims.includes(i));
}
