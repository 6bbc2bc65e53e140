/* Numbers for tests: seeded sources, cotangents, elements. */
import { fromTypedArray, type Tensor } from '../src/index.ts';
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
