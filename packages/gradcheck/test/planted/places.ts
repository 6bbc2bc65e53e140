/* Rules that are wrong only somewhere: for some values, at some shapes, strides, kinks, in one entry of many. */
import { cat, fromTypedArray, maximum, ones, tensor, where, zerosLike, type Tensor } from '@retrograd/core';
import { behaviour, bug, rule, type PlantedBug, type PlantedBugs } from './bug.ts';
import { constant, floats, leaf, poke, within } from './values.ts';

const one = floats([3, 4]);
const two = floats([3, 4], [3, 4]);

/** sin, whose rule is 10 % off where the condition holds. */
const sineWrongWhere = (inputs: () => Tensor[], holds: (x: Tensor) => boolean): PlantedBug =>
  bug(
    inputs,
    (x) => x.sin(),
    (g, x) => g.mul(x.cos()).mul(holds(x) ? 1.1 : 1),
  );

/** A 300×300 matrix without negative entries, such as a layer's inputs after a ReLU, applied to a vector. */
const large = (
  entry: number,
  error: number,
  smooth: (x: Tensor) => Tensor,
  slope: (y: Tensor) => Tensor,
): PlantedBug => {
  const [weight] = within(0, 1, [300, 300])().map((w) => w.detach());
  const wrong = weight.clone();
  poke(wrong, entry, (w) => w + error);
  return bug(
    within(0, 0.02, [300]),
    (x) => smooth(weight.mv(x)),
    (g, x) => wrong.t().mv(g.mul(slope(weight.mv(x)))),
    { large: true },
  );
};
const linear = (entry: number, error: number): PlantedBug =>
  large(
    entry,
    error,
    (y) => y,
    (y) => y.mul(0).add(1),
  );
const curved = (entry: number, error: number): PlantedBug =>
  large(
    entry,
    error,
    (y) => y.tanh(),
    (y) => y.tanh().square().rsub(1),
  );

/** The elements as they lie in memory, which is right as long as strides are row-major. */
const asLaidOut = (x: Tensor): Tensor => {
  const n = x.numel();
  const data = Float64Array.from(
    { length: n },
    (_, i) => x.storage.array[(x.offset + i) % x.storage.array.length],
  );
  return fromTypedArray(data, x.shape);
};

/** The elements from the start of the memory: right unless x is part of something larger. */
const fromStart = (x: Tensor): Tensor =>
  fromTypedArray(
    Float64Array.from({ length: x.numel() }, (_, i) => x.storage.array[i]),
    x.shape,
  );

