/* Wrong rules of what moves, repeats and reduces elements. The sum of all elements often cannot tell. */
import { cat, eye, outer, where, zerosLike } from '@retrograd/core';
import { bug, type PlantedBugs } from './bug.ts';
import { floats, integers, leaf } from './values.ts';

const square = floats([3, 3]);
const twoSquare = floats([3, 3], [3, 3]);
const matrixAndRow = floats([3, 4], [4]);

export const shapes: PlantedBugs = {
  matmulNotTransposed: bug(
    twoSquare,
    (a, b) => a.matmul(b),
    (g, a, b) => [g.matmul(b), a.t().matmul(g)],
  ),
  matmulResultTransposed: bug(
    twoSquare,
    (a, b) => a.matmul(b),
    (g, a, b) => [g.matmul(b.t()), a.t().matmul(g).t()],
  ),
  matmulOrderSwapped: bug(
    twoSquare,
    (a, b) => a.matmul(b),
    (g, a, b) => [b.t().matmul(g), a.t().matmul(g)],
  ),
  batchedWeightOfFirstSample: bug(
    floats([2, 3, 4], [4, 2]),
    (a, b) => a.matmul(b),
    (g, a, b) => [g.matmul(b.t()), a.select(0, 0).t().matmul(g.select(0, 0))],
  ),
  outerSwapped: bug(
    floats([3], [3]),
    (a, b) => outer(a, b),
    (g, a, b) => [g.t().mv(b), g.mv(a)],
  ),
  reshapedNotTransposed: bug(
    floats([3, 4]),
    (x) => x.t(),
    (g) => g.reshape([3, 4]),
  ),
  permutedNotInverted: bug(
    floats([3, 3, 3]),
    (x) => x.permute([1, 2, 0]),
    (g) => g.permute([1, 2, 0]),
  ),
  transposeForgotten: bug(
    square,
    (x) => x.t().mul(2),
    (g) => g.mul(2),
  ),
  flipForgotten: bug(
    floats([5]),
    (x) => x.flip([0]),
    (g) => g,
  ),
  rolledTheSameWay: bug(
    floats([5]),
    (x) => x.roll(1),
    (g) => g.roll(1),
  ),
  broadcastSliced: bug(
    matrixAndRow,
    (x, b) => x.add(b),
    (g) => [g, g.select(0, 0)],
  ),
  broadcastAveraged: bug(
    matrixAndRow,
    (x, b) => x.add(b),
    (g) => [g, g.mean(0)],
  ),
  broadcastOfProductAveraged: bug(
    matrixAndRow,
    (x, b) => x.mul(b),
    (g, x, b) => [g.mul(b), g.mul(x).mean(0)],
  ),
  broadcastKeptDimSliced: bug(
    floats([3, 1], [3, 4]),
    (a, b) => a.mul(b),
    (g, a, b) => [g.mul(b).narrow(1, 0, 1), g.mul(a)],
  ),
  // The walk itself refuses a gradient of the wrong shape; the checker has to report that.
  broadcastUnreduced: bug(
    matrixAndRow,
    (x, b) => x.add(b),
    (g) => [g, g],
  ),
  wrongAxis: bug(
    floats([3, 3], [3]),
    (x, b) => x.add(b),
    (g) => [g, g.sum(1)],
  ),
  sumSpreadAlongTheWrongDim: bug(
    square,
    (x) => x.sum(0),
    (g) => g.unsqueeze(1).expand([3, 3]),
  ),
  meanWithoutCount: bug(
    floats([3, 4]),
    (x) => x.mean(),
    (g) => g.expand([3, 4]),
  ),
  meanOfTheOtherCount: bug(
    floats([3, 4]),
    (x) => x.mean(1),
    (g) => g.unsqueeze(1).expand([3, 4]).div(3),
  ),
  halvesSwapped: bug(
    floats([2, 3], [2, 3]),
    (a, b) => cat([a, b]),
    (g) => [g.narrow(0, 2, 2), g.narrow(0, 0, 2)],
  ),
  repeatTakesTheFirst: bug(
    floats([2, 3]),
    (x) => x.repeat([3, 1]),
    (g) => g.narrow(0, 0, 2),
  ),
  expandTakesTheFirst: bug(
    floats([1, 4]),
    (x) => x.expand([3, 4]),
    (g) => g.narrow(0, 0, 1),
  ),
  duplicatesOverwritten: bug(
    () => [...floats([4, 3])(), integers([0, 2, 2, 1, 0])],
    (x, index) => x.indexSelect(0, index),
    // Row 0 was taken first and last, row 2 second and third, row 3 never.
    (g) => [cat([4, 3, 2].map((i) => g.narrow(0, i, 1))).pad([0, 0, 0, 1]), null],
  ),
  gatheredFromElsewhere: bug(
    () => [
      ...floats([3, 3])(),
      integers([
        [0, 2, 1],
        [2, 2, 0],
        [1, 0, 0],
      ]),
    ],
    (x, index) => x.gather(1, index),
    (g, x, index) => [zerosLike(x).scatterAdd(0, index, g), null],
  ),
  maximumToTheMinimum: bug(
    floats([4, 5]),
    (x) => x.amax(1),
    (g, x) => zerosLike(x).scatter(1, x.argmin(1, { keepdim: true }), g.unsqueeze(1)),
  ),
  sliceAtTheWrongEnd: bug(
    floats([5]),
    (x) => x.narrow(0, 1, 3),
    (g) => g.pad([0, 2]),
  ),
  stepForgotten: bug(
    floats([6]),
    (x) => x.slice(0, 0, 6, 2),
    (g) => g.pad([0, 3]),
  ),
  diagonalOffByOne: bug(
    square,
    (x) => x.diagonal(),
    (g) => g.narrow(0, 0, 2).diagEmbed({ offset: 1 }),
  ),
  triangleOfTheOtherSide: bug(
    square,
    (x) => x.tril(),
    (g) => g.triu(),
  ),
  triangleWithoutDiagonal: bug(
    square,
    (x) => x.tril(),
    (g) => g.tril(-1),
  ),
  maskLeaks: bug(
    floats([3, 4]),
    (x) => x.maskedFill(x.detach().gt(0.5), 0),
    (g) => g,
  ),
  whereInverted: bug(
    floats([3, 4], [3, 4]),
    (a, b) => where(a.gt(b), a, b),
    (g, a, b) => [g.mul(a.le(b)), g.mul(a.gt(b))],
  ),
  traceOfOnes: bug(
    square,
    (x) => x.mul(eye(3, 3, { dtype: 'float64' })).sum(),
    (g) => g.expand([3, 3]),
  ),
  // y / x times g: right until an element is zero, which even core's own forward survives.
  productThroughZero: bug(
    () => [leaf([2, 0, 3, -1])],
    (x) => x.prod(),
    (g, x) => g.mul(x.prod()).div(x),
  ),
  windowsOverwrite: bug(
    floats([6]),
    (x) => x.unfold(0, 3, 1),
    (g) => cat([g.select(1, 0), g.select(0, 3).narrow(0, 1, 2)]),
  ),
};
