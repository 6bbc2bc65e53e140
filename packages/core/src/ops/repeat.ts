/* Tensors and their elements repeated side by side: views that broadcast, then one copy. */
import { fromTypedArray } from '../creation.ts';
import { ShapeError } from '../errors.ts';
import { checkShape, formatShape, normalizeDim } from '../shape.ts';
import { indexArray, isTensor, type Tensor } from '../tensor.ts';
import { expand } from './broadcast.ts';
import { indexSelect } from './indexSelect.ts';
import { packed } from './loops.ts';
import { checkTensor, checkTensorDType } from './promote.ts';
import { flatten, reshape, unsqueeze, view } from './view.ts';

const { isInteger } = Number;
const Int32 = Int32Array;

/**
 * x repeated along each dim as often as `repeats` says; more repeats than dims repeat along new leading dims
 * (torch.Tensor.repeat). A copy.
 *
 * @throws ShapeError for fewer repeats than dims, or a negative one.
 */
export function repeat(x: Tensor, repeats: number | readonly number[]): Tensor {
  checkTensor('repeat', x);
  const times = typeof repeats === 'number' ? [repeats] : repeats;
  checkShape('repeat', times);
  const lead = times.length - x.ndim;
  if (lead < 0) {
    throw new ShapeError(
      `repeat: Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor: ` +
        `${formatShape(times)} for ${formatShape(x.shape)}`,
    );
  }
  const extents = times.map((_, d) => (d < lead ? 1 : x.shape[d - lead]));
  const apart = reshape(x, extents.flatMap((n) => [1, n])); // prettier-ignore
  const repeated = expand(apart, extents.flatMap((n, d) => [times[d], n])); // prettier-ignore
  return reshape(repeated, extents.map((n, d) => n * times[d])); // prettier-ignore
}

/** Like {@link repeat}, where fewer repetitions than dims count for the last dims (torch.tile). */
export function tile(x: Tensor, reps: number | readonly number[]): Tensor {
  checkTensor('tile', x);
  const times = typeof reps === 'number' ? [reps] : reps;
  return repeat(x, [...new Array<number>(Math.max(0, x.ndim - times.length)).fill(1), ...times]);
}

/**
 * Each element along a dim repeated in its place, equally often or as a tensor of integers says; without a dim the
 * elements of the flattened x (torch.repeat_interleave). A copy.
 *
 * @throws ShapeError unless there are as many repeats as elements along the dim; RangeError for negative ones; DTypeError
 * unless they are int32.
 */
export function repeatInterleave(
  x: Tensor,
  repeats: number | Tensor,
  dim?: number | { readonly dim?: number },
): Tensor {
  checkTensor('repeatInterleave', x);
  const given = typeof dim === 'object' ? dim.dim : dim;
  const y = given === undefined || x.ndim === 0 ? flatten(x) : x;
  const at = normalizeDim('repeatInterleave', given ?? 0, y.ndim);
  if (!isTensor(repeats)) {
    if (!isInteger(repeats))
      throw new TypeError(`repeatInterleave: repeats must be integers, got ${repeats}`);
    if (repeats < 0) throw new RangeError(`repeatInterleave: repeats can not be negative, got ${repeats}`);
    const copies = [...y.shape.slice(0, at + 1), repeats, ...y.shape.slice(at + 1)];
    const shape = y.shape.map((n, d) => (d === at ? n * repeats : n));
    return reshape(expand(unsqueeze(y, at + 1), copies), shape);
  }
  checkTensorDType('repeatInterleave', 'repeats', repeats, 'int32');
  if (repeats.ndim > 1) {
    throw new ShapeError(
      `repeatInterleave: repeats must be 0-dim or 1-dim tensor, got ${formatShape(repeats.shape)}`,
    );
  }
  const size = y.shape[at];
  const count = repeats.numel();
  if (count !== 1 && count !== size) {
    throw new ShapeError(
      `repeatInterleave: repeats must have the same size as input along dim: ${count} repeats, extent ${size}`,
    );
  }
  const p = packed(repeats);
  const times = indexArray(p).subarray(p.offset, p.offset + count);
  const wrong = times.find((n) => n < 0);
  if (wrong !== undefined)
    throw new RangeError(`repeatInterleave: repeats can not be negative, got ${wrong}`);
  if (count === 1) return repeatInterleave(y, times[0], at);
  const ends = times.reduce((sum, n) => sum + n, 0);
  const index = new Int32(ends);
  let end = 0;
  times.forEach((n, i) => index.fill(i, end, (end += n)));
  return indexSelect(y, at, fromTypedArray(index, [ends]));
}

/** Options of {@link meshgrid}. */
export interface MeshgridOptions {
  /** `'ij'`: the first tensor varies along dim 0. `'xy'`: along dim 1, and the second along dim 0. Default `'ij'`. */
  readonly indexing?: 'ij' | 'xy';
}

/**
 * For tensors of sizes n1, n2, …: as many grids of shape [n1, n2, …], the k-th holding the k-th tensor along dim k
 * (torch.meshgrid). Views.
 *
 * @throws ShapeError for tensors with more than one dim.
 */
export function meshgrid(tensors: readonly Tensor[], options: MeshgridOptions = {}): Tensor[] {
  const { indexing = 'ij' } = options;
  if (indexing !== 'ij' && indexing !== 'xy') {
    throw new TypeError(`meshgrid: indexing must be one of 'xy' or 'ij', but received: ${String(indexing)}`);
  }
  if (!Array.isArray(tensors) || !tensors.every(isTensor))
    throw new TypeError('meshgrid: expected an array of Tensors');
  const lines: readonly Tensor[] = tensors;
  const wrong = lines.find((x) => x.ndim > 1);
  if (wrong) {
    throw new ShapeError(
      `meshgrid: Expected scalar or 1D tensor in the tensor list but got shape ${formatShape(wrong.shape)}`,
    );
  }
  const place = (k: number): number => (indexing === 'xy' && k < 2 && lines.length > 1 ? 1 - k : k);
  const shape = lines.map((_, k) => lines[place(k)].numel());
  return lines.map((x, k) => expand(view(x, shape.map((_, d) => (d === place(k) ? x.numel() : 1))), shape)); // prettier-ignore
}
