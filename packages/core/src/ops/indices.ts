/* Index tensors: what they must hold, checked before anything is computed with them. */
import { kernels } from '@retrograd/kernels';
import { DTypeError } from '../errors.ts';
import { numelOf } from '../shape.ts';
import { allocateTensor, indexArray, viewAs, type Tensor } from '../tensor.ts';
import { binaryLoop, packed } from './loops.ts';
import { checkTensor, scalar } from './promote.ts';

const Int32 = Int32Array;

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
  const count = kernels.nonzero(n, p.storage.array, p.offset, indexArray(out), 0);
  return viewAs(out, 0, [count], [1]);
}

/** The positions of a mask's true elements in row-major order: one 1-d int32 tensor for each of its dims. */
export function maskPositions(mask: Tensor): Tensor[] {
  const flat = nonzeroPositions(mask);
  if (mask.ndim === 1) return [flat];
  return mask.shape.map((extent, d) => {
    const inner = numelOf(mask.shape.slice(d + 1));
    const lines = allocateTensor(flat.shape, 'int32');
    const positions = allocateTensor(flat.shape, 'int32');
    binaryLoop(kernels.floorDivide, flat, scalar(inner, 'int32'), lines);
    binaryLoop(kernels.remainder, lines, scalar(extent, 'int32'), positions);
    return positions;
  });
}

/** The least and the greatest element of an int32 tensor that is not empty. */
export function extremes(x: Tensor): readonly [number, number] {
  const n = x.numel();
  const p = packed(x);
  const ends = new Int32(2);
  kernels.amin(1, n, 1, p.storage.array, p.offset, ends, 0);
  kernels.amax(1, n, 1, p.storage.array, p.offset, ends, 1);
  return [ends[0], ends[1]];
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
  if (index.numel() === 0) return 0;
  const [least, greatest] = extremes(index);
  if (least < low || greatest >= size) {
    const wrong = greatest >= size ? greatest : least;
    throw new RangeError(`${op}: index ${wrong} is out of bounds for dimension ${dim} with size ${size}`);
  }
  return least;
}
