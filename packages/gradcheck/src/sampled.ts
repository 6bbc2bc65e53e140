/* The sampled tier: random directions on both sides, bisection of those that disagree, and a sample of entries. */
import type { Differences } from './differences.ts';
import type { Entry, KinkEntry } from './comparison.ts';
import { compareJacobian } from './full.ts';
import type { GradcheckOptions } from './options.ts';
import { Point, type Deadline } from './point.ts';
import type { RandomSource } from './random.ts';
import { layOut, totalOf, type Subject } from './subject.ts';

const { abs, ceil, max, min, sqrt } = Math;

/** How many wrong entries are looked for by bisection. */
const LOCALISED = 5;

export interface SampledResult {
  readonly wrong: readonly Entry[];
  readonly unresolved: readonly Entry[];
  readonly kinks: readonly KinkEntry[];
  readonly entries: number;
  /** Directions that were compared. */
  readonly directions: number;
  /** Whether some direction was not smooth. */
  readonly bent: boolean;
  readonly stopped: boolean;
}

/**
 * Compares v·J·u for random v and u with extrapolated differences of ⟨v, f⟩ along u. Both are signs (every other u is
 * Gaussian), so that one wrong entry shows with its full error, however many entries there are; the tolerance comes from the
 * differences of this one number and is not scaled by the size of J. What disagrees is bisected to single entries.
 */
export function compareSampled(
  point: Point,
  options: GradcheckOptions,
  source: RandomSource,
  deadline: Deadline,
): SampledResult {
  const { subject, x } = point;
  const rows = totalOf(subject.outputs);
  const cols = x.length;
  const count = options.directions ?? 8;
  const pull = subject.linearize(x);
  const probe = new Probe(
    point,
    Array.from({ length: count }, () => source.signs(rows)),
    pull,
  );
  const wrong: Entry[] = [];
  const unresolved: Entry[] = [];
  let bent = false;
  let done = 0;
  for (; done < count && !(done > 0 && deadline.passed); done++) {
    const u =
      done % 2 === 0 ? source.signs(cols) : Float64Array.from({ length: cols }, () => source.normal());
    const found = probe.along(u);
    bent ||= found.suspect.includes(1);
    const bad = probe.disagreements(u, found);
    if (bad.length > 0 && wrong.length < LOCALISED)
      wrong.push(...localise(probe, u, bad[0], wrong, deadline));
    if (probe.resolved(u, found) === 0) unresolved.push(probe.entryOf(u, found, 0));
  }
  const sample = sampleEntries(point, pull, options, source, deadline);
  const known = new Set(wrong.map(({ i, j }) => `${i} ${j}`));
  wrong.push(...sample.wrong.filter(({ i, j }) => !known.has(`${i} ${j}`)));
  // A direction that cannot be resolved says nothing, as long as others can.
  const lost = unresolved.length === done ? unresolved.slice(0, 1) : [];
  return {
    ...sample,
    wrong,
    unresolved: [...lost, ...sample.unresolved],
    directions: done,
    bent,
    stopped: done < count || sample.stopped,
  };
}

/** Projections ⟨vₖ, f⟩ of a function, with their analytic gradients. */
class Probe {
  readonly point: Point;
  readonly cotangents: readonly Float64Array[];
  readonly pull: (v: Float64Array) => Float64Array;
  readonly gradients: readonly Float64Array[];
  private readonly center: Float64Array;
  private readonly noise: Float64Array;

  constructor(point: Point, cotangents: readonly Float64Array[], pull: (v: Float64Array) => Float64Array) {
    this.point = point;
    this.cotangents = cotangents;
    this.pull = pull;
    this.gradients = cotangents.map(pull);
    this.center = this.project(point.center);
    this.noise = Float64Array.from(cotangents, (v) =>
      sqrt(v.reduce((s, vi, i) => s + (vi * point.noise[i]) ** 2, 0)),
    );
  }

  /** The slopes of all projections along u. */
  along(u: Float64Array): Differences {
    const line = this.point.along(u);
    return this.point.differentiate(
      (t) => this.project(line(t)),
      this.point.stepAlong(u),
      this.center,
      this.noise,
    );
  }

  entryOf(u: Float64Array, found: Differences, k: number): Entry {
    const g = this.gradients[k];
    let analytic = 0;
    let squares = 0;
    for (let j = 0; j < u.length; j++) {
      if (u[j] === 0) continue;
      analytic += g[j] * u[j];
      squares += (g[j] * u[j]) ** 2;
    }
    const numeric = found.slope[k];
    const { unit } = this.point.subject;
    // Rounding of the sums: 64 units of their root mean square, which is not the size of J but far below one entry.
    const rounding = 64 * unit * sqrt(squares) + 1e3 * unit * max(abs(analytic) || 0, abs(numeric) || 0);
    const tolerance = 10 * found.error[k] + rounding + Number.MIN_VALUE;
    return { i: -1, j: -1, analytic, numeric, error: found.error[k], step: found.step[k], tolerance };
  }

  /** The projections whose slopes are known well enough. */
  resolved(u: Float64Array, found: Differences): number {
    return this.cotangents.filter((_, k) => this.resolves(this.entryOf(u, found, k), u, k, found)).length;
  }

  disagreements(u: Float64Array, found: Differences): number[] {
    return this.cotangents.flatMap((_, k) => {
      const entry = this.entryOf(u, found, k);
      return this.resolves(entry, u, k, found) && !(abs(entry.analytic - entry.numeric) <= entry.tolerance)
        ? [k]
        : [];
    });
  }

