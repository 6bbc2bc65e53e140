import { setFlagsFromString } from 'node:v8';
import { accelerator, reference, supports, type Kernels } from '../src/index.ts';
import { Random } from './conformance/check.ts';
import {
  erfPair,
  expPair,
  expm1Pair,
  geluSlopePair,
  geluTanhPairs,
  log1pPair,
  logPair,
  normalPair,
  sigmoidPair,
  sigmoidPlusPair,
  softplusPair,
  tanhPair,
  times,
  type Pair,
} from './doubleDouble.ts';

setFlagsFromString('--experimental-wasm-relaxed-simd');

/** The error allowed, in units of the last place of the exact result. */
const BOUNDS = { exp: 2, expm1: 2, log: 2, log1p: 2, tanh: 4, sigmoid: 4, erf: 4, silu: 4 } as const;
type Name = keyof typeof BOUNDS;
const names = Object.keys(BOUNDS) as Name[];

interface Exact {
  readonly pair: Pair;
  readonly n: number;
}

const EXACT: Record<Name, (x: number) => Exact> = {
  exp: (x) => expPair([x, 0]),
  expm1: (x) => ({ pair: expm1Pair(x), n: 0 }),
  log: (x) => ({ pair: logPair(x), n: 0 }),
  log1p: (x) => ({ pair: log1pPair(x), n: 0 }),
  tanh: (x) => ({ pair: tanhPair(x), n: 0 }),
  sigmoid: (x) => sigmoidPair([x, 0]),
  erf: (x) => ({ pair: Math.abs(x) > 6 ? [Math.sign(x), 0] : erfPair([x, 0]), n: 0 }),
  silu: (x) => {
    const { pair, n } = sigmoidPair([x, 0]);
    return { pair: times([x, 0], pair), n };
  },
};

/** The distance of `actual` from m·2ⁿ in units of the latter's last place: 2⁻¹⁰⁷⁴ where it is denormal. */
function ulps(actual: number, { pair: [high, low], n }: Exact): number {
  if (high === 0) return actual === 0 ? 0 : Infinity;
  const exponent = Math.max(-1022, Math.floor(Math.log2(Math.abs(high))) + n);
  const half = n >> 1;
  // Both are brought near 1, exactly, and rounding is what remains.
  const near = actual * 2 ** -half * 2 ** -(n - half);
  return Math.abs(near - high - low) * 2 ** (52 - (exponent - n));
}

/** float64 of every exponent and random mantissas. */
function everyExponent(random: Random, each: number): Float64Array {
  const words = new Uint32Array(2 * 2 * 2048 * each);
  for (let i = 0; i < words.length / 2; i++) {
    words[2 * i] = random.integer(0, 0xffffffff);
    words[2 * i + 1] = ((i % 4096) << 20) | random.integer(0, 0xfffff);
  }
  return new Float64Array(words.buffer);
}

/** Arguments spread evenly from low to high. */
const between = (low: number, high: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => low + ((high - low) * (i + 0.37)) / count);

/** What holds at the ends of the range, and at arguments with an exact result. */
const EDGES: Record<Name, readonly (readonly [number, number])[]> = {
  exp: [
    [0, 1], [-0, 1], [Infinity, Infinity], [-Infinity, 0], [NaN, NaN], [1e308, Infinity], [-1e308, 0], [5e-324, 1],
    [709.782712893384, 1.797693134862273e308], [709.7827128933841, Infinity], [-745.1332191019411, 5e-324],
    [-745.1332191019412, 0], [-708.3964185322641, 2.2250738585072626e-308],
  ],
  log: [
    [0, -Infinity], [-0, -Infinity], [1, 0], [-1, NaN], [-5e-324, NaN], [Infinity, Infinity], [-Infinity, NaN],
    [NaN, NaN], [5e-324, -744.4400719213812], [2.2250738585072014e-308, -708.3964185322641],
    [1.7976931348623157e308, 709.782712893384],
  ],
  expm1: [
    [0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -1], [NaN, NaN], [1e308, Infinity], [-1e308, -1],
    [709.782712893384, 1.797693134862273e308], [709.7827128933841, Infinity], [5e-324, 5e-324], [-40, -1],
  ],
  log1p: [
    [0, 0], [-0, -0], [-1, -Infinity], [-2, NaN], [Infinity, Infinity], [-Infinity, NaN], [NaN, NaN],
    [1e308, 709.1962086421661], [5e-324, 5e-324], [-5e-324, -5e-324],
  ],
  tanh: [
    [0, 0], [-0, -0], [Infinity, 1], [-Infinity, -1], [NaN, NaN], [1e308, 1], [-1e308, -1], [5e-324, 5e-324],
    [-5e-324, -5e-324], [20, 1], [-20, -1],
  ],
  sigmoid: [
    [0, 0.5], [-0, 0.5], [Infinity, 1], [-Infinity, 0], [NaN, NaN], [1e308, 1], [-1e308, 0], [40, 1], [-745.2, 0],
    [5e-324, 0.5],
  ],
  erf: [
    [0, 0], [-0, -0], [Infinity, 1], [-Infinity, -1], [NaN, NaN], [1e308, 1], [-1e308, -1], [6, 1], [-6, -1],
    [5e-324, 5e-324], [-1e-300, -1.1283791670955126e-300],
  ],
  silu: [
    [0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, NaN], [NaN, NaN], [1e308, 1e308], [-1e308, -0], [-800, -0],
    [1e-300, 5e-301], [-745, -2.105e-321],
  ],
}; // prettier-ignore

