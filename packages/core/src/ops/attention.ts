/* Attention: values averaged by how well their keys answer a query. */
import { ones } from '../creation.ts';
import { ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add, mul } from './arithmetic.ts';
import { logicalNot } from './compare.ts';
import { dropout } from './dropout.ts';
import { checkOperands, matmul } from './matmul.ts';
import { toFloat } from './promote.ts';
import { softmax } from './softmax.ts';
import { tril } from './triangle.ts';
import { mT } from './view.ts';
import { maskedFill } from './where.ts';

const { sqrt } = Math;

/** Options of {@link scaledDotProductAttention}. */
export interface AttentionOptions {
  /** Broadcasts to [..., L, S]: bool, true where a query may see a key; or numbers added to the scores. Default none. */
  readonly attnMask?: Tensor | null;
  /** The probability that a weight is dropped. Default 0. */
  readonly dropoutP?: number;
  /** Let query i see only keys 0 … i. Default false. */
  readonly isCausal?: boolean;
  /** What scores are multiplied by. Default 1 / √E. */
  readonly scale?: number | null;
}

/**
 * softmax(q·kᵀ·scale + mask)·v (torch.nn.functional.scaled_dot_product_attention). q is [..., L, E], k [..., S, E],
 * v [..., S, Ev]; the result is [..., L, Ev]. A query that may see no key gives NaN.
 *
 * @throws ShapeError if shapes do not fit; TypeError for both a mask and `isCausal`; DTypeError for different dtypes.
 */
export function scaledDotProductAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: AttentionOptions = {},
): Tensor {
  const op = 'scaledDotProductAttention';
  const { attnMask = null, dropoutP = 0, isCausal = false, scale = null } = options;
  checkOperands(op, q, k, v);
  const [x, keys, values] = [toFloat(op, q), toFloat(op, k), toFloat(op, v)];
  if (x.ndim < 2 || keys.ndim < 2 || values.ndim < 2) {
    throw new ShapeError(
      `${op}: Expected query, key, and value to have at least 2 dimensions, got ${formatShape(q.shape)}, ` +
        `${formatShape(k.shape)} and ${formatShape(v.shape)}`,
    );
  }
  if (attnMask !== null && isCausal) {
    throw new TypeError(`${op}: Explicit attn_mask should not be set when is_causal=True`);
  }
  const factor = scale ?? 1 / sqrt(x.shape[x.ndim - 1]);
  const scores = matmul(mul(x, factor), mT(keys));
  const [rows, columns] = scores.shape.slice(-2);
  const mask = isCausal ? tril(ones([rows, columns], { dtype: 'bool' })) : attnMask;
  const weights = softmax(mask === null ? scores : masked(scores, mask), -1);
  return matmul(dropout(weights, { p: dropoutP }), values);
}

function masked(scores: Tensor, mask: Tensor): Tensor {
  return mask.dtype === 'bool' ? maskedFill(scores, logicalNot(mask), -Infinity) : add(scores, mask);
}
