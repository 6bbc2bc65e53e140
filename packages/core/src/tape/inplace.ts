import { kernels } from '@retrograd/kernels';
import { AutogradError, DTypeError, ShapeError } from '../errors.ts';
import { formatShape, sameShape } from '../shape.ts';
import { Storage } from '../storage.ts';
import { NOT_A_VIEW, Tensor } from '../tensor.ts';
import { entryOf, type Entry } from './entry.ts';
import { moveRetainer } from './hooks.ts';
import { tapeState } from './recording.ts';

/**
 * Gives x the elements and the history of a result computed from it: what every in-place op does. PyTorch's rules:
 * the storage's version increases (so a saved value that changed is noticed), and while recording a leaf that
 * requires grad is protected. A view that would have to be recorded is refused, with advice.
 *
 * @param name - The op's name with its underscore, for errors.
 * @param compute - Computes the result out of place, from x as it is. Nothing is changed if it throws.
 */
export function inPlace(name: string, x: Tensor, compute: () => Tensor): Tensor {
  if (tapeState.recording) protectLeaf(name, x);
  const result = compute();
  if (!sameShape(result.shape, x.shape)) {
    throw new ShapeError(
      `${name}: output with shape ${formatShape(x.shape)} doesn't match the broadcast shape ${formatShape(result.shape)}`,
    );
  }
  if (result.dtype !== x.dtype) {
    throw new DTypeError(
      `${name}: result type ${result.dtype} can't be cast to the desired output type ${x.dtype}`,
    );
  }
  const recorded = tapeState.recording && result.requiresGrad;
  if (recorded && x.viewEpoch !== NOT_A_VIEW) {
    throw new AutogradError(
      `${name}: an inplace operation on a view cannot be recorded. Modify the tensor it was taken from, compute ` +
        `out of place (x.indexPut(...), cat(...)), or modify a clone()`,
    );
  }
  const { storage } = result;
  kernels.copy(x.shape, storage.array, result.offset, result.strides, x.storage.array, x.offset, x.strides);
  x.storage.version++;
  if (recorded) {
    const { entry, slot } = x;
    x.storage.epoch++;
    x.entry = result.entry;
    x.slot = result.slot;
    if (x.retainsGrad) moveRetainer(x, entry as Entry, slot);
  }
  return x;
}

/**
 * A second tensor at x's place on the tape and over x's array, in a storage of its own: who must keep what x is now can
 * give that storage a copy of the array.
 */
export function twinOf(x: Tensor): Tensor {
  const storage = new Storage(x.storage.array);
  storage.epoch = x.storage.epoch;
  const twin = new Tensor(storage, x.offset, x.shape, x.strides, x.dtype);
  twin.entry = x.entry;
  twin.slot = x.slot;
  twin.viewEpoch = x.viewEpoch;
  return twin;
}

function protectLeaf(name: string, x: Tensor): void {
  if (!x.requiresGrad) return;
  if (x.isLeaf) {
    throw new AutogradError(
      `${name}: a leaf Variable that requires grad is being used in an in-place operation. Wrap it in noGrad(...) ` +
        `if it is an update of a parameter`,
    );
  }
  let base: Entry | null = entryOf(x);
  while (base !== null && base.op.isView) base = base.first;
  if (x.viewEpoch !== NOT_A_VIEW && base !== null && base.leaf !== null) {
    throw new AutogradError(
      `${name}: a view of a leaf Variable that requires grad is being used in an in-place operation. Wrap it in ` +
        `noGrad(...) if it is an update of a parameter`,
    );
  }
}
