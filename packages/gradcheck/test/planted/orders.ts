/* Rules that are right at first order: what is wrong shows when they are differentiated. */
import { isGradEnabled, tensor, type Tensor } from '@retrograd/core';
import { bug, rule, type PlantedBugs } from './bug.ts';
import { floats } from './values.ts';

const one = floats([2, 3]);
const two = floats([2, 3], [2, 3]);
const second = { options: { order: 2 } };
const third = { options: { order: 3 } };

/** cos, with the sign of its derivative forgotten. */
const cosine = rule<[Tensor]>(
  (x) => x.cos(),
  (g, x) => g.mul(x.sin()),
);
/** cos, right at first order and wrong at second. */
const cosineOnce = rule<[Tensor]>(
  (x) => x.cos(),
  (g, x) => g.mul(sine(x)).neg(),
);
const sine = rule<[Tensor]>(
  (x) => x.sin(),
  (g, x) => g.mul(x.cos()).mul(0.5),
);

export const orders: PlantedBugs = {
  secondOrderInputDetached: bug(
    one,
    (x) => x.sin(),
    (g, x) => g.mul(x.detach().cos()),
    second,
  ),
  secondOrderCotangentDetached: bug(
    one,
    (x) => x.sin(),
    (g, x) => g.detach().mul(x.cos()),
    second,
  ),
  secondOrderSign: bug(
    one,
    (x) => x.sin(),
    (g, x) => g.mul(cosine(x)),
    second,
  ),
  secondOrderMixedTermDetached: bug(
    two,
    (a, b) => a.mul(b),
    (g, a, b) => [g.mul(b.detach()), g.mul(a)],
    second,
  ),
  secondOrderFromNumbers: bug(
    one,
    (x) => x.exp(),
    (g, x) => g.mul(tensor(x.exp().toArray() as number[][], { dtype: 'float64' })),
    second,
  ),
  secondOrderProductTerm: bug(
    one,
    (x) => x.square().exp(),
    (g, x) => g.mul(x.mul(2)).mul(x.detach().square().exp()),
    second,
  ),
  secondOrderTransposed: bug(
    floats([3, 3], [3, 3]),
    (a, b) => a.matmul(b),
    (g, a, b) => [g.matmul(b.t()), transposedProduct(a, g)],
    second,
  ),
  secondOrderRecordedDiffers: bug(
    one,
    (x) => x.sigmoid(),
    (g, x) => {
      const slope = x.sigmoid().mul(x.neg().sigmoid());
      return isGradEnabled() ? g.mul(slope.add(slope.sub(slope.detach()))) : g.mul(slope);
    },
    second,
  ),
  thirdOrderScale: bug(
    one,
    (x) => x.sin(),
    (g, x) => g.mul(cosineOnce(x)),
    third,
  ),
  // f' = 4x³ and f'' = 12x² are right; in f'' one factor is taken for a constant.
  thirdOrderDetached: bug(
    one,
    (x) => x.pow(4),
    (g, x) => g.mul(cube(x).mul(4)),
    third,
  ),
};

const transposedProduct = rule<[Tensor, Tensor]>(
  (a, g) => a.t().matmul(g),
  (h, a, g) => [g.matmul(h), a.matmul(h)],
);
const cube = rule<[Tensor]>(
  (x) => x.pow(3),
  (h, x) => h.mul(x.mul(x.detach()).mul(3)),
);
