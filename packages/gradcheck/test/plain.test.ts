/* Derivatives of plain functions, written by hand. */
import {
  checkGradient,
  checkHessianVectorProduct,
  checkJacobian,
  type GradcheckReport,
} from '../src/index.ts';

const diagnoses = ({ failures }: GradcheckReport): string[] =>
  failures.flatMap((one) => (one.kind === 'gradient' ? [...one.diagnosis] : []));

describe('checkGradient', () => {
  test('of numbers, arrays, typed arrays, matrices and objects', () => {
    expect(
      checkGradient({ f: (x: number) => Math.sin(x), gradient: (x) => Math.cos(x), at: 0.3 }).verdict,
    ).toBe('pass');
    expect(
      checkGradient({
        f: (x) => x[0] * Math.exp(x[1]),
        gradient: (x) => [Math.exp(x[1]), x[0] * Math.exp(x[1])],
        at: [2, 0.5],
      }).verdict,
    ).toBe('pass');
    const cubes = (x: Float64Array): Float64Array => x.map((v) => 3 * v * v);
    expect(
      checkGradient({
        f: (x) => x.reduce((s, v) => s + v ** 3, 0),
        gradient: cubes,
        at: Float64Array.of(1, -2, 3),
      }).verdict,
    ).toBe('pass');
    const loss = {
      f: ({ w, b }: { w: number[][]; b: number }) => (w[0][0] * w[1][1] - w[0][1] * w[1][0]) * Math.exp(b),
      gradient: ({ w, b }: { w: number[][]; b: number }) => ({
        w: [[w[1][1], -w[1][0]], [-w[0][1], w[0][0]]].map((row) => row.map((v) => v * Math.exp(b))), // prettier-ignore
        b: (w[0][0] * w[1][1] - w[0][1] * w[1][0]) * Math.exp(b),
      }),
      at: { w: [[1, 2], [3, 4.5]], b: 0.1 }, // prettier-ignore
    };
    expect(checkGradient(loss).verdict).toBe('pass');
    const wrong = {
      ...loss,
      gradient: (x: typeof loss.at) => ({
        ...loss.gradient(x),
        w: loss.gradient(x).w.map((_, i, all) => all.map((row) => row[i])),
      }),
    };
    const report = checkGradient(wrong, { name: 'loss' });
    expect(diagnoses(report)).toContain('looks transposed');
    expect(report.failures[0]).toMatchObject({ place: { output: 'f(x)', input: 'x.w' } });
    expect(String(report)).toContain('✗ loss: wrong gradient');
  });

  test('finds what a hand forgets', () => {
    const check = (f: (x: number[]) => number, gradient: (x: number[]) => number[]) =>
      diagnoses(checkGradient({ f, gradient, at: [0.5, 2] }))[0];
    expect(check((x) => x[0] ** 2 + x[1], (x) => [x[0], 1])).toBe('half of what it should be'); // prettier-ignore
    expect(check((x) => x[0] / x[1], (x) => [1 / x[1], x[0] / x[1] ** 2])).toBe('sign flipped'); // prettier-ignore
    expect(check((x) => Math.log(x[0]) + x[1], (x) => [1 / x[0], 0])).toBe('zero where it should not be'); // prettier-ignore
  });

  test('runs float32 code in float64 where it is given arrays, else with its roundoff', () => {
    const dot = (x: Float32Array | Float64Array): number => Array.from(x).reduce((s, v) => s + v * v, 0);
    expect(
      checkGradient({ f: dot, gradient: (x) => Array.from(x, (v) => 2 * v), at: Float32Array.of(0.1, 0.2) })
        .verdict,
    ).toBe('pass');
    const single = (x: Float32Array | Float64Array): number => Math.fround(Math.sin(x[0]));
    expect(
      checkGradient({
        f: single,
        gradient: (x) => [Math.cos(x[0])].map((v) => x.map(() => v))[0],
        at: Float32Array.of(0.7),
      }).verdict,
    ).toBe('pass');
    expect(
      checkGradient({
        f: single,
        gradient: (x) => x.map((v) => 1.05 * Math.cos(v)),
        at: Float32Array.of(0.7),
      }).verdict,
    ).toBe('fail');
  });

  test('kinks and large inputs are treated as with tensors', () => {
    const norm1 = {
      f: (x: number[]) => x.reduce((s, v) => s + Math.abs(v), 0),
      gradient: (x: number[]) => x.map(Math.sign),
    };
    expect(checkGradient({ ...norm1, at: [1, 0, -2] })).toMatchObject({
      verdict: 'pass',
      kinks: [{ place: { inputIndex: [1] } }],
    });
    const at = Float64Array.from({ length: 2000 }, (_, i) => Math.sin(i));
    const f = (x: Float64Array): number => x.reduce((s, v) => s + v ** 4, 0);
    const slip = (x: Float64Array): Float64Array => x.map((v, i) => 4 * v ** 3 + (i === 1234 ? 1e-3 : 0));
    expect(
      checkGradient({ f, gradient: (x) => x.map((v) => 4 * v ** 3), at }, { maxEntries: 1000 }),
    ).toMatchObject({
      verdict: 'pass',
      tier: 'sampled',
    });
    expect(
      checkGradient({ f, gradient: slip, at }, { maxEntries: 1000, samples: 16 }).failures[0],
    ).toMatchObject({
      place: { inputIndex: [1234] },
    });
  });

  test('says what cannot be checked', () => {
    expect(() => checkGradient({ f: (x: number[]) => x[0], gradient: () => [1, 2], at: [1] })).toThrow(
      /checkGradient: the gradient has the shape .*\[2\], where .*\[1\] is expected/,
    );
    expect(() => checkGradient({ f: () => { throw new Error('no'); }, gradient: () => [1], at: [1] })).toThrow(/checkGradient: no/); // prettier-ignore
    expect(() => checkGradient({ f: () => 1, gradient: () => 'x', at: 1 })).toThrow(
      /expected a number, an array/,
    );
    expect(() => checkGradient({ f: () => 1, gradient: () => [], at: [] })).toThrow(
      /nothing to differentiate/,
    );
    expect(() => checkGradient({ f: 3 as never, gradient: () => 1, at: 1 })).toThrow(
      /expected f to be a function, got number/,
    );
  });
});

