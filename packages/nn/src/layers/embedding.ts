import { embedding, noGrad, zeros, type DType, type Tensor } from '@retrograd/core';
import { checkSize } from '../checks.ts';
import { normal_ } from '../init.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
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
  /** [numEmbeddings, embeddingDim] */
  weight: Parameter;

  /** @throws RangeError for sizes that make no sense, or a padding index outside. */
  constructor(
    numEmbeddings: number,
    embeddingDim: number,
    { paddingIdx = null, dtype = 'float32' }: EmbeddingOptions = {},
  ) {
    super();
    checkSize('Embedding', 'numEmbeddings', numEmbeddings, 0);
    checkSize('Embedding', 'embeddingDim', embeddingDim, 0);
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingRow('Embedding', paddingIdx, numEmbeddings);
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
    }: { readonly freeze?: boolean; readonly paddingIdx?: number | null } = {},
  ): Embedding {
    if (embeddings.ndim !== 2) {
      throw new RangeError(
        `Embedding: Embeddings parameter is expected to be 2-dimensional, got [${embeddings.shape.join(', ')}]`,
      );
    }
    const [rows, columns] = embeddings.shape;
    const layer = new Embedding(0, columns, { dtype: embeddings.dtype });
    const sized = { numEmbeddings: rows, paddingIdx: paddingRow('Embedding', paddingIdx, rows) };
    return Object.assign(layer, sized, { weight: new Parameter(embeddings, !freeze) });
  }

  /** Draws the weight anew. */
  resetParameters(): void {
    const { weight, paddingIdx } = this;
    normal_(weight);
    if (paddingIdx !== null) noGrad(() => weight.select(0, paddingIdx).zero_());
  }

  forward(input: Tensor): Tensor {
    return embedding(input, this.weight, { paddingIdx: this.paddingIdx });
  }

  override extraRepr(): string {
    const { numEmbeddings, embeddingDim, paddingIdx } = this;
    return `${numEmbeddings}, ${embeddingDim}${paddingIdx === null ? '' : `, padding_idx=${paddingIdx}`}`;
  }
}

/** A padding index from 0; `where` names the layer in the error. */
export function paddingRow(where: string, paddingIdx: number | null, rows: number): number | null {
  if (paddingIdx === null) return null;
  if (!Number.isInteger(paddingIdx) || paddingIdx < -rows || paddingIdx >= rows) {
    throw new RangeError(`${where}: Padding_idx must be within num_embeddings, got ${paddingIdx} of ${rows}`);
  }
  return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
}
