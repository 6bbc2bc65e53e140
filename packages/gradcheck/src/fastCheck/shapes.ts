/* Arbitrary shapes, alone and in groups that broadcast. They shrink to fewer and smaller dims. */
import { array, boolean, constant, integer, oneof, tuple, type Arbitrary } from 'fast-check';

/** Which shapes are made. */
export interface ShapeOptions {
  /** The least number of dims. Default 0. */
  readonly minDims?: number;
  /** The largest number of dims. Default 3. */
  readonly maxDims?: number;
  /** The smallest extent; 0 asks for empty tensors too. Default 1. */
  readonly minSize?: number;
  /** The largest extent. Default 4. */
  readonly maxSize?: number;
}

/**
 * Any shape with so many dims of such extents.
 *
 * @throws RangeError if the limits are no non-negative integers or contradict each other.
 */
export function arbitraryShape(options: ShapeOptions = {}): Arbitrary<number[]> {
  const { minDims, maxDims, minSize, maxSize } = checked('arbitraryShape', options);
  return array(integer({ min: minSize, max: maxSize }), { minLength: minDims, maxLength: maxDims });
}

/**
 * `count` shapes that broadcast with each other: any of them may lack leading dims or have extent 1 where the common
 * shape has more. They shrink towards `count` times the same shape.
 *
 * @throws RangeError as {@link arbitraryShape} does, and for a count that is no positive integer.
 */
export function arbitraryBroadcastableShapes(
  count: number,
  options: ShapeOptions = {},
): Arbitrary<number[][]> {
  const limits = checked('arbitraryBroadcastableShapes', options);
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`arbitraryBroadcastableShapes: count must be a positive integer, got ${count}`);
  }
  const { minDims, maxDims, minSize, maxSize } = limits;
  const narrowing = tuple(
    oneof({ weight: 3, arbitrary: constant(0) }, { weight: 1, arbitrary: integer({ min: 0, max: maxDims }) }),
    array(boolean(), { minLength: maxDims, maxLength: maxDims }),
  );
  // An extent of 1 broadcasts whatever `minSize` is, unless 1 is more than was asked for.
  const one = Math.min(1, maxSize);
  const common = array(integer({ min: minSize, max: maxSize }), { minLength: minDims, maxLength: maxDims });
  return tuple(common, array(narrowing, { minLength: count, maxLength: count })).map(([shape, narrowings]) =>
    narrowings.map(([missing, ones]) =>
      shape.slice(Math.min(missing, shape.length - minDims)).map((extent, dim) => (ones[dim] ? one : extent)),
    ),
  );
}

function checked(name: string, options: ShapeOptions): Required<ShapeOptions> {
  const { minDims = 0, minSize = 1 } = options;
  const { maxDims = Math.max(3, minDims), maxSize = Math.max(4, minSize) } = options;
  for (const [what, value] of Object.entries({ minDims, maxDims, minSize, maxSize })) {
    if (!Number.isInteger(value) || value < 0) {
      throw new RangeError(`${name}: ${what} must be a non-negative integer, got ${value}`);
    }
  }
  if (minDims > maxDims) throw new RangeError(`${name}: minDims ${minDims} is above maxDims ${maxDims}`);
  if (minSize > maxSize) throw new RangeError(`${name}: minSize ${minSize} is above maxSize ${maxSize}`);
  return { minDims, maxDims, minSize, maxSize };
}
