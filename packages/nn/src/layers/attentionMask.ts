import { DTypeError, isFloating, ShapeError, where, zeros, type DType, type Tensor } from '@retrograd/core';

/** The masks of an attention. */
interface Masks {
  /** [L, S] or [N·heads, L, S]. */
  readonly attnMask: Tensor | null;
  /** [N, S], or [S] for unbatched inputs. */
  readonly keyPaddingMask: Tensor | null;
}

/** The sizes of an attention. */
interface Sizes {
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  /** How many keys that every query may see were added at the end. */
  readonly added: number;
  readonly batched: boolean;
  readonly dtype: DType;
}

/**
 * What is added to the scores [N, heads, L, S + added]; null for nothing. Bool masks are −∞ where they are true.
 *
 * @throws ShapeError for masks of other shapes; DTypeError for masks of integers.
 */
export function attentionMask({ attnMask, keyPaddingMask }: Masks, sizes: Sizes): Tensor | null {
  const { batch, heads, queries, keys, batched } = sizes;
  let attention: Tensor | null = null;
  let padding: Tensor | null = null;
  if (attnMask !== null) {
    const whole = attnMask.ndim === 3;
    const expected = whole ? [batch * heads, queries, keys] : [queries, keys];
    checkShape('attn_mask', attnMask, expected);
    const added = additive('attn_mask', attnMask, sizes);
    attention = whole ? added.reshape([batch, heads, queries, added.shape[2]]) : added;
  }
  if (keyPaddingMask !== null) {
    checkShape('key_padding_mask', keyPaddingMask, batched ? [batch, keys] : [keys]);
    const added = additive('key_padding_mask', keyPaddingMask, sizes);
    padding = added.reshape([batch, 1, 1, added.shape[added.ndim - 1]]);
  }
  if (attention === null || padding === null) return attention ?? padding;
  return attention.add(padding);
}

/** A mask as numbers to add, with zeros for the keys that were added. */
function additive(name: string, mask: Tensor, { added, dtype }: Sizes): Tensor {
  if (mask.dtype !== 'bool' && !isFloating(mask.dtype)) {
    throw new DTypeError(
      `MultiheadAttention: only bool and floating types of ${name} are supported, got ${mask.dtype}`,
    );
  }
  const numbers = mask.dtype === 'bool' ? where(mask, -Infinity, zeros([], { dtype })) : mask.to(dtype);
  return added === 0 ? numbers : numbers.pad([0, added]);
}

function checkShape(name: string, mask: Tensor, expected: readonly number[]): void {
  if (mask.shape.join() === expected.join() && mask.ndim === expected.length) return;
  throw new ShapeError(
    `MultiheadAttention: The shape of the ${mask.ndim}D ${name} is [${mask.shape.join(', ')}], but should be ` +
      `[${expected.join(', ')}]`,
  );
}
