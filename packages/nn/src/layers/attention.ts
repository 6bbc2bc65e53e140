import {
  cat,
  dropout,
  linear,
  matmul,
  ShapeError,
  softmax,
  zeros,
  type DType,
  type Tensor,
} from '@retrograd/core';
import { checkFlag, checkProbability, checkSize } from '../checks.ts';
import { constant_, xavierNormal_, xavierUniform_ } from '../init.ts';
import { snakeCase } from '../keys.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { attentionMask } from './attentionMask.ts';
import { Linear } from './linear.ts';
import { partsOf } from './parts.ts';

/** Options of {@link MultiheadAttention}. */
export interface MultiheadAttentionOptions {
  /** The probability that an attention weight is dropped in training mode. Default 0. */
  readonly dropout?: number;
  /** Whether biases are added to projections. Default true. */
  readonly bias?: boolean;
  /** Whether a trained key and value are added at the end of each sequence. Default false. */
  readonly addBiasKv?: boolean;
  /** Whether a key and value of zeros are added at the end of each sequence. Default false. */
  readonly addZeroAttn?: boolean;
  /** The size of keys; null for embedDim. Default null. */
  readonly kdim?: number | null;
  /** The size of values; null for embedDim. Default null. */
  readonly vdim?: number | null;
  /** Whether inputs and output are [N, L, E] in place of [L, N, E]. Default false. */
  readonly batchFirst?: boolean;
  /** The dtype of the parameters. Default float32. */
  readonly dtype?: DType;
}

/** What {@link MultiheadAttention} may be told beside its inputs. */
export interface AttendOptions {
  /** [N, S], or [S] for unbatched inputs: bool, true for a key to be ignored, or numbers added to its scores. */
  readonly keyPaddingMask?: Tensor | null;
  /** Whether the weights are returned too. Default true. */
  readonly needWeights?: boolean;
  /** [L, S] or [N·numHeads, L, S]: bool, true where a query may NOT see a key, or numbers added to the scores. */
  readonly attnMask?: Tensor | null;
  /** Whether the returned weights are averaged over the heads. Default true. */
  readonly averageAttnWeights?: boolean;
}

/** PyTorch's name for the projection of outputs, by which it prints. */
class NonDynamicallyQuantizableLinear extends Linear {}

/**
 * Attention in several heads (torch.nn.MultiheadAttention; Vaswani et al., Attention Is All You Need, 2017): queries,
 * keys and values are projected and cut into heads of size d = embedDim / numHeads; each head is
 *
 *     softmax(q·kᵀ / √d + mask)·v
 *
 * and all of them together are projected once more. In a bool mask true means "not allowed", as in PyTorch's module (its
 * function `scaledDotProductAttention` has it the other way round). A query that may see no key gives NaN.
 *
 *     const attention = new nn.MultiheadAttention(64, 8, { batchFirst: true });
 *     const [output, weights] = attention.forward(x, x, x);
 *
 * The weights of the first projections start Xavier-uniform, that of the last as in a {@link Linear}, biases as zeros.
 */
export class MultiheadAttention extends Module {
  readonly embedDim: number;
  readonly kdim: number;
  readonly vdim: number;
  readonly numHeads: number;
  /** The probability that an attention weight is dropped in training mode. */
  dropout: number;
  readonly batchFirst: boolean;
  readonly headDim: number;
  readonly addZeroAttn: boolean;
  /** [embedDim, embedDim] where keys or values are of another size than queries, else null. */
  qProjWeight: Parameter | null;
  /** [embedDim, kdim], or null likewise. */
  kProjWeight: Parameter | null;
  /** [embedDim, vdim], or null likewise. */
  vProjWeight: Parameter | null;
  /** [3·embedDim, embedDim], for queries, keys and values; null where their sizes differ. */
  inProjWeight: Parameter | null;
  /** [3·embedDim], or null without bias. */
  inProjBias: Parameter | null;
  /** [1, 1, embedDim], or null. */
  biasK: Parameter | null;
  /** [1, 1, embedDim], or null. */
  biasV: Parameter | null;
  readonly outProj: Linear;

