/* Wrong rules of pointwise functions: the slips of a pen. */
import { where, zerosLike } from '@retrograd/core';
import { bug, type PlantedBugs } from './bug.ts';
import { floats, within } from './values.ts';

const one = floats([3, 4]);
const two = floats([3, 4], [3, 4]);
const positive = within(0.3, 2, [3, 4]);
const twoPositive = within(0.3, 2, [3, 4], [3, 4]);

export const pointwise: PlantedBugs = {
  signFlipped: bug(
    one,
    (x) => x.sin(),
    (g, x) => g.mul(x.cos()).neg(),
  ),
  twiceTooLarge: bug(
    one,
    (x) => x.tanh(),
    (g, x) => g.mul(x.tanh().square().rsub(1)).mul(2),
  ),
  halfOfSquare: bug(
    one,
    (x) => x.square(),
    (g, x) => g.mul(x),
  ),
  missingProductTerm: bug(
    one,
    (x) => x.mul(x.sin()),
    (g, x) => g.mul(x.sin()),
  ),
  missingInnerDerivative: bug(
    one,
    (x) => x.mul(3).sin(),
    (g, x) => g.mul(x.mul(3).cos()),
  ),
  missingChain: bug(
    one,
    (x) => x.square().exp(),
    (g, x) => g.mul(x.square().exp()),
  ),
  oneInAThousand: bug(
    one,
    (x) => x.exp(),
    (g, x) => g.mul(x.exp()).mul(1.001),
  ),
  oneInTenThousand: bug(
    one,
    (x) => x.sigmoid(),
    (g, x) => g.mul(x.sigmoid()).mul(x.neg().sigmoid()).mul(1.0001),
  ),
  oneInAMillion: bug(
    one,
    (x) => x.sin(),
    (g, x) => g.mul(x.cos()).mul(1 + 1e-6),
  ),
  offsetByAMillionth: bug(
    one,
    (x) => x.cos(),
    (g, x) => g.mul(x.sin().neg().add(1e-6)),
  ),
  computedInFloat32: bug(
    one,
    (x) => x.exp(),
    (g, x) => g.mul(x.to('float32').exp().to('float64')),
  ),
  constantInFloat32: bug(
    one,
    (x) => x.mul(0.1),
    (g) => g.mul(0.10000000149011612),
  ),
  wrongLogarithm: bug(
    positive,
    (x) => x.log2(),
    (g, x) => g.div(x),
  ),
  log1pOfLog: bug(
    positive,
    (x) => x.log1p(),
    (g, x) => g.div(x),
  ),
  powerWithoutDecrement: bug(
    positive,
    (x) => x.pow(2.5),
    (g, x) => g.mul(x.pow(2.5)).mul(2.5),
  ),
  reciprocalNotSquared: bug(
    positive,
    (x) => x.reciprocal(),
    (g, x) => g.div(x).neg(),
  ),
  savedInputForOutput: bug(
    one,
    (x) => x.sigmoid(),
    (g, x) => g.mul(x).mul(x.rsub(1)),
  ),
  siluAsSigmoid: bug(
    one,
    (x) => x.silu(),
    (g, x) => g.mul(x.sigmoid()),
  ),
  // The erf form's derivative under the tanh form's values: they differ by less than 0.001.
  geluOfTheOtherForm: bug(
    one,
    (x) => x.gelu({ approximate: 'tanh' }),
    (g, x) => {
      const density = x.square().mul(-0.5).exp().mul(0.3989422804014327);
      return g.mul(x.mul(Math.SQRT1_2).erf().add(1).mul(0.5).add(x.mul(density)));
    },
  ),
  softplusWithoutBeta: bug(
    one,
    (x) => x.softplus({ beta: 3 }),
    (g, x) => g.mul(x.sigmoid()),
  ),
  eluWithoutAlpha: bug(
    one,
    (x) => x.elu({ alpha: 1.5 }),
    (g, x) => g.mul(where(x.gt(0), 1, x.exp())),
  ),
  clampAboveForgotten: bug(
    one,
    (x) => x.clamp({ min: -1, max: 1 }),
    (g, x) => where(x.ge(-1), g, zerosLike(g)),
  ),
  gradientsSwapped: bug(
    two,
    (a, b) => a.mul(b),
    (g, a, b) => [g.mul(a), g.mul(b)],
  ),
  secondInputSign: bug(
    twoPositive,
    (a, b) => a.div(b),
    (g, a, b) => [g.div(b), g.mul(a).div(b.square())],
  ),
  secondInputZero: bug(
    two,
    (a, b) => a.mul(b),
    (g, _, b) => [g.mul(b), zerosLike(g)],
  ),
  secondInputNull: bug(
    two,
    (a, b) => a.mul(b),
    (g, _, b) => [g.mul(b), null],
  ),
  secondInputCopied: bug(
    two,
    (a, b) => a.sub(b),
    (g) => [g, g],
  ),
  exponentWithoutLog: bug(
    twoPositive,
    (a, b) => a.pow(b),
    (g, a, b) => [g.mul(b).mul(a.pow(b.sub(1))), g.mul(a.pow(b))],
  ),
  atan2Swapped: bug(
    twoPositive,
    (a, b) => a.atan2(b),
    (g, a, b) => {
      const square = a.square().add(b.square());
      return [g.mul(a).div(square), g.mul(b).div(square).neg()];
    },
  ),
  lerpWeightSign: bug(
    floats([3, 4], [3, 4], [3, 4]),
    (a, b, weight) => a.lerp(b, weight),
    (g, a, b, weight) => [g.mul(weight.rsub(1)), g.mul(weight), g.mul(a.sub(b))],
  ),
  // Round with the gradient of the identity: useful at times, and not its gradient.
  straightThrough: bug(
    one,
    (x) => x.round(),
    (g) => g,
  ),
};
