/* The subject with its inputs in other shapes: parts of them, rearranged. */
import type { Tensor } from '@retrograd/core';
import { differentiate } from './differences.ts';
import { attempt, contrast, type Run, type Trial } from './trial.ts';
import { explore } from './kinks.ts';
import { makeLeaves, type LeafSpec } from './leaves.ts';
import { joined, valuesOf } from './program.ts';

const { abs, max } = Math;

/** The subject on parts of its inputs. */
export interface Cut {
  readonly x: Float64Array;
  run(x?: Float64Array): Run;
  /** Adds a gradient of the parts to one of the whole inputs. */
  scatter(total: Float64Array, g: Float64Array): void;
}

/**
 * The subject on what `part` (a view op) makes of each input.
 *
 * @param part - Is given the leaf's index, or null for an input that is not differentiated.
 */
export function cutOf(trial: Trial, part: (x: Tensor, leaf: number | null) => Tensor): Cut {
  const { program, inputs, point, differentiable } = trial.subject;
  const cuts = program.leaves.map((spec, k) => {
    const { start, end } = inputs[k];
    const all = Float64Array.from({ length: end - start }, (_, e) => start + e);
    if (spec.parameter) return { indices: all, spec };
    const indices = part(makeOne({ shape: spec.shape, dtype: 'float64' }, all), k);
    return { indices: valuesOf(indices), spec: { ...spec, shape: indices.shape } };
  });
  const elements = joined(cuts.map(({ indices }) => indices));
  const x = elements.map((e) => point[e]);
  return {
    x,
    run(at = x) {
      const leaves = makeLeaves(
        cuts.map(({ spec }) => spec),
        at,
      );
      const ys = program.run(leaves.tensors, true, (c) => part(c, null)).filter((_, i) => differentiable[i]);
      return { leaves, xs: leaves.tensors, ys: ys.map(({ tensor }) => tensor) };
    },
    scatter(total, g) {
      g.forEach((value, k) => (total[elements[k]] += value));
    },
  };
}

/** Compares v·J·u with differences near the cut point; null if they agree, or if nothing can be said there. */
export function slopeError(trial: Trial, cut: Cut, v: Float64Array): string | null {
  const { source, subject } = trial;
  // A little beside it, for kinks are at round values and ties.
  const x = cut.x.map(
    (value) => value + 0.03 * max(abs(value), 0.3) * source.sign() * source.uniform(0.5, 1.5),
  );
  const u = x.map((value) => source.sign() * max(abs(value), 0.1));
  const run = attempt(() => cut.run(x));
  if (run === null) return null;
  const line = (t: number): Float64Array => {
    const moved = attempt(() => cut.run(x.map((xj, j) => xj + t * u[j])));
    const y = moved && joined(moved.ys.map(valuesOf));
    return Float64Array.of(y?.length === v.length ? y.reduce((s, yi, i) => s + yi * v[i], 0) : NaN);
  };
  const center = joined(run.ys.map(valuesOf)).reduce((s, yi, i) => s + yi * v[i], 0);
  const size = joined(run.ys.map(valuesOf)).reduce((s, yi, i) => s + abs(yi * v[i]), 0);
  const noise = Float64Array.of(4 * subject.unit * size + Number.MIN_VALUE);
  const there = Float64Array.of(center);
  const { slope, error, suspect } = differentiate(line, there, { step: 2 ** -5, noise });
  const g = trial.pull(run, v);
  const analytic = g.reduce((s, gj, j) => s + gj * u[j], 0);
  const scale = g.reduce((s, gj, j) => max(s, abs(gj * u[j])), max(abs(slope[0]), size));
  const floor = max(1e-9 * scale, trial.slack * trial.size);
  if (suspect[0] === 1 || abs(analytic - slope[0]) <= 20 * error[0] + floor) return null;
  // Closer by, to be sure that the differences have not stepped over something.
  const [near] = explore(line, there, noise, 2 ** -5, [0]);
  const tolerance = 20 * (error[0] + near.error) + floor;
  if (near.kind !== 'smooth' || tolerance > 1e-2 * scale) return null;
  if (abs(slope[0] - near.slope) > tolerance || abs(analytic - slope[0]) <= tolerance) return null;
  return `the slope in a random direction is ${contrast(slope[0], analytic, 'and by the gradient')}`;
}

/** A tensor that is no leaf of the program. */
export function makeOne({ shape, dtype }: Pick<LeafSpec, 'shape' | 'dtype'>, values: Float64Array): Tensor {
  const [tensor] = makeLeaves([{ name: '', shape, dtype, parameter: null }], values, {
    record: false,
  }).tensors;
  return tensor;
}