describe('checkJacobian', () => {
  const f = (x: number[]): number[] => [x[0] * x[1], Math.sin(x[1]), x[0] ** 3];
  const jacobian = (x: number[]): number[][] => [[x[1], x[0]], [0, Math.cos(x[1])], [3 * x[0] ** 2, 0]]; // prettier-ignore

  test('takes rows, or one flat array', () => {
    expect(checkJacobian({ f, jacobian, at: [2, 3] }).verdict).toBe('pass');
    expect(
      checkJacobian({ f, jacobian: (x) => Float64Array.from(jacobian(x).flat()), at: [2, 3] }).verdict,
    ).toBe('pass');
  });

  test('names the entry', () => {
    const wrong = (x: number[]): number[][] => jacobian(x).map((row, i) => (i === 1 ? [0, -row[1]] : row));
    const [finding] = checkJacobian({ f, jacobian: wrong, at: [2, 3] }).failures;
    if (finding.kind !== 'gradient') throw new Error('no wrong gradient');
    expect(finding.place).toMatchObject({ outputIndex: [1], inputIndex: [1] });
    expect(finding.ratio).toBeCloseTo(-1, 8);
    const square = { f: (x: number[]) => [x[0] * x[1], x[1]], at: [2, 3] };
    const transposed = (x: number[]): number[][] => [[x[1], 0], [x[0], 1]]; // prettier-ignore
    expect(diagnoses(checkJacobian({ ...square, jacobian: transposed }))[0]).toMatch(/transposed Jacobian/);
    expect(() => checkJacobian({ ...square, jacobian: () => [[1, 2, 3]] })).toThrow(
      /shape \[1,3\], where \[2, 2\] is expected/,
    );
  });
});

