/* Index tensors: what they must hold, checked before anything is computed with them. */
import { kernels } from '@retrograd/kernels';
import { DTypeError } from '../errors.ts';
import { allocateTensor, viewAs, type Tensor } from '../tensor.ts';
import { binaryLoop, packed } from './loops.ts';
import { checkTensor, scalar } from './promote.ts';

/**
 * Throws unless index is an int32 tensor of positions 0 ≤ i < size along a dim.
 *
 * @throws DTypeError or RangeError.
 */
export function checkIndices(op: string, index: Tensor, dim: number, size: number): void {
  checkIndexType(op, index);
  checkBounds(op, index, dim, size, 0);
}

/** Positions along a dim of which negative ones count from the end, as positions from 0. */
export function wrappedIndices(op: string, index: Tensor, dim: number, size: number): Tensor {
  checkIndexType(op, index);
  if (checkBounds(op, index, dim, size, -size) >= 0) return index;
  const out = allocateTensor(index.shape, 'int32');
  binaryLoop(kernels.remainder, index, scalar(size, 'int32'), out);
  return out;
}

/** The positions, in row-major order, at which a tensor is not zero: a 1-d int32 tensor. */
export function nonzeroPositions(x: Tensor): Tensor {
  const p = packed(x);
  const n = x.numel();
  const out = allocateTensor([n], 'int32');
  const count = kernels.nonzero(n, p.storage.array, p.offset, out.storage.array as Int32Array, 0);
  return viewAs(out, 0, [count], [1]);
}

function checkIndexType(op: string, index: unknown): asserts index is Tensor {
  checkTensor(op, index);
  if (index.dtype === 'int32') return;
  if (index.dtype === 'uint8') {
    throw new DTypeError(
      `${op}: indexing with dtype uint8 is ambiguous: use .to('bool') for a mask, .to('int32') for indices`,
    );
  }
  throw new DTypeError(
    `${op}: tensors used as indices must be int32, got ${index.dtype}: use .to('int32') or tensor([…], { dtype: 'int32' })`,
  );
}

/** Throws unless every index is in [low, size); returns the smallest (0 if there is none). */
function checkBounds(op: string, index: Tensor, dim: number, size: number, low: number): number {
  const n = index.numel();
  if (n === 0) return 0;
  const p = packed(index);
  const ends = new Int32Array(2);
  kernels.amin(1, n, 1, p.storage.array, p.offset, ends, 0);
  kernels.amax(1, n, 1, p.storage.array, p.offset, ends, 1);
  const [least, greatest] = ends;
  if (least < low || greatest >= size) {
    const wrong = greatest >= size ? greatest : least;
    throw new RangeError(`${op}: index ${wrong} is out of bounds for dimension ${dim} with size ${size}`);
  }
  return least;
}
