/* What invariants are checked with: runs of the subject at its point. */
import { grad, type Tensor } from '@retrograd/core';
import { short } from './kinks.ts';
import { makeLeaves, type LeafOptions, type Leaves } from './leaves.ts';
import type { NamedTensor } from './nesting.ts';
import { Point } from './point.ts';
import { joined, valuesOf } from './program.ts';
import type { RandomSource } from './random.ts';
import { pullback, type TensorSubject } from './tensorSubject.ts';
import { elementName, totalOf } from './subject.ts';

const { abs, max } = Math;

/** One recorded run. */
export interface Run {
  readonly leaves: Leaves;
  readonly xs: readonly Tensor[];
  readonly ys: readonly Tensor[];
}

/** What each invariant is checked with. */
export class Trial {
  readonly subject: TensorSubject;
  readonly source: RandomSource;
  /** A random cotangent, and the gradient it gives. */
  readonly v: Float64Array;
  readonly gradient: Float64Array;
  readonly values: Float64Array;
  /** What two ways of computing the same may differ by. */
  slack: number;

  constructor(subject: TensorSubject, source: RandomSource) {
    this.subject = subject;
    this.source = source;
    this.v = source.cotangent(totalOf(subject.outputs));
    const run = this.run();
    this.values = joined(run.ys.map(valuesOf));
    this.gradient = this.pull(run, this.v);
    // Gradients lose more digits than values, where terms cancel; float32 in a float64 rule would show as 2⁻²⁵.
    this.slack = max(subject.unit * 2 ** 14, 2 ** -30);
  }

  run(options: LeafOptions = {}, x = this.subject.point): Run {
    const { program, differentiable } = this.subject;
    const leaves = makeLeaves(program.leaves, x, options);
    return this.runOn(leaves, leaves.tensors, differentiable);
  }

  runOn(leaves: Leaves, xs: readonly Tensor[], differentiable = this.subject.differentiable): Run {
    return { leaves, xs, ys: this.select(this.subject.program.run(xs, true), differentiable) };
  }

  /** The outputs that are differentiated, of all floating ones. */
  select(all: readonly NamedTensor[], differentiable = this.subject.differentiable): Tensor[] {
    return all.filter((_, i) => differentiable[i]).map(({ tensor }) => tensor);
  }

  /** The gradient of a run for a flat cotangent, with zeros where none arrives. */
  pull(run: Run, v: Float64Array, createGraph = false): Float64Array {
    run.leaves.install();
    return flat(run.xs, pullback(run.ys, run.xs, v, { retainGraph: true, createGraph }));
  }

  /** The gradient of a run for one cotangent per output. */
  pullTensors(run: Run, vs: readonly Tensor[]): Float64Array {
    run.leaves.install();
    const live = run.ys.flatMap((y, i) => (y.requiresGrad ? [{ y, v: vs[i] }] : []));
    const gradOutputs = live.map(({ v }) => v);
    const ys = live.map(({ y }) => y);
    return flat(run.xs, grad(ys, run.xs, { gradOutputs, retainGraph: true, allowUnused: true }));
  }

  /** What rounding of values of this size may leave where gradients cancel. */
  get floor(): number {
    return (
      64 * this.subject.unit * this.values.reduce((s, y) => (Number.isFinite(y) ? max(s, abs(y)) : s), 0)
    );
  }

  /** The greatest magnitude in the gradient. */
  get size(): number {
    return this.gradient.reduce((s, g) => (Number.isFinite(g) ? max(s, abs(g)) : s), 0);
  }

  /** Allows for a function that computes in float32 inside. Returns whether it does. */
  soften(): boolean {
    const { noise, center } = new Point(this.subject, this.subject.point, this.source);
    const blunt = noise.some((value, i) => value > 2 ** -36 * abs(center[i]) && value > 1e-12);
    this.slack = max(this.slack, blunt ? 2 ** -10 : 0);
    return blunt;
  }

  /** What differs between two values of f that should be equal up to rounding; null if nothing does. */
  valueDifference(got: Float64Array, wanted: Float64Array, slack = this.slack): string | null {
    return this.difference(got, wanted, slack, (k) => elementName(this.subject.outputs, k));
  }

  /** What differs between two gradients; they may begin at a later element of the inputs. */
  gradientDifference(got: Float64Array, wanted: Float64Array, slack = this.slack, from = 0): string | null {
    return this.difference(
      got,
      wanted,
      slack,
      (k) => `the gradient of ${elementName(this.subject.inputs, from + k)}`,
    );
  }

  /** What differs between two vectors, whose elements have these names. */
  difference(
    got: Float64Array,
    wanted: Float64Array,
    slack: number,
    nameOf: (element: number) => string,
  ): string | null {
    if (got.length !== wanted.length) return `${got.length} values instead of ${wanted.length}`;
    const floor = slack === 0 ? 0 : this.floor;
    const scale = wanted.reduce((s, value) => (Number.isFinite(value) ? max(s, abs(value)) : s), 0);
    for (let k = 0; k < got.length; k++) {
      if (Object.is(got[k], wanted[k]) || abs(got[k] - wanted[k]) <= slack * scale + floor) continue;
      return `${nameOf(k)} is ${contrast(got[k], wanted[k], 'instead of')}`;
    }
    return null;
  }
}

/** Two different numbers with a word between them, in as many digits as tell them apart. */
export function contrast(a: number, b: number, word: string): string {
  const digits = short(a) === short(b) ? String : short;
  return `${digits(a)} ${word} ${digits(b)}`;
}

/** Gradients, or zeros where there is none, one after the other. */
export function flat(xs: readonly Tensor[], gs: readonly (Tensor | null)[]): Float64Array {
  return joined(gs.map((g, i) => (g === null ? new Float64Array(xs[i].numel()) : valuesOf(g))));
}

/** The result, or null if it throws. */
export function attempt<T>(body: () => T): T | null {
  try {
    return body();
  } catch {
    return null;
  }
}
