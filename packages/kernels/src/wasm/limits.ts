/**
 * From which size on a call into WebAssembly and the copies around it cost less than they save (measured by
 * bench/kernels.ts --crossover). Below, the reference runs.
 */
export interface Limits {
  /** Multiplications of a matrix product. */
  readonly products: number;
  /** Rows or columns, whichever are fewer, of a matrix product. */
  readonly thin: number;
  /** Elements of a function that costs many instructions: exp, tanh, … */
  readonly costly: number;
  /** Elements of plain arithmetic. */
  readonly plain: number;
}

export const LIMITS: Limits = { products: 4096, thin: 2, costly: 64, plain: 512 };

/** Everything the machine can do, it does: for tests. */
export const NO_LIMITS: Limits = { products: 0, thin: 0, costly: 0, plain: 0 };
