export * from './columns';
export { gemm_f32, gemm_f64 } from './gemm';
export {
  clear, convolve_f32, convolve_f64, correlate_f32, correlate_f64, image_f32, image_f64, packWeights_f32, packWeights_f64,
  reverse_f32, reverse_f64, settle_f32, spread_f32, spread_f64,
} from './conv';
export * from './activations';
export * from './pointwise';
export * from './pointwise64';
export {
  logSoftmaxGrad_f32, logSoftmax_f32, softmaxGrad_f32, softmax_f32, sumLines_f32, sumRows_f32, sum_f32,
} from './lines';
export * from './losses';
export { standardizeGrad_f32, standardize_f32 } from './standardize';
export { avgPoolGrad_f32, avgPool_f32, maxPool_f32 } from './pool';
export { adam_f32, sgd_f32 } from './training';
export * from './filters';
export {
  winogradCorrelations, winogradCotangents, winogradInputs, winogradOutputs, winogradProducts,
} from './winograd';
export { convolveFew, correlateFew } from './few';
