import './methods.ts';

export type { DType } from './dtype.ts';
export { isFloating, promoteTypes } from './dtype.ts';
export { AutogradError, DTypeError, LinAlgError, ShapeError } from './errors.ts';
export type { Shape } from './shape.ts';
export { isTensor, Tensor, type NestedArray } from './tensor.ts';
export { kernelsInfo, type KernelsInfo } from '@retrograd/kernels';
export * from './creation.ts';
export * from './ops/index.ts';
export * as masked from './ops/masked.ts';
export * as linalg from './ops/linalg/index.ts';
export { formatTensor, setPrintOptions, type PrintOptions } from './print.ts';
export {
  enableGrad,
  isGradEnabled,
  noGrad,
  savedTensorsHooks,
  type SavedTensorsHooks,
} from './tape/recording.ts';
export * as autograd from './autograd.ts';
export { FunctionContext } from './tape/function.ts';
export { detectAnomaly } from './tape/anomaly.ts';
export { checkpoint, type CheckpointOptions } from './tape/checkpoint.ts';
export { tape, type Tape, type TapeLine } from './tape/inspect.ts';
export type { HookHandle } from './tape/hooks.ts';
export { grad, type BackwardOptions, type GradOptions } from './tape/backward.ts';
export {
  bernoulli,
  manualSeed,
  multinomial,
  rand,
  randint,
  randLike,
  randn,
  randnLike,
  randperm,
  type MultinomialOptions,
  type RandomOptions,
  type SamplingOptions,
} from './random/sampling.ts';
export { defaultGenerator, Generator } from './random/generator.ts';
