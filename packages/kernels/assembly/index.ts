export * from './columns';
export { gemm_f32, gemm_f64 } from './gemm';
export {
  clear, convolve_f32, convolve_f64, correlate_f32, correlate_f64, image_f32, image_f64, packWeights_f32, packWeights_f64,
  reverse_f32, reverse_f64, settle_f32, spread_f32, spread_f64,
} from './conv';
export * from './pointwise';
export {
  logSoftmaxGrad_f32, logSoftmaxGrad_f64, logSoftmax_f32, logSoftmax_f64, logsumexp_f32, logsumexp_f64, softmaxGrad_f32,
  softmaxGrad_f64, softmax_f32, softmax_f64, sumLines_f32, sumRows_f32, sum_f32,
} from './lines';
export * from './losses';
export { standardizeGrad_f32, standardizeGrad_f64, standardize_f32, standardize_f64 } from './standardize';
export * from './standardizeColumns';
export { avgPoolGrad_f32, avgPoolGrad_f64, avgPool_f32, avgPool_f64 } from './averagePool';
export { maxPoolGrad_f32, maxPoolGrad_f64 } from './maxPoolGrad';
export { maxPool_f32, maxPool_f64 } from './pool';
export * from './extremes';
export * from './indexing';
export * from './masks';
export { strided_32, strided_64 } from './strided';
export { adam_f32, sgd_f32 } from './training';
export * from './filters';
export {
  winogradCorrelations, winogradCotangents, winogradInputs, winogradOutputs, winogradProducts,
} from './winograd';
export { convolveFew, correlateFew } from './few';