export const places: PlantedBugs = {
  negativeOnly: bug(
    one,
    (x) => x.exp(),
    (g, x) => g.mul(x.exp()).mul(where(x.lt(0), 1.01, 1)),
  ),
  largeOnly: bug(
    within(-8, 8, [3, 4]),
    (x) => x.tanh(),
    // 1 − tanh² by its series beyond 3: right to one part in fifty.
    (g, x) => g.mul(where(x.abs().gt(3), x.abs().mul(-2).exp().mul(4.1), x.tanh().square().rsub(1))),
  ),
  firstElement: bug(
    one,
    (x) => x.square(),
    (g, x) =>
      g
        .mul(x)
        .mul(2)
        .mul(constant([[0], [1], [1]]).pad([0, 3], { value: 1 })),
  ),
  lastElement: bug(
    floats([7]),
    (x) => x.square(),
    (g, x) => g.mul(x).mul(2).narrow(0, 0, 6).pad([0, 1]),
  ),
  // Blocks of four, and a remainder that nobody wrote.
  remainderOfTheLoop: bug(
    floats([11]),
    (x) => x.exp(),
    (g, x) => g.mul(x.exp()).narrow(0, 0, 8).pad([0, 3]),
  ),
  sizeOne: sineWrongWhere(one, (x) => x.numel() === 1),
  dimOfSizeOne: sineWrongWhere(one, (x) => x.shape.includes(1)),
  zeroDim: sineWrongWhere(one, (x) => x.ndim === 0),
  sizeZero: bug(
    one,
    (x) => x.sin(),
    (g, x) => {
      if (x.numel() === 0) throw new RangeError('a kernel that wants at least one element');
      return g.mul(x.cos());
    },
  ),
  emptyBatchGivesNaN: bug(
    floats([5, 4], [4, 2]),
    (x, w) => x.matmul(w),
    (g, x, w) => [g.matmul(w.t()), x.t().matmul(g).div(x.shape[0]).mul(x.shape[0])],
  ),
  broadcastOnly: bug(
    two,
    (a, b) => a.mul(b),
    (g, a, b) => {
      const fit = (x: Tensor, full: Tensor): Tensor => {
        let y = full;
        while (y.ndim > x.ndim) y = y.select(0, 0);
        x.shape.forEach((n, d) => (y = n === 1 ? y.narrow(d, 0, 1) : y));
        return y;
      };
      return [fit(a, g.mul(b)), fit(b, g.mul(a))];
    },
  ),
  stridedInput: bug(
    one,
    (x) => x.sin(),
    (g, x) => g.mul(asLaidOut(x).cos()),
  ),
  inputAtAnOffset: bug(
    one,
    (x) => x.exp(),
    (g, x) => g.mul((x.isContiguous() ? fromStart(x) : x).exp()),
    { says: /begin later in memory/ },
  ),
  cotangentAtAnOffset: bug(
    one,
    (x) => x.sin(),
    (g, x) => (g.isContiguous() ? fromStart(g) : g).mul(x.cos()),
    { says: /begins later in memory/ },
  ),
  cotangentExpandedAlongOneDim: bug(
    one,
    (x) => x.sin(),
    (g, x) => g.mul(x.cos()).mul(g.strides[0] === 0 && g.strides[1] !== 0 ? 1.5 : 1),
    { says: /expanded along its first dim/ },
  ),
  float32Only: bug(
    () => one().map((x) => x.detach().to('float32').requiresGrad_()),
    (x) => x.sin(),
    (g, x) => g.mul(x.cos()).mul(x.dtype === 'float32' ? 1.1 : 1),
    { says: /in float32, but .* in float64/ },
  ),
  overflowsInFloat32: bug(
    () => [tensor([1, 8, 3], { requiresGrad: true })],
    (x) => x.exp().log1p(),
    (g, x) => g.mul(x.exp().mul(1e37)).div(x.exp().add(1).mul(1e37)),
    { says: /is NaN in float32/ },
  ),
  stridedCotangent: bug(
    one,
    (x) => x.sin(),
    (g, x) => asLaidOut(g).mul(x.cos()),
  ),
  sameTensorInBothSlots: bug(
    two,
    (a, b) => a.mul(b),
    (g, a, b) => [g.mul(b), a === b ? null : g.mul(a)],
  ),
  aloneInNeedOfAGradient: behaviour(
    two,
    () => needy,
    (a: Tensor, b: Tensor) => a.mul(b),
  ),

  kinkAboveBothSlopes: bug(
    () => [leaf([-1, 0, 2])],
    (x) => x.relu(),
    (g, x) => g.mul(where(x.eq(0), 5, x.gt(0).to('float64'))),
  ),
  kinkBelowBothSlopes: bug(
    () => [leaf([-1, 0, 2])],
    (x) => x.abs(),
    (g, x) => g.mul(where(x.eq(0), -1.5, x.sign())),
  ),
  kinkWithoutTheDocumentedValue: bug(
    () => [leaf([-1, 0, 2])],
    (x) => x.relu(),
    (g, x) => g.mul(x.ge(0)),
    { options: { subgradient: 'left' } },
  ),
  kinkNaN: bug(
    () => [leaf([[0, 0], [3, 4]])], // prettier-ignore
    (x) => x.norm(2, 1),
    (g, x) => x.div(x.square().sum(1, { keepdim: true }).sqrt()).mul(g.unsqueeze(1)),
  ),
  kinkInfinite: bug(
    () => [leaf([-1, 0, 2])],
    (x) => x.abs(),
    (g, x) => g.mul(where(x.eq(0), Infinity, x.sign())),
  ),
  tiesCountedTwice: bug(
    () => [leaf([1, 2, -1]), leaf([1, 0, 3])],
    (a, b) => maximum(a, b),
    (g, a, b) => [g.mul(a.ge(b)), g.mul(b.ge(a))],
  ),
  tiesOfTheMaximumCountedTwice: bug(
    () => [leaf([[2, 2, 1], [0, 1, 3]])], // prettier-ignore
    (x) => x.amax(1),
    (g, x) => g.unsqueeze(1).mul(x.eq(x.amax(1, { keepdim: true }))),
  ),
  tiesLost: bug(
    () => [leaf([1, 2, -1]), leaf([1, 0, 3])],
    (a, b) => maximum(a, b),
    (g, a, b) => [g.mul(a.gt(b)), g.mul(b.gt(a))],
  ),
  nanWhereItIsZero: bug(
    () => [leaf([0.5, -1, 0, 2])],
    (x) => x.square(),
    (g, x) => g.mul(x.square()).div(x).mul(2),
  ),
  infiniteAtZero: bug(
    () => [leaf([0.5, 0, 2])],
    (x) => x.pow(2),
    (g, x) => g.mul(where(x.eq(0), Infinity, x)).mul(2),
  ),

  oneEntryOfNinetyThousandByThree: linear(151 * 300 + 77, 3),
  oneEntryOfNinetyThousandByAHalf: linear(13 * 300 + 299, 0.5),
  oneEntryOfNinetyThousandByAHundredth: linear(299 * 300 + 1, 0.01),
  oneEntryOfNinetyThousandCurvedByThree: curved(150 * 300 + 150, 3),
  oneEntryOfNinetyThousandCurvedByAHundredth: curved(7 * 300 + 250, 0.01),
  oneEntryMissingInAnElementwiseRule: bug(
    within(0.5, 1.5, [300]),
    (x) => x.square(),
    (g, x) =>
      cat([g.narrow(0, 0, 123), g.narrow(0, 123, 1).mul(0.5), g.narrow(0, 124, 176)])
        .mul(x)
        .mul(2),
    { large: true },
  ),
  oneEntryOfAHundredByAThousandth: bug(
    within(0.5, 1.5, [10]),
    (x) => ones([10, 10], { dtype: 'float64' }).mv(x.square()),
    (g, x) => {
      const errors = zerosLike(x);
      poke(errors, 6, () => 1e-3);
      return g
        .sum()
        .expand([10])
        .mul(x)
        .mul(2)
        .add(errors.mul(g.select(0, 3)));
    },
  ),
};

const wrongAlone = rule<[Tensor, Tensor]>(
  (a, b) => a.mul(b),
  (g, _a, b) => [g.mul(b), g.mul(b)],
);
const rightTogether = rule<[Tensor, Tensor]>(
  (a, b) => a.mul(b),
  (g, a, b) => [g.mul(b), g.mul(a)],
);

/** Right while both inputs need a gradient; with one of them alone it hands out the other's. */
function needy(a: Tensor, b: Tensor): Tensor {
  return a.requiresGrad && b.requiresGrad ? rightTogether(a, b) : wrongAlone(a, b);
}
