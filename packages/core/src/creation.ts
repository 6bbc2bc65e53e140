import { kernels, type NumericArray } from '@retrograd/kernels';
import { checkDType, dtypeOfArray, type DType } from './dtype.ts';
import { DTypeError, ShapeError } from './errors.ts';
import { checkShape, formatShape, numelOf, type Shape } from './shape.ts';
import { allocateTensor, isTensor, wrapArray, type NestedArray, type Tensor } from './tensor.ts';

/** Options of the functions that make tensors. */
export interface CreationOptions {
  /** The element type. Default float32, or that of the given data. */
  readonly dtype?: DType;
  /** Whether operations on the tensor are recorded. Default false. */
  readonly requiresGrad?: boolean;
}

/** Nested numbers or booleans, a typed array, or a tensor. */
export type TensorData = number | boolean | readonly TensorData[] | NumericArray;

/**
 * A tensor with a copy of the given data: nested arrays (their nesting is the shape), a number, booleans, a typed
 * array (1-d, in its own dtype) or a tensor (torch.tensor). Numbers become float32, booleans bool, unless `dtype` says
 * otherwise.
 *
 * @throws ShapeError if nested arrays are ragged; TypeError for data that are no numbers.
 */
export function tensor(data: TensorData | Tensor, options: CreationOptions = {}): Tensor {
  if (isTensor(data)) {
    const x = allocateTensor(data.shape, options.dtype ?? data.dtype);
    kernels.copy(x.shape, data.storage.array, data.offset, data.strides, x.storage.array, 0, x.strides);
    return finish('tensor', x, options);
  }
  if (ArrayBuffer.isView(data)) {
    const dtype = dtypeOfArray(data);
    if (dtype === null)
      throw new DTypeError(`tensor: unsupported typed array ${Object.prototype.toString.call(data)}`);
    return tensor(wrapArray(data, [data.length], dtype), options);
  }
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  const flat: (number | boolean)[] = [];
  flatten(data as NestedArray, shape, 0, flat);
  const dtype =
    options.dtype ?? (flat.length > 0 && flat.every((v) => typeof v === 'boolean') ? 'bool' : 'float32');
  checkDType('tensor', dtype);
  const x = allocateTensor(shape, dtype);
  const { array } = x.storage;
  for (let i = 0; i < flat.length; i++)
    array[i] = dtype === 'bool' ? Number(Boolean(flat[i])) : Number(flat[i]);
  return finish('tensor', x, options);
}

function flatten(data: NestedArray, shape: Shape, depth: number, out: (number | boolean)[]): void {
  if (!Array.isArray(data)) {
    if (typeof data !== 'number' && typeof data !== 'boolean') {
      throw new TypeError(
        `tensor: expected numbers or booleans, got ${data === null ? 'null' : typeof data}`,
      );
    }
    if (depth !== shape.length)
      throw new ShapeError(`tensor: expected a sequence at dim ${depth}, got ${String(data)}`);
    out.push(data);
    return;
  }
  if (depth >= shape.length || data.length !== shape[depth]) {
    throw new ShapeError(
      `tensor: expected sequence of length ${shape[depth] ?? 0} at dim ${depth} (got ${data.length}): nested arrays must not be ragged`,
    );
  }
  for (const item of data) flatten(item, shape, depth + 1, out);
}

/**
 * A tensor over a typed array itself, without a copy: they share their elements from then on. The dtype is the
 * array's; a Uint8Array becomes uint8 unless `dtype: 'bool'` says that it holds 0 and 1 only.
 *
 * @throws ShapeError if the shape's element count is not the array's length; DTypeError for other array types.
 */
export function fromTypedArray(
  array: NumericArray,
  shape: Shape = [array.length],
  options: CreationOptions = {},
): Tensor {
  const held = ArrayBuffer.isView(array) ? dtypeOfArray(array) : null;
  if (held === null) {
    throw new DTypeError('fromTypedArray: expected a Float32Array, Float64Array, Int32Array or Uint8Array');
  }
  const dtype = options.dtype ?? held;
  if (dtype !== held && !(held === 'uint8' && dtype === 'bool')) {
    throw new DTypeError(
      `fromTypedArray: an array of ${held} cannot be read as ${dtype}; convert with .to('${dtype}')`,
    );
  }
  checkShape('fromTypedArray', shape);
  if (numelOf(shape) !== array.length) {
    throw new ShapeError(
      `fromTypedArray: shape ${formatShape(shape)} is invalid for an array of ${array.length} elements`,
    );
  }
  return finish('fromTypedArray', wrapArray(array, [...shape], dtype), options);
}

/** A tensor of zeros (torch.zeros). */
export function zeros(shape: Shape, options: CreationOptions = {}): Tensor {
  return filled('zeros', shape, 0, options);
}

