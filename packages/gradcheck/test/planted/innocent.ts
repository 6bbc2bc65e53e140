/* Functions with right gradients that differences find hard: none may be called wrong. */
import { Generator, linalg, maximum, rand, tensor, where, type Tensor } from '@retrograd/core';
import type { GradcheckOptions } from '../../src/options.ts';
import type { Checked } from './bug.ts';
import { constant, floats, leaf, within } from './values.ts';

/** A function that must not be flagged. */
export interface Innocent {
  readonly f: Checked;
  readonly inputs: () => Tensor[];
  readonly options?: GradcheckOptions;
}

const one = floats([3, 4]);
const single = (x: Tensor): Tensor => x.detach().to('float32').requiresGrad_();
const innocent = (
  inputs: () => Tensor[],
  f: (...inputs: Tensor[]) => unknown,
  options?: GradcheckOptions,
): Innocent => (options ? { f: f as Checked, inputs, options } : { f: f as Checked, inputs });

const [weights] = within(-1, 1, [300, 300])().map((w) => w.detach());

export const innocents: Readonly<Record<string, Innocent>> = {
  oscillates: innocent(one, (x) => x.mul(200).sin()),
  oscillatesFast: innocent(one, (x) => x.mul(1e5).cos()),
  growsFast: innocent(within(-5, 5, [3, 4]), (x) => x.mul(20).exp()),
  highPower: innocent(one, (x) => x.pow(15)),
  tinyInputs: innocent(within(-1e-8, 1e-8, [6]), (x) => x.tanh()),
  tinyPositiveInputs: innocent(within(1e-10, 1e-8, [6]), (x) => x.log()),
  hugeInputs: innocent(within(1e6, 1e8, [6]), (x) => x.sqrt()),
  mixedScales: innocent(
    () => [leaf([1e-6, 1e-3, 1, 1e3, 1e6])],
    (x) => x.square().add(x).log(),
  ),
  mixedOutputScales: innocent(one, (x) => [x.mul(1e12), x.mul(1e-12), x.sin()]),
  nearAPole: innocent(within(1e-3, 2e-3, [6]), (x) => x.reciprocal()),
  nearTheEdgeOfTheDomain: innocent(
    () => [leaf([1e-7, 1e-4, 0.5])],
    (x) => x.sqrt(),
  ),
  nearTheEdgesOfAsin: innocent(
    () => [leaf([-1 + 1e-6, 0.999, 1 - 1e-9])],
    (x) => x.asin(),
  ),
  cancels: innocent(within(0.5, 1.5, [6]), (x) => x.add(1e8).square().sub(x.square()).sub(1e16)),
  cancelsToNothing: innocent(one, (x) => x.sin().square().add(x.cos().square())),
  // Of an empty batch the mean is NaN, and so is the gradient of the weights.
  meanOfTheBatch: innocent(floats([3, 4], [4]), (x, w) => x.mul(x.mean(0).mul(w).exp())),
  saturates: innocent(within(-60, 60, [3, 4]), (x) => x.sigmoid()),
  saturatesSoftmax: innocent(within(-90, 90, [3, 4]), (x) => x.softmax(1)),
  veryFlat: innocent(one, (x) => x.mul(1e-9).tanh()),
  gaussianTail: innocent(within(-9, 9, [6]), (x) => x.square().neg().exp()),
  steps: innocent(one, (x) => x.round()),
  fineSteps: innocent(one, (x) => x.mul(100).round().div(100)),
  finerSteps: innocent(one, (x) => x.mul(1e4).floor().div(1e4)),
  sawtooth: innocent(one, (x) => x.mul(30).frac()),
  manyKinks: innocent(one, (x) => x.mul(50).sin().abs()),
  kinkAtThePoint: innocent(
    () => [leaf([-1, 0, 1e-9, -1e-7, 1e-5, 2])],
    (x) => x.relu(),
  ),
  kinksOnBothSides: innocent(
    () => [leaf([0.999, 1, 1.001, -1, -0.9999999])],
    (x) => x.clamp({ min: -1, max: 1 }),
  ),
  kinkOfSecondOrder: innocent(
    () => [leaf([-1, 0, 1e-6, 0.5])],
    (x) => x.relu().square(),
  ),
  kinkOfSecondOrderTwice: innocent(
    () => [leaf([-1, 0, 1e-6, 0.5])],
    (x) => x.relu().square(),
    { order: 2 },
  ),
  cubeRoot: innocent(
    () => [leaf([1e-6, -0.5, 2, 1e-3])],
    (x) =>
      x
        .abs()
        .pow(1 / 3)
        .mul(x.sign()),
  ),
  ties: innocent(
    () => [leaf([1, 2, -1]), leaf([1, 0, 3])],
    (a, b) => maximum(a, b),
  ),
  manyTies: innocent(
    () => [leaf([[1, 1, 1], [2, 2, 0]])], // prettier-ignore
    (x) => x.amax(1),
  ),
  zeroVector: innocent(
    () => [leaf([[0, 0], [3, 4]])], // prettier-ignore
    (x) => x.norm(2, 1),
  ),
  infiniteSlope: innocent(
    () => [leaf([0, 1, 4])],
    (x) => x.sqrt(),
  ),
  poleAtThePoint: innocent(
    () => [leaf([0, 1, -2])],
    (x) => x.reciprocal(),
  ),
  valuesAreNaN: innocent(
    () => [leaf([-1, 1, 2])],
    (x) => x.log(),
  ),
  selectsFiniteBranch: innocent(
    () => [leaf([-1, 0.5, 2])],
    (x) => where(x.gt(0), x.clamp({ min: 0.1 }).log(), x),
  ),
  constantFunction: innocent(one, (x) => x.mul(0).add(3)),
  detachedPart: innocent(one, (x) => [x.sin(), constant([1, 2])]),
  unusedInput: innocent(floats([3], [2]), (a) => a.exp()),
  identity: innocent(one, (x) => x),
  passesThroughAndMore: innocent(one, (x) => [x, x.sin(), x]),
  views: innocent(one, (x) => [x.t(), x.narrow(0, 1, 2), x.reshape([12])]),
  expandedOutput: innocent(floats([1, 4]), (x) => x.expand([3, 4])),
  integerOutput: innocent(one, (x) => [x.square(), x.argmax(1)]),
  noElements: innocent(floats([0, 3]), (x) => x.sin()),
  sumOfNoElements: innocent(floats([0, 3]), (x) => x.sum(0)),
  zeroDim: innocent(
    () => [leaf(0.7)],
    (x) => x.sin(),
  ),
  inPlace: innocent(one, (x) => x.clone().mul_(2).exp_()),
  dropsFromTheDefaultStream: innocent(one, (x) => x.dropout({ p: 0.4 })),
  drawsFromTheDefaultStream: innocent(one, (x) => x.mul(rand([3, 4], { dtype: 'float64' }))),
  drawsFromAFreshStream: innocent(one, (x) =>
    x.mul(rand([3, 4], { dtype: 'float64', generator: new Generator(3) })),
  ),
  large: innocent(within(-0.1, 0.1, [300]), (x) => weights.mv(x).tanh()),
  largeLinear: innocent(within(-0.1, 0.1, [300]), (x) => weights.mv(x)),
  largeQuadratic: innocent(floats([20, 20], [20, 20]), (a, b) => a.matmul(b)),
  largeSoftmax: innocent(floats([1000]), (x) => x.softmax(0)),
  largeSum: innocent(floats([50, 60]), (x) => x.square().sum()),
  largeKinky: innocent(floats([400]), (x) => x.relu()),
  deep: innocent(one, (x) => Array.from({ length: 60 }).reduce<Tensor>((y) => y.mul(1.1).sin(), x)),
  chaotic: innocent(within(0.1, 0.9, [4]), (x) =>
    Array.from({ length: 20 }).reduce<Tensor>((y) => y.mul(y.rsub(1)).mul(3.9), x),
  ),
  float32: innocent(
    () => one().map(single),
    (x) => x.sin(),
  ),
  float32Cancels: innocent(
    () => [single(leaf([0.01, 0.003, 1]))],
    (x) => x.cos().rsub(1).div(x.square()),
  ),
  float32OfLargeOffset: innocent(
    () => [single(leaf([0.3, 1.2, -2, 0.4]))],
    (x) => x.add(1e4).var(0),
  ),
  float32IllConditioned: innocent(
    () => [single(leaf([[1, 1], [1, 1.01]]))], // prettier-ignore
    (x) => linalg.inv(x),
  ),
  float32AtAKinkOfFloat64: innocent(
    () => [single(leaf([0.1, 1 / 3, -2]))],
    (x) =>
      x
        .sub(0.1)
        .relu()
        .add(where(x.mul(3).ge(1), x.mul(3).sub(1), 0)),
  ),
  float32Tiny: innocent(
    () => [single(leaf([1e-10, 1])), single(leaf([1e-25, 1]))],
    (a, b) => a.div(b),
  ),
  gradientCancels: innocent(
    () => [leaf([0.01, 0.1, 1])],
    (x) => x.exp().sub(x).sub(1).div(x.square()),
  ),
  largeOfManyOutputs: innocent(within(-1, 1, [100_000]), (x) => x.sin().mul(x), {
    samples: 4,
    directions: 2,
    invariants: false,
  }),
  float32Deep: innocent(
    () => one().map(single),
    (x) => x.exp().log1p().softmax(1),
  ),
  float32Forced: innocent(one, (x) => x.to('float32').sin()),
  float32InTheMiddle: innocent(one, (x) => x.sin().to('float32').to('float64').mul(2)),
  float32DeepInside: innocent(one, (x) => x.sin().to('float32').to('float64').mul(1.1).exp()),
  float32Only: innocent(
    () => one().map(single),
    (x) => {
      if (x.dtype !== 'float32') throw new TypeError('a kernel for float32 only');
      return x.exp().sum(1);
    },
  ),
  float32OnlyKinky: innocent(
    () => one().map(single),
    (x) => {
      if (x.dtype !== 'float32') throw new TypeError('a kernel for float32 only');
      return x.relu().mul(tensor([1, 2, 3, 4]));
    },
  ),
  third: innocent(floats([2, 2]), (x) => x.sin(), { order: 3 }),
  fourth: innocent(floats([2]), (x) => x.exp(), { order: 4 }),
  cubicThird: innocent(floats([2], [2]), (a, b) => a.mul(b).mul(a), { order: 3 }),
  batch: innocent(floats([4, 3]), (x) => x.softmax(1), { batchDim: 0 }),
  documentedLeft: innocent(
    () => [leaf([-1, 0, 2])],
    (x) => x.relu(),
    { subgradient: 'left' },
  ),
  documentedMean: innocent(
    () => [leaf([-1, 0, 2])],
    (x) => x.abs(),
    { subgradient: 'mean' },
  ),
};
