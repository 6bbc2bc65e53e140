import { multinomial, ones, tensor, zeros, type Tensor } from '../../src/index.ts';
import {
  fillBernoulli,
  fillExponential,
  fillNormal,
  fillRandint,
  fillRandperm,
  fillTruncNormal,
  fillUniform,
} from '../../src/random/distributions.ts';
import { Generator } from '../../src/random/generator.ts';

describe('what cannot be drawn is refused before anything is', () => {
  const f32 = new Float32Array(4).fill(7);
  const i32 = new Int32Array(4).fill(7);
  const u8 = new Uint8Array(4).fill(7);
  const cases: [string, (g: Generator) => void, string][] = [
    ['a fractional seed', (g) => g.manualSeed(1.5), 'manualSeed: the seed must be an integer, got 1.5'],
    ['a NaN seed', (g) => g.manualSeed(NaN), 'manualSeed: the seed must be an integer, got NaN'],
    ['an inexact seed', (g) => g.manualSeed(2 ** 60), 'pass it as a bigint'],
    ['a seed of 65 bits', (g) => g.manualSeed(2n ** 64n), 'must lie in [-2^63, 2^64)'],
    ['a seed below −2⁶³', (g) => g.manualSeed(-(2n ** 63n) - 1n), 'must lie in [-2^63, 2^64)'],
    ['a reversed range', (g) => fillUniform(f32, 2, 1, g), 'but found from=2 > to=1'],
    ['a NaN bound', (g) => fillUniform(f32, NaN, 1, g), 'uniform: from is out of bounds for float32: NaN'],
    [
      'a bound past the dtype',
      (g) => fillUniform(f32, 0, 1e39, g),
      'uniform: to is out of bounds for float32',
    ],
    [
      'a width past the dtype',
      (g) => fillUniform(f32, -3e38, 3e38, g),
      'uniform: to - from must not overflow',
    ],
    ['a NaN mean', (g) => fillNormal(f32, NaN, 1, g), 'normal: the mean is NaN'],
    ['a negative std', (g) => fillNormal(f32, 0, -1, g), 'normal: expects std >= 0.0, but found std -1'],
    ['a NaN std', (g) => fillNormal(f32, 0, NaN, g), 'normal: expects std >= 0.0, but found std NaN'],
    ['an empty range', (g) => fillRandint(i32, 3, 3, g), "randint: expects 'from' to be less than 'to'"],
    ['a fractional low', (g) => fillRandint(i32, 0.5, 3, g), 'randint: low must be an integer, got 0.5'],
    ['an infinite high', (g) => fillRandint(i32, 0, Infinity, g), 'randint: high must be an integer'],
    [
      'a negative low for uint8',
      (g) => fillRandint(u8, -1, 3, g),
      'randint: from is out of bounds for uint8: -1',
    ],
    [
      'a high past uint8',
      (g) => fillRandint(u8, 0, 257, g),
      'randint: to - 1 is out of bounds for uint8: 256',
    ],
    [
      'a high past int32',
      (g) => fillRandint(i32, 0, 2 ** 32, g),
      'randint: to - 1 is out of bounds for int32',
    ],
    ['p above 1', (g) => fillBernoulli(f32, 1.5, g), 'bernoulli: expects p to be in [0, 1], but got p=1.5'],
    ['p NaN', (g) => fillBernoulli(f32, NaN, g), 'bernoulli: expects p to be in [0, 1], but got p=NaN'],
    ['one p below 0', (g) => fillBernoulli(f32, [0, 1, 0, -0.1], g), 'but got p[3]=-0.1'],
    ['too few p', (g) => fillBernoulli(f32, [0, 1], g), 'bernoulli: got 2 probabilities for 4 elements'],
    ['a negative n', (g) => fillRandperm(i32, -1, g), 'randperm: n must be a non-negative integer, got -1'],
    ['an n that does not fit', (g) => fillRandperm(i32, 5, g), 'randperm: n is 5, but there are 4 elements'],
    [
      'an n past uint8',
      (g) => fillRandperm(new Uint8Array(257), 257, g),
      'n = 257 is too large for the dtype',
    ],
    ['λ = 0', (g) => fillExponential(f32, 0, g), 'exponential: expects lambda > 0.0, but found lambda=0'],
    ['a reversed truncation', (g) => fillTruncNormal(f32, 0, 1, 2, -2, g), 'truncNormal: expects a <= b'],
    ['another caller’s mistake', (g) => fillBernoulli(f32, 2, g, 'dropout'), 'dropout: expects p'],
  ];
  test.each(cases)('%s', (_, attempt, message) => {
    const g = new Generator(6);
    expect(() => attempt(g)).toThrow(message);
    expect(g.getState()).toEqual(new Generator(6).getState());
    for (const out of [f32, i32, u8]) expect(Array.from(out)).toEqual([7, 7, 7, 7]);
  });
});