function evaluate(kernels: Kernels, name: Name, x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  kernels[name](x.length, x, 0, out, 0);
  return out;
}

/** Whether the exact result is finite and not 0, so that its error can be measured. */
const measurable: Record<Name, (x: number) => boolean> = {
  exp: (x) => x > -745 && x < 709.78,
  log: (x) => x >= 2.2250738585072014e-308 && x < Infinity,
  expm1: (x) => Math.abs(x) < 700 && Math.abs(x) > 1e-280,
  log1p: (x) => x > -1 && x < Infinity && Math.abs(x) > 1e-140,
  tanh: (x) => Math.abs(x) < Infinity && Math.abs(x) > 1e-280,
  sigmoid: (x) => x > -745 && x < Infinity,
  erf: (x) => Math.abs(x) < Infinity && Math.abs(x) > 1e-280,
  silu: (x) => x > -745 && x < 1e300 && Math.abs(x) > 1e-280,
};

/** A function whose error is not measured against its result: Φ is accurate near to 1, and slopes have zeros. */
interface Measured {
  readonly exact: (x: number) => Pair;
  readonly run: (kernels: Kernels, x: Float64Array, out: Float64Array) => void;
  /** Of which number the error counts units of the last place. */
  readonly unit: (x: number) => number;
}

const ofArgument = (x: number): number => Math.abs(x);
const ofCotangent = (): number => 1;
const slope =
  (name: 'geluGrad' | 'geluTanhGrad' | 'siluGrad'): Measured['run'] =>
  (kernels, x, out) =>
    kernels[name](1, x.length, Float64Array.of(1), 0, 0, 0, x, 0, 0, 1, out, 0);

const MEASURED: Record<string, Measured> = {
  gelu: {
    exact: (x) => times([x, 0], normalPair(x)),
    run: (kernels, x, out) => kernels.gelu(x.length, x, 0, out, 0),
    unit: ofArgument,
  },
  geluTanh: {
    exact: (x) => times([x, 0], sigmoidPlusPair(geluTanhPairs(x).v, [0, 0])),
    run: (kernels, x, out) => kernels.geluTanh(x.length, x, 0, out, 0),
    unit: ofArgument,
  },
  geluGrad: { exact: geluSlopePair, run: slope('geluGrad'), unit: ofCotangent },
  geluTanhGrad: {
    exact: (x) => sigmoidPlusPair(geluTanhPairs(x).v, geluTanhPairs(x).slope),
    run: slope('geluTanhGrad'),
    unit: ofCotangent,
  },
  siluGrad: { exact: (x) => sigmoidPlusPair([x, 0], [x, 0]), run: slope('siluGrad'), unit: ofCotangent },
};

test('the arithmetic to judge by knows more digits than float64 holds', () => {
  // e and ln 10 in two parts each, from 40 digits.
  expect(expPair([1, 0])).toEqual({ pair: [2.718281828459045 / 2, 1.4456468917292502e-16 / 2], n: 1 });
  expect(logPair(10)).toEqual([2.302585092994046, -2.1707562233822494e-16]);
  // From 60 digits.
  const near = ([high, low]: Pair, [h, l]: Pair): void => {
    expect(high).toBe(h);
    expect(Math.abs(low - l)).toBeLessThan(1e-30);
  };
  near(erfPair([1.5, 0]), [0.9661051464753108, -3.3867031441680696e-17]);
  near(normalPair(-1.5), [0.06680720126885807, -5.303515941678518e-18]);
  near(geluSlopePair(1.5), [1.1274691922299795, -1.893407113214023e-17]);
  near(softplusPair(-1.5), [0.2014132779827524, 5.983480094223443e-19]);
  near(
    sigmoidPlusPair(geluTanhPairs(1.5).v, geluTanhPairs(1.5).slope),
    [1.1277107931514332, -1.0686586817411026e-16],
  );
});

