import { embeddingBag, zeros, type DType, type Tensor } from '@retrograd/core';
import { checkChoice, checkFlag, checkOptions, checkSize } from '../checks.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import {
  checkMaxNorm,
  drawRows,
  matrixShape,
  maxNormText,
  paddingRow,
  type MaxNormOptions,
} from './embedding.ts';

/** What an {@link EmbeddingBag} makes of the rows of a bag. */
export type BagMode = 'sum' | 'mean' | 'max';

/** Options of {@link EmbeddingBag}. */
export interface EmbeddingBagOptions extends MaxNormOptions {
  /** What is made of the rows of a bag; 0 of none. Default 'mean'. */
  readonly mode?: BagMode;
  /** Whether offsets end with the end of the last bag. Default false. */
  readonly includeLastOffset?: boolean;
  /** An index (from the end, if negative) that does not count in its bag; its row starts as zeros. */
  readonly paddingIdx?: number | null;
  /** The dtype of the weight. Default float32. */
  readonly dtype?: DType;
}

/** Options of {@link EmbeddingBag.fromPretrained}. */
export interface PretrainedBagOptions extends Omit<EmbeddingBagOptions, 'dtype'> {
  /** Whether the rows are not trained. Default true. */
  readonly freeze?: boolean;
}

/** What bags are made of beside indices. */
export interface Bags {
  /** Where each bag begins in a 1-d input: int32, rising from 0. */
  readonly offsets?: Tensor | null;
  /** What each row is multiplied by, in mode 'sum': of input's shape. */
  readonly perSampleWeights?: Tensor | null;
}

/**
 * The sum, mean or maximum of each bag of rows of a weight [numEmbeddings, embeddingDim] (torch.nn.EmbeddingBag):
 * indices [bags, rows of each], or 1-d ones with `offsets`, become [bags, embeddingDim].
 *
 *     const bag = new nn.EmbeddingBag(10, 3, { mode: 'sum' });
 *     bag.forward(tensor([1, 2, 4, 5], { dtype: 'int32' }), { offsets: tensor([0, 3], { dtype: 'int32' }) });
 *
 * The weight starts normal with mean 0 and standard deviation 1.
 */
export class EmbeddingBag extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly mode: BagMode;
  readonly includeLastOffset: boolean;
  /** From 0, or null. */
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  /** [numEmbeddings, embeddingDim] */
  weight: Parameter;

  /** @throws RangeError for sizes that make no sense, an unknown mode, a padding index outside, or a negative maxNorm. */
  constructor(
    numEmbeddings: number,
    embeddingDim: number,
    {
      mode = 'mean',
      includeLastOffset = false,
      paddingIdx = null,
      maxNorm = null,
      normType = 2,
      dtype = 'float32',
    }: EmbeddingBagOptions = {},
  ) {
    super();
    checkSize('EmbeddingBag', 'numEmbeddings', numEmbeddings, 0);
    checkSize('EmbeddingBag', 'embeddingDim', embeddingDim, 0);
    checkChoice('EmbeddingBag', 'mode', mode, ['sum', 'mean', 'max']);
    checkFlag('EmbeddingBag', 'includeLastOffset', includeLastOffset);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.mode = mode;
    this.includeLastOffset = includeLastOffset;
    this.paddingIdx = paddingRow('EmbeddingBag', paddingIdx, numEmbeddings);
    checkMaxNorm('EmbeddingBag', maxNorm, normType);
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.weight = new Parameter(zeros([numEmbeddings, embeddingDim], { dtype }));
    this.resetParameters();
  }

  /**
   * A layer over the rows of a given matrix, whose elements it shares (torch.nn.EmbeddingBag.from_pretrained).
   *
   * @param options - `freeze: false` has the rows trained.
   * @throws RangeError unless embeddings are 2-d, and as the constructor.
   */
  static fromPretrained(
    embeddings: Tensor,
    { freeze = true, paddingIdx = null, ...options }: PretrainedBagOptions = {},
  ): EmbeddingBag {
    const [rows, columns] = matrixShape('EmbeddingBag', embeddings);
    const layer = new EmbeddingBag(0, columns, { ...options, dtype: embeddings.dtype });
    const sized = { numEmbeddings: rows, paddingIdx: paddingRow('EmbeddingBag', paddingIdx, rows) };
    return Object.assign(layer, sized, { weight: new Parameter(embeddings, !freeze) });
  }

  /** Draws the weight anew. */
  resetParameters(): void {
    drawRows(this.weight, this.paddingIdx);
  }

  /** @throws ShapeError unless the offsets fit the input; TypeError for perSampleWeights in a mode other than 'sum'. */
  forward(input: Tensor, bags: Bags = {}): Tensor {
    checkOptions('EmbeddingBag', bags);
    const { offsets, perSampleWeights } = bags;
    const { mode, includeLastOffset, paddingIdx, maxNorm, normType } = this;
    const options = { mode, includeLastOffset, paddingIdx, maxNorm, normType, offsets, perSampleWeights };
    return embeddingBag(input, this.weight, options);
  }

  override extraRepr(): string {
    const { numEmbeddings, embeddingDim, mode, paddingIdx } = this;
    const padding = paddingIdx === null ? '' : `, padding_idx=${paddingIdx}`;
    return `${numEmbeddings}, ${embeddingDim}${maxNormText(this)}, mode=${mode}${padding}`;
  }
}
