import { gelu, isTensor, relu, type DType, type Tensor } from '@retrograd/core';
import { checkFlag } from '../checks.ts';
import { snakeCase } from '../keys.ts';
import { isModule, Module } from '../module.ts';
import { MultiheadAttention } from './attention.ts';
import type { Layer } from './containers.ts';
import { Dropout } from './dropout.ts';
import { Linear } from './linear.ts';
import { LayerNorm } from './normalization.ts';

/** What stands between the two linear layers of a transformer layer: a name, a function or a module. */
export type TransformerActivation = 'relu' | 'gelu' | ((x: Tensor) => Tensor) | Layer;

/** Options of {@link TransformerEncoderLayer} and {@link TransformerDecoderLayer}. */
export interface TransformerLayerOptions {
  /** The size between the two linear layers. Default 2048. */
  readonly dimFeedforward?: number;
  /** The probability of every dropout, that of attention weights too. Default 0.1. */
  readonly dropout?: number;
  /** Default 'relu'. */
  readonly activation?: TransformerActivation;
  /** What layer norms add to the variance. Default 1e-5. */
  readonly layerNormEps?: number;
  /** Whether inputs and outputs are [N, L, dModel] in place of [L, N, dModel]. Default false. */
  readonly batchFirst?: boolean;
  /** Whether norms stand before what they belong to, and not after the sum. Default false. */
  readonly normFirst?: boolean;
  /** The dtype of the parameters. Default float32. */
  readonly dtype?: DType;
}

/** The masks of one attention; see {@link AttendOptions}. */
interface Masks {
  readonly attnMask?: Tensor | null;
  readonly keyPaddingMask?: Tensor | null;
}

/** What encoder and decoder layers share. A subclass has its modules as fields in PyTorch's order. */
abstract class TransformerLayer extends Module {
  abstract readonly linear1: Linear;
  abstract readonly dropout: Dropout;
  abstract readonly linear2: Linear;
  readonly normFirst: boolean;

  protected constructor(normFirst: boolean) {
    super();
    checkFlag(this.constructor.name, 'normFirst', normFirst);
    this.normFirst = normFirst;
  }

  protected abstract readonly activation: Exclude<TransformerActivation, string>;

  protected override keyOf(field: string): string {
    return snakeCase(field);
  }

  /** x and what `block` makes of it, added: normalised before the block or after the sum. */
  protected residual(x: Tensor, norm: LayerNorm, block: (x: Tensor) => Tensor): Tensor {
    return this.normFirst ? x.add(block(norm.forward(x))) : norm.forward(x.add(block(x)));
  }

  /** The two linear layers with what is between them. */
  protected feedForward(x: Tensor): Tensor {
    const { activation } = this;
    const inner = this.linear1.forward(x);
    const active = isModule(activation) ? activation.forward(inner) : activation(inner);
    return this.linear2.forward(this.dropout.forward(active));
  }
}

function attend(attention: MultiheadAttention, x: Tensor, memory: Tensor, masks: Masks): Tensor {
  return attention.forward(x, memory, memory, { ...masks, needWeights: false })[0];
}

/** Masks of a {@link TransformerEncoderLayer}. */
export interface EncoderLayerMasks {
  /** [S, S] or [N·nhead, S, S]: bool, true where a position may NOT see another, or numbers added to the scores. */
  readonly srcMask?: Tensor | null;
  /** [N, S] or [S]: bool, true for a position to be ignored, or numbers added to its scores. */
  readonly srcKeyPaddingMask?: Tensor | null;
}

/**
 * One layer of a transformer's encoder (torch.nn.TransformerEncoderLayer): self-attention, then two linear layers with
 * an activation between them; each with dropout, added to its input, and normalised.
 *
 *     const layer = new nn.TransformerEncoderLayer(64, 8, { dimFeedforward: 256, batchFirst: true });
 */
export class TransformerEncoderLayer extends TransformerLayer {
  readonly selfAttn: MultiheadAttention;
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  protected readonly activation: Exclude<TransformerActivation, string>;

