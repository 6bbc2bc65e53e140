import type { Kernels } from '../kernels.ts';
import { columnsOn } from './columns.ts';
import { convOn } from './conv.ts';
import { extremesOn } from './extremes.ts';
import { gemmOn } from './gemm.ts';
import { LIMITS, NO_LIMITS, type Limits } from './limits.ts';
import { indexingOn } from './indexing.ts';
import { linesOn } from './lines.ts';
import { lossesOn } from './losses.ts';
import { Machine, supports, type Build } from './machine.ts';
import { masksOn } from './masks.ts';
import { pointwiseOn } from './pointwise.ts';
import { poolOn } from './pool.ts';
import { standardizeOn } from './standardize.ts';
import { stridedOn } from './strided.ts';
import { trainingOn } from './training.ts';
import { winogradOn } from './winograd.ts';

export { supports, type Build } from './machine.ts';

/** Kernels that run on a machine; each leaves to `fallback` what it cannot do faster. */
function kernelsOn(machine: Machine, limits: Limits, fallback: Kernels): Partial<Kernels> {
  return {
    ...gemmOn(machine, limits, fallback),
    ...winogradOn(machine, limits, convOn(machine, limits, fallback)),
    ...pointwiseOn(machine, limits, fallback),
    ...masksOn(machine, limits, fallback),
    ...linesOn(machine, limits, { ...fallback, ...columnsOn(machine, limits, fallback) }),
    ...lossesOn(machine, limits, fallback),
    ...standardizeOn(machine, limits, fallback),
    ...poolOn(machine, limits, fallback),
    ...stridedOn(machine, limits, fallback),
    ...extremesOn(machine, limits, fallback),
    ...indexingOn(machine, limits, fallback),
    ...trainingOn(machine, limits, fallback),
  };
}

/** The kernels of a build, which is chosen, and its module compiled, at the first call that needs it. */
export interface Accelerator {
  readonly kernels: Partial<Kernels>;
  readonly machine: Machine;
}

/**
 * Kernels to be laid over `fallback`, which also does what is too small or not supported.
 *
 * @param options.always Run in WebAssembly whatever can, however small (for tests).
 */
export function accelerator(
  choose: () => Build | undefined,
  fallback: Kernels,
  { always = false }: { always?: boolean } = {},
): Accelerator {
  const machine = new Machine(choose);
  return { kernels: kernelsOn(machine, always ? NO_LIMITS : LIMITS, fallback), machine };
}

/** The best build this engine runs, or undefined without WebAssembly SIMD. */
export function bestBuild(): Build | undefined {
  return supports('relaxed') ? 'relaxed' : supports('simd') ? 'simd' : undefined;
}
