import { Generator } from '@retrograd/core';

const { cos, floor, log, PI, sqrt } = Math;

/** A seeded source of numbers. */
export class RandomSource {
  private readonly generator: Generator;

  constructor(seed: number) {
    this.generator = new Generator(seed);
  }

  /** Uniform in [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.generator.random53();
  }

  /** An integer in [low, high). */
  integer(low: number, high: number): number {
    return floor(this.uniform(low, high));
  }

  sign(): number {
    return this.generator.random53() < 0.5 ? -1 : 1;
  }

  normal(): number {
    return sqrt(-2 * log(1 - this.generator.random53())) * cos(2 * PI * this.generator.random53());
  }

  /** Numbers that are neither all alike nor special: 0.5 to 1.5 with random signs. */
  cotangent(n: number): Float64Array {
    return Float64Array.from({ length: n }, () => this.sign() * this.uniform(0.5, 1.5));
  }

  signs(n: number): Float64Array {
    return Float64Array.from({ length: n }, () => this.sign());
  }

  /** Integers of at most `limit` that are not 0. */
  integers(n: number, limit: number): Float64Array {
    return Float64Array.from({ length: n }, () => this.sign() * this.integer(1, limit + 1));
  }

  /** 0 … n - 1 in random order. */
  permutation(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const k = this.integer(0, i + 1);
      [order[i], order[k]] = [order[k], order[i]];
    }
    return order;
  }
}

/** A seed of its own for each purpose, so that one more random number here does not change those there. */
export function seedFor(seed: number, purpose: string): number {
  let hash = seed | 0;
  for (const c of purpose) hash = (Math.imul(hash, 31) + c.charCodeAt(0)) | 0;
  return hash >>> 0;
}
