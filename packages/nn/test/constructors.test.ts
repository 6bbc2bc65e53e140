/* What no constructor takes: bad arguments of every class, each with the error that names the class and the value. */
import { isTensor, tensor } from '@retrograd/core';
import * as nn from '../src/index.ts';

type Refusal = readonly [args: unknown[], message: string];

const features: Refusal[] = [
  [[-1, 2], 'must be'],
  [[2, 1.5], '1.5'],
  [['2', 2], '2'],
  [[2, 2, { bias: 1 }], 'bias must be a boolean, got 1'],
];
const size = (name: string): Refusal[] => [
  [[0], `${name} must be a positive integer, got 0`],
  [[1.5], `${name} must be a positive integer, got 1.5`],
  [[], `${name} must be a positive integer, got undefined`],
];
const number = (name: string): Refusal[] => [
  [['1'], `${name} must be a number, got 1`],
  [[NaN], `${name} must be a number, got NaN`],
];
const option = (name: string, value: unknown = 'x', message = `${name} must be a`): Refusal => [
  [{ [name]: value }],
  message,
];
const probability: Refusal[] = [
  [[1.5], 'dropout probability has to be between 0 and 1, but got 1.5'],
  [[{ p: -0.1 }], 'but got -0.1'],
  [['0.5'], 'but got 0.5'],
];
const dim: Refusal[] = [
  [[0.5], 'dim must be an integer, got 0.5'],
  [[{ dim: 'x' }], 'dim must be an integer, got x'],
];
const many = (dims: number): number[] => Array<number>(dims + 1).fill(3);

function convolution(dims: number): Refusal[] {
  return [
    [[-1, 2, 3], 'inChannels must be a non-negative integer, got -1'],
    [[2, 0.5, 3], 'outChannels must be a non-negative integer, got 0.5'],
    [[2, 2, 0], 'kernelSize must be a positive integer, got 0'],
    [[2, 2, many(dims)], 'expected kernelSize to be'],
    [[2, 2, 3, 0], 'stride must be a positive integer, got 0'],
    [[2, 2, 3, { stride: many(dims) }], 'expected stride to be'],
    [[2, 2, 3, { padding: -1 }], 'padding must be a non-negative integer, got -1'],
    [[2, 2, 3, { dilation: 0 }], 'dilation must be a positive integer, got 0'],
    [[2, 2, 3, { groups: 0 }], 'groups must be a positive integer, got 0'],
    [[3, 4, 3, { groups: 2 }], 'in_channels must be divisible by groups: 3 by 2'],
    [[4, 3, 3, { groups: 2 }], 'out_channels must be divisible by groups: 3 by 2'],
    [[2, 2, 3, { bias: null }], 'bias must be a boolean, got null'],
  ];
}