describe('checkHessianVectorProduct', () => {
  const gradient = (x: number[]): number[] => [2 * x[0] * x[1], x[0] ** 2 + Math.cos(x[1])];
  test('right and wrong', () => {
    const product = (x: number[], v: number[]): number[] => [
      2 * x[1] * v[0] + 2 * x[0] * v[1],
      2 * x[0] * v[0] - Math.sin(x[1]) * v[1],
    ];
    expect(checkHessianVectorProduct({ gradient, hessianVectorProduct: product, at: [1, 2] }).verdict).toBe(
      'pass',
    );
    const forgetful = (x: number[], v: number[]): number[] => [2 * x[1] * v[0], product(x, v)[1]];
    expect(checkHessianVectorProduct({ gradient, hessianVectorProduct: forgetful, at: [1, 2] }).verdict).toBe(
      'fail',
    );
  });
});

describe('what hand-written gradients owe beside the numbers', () => {
  const f = (x: number[]): number => Math.sin(x[0]) * x[1];
  const gradient = (x: number[]): number[] => [Math.cos(x[0]) * x[1], Math.sin(x[0])];
  const messages = ({ failures }: GradcheckReport): string =>
    failures
      .map((one) => (one.kind === 'invariant' ? `${one.invariant}: ${one.message}` : one.kind))
      .join('; ');

  test('what is right holds', () => {
    const { verdict, invariants } = checkGradient({ f, gradient, at: [0.5, 0.2] });
    expect(verdict).toBe('pass');
    expect(invariants).toEqual(
      expect.arrayContaining(['two runs agree bit for bit', 'inputs are not modified']),
    );
  });

  test('functions that write to their argument', () => {
    const shifts = (x: number[]): number[] => {
      const g = gradient(x);
      x[0] += 1;
      return g;
    };
    expect(messages(checkGradient({ f, gradient: shifts, at: [0.5, 0.2] }))).toBe(
      'inputs are not modified: gradient writes to an argument',
    );
    const clears = (x: number[]): number => {
      const y = f(x);
      x.fill(0);
      return y;
    };
    expect(messages(checkGradient({ f: clears, gradient, at: [0.5, 0.2] }))).toBe(
      'inputs are not modified: f writes to an argument',
    );
  });

  test('gradients that differ from call to call', () => {
    let calls = 0;
    const drifts = (x: number[]): number[] => gradient(x).map((g) => g * (1 + 1e-14 * calls++));
    expect(messages(checkGradient({ f, gradient: drifts, at: [0.5, 0.2] }))).toMatch(
      /two runs agree bit for bit: in a second run the derivative by x\[0\] is .* instead of /,
    );
  });

  test('products that are no linear function of the vector', () => {
    const curl = (x: number[]): number[] => x.map(Math.cos);
    const products: ((x: number[], v: number[]) => number[])[] = [
      (x, v) => x.map((xi, i) => -Math.sin(xi) * Math.abs(v[i])),
      (x, v) => x.map((xi, i) => (-Math.sin(xi) * v[i]) / Math.hypot(...v)),
      (x, v) => x.map((xi, i) => -Math.sin(xi) * v[i] * (Math.hypot(...v) > 10 ? 2 : 1)),
    ];
    for (const hessianVectorProduct of products) {
      const report = checkHessianVectorProduct({ gradient: curl, hessianVectorProduct, at: [0.4, -0.7] });
      expect(messages(report)).toMatch(/linear in the vector: at x\[[01]\], H\(.*\) is .* but .*Hv.* is /);
    }
  });

  test('gradients that are wrong for Float32Arrays only', () => {
    const sines = (x: Float32Array): number => x.reduce((s, v) => s + Math.sin(v), 0);
    const cosines = (scale: number) => (x: Float32Array): Float32Array =>
      x.map((v) => Math.cos(v) * (x instanceof Float32Array ? scale : 1)); // prettier-ignore
    const at = Float32Array.of(0.3, 0.7);
    expect(messages(checkGradient({ f: sines, gradient: cosines(2), at }))).toMatch(
      /the gradient of x\[0\] is 1.91067 in float32, but 0.955336 in float64/,
    );
    expect(checkGradient({ f: sines, gradient: cosines(1), at }).verdict).toBe('pass');
  });
});
