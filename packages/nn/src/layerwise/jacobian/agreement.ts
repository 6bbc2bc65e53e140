/* Tests of what must agree whatever the derivatives are. */
import { manualSeed, noGrad, tensor, zeros, type Tensor } from '@retrograd/core';
import { deepcopy } from '../../copy.ts';
import type { Module } from '../../module.ts';
import { isParameter } from '../../parameter.ts';
import type { Activity } from '../activity.ts';
import type { InputOf } from '../call.ts';
import { layer, type Layerwise } from '../layer.ts';
import {
  filled,
  flat,
  parametersOf,
  subjectOf,
  values,
  withSeed,
  withStream,
  type Tested,
} from './subject.ts';

const { abs, max } = Math;

/** Options of {@link testAllUpdate} and {@link testIO}. */
export interface AgreementOptions {
  /** Seeds the gradOutput, and the random stream before every forward. Default 0. */
  readonly seed?: number;
}

/**
 * Tests that the ways of training agree: scaled and repeated accumulation, `backward`, `updateParameters`,
 * `accUpdateGradParameters`, and a clone that shares parameters and gradients.
 *
 * @returns For each way, the largest difference from what it should give, which is rounding.
 * @throws TypeError for a module without parameters.
 */
export function testAllUpdate<M extends Module>(
  module: Tested<M>,
  input: InputOf<M>,
  { seed = 0 }: AgreementOptions = {},
): Record<string, number> {
  return withStream(() => {
    const subject = subjectOf(module, input as Activity, { seed });
    const [x, dx] = parametersOf(subject);
    const start = x.clone();
    const gradOutput = randomLike(subject.forward(subject.input), seed);
    const begin = (): void => {
      x.copy_(start);
      dx.zero_();
      subject.forward(subject.input);
    };
    const own = subject.layer;
    const accumulate = (scale: number): void => own.accGradParameters(subject.input, gradOutput, scale);
    begin();
    accumulate(1);
    const gradient = dx.clone();
    const stepped = start.sub(gradient.mul(0.5));
    const errors: Record<string, number> = {};
    const run = (name: string, act: () => void, result: () => Tensor, expected: Tensor): void => {
      begin();
      act();
      errors[name] = result().sub(expected).abs().max().item();
    };
    run('accGradParameters', () => [0.25, -2].forEach(accumulate), () => dx, gradient.mul(-1.75)); // prettier-ignore
    run('backward', () => own.backward(subject.input, gradOutput, 3), () => dx, gradient.mul(3)); // prettier-ignore
    run('zeroGradParameters', () => (accumulate(1), own.zeroGradParameters()), () => dx, gradient.mul(0)); // prettier-ignore
    run('updateParameters', () => (accumulate(1), own.updateParameters(0.5)), () => x, stepped); // prettier-ignore
    const update = (): void => own.accUpdateGradParameters(subject.input, gradOutput, 0.5);
    run('accUpdateGradParameters', update, () => x.add(dx), stepped);
    const twin = own.clone(...sharedNames(own.module));
    const both = (): void => {
      withSeed(seed, () => twin.forward(subject.input));
      twin.accGradParameters(subject.input, gradOutput);
      accumulate(1);
      twin.updateParameters(0.25);
    };
    run('shared clone', both, () => x, stepped);
    return errors;
  });
}

/**
 * Tests that a module survives being saved: a copy with other parameters that loads the module's state dict, from JSON, must
 * go forward and backward as the module does.
 *
 * @returns The largest differences of the outputs, and of the gradients: both 0.
 */
export function testIO<M extends Module>(
  module: Tested<M>,
  input: InputOf<M>,
  { seed = 0 }: AgreementOptions = {},
): [forward: number, backward: number] {
  return withStream(() => {
    const subject = subjectOf(module, input as Activity, { seed });
    const text = JSON.stringify(
      Object.entries(subject.layer.module.stateDict()).map(([key, x]) => [
        key,
        x.dtype,
        x.shape,
        [...values(x)],
      ]),
    );
    const restored = deepcopy(subject.layer.module);
    noGrad(() => restored.parameters().forEach((parameter) => parameter.fill_(0.5)));
    restored.loadStateDict(
      Object.fromEntries(
        (JSON.parse(text) as [string, Tensor['dtype'], number[], number[]][]).map(
          ([key, dtype, shape, data]) => [key, tensor(data, { dtype }).reshape(shape)],
        ),
      ),
    );
    const gradOutput = randomLike(subject.forward(subject.input), seed);
    const run = (own: Layerwise): [Float64Array, Float64Array] => {
      own.zeroGradParameters();
      const output = withSeed(seed, () => own.forward(subject.input));
      const gradInput = own.backward(subject.input, gradOutput);
      const [, gradients] = own.parameters();
      return [
        flat(output),
        Float64Array.from([...flat(gradInput), ...gradients.flatMap((g) => [...values(g)])]),
      ];
    };
    const [first, second] = [run(subject.layer), run(layer(restored))];
    return [distance(first[0], second[0]), distance(first[1], second[1])];
  });
}

/** The names of all parameters' fields, and of their gradients. */
function sharedNames(module: Module): string[] {
  const names = module.modules().flatMap((each) =>
    Object.entries(each)
      .filter(([, value]) => isParameter(value))
      .flatMap(([field]) => [field, `grad${field[0].toUpperCase()}${field.slice(1)}`]),
  );
  return [...new Set(names)];
}

function randomLike(activity: Activity, seed: number): Activity {
  manualSeed(seed + 1);
  const n = flat(activity).length;
  return filled(activity, values(zeros([n], { dtype: 'float64' }).uniform_(-1, 1)));
}

function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => max(most, abs(value - b[i])), 0);
}
