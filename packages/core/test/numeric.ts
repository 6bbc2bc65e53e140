/* The numerical side of the tests: derivatives by finite differences, which know nothing of the tape. */
import { add, fromTypedArray, grad, mul, sumToSize, tensor, type Tensor } from '../src/index.ts';
import { Generator } from '../src/random/generator.ts';

/** A seeded source of numbers for tests. */
export interface Source {
  readonly seed: number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** An integer in [low, high). */
  integer(low: number, high: number): number;
}

/** A source whose seed comes from a name, or from RETROGRAD_TEST_SEED. */
export function sourceOf(name: string): Source {
  const fromName = [...name].reduce((h, c) => (Math.imul(h, 31) + c.charCodeAt(0)) | 0, 7) >>> 0;
  return seededSource(Number(process.env['RETROGRAD_TEST_SEED'] ?? fromName));
}

export function seededSource(seed: number): Source {
  const generator = new Generator(seed);
  const uniform = (low: number, high: number): number => low + (high - low) * generator.random53();
  return { seed, uniform, integer: (low, high) => Math.floor(uniform(low, high)) };
}

/** A float64 tensor of values that are neither all alike nor special: never ones, which hide mistakes. */
export function randomLike(x: Tensor, source: Source): Tensor {
  const data = Array.from(
    { length: x.numel() },
    () => source.uniform(0.5, 1.5) * (source.uniform(0, 1) < 0.5 ? -1 : 1),
  );
  return fromTypedArray(new Float64Array(data), x.shape);
}

/** The elements in row-major order. */
export function elements(x: Tensor): number[] {
  return Array.from(x.detach().contiguous().data);
}

type TensorFunction = (...inputs: Tensor[]) => Tensor;

/** Σ a·b, a 0-d tensor. */
export function innerProduct(a: Tensor, b: Tensor): Tensor {
  return sumToSize(mul(a, b), []);
}

/**
 * Compares the gradients of f at the inputs that require grad with finite differences, for a random cotangent; with
 * `order` 2 the gradients of those gradients too (with respect to inputs and cotangent), and so on.
 *
 * @returns A description of the worst disagreement, or null if there is none.
 */
export function gradientMismatch(
  f: TensorFunction,
  inputs: readonly Tensor[],
  order: number,
  source: Source,
): string | null {
  const y = f(...inputs);
  const v = randomLike(y, source);
  const wanted = inputs.filter((x) => x.requiresGrad);
  // A result without history has the gradient zero: finite differences must agree.
  const analytic = y.requiresGrad
    ? grad(y, wanted, { gradOutputs: v, allowUnused: true })
    : wanted.map(() => null);
  for (let k = 0; k < wanted.length; k++) {
    const g = analytic[k];
    const mismatch = compare(
      () => elements(f(...inputs)),
      elements(v),
      wanted[k],
      g === null ? null : elements(g),
    );
    if (mismatch !== null) return `input ${inputs.indexOf(wanted[k])}: ${mismatch}`;
  }
  if (order < 2 || !y.requiresGrad) return null;
  const weights = wanted.map((x) => randomLike(x, source));
  const gradients: TensorFunction = (...all) => {
    const cotangent = all[all.length - 1];
    const xs = all.slice(0, -1);
    const out = f(...xs);
    const gs = grad(
      out,
      xs.filter((x) => x.requiresGrad),
      { gradOutputs: cotangent, createGraph: true, allowUnused: true },
    );
    return gs
      .map((g, i) => (g === null ? tensor(0, { dtype: 'float64' }) : innerProduct(g, weights[i])))
      .reduce((a, b) => add(a, b));
  };
  v.requiresGrad_();
  const next = gradientMismatch(gradients, [...inputs, v], order - 1, source);
  return next === null ? null : `next order, ${next}`;
}

/** Throws what {@link gradientMismatch} finds. */
export function checkGradients(
  f: TensorFunction,
  inputs: readonly Tensor[],
  order = 2,
  source = seededSource(1),
): void {
  const mismatch = gradientMismatch(f, inputs, order, source);
  if (mismatch !== null) throw new Error(`gradient check failed (seed ${source.seed}): ${mismatch}`);
}

/** d⟨v, f⟩/dx by central differences extrapolated to step 0 (Richardson), element by element, against `analytic`. */
function compare(
  f: () => number[],
  v: readonly number[],
  x: Tensor,
  analytic: readonly number[] | null,
): string | null {
  const { array } = x.storage;
  const indices = elementIndices(x);
  const value = (): number => f().reduce((s, y, i) => s + (v[i] === 0 ? 0 : y * v[i]), 0);
  for (let e = 0; e < indices.length; e++) {
    const at = indices[e];
    const original = array[at];
    const slope = (h: number): number => {
      array[at] = original + h;
      const up = value();
      array[at] = original - h;
      const down = value();
      array[at] = original;
      return (up - down) / (2 * h);
    };
    const coarse = slope(2e-3);
    const middle = slope(1e-3);
    const fine = slope(5e-4);
    const first = (4 * middle - coarse) / 3;
    const second = (4 * fine - middle) / 3;
    const numeric = (16 * second - first) / 15;
    const got = analytic === null ? 0 : analytic[e];
    const tolerance = 2e-7 * Math.max(1, Math.abs(numeric)) + 20 * Math.abs(numeric - second);
    if (!(Math.abs(got - numeric) <= tolerance)) {
      return `element ${e}: analytic ${got}, numeric ${numeric}`;
    }
  }
  return null;
}

/** Where each element of x, in row-major order, lies in its storage. */
function elementIndices(x: Tensor): number[] {
  return x.shape.reduce<number[]>(
    (all, extent, dim) =>
      all.flatMap((at) => Array.from({ length: extent }, (_, i) => at + i * x.strides[dim])),
    [x.offset],
  );
}
