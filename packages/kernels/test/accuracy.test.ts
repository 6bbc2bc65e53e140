import { setFlagsFromString } from 'node:v8';
import { accelerator, reference, supports, type Kernels } from '../src/index.ts';

setFlagsFromString('--experimental-wasm-relaxed-simd');

/** The error allowed, in units of the last place of the exact result. */
const BOUNDS = { exp: 2, expm1: 2, log: 2, log1p: 2, tanh: 4, sigmoid: 4, erf: 4, silu: 4 } as const;
type Name = keyof typeof BOUNDS;

/** Every bit pattern a prime step apart: all exponents, both signs, denormals, infinities, many NaN. */
function everyPattern(step: number): Float32Array {
  const bits = new Uint32Array(Math.floor(2 ** 32 / step));
  for (let i = 0; i < bits.length; i++) bits[i] = i * step;
  return new Float32Array(bits.buffer);
}

/** The arguments where the functions are neither constant nor linear. */
function near(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (20 * (2 * i + 1)) / length - 20);
}

/** Arguments at which something begins or ends. */
const EDGES = Float32Array.of(
  0, -0, 1, -1, Infinity, -Infinity, NaN, 1e-45, -1e-45, 1.17549435e-38, 3.4028235e38, -3.4028235e38, 88.72283, 88.72284,
  -87.33655, -103.97207, -103.97208, -103.28, -104.1, 0.625, -0.625, 0.95, 4, -4, 9.010913, 16.6355, 0.70710677, 1.4142135,
); // prettier-ignore

/** The distance of `actual` from the exact value, in float32 units of its last place. */
function ulps(actual: number, exact: number): number {
  const nearest = Math.fround(exact);
  if (Object.is(actual, nearest) || (actual === 0 && nearest === 0)) return 0;
  if (!(Math.abs(nearest) < Infinity) || !(Math.abs(actual) < Infinity)) {
    // One step short of infinity, or over it, is one unit.
    const limit = 3.4028234663852886e38;
    return Math.abs(actual) >= limit && Math.abs(nearest) >= limit && actual > 0 === nearest > 0
      ? 1
      : Infinity;
  }
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(nearest))));
  return Math.abs(actual - exact) / 2 ** (exponent - 23);
}

function worst(kernels: Kernels, name: Name, x: Float32Array): { error: number; at: number } {
  const out = new Float32Array(x.length);
  kernels[name](x.length, x, 0, out, 0);
  const exact = new Float64Array(x.length);
  reference[name](x.length, Float64Array.from(x), 0, exact, 0);
  let error = 0;
  let at = NaN;
  for (let i = 0; i < x.length; i++) {
    const e = ulps(out[i], exact[i]);
    if (e > error) {
      error = e;
      at = x[i];
    }
  }
  return { error, at };
}

for (const build of ['simd', 'relaxed'] as const) {
  const runs = supports(build) ? describe : describe.skip;
  runs(`float32 functions of the ${build} build`, () => {
    const kernels = { ...reference, ...accelerator(() => build, reference, { always: true }).kernels };
    test.each(Object.keys(BOUNDS) as Name[])('%s is accurate for every kind of argument', (name) => {
      for (const x of [everyPattern(65_537 - 30), near(50_000), EDGES]) {
        const { error, at } = worst(kernels, name, x);
        if (!(error <= BOUNDS[name])) throw new Error(`${name}(${at}) is off by ${error} units`);
      }
    });

    test.each(['gelu', 'geluTanh'] as const)(
      '%s is accurate relative to its argument, as in PyTorch: Φ is accurate near to 1',
      (name) => {
        for (const x of [everyPattern(65_537 - 30), near(50_000)]) {
          const out = new Float32Array(x.length);
          kernels[name](x.length, x, 0, out, 0);
          const exact = new Float64Array(x.length);
          reference[name](x.length, Float64Array.from(x), 0, exact, 0);
          const worst = x.reduce((w, v, i) => {
            const error = Math.abs(out[i] - Math.fround(exact[i])) / (Math.abs(v) * 2 ** -23 + 2 ** -149);
            return error > w ? error : w;
          }, 0);
          expect(worst).toBeLessThanOrEqual(2);
        }
      },
    );

    test.each(['geluGrad', 'geluTanhGrad', 'siluGrad'] as const)(
      '%s is accurate relative to the cotangent, and 0 or 1 far out',
      (name) => {
        const far = Float32Array.of(200, -200, 1e30, -1e30, 3.4028235e38, -3.4028235e38);
        for (const x of [everyPattern(65_537 - 30), near(50_000), far]) {
          const out = new Float32Array(x.length);
          kernels[name](1, x.length, Float32Array.of(1), 0, 0, 0, x, 0, 0, 1, out, 0);
          const exact = new Float64Array(x.length);
          reference[name](1, x.length, Float64Array.of(1), 0, 0, 0, Float64Array.from(x), 0, 0, 1, exact, 0);
          for (let i = 0; i < x.length; i++) {
            if (!(Math.abs(x[i]) < Infinity)) continue;
            const error = Math.abs(out[i] - exact[i]) / 2 ** -23;
            const allowed = Math.abs(x[i]) > 150 ? 1e-30 : 2;
            if (!(error <= allowed)) throw new Error(`${name}(${x[i]}) is off by ${error} units`);
          }
        }
      },
    );

    test('logaddexp with 0 is accurate for every kind of argument', () => {
      for (const x of [everyPattern(65_537 - 30), near(50_000)]) {
        const out = new Float32Array(x.length);
        kernels.logaddexp(1, x.length, x, 0, 0, 1, Float32Array.of(0), 0, 0, 0, out, 0);
        for (let i = 0; i < x.length; i++) {
          const exact = Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i])));
          const error = ulps(out[i], exact);
          if (!(error <= 4)) throw new Error(`softplus(${x[i]}) is off by ${error} units`);
        }
      }
    });

    test('an element is computed alike wherever it stands', () => {
      const x = near(103);
      for (const name of Object.keys(BOUNDS) as Name[]) {
        const whole = new Float32Array(x.length);
        kernels[name](x.length, x, 0, whole, 0);
        for (const start of [1, 2, 3, 50, 101]) {
          const part = new Float32Array(x.length - start);
          kernels[name](part.length, x, start, part, 0);
          expect(part).toEqual(whole.slice(start));
        }
      }
    });
  });
}
