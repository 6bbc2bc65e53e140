export {
  CELU,
  ELU,
  GELU,
  Hardsigmoid,
  Hardswish,
  LeakyReLU,
  LogSigmoid,
  Mish,
  PReLU,
  ReLU,
  ReLU6,
  SELU,
  Sigmoid,
  SiLU,
  Softplus,
  Softsign,
  Tanh,
  Tanhshrink,
  type PReLUOptions,
} from './layers/activation.ts';
export {
  MultiheadAttention,
  type AttendOptions,
  type MultiheadAttentionOptions,
} from './layers/attention.ts';
export { BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormOptions } from './layers/batchNorm.ts';
export type { ChannelNormOptions } from './layers/channelNorm.ts';
export type { Argument, Pair, PerDim, Sizes, SpatialDims } from './checks.ts';
export { ModuleDict, ModuleList, Sequential, type Layer } from './layers/containers.ts';
export {
  Conv1d,
  Conv2d,
  Conv3d,
  type Conv1dOptions,
  type Conv2dOptions,
  type Conv3dOptions,
  type ConvOptions,
  type PaddingMode,
} from './layers/conv.ts';
export type { ConvolutionOptions } from './layers/convolution.ts';
export {
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTranspose1dOptions,
  type ConvTranspose2dOptions,
  type ConvTranspose3dOptions,
  type ConvTransposeOptions,
} from './layers/convTranspose.ts';
export { deepcopy } from './copy.ts';
export {
  CosineSimilarity,
  PairwiseDistance,
  type CosineSimilarityOptions,
  type PairwiseDistanceOptions,
} from './layers/distance.ts';
export {
  AlphaDropout,
  Dropout,
  Dropout1d,
  Dropout2d,
  Dropout3d,
  FeatureAlphaDropout,
} from './layers/dropout.ts';
export { Embedding, type EmbeddingOptions, type MaxNormOptions } from './layers/embedding.ts';
export {
  EmbeddingBag,
  type BagMode,
  type Bags,
  type EmbeddingBagOptions,
  type PretrainedBagOptions,
} from './layers/embeddingBag.ts';
export { Flatten, Unflatten } from './layers/flatten.ts';
export * as functional from './functional.ts';
export type { FullBackwardHook, FullBackwardPreHook, Gradients } from './backwardHooks.ts';
export type { ForwardHook, ForwardPreHook } from './hooks.ts';
export * as init from './init.ts';
export type {
  KaimingOptions,
  Nonlinearity,
  OrthogonalOptions,
  SparseOptions,
  TruncNormalOptions,
  XavierOptions,
} from './init.ts';
export {
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  type InstanceNormOptions,
} from './layers/instanceNorm.ts';
export { Bilinear, Identity, Linear, type LinearOptions } from './layers/linear.ts';
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  MultiLabelSoftMarginLoss,
  NLLLoss,
  type BCELossOptions,
  type BCEWithLogitsLossOptions,
  type CrossEntropyLossOptions,
  type MultiLabelSoftMarginLossOptions,
  type NLLLossOptions,
} from './layers/loss/classification.ts';
export {
  CTCLoss,
  GaussianNLLLoss,
  KLDivLoss,
  PoissonNLLLoss,
  type CTCLossOptions,
  type GaussianNLLLossOptions,
  type KLDivLossOptions,
  type PoissonNLLLossOptions,
} from './layers/loss/likelihood.ts';
export type { LossOptions, Reduction } from './layers/loss/loss.ts';
export {
  CosineEmbeddingLoss,
  HingeEmbeddingLoss,
  MarginRankingLoss,
  MultiLabelMarginLoss,
  MultiMarginLoss,
  SoftMarginLoss,
  type MarginLossOptions,
  type MultiMarginLossOptions,
} from './layers/loss/margin.ts';
export {
  HuberLoss,
  L1Loss,
  MSELoss,
  SmoothL1Loss,
  type HuberLossOptions,
  type SmoothL1LossOptions,
} from './layers/loss/regression.ts';
export {
  TripletMarginLoss,
  TripletMarginWithDistanceLoss,
  type Distance,
  type TripletMarginLossOptions,
  type TripletMarginWithDistanceLossOptions,
} from './layers/loss/triplet.ts';
export type { ListOptions } from './listing.ts';
export { isModule, Module } from './module.ts';
export {
  GroupNorm,
  LayerNorm,
  LocalResponseNorm,
  RMSNorm,
  type GroupNormOptions,
  type LayerNormOptions,
  type LocalResponseNormOptions,
  type RMSNormOptions,
} from './layers/normalization.ts';
export { isParameter, Parameter } from './parameter.ts';
export {
  ConstantPad1d,
  ConstantPad2d,
  ConstantPad3d,
  ReflectionPad1d,
  ReflectionPad2d,
  ReflectionPad3d,
  ReplicationPad1d,
  ReplicationPad2d,
  ReplicationPad3d,
  ZeroPad2d,
  type Padding,
} from './layers/padding.ts';
export { ParameterDict, ParameterList } from './layers/parameterContainers.ts';
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  type AdaptiveMaxPoolOptions,
  type AdaptiveSize,
} from './layers/pool/adaptivePool.ts';
export {
  AvgPool1d,
  AvgPool2d,
  AvgPool3d,
  type AvgPool1dOptions,
  type AvgPool2dOptions,
  type AvgPool3dOptions,
  type AvgPoolOptions,
} from './layers/pool/avgPool.ts';
export {
  LPPool1d,
  LPPool2d,
  type LPPool1dOptions,
  type LPPool2dOptions,
  type LPPoolOptions,
} from './layers/pool/lpPool.ts';
export {
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
  type Maxima,
  type MaxPool1dOptions,
  type MaxPool2dOptions,
  type MaxPool3dOptions,
  type MaxPoolOptions,
  type MaxPoolResult,
} from './layers/pool/maxPool.ts';
export {
  MaxUnpool1d,
  MaxUnpool2d,
  MaxUnpool3d,
  type MaxUnpool1dOptions,
  type MaxUnpool2dOptions,
  type MaxUnpool3dOptions,
  type MaxUnpoolOptions,
} from './layers/pool/maxUnpool.ts';
export {
  ChannelShuffle,
  Fold,
  PixelShuffle,
  PixelUnshuffle,
  Unfold,
  type FoldOptions,
} from './layers/rearrange.ts';
export {
  GRUCell,
  LSTMCell,
  RNNCell,
  type CellOptions,
  type RNNCellOptions,
} from './layers/recurrent/cells.ts';
export {
  GRU,
  LSTM,
  RNN,
  type GRUOptions,
  type LSTMOptions,
  type RNNOptions,
} from './layers/recurrent/layers.ts';
export type { RecurrentOptions } from './layers/recurrent/recurrent.ts';
export type { RecurrentNonlinearity } from './layers/recurrent/steps.ts';
export { RReLU } from './layers/rrelu.ts';
export { GLU, LogSoftmax, Softmax, Softmax2d, Softmin } from './layers/softmax.ts';
export type { IncompatibleKeys, StateDict } from './stateDict.ts';
export { Hardshrink, Hardtanh, Softshrink, Threshold } from './layers/threshold.ts';
export {
  Transformer,
  TransformerDecoder,
  TransformerEncoder,
  type EncoderMasks,
  type TransformerMasks,
  type TransformerOptions,
} from './layers/transformer.ts';
export {
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type DecoderMasks,
  type EncoderLayerMasks,
  type TransformerActivation,
  type TransformerLayerOptions,
} from './layers/transformerLayers.ts';
export {
  Upsample,
  UpsamplingBilinear2d,
  UpsamplingNearest2d,
  type UpsampleMode,
  type UpsampleOptions,
  type UpsamplingOptions,
} from './layers/upsample.ts';
export * as utils from './utils/index.ts';
export type { ClipGradNormOptions, SpectralNormOptions, WeightNormOptions } from './utils/index.ts';
export type { Summary, SummaryRow } from './summary/row.ts';
export { summary, type SummaryInput, type SummaryOptions } from './summary/summary.ts';
