/* Why what does not pass does not. What index.json calls out of reach has its reason there. */

const complex = 'there are no complex numbers';
const fourier = 'there are no Fourier transforms';

/** By variant. */
export const reasons: Record<string, string> = {
  angle: complex,
  conj: complex,
  conj_physical: complex,
  real: complex,
  resolve_conj: complex,
  resolve_neg: complex,
  sgn: complex,
  'fft.fftshift': fourier,
  'fft.hfft': fourier,
  'fft.hfft2': fourier,
  'fft.hfftn': fourier,
  'fft.ifftshift': fourier,
  'fft.irfft': fourier,
  'fft.irfft2': fourier,
  'fft.irfftn': fourier,
  istft: fourier,
  stft: fourier,
  bernoulli: 'samples are not recorded here; PyTorch records a gradient of zeros',
  normal: 'samples are drawn by methods (normal_), which are not recorded',
  'normal number_mean': 'samples are drawn by methods (normal_), which are not recorded',
  frexp: 'no function of that name: its exponent is no tensor to differentiate',
  'linalg.cholesky_ex': 'failures are thrown; there are no info codes',
  'linalg.inv_ex': 'failures are thrown; there are no info codes',
  'linalg.lu_factor_ex': 'failures are thrown; there are no info codes',
  'linalg.solve_ex': 'failures are thrown; there are no info codes',
  'linalg.norm': "PyTorch's second derivative is NaN for tensors without elements; here it is 0",
  'linalg.norm subgradients_at_zero': "PyTorch's second derivative is NaN at 0; here it is 0",
  lu: 'failures are thrown; there are no info codes',
  triangular_solve: 'not in PyTorch since 2.0; linalg.solveTriangular has its arguments the other way round',
  mH: 'refuses tensors without dims, as PyTorch does since 2.0',
  mT: 'refuses tensors without dims, as PyTorch does since 2.0',
  'masked.logaddexp': "PyTorch's second derivative is NaN where an element is left out; here it is 0",
  native_batch_norm: 'internal in PyTorch; see nn.functional.batch_norm',
  native_layer_norm: 'internal in PyTorch; see nn.functional.layer_norm',
  'nn.functional._scaled_dot_product_attention':
    'private in PyTorch 1.13, and returns its weights; scaledDotProductAttention has the interface of PyTorch 2',
  'nn.functional.fractional_max_pool2d': 'no function of that name',
  'nn.functional.fractional_max_pool3d': 'no function of that name',
  pca_lowrank: 'randomised; linalg.svd is exact',
  svd_lowrank: 'randomised; linalg.svd is exact',
  'segment_reduce lengths': 'no function of that name; scatterReduce does it',
  'segment_reduce offsets': 'no function of that name; scatterReduce does it',
};

/** Error inputs that are no errors here: by op, the pattern of PyTorch's message, and why. */
export const accepted: Record<string, Record<string, string>> = {
  amax: { 'only tensors with up to 64 dims are supported': 'the number of dims is not limited' },
  amin: { 'only tensors with up to 64 dims are supported': 'the number of dims is not limited' },
};
