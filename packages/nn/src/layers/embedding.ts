import { embedding, noGrad, zeros, type DType, type Tensor } from '@retrograd/core';
import { checkNumber, checkSize } from '../checks.ts';
import { normal_ } from '../init.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { pythonNumber } from '../repr.ts';

/** How long the rows an embedding looks up may be. */
export interface MaxNormOptions {
  /** Rows looked up whose norm is greater are scaled down to this one, in the weight itself. Default null: none are. */
  readonly maxNorm?: number | null;
  /** The p of that norm. Default 2. */
  readonly normType?: number;
}

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends MaxNormOptions {
  /** An index (from the end, if negative) whose row starts as zeros and never gets a gradient. */
  readonly paddingIdx?: number | null;
  /** The dtype of the weight. Default float32. */
  readonly dtype?: DType;
}

/**
 * Looks up rows of a weight [numEmbeddings, embeddingDim]: indices of any shape become that shape with embeddingDim
 * behind it (torch.nn.Embedding).
 *
 * The weight starts normal with mean 0 and standard deviation 1.
 */
export class Embedding extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  /** From 0, or null. */
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  /** [numEmbeddings, embeddingDim] */
  weight: Parameter;

  /** @throws RangeError for sizes that make no sense, a padding index outside, or a negative maxNorm. */
  constructor(
    numEmbeddings: number,
    embeddingDim: number,
    { paddingIdx = null, maxNorm = null, normType = 2, dtype = 'float32' }: EmbeddingOptions = {},
  ) {
    super();
    checkSize('Embedding', 'numEmbeddings', numEmbeddings, 0);
    checkSize('Embedding', 'embeddingDim', embeddingDim, 0);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingRow('Embedding', paddingIdx, numEmbeddings);
    checkMaxNorm('Embedding', maxNorm, normType);
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.weight = new Parameter(zeros([numEmbeddings, embeddingDim], { dtype }));
    this.resetParameters();
  }

  /**
   * A layer that looks up the rows of a given matrix, whose elements it shares (torch.nn.Embedding.from_pretrained).
   *
   * @param options - `freeze: false` has the rows trained.
   */
  static fromPretrained(
    embeddings: Tensor,
    {
      freeze = true,
      paddingIdx = null,
      ...options
    }: MaxNormOptions & { readonly freeze?: boolean; readonly paddingIdx?: number | null } = {},
  ): Embedding {
    const [rows, columns] = matrixShape('Embedding', embeddings);
    const layer = new Embedding(0, columns, { ...options, dtype: embeddings.dtype });
    const sized = { numEmbeddings: rows, paddingIdx: paddingRow('Embedding', paddingIdx, rows) };
    return Object.assign(layer, sized, { weight: new Parameter(embeddings, !freeze) });
  }

  /** Draws the weight anew. */
  resetParameters(): void {
    drawRows(this.weight, this.paddingIdx);
  }

  forward(input: Tensor): Tensor {
    const { paddingIdx, maxNorm, normType } = this;
    return embedding(input, this.weight, { paddingIdx, maxNorm, normType });
  }

  override extraRepr(): string {
    const { numEmbeddings, embeddingDim, paddingIdx } = this;
    const padding = paddingIdx === null ? '' : `, padding_idx=${paddingIdx}`;
    return `${numEmbeddings}, ${embeddingDim}${padding}${maxNormText(this)}`;
  }
}

/** The extents of a pretrained weight, which must be 2-d. */
export function matrixShape(name: string, embeddings: Tensor): readonly number[] {
  if (embeddings.ndim === 2) return embeddings.shape;
  throw new RangeError(
    `${name}: Embeddings parameter is expected to be 2-dimensional, got [${embeddings.shape.join(', ')}]`,
  );
}

/** Draws the rows of a weight from the standard normal distribution; that of the padding index is zeros. */
export function drawRows(weight: Parameter, paddingIdx: number | null): void {
  normal_(weight);
  if (paddingIdx !== null) noGrad(() => weight.select(0, paddingIdx).zero_());
}

/** A padding index from 0; `where` names the layer in the error. */
export function paddingRow(where: string, paddingIdx: number | null, rows: number): number | null {
  if (paddingIdx === null) return null;
  if (!Number.isInteger(paddingIdx) || paddingIdx < -rows || paddingIdx >= rows) {
    throw new RangeError(`${where}: Padding_idx must be within num_embeddings, got ${paddingIdx} of ${rows}`);
  }
  return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
}

/** Throws unless a norm's bound and its p are numbers, and the bound not negative. */
export function checkMaxNorm(where: string, maxNorm: number | null, normType: number): void {
  if (maxNorm !== null) checkNumber(where, 'maxNorm', maxNorm);
  if (maxNorm !== null && maxNorm < 0) {
    throw new RangeError(`${where}: maxNorm must not be negative, got ${maxNorm}`);
  }
  checkNumber(where, 'normType', normType);
}

/** What a layer prints of the bound of norms, if it has one, and of their p, if it is not 2. */
export function maxNormText(layer: { readonly maxNorm: number | null; readonly normType: number }): string {
  const bound = layer.maxNorm === null ? '' : `, max_norm=${pythonNumber(layer.maxNorm)}`;
  return layer.normType === 2 ? bound : `${bound}, norm_type=${pythonNumber(layer.normType)}`;
}
