/* Arbitrary tensors, alone and in groups. */
import { constant, type Arbitrary } from 'fast-check';
import { isFloating, type Tensor } from '@retrograd/core';
import { built, Groups } from './fillings.ts';
import { domainOf, type NumberOptions } from './numbers.ts';
import { arbitraryBroadcastableShapes, arbitraryShape, type ShapeOptions } from './shapes.ts';

/** What tensors of given shapes are filled with, and how they lie in memory. */
export interface FillOptions extends NumberOptions {
  /** Let some be views: dims reversed in memory, gaps between elements, an offset before them. Default false. */
  readonly strided?: boolean;
}

/** Options of {@link arbitraryTensor}. */
export interface TensorOptions extends FillOptions, ShapeOptions {
  /** This shape, or one of these; else any shape with `minDims` to `maxDims` dims of `minSize` to `maxSize`. */
  readonly shape?: readonly number[] | Arbitrary<readonly number[]>;
}

/**
 * Any tensor. It shrinks to the smallest shape, keeping the elements that remain, then to simpler values: fewer decimals,
 * smaller, positive.
 *
 * @throws RangeError for limits that leave nothing to choose from.
 */
export function arbitraryTensor(options: TensorOptions = {}): Arbitrary<Tensor> {
  const { shape = arbitraryShape(options) } = options;
  const shapes = isShape(shape) ? constant(shape) : shape;
  return tensorsOf(
    'arbitraryTensor',
    shapes.map((one) => [one]),
    [options],
  ).map(([x]) => x);
}

/**
 * Tensors of the shapes that an arbitrary gives together, for functions whose inputs must fit each other:
 *
 * ```ts
 * const size = fc.integer({ min: 1, max: 4 });
 * const factors = arbitraryTensors(fc.tuple(size, size, size).map(([m, k, n]) => [[m, k], [k, n]]));
 * ```
 *
 * @param options for all tensors, or one for each.
 * @throws RangeError for limits that leave nothing to choose from.
 */
export function arbitraryTensors(
  shapes: Arbitrary<readonly (readonly number[])[]>,
  options: FillOptions | readonly FillOptions[] = {},
): Arbitrary<Tensor[]> {
  return tensorsOf('arbitraryTensors', shapes, isList(options) ? options : [options]);
}

/**
 * `count` tensors whose shapes broadcast with each other (see {@link arbitraryBroadcastableShapes}).
 *
 * @throws RangeError for limits that leave nothing to choose from.
 */
export function arbitraryBroadcastableTensors(
  count: number,
  options: FillOptions & ShapeOptions = {},
): Arbitrary<Tensor[]> {
  return tensorsOf('arbitraryBroadcastableTensors', arbitraryBroadcastableShapes(count, options), [options]);
}

function tensorsOf(
  name: string,
  shapes: Arbitrary<readonly (readonly number[])[]>,
  options: readonly FillOptions[],
): Arbitrary<Tensor[]> {
  return framedTensors(name, shapes, (group) => group, options).map(([, tensors]) => tensors);
}

/** Whatever an arbitrary makes, with tensors of the shapes that it asks for. */
export function framedTensors<T>(
  name: string,
  frames: Arbitrary<T>,
  shapesOf: (frame: T) => readonly (readonly number[])[],
  options: readonly FillOptions[],
): Arbitrary<[frame: T, tensors: Tensor[]]> {
  const domains = options.map((one) => domainOf(name, one));
  const strided = options.some((one) => one.strided === true);
  return new Groups(frames, shapesOf, domains, strided).map(({ frame, fillings }) => [
    frame,
    fillings.map((filling, i) => {
      const x = built(filling, domains[Math.min(i, domains.length - 1)]);
      return isFloating(x.dtype) ? x.requiresGrad_() : x;
    }),
  ]);
}

function isShape(value: readonly number[] | Arbitrary<readonly number[]>): value is readonly number[] {
  return Array.isArray(value);
}

function isList(value: FillOptions | readonly FillOptions[]): value is readonly FillOptions[] {
  return Array.isArray(value);
}
