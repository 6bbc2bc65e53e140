import type { Kernels } from './kernels.ts';
import { reference } from './reference/index.ts';
import { accelerator, bestBuild, supports, type Build } from './wasm/index.ts';

declare const process: { readonly env?: Readonly<Record<string, string | undefined>> } | undefined;

/** What RETROGRAD_KERNELS asks for, in Node: `reference`, `simd` or `relaxed`. */
function forced(): string | undefined {
  return typeof process === 'undefined' ? undefined : process.env?.['RETROGRAD_KERNELS'] || undefined;
}

const wanted = forced();
if (wanted !== undefined && !['reference', 'simd', 'relaxed'].includes(wanted))
  throw new Error(`RETROGRAD_KERNELS: must be reference, simd or relaxed: got ${wanted}`);

function choose(): Build | undefined {
  if (wanted !== 'simd' && wanted !== 'relaxed') return bestBuild();
  if (!supports(wanted))
    throw new Error(
      `RETROGRAD_KERNELS: this engine does not run the ${wanted} build; unset it or use another`,
    );
  return wanted;
}

const wasm = wanted === 'reference' ? undefined : accelerator(choose, reference);

/**
 * The kernels in use: the reference with the WebAssembly kernels laid over it, and over both whatever has been
 * installed. An ES module's live binding, so callers read `kernels.add` at each call and see an installation at once.
 */
export let kernels: Kernels = { ...reference, ...wasm?.kernels };

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

/** Which kernels run. */
export interface KernelsInfo {
  /** The WebAssembly build for whatever is large enough, or `reference` where everything runs in plain TypeScript. */
  readonly build: Build | 'reference';
  /** Whether RETROGRAD_KERNELS decided it. */
  readonly forced: boolean;
  /** Bytes of WebAssembly memory held at present. */
  readonly memory: number;
}

/** Which kernels the default installation uses on this engine; compiles them if they have not been used yet. */
export function kernelsInfo(): KernelsInfo {
  const machine = wasm?.machine;
  const build = machine?.ready() === true ? machine.build : undefined;
  return { build: build ?? 'reference', forced: wanted !== undefined, memory: machine?.bytes ?? 0 };
}
