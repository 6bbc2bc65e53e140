import { AutogradError } from '../errors.ts';
import { defaultGenerator } from '../random/generator.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { enableGrad, savedTensorsHooks, type SavedTensorsHooks } from './recording.ts';
import { PackedTensor, SavedTensor, saveTensor } from './saved.ts';

/** Options of {@link checkpoint}. */
export interface CheckpointOptions {
  /** Recompute with the default generator in the state it had, so that dropout masks are the same. Default true. */
  readonly preserveRngState?: boolean;
}

/**
 * Runs `fn(...inputs)` without keeping what its rules will need; it is computed again when backward gets there
 * (torch.utils.checkpoint, non-reentrant). Costs a second forward, saves its memory. Works under `backward` and
 * `grad`, for tensors that `fn` captures too, and nests.
 *
 * @returns What `fn` returns.
 * @throws AutogradError in backward if `fn` saves a different number of tensors the second time, or an input was
 * modified in place in between.
 */
export function checkpoint<A extends readonly unknown[], R>(
  fn: (...inputs: A) => R,
  inputs: A,
  options: CheckpointOptions = {},
): R {
  const { preserveRngState = true } = options;
  const state = preserveRngState ? defaultGenerator.getState() : null;
  // Saved through whatever hooks surround this call, so that an outer checkpoint drops them too.
  const kept = inputs.map((x) => (isTensor(x) ? saveTensor(x, 0, null) : x));
  return savedTensorsHooks(recomputingHooks(fn, kept, state), () => fn(...inputs));
}

/** Hooks that keep nothing but a number for each saved tensor. (A scope of its own: it must not hold the inputs.) */
function recomputingHooks<A extends readonly unknown[]>(
  fn: (...inputs: A) => unknown,
  kept: readonly unknown[],
  state: Uint8Array | null,
): SavedTensorsHooks<number> {
  let count = 0;
  /** What the second run saved and no rule has fetched yet. */
  const recomputed = new Map<number, Tensor>();

  const recompute = (): void => {
    const inputs = kept.map((x) =>
      x instanceof SavedTensor || x instanceof PackedTensor ? x.get('checkpoint') : x,
    );
    let next = 0;
    const keep = { pack: (x: Tensor) => void recomputed.set(next++, x), unpack: misplaced };
    const later = state && defaultGenerator.getState();
    if (state) defaultGenerator.setState(state);
    try {
      enableGrad(() => savedTensorsHooks(keep, () => void fn(...(inputs as [...A]))));
    } finally {
      if (later) defaultGenerator.setState(later);
    }
    if (next !== count) {
      throw new AutogradError(
        `checkpoint: the function saved ${count} tensors when it ran first and ${next} when it was computed again: it ` +
          `must do the same both times`,
      );
    }
  };

  return {
    pack: () => count++,
    unpack: (index) => {
      if (!recomputed.has(index)) recompute();
      const x = recomputed.get(index) as Tensor;
      recomputed.delete(index);
      return x;
    },
  };
}

function misplaced(): never {
  throw new AutogradError(
    'checkpoint: a value that was being recomputed has been differentiated inside its function',
  );
}
