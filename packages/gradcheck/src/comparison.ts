/* Entries of a Jacobian and how they are judged, one by one, by differences. */
import type { Line } from './differences.ts';
import { explore, short, subgradientError, type Neighbourhood } from './kinks.ts';
import type { GradcheckOptions } from './options.ts';
import type { Point } from './point.ts';
import type { RandomSource } from './random.ts';

const { abs, max, sqrt } = Math;

/** Gradients smaller than this are as good as 0: float32 has nothing there either. */
const TINY = 1e-38;

/** Outputs whose ties are looked at. */
const TIES = 20;

/** An entry (or the sum of some) that was compared. */
export interface Entry {
  /** The element of the flat outputs; -1 where a whole cotangent was pulled back. */
  readonly i: number;
  /** The element of the flat inputs. */
  readonly j: number;
  readonly analytic: number;
  readonly numeric: number;
  readonly error: number;
  readonly step: number;
  /** What is tolerated between the two. */
  readonly tolerance: number;
}

/** An entry at a point that is not smooth. */
export interface KinkEntry extends Entry {
  readonly near: Neighbourhood;
  /** What is wrong with the analytic value even so; null if nothing is. */
  readonly wrong: string | null;
}

/** A Jacobian at a point, compared column by column. */
export class Comparison {
  readonly point: Point;
  readonly rows: number;
  readonly cols: number;
  readonly analytic: Float64Array;
  readonly numeric: Float64Array;
  readonly errors: Float64Array;
  readonly wrong: Entry[] = [];
  readonly unresolved: Entry[] = [];
  readonly kinks: KinkEntry[] = [];
  entries = 0;
  private readonly doubt: Float64Array;
  private readonly rowScales: Float64Array;

  constructor(point: Point, rows: number, cols: number, analytic: Float64Array) {
    this.point = point;
    this.rows = rows;
    this.cols = cols;
    this.analytic = analytic;
    this.numeric = new Float64Array(rows * cols).fill(NaN);
    this.errors = new Float64Array(rows * cols);
    this.doubt = new Float64Array(rows * cols);
    this.rowScales = new Float64Array(rows);
    for (let e = 0; e < analytic.length; e++) {
      const i = Math.floor(e / cols);
      if (Number.isFinite(analytic[e])) this.rowScales[i] = max(this.rowScales[i], abs(analytic[e]));
    }
  }

  column(j: number, subgradient: GradcheckOptions['subgradient']): void {
    const { point, rows, cols, analytic, numeric, errors, doubt } = this;
    if (!Number.isFinite(point.x[j])) {
      this.infinite(j);
      return;
    }
    const line = point.alongElement(j);
    const step = point.stepOf(j);
    const found = point.differentiate(line, step);
    const odd: number[] = [];
    for (let i = 0; i < rows; i++) {
      const e = i * cols + j;
      numeric[e] = found.slope[i];
      // No gradient is held to less than what rounding does at the largest step.
      doubt[e] = found.error[i] + (4 * point.subject.unit * found.size[i]) / step;
      const tolerance = this.tolerance(e, found.slope[i], doubt[e]);
      errors[e] = abs(analytic[e] - numeric[e]) / tolerance;
      if (found.suspect[i] === 1 || !(errors[e] <= 1) || !this.resolves(e, found.slope[i], tolerance))
        odd.push(i);
    }
    this.entries += rows;
    if (odd.length === 0) return;
    const near = explore(line, point.center, point.noise, step, odd);
    this.refine(j, line, odd, near);
    const pole = near.some(
      ({ kind }, k) => kind === 'edge' || kind === 'jump' || abs(analytic[odd[k] * cols + j]) === Infinity,
    );
    odd.forEach((i, k) => {
      const e = i * cols + j;
      // Next to a pole of another output, an infinite factor times a cotangent of 0 is NaN.
      if (pole && Number.isNaN(analytic[e]) && near[k].kind !== 'kink') {
        const entry = { i, j, analytic: NaN, numeric: numeric[e], error: doubt[e], step, tolerance: NaN };
        errors[e] = 0;
        this.kinks.push({ ...entry, near: near[k], wrong: null });
        return;
      }
      this.settle(i, j, found.step[i], found.suspect[i] === 1, near[k], subgradient);
    });
    this.doubtStairs(j, line, step);
  }

