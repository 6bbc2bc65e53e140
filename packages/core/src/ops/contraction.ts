/* Sums of products over any dims: permuted views and one matrix product. */
import { ShapeError } from '../errors.ts';
import { formatShape, normalizeDim, numelOf } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { add } from './arithmetic.ts';
import { checkOperands, matmul, product, shaped } from './matmul.ts';
import { checkTensor } from './promote.ts';
import { sum } from './reduce.ts';
import { permute, reshape, unsqueeze } from './view.ts';

/** The dims {@link tensordot} sums over: how many of the last of a and first of b, or which of each. */
export type ContractedDims = number | readonly [number | readonly number[], number | readonly number[]];

/** Options of {@link tensordot}. */
export interface TensordotOptions {
  /** Default 2. */
  readonly dims?: ContractedDims;
}

/**
 * The sum of products over pairs of dims (torch.tensordot): the last `dims` of a with the first of b, or those listed as
 * [dims of a, dims of b]. The result has the other dims of a, then those of b.
 *
 * @throws ShapeError unless the extents match; RangeError for a bad number of dims; DTypeError for different dtypes.
 */
export function tensordot(a: Tensor, b: Tensor, dims: ContractedDims | TensordotOptions = {}): Tensor {
  checkOperands('tensordot', a, b);
  const given = isContracted(dims) ? dims : (dims.dims ?? 2);
  const [ofA, ofB] = contractedDims(a, b, given);
  if (ofA.length !== ofB.length) {
    throw new ShapeError(
      `tensordot: both dimension lists should have same length: ${formatShape(ofA)}, ${formatShape(ofB)}`,
    );
  }
  // An extent of 1 goes with any other: that one is summed first.
  let [left, right] = [a, b];
  ofA.forEach((d, i) => {
    const [m, n] = [a.shape[d], b.shape[ofB[i]]];
    if (m === n) return;
    if (m === 1) right = sum(right, ofB[i], { keepdim: true });
    else if (n === 1) left = sum(left, d, { keepdim: true });
    else {
      throw new ShapeError(
        `tensordot: contracted dimensions need to match, but first has size ${m} in dim ${d} and second has size ` +
          `${n} in dim ${ofB[i]}`,
      );
    }
  });
  const rest = (x: Tensor, used: readonly number[]): number[] => x.shape.map((_, d) => d).filter((d) => !used.includes(d)); // prettier-ignore
  const [restA, restB] = [rest(left, ofA), rest(right, ofB)];
  const sizes = (x: Tensor, list: readonly number[]): number[] => list.map((d) => x.shape[d]);
  const k = numelOf(sizes(left, ofA));
  const rows = reshape(permute(left, [...restA, ...ofA]), [numelOf(sizes(left, restA)), k]);
  const cols = reshape(permute(right, [...ofB, ...restB]), [k, numelOf(sizes(right, restB))]);
  return shaped(product(rows, cols), [...sizes(left, restA), ...sizes(right, restB)]);
}

function isContracted(dims: ContractedDims | TensordotOptions): dims is ContractedDims {
  return typeof dims === 'number' || Array.isArray(dims);
}

function contractedDims(a: Tensor, b: Tensor, dims: ContractedDims): [number[], number[]] {
  if (typeof dims === 'number') {
    if (!Number.isInteger(dims) || dims < 0 || dims > Math.min(a.ndim, b.ndim)) {
      throw new RangeError(
        `tensordot: expects dims >= 0 and at most ${Math.min(a.ndim, b.ndim)}, but got dims=${dims}`,
      );
    }
    const count = Array.from({ length: dims }, (_, i) => i);
    return [count.map((i) => a.ndim - dims + i), count];
  }
  const list = (x: Tensor, of: number | readonly number[]): number[] =>
    (typeof of === 'number' ? [of] : of).map((d) => normalizeDim('tensordot', d, x.ndim));
  return [list(a, dims[0]), list(b, dims[1])];
}

/**
 * y[…, o] = Σᵢⱼ x1[…, i]·weight[o, i, j]·x2[…, j] + bias[o] (torch.nn.functional.bilinear).
 *
 * @throws ShapeError if sizes do not fit; DTypeError for different dtypes.
 */
export function bilinear(x1: Tensor, x2: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  checkOperands('bilinear', x1, x2, weight);
  const batch = x1.shape.slice(0, -1);
  if (x1.ndim === 0 || x1.ndim !== x2.ndim || batch.some((n, d) => n !== x2.shape[d])) {
    throw new ShapeError(
      `bilinear: input dimensions do not match: got ${formatShape(x1.shape)} and ${formatShape(x2.shape)}`,
    );
  }
  const [m, n] = [x1.shape[x1.ndim - 1], x2.shape[x2.ndim - 1]];
  if (weight.ndim !== 3 || weight.shape[1] !== m || weight.shape[2] !== n) {
    throw new ShapeError(
      `bilinear: expected weight [out, ${m}, ${n}] for inputs ${formatShape(x1.shape)} and ${formatShape(x2.shape)}, ` +
        `got ${formatShape(weight.shape)}`,
    );
  }
  const out = weight.shape[0];
  const hasBias = bias !== undefined && bias !== null;
  if (hasBias) {
    checkTensor('bilinear', bias);
    if (bias.ndim !== 1 || bias.shape[0] !== out) {
      throw new ShapeError(`bilinear: expected bias [${out}], got ${formatShape(bias.shape)}`);
    }
  }
  const rows = numelOf(batch);
  const columns = reshape(permute(weight, [1, 0, 2]), [m, out * n]);
  const forms = reshape(product(reshape(x1, [rows, m]), columns), [rows, out, n]);
  const y = reshape(matmul(forms, unsqueeze(reshape(x2, [rows, n]), 2)), [...batch, out]);
  return hasBias ? add(y, bias) : y;
}

/** Throws unless all are tensors, of which there is one at least. */
export function checkTensorList(op: string, tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors) || !tensors.every(isTensor) || tensors.length === 0)
    throw new TypeError(`${op}: expected a non-empty array of Tensors`);
}
