/* Backward passes that are no linear function of the cotangent, or break the protocol. */
import { zerosLike, type Tensor } from '@retrograd/core';
import { behaviour, bug, rule, type PlantedBugs } from './bug.ts';
import { floats, integers } from './values.ts';

const one = floats([3, 4]);
const two = floats([3, 4], [3, 4]);
const sine = (x: Tensor): Tensor => x.sin();

export const cotangents: PlantedBugs = {
  clipsCotangent: bug(one, sine, (g, x) => g.clamp({ min: -1, max: 1 }).mul(x.cos())),
  squaresCotangent: bug(one, sine, (g, x) => g.square().mul(x.cos())),
  losesTheSignOfCotangent: bug(one, sine, (g, x) => g.abs().mul(x.cos())),
  dropsSmallCotangents: bug(one, sine, (g, x) => g.mul(g.abs().gt(0.5)).mul(x.cos())),
  normalisesCotangent: bug(one, sine, (g, x) => g.div(g.norm().clamp({ min: 1 })).mul(x.cos())),
  addsToCotangent: bug(one, sine, (g, x) => g.add(1e-3).mul(x.cos())),
  ignoresCotangent: bug(
    one,
    (x) => x.sin().sum(),
    (_, x) => x.cos(),
  ),
  nanForZeroCotangent: bug(one, sine, (g, x) => g.square().div(g).mul(x.cos())),
  roundsCotangentToFloat32: bug(one, sine, (g, x) => g.to('float32').to('float64').mul(x.cos())),
  wrongDType: bug(one, sine, (g, x) => g.mul(x.cos()).to('float32')),
  wrongShape: bug(one, sine, (g, x) => g.mul(x.cos()).sum(0)),
  wrongCount: bug(
    two,
    (a, b) => a.add(b),
    (g) => [g],
  ),
  throws: bug(one, sine, () => {
    throw new RangeError('not implemented for this case');
  }),
  gradientForAnInteger: behaviour(
    () => [...floats([4, 3])(), integers([0, 2, 2])],
    () =>
      rule<[Tensor, Tensor]>(
        (x, index) => x.indexSelect(0, index),
        (g, x, index) => {
          index.grad = zerosLike(index);
          return [zerosLike(x).indexAdd(0, index, g), zerosLike(index)];
        },
      ),
    (x: Tensor, index: Tensor) => x.indexSelect(0, index),
  ),
  gradientForAConstant: behaviour(
    () => [...one(), one()[0].detach()],
    () =>
      rule<[Tensor, Tensor]>(
        (x, c) => x.mul(c),
        (g, x, c) => {
          c.grad = g.mul(x);
          return [g.mul(c), null];
        },
      ),
    (x: Tensor, c: Tensor) => x.mul(c),
  ),
};
