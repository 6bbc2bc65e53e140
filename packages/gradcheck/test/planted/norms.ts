/* Wrong rules of normalisations and losses: terms that vanish for the seeds people try. */
import { dropout, where, zerosLike, type Tensor } from '@retrograd/core';
import { behaviour, bug, gradientOf, rule, type PlantedBugs } from './bug.ts';
import { constant, floats, integers, leaf, within } from './values.ts';

const rows = floats([3, 4]);
const square = floats([3, 3]);
const prediction = floats([4, 3], [4, 3]);

const centred = (x: Tensor): Tensor => x.sub(x.mean(-1, { keepdim: true }));
const rowVariance = (x: Tensor): Tensor => centred(x).square().mean(-1, { keepdim: true });
const rowNorm = (x: Tensor): Tensor => x.square().sum(-1, { keepdim: true }).sqrt();
const layerNorm = (x: Tensor, eps = 1e-5): Tensor => centred(x).div(rowVariance(x).add(eps).sqrt());
const batchNorm = (x: Tensor): Tensor => x.sub(x.mean(0)).div(x.var(0, { correction: 0 }).add(1e-5).sqrt());

/** The parts of a layer norm's gradient. */
const layerNormParts = (g: Tensor, x: Tensor): { direct: Tensor; mean: Tensor; variance: Tensor } => {
  const scale = rowVariance(x).add(1e-5).rsqrt();
  const y = centred(x).mul(scale);
  return {
    direct: g.mul(scale),
    mean: g.mean(-1, { keepdim: true }).mul(scale),
    variance: y.mul(g.mul(y).mean(-1, { keepdim: true })).mul(scale),
  };
};

const labels = [2, 0, 1, 1];
const crossEntropy = (x: Tensor): Tensor => x.crossEntropy(integers(labels));
const hot = (): Tensor => integers(labels).oneHot(3).to('float64');

