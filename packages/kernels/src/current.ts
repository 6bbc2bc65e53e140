import type { Kernels } from './kernels.ts';
import { reference } from './reference/index.ts';

/**
 * The kernels in use: the reference, with whatever has been installed laid over it. An ES module's live binding, so
 * callers read `kernels.add` at each call and see an installation at once.
 */
export let kernels: Kernels = reference;

/**
 * Lays an implementation over the kernels in use. A kernel it leaves out keeps its present implementation.
 *
 * @returns A function that puts back what was in use before.
 */
export function installKernels(accelerated: Partial<Kernels>): () => void {
  const before = kernels;
  kernels = { ...kernels, ...accelerated };
  return () => {
    kernels = before;
  };
}
