/**
 * From which size on a call into WebAssembly (about 0.15 µs with its copies) costs less than it saves. Measured on
 * Node 20: bench/kernels.ts --crossover. Below, the reference runs.
 */
export interface Limits {
  /** Multiplications of a matrix product or convolution. */
  readonly products: number;
  /** Channels, in and out, and tiles of 2 × 2 outputs in a batch, of a convolution by minimal filtering. */
  readonly filteredChannels: number;
  readonly filteredTiles: number;
  /** Elements of a function that costs many instructions: exp, tanh, softmax, … */
  readonly costly: number;
  /** Elements of plain arithmetic, pooling, copies between strides and optimiser steps. */
  readonly plain: number;
  /** Terms of a sum. */
  readonly terms: number;
}

export const LIMITS: Limits = {
  products: 512,
  filteredChannels: 8,
  filteredTiles: 32,
  costly: 32,
  plain: 128,
  terms: 512,
};

/** Everything the machine can do, it does: for tests. */
export const NO_LIMITS: Limits = {
  products: 0,
  filteredChannels: 0,
  filteredTiles: 0,
  costly: 0,
  plain: 0,
  terms: 0,
};
