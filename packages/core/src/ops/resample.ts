/* Elements along a dim made of others by fixed weights: what interpolation and adaptive pooling share. */
import { tensor } from '../creation.ts';
import type { Tensor } from '../tensor.ts';
import { add, mul } from './arithmetic.ts';
import { indexSelect } from './indexSelect.ts';
import { reshape } from './view.ts';

/** One summand of each element of the result: where it is read, and its weights (all 1 unless given). */
export interface Tap {
  readonly positions: readonly number[];
  readonly weights?: readonly number[];
}

/** out[…, i, …] = Σ over taps of weights[i]·x[…, positions[i], …]. */
export function resampled(x: Tensor, dim: number, taps: readonly Tap[]): Tensor {
  const inner = new Array<number>(x.ndim - 1 - dim).fill(1);
  return taps
    .map(({ positions, weights }) => {
      const part = indexSelect(x, dim, tensor([...positions], { dtype: 'int32' }));
      if (weights === undefined) return part;
      return mul(part, reshape(tensor([...weights], { dtype: x.dtype }), [weights.length, ...inner]));
    })
    .reduce((sum, part) => add(sum, part));
}
