/* What happens near a point where differences and gradient disagree, or do not settle. */
import { isExact, type Line } from './differences.ts';
import type { GradcheckOptions } from './options.ts';

const { abs, max, min } = Math;

/** The neighbourhood of a point along a line, for one value. */
export interface Neighbourhood {
  /**
   * `smooth`: both sides have one slope. `kink`: each its own. `jump`: the slopes grow as the step shrinks. `edge`: not
   * finite on one side, or on both. `rough`: rounding hides which.
   */
  readonly kind: 'smooth' | 'kink' | 'jump' | 'edge' | 'rough';
  readonly left: number;
  readonly right: number;
  /** The slope of a smooth neighbourhood, and how far it may be off. */
  readonly slope: number;
  readonly error: number;
  /** The smallest step that was looked at and told something. */
  readonly within: number;
}

interface Rung {
  readonly h: number;
  readonly left: number;
  readonly right: number;
  /** The central slope of fourth order. */
  readonly slope: number;
  /** |right − left|: the five-point residual over 2h. */
  readonly bend: number;
  readonly rounding: number;
}

/** The sizes of what counts as seen. */
const RUNGS = 10;
const VISIBLE = 1e-5;

/**
 * Looks at a point with steps from `step` down to 2⁻²⁷ of it, each an eighth of the last, from both sides: one-sided slopes of
 * second order, whose difference is the five-point residual f₋₂ − 4f₋₁ + 6f₀ − 4f₁ + f₂ over 2h. It vanishes like h³ where f
 * is smooth, stays where there is a kink and grows where there is a jump.
 *
 * @param wanted - The values to look at.
 * @returns One neighbourhood per wanted value.
 */
export function explore(
  line: Line,
  center: Float64Array,
  noise: Float64Array,
  step: number,
  wanted: readonly number[],
): Neighbourhood[] {
  const rungs = wanted.map((): Rung[] => []);
  for (let k = 0, h = step; k < RUNGS; k++, h /= 8) {
    const [l2, l1, r1, r2] = [line(-2 * h), line(-h), line(h), line(2 * h)];
    wanted.forEach((i, w) => {
      const right = (4 * r1[i] - r2[i] - 3 * center[i]) / (2 * h);
      const left = (3 * center[i] - 4 * l1[i] + l2[i]) / (2 * h);
      const constant =
        isExact(center[i], noise[i]) && [l2[i], l1[i], r1[i], r2[i]].every((y) => y === center[i]);
      const slope = (8 * (r1[i] - l1[i]) - (r2[i] - l2[i])) / (12 * h);
      const bend = abs(right - left);
      if (constant) rungs[w].push({ h, left: 0, right: 0, slope: 0, bend: 0, rounding: 0 });
      else rungs[w].push({ h, left, right, slope, bend, rounding: (8 * noise[i]) / h });
    });
  }
  return rungs.map(judge);
}

function judge(rungs: readonly Rung[]): Neighbourhood {
  const size = (r: Rung): number => max(abs(r.left), abs(r.right));
  const finite = rungs.filter(({ bend }) => Number.isFinite(bend));
  if (finite.length < 3) {
    const last = rungs[min(5, rungs.length - 1)];
    return { kind: 'edge', left: last.left, right: last.right, slope: NaN, error: Infinity, within: last.h };
  }
  // Where rounding leaves three digits of the slopes, something can be told.
  const telling = finite.filter((r) => r.rounding <= 1e-3 * max(size(r), size(finite[0]), 1e-9));
  if (telling.length === 0) return describe('rough', finite[0], finite[0].bend);
  const last = telling[telling.length - 1];
  const before = telling[max(0, telling.length - 3)];
  const levels = telling.length - 1 - telling.indexOf(before);
  const grows = size(last) > size(before) * 2 ** levels && size(last) > 10 * last.rounding;
  if (levels > 1 && grows) return describe('jump', last, last.bend);
  const quiet = telling.filter((r) => r.bend <= max(4 * r.rounding, VISIBLE * size(r)));
  if (quiet.length > 0) return smoothest(quiet, telling);
  if (levels > 0 && last.bend < before.bend / 2 ** levels) return describe('smooth', last, last.bend);
  return describe('kink', last, last.bend);
}

/** The slope of the rung that differs least from the one above it: an upper bound of its error. */
function smoothest(quiet: readonly Rung[], all: readonly Rung[]): Neighbourhood {
  const errors = quiet.map((r) => {
    const above = all[all.indexOf(r) - 1];
    return (above === undefined ? r.bend + abs(r.slope) * 1e-3 : abs(r.slope - above.slope)) + r.rounding;
  });
  const best = errors.indexOf(min(...errors));
  return describe('smooth', quiet[best], errors[best]);
}

function describe(kind: Neighbourhood['kind'], r: Rung, error: number): Neighbourhood {
  return { kind, left: r.left, right: r.right, slope: r.slope, error: error + r.rounding, within: 2 * r.h };
}

/**
 * Whether an analytic value at a kink is what was asked for.
 *
 * @returns What is wrong with it, or null.
 */
export function subgradientError(
  analytic: number,
  near: Neighbourhood,
  choice: GradcheckOptions['subgradient'],
): string | null {
  const { kind, left, right } = near;
  if (kind !== 'kink' && (choice === undefined || kind !== 'edge' || choice === 'between')) return null;
  const slack = 1e-3 * max(abs(left), abs(right));
  if (choice === undefined || choice === 'between') {
    if (analytic >= min(left, right) - slack && analytic <= max(left, right) + slack) return null;
    return `is not between the slopes on the left, ${short(left)}, and on the right, ${short(right)}`;
  }
  const wanted =
    typeof choice === 'function' ? choice(left, right) : { left, right, mean: (left + right) / 2 }[choice];
  if (abs(analytic - wanted) <= max(slack, 1e-9)) return null;
  const name =
    typeof choice === 'function' ? 'the documented subgradient' : `the documented subgradient (${choice})`;
  return `is not ${name}, ${short(wanted)}`;
}

/** In words what a neighbourhood is. */
export function kinkMessage(near: Neighbourhood, analytic: number): string {
  const sides = `left slope ${short(near.left)}, right slope ${short(near.right)}, analytic ${short(analytic)}`;
  const within = `within ${near.within.toExponential(0)}`;
  if (near.kind === 'jump') return `jump or infinite slope ${within}: ${sides}`;
  if (near.kind === 'edge') return `values that are not finite ${within}: ${sides}`;
  return `kink ${within}: ${sides}`;
}

/** A number with six digits, and an exponent only where it helps. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}
