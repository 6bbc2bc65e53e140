import { erf, erfinv } from '../../src/random/erfinv.ts';
import { fma } from '../../src/random/fma.ts';
import { Generator } from '../../src/random/generator.ts';

describe('the arithmetic below the streams', () => {
  it('fuses a multiplication and an addition as exact rational arithmetic rounds them', () => {
    // Everything over a common power of two, as integers; Number(bigint) rounds once, ties to even.
    const scaled = (x: number, power: number): bigint => BigInt(x * 2 ** power);
    const g = new Generator(17);
    const wrong: number[][] = [];
    for (let i = 0; i < 20000; i++) {
      const [a, b] = [g.random53() - 0.5, g.random53() * 2 ** (i % 7)];
      // Every third sum cancels but for the rounding error of the product.
      const c = i % 3 === 0 ? -a * b : (g.random53() - 0.5) * 2 ** ((i % 61) - 50);
      const exact = Number(scaled(a, 60) * scaled(b, 60) + scaled(c, 120)) * 2 ** -120;
      if (fma(a, b, c) !== exact) wrong.push([a, b, c]);
    }
    expect(wrong).toEqual([]);
  });

  it('knows erf and its inverse', () => {
    // Abramowitz & Stegun, table 7.1, and Wolfram's erf(3).
    expect(erf(0.5)).toBeCloseTo(0.5204998778, 10);
    expect(erf(2)).toBeCloseTo(0.995322265, 9);
    expect(erf(-3)).toBeCloseTo(-0.9999779095030014, 15);
    expect([erf(0), erf(7), erf(-Infinity), erf(NaN)]).toEqual([0, 1, -1, NaN]);
    for (const y of [-0.99, -0.5, 0.01, 0.7, 0.9999]) expect(erf(erfinv(y, (x) => x))).toBeCloseTo(y, 14);
    expect([erfinv(1, Math.fround), erfinv(-1, Math.fround), erfinv(2, Math.fround)]).toEqual([
      Infinity,
      -Infinity,
      NaN,
    ]);
  });
});
