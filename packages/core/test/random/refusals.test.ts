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
