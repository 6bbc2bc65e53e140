export type { Kernels, StructuredKernels } from './kernels.ts';
export type * from './parameters.ts';
export type * from './signatures.ts';
export { installKernels, kernels, kernelsInfo, type KernelsInfo } from './current.ts';
export { reference } from './reference/index.ts';
export { accelerator, bestBuild, supports, type Accelerator, type Build } from './wasm/index.ts';
