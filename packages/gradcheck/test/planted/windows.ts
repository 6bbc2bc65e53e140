/* Wrong rules of what slides: convolutions, pooling, padding, scans. Several were found in other libraries. */
import { avgPool2d, cat, conv1d, conv2d, maxPool2d, tensor, type Tensor } from '@retrograd/core';
import { bug, gradientOf, type PlantedBugs } from './bug.ts';
import { floats, integers } from './values.ts';

const line = floats([6]);
const image = floats([1, 1, 5, 5]);
const signal = floats([1, 2, 8], [3, 2, 3]);
const picture = floats([1, 1, 5, 5], [2, 1, 3, 3]);

/** x with its edges mirrored, repeated or wrapped, by the source of each new element. */
const taken = (x: Tensor, from: number[]): Tensor => x.indexSelect(0, integers(from));
/** A matrix that resamples four points to seven, linearly. */
const resampler = (scale: number, shift: number): Tensor =>
  tensor(
    Array.from({ length: 7 }, (_, i) => {
      const at = Math.min(Math.max(i * scale + shift, 0), 3);
      return Array.from({ length: 4 }, (__, j) => Math.max(0, 1 - Math.abs(at - j)));
    }),
    { dtype: 'float64' },
  );
const aligned = resampler(0.5, 0);
const unaligned = resampler(4 / 7, 2 / 7 - 0.5);

