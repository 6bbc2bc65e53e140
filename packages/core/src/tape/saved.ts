import { AutogradError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { History, Tensor } from '../tensor.ts';
import { tapeState, type SavedTensorsHooks } from './recording.ts';

/**
 * A tensor saved for a rule: held itself with the version it had, or as what a pack hook made of it. What an entry saves
 * is a list, because most entries save one tensor, and a list of one is one object.
 */
export type Saved = SavedTensor | PackedTensor;

/** A tensor held as it is. */
export class SavedTensor {
  readonly tensor: Tensor;
  readonly version: number;
  /** Which of the op's values it is: inputs first, then outputs. */
  readonly index: number;
  readonly next: Saved | null;

  constructor(tensor: Tensor, index: number, next: Saved | null) {
    this.tensor = tensor;
    this.version = tensor.storage.version;
    this.index = index;
    this.next = next;
  }

  /** The tensor, unless it was modified since. `opName` is the op whose rule asks. */
  get(opName: string): Tensor {
    const { tensor, version } = this;
    if (tensor.storage.version !== version) {
      const maker = tensor.gradFn === null ? '' : `, which is an output of ${tensor.gradFn.name},`;
      throw new AutogradError(
        `${opName}: one of the variables needed for gradient computation has been modified by an inplace ` +
          `operation: [${tensor.dtype} ${formatShape(tensor.shape)}]${maker} is at version ` +
          `${tensor.storage.version}; expected version ${version} instead. Hint: modify a clone(), or use the ` +
          `out-of-place form of the op`,
      );
    }
    return tensor;
  }
}

/** A tensor kept as what the saved-tensor hooks in force made of it; its place on the tape is kept beside it. */
export class PackedTensor {
  private readonly packed: unknown;
  private readonly hooks: SavedTensorsHooks;
  private readonly original: { entry: History | null; slot: number; requiresGrad: boolean };
  readonly tensor = null;
  readonly index: number;
  readonly next: Saved | null;

  constructor(tensor: Tensor, hooks: SavedTensorsHooks, index: number, next: Saved | null) {
    this.index = index;
    this.next = next;
    this.packed = hooks.pack(tensor.detach());
    this.hooks = hooks;
    this.original = { entry: tensor.entry, slot: tensor.slot, requiresGrad: tensor.requiresGrad };
  }

  get(opName: string): Tensor {
    const value = this.hooks.unpack(this.packed);
    if (typeof value !== 'object' || !('storage' in value)) {
      throw new AutogradError(`${opName}: the unpack hook of a saved tensor did not return a Tensor`);
    }
    if (!this.original.requiresGrad) return value;
    const restored = value.detach();
    restored.entry = this.original.entry;
    restored.slot = this.original.slot;
    return restored;
  }
}

/** Keeps x as one of an op's values, through the saved-tensor hooks in force if there are any, before those in `next`. */
export function saveTensor(x: Tensor, index: number, next: Saved | null): Saved {
  const { savedHooks } = tapeState;
  x.storage.saved = true;
  if (savedHooks.length === 0) return new SavedTensor(x, index, next);
  return new PackedTensor(x, savedHooks[savedHooks.length - 1], index, next);
}
