export type { Kernels, StructuredKernels } from './kernels.ts';
export type * from './parameters.ts';
export type * from './signatures.ts';
export { installKernels, kernels } from './current.ts';
export { reference } from './reference/index.ts';
