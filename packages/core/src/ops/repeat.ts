/* Tensors repeated side by side: views that broadcast, then one copy. */
import { ShapeError } from '../errors.ts';
import { checkShape, formatShape } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { expand } from './broadcast.ts';
import { checkTensor } from './promote.ts';
import { reshape, view } from './view.ts';

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
