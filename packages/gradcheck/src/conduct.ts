/* Invariants of how a gradient is computed: it is the same every time, and nothing else changes. */
import { grad } from '@retrograd/core';
import { invariant, type Invariant } from './invariants.ts';
import { joined, valuesOf } from './program.ts';
import { elementName } from './subject.ts';
import { cotangentsOf } from './tensorSubject.ts';
import { attempt, type Run, type Trial } from './trial.ts';

const { abs, max } = Math;

export const conduct: readonly Invariant[] = [
  invariant(
    'two runs agree bit for bit',
    'random numbers that do not come from the default generator, or something kept from call to call; until f gives the ' +
      'same twice, no comparison means anything',
    (trial) => {
      const drift = valueBits(trial, trial.values, trial.subject.firstValues);
      if (drift !== null) return `after many runs at the same inputs, ${drift}`;
      const again = trial.run();
      const values = valueBits(trial, joined(again.ys.map(valuesOf)), trial.values);
      if (values !== null) return `in a second run ${values}`;
      const gradient = gradientBits(trial, trial.pull(again, trial.v));
      return gradient && `in a second run ${gradient}`;
    },
  ),
  invariant(
    'inputs are not modified',
    'f or its backward writes to a tensor it was given, or to a view of one',
    (trial) => {
      const run = trial.run();
      const versions = String(run.xs.map((x) => x.version));
      const forward = inputBits(trial, run);
      if (forward !== null) return `computing the value modifies an input: ${forward}`;
      trial.pull(run, trial.v);
      const backward = inputBits(trial, run);
      if (backward !== null) return `computing the gradient modifies an input: ${backward}`;
      return versions === String(run.xs.map((x) => x.version))
        ? null
        : 'an input was written to (its version changed)';
    },
  ),
  invariant(
    'cotangents and outputs are not modified',
    'a backward writes to the g it was given, or to a saved output; both are also somebody else’s',
    (trial) => {
      const { outputs } = trial.subject;
      const run = trial.run();
      const vs = cotangentsOf(run.ys, trial.v);
      const before = joined(vs.map(valuesOf));
      grad(run.ys, run.xs, { gradOutputs: vs, allowUnused: true });
      const named = (k: number): string => `the cotangent of ${elementName(outputs, k)}`;
      const cotangent = trial.difference(joined(vs.map(valuesOf)), before, 0, named);
      if (cotangent !== null) return `after computing the gradient, ${cotangent}`;
      const output = valueBits(trial, joined(run.ys.map(valuesOf)), trial.values);
      return output && `after computing the gradient, ${output}`;
    },
  ),
  invariant(
    'retainGraph: a second pass agrees',
    'a backward changes what it was given, what was saved for it, or something else that it reads',
    (trial) => {
      const run = trial.run();
      trial.pull(run, trial.v);
      return gradientBits(trial, trial.pull(run, trial.v));
    },
  ),
  invariant(
    'runs do not share what they saved',
    'what backward reads is kept in a variable, or a field of a class or module, and not by ctx.saveForBackward',
    (trial) => {
      const run = trial.run();
      const x = trial.subject.point.map((value) => value + 0.1 * max(abs(value), 0.1) * trial.source.sign());
      attempt(() => trial.run({}, x));
      const found = gradientBits(trial, trial.pull(run, trial.v));
      return found && `after another run at other inputs, in the first ${found}`;
    },
  ),
  invariant(
    'recorded and unrecorded runs agree',
    'f does something else where nothing is recorded (noGrad, or inputs that do not require grad)',
    (trial) => {
      const { subject } = trial;
      if (!subject.runsUnrecorded) return undefined;
      const found = valueBits(trial, subject.evaluate(subject.point), trial.values);
      return found && `under noGrad ${found}`;
    },
  ),
  invariant(
    'inputs that are not differentiated are left alone',
    'a backward returns a gradient for them (null is for those), or f writes to them',
    (trial) => {
      const { constants } = trial.subject.program;
      trial.pull(trial.run(), trial.v);
      for (const { name, tensor, values } of constants) {
        const found = trial.difference(valuesOf(tensor), values, 0, (k) => `element ${k}`);
        if (found !== null) return `${name} was modified: ${found}`;
      }
      const stray = constants.find(({ tensor }) => tensor.accumulated !== null);
      if (stray === undefined) return constants.length === 0 ? undefined : null;
      stray.tensor.accumulated = null;
      return `${stray.name} got a gradient that nobody asked for`;
    },
  ),
  invariant(
    'createGraph gives the same gradient',
    'a backward does something else where it is recorded',
    (trial) => trial.gradientDifference(trial.pull(trial.run(), trial.v, true), trial.gradient),
  ),
];

function valueBits(trial: Trial, got: Float64Array, wanted: Float64Array): string | null {
  return trial.valueDifference(got, wanted, 0);
}

function gradientBits(trial: Trial, got: Float64Array): string | null {
  return trial.gradientDifference(got, trial.gradient, 0);
}

function inputBits(trial: Trial, run: Run): string | null {
  const { inputs, point } = trial.subject;
  return trial.difference(joined(run.xs.map(valuesOf)), point, 0, (k) => elementName(inputs, k));
}