  private resolves({ tolerance, numeric }: Entry, u: Float64Array, k: number, found: Differences): boolean {
    const g = this.gradients[k];
    const typical = sqrt(
      g.reduce((s, gj, j) => s + (Number.isFinite(gj) ? (gj * u[j]) ** 2 : 0), 0) / max(1, g.length),
    );
    const blunt = this.point.subject.unit > 2 ** -53 ? 30 : 1;
    return found.suspect[k] === 0 && tolerance <= blunt * (1e-2 * typical + 1e-4 * abs(numeric) + 1e-9);
  }

  private project(values: Float64Array): Float64Array {
    return Float64Array.from(this.cotangents, (v) => dot(v, values));
  }
}

/** Σ vᵢ yᵢ, by compensated summation: rounding in long sums would be many times the noise of their terms. */
function dot(v: Float64Array, y: Float64Array): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < v.length; i++) {
    const term = v[i] * y[i];
    const next = total + term;
    lost += abs(total) >= abs(term) ? total - next + term : term - next + total;
    total = next;
  }
  return Number.isFinite(lost) ? total + lost : total;
}

/** Halves a direction that disagrees until single elements of the inputs are left, then the cotangent likewise. */
function localise(
  probe: Probe,
  u: Float64Array,
  k: number,
  already: readonly Entry[],
  deadline: Deadline,
): Entry[] {
  const found: Entry[] = [];
  const known = new Set(already.map(({ j }) => j));
  const search = (from: number, to: number): void => {
    if (found.length + already.length >= LOCALISED || (found.length > 0 && deadline.passed)) return;
    if (to - from === 1) {
      if (!known.has(from)) found.push(...outputsOf(probe, from, k));
      return;
    }
    const middle = (from + to) >> 1;
    let bad = false;
    for (const [a, b] of [
      [from, middle],
      [middle, to],
    ]) {
      // prettier-ignore
      const part = u.map((value, j) => (j >= a && j < b ? value : 0));
      if (!probe.disagreements(part, probe.along(part)).includes(k)) continue;
      bad = true;
      search(a, b);
    }
    if (!bad) found.push(probe.entryOf(u, probe.along(u), k));
  };
  search(0, u.length);
  return found.length > 0 || already.length > 0 ? found : [probe.entryOf(u, probe.along(u), k)];
}

/** The outputs whose derivative by input j is wrong: halves the cotangent against one column of differences. */
function outputsOf(probe: Probe, j: number, k: number): Entry[] {
  const { point, pull } = probe;
  const v = probe.cotangents[k];
  const column = point.differentiate(point.alongElement(j), point.stepOf(j));
  const found: Entry[] = [];
  const compare = (from: number, to: number): Entry => {
    const part = v.map((value, i) => (i >= from && i < to ? value : 0));
    const analytic = pull(part)[j];
    let numeric = 0;
    let error = 0;
    let size = 0;
    for (let i = from; i < to; i++) {
      numeric += v[i] * column.slope[i];
      error += column.error[i] ** 2;
      size = max(size, abs(column.slope[i]));
    }
    const tolerance =
      10 * sqrt(error) + 1e4 * point.subject.unit * max(size, abs(analytic) || 0) + Number.MIN_VALUE;
    return { i: -1, j, analytic, numeric, error: sqrt(error), step: column.step[from], tolerance };
  };
  const search = (from: number, to: number): void => {
    if (found.length >= LOCALISED) return;
    const entry = compare(from, to);
    if (abs(entry.analytic - entry.numeric) <= entry.tolerance) return;
    if (to - from > 1) {
      const middle = (from + to) >> 1;
      search(from, middle);
      search(middle, to);
    } else {
      const sign = v[from];
      found.push({ ...entry, i: from, analytic: entry.analytic * sign, numeric: entry.numeric * sign });
    }
  };
  search(0, v.length);
  return found.length > 0 ? found : [compare(0, v.length)];
}

/** A block of rows and columns at random, compared entry by entry. */
function sampleEntries(
  point: Point,
  pull: (v: Float64Array) => Float64Array,
  options: GradcheckOptions,
  source: RandomSource,
  deadline: Deadline,
): Pick<SampledResult, 'wrong' | 'unresolved' | 'kinks' | 'entries' | 'stopped'> {
  const { subject, x } = point;
  const all = totalOf(subject.outputs);
  // Values of higher orders cost a backward pass each.
  const samples = ceil((options.samples ?? 256) / (subject.order > 1 ? 4 : 1));
  if (samples === 0) return { wrong: [], unresolved: [], kinks: [], entries: 0, stopped: false };
  const side = max(1, ceil(sqrt(samples)));
  const cols = source.permutation(x.length).slice(0, max(side, ceil(samples / min(all, side))));
  const rows = source.permutation(all).slice(0, max(1, ceil(samples / cols.length)));
  const part: Subject = {
    ...subject,
    inputs: layOut([{ name: 'inputs', shape: [cols.length] }]),
    outputs: layOut([{ name: 'outputs', shape: [rows.length] }]),
    point: Float64Array.from(cols, (j) => x[j]),
    evaluate: (z) => {
      const at = x.slice();
      cols.forEach((j, k) => (at[j] = z[k]));
      const y = subject.evaluate(at);
      return Float64Array.from(rows, (i) => y[i]);
    },
    linearize: () => (v) => {
      const whole = new Float64Array(all);
      rows.forEach((i, k) => (whole[i] = v[k]));
      const g = pull(whole);
      return Float64Array.from(cols, (j) => g[j]);
    },
  };
  const result = compareJacobian(new Point(part, part.point, source), options, source, deadline);
  const back = <E extends Entry>(entry: E): E => ({ ...entry, i: rows[entry.i], j: cols[entry.j] });
  return {
    wrong: result.wrong.map(back),
    unresolved: result.unresolved.map(back),
    kinks: result.kinks.map(back),
    entries: result.entries,
    stopped: result.stopped,
  };
}
