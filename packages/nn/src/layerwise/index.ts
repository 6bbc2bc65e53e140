/*
 * `@retrograd/nn/layerwise`: Torch7's way of training, one layer and one verb at a time, on the tape. `layer(module)` gives
 * any module the verbs; containers for tables and criterions stand beside it. Dims, indices and class labels are counted
 * from 0, as everywhere here.
 */
export type { Activity, Table } from './activity.ts';
export type { InputOf, OutputOf } from './call.ts';
export { Concat, ConcatTable, Container, Parallel, ParallelTable, Sequential } from './containers.ts';
export type { FirstInput, InputsOf, LastOutput, OutputsOf } from './containers.ts';
export { MultiCriterion, ParallelCriterion, type ParallelCriterionOptions } from './combinedCriterions.ts';
export {
  AbsCriterion, BCECriterion, ClassNLLCriterion, Criterion, CrossEntropyCriterion, MSECriterion, SmoothL1Criterion,
  type CriterionOptions, type WeightedCriterionOptions,
} from './criterions.ts'; // prettier-ignore
export type { FlatTensor } from './flatParameters.ts';
export { layer, Layerwise, type ModuleType } from './layer.ts';
export {
  AddConstant, Copy, MulConstant, Narrow, Reshape, Select, View, type ReshapeOptions, type ViewOptions,
} from './shapes.ts'; // prettier-ignore
export {
  CAddTable, CDivTable, CMaxTable, CMulTable, CSubTable, FlattenTable, JoinTable, MixtureTable, NarrowTable, SelectTable,
  SplitTable, type TableDimOptions,
} from './tables.ts'; // prettier-ignore
export { Identity } from '../layers/linear.ts';
