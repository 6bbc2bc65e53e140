import { full, isTensor, ShapeError, triu, type DType, type Tensor } from '@retrograd/core';
import { checkSize } from '../checks.ts';
import { deepcopy } from '../copy.ts';
import { xavierUniform_ } from '../init.ts';
import { Module } from '../module.ts';
import { ModuleList, type Layer } from './containers.ts';
import { LayerNorm } from './normalization.ts';
import {
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type DecoderMasks,
  type EncoderLayerMasks,
  type TransformerLayerOptions,
} from './transformerLayers.ts';

/** A layer of a {@link TransformerEncoder}. */
interface EncoderLayer extends Module {
  forward(src: Tensor, masks?: EncoderLayerMasks): Tensor;
}

/** A layer of a {@link TransformerDecoder}. */
interface DecoderLayer extends Module {
  forward(tgt: Tensor, memory: Tensor, masks?: DecoderMasks): Tensor;
}

/** Masks of a {@link TransformerEncoder}. */
export interface EncoderMasks {
  /** [S, S] or [N·nhead, S, S]: bool, true where a position may NOT see another, or numbers added to the scores. */
  readonly mask?: Tensor | null;
  /** [N, S] or [S]: bool, true for a position to be ignored, or numbers added to its scores. */
  readonly srcKeyPaddingMask?: Tensor | null;
}

/**
 * Encoder layers, one after the other, and a norm (torch.nn.TransformerEncoder). All layers are copies of the one given,
 * so they start with equal weights, as in PyTorch. (What PyTorch's inference path does with padded positions, making
 * their outputs zeros, is not imitated.)
 *
 *     const layer = new nn.TransformerEncoderLayer(64, 8, { batchFirst: true });
 *     const encoder = new nn.TransformerEncoder(layer, 6);
 */
export class TransformerEncoder extends Module {
  readonly layers: ModuleList<EncoderLayer>;
  readonly numLayers: number;
  readonly norm: Layer | null;

  /** @throws RangeError for a number of layers that makes no sense. */
  constructor(encoderLayer: EncoderLayer, numLayers: number, norm: Layer | null = null) {
    super();
    this.layers = copies('TransformerEncoder', encoderLayer, numLayers);
    this.numLayers = numLayers;
    this.norm = norm;
  }

  /**
   * @param src - [S, N, dModel], with `batchFirst` [N, S, dModel], or unbatched [S, dModel].
   * @param masks - The masks, or `mask` alone.
   * @returns A tensor of the same shape.
   * @throws ShapeError for other shapes.
   */
  forward(src: Tensor, masks: EncoderMasks | Tensor = {}): Tensor {
    const { mask, srcKeyPaddingMask = null } = isTensor(masks) ? { mask: masks } : masks;
    let x = src;
    for (const layer of this.layers) x = layer.forward(x, { srcMask: mask, srcKeyPaddingMask });
    return this.norm === null ? x : this.norm.forward(x);
  }
}

/**
 * Decoder layers, one after the other, and a norm (torch.nn.TransformerDecoder). All layers are copies of the one given,
 * so they start with equal weights, as in PyTorch.
 */
export class TransformerDecoder extends Module {
  readonly layers: ModuleList<DecoderLayer>;
  readonly numLayers: number;
  readonly norm: Layer | null;

  /** @throws RangeError for a number of layers that makes no sense. */
  constructor(decoderLayer: DecoderLayer, numLayers: number, norm: Layer | null = null) {
    super();
    this.layers = copies('TransformerDecoder', decoderLayer, numLayers);
    this.numLayers = numLayers;
    this.norm = norm;
  }

  /**
   * @param tgt - [T, N, dModel], with `batchFirst` [N, T, dModel], or unbatched [T, dModel].
   * @param memory - The encoder's output, [S, N, dModel], [N, S, dModel] or [S, dModel].
   * @returns A tensor of tgt's shape.
   * @throws ShapeError for other shapes.
   */
  forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    let x = tgt;
    for (const layer of this.layers) x = layer.forward(x, memory, masks);
    return this.norm === null ? x : this.norm.forward(x);
  }
}

/** Something that encodes: a {@link TransformerEncoder} or one of your own. */
interface Encoder extends Module {
  forward(src: Tensor, masks?: EncoderMasks): Tensor;
}

/** Options of {@link Transformer}. */
export interface TransformerOptions extends TransformerLayerOptions {
  /** Default 6. */
  readonly numEncoderLayers?: number;
  /** Default 6. */
  readonly numDecoderLayers?: number;
  /** Takes the encoder's place. */
  readonly customEncoder?: Encoder | null;
  /** Takes the decoder's place. */
  readonly customDecoder?: DecoderLayer | null;
  /** The dtype of the parameters. Default float32. */
  readonly dtype?: DType;
}

