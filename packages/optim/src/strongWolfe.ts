import type { Tensor } from '@retrograd/core';

const { abs, max, min, sqrt } = Math;

/** The objective at one point of a line x + t·d. */
export interface LinePoint {
  /** Where on the line. */
  readonly t: number;
  /** The objective. */
  readonly loss: number;
  /** Its gradient. */
  readonly gradient: Tensor;
  /** Its derivative along the line, gradient · d. */
  readonly slope: number;
}

/** What {@link strongWolfe} found. */
export interface LineSearch {
  readonly point: LinePoint;
  /** How often the objective was evaluated. */
  readonly evaluations: number;
}

/** Options of {@link strongWolfe}. */
export interface StrongWolfeOptions {
  /** The largest element of |d|. */
  readonly size: number;
  /** Brackets in which no element changes by as much as this are not searched further. */
  readonly toleranceChange: number;
  /** The decrease demanded, c₁. Default 1e-4. */
  readonly decrease?: number;
  /** The flattening demanded, c₂. Default 0.9. */
  readonly curvature?: number;
  /** The most iterations of both phases together. Default 25. */
  readonly maxIter?: number;
}

/**
 * Looks along a line for a point that satisfies the strong Wolfe conditions, f(t) ≤ f(0) + c₁·t·f′(0) and
 * |f′(t)| ≤ c₂·|f′(0)|: first steps out until a bracket is certain to hold one, then narrows the bracket by cubic
 * interpolation. If the iterations run out, the result is the better end of the bracket.
 *
 * Nocedal & Wright, Numerical Optimization, algorithms 3.5 and 3.6; what is not said there follows PyTorch's.
 *
 * @param evaluate - The objective at t.
 * @param start - The point t = 0.
 * @param first - The t to try first.
 */
export function strongWolfe(
  evaluate: (t: number) => LinePoint,
  start: LinePoint,
  first: number,
  { size, toleranceChange, decrease = 1e-4, curvature = 0.9, maxIter = 25 }: StrongWolfeOptions,
): LineSearch {
  const tooHigh = ({ t, loss }: LinePoint): boolean => loss > start.loss + decrease * t * start.slope;
  const flat = ({ slope }: LinePoint): boolean => abs(slope) <= -curvature * start.slope;

  let iteration = 0;
  let previous = start;
  let point = evaluate(first);
  let evaluations = 1;
  let bracketed = false;
  while (iteration < maxIter) {
    if (tooHigh(point) || (iteration > 1 && point.loss >= previous.loss)) {
      bracketed = true;
      break;
    }
    if (flat(point)) return { point, evaluations };
    if (point.slope >= 0) {
      bracketed = true;
      break;
    }
    const nearest = point.t + 0.01 * (point.t - previous.t);
    const next = cubicMinimum(previous, point, nearest, point.t * 10);
    previous = point;
    point = evaluate(next);
    evaluations++;
    iteration++;
  }

  const bracket = [bracketed ? previous : start, point];
  let low = lower(bracket);
  let littleProgress = false;
  while (iteration < maxIter && abs(bracket[1].t - bracket[0].t) * size >= toleranceChange) {
    const left = min(bracket[0].t, bracket[1].t);
    const right = max(bracket[0].t, bracket[1].t);
    let t = cubicMinimum(bracket[0], bracket[1], left, right);
    // A point too close to an end narrows the bracket little: the second time, and at the end itself, it is moved inwards.
    const margin = 0.1 * (right - left);
    const close = min(right - t, t - left) < margin;
    const inwards: boolean = close && (littleProgress || t >= right || t <= left);
    littleProgress = close && !inwards;
    if (inwards) t = abs(t - right) < abs(t - left) ? right - margin : left + margin;

    point = evaluate(t);
    evaluations++;
    iteration++;
    if (tooHigh(point) || point.loss >= bracket[low].loss) {
      bracket[1 - low] = point;
      low = lower(bracket);
      continue;
    }
    if (flat(point)) return { point, evaluations };
    if (point.slope * (bracket[1 - low].t - bracket[low].t) >= 0) bracket[1 - low] = bracket[low];
    bracket[low] = point;
  }
  return { point: bracket[low], evaluations };
}

/** Which end of a bracket is lower. */
function lower([a, b]: readonly LinePoint[]): number {
  return a.loss <= b.loss ? 0 : 1;
}

/** Where the cubic through two points with their slopes has its minimum, kept between two bounds. */
function cubicMinimum(p: LinePoint, q: LinePoint, least: number, most: number): number {
  const [a, b] = p.t <= q.t ? [p, q] : [q, p];
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const d2 = sqrt(square);
  const minimum = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
  return min(max(minimum, least), most);
}
