/* What is used less often than `backward` and `grad`, under PyTorch's name for it: `autograd`. */
export { backward, grad } from './tape/backward.ts';
export { detectAnomaly } from './tape/anomaly.ts';
export { checkpoint, type CheckpointOptions } from './tape/checkpoint.ts';
export { Function, FunctionContext, onceDifferentiable } from './tape/function.ts';
export { savedTensorsHooks, type SavedTensorsHooks } from './tape/recording.ts';
export * as functional from './functional.ts';
