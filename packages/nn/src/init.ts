/* Initialising parameters in place (torch.nn.init). Numbers are drawn as PyTorch draws them, so the same seed gives the
 * same weights. Nothing here is recorded. Each function returns the tensor it was given. */
export {
  constant_,
  normal_,
  ones_,
  truncNormal_,
  uniform_,
  zeros_,
  type TruncNormalOptions,
} from './init/fill.ts';
export { calculateFans, calculateGain, type Nonlinearity } from './init/gain.ts';
export {
  kaimingNormal_,
  kaimingUniform_,
  xavierNormal_,
  xavierUniform_,
  type KaimingOptions,
  type XavierOptions,
} from './init/scaled.ts';
export {
  dirac_,
  eye_,
  orthogonal_,
  sparse_,
  type OrthogonalOptions,
  type SparseOptions,
} from './init/structured.ts';