for (const build of ['simd', 'relaxed'] as const) {
  const runs = supports(build) ? describe : describe.skip;
  runs(`float64 functions of the ${build} build`, () => {
    const kernels = { ...reference, ...accelerator(() => build, reference, { always: true }).kernels };

    test.each(names)('%s is accurate for arguments of every exponent (seed 64)', (name) => {
      const random = new Random(64);
      for (const x of [everyExponent(random, 2), between(-20, 20, 4000), between(0.5, 2, 2000), between(-745, 710, 3000)]) {
        const out = evaluate(kernels, name, x);
        for (let i = 0; i < x.length; i++) {
          if (!measurable[name](x[i])) continue;
          const error = ulps(out[i], EXACT[name](x[i]));
          if (!(error <= BOUNDS[name])) throw new Error(`${name}(${x[i]}) = ${out[i]} is off by ${error} units`);
        }
      }
    }); // prettier-ignore

    test.each(Object.keys(MEASURED))('%s is accurate for arguments of every exponent (seed 65)', (name) => {
      const { exact, run, unit } = MEASURED[name];
      const exponents = everyExponent(new Random(65), 1).filter(
        (x) => Math.abs(x) < 30 && Math.abs(x) > 1e-250,
      );
      for (const x of [exponents, between(-30, 30, 4000), between(-3, 3, 4000)]) {
        const out = new Float64Array(x.length);
        run(kernels, x, out);
        for (let i = 0; i < x.length; i++) {
          const [high, low] = exact(x[i]);
          const error = Math.abs(out[i] - high - low) / (unit(x[i]) * 2 ** -52);
          if (!(error <= 2)) throw new Error(`${name}(${x[i]}) = ${out[i]} is off by ${error} units`);
        }
      }
    });

    test('softplus is accurate, and so is its tail', () => {
      for (const x of [between(-600, 40, 4000), between(-4, 4, 4000)]) {
        const out = new Float64Array(x.length);
        kernels.logaddexp(1, x.length, x, 0, 0, 1, Float64Array.of(0), 0, 0, 0, out, 0);
        for (let i = 0; i < x.length; i++) {
          const error = ulps(out[i], { pair: softplusPair(x[i]), n: 0 });
          if (!(error <= 4)) throw new Error(`softplus(${x[i]}) = ${out[i]} is off by ${error} units`);
        }
      }
    });

    test('gelu and its slopes are right for infinities, NaN and huge arguments', () => {
      const of = (name: string, ...x: number[]): number[] => {
        const out = new Float64Array(x.length);
        MEASURED[name].run(kernels, Float64Array.from(x), out);
        return [...out];
      };
      for (const name of ['gelu', 'geluTanh'])
        expect(of(name, 1e308, -1e308, Infinity, -Infinity, NaN, -50, 50, 0, -0)).toEqual([
          1e308,
          -0,
          Infinity,
          NaN,
          NaN,
          -0,
          50,
          0,
          -0,
        ]);
      for (const name of ['geluGrad', 'geluTanhGrad'])
        expect(of(name, 1e308, -1e308, -50, 50, NaN).map((v) => v + 0)).toEqual([1, 0, 0, 1, NaN]);
    });

    test.each(names)(
      '%s is right at its edges, for infinities, NaN, denormals and huge arguments',
      (name) => {
        const x = Float64Array.from(EDGES[name], ([argument]) => argument);
        const out = evaluate(kernels, name, x);
        EDGES[name].forEach(([argument, expected], i) => {
          const close =
            Object.is(out[i], expected) || Math.abs(out[i] - expected) <= Math.abs(expected) * 2 ** -51;
          if (!close) throw new Error(`${name}(${argument}) = ${out[i]}, not ${expected}`);
        });
      },
    );

    test.each(names)('%s computes an element alike wherever it stands', (name) => {
      const x = between(-20, 20, 53);
      const whole = evaluate(kernels, name, x);
      for (const start of [1, 2, 3, 50]) {
        const out = new Float64Array(x.length - start);
        kernels[name](out.length, x, start, out, 0);
        expect(out).toEqual(whole.slice(start));
      }
    });
  });
}
