import './methods.ts';

export type { DType } from './dtype.ts';
export { isFloating, promoteTypes } from './dtype.ts';
export { AutogradError, DTypeError, ShapeError } from './errors.ts';
export type { Shape } from './shape.ts';
export { isTensor, Tensor, type NestedArray } from './tensor.ts';
export * from './creation.ts';
export * from './ops/index.ts';
export { formatTensor, setPrintOptions, type PrintOptions } from './print.ts';
export { enableGrad, isGradEnabled, noGrad } from './tape/recording.ts';
export { grad, type BackwardOptions, type GradOptions } from './tape/backward.ts';
