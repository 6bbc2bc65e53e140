/* What an op's cases look like, and naive references for them. The generic op test reads them; none of it is shipped. */
import type { DType } from '../dtype.ts';
import type { Op } from '../tape/record.ts';
import type { Tensor } from '../tensor.ts';

/** A tensor as plain numbers in row-major order: what naive references compute with. */
export interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One input to be filled with seeded random values. */
export interface InputSpec {
  readonly shape: readonly number[];
  /** Values are uniform in this interval, at least `gap` apart from each other and from `avoid`. Default [-2, 2]. */
  readonly range?: readonly [number, number];
  /** Points (kinks, poles) that values keep a distance of 0.05 from. */
  readonly avoid?: readonly number[];
  /** Make all values differ by at least 0.02 (for maxima, sorting). */
  readonly distinct?: boolean;
  /** Give these values instead of random ones. */
  readonly values?: readonly number[];
  /** Default float64 (and float32 in the comparison of the two). Integer inputs get integers from `range`. */
  readonly dtype?: DType;
}

/** One way to call the function. */
export interface Sample {
  readonly name?: string;
  readonly inputs: readonly InputSpec[];
  readonly run: (...inputs: Tensor[]) => Tensor;
  /** The result by definition, from plain numbers, in the most naive way. */
  readonly reference?: (...inputs: Plain[]) => Plain;
  /** Skip the numerical gradient check here (a sample at a kink), and why. Reference and structure are still checked. */
  readonly noGradientCheck?: string;
  /** The documented gradient of this sample is no derivative: a checker is right to call it wrong. */
  readonly gradientByDefinition?: boolean;
  /** The result's dtype does not follow the inputs' (a conversion). */
  readonly ownDtype?: boolean;
  /** The exact gradients by convention at a kink or tie, for the cotangent of ones, one list per input. */
  readonly subgradients?: readonly (readonly number[] | null)[];
}

/** A call that must be refused. */
export interface Reject {
  readonly name: string;
  readonly run: () => unknown;
  readonly error: RegExp;
}

/** All there is to test about one op, through its public function. */
export interface OpCases {
  readonly op: Op;
  readonly samples: readonly Sample[];
  readonly rejects?: readonly Reject[];
}

/** The elementwise reference of a function of one number. */
export function unaryReference(f: (x: number) => number): (x: Plain) => Plain {
  return (x) => ({ shape: x.shape, data: x.data.map(f) });
}

/** The broadcasting elementwise reference of a function of two numbers. */
export function binaryReference(f: (a: number, b: number) => number): (a: Plain, b: Plain) => Plain {
  return (a, b) => {
    const ndim = Math.max(a.shape.length, b.shape.length);
    const extent = (x: Plain, i: number): number => x.shape[i - ndim + x.shape.length] ?? 1;
    const shape = Array.from({ length: ndim }, (_, i) => (extent(a, i) === 1 ? extent(b, i) : extent(a, i)));
    const read = (x: Plain, position: readonly number[]): number =>
      x.data[x.shape.reduce((at, n, i) => at * n + (n === 1 ? 0 : position[i + ndim - x.shape.length]), 0)];
    return { shape, data: positions(shape).map((p) => f(read(a, p), read(b, p))) };
  };
}

/** Every position of a shape, in row-major order. */
export function positions(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, n) => all.flatMap((p) => Array.from({ length: n }, (_, i) => [...p, i])),
    [[]],
  );
}

/** The reference of a reduction over dims (from 0; all unless given), by what it makes of each line of elements. */
export function reduceReference(
  f: (line: number[]) => number,
  dims?: readonly number[],
  keepdim = false,
): (x: Plain) => Plain {
  return (x) => {
    const over = dims ?? x.shape.map((_, d) => d);
    const lines = positions(x.shape.map((n, d) => (over.includes(d) ? 1 : n))).map((kept) =>
      positions(x.shape.map((n, d) => (over.includes(d) ? n : 1))).map((moved) =>
        elementAt(
          x,
          kept.map((k, d) => k + moved[d]),
        ),
      ),
    );
    const shape = x.shape
      .map((n, d) => (over.includes(d) ? 1 : n))
      .filter((_, d) => keepdim || !over.includes(d));
    return { shape, data: lines.map(f) };
  };
}

/** The reference of an operation along a dim (from 0), by what it makes of each line of elements. */
export function alongReference(f: (line: number[]) => number[], dim: number): (x: Plain) => Plain {
  return (x) => {
    const at = (p: readonly number[], i: number): number[] => p.map((k, d) => (d === dim ? i : k));
    const n = x.shape[dim] ?? 1;
    const line = (p: readonly number[]): number[] =>
      Array.from({ length: n }, (_, i) => elementAt(x, at(p, i)));
    return { shape: x.shape, data: positions(x.shape).map((p) => f(line(p))[p[dim] ?? 0]) };
  };
}

/** The element of x at a position. */
export function elementAt(x: Plain, position: readonly number[]): number {
  return x.data[x.shape.reduce((at, n, i) => at * n + position[i], 0)];
}

/**
 * The reference of an op that moves elements: at each position of the result lies the element of x that `from` says, or
 * `otherwise` where it says null.
 */
export function movedReference(
  shape: readonly number[],
  from: (position: readonly number[]) => readonly number[] | null,
  otherwise = 0,
): (x: Plain) => Plain {
  return (x) => ({
    shape,
    data: positions(shape).map((p) => {
      const source = from(p);
      return source === null ? otherwise : elementAt(x, source);
    }),
  });
}
