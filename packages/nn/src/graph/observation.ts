/* What a drawing shows of a run: shapes, and whether values are finite. */
import { isFloating, isGradEnabled, isTensor, noGrad, type HookHandle, type Tensor } from '@retrograd/core';
import type { Activity } from '../layerwise/activity.ts';

type Nested<T> = T | readonly Nested<T>[];

/** What is known of one node's output and its gradient, as text for each of its tensors. */
export interface Observation {
  /** The numbers of the tensors, in the output's structure. */
  readonly structure: Nested<number>;
  readonly values: readonly string[];
  /** Null where no gradient has arrived. */
  readonly gradients: (string | null)[];
}

/**
 * Looks at a node's output, and at its gradient when a backward pass computes it: all of it, whichever nodes it comes from.
 *
 * @param onLeaves - Gets the hooks on leaves, which outlive the run: the caller's own tensors, for one.
 */
export function observe(output: Activity, onLeaves: HookHandle[]): Observation {
  const values: string[] = [];
  const gradients: (string | null)[] = [];
  const structure = numbered(output, (x) => {
    const i = values.push(summary(x)) - 1;
    gradients.push(null);
    if (isGradEnabled() && x.requiresGrad) {
      const handle = x.registerHook((g) => void (gradients[i] = summary(g)));
      if (x.isLeaf) onLeaves.push(handle);
    }
    return i;
  });
  return { structure, values, gradients };
}

/** The values of an observation as text, tables in braces. */
export function textOf({ structure }: Observation, texts: readonly (string | null)[]): string {
  const format = (item: Nested<number>): string =>
    typeof item === 'number' ? (texts[item] ?? '–') : `{${item.map(format).join(', ')}}`;
  return format(structure);
}

/** Whether one of the texts tells of NaN or an infinity. */
export function isFlagged(texts: readonly (string | null)[]): boolean {
  return texts.some((text) => text !== null && /NaN|inf$/.test(text));
}

/** The shape, and `NaN`, `inf` or `-inf` if there is one. */
function summary(x: Tensor): string {
  const shape = `[${x.shape.join(', ')}]`;
  const flag = flagOf(x);
  return flag === '' ? shape : `${shape} ${flag}`;
}

function flagOf(x: Tensor): string {
  if (!isFloating(x.dtype) || x.numel() === 0) return '';
  return noGrad(() => {
    const y = x.detach();
    // One quick pass for almost all: a sum is finite only if all is.
    if (Number.isFinite(y.sum().item())) return '';
    if (y.isnan().any().item() !== 0) return 'NaN';
    if (y.eq(Infinity).any().item() !== 0) return 'inf';
    return y.eq(-Infinity).any().item() !== 0 ? '-inf' : '';
  });
}

function numbered(activity: Activity, number: (x: Tensor) => number): Nested<number> {
  return isTensor(activity) ? number(activity) : activity.map((item) => numbered(item, number));
}
