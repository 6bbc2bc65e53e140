export { gemm_f32, gemm_f64 } from './gemm';
