/* torch.nn.utils: what is done to parameters and gradients from outside of a module. */
export { clipGradNorm_, clipGradValue_, type ClipGradNormOptions } from './gradientClip.ts';
// PyTorch has the names without underscore, too.
export { clipGradNorm_ as clipGradNorm, clipGradValue_ as clipGradValue } from './gradientClip.ts';
export { parametersToVector, vectorToParameters } from './parameterVector.ts';
export { removeSpectralNorm, spectralNorm, type SpectralNormOptions } from './spectralNorm.ts';
export { removeWeightNorm, weightNorm, type WeightNormOptions } from './weightNorm.ts';
