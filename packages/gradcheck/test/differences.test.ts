/* Finite differences against derivatives that are known. */
import { differentiate, firstStep, noiseOf, type Differences } from '../src/differences.ts';
import { explore, type Neighbourhood } from '../src/kinks.ts';

const along = (f: (x: number) => number, x: number) => (t: number) => Float64Array.of(f(x + t));

function differencesOf(f: (x: number) => number, x: number): Differences {
  const center = Float64Array.of(f(x));
  const noise = noiseOf(along(f, x), center, 2 ** -30 * (Math.abs(x) || 1), 2 ** -53);
  return differentiate(along(f, x), center, { step: firstStep(x, Math.abs(x)), noise });
}

function neighbourhoodOf(f: (x: number) => number, x: number): Neighbourhood {
  const center = Float64Array.of(f(x));
  return explore(along(f, x), center, Float64Array.of(4e-16), 2 ** -4, [0])[0];
}

describe('extrapolated differences', () => {
  const functions: [string, (x: number) => number, (x: number) => number, number[]][] = [
    ['sin', Math.sin, Math.cos, [0, 0.3, -2, 30]],
    ['exp', Math.exp, Math.exp, [-5, 0.1, 3]],
    ['log', Math.log, (x) => 1 / x, [1e-6, 0.02, 1, 1e6]],
    ['sqrt', Math.sqrt, (x) => 0.5 / Math.sqrt(x), [1e-8, 0.1, 4e5]],
    ['1/x', (x) => 1 / x, (x) => -1 / x ** 2, [0.001, -3]],
    ['fast oscillation', (x) => Math.sin(300 * x), (x) => 300 * Math.cos(300 * x), [0.1, 0.7]],
    ['x⁹', (x) => x ** 9, (x) => 9 * x ** 8, [0.9, -1.3]],
  ];
  test.each(functions)(
    '%s: to nine digits, and the error estimate covers the error',
    (_, f, slope, points) => {
      for (const x of points) {
        const { slope: [numeric], error: [error] } = differencesOf(f, x); // prettier-ignore
        expect(Math.abs(numeric - slope(x))).toBeLessThanOrEqual(10 * error);
        expect(error).toBeLessThanOrEqual(1e-9 * Math.max(1e-3, Math.abs(slope(x))));
      }
    },
  );

  test('noise is found, and the error estimate grows with it', () => {
    const single = (x: number): number => Math.fround(Math.sin(x));
    const center = Float64Array.of(single(0.7));
    const noise = noiseOf(along(single, 0.7), center, 2 ** -15, 2 ** -53);
    expect(noise[0]).toBeGreaterThan(2 ** -27);
    const { slope, error } = differentiate(along(single, 0.7), center, { step: 0.0625, noise });
    expect(Math.abs(slope[0] - Math.cos(0.7))).toBeLessThanOrEqual(10 * error[0]);
    expect(error[0]).toBeLessThan(1e-4);
  });

  test('smooth functions cost four to twelve evaluations, whatever their scale', () => {
    let count = 0;
    const counted = (f: (x: number) => number) => (x: number) => (count++, f(x));
    for (const [f, most] of [
      [(x: number) => 3 * x, 4],
      [(x: number) => x * x, 4],
      [Math.sin, 12],
      [Math.exp, 12],
    ] as const) {
      // prettier-ignore
      count = 0;
      differentiate(along(counted(f), 0.6), Float64Array.of(f(0.6)), {
        step: 2 ** -5,
        noise: Float64Array.of(2e-16),
      });
      expect(count).toBeLessThanOrEqual(most);
    }
  });

  test('a constant has slope 0 without any error', () => {
    expect(differencesOf(() => 0.1, 3)).toMatchObject({
      slope: Float64Array.of(0),
      error: Float64Array.of(0),
    });
  });

  test('a kink at the point is suspect, a smooth point and a kink beside it are not', () => {
    expect(differencesOf(Math.abs, 0).suspect[0]).toBe(1);
    expect(differencesOf((x) => Math.max(x, 2 * x), 0).suspect[0]).toBe(1);
    expect(differencesOf(Math.sqrt, 0).suspect[0]).toBe(1);
    expect(differencesOf(Math.abs, 0.01).suspect[0]).toBe(0);
    expect(differencesOf((x) => x * x * x, 0).suspect[0]).toBe(0);
    expect(differencesOf(Math.cos, 0).suspect[0]).toBe(0);
  });
});

describe('neighbourhoods', () => {
  test.each<[string, (x: number) => number, number, Neighbourhood['kind']]>([
    ['a smooth function', Math.sin, 0.3, 'smooth'],
    ['a maximum', (x) => -x * x, 0, 'smooth'],
    ['|x| x, whose second derivative jumps', (x) => Math.abs(x) * x, 0, 'smooth'],
    ['a kink nearby', (x) => Math.abs(x - 1e-6), 0, 'smooth'],
    ['a kink', Math.abs, 0, 'kink'],
    ['a slight kink', (x) => x + 1e-3 * Math.abs(x), 0, 'kink'],
    ['a jump', Math.sign, 0, 'jump'],
    ['a vertical tangent', Math.cbrt, 0, 'jump'],
    ['the edge of a domain', Math.sqrt, 0, 'edge'],
    ['a pole', (x) => 1 / x, 0, 'edge'],
    ['stairs, on a step', (x) => Math.floor(100 * x) / 100, 0.105, 'smooth'],
  ])('%s', (_, f, x, kind) => {
    expect(neighbourhoodOf(f, x).kind).toBe(kind);
  });

  test('a kink has its slopes on both sides', () => {
    const { left, right, within } = neighbourhoodOf((x) => Math.max(-2 * x, 3 * x), 0);
    expect([left, right]).toEqual([expect.closeTo(-2, 6), expect.closeTo(3, 6)]);
    expect(within).toBeLessThan(1e-6);
  });
});
