/* Differences of neighbours, and the trapezoidal rule. */
import { DTypeError, ShapeError } from '../errors.ts';
import { formatShape, normalizeDim } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { logicalXor } from './compare.ts';
import { clone } from './copy.ts';
import { cat } from './join.ts';
import { checkTensor, toFloat } from './promote.ts';
import { sum } from './reduce.ts';
import { cumsum } from './scan.ts';
import { narrow } from './slice.ts';
import { reshape } from './view.ts';

const { isInteger } = Number;
const { max, min } = Math;

/** Options of {@link diff}. */
export interface DiffOptions {
  /** How often differences are taken. Default 1. */
  readonly n?: number;
  /** Default −1. */
  readonly dim?: number;
  /** What is put before x along the dim first. */
  readonly prepend?: Tensor | null;
  /** What is put after x along the dim first. */
  readonly append?: Tensor | null;
}

/**
 * The differences xᵢ₊₁ − xᵢ along a dim, n times over (torch.diff); of bools, whether they differ.
 *
 * @throws RangeError for a negative n; ShapeError for a 0-d tensor, or for what cannot be joined with x.
 */
export function diff(x: Tensor, options: DiffOptions = {}): Tensor {
  checkTensor('diff', x);
  const { n = 1, dim = -1, prepend, append } = options;
  if (x.ndim === 0) throw new ShapeError('diff: expects input to be at least one-dimensional');
  if (!isInteger(n) || n < 0) throw new RangeError(`diff: order must be non-negative but got ${String(n)}`);
  const at = normalizeDim('diff', dim, x.ndim);
  if (n === 0) return clone(x);
  const parts = [prepend, x, append].filter((part) => part !== undefined && part !== null);
  for (const part of parts) {
    checkTensor('diff', part);
    if (part.ndim !== x.ndim) {
      throw new ShapeError(
        `diff: expects prepend or append to be the same dimension as input: ${formatShape(part.shape)}, ` +
          formatShape(x.shape),
      );
    }
  }
  let y = parts.length === 1 ? x : cat(parts, at);
  for (let times = min(n, y.shape[at]); times > 0; times--) {
    y = (y.dtype === 'bool' ? logicalXor : sub)(later(y, at), earlier(y, at));
  }
  return y === x ? clone(x) : y;
}

/** All but the first along a dim. */
function later(x: Tensor, dim: number): Tensor {
  return narrow(x, dim, 1, x.shape[dim] - 1);
}

/** All but the last along a dim. */
function earlier(x: Tensor, dim: number): Tensor {
  return narrow(x, dim, 0, x.shape[dim] - 1);
}

/** Options of {@link trapezoid} and {@link cumulativeTrapezoid}. */
export interface TrapezoidOptions {
  /** The distance of the points, where they are not given. Default 1. */
  readonly dx?: number;
  /** Default −1. */
  readonly dim?: number;
}

/**
 * ∫ y dx along a dim by the trapezoidal rule, Σ (xᵢ₊₁ − xᵢ)(yᵢ₊₁ + yᵢ)/2 (torch.trapezoid): at points x (one dim, or
 * dims that broadcast with y's), or at a distance dx.
 *
 * @throws ShapeError unless x has as many points along the dim as y; DTypeError for bools.
 */
export function trapezoid(y: Tensor, x?: Tensor | TrapezoidOptions, options?: TrapezoidOptions): Tensor {
  const { areas, dim } = trapezoids('trapezoid', y, x, options);
  return sum(areas, dim);
}

/** The integrals from the first point to each of the others (torch.cumulative_trapezoid): see {@link trapezoid}. */
export function cumulativeTrapezoid(
  y: Tensor,
  x?: Tensor | TrapezoidOptions,
  options?: TrapezoidOptions,
): Tensor {
  const { areas, dim } = trapezoids('cumulativeTrapezoid', y, x, options);
  return cumsum(areas, dim);
}

/** The areas between neighbouring points along a dim (from the end). */
function trapezoids(
  op: string,
  y: Tensor,
  x: Tensor | TrapezoidOptions | undefined,
  options: TrapezoidOptions | undefined,
): { readonly areas: Tensor; readonly dim: number } {
  checkTensor(op, y);
  const points = isTensor(x) ? x : null;
  const { dx = 1, dim = -1 }: TrapezoidOptions = options ?? (isTensor(x) ? {} : (x ?? {}));
  if (y.dtype === 'bool' || points?.dtype === 'bool')
    throw new DTypeError(`${op}: received a bool input for \`x\` or \`y\`, but bool is not supported`);
  if (y.ndim === 0) throw new ShapeError(`${op}: expects y to be at least one-dimensional`);
  const at = normalizeDim(op, dim, y.ndim);
  const size = y.shape[at];
  const steps = max(size - 1, 0);
  const heights = toFloat(op, add(narrow(y, at, size - steps, steps), narrow(y, at, 0, steps)));
  if (points === null) return { areas: mul(heights, dx / 2), dim: at - y.ndim };
  const grid = pointsAlong(op, points, y, at);
  const along = at - y.ndim + grid.ndim;
  if (size === 0) return { areas: heights, dim: at - y.ndim };
  return { areas: div(mul(sub(later(grid, along), earlier(grid, along)), heights), 2), dim: at - y.ndim };
}

/** The points x along y's dim. */
function pointsAlong(op: string, x: Tensor, y: Tensor, dim: number): Tensor {
  const ones = x.ndim === 1 ? y.ndim - dim - 1 : 0;
  const grid = ones > 0 ? reshape(x, [...x.shape, ...new Array<number>(ones).fill(1)]) : x;
  const lead = y.ndim - grid.ndim;
  if (dim < lead || grid.shape[dim - lead] !== y.shape[dim]) {
    throw new ShapeError(
      `${op}: There must be one \`x\` value for each sample point: x ${formatShape(x.shape)}, ` +
        `y ${formatShape(y.shape)}, dim ${dim}`,
    );
  }
  return grid;
}