describe('multinomial draws nothing', () => {
  const with2 = (p: Tensor) => (generator: Generator) => multinomial(p, 2, { replacement: true, generator });
  const one = (p: Tensor) => (generator: Generator) => multinomial(p, 1, { generator });
  it.each<[string, (g: Generator) => Tensor, string]>([
    ['from a number', one(tensor(1)), 'multinomial: prob_dist must be 1 or 2 dim, got shape []'],
    ['from three dims', one(ones([1, 1, 2])), 'prob_dist must be 1 or 2 dim, got shape [1, 1, 2]'],
    [
      'from integers',
      one(ones([2], { dtype: 'int32' })),
      'only supports floating-point dtypes for input, got: int32',
    ],
    [
      'of no samples',
      (generator) => multinomial(ones([2]), 0, { generator }),
      'cannot sample n_sample <= 0 samples',
    ],
    [
      'of 1.5 samples',
      (generator) => multinomial(ones([2]), 1.5, { generator }),
      'must be a positive integer, got 1.5',
    ],
    [
      'of more than there are, without replacement',
      (generator) => multinomial(ones([2, 3]), 4, { generator }),
      'cannot sample n_sample > prob_dist.size(-1) samples without replacement, got 4 of 3',
    ],
    [
      'from too many categories',
      one(zeros([1]).expand([2 ** 24 + 1])),
      'number of categories cannot exceed 2^24',
    ],
    ['where one is negative', one(tensor([1, -0.5])), 'either inf, nan or element < 0: got -0.5'],
    ['where one is NaN', one(tensor([[1, 2], [NaN, 1]])), 'element < 0: got NaN'], // prettier-ignore
    ['where one is infinite, with replacement', with2(tensor([1, Infinity])), 'element < 0: got Infinity'],
    ['where all are 0', one(tensor([[1, 2], [0, 0]])), 'invalid multinomial distribution (sum of probabilities <= 0), got zeros only in row 1'], // prettier-ignore
    ['where all are 0, with replacement', with2(zeros([3])), 'sum of probabilities <= 0'],
    ['where there is none, with replacement', with2(zeros([2, 0])), 'sum of probabilities <= 0'],
  ])('%s', (_, attempt, message) => {
    const g = new Generator(6);
    expect(() => attempt(g)).toThrow(message);
    expect(g.getState()).toEqual(new Generator(6).getState());
  });

  it('for no rows', () => {
    const g = new Generator(6);
    for (const replacement of [false, true]) {
      const drawn = multinomial(zeros([0, 3]), 2, { replacement, generator: g });
      expect([drawn.shape, drawn.dtype]).toEqual([[0, 2], 'int32']);
    }
    expect(g.getState()).toEqual(new Generator(6).getState());
  });
});

it('multinomial draws the impossible only after all that is possible, in order, and records nothing', () => {
  const p = tensor([0, 0, 2, 0, 1], { requiresGrad: true });
  const drawn = multinomial(p, 5, { generator: new Generator(1) });
  expect(drawn.requiresGrad).toBe(false);
  const list = drawn.toArray() as number[];
  expect(list.slice(0, 2).sort()).toEqual([2, 4]);
  expect(list.slice(2)).toEqual([0, 1, 3]);
});