const conv = (dims: number): Refusal[] => [
  ...convolution(dims),
  [[2, 2, 3, { padding: 'full' }], "Invalid padding string 'full', should be one of 'valid', 'same'"],
  [[2, 2, 3, { padding: 'same', stride: 2 }], "padding='same' is not supported for strided convolutions"],
  [
    [2, 2, 3, { paddingMode: 'mirror' }],
    'paddingMode must be one of zeros, reflect, replicate, circular, got mirror',
  ],
];
const convTranspose = (dims: number): Refusal[] => [
  ...convolution(dims),
  [[2, 2, 3, { padding: 'same' }], "padding must be sizes, got 'same'"],
  [[2, 2, 3, { outputPadding: -1 }], 'outputPadding must be a non-negative integer, got -1'],
  [[2, 2, 3, { paddingMode: 'reflect' }], 'Only "zeros" padding mode is supported'],
];
const pool = (dims: number): Refusal[] => [
  [[0], 'kernelSize must be a positive integer, got 0'],
  [[many(dims)], 'expected kernelSize to be'],
  [[2, 0], 'stride must be a positive integer, got 0'],
  [[2, { padding: 2 }], 'pad should be at most half of kernel size, but got pad=2 and kernel_size=2'],
  [[2, { padding: -1 }], 'padding must be a non-negative integer, got -1'],
  [[2, { ceilMode: 1 }], 'ceilMode must be a boolean, got 1'],
];
const maxPool = (dims: number): Refusal[] => [
  ...pool(dims),
  [[2, { dilation: 0 }], 'dilation must be a positive integer, got 0'],
  [[2, { returnIndices: 'yes' }], 'returnIndices must be a boolean, got yes'],
];
const avgPool = (dims: number): Refusal[] => [
  ...pool(dims),
  [[2, { countIncludePad: 0 }], 'countIncludePad must be a boolean, got 0'],
  [[2, { divisorOverride: 0 }], 'divisor must be an integer and not zero, got 0'],
];
const lpPool = (dims: number): Refusal[] => [
  [[0, 2], 'normType must be a number other than 0, got 0'],
  [['2', 2], 'normType must be a number other than 0, got 2'],
  [[2, 0], 'kernelSize must be a positive integer, got 0'],
  [[2, many(dims)], 'expected kernelSize to be'],
  [[2, 2, 0], 'stride must be a positive integer, got 0'],
  [[2, 2, { stride: 0.5 }], 'stride must be a positive integer, got 0.5'],
  [[2, 2, { ceilMode: 1 }], 'ceilMode must be a boolean, got 1'],
];
const adaptivePool = (dims: number): Refusal[] => [
  [[-1], 'outputSize must be a non-negative integer, got -1'],
  [[null], 'outputSize must be a non-negative integer, got null'],
  [[many(dims)], `expected an outputSize of ${dims} numbers`],
  [[Array<number>(dims).fill(0.5)], 'outputSize must be a non-negative integer, got 0.5'],
];
const unpool = (dims: number): Refusal[] => [
  [[0], 'kernelSize must be a positive integer, got 0'],
  [[many(dims)], 'expected kernelSize to be'],
  [[2, { padding: -1 }], 'padding must be a non-negative integer, got -1'],
];
const pad = (dims: number): Refusal[] => [
  [[0.5, 0], 'padding must be an integer, got 0.5'],
  [[Array<number>(dims).fill(1), 0], `expected padding to be a number or ${2 * dims} numbers`],
  [[undefined, 0], 'padding must be an integer, got undefined'],
];
const constantPad = (dims: number): Refusal[] => [
  ...pad(dims),
  [[1], 'value must be a number, got undefined'],
];
const reduction: Refusal[] = [[[{ reduction: 'max' }], 'max is not a valid value for reduction']];
const weight: Refusal = [[{ weight: [1] }], "buffer 'weight' (Tensor or null required)"];
const upsampling: Refusal[] = [
  [[], 'only one of size or scale_factor should be defined'],
  [[{ size: 2, scaleFactor: 2 }], 'only one of size or scale_factor should be defined'],
  [[{ size: 0 }], 'size must be a positive integer, got 0'],
  [[{ scaleFactor: -2 }], 'scaleFactor must be positive, got -2'],
  [[{ scaleFactor: [2, 'x'] }], 'scaleFactor must be a number, got x'],
];
const channelNorm: Refusal[] = [
  [[-1], '-1'],
  [[2.5], '2.5'],
  [[2, { eps: 'x' }], 'eps must be a number, got x'],
];
const recurrent: Refusal[] = [
  [[-1, 2], '-1'],
  [[2, 0.5], '0.5'],
];

