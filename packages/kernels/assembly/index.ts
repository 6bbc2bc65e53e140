export { gemm_f32, gemm_f64 } from './gemm';
export {
  clear, convolve_f32, convolve_f64, correlate_f32, correlate_f64, image_f32, image_f64, packWeights_f32, packWeights_f64,
  reverse_f32, reverse_f64,
} from './conv';