/** A tensor of ones (torch.ones). */
export function ones(shape: Shape, options: CreationOptions = {}): Tensor {
  return filled('ones', shape, 1, options);
}

/** A tensor filled with one value; float32 for a number, bool for a boolean, unless `dtype` is given (torch.full). */
export function full(shape: Shape, value: number | boolean, options: CreationOptions = {}): Tensor {
  return filled('full', shape, Number(value), {
    dtype: typeof value === 'boolean' ? 'bool' : 'float32',
    ...options,
  });
}

/** Zeros in the shape and dtype of x (torch.zeros_like). */
export function zerosLike(x: Tensor, options: CreationOptions = {}): Tensor {
  return filled('zerosLike', x.shape, 0, { dtype: x.dtype, ...options });
}

/** Ones in the shape and dtype of x (torch.ones_like). */
export function onesLike(x: Tensor, options: CreationOptions = {}): Tensor {
  return filled('onesLike', x.shape, 1, { dtype: x.dtype, ...options });
}

/** One value in the shape and dtype of x (torch.full_like). */
export function fullLike(x: Tensor, value: number | boolean, options: CreationOptions = {}): Tensor {
  return filled('fullLike', x.shape, Number(value), { dtype: x.dtype, ...options });
}

/**
 * The numbers from `start` (default 0) up to but not including `end`, `step` apart (torch.arange); int32 if all
 * three are integers, else float32, unless `dtype` is given.
 *
 * @throws RangeError for a step of 0 or one that leads away from `end`.
 */
export function arange(end: number, options?: CreationOptions): Tensor;
export function arange(start: number, end: number, options?: CreationOptions): Tensor;
export function arange(start: number, end: number, step: number, options?: CreationOptions): Tensor;
export function arange(...args: (number | CreationOptions | undefined)[]): Tensor {
  const numbers = args.filter((a) => typeof a === 'number');
  const options = args.find((a) => typeof a === 'object') ?? {};
  const [start, end, step] =
    numbers.length === 1 ? [0, numbers[0], 1] : [numbers[0], numbers[1], numbers.length > 2 ? numbers[2] : 1];
  if (!Number.isFinite(start) || !Number.isFinite(end))
    throw new RangeError(`arange: unsupported range: ${start} -> ${end}`);
  if (!(step > 0 || step < 0)) throw new RangeError(`arange: step must be nonzero, got ${step}`);
  if ((end - start) / step < 0) {
    throw new RangeError(
      `arange: upper bound and larger bound inconsistent with step sign (${start}, ${end}, ${step})`,
    );
  }
  const integers = [start, end, step].every(Number.isInteger);
  const x = emptyOf(
    'arange',
    [Math.ceil((end - start) / step)],
    options.dtype ?? (integers ? 'int32' : 'float32'),
  );
  const { array } = x.storage;
  for (let i = 0; i < array.length; i++) array[i] = start + i * step;
  return finish('arange', x, options);
}

/** `steps` numbers from `start` to `end`, both included, equally far apart (torch.linspace). */
export function linspace(start: number, end: number, steps: number, options: CreationOptions = {}): Tensor {
  const x = emptyOf('linspace', [steps], options.dtype ?? 'float32');
  const { array } = x.storage;
  const step = (end - start) / (steps - 1);
  // From both ends, so that the last one is exact (as PyTorch does it).
  for (let i = 0; i < steps; i++) {
    array[i] = steps === 1 ? start : i < steps / 2 ? start + i * step : end - (steps - 1 - i) * step;
  }
  return finish('linspace', x, options);
}

/** The n × m matrix with ones on its diagonal and zeros elsewhere; m is n unless given (torch.eye). */
export function eye(n: number, m: number = n, options: CreationOptions = {}): Tensor {
  const x = emptyOf('eye', [n, m], options.dtype ?? 'float32');
  for (let i = 0; i < Math.min(n, m); i++) x.storage.array[i * m + i] = 1;
  return finish('eye', x, options);
}

function emptyOf(name: string, shape: Shape, dtype: DType): Tensor {
  checkDType(name, dtype);
  checkShape(name, shape);
  return allocateTensor([...shape], dtype);
}

function filled(name: string, shape: Shape, value: number, options: CreationOptions): Tensor {
  const x = emptyOf(name, shape, options.dtype ?? 'float32');
  if (value !== 0) kernels.fill(x.numel(), x.dtype === 'bool' ? 1 : value, x.storage.array, 0);
  return finish(name, x, options);
}

function finish(name: string, x: Tensor, { requiresGrad = false }: CreationOptions): Tensor {
  if (typeof requiresGrad !== 'boolean') throw new TypeError(`${name}: requiresGrad must be a boolean`);
  return requiresGrad ? x.requiresGrad_() : x;
}
