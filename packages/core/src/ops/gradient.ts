/* Numerical gradients of sampled functions. */
import { ShapeError } from '../errors.ts';
import { formatShape, normalizeDims } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { cat } from './join.ts';
import { toFloat } from './promote.ts';
import type { Dims } from './reduce.ts';
import { narrow } from './slice.ts';
import { reshape } from './view.ts';

/** Options of {@link gradient}. */
export interface GradientOptions {
  /**
   * How far apart neighbours are: one distance for all dims, or for each dim a distance or the coordinates of its points,
   * a 1-d tensor. Default 1.
   */
  readonly spacing?: number | readonly number[] | readonly Tensor[];
  /** The dims to differentiate along. All unless given. */
  readonly dim?: Dims;
  /** Whether the ends are estimated from two points (1, the default) or from three (2). */
  readonly edgeOrder?: 1 | 2;
}

/**
 * The derivatives of a function that x samples, one tensor for each dim, by central differences of second order inside
 * and one-sided ones at the ends (torch.gradient; numpy.gradient). Integers become float32.
 *
 * @throws ShapeError for dims with fewer than edgeOrder + 1 points, or spacing that does not fit the dims; RangeError for
 * another edgeOrder.
 */
export function gradient(x: Tensor, options: GradientOptions = {}): Tensor[] {
  const y = toFloat('gradient', x);
  const { spacing = 1, edgeOrder = 1 } = options;
  const dims = normalizeDims('gradient', options.dim, y.ndim);
  if (edgeOrder !== 1 && edgeOrder !== 2) {
    throw new RangeError(`gradient: only supports edgeOrder=1 and edgeOrder=2, got ${String(edgeOrder)}`);
  }
  const spacings: readonly (number | Tensor)[] =
    typeof spacing === 'number' ? dims.map(() => spacing) : spacing;
  if (spacings.length !== dims.length) {
    throw new ShapeError(
      `gradient: expected spacing to be unspecified, a scalar or a list of length equal to the number of dims ` +
        `(${dims.length}), got ${String(spacing)}`,
    );
  }
  const small = dims.find((dim) => y.shape[dim] < edgeOrder + 1);
  if (small !== undefined) {
    throw new ShapeError(
      `gradient: expected each dimension size to be at least edgeOrder + 1 = ${edgeOrder + 1}, got ` +
        `${formatShape(y.shape)}`,
    );
  }
  const gaps = spacings.map((each, i) => gap(y, dims[i], each));
  return dims.map((dim, i) => along(y, dim, gaps[i], edgeOrder));
}

/** The distances of neighbours along a dim, broadcastable to x: a number if they are all the same. */
function gap(x: Tensor, dim: number, spacing: number | Tensor): number | Tensor {
  if (!isTensor(spacing)) return spacing;
  if (spacing.ndim !== 1 || spacing.numel() !== x.shape[dim]) {
    throw new ShapeError(
      `gradient: expected each spacing tensor to hold one coordinate per point of its dim: ` +
        `${formatShape(spacing.shape)} for ${x.shape[dim]} points of dim ${dim}`,
    );
  }
  const points = toFloat('gradient', spacing);
  const n = points.numel();
  const steps = sub(narrow(points, 0, 1, n - 1), narrow(points, 0, 0, n - 1));
  return reshape(
    steps,
    x.shape.map((_, d) => (d === dim ? n - 1 : 1)),
  );
}

function along(y: Tensor, dim: number, gaps: number | Tensor, edgeOrder: 1 | 2): Tensor {
  const n = y.shape[dim];
  const part = (x: Tensor, start: number, length: number): Tensor => narrow(x, dim, start, length);
  const steps = (start: number, length: number): number | Tensor =>
    isTensor(gaps) ? part(gaps, start, length) : gaps;
  const rise = sub(part(y, 1, n - 1), part(y, 0, n - 1));
  // Slopes between neighbours; what they are of is how every estimate is made.
  const slopes = div(rise, steps(0, n - 1));
  if (n === 2) return cat([slopes, slopes], dim);
  const [left, right] = [steps(0, n - 2), steps(1, n - 2)];
  const inner = weighted(part(slopes, 0, n - 2), part(slopes, 1, n - 2), right, left);
  const [first, last] = [part(slopes, 0, 1), part(slopes, n - 2, 1)];
  if (edgeOrder === 1) return cat([first, inner, last], dim);
  // The parabola through three points has at its end twice the end's slope less the middle's.
  const start = sub(mul(first, 2), part(inner, 0, 1));
  const end = sub(mul(last, 2), part(inner, n - 3, 1));
  return cat([start, inner, end], dim);
}

/** (a·p + b·q)/(p + q). */
function weighted(a: Tensor, b: Tensor, p: number | Tensor, q: number | Tensor): Tensor {
  return div(add(mul(a, p), mul(b, q)), isTensor(p) ? add(p, q) : p + Number(q));
}