  /**
   * @param dModel - The size of inputs and outputs.
   * @param nhead - The number of heads, which divides it.
   * @throws RangeError or TypeError for arguments that make no sense or do not go together.
   */
  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    const { dimFeedforward, dropout, activation, eps, batchFirst, normFirst, dtype } = settingsOf(options);
    super(normFirst);
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, dtype });
    this.linear1 = new Linear(dModel, dimFeedforward, { dtype });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { dtype });
    this.norm1 = new LayerNorm(dModel, { eps, dtype });
    this.norm2 = new LayerNorm(dModel, { eps, dtype });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.activation = activation;
  }

  /**
   * @param src - [S, N, dModel], with `batchFirst` [N, S, dModel], or unbatched [S, dModel].
   * @param masks - The masks, or `srcMask` alone.
   * @returns A tensor of the same shape.
   * @throws ShapeError for other shapes.
   */
  forward(src: Tensor, masks: EncoderLayerMasks | Tensor = {}): Tensor {
    const { srcMask, srcKeyPaddingMask = null } = isTensor(masks) ? { srcMask: masks } : masks;
    const attended = { attnMask: srcMask, keyPaddingMask: srcKeyPaddingMask };
    const x = this.residual(src, this.norm1, (y) =>
      this.dropout1.forward(attend(this.selfAttn, y, y, attended)),
    );
    return this.residual(x, this.norm2, (y) => this.dropout2.forward(this.feedForward(y)));
  }
}

/** Masks of a {@link TransformerDecoderLayer} and a decoder. */
export interface DecoderMasks {
  /** [T, T] or [N·nhead, T, T]: bool, true where a position may NOT see another, or numbers added to the scores. */
  readonly tgtMask?: Tensor | null;
  /** [T, S] or [N·nhead, T, S]: the same for positions of the memory. */
  readonly memoryMask?: Tensor | null;
  /** [N, T] or [T]: bool, true for a position to be ignored, or numbers added to its scores. */
  readonly tgtKeyPaddingMask?: Tensor | null;
  /** [N, S] or [S]: the same for positions of the memory. */
  readonly memoryKeyPaddingMask?: Tensor | null;
}

/**
 * One layer of a transformer's decoder (torch.nn.TransformerDecoderLayer): self-attention, attention to the encoder's
 * output, then two linear layers with an activation between them; each with dropout, added to its input, and normalised.
 */
export class TransformerDecoderLayer extends TransformerLayer {
  readonly selfAttn: MultiheadAttention;
  readonly multiheadAttn: MultiheadAttention;
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly norm3: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  readonly dropout3: Dropout;
  protected readonly activation: Exclude<TransformerActivation, string>;

  /**
   * @param dModel - The size of inputs and outputs.
   * @param nhead - The number of heads, which divides it.
   * @throws RangeError or TypeError for arguments that make no sense or do not go together.
   */
  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    const { dimFeedforward, dropout, activation, eps, batchFirst, normFirst, dtype } = settingsOf(options);
    super(normFirst);
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, dtype });
    this.multiheadAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, dtype });
    this.linear1 = new Linear(dModel, dimFeedforward, { dtype });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { dtype });
    this.norm1 = new LayerNorm(dModel, { eps, dtype });
    this.norm2 = new LayerNorm(dModel, { eps, dtype });
    this.norm3 = new LayerNorm(dModel, { eps, dtype });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
    this.activation = activation;
  }

  /**
   * @param tgt - [T, N, dModel], with `batchFirst` [N, T, dModel], or unbatched [T, dModel].
   * @param memory - The encoder's output, [S, N, dModel], [N, S, dModel] or [S, dModel].
   * @returns A tensor of tgt's shape.
   * @throws ShapeError for other shapes.
   */
  forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    const own = { attnMask: masks.tgtMask, keyPaddingMask: masks.tgtKeyPaddingMask };
    const others = { attnMask: masks.memoryMask, keyPaddingMask: masks.memoryKeyPaddingMask };
    let x = this.residual(tgt, this.norm1, (y) => this.dropout1.forward(attend(this.selfAttn, y, y, own)));
    x = this.residual(x, this.norm2, (y) =>
      this.dropout2.forward(attend(this.multiheadAttn, y, memory, others)),
    );
    return this.residual(x, this.norm3, (y) => this.dropout3.forward(this.feedForward(y)));
  }
}

/** The options with their defaults. */
function settingsOf(options: TransformerLayerOptions): {
  dimFeedforward: number;
  dropout: number;
  activation: Exclude<TransformerActivation, string>;
  eps: number;
  batchFirst: boolean;
  normFirst: boolean;
  dtype: DType;
} {
  const { dimFeedforward = 2048, dropout = 0.1, activation = 'relu', layerNormEps = 1e-5 } = options;
  const { batchFirst = false, normFirst = false, dtype = 'float32' } = options;
  return {
    dimFeedforward,
    dropout,
    activation: functionOf(activation),
    eps: layerNormEps,
    batchFirst,
    normFirst,
    dtype,
  };
}

function functionOf(activation: TransformerActivation): Exclude<TransformerActivation, string> {
  if (typeof activation === 'function' || isModule(activation)) return activation;
  if (activation === 'relu') return relu;
  if (activation === 'gelu') return (x) => gelu(x);
  throw new RangeError(`TransformerLayer: activation should be relu/gelu, not ${String(activation)}`);
}
