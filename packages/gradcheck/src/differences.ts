/* Derivatives along a line by finite differences: central differences extrapolated to step 0, with error estimates. */

const { abs, fround, max, min, sqrt } = Math;

/** Values at a distance t from the point; the same length each time, never modified here. */
export type Line = (t: number) => Float64Array;

/** What the differences need to know. */
export interface DifferenceOptions {
  /** The first and largest step. */
  readonly step: number;
  /** How uncertain each value is (rounding). */
  readonly noise: Float64Array;
  /** How often the step is halved at most. Default 16. */
  readonly levels?: number;
}

/** The derivative of each value along the line, and what is known of it. */
export interface Differences {
  readonly slope: Float64Array;
  /** The estimated error of each slope, from truncation and rounding; infinite where there is no slope. */
  readonly error: Float64Array;
  /** The step each slope comes from. */
  readonly step: Float64Array;
  /** The greatest magnitude of each value among all samples. */
  readonly size: Float64Array;
  /** 1 where left and right slopes stay apart as the step shrinks, or values are not finite on a side. */
  readonly suspect: Uint8Array;
}

/** How often the step is halved at most. */
const LEVELS = 16;
/** Columns of the tableau: errors of order h², h⁴, … h¹² are removed. */
const COLUMNS = 6;
/** A bend that shrinks less than this when the step is halved is none of a smooth function (which halves it). */
const STUBBORN = 0.8;

/**
 * Ridders' method for all values at once: central differences at steps h, h/2, h/4 …, each row extrapolated in h²; for
 * each value the entry of the tableau is taken that agrees best with its neighbours. Stops as soon as every value has
 * an error of the size of rounding.
 */
export function differentiate(line: Line, center: Float64Array, options: DifferenceOptions): Differences {
  const found = tableau(line, center, options);
  const { levels = LEVELS } = options;
  const lost = [...center.keys()].filter((i) => Number.isFinite(center[i]) && found.error[i] === Infinity);
  if (lost.length === 0) return found;
  // Near the edge of a domain even the smallest step may have been too large.
  const closer = tableau(line, center, { ...options, step: options.step / 2 ** levels });
  for (const i of lost) {
    found.slope[i] = closer.slope[i];
    found.error[i] = closer.error[i];
    found.step[i] = closer.step[i];
    found.suspect[i] = closer.suspect[i];
  }
  return found;
}

function tableau(line: Line, center: Float64Array, options: DifferenceOptions): Differences {
  const { noise, levels = LEVELS } = options;
  const n = center.length;
  const slope = new Float64Array(n).fill(NaN);
  const error = new Float64Array(n).fill(Infinity);
  const step = new Float64Array(n);
  const bend = new Float64Array(n).fill(Infinity);
  const stubborn = new Uint8Array(n);
  const broken = new Uint8Array(n);
  const constant = Uint8Array.from(center, (value, i) => (isExact(value, noise[i]) ? 1 : 0));
  const size = Float64Array.from(center, abs);
  let previous: Float64Array[] = [];
  let h = options.step;
  for (let level = 0; level < levels; level++, h /= 2) {
    const up = line(h);
    const down = line(-h);
    const row = Array.from({ length: min(level + 1, COLUMNS) }, () => new Float64Array(n));
    let open = 0;
    for (let i = 0; i < n; i++) {
      if (up[i] !== center[i] || down[i] !== center[i]) constant[i] = 0;
      size[i] = max(size[i], abs(up[i]) || 0, abs(down[i]) || 0);
      const right = (up[i] - center[i]) / h;
      const left = (center[i] - down[i]) / h;
      const rounding = noise[i] / h;
      row[0][i] = (up[i] - down[i]) / (2 * h);
      let factor = 1;
      for (let j = 1; j < row.length; j++) {
        factor *= 4;
        row[j][i] = row[j - 1][i] + (row[j - 1][i] - previous[j - 1][i]) / (factor - 1);
        let spread = max(abs(row[j][i] - row[j - 1][i]), abs(row[j][i] - previous[j - 1][i]));
        // Two neighbours may agree by accident; the third is asked unless they agree to the last digit.
        if (previous.length > j) spread = max(spread, abs(row[j][i] - previous[j][i]));
        else if (spread > 4 * rounding) continue;
        if (spread + rounding < error[i]) {
          error[i] = spread + rounding;
          slope[i] = row[j][i];
          step[i] = h;
        }
      }
      const difference = abs(right - left);
      const visible = difference > 1e-6 * (abs(right) + abs(left)) && difference > 20 * rounding;
      stubborn[i] = visible && difference > STUBBORN * bend[i] ? stubborn[i] + 1 : 0;
      bend[i] = difference;
      broken[i] = Number.isFinite(right) && Number.isFinite(left) ? 0 : 1;
      const settled =
        error[i] <= 4 * rounding + 1e-12 * abs(slope[i]) && (stubborn[i] === 0 || stubborn[i] > 2);
      // A value that has grown worse for some levels will not get better.
      const hopeless = level > 4 && rounding > error[i] && stubborn[i] === 0;
      if (!settled && !hopeless && !(constant[i] === 1 && level > 0)) open++;
    }
    previous = row;
    if (open === 0 && level > 0) break;
  }
  for (let i = 0; i < n; i++) {
    if (constant[i] === 0) continue;
    slope[i] = 0;
    error[i] = 0;
  }
  const suspect = Uint8Array.from(stubborn, (count, i) => (count > 2 || broken[i] === 1 ? 1 : 0));
  return { slope, error, step, size, suspect };
}

/**
 * Whether equal values mean that f is constant there: not where it is not finite, nor where it rounds to much fewer digits
 * than numbers have.
 */
export function isExact(value: number, noise: number): boolean {
  return Number.isFinite(value) && (noise <= 2 ** -36 * abs(value) || noise < 1e-300);
}

/**
 * How uncertain each value is, by its own account: the high differences of values at nine close, equally spaced points
 * (Hamming; Moré and Wild's ECnoise), in which nothing is left of a smooth function but its rounding.
 *
 * @param unit - The relative rounding error of one operation, below which no value's noise is put.
 */
export function noiseOf(line: Line, center: Float64Array, step: number, unit: number): Float64Array {
  const count = 9;
  const order = 6;
  // All on one side: a kink or a jump at the point itself is no noise.
  const values = Array.from({ length: count }, (_, k) => line((k + 1) * step));
  return center.map((value, i) => {
    let table = values.map((all) => all[i]);
    for (let k = 0; k < order; k++) table = table.slice(1).map((next, j) => next - table[j]);
    const finite = table.filter(Number.isFinite);
    // The variance of a sixth difference of independent errors is C(12, 6) times theirs.
    const spread =
      finite.length === 0 ? 0 : sqrt(finite.reduce((s, d) => s + d * d, 0) / finite.length / 924);
    const size = Number.isFinite(value) ? abs(value) : 0;
    const rounded = isSingle(values.map((all) => all[i])) ? max(unit, 2 ** -24) : unit;
    return max(2 * rounded * size, 2 * spread, Number.MIN_VALUE);
  });
}

/** Whether f rounds these values to float32 before it returns them: no others are such, unless they are few. */
function isSingle(values: readonly number[]): boolean {
  return values.every((value) => fround(value) === value) && new Set(values).size > 4;
}

/** The first step for a variable of this value, among variables of this size: a power of two, about a sixteenth. */
export function firstStep(value: number, scale: number): number {
  const size = max(abs(value), min(scale, 1), 2 ** -20);
  return 2 ** Math.floor(Math.log2(size) - 3.5);
}