  /** @throws RangeError or TypeError for arguments that make no sense or do not go together. */
  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    const {
      dropout: p = 0,
      bias = true,
      addBiasKv = false,
      addZeroAttn = false,
      batchFirst = false,
    } = options;
    const { dtype = 'float32' } = options;
    const [kdim, vdim] = [options.kdim ?? embedDim, options.vdim ?? embedDim];
    for (const [name, size] of Object.entries({ embedDim, numHeads, kdim, vdim }))
      checkSize('MultiheadAttention', name, size, 1);
    for (const [name, flag] of Object.entries({ bias, addBiasKv, addZeroAttn, batchFirst }))
      checkFlag('MultiheadAttention', name, flag);
    checkProbability('MultiheadAttention', p);
    if (embedDim % numHeads !== 0) {
      throw new RangeError(
        `MultiheadAttention: embed_dim must be divisible by num_heads: ${embedDim} by ${numHeads}`,
      );
    }
    this.embedDim = embedDim;
    this.kdim = kdim;
    this.vdim = vdim;
    this.numHeads = numHeads;
    this.dropout = p;
    this.batchFirst = batchFirst;
    this.headDim = embedDim / numHeads;
    this.addZeroAttn = addZeroAttn;
    const parameter = (...shape: number[]): Parameter => new Parameter(zeros(shape, { dtype }));
    const packed = kdim === embedDim && vdim === embedDim;
    this.qProjWeight = packed ? null : parameter(embedDim, embedDim);
    this.kProjWeight = packed ? null : parameter(embedDim, kdim);
    this.vProjWeight = packed ? null : parameter(embedDim, vdim);
    this.inProjWeight = packed ? parameter(3 * embedDim, embedDim) : null;
    this.inProjBias = bias ? parameter(3 * embedDim) : null;
    this.outProj = new NonDynamicallyQuantizableLinear(embedDim, embedDim, { bias, dtype });
    this.biasK = addBiasKv ? parameter(1, 1, embedDim) : null;
    this.biasV = addBiasKv ? parameter(1, 1, embedDim) : null;
    this.resetParameters();
  }

  /** Draws the parameters anew, but for the weight of the last projection. */
  resetParameters(): void {
    for (const weight of [this.inProjWeight, this.qProjWeight, this.kProjWeight, this.vProjWeight])
      if (weight !== null) xavierUniform_(weight);
    for (const bias of [this.inProjBias, this.outProj.bias]) if (bias !== null) constant_(bias, 0);
    for (const bias of [this.biasK, this.biasV]) if (bias !== null) xavierNormal_(bias);
  }

  /**
   * @param query - [L, N, embedDim], with `batchFirst` [N, L, embedDim], or unbatched [L, embedDim].
   * @param key - [S, N, kdim], [N, S, kdim] or [S, kdim].
   * @param value - [S, N, vdim], [N, S, vdim] or [S, vdim].
   * @returns The output, of the query's shape, and the weights [N, L, S], per head [N, numHeads, L, S], without N if
   *   unbatched; null unless needed.
   * @throws ShapeError for other shapes; DTypeError for masks of integers.
   */
  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: AttendOptions = {},
  ): [output: Tensor, weights: Tensor | null] {
    const { keyPaddingMask = null, attnMask = null, needWeights = true, averageAttnWeights = true } = options;
    const batched = this.checkInputs(query, key, value);
    const { embedDim, numHeads, headDim, training } = this;
    const seqFirst = this.seqFirst(batched, query, key, value);
    const [length, batch] = seqFirst[0].shape;
    const keys = seqFirst[1].shape[0];
    const [q, ...projected] = this.project(...seqFirst);
    const [k, v] = projected.map((x, i) => this.extended(x, i === 0 ? this.biasK : this.biasV));
    const mask = attentionMask(
      { attnMask, keyPaddingMask },
      { batch, heads: numHeads, queries: length, keys, added: k.shape[0] - keys, batched, dtype: q.dtype },
    );
    // [length, N, heads·d] → [N, heads, length, d]; products read it in place.
    const headsOf = (x: Tensor): Tensor =>
      x.reshape([x.shape[0], batch, numHeads, headDim]).permute([1, 2, 0, 3]);
    const scores = matmul(headsOf(q).mul(1 / Math.sqrt(headDim)), headsOf(k).transpose(2, 3));
    const weights = dropout(softmax(mask === null ? scores : scores.add(mask), -1), {
      p: this.dropout,
      training,
    });
    const attended = matmul(weights, headsOf(v)).permute([2, 0, 1, 3]).reshape([length, batch, embedDim]);
    const output = this.outProj.forward(attended);
    return [
      !batched ? output.squeeze(1) : this.batchFirst ? output.transpose(0, 1) : output,
      needWeights ? shown(weights, averageAttnWeights, batched) : null,
    ];
  }

  protected override keyOf(field: string): string {
    return snakeCase(field);
  }

  /** The inputs as [length, N, size], one tensor staying one. */
  private seqFirst(batched: boolean, ...inputs: [Tensor, Tensor, Tensor]): [Tensor, Tensor, Tensor] {
    const [query, key, value] = inputs;
    const turn = (x: Tensor): Tensor => (!batched ? x.unsqueeze(1) : this.batchFirst ? x.transpose(0, 1) : x);
    const [q, k] = [turn(query), key === query ? null : turn(key)];
    return [q, k ?? q, value === key ? (k ?? q) : turn(value)];
  }

  /** Queries, keys and values as the heads read them, [length, N, embedDim]. One product serves equal inputs. */
  private project(query: Tensor, key: Tensor, value: Tensor): [Tensor, Tensor, Tensor] {
    const { inProjWeight, inProjBias, qProjWeight, kProjWeight, vProjWeight } = this;
    if (inProjWeight !== null && query === key && key === value) {
      const [q, k, v] = partsOf(linear(query, inProjWeight, inProjBias), 3, 2);
      return [q, k, v];
    }
    const [bq, bk, bv] = inProjBias === null ? [null, null, null] : partsOf(inProjBias, 3, 0);
    const [wq, wk, wv] =
      inProjWeight === null ? [qProjWeight, kProjWeight, vProjWeight] : partsOf(inProjWeight, 3, 0);
    if (wq === null || wk === null || wv === null) {
      throw new TypeError('MultiheadAttention: q_proj_weight, k_proj_weight or v_proj_weight is null');
    }
    return [linear(query, wq, bq), linear(key, wk, bk), linear(value, wv, bv)];
  }

  /** Keys or values [S, N, embedDim] with those that are added at the end. */
  private extended(x: Tensor, bias: Tensor | null): Tensor {
    const row = [1, x.shape[1], this.embedDim];
    const more = bias === null ? [] : [bias.expand(row)];
    if (this.addZeroAttn) more.push(zeros(row, { dtype: x.dtype }));
    return more.length === 0 ? x : cat([x, ...more]);
  }

  /** Whether inputs are batches. Throws unless their shapes go together. */
  private checkInputs(query: Tensor, key: Tensor, value: Tensor): boolean {
    const where = 'MultiheadAttention';
    if (query.ndim !== 2 && query.ndim !== 3) {
      throw new ShapeError(
        `${where}: query should be unbatched 2D or batched 3D tensor but received ${query.ndim}-D query tensor`,
      );
    }
    const batched = query.ndim === 3;
    if (key.ndim !== query.ndim || value.ndim !== query.ndim) {
      throw new ShapeError(
        `${where}: For ${batched ? 'batched (3-D)' : 'unbatched (2-D)'} query, expected key and value to be ` +
          `${query.ndim}-D but found ${key.ndim}-D and ${value.ndim}-D tensors respectively`,
      );
    }
    const sizes = {
      embedding: [query, this.embedDim],
      key: [key, this.kdim],
      value: [value, this.vdim],
    } as const;
    for (const [name, [x, size]] of Object.entries(sizes)) {
      if (x.shape[x.ndim - 1] === size) continue;
      throw new ShapeError(
        `${where}: was expecting ${name} dimension of ${size}, but got ${x.shape[x.ndim - 1]}`,
      );
    }
    if (key.shape.slice(0, -1).join() !== value.shape.slice(0, -1).join()) {
      throw new ShapeError(
        `${where}: key's sequence and batch dims [${key.shape.slice(0, -1).join(', ')}] do not match value's ` +
          `[${value.shape.slice(0, -1).join(', ')}]`,
      );
    }
    const batchDim = this.batchFirst ? 0 : 1;
    if (batched && key.shape[batchDim] !== query.shape[batchDim]) {
      throw new ShapeError(
        `${where}: the batch sizes of query and key differ: ${query.shape[batchDim]} ≠ ${key.shape[batchDim]}`,
      );
    }
    return batched;
  }
}

/** The weights [N, heads, L, S] as they are returned. */
function shown(weights: Tensor, averaged: boolean, batched: boolean): Tensor {
  const shape = averaged ? weights.mean(1) : weights;
  return batched ? shape : shape.squeeze(0);
}