export const windows: PlantedBugs = {
  cumsumNotReversed: bug(
    line,
    (x) => x.cumsum(0),
    (g) => g.cumsum(0),
  ),
  cumsumExclusive: bug(
    line,
    (x) => x.cumsum(0),
    (g) => g.flip([0]).cumsum(0).flip([0]).sub(g),
  ),
  differenceOffByOne: bug(
    line,
    (x) => x.narrow(0, 1, 5).sub(x.narrow(0, 0, 5)),
    (g) =>
      g
        .pad([0, 1])
        .sub(g.pad([1, 0]))
        .neg()
        .roll(1),
  ),
  movingAverageAtTheEdges: bug(
    line,
    (x) => x.pad([1, 1]).unfold(0, 3, 1).mean(1),
    // Right in the middle; the first and last windows are taken for shorter ones.
    (g) =>
      g
        .mul(tensor([1.5, 1, 1, 1, 1, 1.5], { dtype: 'float64' }))
        .pad([1, 1])
        .unfold(0, 3, 1)
        .mean(1),
  ),
  averageCountsPadding: bug(
    image,
    (x) => avgPool2d(x, 2, { padding: 1, countIncludePad: false }),
    gradientOf((x) => avgPool2d(x, 2, { padding: 1 })),
  ),
  averageOfTheCeilWindow: bug(
    image,
    (x) => avgPool2d(x, 2, { ceilMode: true }),
    gradientOf((x) => avgPool2d(x, 2, { ceilMode: true, divisorOverride: 4 })),
  ),
  averageOfOverlapCounted: bug(
    image,
    (x) => avgPool2d(x, 3, { stride: 1 }),
    (g, x) => {
      const spread = gradientOf((a) => avgPool2d(a, 3, { stride: 1 }));
      return spread(g, x)[0].div(spread(g.mul(0).add(1), x)[0].mul(9));
    },
  ),
  maximumPoolsToTheCorner: bug(
    floats([1, 1, 4, 4]),
    (x) => maxPool2d(x, 2),
    gradientOf((x) => x.slice(2, 0, 4, 2).slice(3, 0, 4, 2)),
  ),
  maximumPoolOfTheNextWindow: bug(
    image,
    (x) => maxPool2d(x, 2, { stride: 1 }),
    gradientOf((x) => maxPool2d(x.roll(1, 3), 2, { stride: 1 })),
  ),
  convolutionFlipped: bug(
    signal,
    (x, w) => conv1d(x, w),
    gradientOf((x, w) => conv1d(x, w.flip([2]))),
  ),
  convolutionKernelTransposed: bug(
    picture,
    (x, w) => conv2d(x, w),
    gradientOf((x, w) => conv2d(x, w.mT())),
  ),
  convolutionWeightFlipped: bug(
    signal,
    (x, w) => conv1d(x, w),
    (g, x, w) => {
      const [gx, gw] = gradientOf<[Tensor, Tensor]>((a, b) => conv1d(a, b))(g, x, w);
      return [gx, gw.flip([2])];
    },
  ),
  convolutionWithoutDilation: bug(
    signal,
    (x, w) => conv1d(x, w, null, { dilation: 2, padding: 2 }),
    gradientOf((x, w) => conv1d(x, w, null, { padding: 1 })),
  ),
  convolutionWithoutStride: bug(
    signal,
    (x, w) => conv1d(x, w, null, { stride: 2 }),
    gradientOf((x, w) => conv1d(x, w).narrow(2, 0, 3)),
  ),
  convolutionOfTheOtherGroup: bug(
    floats([1, 2, 8], [2, 1, 3]),
    (x, w) => conv1d(x, w, null, { groups: 2 }),
    gradientOf((x, w) => conv1d(x.flip([1]), w, null, { groups: 2 })),
  ),
  convolutionPaddingOnTheOtherSide: bug(
    signal,
    (x, w) => conv1d(x.pad([2, 1]), w),
    gradientOf((x, w) => conv1d(x.pad([1, 2]), w)),
  ),
  convolutionWithoutPadding: bug(
    signal,
    (x, w) => conv1d(x, w, null, { padding: 1 }),
    gradientOf((x, w) => conv1d(x, w).pad([1, 1])),
  ),
  convolutionBiasAveraged: bug(
    floats([2, 1, 5], [2, 1, 3], [2]),
    (x, w, b) => conv1d(x, w, b),
    (g, x, w) => {
      const [gx, gw] = gradientOf<[Tensor, Tensor]>((a, b) => conv1d(a, b))(g, x, w);
      return [gx, gw, g.sum(2).mean(0)];
    },
  ),
  convolutionBiasOfOneSample: bug(
    floats([2, 1, 5], [2, 1, 3], [2]),
    (x, w, b) => conv1d(x, w, b),
    (g, x, w) => {
      const [gx, gw] = gradientOf<[Tensor, Tensor]>((a, b) => conv1d(a, b))(g, x, w);
      return [gx, gw, g.select(0, 0).sum(1)];
    },
  ),
  // The gradient of what was there before padding only: mirrored elements count twice.
  mirrorPadCropped: bug(
    line,
    (x) => taken(x, [2, 1, 0, 1, 2, 3, 4, 5, 4, 3]),
    (g) => g.narrow(0, 2, 6),
  ),
  mirrorPadWithTheEdge: bug(
    line,
    (x) => taken(x, [2, 1, 0, 1, 2, 3, 4, 5, 4, 3]),
    gradientOf((x) => taken(x, [1, 0, 0, 1, 2, 3, 4, 5, 5, 4])),
  ),
  replicatePadCropped: bug(
    line,
    (x) => taken(x, [0, 0, 1, 2, 3, 4, 5, 5]),
    (g) => g.narrow(0, 1, 6),
  ),
  circularPadOffByOne: bug(
    line,
    (x) => taken(x, [4, 5, 0, 1, 2, 3, 4, 5, 0]),
    gradientOf((x) => taken(x, [4, 5, 0, 1, 2, 3, 4, 5, 1])),
  ),
  padOfTheOtherSide: bug(
    line,
    (x) => x.pad([1, 2]),
    (g) => g.narrow(0, 2, 6),
  ),
  upsampledTakesOne: bug(
    line,
    (x) => x.unsqueeze(1).expand([6, 2]).reshape([12]),
    (g) => g.slice(0, 0, 12, 2),
  ),
  resampledWithOtherCorners: bug(
    floats([4]),
    (x) => aligned.mv(x),
    (g) => unaligned.t().mv(g),
  ),
  pixelsShuffledByReshape: bug(
    floats([4, 2, 3]),
    (x) => x.reshape([2, 2, 2, 3]).permute([2, 0, 3, 1]).reshape([4, 6]),
    (g) => g.reshape([4, 2, 3]),
  ),
  lastWindowForgotten: bug(
    floats([7]),
    (x) => x.unfold(0, 3, 2).sum(1),
    (g) =>
      cat([g.narrow(0, 0, 2), g.narrow(0, 2, 1).mul(0)])
        .unsqueeze(1)
        .expand([3, 3])
        .reshape([9])
        .indexSelect(0, integers([0, 1, 2, 4, 5, 7, 8])),
  ),
};
