/* Invariants of how a gradient is computed: it is the same every time, and nothing else changes. */
import { grad } from '@retrograd/core';
import type { Invariant } from './invariants.ts';
import { joined, valuesOf } from './program.ts';
import { cotangentsOf } from './tensorSubject.ts';
import { attempt, type Trial } from './trial.ts';

const { abs, max } = Math;

const bits = (trial: Trial, got: Float64Array, wanted: Float64Array): string | null =>
  trial.difference(got, wanted, 0);

export const conduct: readonly Invariant[] = [
  {
    name: 'two runs agree bit for bit',
    check(trial) {
      const again = trial.run();
      const values = bits(trial, joined(again.ys.map(valuesOf)), trial.values);
      if (values !== null) return `the second run gives another value: ${values}`;
      const gradient = bits(trial, trial.pull(again, trial.v), trial.gradient);
      return gradient && `the second run gives another gradient: ${gradient}`;
    },
  },
  {
    name: 'recorded and unrecorded runs agree',
    check(trial) {
      const { subject } = trial;
      if (!subject.runsUnrecorded) return undefined;
      const found = bits(trial, subject.evaluate(subject.point), trial.values);
      return found && `under noGrad the value is another: ${found}`;
    },
  },
  {
    name: 'inputs are not modified',
    check(trial) {
      const run = trial.run();
      const before = `${run.xs.map((x) => x.version)}`;
      const forward = bits(trial, joined(run.xs.map(valuesOf)), trial.subject.point);
      if (forward !== null) return `computing the value modifies an input: ${forward}`;
      trial.pull(run, trial.v);
      const after = bits(trial, joined(run.xs.map(valuesOf)), trial.subject.point);
      if (after !== null) return `computing the gradient modifies an input: ${after}`;
      return before === `${run.xs.map((x) => x.version)}`
        ? null
        : 'an input was written to (its version changed)';
    },
  },
  {
    name: 'cotangents and outputs are not modified',
    check(trial) {
      const run = trial.run();
      const vs = cotangentsOf(run.ys, trial.v);
      grad(run.ys, run.xs, { gradOutputs: vs, allowUnused: true });
      const cotangent = bits(
        trial,
        joined(vs.map(valuesOf)),
        joined(cotangentsOf(run.ys, trial.v).map(valuesOf)),
      );
      if (cotangent !== null) return `computing the gradient modifies the cotangent: ${cotangent}`;
      const output = bits(trial, joined(run.ys.map(valuesOf)), trial.values);
      return output && `computing the gradient modifies an output: ${output}`;
    },
  },
  {
    name: 'retainGraph: a second pass agrees',
    check(trial) {
      const run = trial.run();
      trial.pull(run, trial.v);
      return bits(trial, trial.pull(run, trial.v), trial.gradient);
    },
  },
  {
    name: 'runs do not share what they saved',
    check(trial) {
      const run = trial.run();
      const x = trial.subject.point.map((value) => value + 0.1 * max(abs(value), 0.1) * trial.source.sign());
      attempt(() => trial.run({}, x));
      const found = bits(trial, trial.pull(run, trial.v), trial.gradient);
      return found && `after another run at another point, the gradient of the first is another: ${found}`;
    },
  },
  {
    name: 'inputs that are not differentiated are left alone',
    check(trial) {
      const { constants } = trial.subject.program;
      trial.pull(trial.run(), trial.v);
      const given = constants.find(({ tensor, values }) => bits(trial, valuesOf(tensor), values) !== null);
      if (given !== undefined) return `${given.name} was modified`;
      const stray = constants.find(({ tensor }) => tensor.accumulated !== null);
      if (stray === undefined) return constants.length === 0 ? undefined : null;
      stray.tensor.accumulated = null;
      return `${stray.name} got a gradient that nobody asked for`;
    },
  },
  {
    name: 'createGraph gives the same gradient',
    check: (trial) => trial.difference(trial.pull(trial.run(), trial.v, true), trial.gradient),
  },
];
