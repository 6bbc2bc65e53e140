/* The operands of ops as PyTorch's rules make them: numbers become 0-d tensors, dtypes are promoted. */
import { isFloating, newArray, promoteWithNumber, resultType, type DType } from '../dtype.ts';
import { DTypeError } from '../errors.ts';
import { allocateTensor, isTensor, wrapArray, type Tensor } from '../tensor.ts';
import { to } from './copy.ts';

/** What ops take where PyTorch takes a tensor or a number. */
export type TensorLike = Tensor | number | boolean;

/** A 0-d tensor that holds a number. */
export function scalar(value: number | boolean, dtype: DType): Tensor {
  const x = allocateTensor([], dtype);
  x.storage.array[0] = dtype === 'bool' ? Number(Boolean(value)) : Number(value);
  return x;
}

/** The 0-d tensors of the numbers used last, by dtype: programs use few, over and over. */
const constants = new Map<DType, Map<number, Tensor>>();
const MOST_CONSTANTS = 64;

/** {@link scalar} for an operand that only kernels and rules read: the same tensor for the same number. */
function constant(value: number | boolean, dtype: DType): Tensor {
  // A Map does not tell −0 from 0.
  if (value === 0 || typeof value === 'boolean') return scalar(value, dtype);
  let known = constants.get(dtype);
  if (known === undefined) constants.set(dtype, (known = new Map<number, Tensor>()));
  const kept = known.get(value);
  // A pack hook gets to see what is saved, and might have written to it.
  if (kept !== undefined && kept.storage.version === 0) return kept;
  if (known.size === MOST_CONSTANTS) known.clear();
  const x = wrapArray(newArray(dtype, 1), [], dtype);
  x.storage.array[0] = value;
  known.set(value, x);
  return x;
}

/** Two operands in their common dtype (torch.result_type). At least one of them must be a tensor. */
export function promoted(op: string, a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  if (isTensor(a) && isTensor(b)) {
    if (a.dtype === b.dtype) return [a, b];
    const dtype = resultType(a.dtype, a.ndim === 0, b.dtype, b.ndim === 0);
    return [to(a, dtype), to(b, dtype)];
  }
  if (isTensor(a)) {
    checkNumber(op, b);
    const dtype = promoteWithNumber(a.dtype, b);
    return [a.dtype === dtype ? a : to(a, dtype), constant(b, dtype)];
  }
  if (isTensor(b)) {
    const [y, x] = promoted(op, b, a);
    return [x, y];
  }
  throw new TypeError(`${op}: expected a Tensor, got ${describe(a)} and ${describe(b)}`);
}

/** Two operands in their common floating dtype; integers become float32 (PyTorch's true division and the like). */
export function promotedFloat(op: string, a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  const [x, y] = promoted(op, a, b);
  return isFloating(x.dtype) ? [x, y] : [to(x, 'float32'), to(y, 'float32')];
}

/** x itself if floating, else as float32: what functions like exp and mean do with integers. */
export function toFloat(op: string, x: Tensor): Tensor {
  checkTensor(op, x);
  return isFloating(x.dtype) ? x : to(x, 'float32');
}

/** Throws unless x is a tensor. */
export function checkTensor(op: string, x: unknown): asserts x is Tensor {
  if (!isTensor(x)) throw new TypeError(`${op}: expected a Tensor, got ${describe(x)}`);
}

/** Throws unless x is a tensor of the given dtype. */
export function checkTensorDType(op: string, name: string, x: Tensor, dtype: DType): void {
  if (x.dtype !== dtype) throw new DTypeError(`${op}: expected ${name} to be ${dtype}, got ${x.dtype}`);
}

function checkNumber(op: string, x: unknown): asserts x is number | boolean {
  if (typeof x !== 'number' && typeof x !== 'boolean') {
    throw new TypeError(`${op}: expected a Tensor or a number, got ${describe(x)}`);
  }
}

function describe(x: unknown): string {
  if (x === null) return 'null';
  if (Array.isArray(x)) return 'an array (make it a tensor with tensor([...]))';
  return typeof x === 'object' ? 'an object' : typeof x;
}