  /** Sharpens slopes that are smooth only close by: the tableau again, from the step at which they were. */
  private refine(j: number, line: Line, odd: readonly number[], near: Neighbourhood[]): void {
    const blunt = near.map(({ kind, slope, error }, k) => {
      const e = odd[k] * this.cols + j;
      return kind === 'smooth' && !this.resolves(e, slope, this.tolerance(e, slope, error));
    });
    if (!blunt.includes(true)) return;
    const step = max(...near.map(({ within }, k) => (blunt[k] ? within : 0)));
    const found = this.point.differentiate(line, step);
    odd.forEach((i, k) => {
      if (!blunt[k] || found.suspect[i] === 1 || !(found.error[i] < near[k].error)) return;
      near[k] = { ...near[k], slope: found.slope[i], error: found.error[i] };
    });
  }

  /**
   * A function that rounds inside (1e-6 x + 1e8 − 1e8) has stairs, on which it is constant; that a slope of them is not the
   * gradient is no mistake unless the gradient would have climbed many steps.
   */
  private doubtStairs(j: number, line: Line, step: number): void {
    const suspects = this.wrong.filter((entry) => entry.j === j);
    if (suspects.length === 0) return;
    const values = Array.from({ length: 9 }, (_, k) => line(((k - 4) * step) / 4));
    for (const entry of suspects) {
      const steps = values.slice(1).map((next, k) => abs(next[entry.i] - values[k][entry.i]));
      const height = steps.reduce((least, size) => (size > 0 && size < least ? size : least), Infinity);
      const flat = steps.filter((size) => size === 0).length;
      if (flat < 2 || height === Infinity || !(abs(entry.analytic - entry.numeric) * step < 8 * height))
        continue;
      this.wrong.splice(this.wrong.indexOf(entry), 1);
      this.unresolved.push(entry);
    }
  }

  /** An input that is not finite has no neighbourhood: another point has to tell. */
  private infinite(j: number): void {
    const analytic = this.analytic[j];
    const near: Neighbourhood = {
      kind: 'edge',
      left: NaN,
      right: NaN,
      slope: NaN,
      error: Infinity,
      within: 0,
    };
    this.kinks.push({
      i: 0,
      j,
      analytic,
      numeric: NaN,
      error: Infinity,
      step: 0,
      tolerance: NaN,
      near,
      wrong: null,
    });
  }

  /** Decides about an entry at which something is odd, now that its neighbourhood is known. */
  private settle(
    i: number,
    j: number,
    step: number,
    suspect: boolean,
    near: Neighbourhood,
    subgradient: GradcheckOptions['subgradient'],
  ): void {
    const { cols, analytic, numeric, errors, doubt } = this;
    const e = i * cols + j;
    let tolerance = this.tolerance(e, numeric[e], doubt[e]);
    // Small steps see past a kink or stairs nearby that large ones step over, if less sharply.
    if (near.kind === 'smooth') {
      const closer = this.tolerance(e, near.slope, near.error);
      const unlike = abs(near.slope - numeric[e]) > closer + tolerance;
      if (suspect || unlike || (!this.resolves(e, numeric[e], tolerance) && closer < tolerance)) {
        tolerance = closer;
        numeric[e] = near.slope;
        doubt[e] = near.error;
        errors[e] = abs(analytic[e] - numeric[e]) / tolerance;
      }
    }
    const entry = { i, j, analytic: analytic[e], numeric: numeric[e], error: doubt[e], step, tolerance };
    if (near.kind !== 'smooth' && near.kind !== 'rough') {
      const wrong = subgradientError(analytic[e], near, subgradient);
      if (wrong === null) errors[e] = 0;
      this.kinks.push({ ...entry, near, wrong });
    } else if (!this.resolves(e, numeric[e], tolerance)) {
      this.unresolved.push(entry);
    } else if (!(errors[e] <= 1)) {
      this.wrong.push(entry);
    }
  }

  /** Ten times the estimated error of the differences, and the rounding of the analytic value. */
  private tolerance(e: number, numeric: number, error: number): number {
    const { analytic, cols, rowScales, point } = this;
    const { subject } = point;
    const known = Number.isFinite(analytic[e]) ? abs(analytic[e]) : 0;
    const size = max(known, abs(numeric) || 0, rowScales[Math.floor(e / cols)]);
    return 10 * error + 1e4 * subject.unit * size + subject.floor + TINY;
  }

