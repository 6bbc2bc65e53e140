export { Adam, AdamW, type AdamOptions, type AdamState } from './adam.ts';
export {
  Optimizer,
  type OptimizerStateDict,
  type ParamGroup,
  type ParamGroupInit,
  type Params,
  type ZeroGradOptions,
} from './optimizer.ts';
export { SGD, type SGDOptions, type SGDState } from './sgd.ts';
