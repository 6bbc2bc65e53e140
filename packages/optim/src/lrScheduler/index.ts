export {
  ChainedScheduler,
  SequentialLR,
  type ChainedSchedulerState,
  type SequentialLROptions,
  type SequentialLRState,
} from './composition.ts';
export {
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  type CosineAnnealingLROptions,
  type CosineAnnealingWarmRestartsOptions,
} from './cosine.ts';
export { CyclicLR, type CyclicLROptions } from './cyclic.ts';
export {
  ExponentialLR,
  MultiStepLR,
  StepLR,
  type ExponentialLROptions,
  type MultiStepLROptions,
  type StepLROptions,
} from './decay.ts';
export { LambdaLR, MultiplicativeLR, type LambdaLROptions } from './lambda.ts';
export { OneCycleLR, type OneCycleLROptions } from './oneCycle.ts';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions, type ReduceLROnPlateauState } from './plateau.ts';
export {
  ConstantLR,
  LinearLR,
  PolynomialLR,
  type ConstantLROptions,
  type LinearLROptions,
  type PolynomialLROptions,
} from './ramp.ts';
export {
  LRScheduler,
  type LRSchedulerOptions,
  type LRSchedulerState,
  type ScheduledOptimizer,
  type ScheduledOptions,
  type Scheduler,
} from './scheduler.ts';
