/*
 * `@retrograd/gradcheck/fast-check`: gradients as properties, and arbitraries for what functions of tensors take. Needs
 * fast-check, which the rest of the package does without.
 */
export {
  arbitraryConvInputs,
  arbitraryConvParameters,
  type ConvInputs,
  type ConvLimits,
  type ConvParameters,
} from './fastCheck/conv.ts';
export type { NumberOptions } from './fastCheck/numbers.ts';
export {
  assertGradientProperty,
  gradientProperty,
  GradientPropertyError,
  type GradientPropertyOptions,
} from './fastCheck/property.ts';
export { arbitraryBroadcastableShapes, arbitraryShape, type ShapeOptions } from './fastCheck/shapes.ts';
export {
  arbitraryBroadcastableTensors,
  arbitraryTensor,
  arbitraryTensors,
  type FillOptions,
  type TensorOptions,
} from './fastCheck/tensors.ts';
