/* A point of a subject with all that differences there need. */
import { differentiate, firstStep, noiseOf, type Differences, type Line } from './differences.ts';
import { GradcheckUsageError } from './errors.ts';
import type { RandomSource } from './random.ts';
import type { Subject } from './subject.ts';

const { abs, max, sqrt } = Math;

/** Time that has run out, and what it stopped. */
export class Deadline {
  private readonly end: number;
  private readonly now: () => number;

  constructor(milliseconds: number) {
    this.now = () => performance.now();
    this.end = this.now() + milliseconds;
  }

  get passed(): boolean {
    return this.now() > this.end;
  }
}

/** The subject at one point. */
export class Point {
  readonly subject: Subject;
  readonly x: Float64Array;
  readonly center: Float64Array;
  readonly noise: Float64Array;
  /** The typical size of each input's elements. */
  private readonly scales: Float64Array;

  constructor(subject: Subject, x: Float64Array, source: RandomSource) {
    this.subject = subject;
    this.x = x;
    this.center = subject.evaluate(x);
    this.scales = new Float64Array(x.length);
    for (const { start, end } of subject.inputs) {
      let squares = 0;
      for (let j = start; j < end; j++) if (Number.isFinite(x[j])) squares += x[j] * x[j];
      this.scales.fill(sqrt(squares / max(1, end - start)) || 1, start, end);
    }
    // Elements that are 0 stay: near 0 is where functions are most often not smooth. All others move about equally far, lest
    // one stay on a single stair of a function that rounds.
    const direction = x.map((value) =>
      Number.isFinite(value) ? abs(value) * source.sign() * source.uniform(0.5, 1.5) : 0,
    );
    const line = this.along(direction);
    const single = subject.unit > 2 ** -53;
    const noiseAt = (step: number): Float64Array => noiseOf(line, this.center, step, subject.unit);
    // Values that are all rounded to one coarse grid may lie on it evenly by chance: asked again at another spacing.
    const again = noiseAt(2 ** -15 * 0.618);
    const wide = noiseAt(2 ** -15).map((value, i) => max(value, again[i]));
    const close = single ? wide : noiseAt(2 ** -30);
    // Close points see kinks least, but are all rounded to one value where f computes in float32 inside.
    const isNoise = (i: number): boolean => wide[i] < 2 ** -20 * abs(this.center[i]);
    this.noise = close.map((value, i) => (isNoise(i) ? max(value, wide[i]) : value));
    for (const { start, end } of subject.outputs) this.share(start, end);
  }

  /** An output that is computed in float32 inside is so everywhere: no element has far less noise than most. */
  private share(start: number, end: number): void {
    const { noise, center } = this;
    const relative = Array.from({ length: end - start }, (_, k) => noise[start + k] / abs(center[start + k]));
    const median = relative.filter(Number.isFinite).sort((a, b) => a - b)[(end - start) >> 1] ?? 0;
    if (median < 2 ** -36 || median > 2 ** -20) return;
    for (let i = start; i < end; i++) noise[i] = max(noise[i], (median / 2) * abs(center[i]) || 0);
  }

  /** Values near the point along a direction; NaN where the function throws. */
  along(direction: Float64Array): Line {
    return (t) => this.values(this.x.map((value, j) => value + t * direction[j]));
  }

  /** Values near the point along one element. */
  alongElement(j: number): Line {
    return (t) => {
      const moved = this.x.slice();
      moved[j] += t;
      return this.values(moved);
    };
  }

  /** The first step along an element. */
  stepOf(j: number): number {
    return firstStep(this.x[j], this.scales[j]);
  }

  /** The first step along a direction of elements of size 1 or 0. */
  stepAlong(direction: Float64Array): number {
    let smallest = Infinity;
    for (let j = 0; j < direction.length; j++) {
      if (direction[j] !== 0) smallest = Math.min(smallest, this.stepOf(j) / abs(direction[j]));
    }
    return Number.isFinite(smallest) ? smallest : 2 ** -4;
  }

  /** Derivatives along a line of the values, or of others that have this value and noise at the point. */
  differentiate(line: Line, step: number, center = this.center, noise = this.noise): Differences {
    return differentiate(line, center, { step, noise });
  }

  private values(x: Float64Array): Float64Array {
    try {
      return this.subject.evaluate(x);
    } catch (error) {
      if (error instanceof GradcheckUsageError) throw error;
      return new Float64Array(this.center.length).fill(NaN);
    }
  }
}