export const norms: PlantedBugs = {
  softmaxWithoutSum: bug(
    rows,
    (x) => x.softmax(1),
    (g, x) => g.mul(x.softmax(1)),
  ),
  softmaxDiagonalOnly: bug(
    rows,
    (x) => x.softmax(1),
    (g, x) => g.mul(x.softmax(1)).mul(x.softmax(1).rsub(1)),
  ),
  softmaxSumOfTheOtherDim: bug(
    square,
    (x) => x.softmax(1),
    (g, x) => {
      const y = x.softmax(1);
      return y.mul(g.sub(g.mul(y).sum(0, { keepdim: true })));
    },
  ),
  logSoftmaxWithoutSum: bug(
    rows,
    (x) => x.logSoftmax(1),
    (g) => g,
  ),
  // Holds for one-hot cotangents, such as those of one Jacobian row at a time.
  logSoftmaxOfOneHot: bug(
    rows,
    (x) => x.logSoftmax(1),
    (g, x) => {
      const any = g.ne(0).any(1, { keepdim: true });
      return g.sub(x.softmax(1).mul(any));
    },
  ),
  logSoftmaxMeanForSum: bug(
    rows,
    (x) => x.logSoftmax(1),
    (g, x) => g.sub(x.softmax(1).mul(g.mean(1, { keepdim: true }))),
  ),
  logsumexpOverflows: bug(
    () => [leaf([800, 801, 799])],
    (x) => x.logsumexp(0),
    (g, x) => g.mul(x.exp().div(x.exp().sum())),
  ),
  sigmoidOverflows: bug(
    () => [leaf([-800, -1, 2])],
    (x) => x.sigmoid(),
    (g, x) => g.mul(x.neg().exp()).div(x.neg().exp().add(1).square()),
  ),
  layerNormWithoutMean: bug(
    rows,
    (x) => layerNorm(x),
    (g, x) => {
      const { direct, variance } = layerNormParts(g, x);
      return direct.sub(variance);
    },
  ),
  layerNormWithoutVariance: bug(
    rows,
    (x) => layerNorm(x),
    (g, x) => {
      const { direct, mean } = layerNormParts(g, x);
      return direct.sub(mean);
    },
  ),
  layerNormWithoutEps: bug(
    rows,
    (x) => layerNorm(x),
    gradientOf((x) => layerNorm(x, 0)),
  ),
  rmsNormOfTheSum: bug(
    rows,
    (x) => x.div(x.square().mean(-1, { keepdim: true }).sqrt()),
    gradientOf((x) => x.div(rowNorm(x))),
  ),
  batchStatisticsDetached: bug(floats([5, 2]), batchNorm, (g, x) =>
    g.div(x.var(0, { correction: 0 }).add(1e-5).sqrt()),
  ),
  batchMeanDetached: bug(
    floats([5, 2]),
    batchNorm,
    gradientOf((x) => x.sub(x.detach().mean(0)).div(x.var(0, { correction: 0 }).add(1e-5).sqrt())),
  ),
  varianceOfTheOtherCorrection: bug(
    rows,
    (x) => x.var(1),
    gradientOf((x) => x.var(1, { correction: 0 })),
  ),
  varianceMeanDetached: bug(
    rows,
    (x) => centred(x).pow(3).mean(1),
    gradientOf((x) =>
      x
        .sub(x.detach().mean(-1, { keepdim: true }))
        .pow(3)
        .mean(1),
    ),
  ),
  normDetached: bug(
    rows,
    (x) => x.div(rowNorm(x)),
    (g, x) => g.div(rowNorm(x)),
  ),
  normOfSquares: bug(
    rows,
    (x) => x.norm(2, 1),
    (g, x) => x.mul(g.unsqueeze(1)),
  ),
  cosineWithoutProjection: bug(
    prediction,
    (a, b) => a.cosineSimilarity(b, { dim: 1 }),
    (g, a, b) => {
      const scale = g.unsqueeze(1).div(rowNorm(a).mul(rowNorm(b)));
      return [b.mul(scale), a.mul(scale)];
    },
  ),
  scaleOfAttentionForgotten: bug(
    floats([3, 4], [3, 4]),
    (q, k) => q.matmul(k.t()).div(2).softmax(1),
    gradientOf((q, k) => q.matmul(k.t()).softmax(1)),
  ),
  maskOfAttentionForgotten: bug(
    floats([3, 4], [3, 4]),
    (q, k) => q.matmul(k.t()).tril().softmax(1),
    (g, q, k) => {
      const y = q.matmul(k.t()).tril().softmax(1);
      const scores = y.mul(g.sub(g.mul(y).sum(1, { keepdim: true })));
      return [scores.matmul(k), scores.t().matmul(q)];
    },
  ),
  meanSquaredWithoutTwo: bug(
    prediction,
    (x, t) => x.sub(t).square().mean(),
    (g, x, t) => [g.mul(x.sub(t)).div(12), g.mul(t.sub(x)).div(12)],
  ),
  meanTakenForSum: bug(
    prediction,
    (x, t) => x.mseLoss(t),
    gradientOf((x, t) => x.mseLoss(t, { reduction: 'sum' })),
  ),
  meanOverTheBatchOnly: bug(
    prediction,
    (x, t) => x.mseLoss(t),
    gradientOf((x, t) => x.mseLoss(t, { reduction: 'sum' }).div(4)),
  ),
  targetDetached: bug(
    prediction,
    (x, t) => x.mseLoss(t),
    (g, x, t) => [g.mul(x.sub(t)).div(6), zerosLike(t)],
  ),
  crossEntropySummed: bug(floats([4, 3]), crossEntropy, (g, x) => g.mul(x.softmax(1).sub(hot()))),
  crossEntropyOfIgnored: bug(
    floats([4, 3]),
    (x) => x.crossEntropy(integers([2, -100, 1, 1])),
    gradientOf((x) => x.crossEntropy(integers([2, -100, 1, 1]), { reduction: 'sum' }).div(4)),
  ),
  labelSmoothingForgotten: bug(
    floats([4, 3]),
    (x) => x.crossEntropy(integers(labels), { labelSmoothing: 0.1 }),
    gradientOf(crossEntropy),
  ),
  crossEntropyOffByOne: bug(
    floats([4, 3]),
    crossEntropy,
    gradientOf((x) => x.crossEntropy(integers(labels.map((k) => (k + 1) % 3)))),
  ),
  crossEntropyOfProbabilities: bug(
    within(0.1, 0.9, [3, 4]),
    (x) => x.log().neg().mean(),
    (g, x) => g.mul(x.add(1e-3).reciprocal()).div(-12).expand([3, 4]),
  ),
  huberWithoutDelta: bug(
    prediction,
    (x, t) => x.huberLoss(t, { delta: 0.5, reduction: 'none' }),
    (g, x, t) => {
      const d = x.sub(t);
      const slope = g.mul(where(d.abs().lt(0.5), d, d.sign()));
      return [slope, slope.neg()];
    },
  ),
  smoothL1WithoutBeta: bug(
    prediction,
    (x, t) => x.smoothL1Loss(t, { beta: 2 }),
    gradientOf((x, t) => x.smoothL1Loss(t)),
  ),
  divergenceOfTheTarget: bug(
    () => [...floats([3, 4])(), ...within(0.1, 0.9, [3, 4])()],
    (x, t) => x.klDiv(t, { reduction: 'sum' }),
    (g, x, t) => [g.mul(t).neg(), g.mul(t.log().sub(x))],
  ),
  dropoutUnscaled: bug(
    rows,
    (x) => x.mul(constant([2, 0, 2, 2])),
    (g) => g.mul(constant([1, 0, 1, 1])),
  ),
  dropoutOfAnotherMask: behaviour(
    rows,
    () =>
      rule<[Tensor]>(
        (x) => x.mul(constant([2, 0, 2, 2])),
        (g) => dropout(g),
      ),
    (x: Tensor) => x.mul(constant([2, 0, 2, 2])),
  ),
};