const refusals: Readonly<Record<string, readonly Refusal[]>> = {
  Linear: features,
  Bilinear: [
    [[0, 2, 3], 'in1Features must be a positive integer, got 0'],
    [[2, -1, 3], 'in2Features must be a non-negative integer, got -1'],
    [[2, 2, 0.5], 'outFeatures must be a non-negative integer, got 0.5'],
    [[2, 2, 2, { bias: 'no' }], 'bias must be a boolean, got no'],
  ],
  Embedding: [
    [[-1, 2], 'numEmbeddings must be a non-negative integer, got -1'],
    [[2, 0.5], 'embeddingDim must be a non-negative integer, got 0.5'],
    [[3, 2, { paddingIdx: 3 }], 'Padding_idx must be within num_embeddings, got 3 of 3'],
    [[3, 2, { maxNorm: -1 }], 'maxNorm must not be negative, got -1'],
    [[3, 2, { maxNorm: '1' }], 'maxNorm must be a number, got 1'],
    [[3, 2, { normType: NaN }], 'normType must be a number, got NaN'],
  ],
  EmbeddingBag: [
    [[-1, 2], 'numEmbeddings must be a non-negative integer, got -1'],
    [[2, 0.5], 'embeddingDim must be a non-negative integer, got 0.5'],
    [[3, 2, { mode: 'min' }], 'mode must be one of sum, mean, max, got min'],
    [[3, 2, { includeLastOffset: 1 }], 'includeLastOffset must be a boolean, got 1'],
    [[3, 2, { paddingIdx: -4 }], 'Padding_idx must be within num_embeddings, got -4 of 3'],
    [[3, 2, { maxNorm: -1 }], 'maxNorm must not be negative, got -1'],
    [[3, 2, { maxNorm: '1' }], 'maxNorm must be a number, got 1'],
    [[3, 2, { normType: NaN }], 'normType must be a number, got NaN'],
  ],
  Conv1d: conv(1),
  Conv2d: conv(2),
  Conv3d: conv(3),
  ConvTranspose1d: convTranspose(1),
  ConvTranspose2d: convTranspose(2),
  ConvTranspose3d: convTranspose(3),
  MaxPool1d: maxPool(1),
  MaxPool2d: maxPool(2),
  MaxPool3d: maxPool(3),
  AvgPool1d: [...avgPool(1), [[2, { divisorOverride: 2 }], 'takes no divisorOverride, got 2']],
  AvgPool2d: avgPool(2),
  AvgPool3d: avgPool(3),
  AdaptiveAvgPool1d: adaptivePool(1),
  AdaptiveAvgPool2d: adaptivePool(2),
  AdaptiveAvgPool3d: adaptivePool(3),
  AdaptiveMaxPool1d: [...adaptivePool(1), [[2, { returnIndices: 1 }], 'returnIndices must be a boolean, got 1']],
  AdaptiveMaxPool2d: [...adaptivePool(2), [[2, { returnIndices: 1 }], 'returnIndices must be a boolean, got 1']],
  AdaptiveMaxPool3d: [...adaptivePool(3), [[2, { returnIndices: 1 }], 'returnIndices must be a boolean, got 1']],
  LPPool1d: lpPool(1),
  LPPool2d: lpPool(2),
  MaxUnpool1d: unpool(1),
  MaxUnpool2d: unpool(2),
  MaxUnpool3d: unpool(3),
  ConstantPad1d: constantPad(1),
  ConstantPad2d: constantPad(2),
  ConstantPad3d: constantPad(3),
  ZeroPad2d: pad(2),
  ReflectionPad1d: pad(1),
  ReflectionPad2d: pad(2),
  ReflectionPad3d: pad(3),
  ReplicationPad1d: pad(1),
  ReplicationPad2d: pad(2),
  ReplicationPad3d: pad(3),
  Upsample: [
    ...upsampling,
    [[{ size: 2, mode: 'cubic' }], 'mode must be one of nearest, nearest-exact, linear'],
    [[{ size: 2, alignCorners: true }], 'align_corners option can only be set with the interpolating modes'],
    [[{ size: 2, mode: 'linear', alignCorners: 1 }], 'alignCorners must be a boolean, got 1'],
    [[{ scaleFactor: 2, recomputeScaleFactor: 1 }], 'recomputeScaleFactor must be a boolean, got 1'],
  ],
  UpsamplingNearest2d: upsampling,
  UpsamplingBilinear2d: upsampling,
  PixelShuffle: size('upscaleFactor'),
  PixelUnshuffle: size('downscaleFactor'),
  ChannelShuffle: size('groups'),
  Fold: [
    [[0, 2], 'outputSize must be a positive integer, got 0'],
    [[4, 0], 'kernelSize must be a positive integer, got 0'],
    [[4, 2, { stride: [1, 2, 3] }], 'expected stride to be a number or a pair of numbers, got [1, 2, 3]'],
  ],
  Unfold: [
    [[0], 'kernelSize must be a positive integer, got 0'],
    [[2, { dilation: 0 }], 'dilation must be a positive integer, got 0'],
    [[2, { padding: -1 }], 'padding must be a non-negative integer, got -1'],
  ],
  Flatten: [[[0.5], 'a dim is an integer, got 0.5']],
  Unflatten: [
    [[0.5, [2, 3]], 'dim must be an integer, got 0.5'],
    [[1, 6], 'unflattened_size must be an array of integers, but found number'],
    [[1, [2, 1.5]], 'unflattenedSize must be an integer, got 1.5'],
  ],
  Dropout: probability,
  Dropout1d: probability,
  Dropout2d: probability,
  Dropout3d: probability,
  AlphaDropout: probability,
  FeatureAlphaDropout: probability,
  GELU: [[[{ approximate: 'erf' }], 'approximate argument must be either none or tanh, got erf']],
  LeakyReLU: number('negativeSlope'),
  ELU: number('alpha'),
  CELU: [...number('alpha'), [[0], 'alpha cannot be 0']],
  Softplus: [...number('beta'), [[1, 'x'], 'threshold must be a number, got x']],
  PReLU: [[[0], 'numParameters must be a positive integer, got 0'], [[1, { init: 'x' }], 'init must be a number, got x']],
  RReLU: [...number('lower'), [[0.1, NaN], 'upper must be a number, got NaN'], [[0.5], 'Lower bound should be less than or equal to the upper bound']],
  Hardtanh: [...number('minVal'), [[0, 'x'], 'maxVal must be a number, got x'], [[1, 1], 'minVal must be below maxVal, got 1 and 1']],
  Hardshrink: number('lambd'),
  Softshrink: [...number('lambd'), [[-1], 'lambda must be greater or equal to 0, got -1']],
  Threshold: [...number('threshold'), [[1], 'value must be a number, got undefined']],
  Softmax: [...dim, [[], 'dim must be an integer, got undefined']],
  LogSoftmax: [...dim, [[], 'dim must be an integer, got undefined']],
  Softmin: [...dim, [[], 'dim must be an integer, got undefined']],
  GLU: dim,
  CosineSimilarity: [[[0.5], 'dim must be an integer, got 0.5'], option('dim', 0.5, 'dim must be an integer, got 0.5'), option('eps')],
  PairwiseDistance: [[['2'], 'p must be a number, got 2'], option('p'), option('eps'), option('keepdim', 1)],
  MSELoss: reduction,
  L1Loss: reduction,
  SmoothL1Loss: [...reduction, option('beta'), option('beta', -1, 'does not support negative values for beta, got -1')],
  HuberLoss: [...reduction, option('delta'), option('delta', 0, 'does not support non-positive values for delta, got 0')],
  KLDivLoss: [...reduction, option('logTarget')],
  NLLLoss: [...reduction, weight, option('ignoreIndex', 0.5, 'ignoreIndex must be an integer, got 0.5')],
  CrossEntropyLoss: [
    ...reduction,
    weight,
    option('ignoreIndex', 'x', 'ignoreIndex must be an integer, got x'),
    option('labelSmoothing', 2, 'label_smoothing must be between 0.0 and 1.0. Got: 2'),
  ],
  BCELoss: [...reduction, weight],
  BCEWithLogitsLoss: [...reduction, weight, option('posWeight', 2, "buffer 'posWeight' (Tensor or null required)")],
  MultiLabelSoftMarginLoss: [...reduction, weight],
  PoissonNLLLoss: [...reduction, option('logInput'), option('full'), option('eps')],
  GaussianNLLLoss: [...reduction, option('full'), option('eps')],
  CTCLoss: [...reduction, option('blank', -1, 'blank must be a non-negative integer, got -1'), option('zeroInfinity')],
  HingeEmbeddingLoss: [...reduction, option('margin')],
  MarginRankingLoss: [...reduction, option('margin')],
  SoftMarginLoss: reduction,
  CosineEmbeddingLoss: [...reduction, option('margin')],
  MultiMarginLoss: [
    ...reduction,
    weight,
    option('margin'),
    option('p', 3, 'only p == 1 and p == 2 supported, got 3'),
    option('weight', tensor([[1]]), 'weight must be 1-d, got [1, 1]'),
  ],
  MultiLabelMarginLoss: reduction,
  TripletMarginLoss: [...reduction, option('margin'), option('p'), option('eps'), option('swap')],
  TripletMarginWithDistanceLoss: [
    ...reduction,
    option('margin'),
    option('swap'),
    option('distanceFunction', 3, 'distanceFunction must be a function or a module, got number'),
  ],
  Sequential: [[[3], "child '0' (Module or null required)"], [[{ a: 3 }], "child 'a' (Module or null required)"]],
  ModuleList: [[[[3]], "child '0' (Module or null required)"]],
  ModuleDict: [[[{ a: 3 }], "child 'a' (Module or null required)"]],
  ParameterList: [[[[3]], 'expected a Parameter or a Tensor, got number']],
  ParameterDict: [[[{ a: 'x' }], 'expected a Parameter or a Tensor, got string']],
  LayerNorm: [[[[]], 'normalizedShape must have at least 1 dim'], [[[2, -1]], 'normalizedShape must be a non-negative integer, got -1'], [[2, { eps: 'x' }], 'eps must be a number, got x']],
  BatchNorm1d: channelNorm,
  BatchNorm2d: channelNorm,
  BatchNorm3d: channelNorm,
  InstanceNorm1d: channelNorm,
  InstanceNorm2d: channelNorm,
  InstanceNorm3d: channelNorm,
  GroupNorm: [[[2, 3], 'num_channels must be divisible by num_groups'], [[0, 4], '0']],
  RMSNorm: [[[[2, -1]], '-1']],
  LocalResponseNorm: [[[0], '0'], [[1.5], '1.5']],
  RNN: recurrent,
  LSTM: recurrent,
  GRU: recurrent,
  RNNCell: recurrent,
  LSTMCell: recurrent,
  GRUCell: recurrent,
  MultiheadAttention: [[[5, 2], 'embed_dim must be divisible by num_heads: 5 by 2'], [[0, 1], 'embedDim must be a positive integer, got 0']],
}; // prettier-ignore

