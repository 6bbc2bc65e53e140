export {
  CELU,
  ELU,
  GELU,
  Hardsigmoid,
  Hardswish,
  LeakyReLU,
  LogSigmoid,
  Mish,
  PReLU,
  ReLU,
  ReLU6,
  SELU,
  Sigmoid,
  SiLU,
  Softplus,
  Softsign,
  Tanh,
  Tanhshrink,
  type PReLUOptions,
} from './layers/activation.ts';
export type { Argument, Pair } from './checks.ts';
export { ModuleDict, ModuleList, Sequential, type Layer } from './layers/containers.ts';
export { Conv2d, type Conv2dOptions } from './layers/conv.ts';
export { Dropout } from './layers/dropout.ts';
export { Embedding, type EmbeddingOptions } from './layers/embedding.ts';
export { Flatten } from './layers/flatten.ts';
export * as functional from './functional.ts';
export type { ForwardHook, ForwardPreHook } from './hooks.ts';
export * as init from './init.ts';
export type { KaimingOptions, Nonlinearity, XavierOptions } from './init.ts';
export { Identity, Linear, type LinearOptions } from './layers/linear.ts';
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
  type BCELossOptions,
  type BCEWithLogitsLossOptions,
  type CrossEntropyLossOptions,
  type HuberLossOptions,
  type KLDivLossOptions,
  type LossOptions,
  type NLLLossOptions,
  type Reduction,
  type SmoothL1LossOptions,
} from './layers/loss.ts';
export { isModule, Module, type ListOptions } from './module.ts';
export { LayerNorm, type LayerNormOptions } from './layers/normalization.ts';
export { isParameter, Parameter } from './parameter.ts';
export { AvgPool2d, MaxPool2d, type AvgPool2dOptions, type MaxPool2dOptions } from './layers/pool.ts';
export { GLU, LogSoftmax, Softmax, Softmin } from './layers/softmax.ts';
export type { IncompatibleKeys, StateDict } from './stateDict.ts';
export { Hardshrink, Hardtanh, Softshrink, Threshold } from './layers/threshold.ts';
