export type {
  AdamStep,
  AlongGradKernel,
  AlongKernel,
  AveragePoolRule,
  BinaryKernel,
  BinaryName,
  CompareName,
  Conv2dGeometry,
  FloatArray,
  Kernels,
  NumericArray,
  PredicateName,
  ReduceKernel,
  SgdStep,
  StructuredKernels,
  UnaryKernel,
  UnaryName,
  WhereKernel,
  Window2d,
} from './kernels.ts';
export { installKernels, kernels } from './current.ts';
export { reference } from './reference/index.ts';