/** What has no arguments to be wrong, and what is composed of others and refuses what they refuse. */
const without = [
  'Identity', 'ReLU', 'ReLU6', 'Sigmoid', 'Tanh', 'SiLU', 'Mish', 'Softsign', 'Tanhshrink', 'LogSigmoid', 'Hardsigmoid', 'Hardswish', 'SELU',
  'Softmax2d', 'Module', 'Transformer', 'TransformerEncoder', 'TransformerDecoder', 'TransformerEncoderLayer', 'TransformerDecoderLayer',
]; // prettier-ignore

const classes = Object.entries(nn as object as Record<string, unknown>).filter(
  (entry): entry is [string, new (...args: unknown[]) => nn.Module] =>
    typeof entry[1] === 'function' && (entry[1] === nn.Module || entry[1].prototype instanceof nn.Module),
);

describe('A constructor', () => {
  const rows = Object.entries(refusals).flatMap(([name, list]) =>
    list.map(([args, message]) => {
      const shown = JSON.stringify(args, (_, value: unknown) => (isTensor(value) ? 'tensor' : value));
      return [`${name}(${shown.slice(1, -1)})`, name, args, message] as const;
    }),
  );

  it.each(rows)('refuses %s', (_, name, args, message) => {
    const found = classes.find(([each]) => each === name)?.[1];
    if (found === undefined) throw new Error(`there is no class ${name}`);
    expect(() => new found(...args)).toThrow(message);
    // A parameter's or module's name is refused by the method that assigns it, every other argument by its class.
    expect(() => new found(...args)).toThrow(
      new RegExp(`^(${name}|registerBuffer|addModule|registerParameter): `),
    );
  });

  it('that takes arguments is among these', () => {
    const known = new Set([...Object.keys(refusals), ...without]);
    expect(classes.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
  });
});
