export { Adadelta, type AdadeltaOptions, type AdadeltaState } from './adadelta.ts';
export { Adagrad, type AdagradOptions, type AdagradState } from './adagrad.ts';
export { Adam, AdamW, type AdamOptions, type AdamState } from './adam.ts';
export { Adamax, type AdamaxOptions, type AdamaxState } from './adamax.ts';
export { ASGD, type ASGDOptions, type ASGDState } from './asgd.ts';
export {
  ExponentialMovingAverage,
  type ExponentialMovingAverageOptions,
  type ExponentialMovingAverageState,
} from './exponentialMovingAverage.ts';
export type { GradientOptions } from './gradient.ts';
export { LBFGS, type LBFGSOptions, type LBFGSState } from './lbfgs.ts';
export * as lrScheduler from './lrScheduler/index.ts';
export { NAdam, type NAdamOptions, type NAdamState } from './nadam.ts';
export {
  Optimizer,
  type OptimizerStateDict,
  type ParamGroup,
  type ParamGroupInit,
  type Params,
  type ZeroGradOptions,
} from './optimizer.ts';
export { RAdam, type RAdamOptions, type RAdamState } from './radam.ts';
export { RMSprop, type RMSpropOptions, type RMSpropState } from './rmsprop.ts';
export { Rprop, type RpropOptions, type RpropState } from './rprop.ts';
export { SGD, type SGDOptions, type SGDState } from './sgd.ts';