/** Masks of a {@link Transformer}: bool, true for what may NOT be seen, or numbers added to the scores. */
export interface TransformerMasks extends DecoderMasks, EncoderLayerMasks {}

/**
 * Encoder and decoder (torch.nn.Transformer; Vaswani et al., Attention Is All You Need, 2017), each with a layer norm at
 * its end. Matrices start Xavier-uniform.
 *
 *     const model = new nn.Transformer(64, 8, { numEncoderLayers: 2, numDecoderLayers: 2, batchFirst: true });
 *     const tgtMask = nn.Transformer.generateSquareSubsequentMask(10);
 *     const y = model.forward(src, tgt, { tgtMask });
 */
export class Transformer extends Module {
  readonly encoder: Encoder;
  readonly decoder: DecoderLayer;
  readonly dModel: number;
  readonly nhead: number;
  readonly batchFirst: boolean;

  /**
   * @param dModel - The size of inputs and outputs.
   * @param nhead - The number of heads, which divides it.
   * @throws RangeError or TypeError for arguments that make no sense or do not go together.
   */
  constructor(dModel = 512, nhead = 8, options: TransformerOptions = {}) {
    super();
    const { numEncoderLayers = 6, numDecoderLayers = 6, layerNormEps: eps = 1e-5, dtype } = options;
    const { customEncoder = null, customDecoder = null, batchFirst = false } = options;
    // In PyTorch's order of drawing: the encoder's parameters before the decoder's.
    this.encoder =
      customEncoder ??
      new TransformerEncoder(
        new TransformerEncoderLayer(dModel, nhead, options),
        numEncoderLayers,
        new LayerNorm(dModel, { eps, dtype }),
      );
    this.decoder =
      customDecoder ??
      new TransformerDecoder(
        new TransformerDecoderLayer(dModel, nhead, options),
        numDecoderLayers,
        new LayerNorm(dModel, { eps, dtype }),
      );
    this.dModel = dModel;
    this.nhead = nhead;
    this.batchFirst = batchFirst;
    this.resetParameters();
  }

  /**
   * What keeps each of n positions from seeing later ones: [n, n], −∞ above the diagonal and 0 elsewhere
   * (torch.nn.Transformer.generate_square_subsequent_mask).
   *
   * @throws RangeError for a size that makes no sense.
   */
  static generateSquareSubsequentMask(
    size: number,
    { dtype = 'float32' }: { readonly dtype?: DType } = {},
  ): Tensor {
    checkSize('generateSquareSubsequentMask', 'size', size, 0);
    return triu(full([size, size], -Infinity, { dtype }), 1);
  }

  /** Draws all matrices anew. */
  resetParameters(): void {
    for (const parameter of this.parameters()) if (parameter.ndim > 1) xavierUniform_(parameter);
  }

  /**
   * @param src - [S, N, dModel], with `batchFirst` [N, S, dModel], or unbatched [S, dModel].
   * @param tgt - [T, N, dModel], [N, T, dModel] or [T, dModel].
   * @returns A tensor of tgt's shape.
   * @throws ShapeError for other shapes.
   */
  forward(src: Tensor, tgt: Tensor, masks: TransformerMasks = {}): Tensor {
    const { dModel, batchFirst } = this;
    const batchDim = batchFirst ? 0 : 1;
    if (src.ndim === 3 && src.shape[batchDim] !== tgt.shape[batchDim]) {
      throw new ShapeError(
        `Transformer: the batch number of src and tgt must be equal: ${src.shape[batchDim]} ≠ ${tgt.shape[batchDim]}`,
      );
    }
    const sizes = [src, tgt].map((x) => x.shape[x.ndim - 1]);
    if (sizes.some((size) => size !== dModel)) {
      throw new ShapeError(
        `Transformer: the feature number of src and tgt must be equal to d_model: ${sizes.join(' and ')}, not ${dModel}`,
      );
    }
    const { srcMask: mask, srcKeyPaddingMask } = masks;
    return this.decoder.forward(tgt, this.encoder.forward(src, { mask, srcKeyPaddingMask }), masks);
  }
}

function copies<M extends Module>(where: string, layer: M, count: number): ModuleList<M> {
  checkSize(where, 'numLayers', count, 0);
  return new ModuleList(Array.from({ length: count }, () => deepcopy(layer)));
}
