/* What losses do with their elements. */
import type { Tensor } from '../tensor.ts';
import { mean, sum } from './reduce.ts';

/** How a loss combines its elements: their mean, their sum, or not at all. */
export type Reduction = 'mean' | 'sum' | 'none';

/** The option all losses have. */
export interface LossOptions {
  /** How the elements are combined. Default 'mean'. */
  readonly reduction?: Reduction;
}

/** The reduction asked for, or an error if there is no such. */
export function reductionOf<R extends string = Reduction>(
  op: string,
  reduction: R | undefined,
  known: readonly string[] = ['mean', 'sum', 'none'],
): R | 'mean' {
  if (reduction === undefined) return 'mean';
  if (known.includes(reduction)) return reduction;
  throw new TypeError(
    `${op}: ${String(reduction)} is not a valid value for reduction (one of ${known.join(', ')})`,
  );
}

/** Combines a loss's elements. */
export function reduceLoss(elements: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'none') return elements;
  return reduction === 'sum' ? sum(elements) : mean(elements);
}
