/* Matrices with a structure: identities, orthogonal and sparse ones. */
import {
  eye,
  linalg,
  noGrad,
  randperm,
  ShapeError,
  type SamplingOptions,
  type Tensor,
  zeros,
} from '@retrograd/core';
import { checkNumber, checkSize } from '../checks.ts';

const { ceil, min } = Math;

/**
 * The identity, of a matrix (torch.nn.init.eye_): as many inputs as can be pass a linear layer as they are.
 *
 * @throws ShapeError unless x has 2 dims.
 */
export function eye_(x: Tensor): Tensor {
  if (x.ndim !== 2) {
    throw new ShapeError(`eye_: Only tensors with 2 dimensions are supported, got [${x.shape.join(', ')}]`);
  }
  const [rows, columns] = x.shape;
  return noGrad(() => x.copy_(eye(rows, columns, { dtype: x.dtype })));
}

/**
 * The identity, of a convolution's weight [out, in / groups, ...kernel] (torch.nn.init.dirac_): as many channels of each
 * group as can be pass it as they are, through a one in the kernel's middle.
 *
 * @throws ShapeError unless x has 3, 4 or 5 dims; RangeError unless groups divide its first extent.
 */
export function dirac_(x: Tensor, { groups = 1 }: { readonly groups?: number } = {}): Tensor {
  if (x.ndim < 3 || x.ndim > 5) {
    throw new ShapeError(
      `dirac_: Only tensors with 3, 4, or 5 dimensions are supported, got [${x.shape.join(', ')}]`,
    );
  }
  checkSize('dirac_', 'groups', groups, 1);
  const [outputs, inputs, ...kernel] = x.shape;
  if (outputs % groups !== 0) {
    throw new RangeError(`dirac_: dim 0 must be divisible by groups, got ${outputs} by ${groups}`);
  }
  const perGroup = outputs / groups;
  const middle = kernel.map((size) => (size - (size % 2)) / 2);
  return noGrad(() => {
    x.zero_();
    for (let group = 0; group < groups; group++) {
      for (let d = 0; d < min(perGroup, inputs); d++) {
        const place = [group * perGroup + d, d, ...middle];
        place.reduce((view, index) => view.select(0, index), x).fill_(1);
      }
    }
    return x;
  });
}

/** Options of {@link orthogonal_}. */
export interface OrthogonalOptions extends SamplingOptions {
  /** Multiplies the result; see {@link calculateGain}. Default 1. */
  readonly gain?: number;
}

/**
 * A matrix with orthonormal rows or columns, whichever are fewer, of x seen as [first extent, all others]
 * (torch.nn.init.orthogonal_; Saxe et al., 2013): Q of the QR factorisation of a normal matrix, with R's diagonal positive.
 *
 * @throws ShapeError for fewer than 2 dims.
 */
export function orthogonal_(x: Tensor, { gain = 1, generator }: OrthogonalOptions = {}): Tensor {
  if (x.ndim < 2) {
    throw new ShapeError(
      `orthogonal_: Only tensors with 2 or more dimensions are supported, got [${x.shape.join(', ')}]`,
    );
  }
  checkNumber('orthogonal_', 'gain', gain);
  if (x.numel() === 0) return x;
  const rows = x.shape[0];
  const columns = x.numel() / rows;
  return noGrad(() => {
    const drawn = zeros([rows, columns], { dtype: x.dtype }).normal_(0, 1, { generator });
    const { Q, R } = linalg.qr(rows < columns ? drawn.t() : drawn);
    const unique = Q.mul(R.diagonal().sign());
    return x.copy_((rows < columns ? unique.t() : unique).reshape(x.shape)).mul_(gain);
  });
}

/** Options of {@link sparse_}. */
export interface SparseOptions extends SamplingOptions {
  /** The standard deviation of elements that are not zero. Default 0.01. */
  readonly std?: number;
}

/**
 * A matrix of normal numbers, with the same fraction of each column (rounded up) set to zero at random places
 * (torch.nn.init.sparse_; Martens, 2010).
 *
 * @param sparsity - That fraction, from 0 to 1.
 * @throws ShapeError unless x has 2 dims; RangeError for another sparsity.
 */
export function sparse_(x: Tensor, sparsity: number, { std = 0.01, generator }: SparseOptions = {}): Tensor {
  if (x.ndim !== 2) {
    throw new ShapeError(
      `sparse_: Only tensors with 2 dimensions are supported, got [${x.shape.join(', ')}]`,
    );
  }
  if (!(sparsity >= 0 && sparsity <= 1)) {
    throw new RangeError(`sparse_: sparsity must be between 0 and 1, got ${String(sparsity)}`);
  }
  const [rows, columns] = x.shape;
  const zeroed = ceil(sparsity * rows);
  return noGrad(() => {
    x.normal_(0, std, { generator });
    for (let column = 0; column < columns; column++) {
      const order = randperm(rows, { generator });
      x.select(1, column).indexFill_(0, order.narrow(0, 0, zeroed), 0);
    }
    return x;
  });
}