  /** Whether the tolerance is small against what the entry is, or could be. */
  private resolves(e: number, numeric: number, tolerance: number): boolean {
    const { analytic, cols, rowScales, point } = this;
    const i = Math.floor(e / cols);
    const { center, x, noise } = point;
    // A function that computes in float32 inside is as blunt as one that returns it.
    const digits = noise[i] > 2 ** -36 * abs(center[i]) ? 0.03 : 1e-4;
    const average = abs(center[i]) / max(1e-3, abs(x[e % cols]));
    const known = Number.isFinite(analytic[e]) ? abs(analytic[e]) : 0;
    return tolerance <= digits * max(known, abs(numeric) || 0, 0.1 * rowScales[i], 0.01 * average, 1e-6);
  }

  /**
   * Where several inputs have a kink in one output, such as equal maxima, f may still be smooth as they move together (or
   * against each other). The sum of the analytic values is known then, whatever the subgradients.
   */
  ties(): void {
    const { point, rows, cols, kinks } = this;
    let looked = 0;
    for (let i = 0; i < rows && looked < TIES; i++) {
      const tied = kinks.filter(
        (kink) => kink.i === i && kink.near.kind === 'kink' && kink.near.within < 1e-6,
      );
      if (tied.length < 2 || tied.length > 8 || tied.some(({ wrong }) => wrong !== null)) continue;
      looked++;
      for (const last of tied.length === 2 ? [1, -1] : [1]) {
        const u = new Float64Array(cols);
        tied.forEach(({ j }, k) => (u[j] = k === 1 ? last : 1));
        const [near] = explore(point.along(u), point.center, point.noise, point.stepAlong(u), [i]);
        const total = tied.reduce((s, { j, analytic }) => s + analytic * u[j], 0);
        if (
          near.kind !== 'smooth' ||
          abs(total - near.slope) <= 1e-3 * max(1e-9, abs(near.slope), abs(total))
        )
          continue;
        const [{ j }] = tied;
        const at = kinks.findIndex((kink) => kink.i === i && kink.j === j);
        const others = `${tied.length} tied inputs moved ${last < 0 ? 'against each other' : 'together'}`;
        kinks[at] = {
          ...kinks[at],
          wrong: `gives, with ${others}, a slope of ${short(total)} in all, and that is ${short(near.slope)}`,
        };
        break;
      }
    }
  }

  /**
   * The outputs whose derivative along a direction is not the sum of their partial derivatives: not differentiable there,
   * though smooth along each axis (such as the median of equal values). Axes with a kink of their own are left out.
   */
  bentRows(source: RandomSource): Set<number> {
    const bent = new Set<number>();
    const groups = new Map<string, number[]>();
    for (const i of new Set(this.wrong.map((entry) => entry.i))) {
      const kinked = this.kinks.flatMap((kink) => (kink.i === i ? [kink.j] : [])).join();
      groups.set(kinked, [...(groups.get(kinked) ?? []), i]);
    }
    for (const [kinked, suspects] of [...groups].slice(0, 8)) {
      const left = new Set(kinked === '' ? [] : kinked.split(',').map(Number));
      const u = Float64Array.from({ length: this.cols }, (_, j) =>
        left.has(j) ? 0 : source.uniform(0.3, 1) * source.sign(),
      );
      const found = this.point.differentiate(this.point.along(u), this.point.stepAlong(u));
      for (const i of suspects)
        if (found.suspect[i] === 1 || !this.addsUp(i, u, found.slope[i], found.error[i])) bent.add(i);
    }
    return bent;
  }

  /** Whether the slope along u is the sum of the slopes along the axes. */
  private addsUp(i: number, u: Float64Array, slope: number, error: number): boolean {
    const { cols, numeric, doubt } = this;
    let total = 0;
    let size = 0;
    let doubts = 0;
    for (let j = 0; j < cols; j++) {
      if (u[j] === 0) continue;
      total += numeric[i * cols + j] * u[j];
      size = max(size, abs(numeric[i * cols + j]));
      doubts += doubt[i * cols + j] ** 2;
    }
    return !(abs(slope - total) > 10 * error + 10 * sqrt(doubts) + 1e-7 * size * sqrt(cols));
  }
}
